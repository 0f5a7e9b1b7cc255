"""`regelruimte code [CODE]`: what the code of a problem means, and what to do; without a code, all of them."""

import argparse
import sys

from registry.arguments import Parser, formats, shared
from registry.lines import wants_colour
from registry.printing import could_not_run, print_json, print_lines


def add_codes(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The command `code`."""
    made = commands.add_parser("code", parents=[shared()], help="wat een code betekent / what a code means")
    made.add_argument("code", nargs="?", metavar="CODE", help="unknown-key, wbmgp/5.4.term … (alle / all)")
    formats(made)
    made.set_defaults(run=_code)


def _code(asked: argparse.Namespace) -> int:
    from registry.code_text import code_list, code_page, code_row
    from registry.codes import code_entries, rule_code, rule_codes
    from rules.lawbook import shipped_lawbook
    from rules.problems import nearest

    entries, book = code_entries(), shipped_lawbook()
    if asked.code is None:
        rules = rule_codes(book)
        if asked.format == "json":
            pages = [code_row(each, asked.lang) for each in entries.values()]
            print_json(pages + [code_row(each, asked.lang) for each in rules.values()])
        else:
            print_lines(code_list(entries, rules.values(), asked.lang))
        return 0
    found = entries.get(asked.code) or rule_code(book, asked.code)
    if found is None:
        near = nearest(asked.code, (*entries, *rule_codes(book)))
        hint = f"; bedoelde u / did you mean {near}?" if near else "; regelruimte code"
        return could_not_run(f"{asked.code}: onbekende code / unknown code{hint}")
    if asked.format == "json":
        print_json(code_row(found, asked.lang))
    else:
        print_lines(code_page(found, asked.lang, wants_colour(sys.stdout)))
    return 0

"""`regelruimte law …`: the laws at hand, one version whole."""

import argparse
import sys

from registry.arguments import Parser, formats, law, shared, unknown_law
from registry.lines import wants_colour
from registry.printing import print_json, print_lines


def add_law(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The command `law` and what stands under it."""
    about = commands.add_parser("law", help="de wetten / the laws")
    under = about.add_subparsers(dest="law_command", metavar="COMMAND", required=True, parser_class=Parser)
    listed = under.add_parser("list", parents=[shared()], help="welke versies er zijn / which versions there are")
    formats(listed)
    listed.set_defaults(run=_list)
    shown = under.add_parser("show", parents=[shared()], help="één versie, heel / one version, whole")
    shown.add_argument("law", type=law, metavar="ID[@VERSION]")
    shown.set_defaults(run=_show)


def _list(asked: argparse.Namespace) -> int:
    from registry.law_text import law_list, law_rows
    from rules.lawbook import shipped_lawbook

    rows = law_rows(shipped_lawbook(), asked.lang)
    if asked.format == "json":
        print_json(rows)
    else:
        print_lines(law_list(rows, asked.today, asked.lang))
    return 0


def _show(asked: argparse.Namespace) -> int:
    from registry.law_text import law_show
    from rules.lawbook import shipped_lawbook

    if wrong := unknown_law(asked.law):
        return wrong
    book = shipped_lawbook()
    first = asked.law.version or book.versions(asked.law.law)[-1]
    print_lines(law_show(book.version(asked.law.law, first), asked.lang, wants_colour(sys.stdout)))
    return 0

"""`regelruimte law …`: the laws at hand, one version whole, what a version changed, and the tests of the laws."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from registry.arguments import Parser, formats, law, shared, unknown_law
from registry.gate import show
from registry.lines import wants_colour
from registry.printing import could_not_run, print_json, print_lines, refused
from registry.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.scenarios import Runs
    from rules.lawbook import Lawbook


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
    changed = under.add_parser("diff", parents=[shared()], help="wat een versie veranderde / what a version changed")
    changed.add_argument("new", type=law, metavar="ID[@VERSION]")
    changed.add_argument(
        "old", type=law, nargs="?", metavar="ID@VERSION", help="tegen / against (de vorige / the one before)"
    )
    formats(changed)
    changed.set_defaults(run=_diff)
    for name, command, says in (
        ("test", _test, "de scenario's van de wetten / the scenarios of the laws"),
        ("coverage", _coverage, "wat de scenario's laten zien / what the scenarios show"),
        ("lint", _lint, "wat er vreemd aan is / what is odd about them"),
    ):
        made = under.add_parser(name, parents=[shared()], help=says)
        made.add_argument("laws", nargs="*", metavar="ID", help="alle / all")
        made.add_argument("--laws", dest="folder", metavar="DIR", help="een map met wetten / a folder of laws")
        if name == "test":
            made.add_argument(
                "--bucket", choices=("engine", "law"),
                help="alleen wat aan de machine, of aan de wet ligt / only failures of the engine, or of the law",
            )  # fmt: skip
        formats(made)
        made.set_defaults(run=command)

    page = under.add_parser("doc", parents=[shared()], help="een bladzijde per wet / a page for each law")
    page.add_argument("laws", nargs="*", metavar="ID[/RULE]", help="alle / all")
    page.add_argument("--laws", dest="folder", metavar="DIR", help="een map met wetten / a folder of laws")
    whether = page.add_mutually_exclusive_group()
    whether.add_argument(
        "--write", action="store_true", help="als README.md naast elke wet / as README.md beside each law"
    )
    whether.add_argument("--check", action="store_true", help="of die nog kloppen / whether those are still right")
    page.set_defaults(run=_doc)


def _doc(asked: argparse.Namespace) -> int:
    from registry.law_page import law_page, rule_page
    from rules.problems import Refused

    if not (asked.laws or asked.write or asked.check):
        return could_not_run("noem een wet, of --write of --check / name a law, or --write or --check")
    names = [name.partition("/") for name in asked.laws]
    found = _asked_book(asked.folder, [law for law, _, _ in names])
    if isinstance(found, int):
        return found
    book, laws = found
    try:
        pages = {law: law_page(book, law) for law in laws}
        for law, slash, rule in names:
            made = rule_page(book, law, rule) if slash else pages[law]
            if made is None:
                return could_not_run(f"{law}/{show(rule)}: geen regel / no rule")
            if not (asked.write or asked.check):
                print_lines(made.splitlines())
    except Refused as refusal:
        return refused(refusal, asked.lang)
    files = {Path(str(book.folder(law))) / "README.md": page for law, page in pages.items()}
    stale = [at for at, page in files.items() if not at.is_file() or at.read_text(encoding="utf-8") != page]
    if asked.write:
        for at in stale:
            at.write_text(files[at], encoding="utf-8")
    if asked.write or asked.check:
        told = word("page written" if asked.write else "page stale", asked.lang)
        print_lines(f"{show(str(at))}: {told}" for at in stale)
    return int(bool(stale and asked.check))


def _diff(asked: argparse.Namespace) -> int:
    from registry.difference_text import difference_lines, difference_row
    from rules.difference import difference
    from rules.lawbook import shipped_lawbook

    for choice in (asked.new, asked.old):
        if wrong := unknown_law(choice):
            return wrong
    book, law = shipped_lawbook(), asked.new.law
    versions = book.versions(law)
    new = asked.new.version or versions[-1]
    if asked.old and asked.old.law != law:
        return could_not_run(f"{law}, {asked.old.law}: twee verschillende wetten / two different laws")
    before = [first for first in versions if first < new]
    old = (asked.old.version if asked.old else None) or (before[-1] if before else None)
    if old is None:
        return could_not_run(f"{law}@{new}: geen eerdere versie bij de hand / no earlier version at hand")
    found = difference(*(book.version(law, first) for first in sorted((old, new))))
    if asked.format == "json":
        print_json(difference_row(found, asked.lang))
    else:
        print_lines(difference_lines(found, asked.lang, wants_colour(sys.stdout)))
    return 0


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


def _test(asked: argparse.Namespace) -> int:
    from registry.scenarios import runs_lines, runs_row

    made = _asked_runs(asked)
    if isinstance(made, int):
        return made
    _, _, runs = made
    if asked.format == "json":
        print_json(runs_row(runs, asked.lang))
    else:
        print_lines(runs_lines(runs, asked.lang, wants_colour(sys.stdout)))
    failed = [each for each in runs.runs if each.bucket and asked.bucket in (None, each.bucket)]
    return int(bool(failed or (runs.untested and asked.bucket != "engine")))


def _coverage(asked: argparse.Namespace) -> int:
    from registry.scenarios import coverage_lines, coverage_rows, covered

    made = _asked_runs(asked)
    if isinstance(made, int):
        return made
    book, laws, runs = made
    found = covered(book, laws, runs)
    if asked.format == "json":
        print_json(coverage_rows(found))
    else:
        print_lines(coverage_lines(found, asked.lang, wants_colour(sys.stdout)))
    return int(any(rule.missing for each in found for rule in each.rules))


def _lint(asked: argparse.Namespace) -> int:
    from registry.lint_text import finding_lines, finding_rows
    from registry.scenarios import covered
    from rules.lint import findings

    made = _asked_runs(asked)
    if isinstance(made, int):
        return made
    book, laws, runs = made
    whole_on = None if asked.folder or asked.laws else asked.today
    found = findings(book, laws, covered(book, laws, runs), whole_on)
    if asked.format == "json":
        print_json(finding_rows(found, asked.lang))
    else:
        print_lines(finding_lines(found, asked.lang, wants_colour(sys.stdout)))
    return int(any(each.level == "warning" for each in found))


def _asked_runs(asked: argparse.Namespace) -> "tuple[Lawbook, tuple[str, ...], Runs] | int":
    """The lawbook, the laws asked for and their runs by both engines; or the exit code where there are none."""
    from registry.scenarios import runs_of
    from rules.engine import durable_engine, twin_engine
    from rules.problems import Refused

    found = _asked_book(asked.folder, asked.laws)
    if isinstance(found, int):
        return found
    book, laws = found
    try:
        return book, laws, runs_of(book, laws, [durable_engine(), twin_engine])
    except Refused as refusal:
        return refused(refusal, asked.lang)


def _asked_book(folder: str | None, names: "Sequence[str]") -> "tuple[Lawbook, tuple[str, ...]] | int":
    """The lawbook of that folder, or the shipped one, and the laws of those names or all; or the exit code."""
    from rules.catalogue import shipped_catalogue
    from rules.lawbook import Lawbook, shipped_lawbook
    from rules.problems import nearest

    book = Lawbook(Path(folder), shipped_catalogue(), folder) if folder else shipped_lawbook()
    if folder and not Path(folder).is_dir():
        return could_not_run(f"{folder}: bestaat niet / does not exist")
    laws = tuple(dict.fromkeys(names)) or tuple(name for name in book.laws() if book.versions(name))
    for name in laws:
        if not book.versions(name):
            near = nearest(name, book.laws())
            return could_not_run(f"{show(name)}: niet bij de hand / not at hand{f' ({near}?)' if near else ''}")
    return (book, laws) if laws else could_not_run(f"{folder}: geen wetten gevonden / no laws found")

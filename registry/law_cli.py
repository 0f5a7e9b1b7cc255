"""`regelruimte law …`: the laws at hand, one version whole, what a version changed, and the tests of the laws."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from registry.arguments import Parser, formats, law, shared, unknown_law
from registry.lines import wants_colour
from registry.printing import could_not_run, print_json, print_lines, refused

if TYPE_CHECKING:
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
    ):
        made = under.add_parser(name, parents=[shared()], help=says)
        made.add_argument("laws", nargs="*", metavar="ID", help="alle / all")
        made.add_argument("--laws", dest="folder", metavar="DIR", help="een map met wetten / a folder of laws")
        formats(made)
        made.set_defaults(run=command)


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
    return int(bool(runs.untested) or any(each.wrong for each in runs.runs))


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


def _asked_runs(asked: argparse.Namespace) -> "tuple[Lawbook, tuple[str, ...], Runs] | int":
    """The lawbook, the laws asked for and their runs by both engines; or the exit code where there are none."""
    from registry.scenarios import runs_of
    from rules.catalogue import shipped_catalogue
    from rules.engine import durable_engine, twin_engine
    from rules.lawbook import Lawbook, shipped_lawbook
    from rules.problems import Refused, nearest

    book = Lawbook(Path(asked.folder), shipped_catalogue(), asked.folder) if asked.folder else shipped_lawbook()
    if asked.folder and not Path(asked.folder).is_dir():
        return could_not_run(f"{asked.folder}: bestaat niet / does not exist")
    laws = tuple(asked.laws or (name for name in book.laws() if book.versions(name)))
    for name in laws:
        if not book.versions(name):
            near = nearest(name, book.laws())
            return could_not_run(f"{name}: niet bij de hand / not at hand{f' ({near}?)' if near else ''}")
    if not laws:
        return could_not_run(f"{asked.folder}: geen wetten gevonden / no laws found")
    try:
        return book, laws, runs_of(book, laws, [durable_engine(), twin_engine])
    except Refused as refusal:
        return refused(refusal, asked.lang)

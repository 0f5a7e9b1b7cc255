"""`deadlines`: what has to happen by when, of documents or of a register; as text, JSON, or a file for a calendar."""

import argparse
import sys
from datetime import UTC, date, datetime
from typing import Any

from registry.arguments import Parser, day, length, shared
from registry.lines import wants_colour
from registry.opening import VARIABLE, register_address, with_register
from registry.printing import could_not_run, path_missing, print_json, print_lines
from registry.shipped import SHIPPED_MEASURES
from registry.view_cli import measures_root, unusable

Row = dict[str, Any]


def add_deadlines(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The command `deadlines`."""
    made = commands.add_parser("deadlines", parents=[shared()], help="wat wanneer moet / what has to happen by when")
    made.add_argument("paths", nargs="*", metavar="PATH", help="bestanden of mappen / files or folders (measures)")
    made.add_argument(
        "--register", metavar="FILE|URL", nargs="?", const="",
        help=f"van een register, met wat het moet melden / of a register, with whom it has to inform ({VARIABLE})",
    )  # fmt: skip
    made.add_argument("--on", type=day, metavar="DAY", help="gezien op die dag / as seen on that day (2018-04-05)")
    made.add_argument("--portfolio", metavar="PATH", help="waar de documenten staan / where the documents are")
    made.add_argument(
        "--within", type=length, metavar="LENGTH", help="alleen wat komt, binnen 30d, 8w, 6m of 1y / only what comes"
    )
    made.add_argument(
        "--format", choices=("text", "json", "ics"), default="text", help="ics: voor een agenda / calendar"
    )
    made.set_defaults(run=_deadlines)


def _deadlines(asked: argparse.Namespace) -> int:
    if asked.register is None:
        return _of_documents(asked)
    if asked.paths:
        return could_not_run("--register of paden, niet beide / --register or paths, not both")
    asked.register = asked.register or register_address()
    return _of_register(asked)


def _of_documents(asked: argparse.Namespace) -> int:
    from registry.checking import gathered
    from registry.collection import PathMissing
    from registry.deadlines import deadline_rows, judged
    from rules.lawbook import shipped_lawbook

    on: date = asked.on or asked.today
    paths = asked.paths or [measures_root(asked.portfolio)]
    try:
        collection = gathered(paths, asked.portfolio)
    except PathMissing as missing:
        return path_missing(missing, asked.lang)
    measures = [each for each in collection.measures() if each.parsed.file in collection.given]
    if not measures and not any(collection.refused()):
        return could_not_run(f"{', '.join(paths)}: geen maatregel gevonden / no measure found")
    book = shipped_lawbook()
    checked = [judged(each, book, collection, on) for each in measures]
    _told(asked, len(measures), deadline_rows(checked, book, collection, on, asked.lang))
    return unusable(collection, asked.lang, checked)


def _of_register(asked: argparse.Namespace) -> int:
    def tell(database: Any) -> int:
        from registry.register_deadlines import register_deadlines
        from registry.registered import surroundings

        on: date = asked.on or asked.today
        with database.reading() as session:
            number, rows = register_deadlines(session, surroundings(SHIPPED_MEASURES), on, asked.lang)
        _told(asked, number, rows)
        return 0

    return with_register(asked, tell)


def _told(asked: argparse.Namespace, number: int, rows: list[Row]) -> None:
    from registry.deadlines import within
    from rules.period import after

    on: date = asked.on or asked.today
    if asked.within:
        rows = within(rows, after(on, asked.within))
    made = {"schema": "regelruimte/deadlines/v1", "on": on.isoformat(), "measures": number, "rows": rows}
    if asked.format == "json":
        print_json(made)
    elif asked.format == "ics":
        from registry.calendar_file import calendar_file

        sys.stdout.write(calendar_file(rows, asked.lang, datetime.now(UTC)).decode())
        sys.stdout.flush()
    else:
        from registry.deadlines_text import deadlines_text

        print_lines(deadlines_text(made, asked.lang, wants_colour(sys.stdout)))

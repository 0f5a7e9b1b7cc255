"""The commands that ask the register: what is in force, what happened, what there is, and files for other programs."""

import argparse
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.arguments import Parser, day, domain
from registry.gate import json_text, show
from registry.lines import wants_colour
from registry.opening import register_only, register_place, with_register
from registry.printing import could_not_run, print_json, print_lines, written
from registry.words import word

if TYPE_CHECKING:
    from registry.database import Database
    from registry.wanted import Wanted


def add_questions(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The commands of questions."""
    place = register_place()
    chosen = Parser(add_help=False)
    chosen.add_argument("--area", default="", help="gebied / area")
    chosen.add_argument("--domain", type=domain, help="onderwijs, werk, hulpverlening, wonen, ondermijning")
    chosen.add_argument("--municipality", default="", metavar="CODE", help="gemeente / municipality: GM0599")
    chosen.add_argument("--instrument", default="", help="wet/instrument, law/instrument: wbmgp/priority")

    shown = commands.add_parser("show", parents=[place], help="het dossier van een maatregel / the dossier of one")
    shown.add_argument("measure", metavar="MEASURE")
    shown.set_defaults(run=_show)
    history = commands.add_parser("history", parents=[place], help="wat er met haar gebeurde / what happened to one")
    history.add_argument("measure", metavar="MEASURE")
    history.set_defaults(run=_history)
    force = commands.add_parser("in-force", parents=[place, chosen], help="wat op een dag geldt / what is in force")
    force.add_argument("--on", type=day, metavar="DAY", help="(vandaag / today)")
    force.add_argument("--as-known-on", type=day, metavar="DAY", help="zoals bekend op / as it was known on")
    force.add_argument("--certain", action="store_true", help="zonder wat niet bekend is / without what is not known")
    force.set_defaults(run=_in_force)
    search = commands.add_parser("search", parents=[place, chosen], help="zoek maatregelen / look for measures")
    search.add_argument("words", nargs="*", metavar="WORD", help="in naam, titel, delen … / in name, title, parts …")
    search.add_argument("--state", default="", choices=("submitted", "granted", "refused", "deemed"))
    search.add_argument("--verdict", default="", choices=("barred", "ineligible", "undecided", "eligible", "unneeded"))
    search.add_argument("--minister", default="", metavar="MINISTRY", help="wie erover gaat / whose laws: vro, szw")
    search.add_argument("--sort", default="name", choices=("name", "municipality", "verdict", "procedure", "decided"))
    search.set_defaults(run=_search)

    listed = commands.add_parser("people", parents=[place], help="wie mag handelen / who may act")
    listed.set_defaults(run=_people)
    export = commands.add_parser(
        "export", parents=[register_only(), chosen], help="voor andere programma's / for other programs"
    )
    export.add_argument("--what", choices=("exemptions", "measures", "log"), default="exemptions")
    export.add_argument("--format", choices=("jsonl", "csv", "xlsx"), default="jsonl")
    export.add_argument("--on", type=day, metavar="DAY", help="wat dan geldt / what is in force then (vandaag / today)")
    export.add_argument("--output", metavar="FILE", help="(stdout)")
    export.set_defaults(run=_export)


def wanted_of(asked: argparse.Namespace) -> "Wanted":
    """Which measures the options ask for."""
    from registry.wanted import Wanted

    laws = None
    if getattr(asked, "minister", ""):
        from rules.ministers import laws_of

        laws = laws_of(asked.minister, asked.today)
    return Wanted(
        area=asked.area,
        domain=asked.domain or "",
        municipality=asked.municipality.upper(),
        instrument=asked.instrument,
        state=getattr(asked, "state", ""),
        words=" ".join(getattr(asked, "words", ())),
        verdict=getattr(asked, "verdict", ""),
        laws=laws,
    )


def _show(asked: argparse.Namespace) -> int:
    return _on_one(asked, "dossier")


def _history(asked: argparse.Namespace) -> int:
    return _on_one(asked, "history")


def _on_one(asked: argparse.Namespace, what: str) -> int:
    def tell(database: "Database") -> int:
        from registry.questions import record_of
        from registry.register_text import dossier, entry_row, history, record_row

        with database.reading() as session:
            found = record_of(session, asked.measure)
        if found is None:
            return could_not_run(f"{show(asked.measure)}: {word('not in the register', asked.lang)}")
        record, entries = found
        if asked.format == "json":
            rows = [entry_row(entry) for entry in entries]
            whole = {"record": record_row(record, asked.today), "entries": rows}
            print_json(whole if what == "dossier" else {"entries": rows})
        elif what == "dossier":
            print_lines(dossier(record, entries, asked.today, asked.lang, wants_colour(sys.stdout)))
        else:
            print_lines(history(record.name, entries, asked.lang, wants_colour(sys.stdout)))
        return 0

    return with_register(asked, tell)


def _in_force(asked: argparse.Namespace) -> int:
    on_day: date = asked.on or asked.today

    def tell(database: "Database") -> int:
        from registry.questions import begun, in_force_on
        from registry.register_text import found_row, in_force_lines

        with database.reading() as session:
            found, since = in_force_on(session, on_day, asked.as_known_on, wanted_of(asked)), begun(session)
        found = [each for each in found if each.holds or not asked.certain]
        if asked.format == "json":
            known: Any = asked.as_known_on and asked.as_known_on.isoformat()
            rows = [found_row(each, asked.lang) for each in found]
            begins = since and since.isoformat()
            print_json({"on": on_day.isoformat(), "as_known_on": known, "recorded_since": begins, "exemptions": rows})
        else:
            print_lines(in_force_lines(on_day, asked.as_known_on, since, found, asked.lang, wants_colour(sys.stdout)))
        return 0

    return with_register(asked, tell)


def _people(asked: argparse.Namespace) -> int:
    def tell(database: "Database") -> int:
        from registry.bodies import tooi
        from registry.questions import people
        from registry.register_text import people_lines, plain

        with database.reading() as session:
            rows = [{**row, "tooi": tooi(row["body"])} for row in people(session)]
        if asked.format == "json":
            print_json({"people": [plain(row) for row in rows]})
        else:
            print_lines(people_lines(rows, asked.today, asked.lang))
        return 0

    return with_register(asked, tell)


def _export(asked: argparse.Namespace) -> int:
    from registry.sheets import csv_text, json_lines, xlsx

    if asked.format == "xlsx" and not asked.output:
        return could_not_run(word("xlsx needs a file", asked.lang))
    if asked.what == "log" and asked.format != "jsonl":
        return could_not_run(word("log is lines", asked.lang))

    def tell(database: "Database") -> int:
        from registry.exports import exemption_rows, measure_rows
        from registry.questions import log_lines

        with database.reading() as session:
            if asked.what == "log":
                as_stored = (line if asked.output else json_text(line) for line in log_lines(session))
                return written(asked.output, "".join(f"{line}\n" for line in as_stored).encode(), asked.lang)
            made = measure_rows if asked.what == "measures" else exemption_rows
            columns, rows = made(session, asked.on or asked.today, wanted_of(asked), asked.lang)
        match asked.format:
            case "csv":
                return written(asked.output, csv_text(columns, rows).encode(), asked.lang)
            case "xlsx":
                return written(asked.output, xlsx(columns, rows), asked.lang)
            case _:
                return written(asked.output, "".join(f"{line}\n" for line in json_lines(rows)).encode(), asked.lang)

    return with_register(asked, tell)


def _search(asked: argparse.Namespace) -> int:
    def tell(database: "Database") -> int:
        from registry.questions import listing
        from registry.register_text import listing_lines, plain

        with database.reading() as session:
            rows = listing(session, wanted_of(asked), asked.sort)
        if asked.format == "json":
            print_json({"measures": [plain(row) for row in rows]})
        else:
            print_lines(listing_lines(rows, asked.lang))
        return 0

    return with_register(asked, tell)

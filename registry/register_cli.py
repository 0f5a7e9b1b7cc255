"""The commands that keep the register: acts on a measure, and what is in force. Only these load a database."""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from registry.arguments import Parser, day, formats, shared
from registry.gate import show
from registry.lines import painted, wants_colour, wrapped
from registry.printing import could_not_run, print_json, print_lines, refused
from registry.words import word

if TYPE_CHECKING:
    from registry.database import Database
    from registry.entries import Entry, Record
    from rules.text import Language

REFUSED = 1
DEFAULT = "regelruimte.db"


def add_register(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The commands of the register."""
    place = Parser(add_help=False, parents=[shared()])
    place.add_argument(
        "--register", metavar="FILE", default=os.environ.get("REGELRUIMTE_DATABASE", DEFAULT),
        help=f"het register / the register ({DEFAULT}; REGELRUIMTE_DATABASE)",
    )  # fmt: skip
    formats(place)
    acting = Parser(add_help=False, parents=[place])
    acting.add_argument(
        "--as", dest="person", metavar="PERSON", default=os.environ.get("REGELRUIMTE_PERSON"),
        help="wie handelt / who acts (REGELRUIMTE_PERSON)",
    )  # fmt: skip
    acting.add_argument("--key", help="sleutel: herhalen legt niets dubbel vast / repeating records nothing twice")

    init = commands.add_parser("init", parents=[place], help="maak een register / make a register")
    init.set_defaults(run=_init)
    person = commands.add_parser("person", parents=[place], help="laat iemand handelen / let somebody act")
    person.add_argument("person", metavar="ID")
    for name in ("name", "role", "body"):
        person.add_argument(f"--{name}", required=True)
    person.set_defaults(run=_person)

    submit = commands.add_parser("submit", parents=[acting], help="dien een maatregel in / submit a measure")
    submit.add_argument("file", metavar="FILE")
    submit.set_defaults(run=_submit)
    decide = commands.add_parser("decide", parents=[acting], help="leg een besluit vast / record a decision")
    decide.add_argument("file", metavar="FILE")
    decide.add_argument("--seen", type=int, metavar="VERSION", help="de versie die u zag / the version that you saw")
    decide.add_argument("--mandate", metavar="TEXT")
    decide.add_argument("--reasons", metavar="TEXT")
    decide.add_argument("--against-verdict", metavar="REASON", help="toch toewijzen, en waarom / grant all the same")
    decide.set_defaults(run=_decide)
    for act, needs, says in _ACTS:
        made = commands.add_parser(act, parents=[acting], help=says)
        made.add_argument("measure", metavar="MEASURE")
        for need in needs:
            if need == "on":
                made.add_argument("--on", type=day, metavar="DAY", required=True)
            elif need == "from":
                made.add_argument(
                    "--from", dest="from_", type=day, metavar="DAY", help="anders vanaf het begin / else all"
                )
            else:
                made.add_argument(f"--{need}", metavar="TEXT")
        made.set_defaults(run=_act)

    shown = commands.add_parser("show", parents=[place], help="één maatregel in het register / one measure")
    shown.add_argument("measure", metavar="MEASURE")
    shown.set_defaults(run=_show)
    force = commands.add_parser("in-force", parents=[place], help="wat op een dag geldt / what is in force on a day")
    force.add_argument("--on", type=day, metavar="DAY", help="(vandaag / today)")
    force.add_argument("--as-known-on", type=day, metavar="DAY", help="zoals bekend op / as it was known on")
    force.set_defaults(run=_in_force)
    anew = commands.add_parser("rebuild", parents=[place], help="maak de tabellen opnieuw / make the tables anew")
    anew.set_defaults(run=_rebuild)
    table = commands.add_parser(
        "lifecycle", parents=[shared()], help="welke handelingen er zijn / which acts there are"
    )
    formats(table)
    table.set_defaults(run=_lifecycle)


_ACTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("advise", ("reasons",), "adviseer / advise"),
    ("agree", ("on",), "stem in als minister / agree as a minister"),
    ("publish", ("on", "where"), "leg de bekendmaking vast / record that it was made known"),
    ("suspend", ("on", "reasons"), "schors / suspend"),
    ("resume", ("on", "reasons"), "hef de schorsing op / lift the suspension"),
    ("annul", ("on", "from", "reasons"), "vernietig / annul"),
    ("withdraw", ("on", "mandate", "reasons"), "trek in / withdraw"),
    ("evaluate", ("on", "reasons"), "dien een evaluatie in / file an evaluation"),
    ("note", ("reasons",), "maak een aantekening / make a note"),
)


def _opened(asked: argparse.Namespace, *, create: bool = False) -> "Database | int":
    from registry.database import Database, DatabaseRefused

    try:
        return Database(Path(asked.register), create=create)
    except DatabaseRefused as refusal:
        return could_not_run(refusal.why.read(asked.lang))


def _init(asked: argparse.Namespace) -> int:
    database = _opened(asked, create=True)
    if isinstance(database, int):
        return database
    database.close()
    print_lines([f"{word('register made', asked.lang)}: {show(asked.register)}"])
    return 0


def _person(asked: argparse.Namespace) -> int:
    from registry.acts import add_person
    from registry.store import ActRefused

    database = _opened(asked)
    if isinstance(database, int):
        return database
    try:
        add_person(database, asked.person, asked.name, asked.role, asked.body, datetime.now(UTC))
    except ActRefused as refusal:
        return _refused(refusal, asked.lang)
    finally:
        database.close()
    print_lines([f"{show(asked.person)}: {show(asked.role)}, {show(asked.body)}"])
    return 0


def _submit(asked: argparse.Namespace) -> int:
    return _document_act(asked, "submit", "measure", {})


def _decide(asked: argparse.Namespace) -> int:
    stated = {name: getattr(asked, name) for name in ("seen", "mandate", "reasons", "against_verdict")}
    return _document_act(asked, "decide", "on_measure", {name: value for name, value in stated.items() if value})


def _document_act(asked: argparse.Namespace, kind: str, names: str, data: dict[str, Any]) -> int:
    """An act that brings a document: the measure is the one that the document names."""
    from rules.documents import document
    from rules.problems import Refused

    try:
        received = sys.stdin.buffer.read() if asked.file == "-" else Path(asked.file).read_bytes()
    except OSError as error:
        return could_not_run(f"{show(asked.file)}: {error.strerror}")
    try:
        subject = getattr(document(received, asked.file).model, names, None)
    except Refused as refusal:
        return refused(refusal, asked.lang)
    if subject is None:
        return could_not_run(f"{show(asked.file)}: {word(f'no {names}', asked.lang)}")
    return _performed(asked, kind, subject, received, data)


def _act(asked: argparse.Namespace) -> int:
    data: dict[str, Any] = {}
    for name in ("on", "from_", "reasons", "mandate", "where"):
        value = getattr(asked, name, None)
        if value is not None:
            data[name.strip("_")] = value.isoformat() if isinstance(value, date) else value
    return _performed(asked, asked.command, asked.measure, None, data)


def _performed(asked: argparse.Namespace, kind: str, subject: str, received: bytes | None, data: dict[str, Any]) -> int:
    from registry.acts import perform
    from registry.checking import SHIPPED_MEASURES
    from registry.guards import Act
    from registry.store import ActRefused
    from rules.engine import durable_engine
    from rules.problems import Refused

    if not asked.person:
        return could_not_run(word("who acts", asked.lang))
    database = _opened(asked)
    if isinstance(database, int):
        return database
    act = Act(kind, subject, asked.key or str(uuid4()), received, data)
    try:
        made = perform(database, act, asked.person, datetime.now(UTC), durable_engine(), Path(SHIPPED_MEASURES))
    except ActRefused as refusal:
        return _refused(refusal, asked.lang)
    except Refused as refusal:
        return refused(refusal, asked.lang)
    finally:
        database.close()
    if asked.format == "json":
        print_json({"entry": entry_row(made.entry), "record": record_row(made.record), "repeated": made.repeated})
    else:
        said = [f"{made.entry.number}: {kind} {show(subject)} (v{made.record.version})"]
        if made.checked:
            from rules.vocabulary import reading

            said.append(f"{word('verdict', asked.lang)}: {reading(made.checked.verdict).read(asked.lang)}")
        print_lines(said)
    return 0


def _refused(refusal: Any, language: "Language") -> int:
    print_lines(wrapped(f"{word('refused', language)} [{refusal.code}]: {refusal.why.read(language)}"), sys.stderr)
    return REFUSED


def _show(asked: argparse.Namespace) -> int:
    from registry.store import record_of

    database = _opened(asked)
    if isinstance(database, int):
        return database
    found = record_of(database, asked.measure)
    database.close()
    if found is None:
        return could_not_run(f"{show(asked.measure)}: {word('not in the register', asked.lang)}")
    record, entries = found
    if asked.format == "json":
        print_json({"record": record_row(record), "entries": [entry_row(entry) for entry in entries]})
    else:
        print_lines(_dossier(record, entries, asked.lang, wants_colour(sys.stdout)))
    return 0


def _dossier(record: "Record", entries: list["Entry"], language: "Language", colour: bool) -> Iterator[str]:
    """A measure in the register: where it stands, its exemptions, and every act on it."""
    yield painted(f"{show(record.name)}, v{record.version}", "bold", colour)
    for line, state in record.lines.items():
        yield f"  {word(line, language)}: {word(state, language)}"
    if record.against_verdict:
        yield from wrapped(f"{word('against the verdict', language)}: {show(record.against_verdict)}", 2, "! ")
    for each in record.exemptions:
        yield from wrapped(f"{show(each.part)}, {each.instrument}: {each.first} – {each.last}", 2, "- ")
    for entry in entries:
        told = [str(entry.data[name]) for name in ("verdict", "outcome", "on", "reasons") if entry.data.get(name)]
        who = f"{show(entry.actor)} ({show(str(entry.data.get('body', '')))})"
        said = f"{entry.recorded:%Y-%m-%d %H:%M} {entry.kind}, {who}"
        yield from wrapped(f"{said}{': ' if told else ''}{show('; '.join(told))}", 2, f"{entry.number} ")


def _in_force(asked: argparse.Namespace) -> int:
    from registry.store import in_force_on

    database = _opened(asked)
    if isinstance(database, int):
        return database
    on_day: date = asked.on or asked.today
    found = in_force_on(database, on_day, asked.as_known_on)
    database.close()
    if asked.format == "json":
        rows = [{**exemption_row(each.exemption), "against_verdict": each.against_verdict} for each in found]
        print_json({"on": on_day.isoformat(), "as_known_on": _day(asked.as_known_on), "exemptions": rows})
        return 0
    if not found:
        print_lines([f"{on_day}: {word('nothing in force', asked.lang)}"])
    for exemption, against in found:
        what = f"{show(exemption.part)} ({exemption.municipality}), {exemption.instrument}"
        said = f"{what}: {exemption.first} – {exemption.last} · {show(exemption.measure)}"
        print_lines(wrapped(said, 0, "! " if against else "- "))
    return 0


def _rebuild(asked: argparse.Namespace) -> int:
    from registry.store import rebuild

    database = _opened(asked)
    if isinstance(database, int):
        return database
    differed = rebuild(database)
    database.close()
    print_lines([f"{word('rows that differed', asked.lang)}: {differed}"])
    return REFUSED if differed else 0


def _lifecycle(asked: argparse.Namespace) -> int:
    from registry.lifecycle import guard_says, lifecycle, lifecycle_hash

    table = lifecycle()
    if asked.format == "json":
        print_json({"sha256": lifecycle_hash(), **table.model_dump(by_alias=True, mode="json")})
        return 0
    lines: list[str] = []
    for act in table.acts:
        steps = f"{', '.join(act.from_)} → {', '.join(act.to) or '='}"
        lines += wrapped(f"{act.act}: {act.says.text.read(asked.lang)} ({act.line}: {steps}; {act.role})")
        for guard in act.guards:
            lines += wrapped(f"{guard_says(guard).read(asked.lang)} [{guard}]", 2, "- ")
    print_lines([*lines, f"SHA-256 {lifecycle_hash()}"])
    return 0


def entry_row(entry: "Entry") -> dict[str, Any]:
    """An entry as data."""
    return {**entry._asdict(), "recorded": entry.recorded.isoformat(timespec="microseconds")}


def record_row(record: "Record") -> dict[str, Any]:
    """A measure in the register as data."""
    return {
        "measure": record.name,
        "version": record.version,
        **dict(record.lines),
        "document": record.document,
        "decision": record.decision,
        "decided_on": _day(record.decided_on),
        "published_on": _day(record.published_on),
        "withdrawn_from": _day(record.withdrawn_from),
        "annulled_from": _day(record.annulled_from),
        "agreements": {minister: on.isoformat() for minister, on in record.agreements.items()},
        "against_verdict": record.against_verdict,
        "exemptions": [exemption_row(each) for each in record.exemptions],
    }


def exemption_row(each: Any) -> dict[str, Any]:
    """An exemption as data."""
    return {
        "measure": each.measure,
        "part": each.part,
        "instrument": each.instrument,
        "municipality": each.municipality,
        "first": each.first.isoformat(),
        "last": each.last.isoformat(),
    }


def _day(found: date | None) -> str | None:
    return found.isoformat() if found else None

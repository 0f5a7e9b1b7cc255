"""The commands that act on a measure in the register, one for each act of registry/lifecycle.yaml."""

import argparse
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.act_inputs import ACTS, INPUTS, ActInput
from registry.arguments import Parser, day
from registry.gate import show
from registry.lines import wants_colour
from registry.opening import REFUSED, acting_person, register_place, with_register
from registry.printing import could_not_run, print_json, print_lines, refused
from registry.shipped import SHIPPED_MEASURES
from registry.words import word

if TYPE_CHECKING:
    from registry.database import Database
    from registry.guards import Act


def add_acts(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The commands of acts."""
    acting = Parser(add_help=False, parents=[register_place()])
    acting.add_argument(
        "--as", dest="person", metavar="PERSON", default=os.environ.get("REGELRUIMTE_PERSON"),
        help="wie handelt / who acts (REGELRUIMTE_PERSON, regelruimte who)",
    )  # fmt: skip
    acting.add_argument(
        "--dry-run", action="store_true", help="wat het zou vastleggen, en wat in de weg staat / what it would record"
    )
    acting.add_argument("--key", help="sleutel: herhalen legt niets dubbel vast / repeating records nothing twice")

    submit = commands.add_parser("submit", parents=[acting], help="dien een maatregel in / submit a measure")
    submit.add_argument("file", metavar="FILE")
    submit.set_defaults(run=_submit)
    decide = commands.add_parser("decide", parents=[acting], help="leg een besluit vast / record a decision")
    decide.add_argument("file", metavar="FILE")
    decide.add_argument("--seen", type=int, metavar="VERSION", help="de versie die u zag / the version that you saw")
    decide.add_argument("--mandate", metavar="TEXT", help="anders dat van de persoon / else that of the person")
    decide.add_argument("--reasons", metavar="TEXT")
    decide.add_argument("--against-verdict", metavar="REASON", help="toch toewijzen, en waarom / grant all the same")
    decide.set_defaults(run=_decide)
    for act, says in _SAYS.items():
        made = commands.add_parser(act, parents=[acting], help=says)
        made.add_argument("measure", metavar="MEASURE")
        for name in ACTS[act]:
            _option(made, INPUTS[name])
        made.set_defaults(run=_act)


_SAYS = {
    "advise": "adviseer / advise",
    "agree": "stem in als minister / agree as a minister",
    "publish": "leg de bekendmaking vast / record that it was made known",
    "deem": "leg vast dat is gezwegen / record a grant by silence",
    "suspend": "schors / suspend",
    "resume": "hef de schorsing op / lift the suspension",
    "annul": "vernietig / annul",
    "withdraw": "trek in / withdraw",
    "evaluate": "dien een evaluatie in / file an evaluation",
    "correct": "verbeter een vastgelegde dag / correct a recorded day",
    "note": "maak een aantekening / make a note",
    "condition": "leg vast of een voorwaarde is nagekomen / record whether a condition was kept",
    "finding": "doe een bevinding (auditor) / record a finding",
    "answer": "beantwoord een bevinding / answer a finding",
    "follow-up": "sluit een bevinding af, of niet / close a finding, or not",
}
_DESTINATIONS = {"from": "from_"}
_METAVARS = {"day": "DAY", "number": "NUMBER", "file": "FILE", "settings": "on=DAY", "text": "TEXT", "choice": None}


def _option(made: Parser, asked: ActInput) -> None:
    says = f"{asked.says.nl} / {asked.says.en}" if asked.says.nl != asked.says.en else asked.says.nl
    types: dict[str, Any] = {"day": day, "number": int, "settings": _setting}
    made.add_argument(
        f"--{asked.name}", dest=_DESTINATIONS.get(asked.name, asked.name), metavar=_METAVARS[asked.kind], help=says,
        type=types.get(asked.kind, str), required=asked.required,
        action="append" if asked.kind == "settings" else "store", choices=asked.choices or None,
    )  # fmt: skip


def _setting(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"verwacht / expected on=2026-12-01: {written}")
    return name, day(value).isoformat() if name in ("on", "from") else value


def _submit(asked: argparse.Namespace) -> int:
    return _document_act(asked, "submit", "measure", {})


def _decide(asked: argparse.Namespace) -> int:
    stated = {name: getattr(asked, name) for name in ("seen", "mandate", "reasons", "against_verdict")}
    return _document_act(asked, "decide", "on_measure", {name: value for name, value in stated.items() if value})


def _document_act(asked: argparse.Namespace, kind: str, names: str, data: dict[str, Any]) -> int:
    """An act that brings a document: the measure is the one that the document names."""
    from registry.collection import shown_path
    from registry.guards import Act
    from rules.documents import document
    from rules.problems import Refused

    received = _received(asked.file)
    if received is None:
        return could_not_run(f"{show(asked.file)}: {word('cannot be read', asked.lang)}")
    try:
        subject = getattr(document(received, shown_path(asked.file)).model, names, None)
    except Refused as refusal:
        return refused(refusal, asked.lang)
    if subject is None:
        return could_not_run(f"{show(asked.file)}: {word(f'no {names}', asked.lang)}")
    return _performed(asked, Act(kind, subject, _key(asked), received, data, shown_path(asked.file)))


def _received(file: str) -> bytes | None:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError:
        return None


def _act(asked: argparse.Namespace) -> int:
    from registry.guards import Act

    data: dict[str, Any] = {}
    for name in ACTS[asked.command]:
        value = getattr(asked, _DESTINATIONS.get(name, name))
        if value is not None and name != "attach":
            data[name] = value.isoformat() if isinstance(value, date) else dict(value) if name == "set" else value
    received = None
    if attached := getattr(asked, "attach", None):
        received = _received(attached)
        if received is None:
            return could_not_run(f"{show(attached)}: {word('cannot be read', asked.lang)}")
        data["attached"] = Path(attached).name
    return _performed(asked, Act(asked.command, asked.measure, _key(asked), received, data))


def _key(asked: argparse.Namespace) -> str:
    from uuid import uuid4

    return asked.key or str(uuid4())


def _performed(asked: argparse.Namespace, act: "Act") -> int:
    person = acting_person(asked)
    if not person:
        return could_not_run(word("who acts", asked.lang))

    def do(database: "Database") -> int:
        from registry.acts import perform, preview
        from registry.register_text import entry_row, preview_lines, preview_row, record_row, verdict_lines
        from rules.engine import durable_engine

        if asked.dry_run:
            seen = preview(database, act, person, datetime.now(UTC), durable_engine(), SHIPPED_MEASURES)
            if asked.format == "json":
                print_json(preview_row(seen, asked.lang))
            else:
                print_lines(preview_lines(seen, asked.lang, wants_colour(sys.stdout)))
            return 0 if seen.passes else REFUSED
        made = perform(database, act, person, datetime.now(UTC), durable_engine(), SHIPPED_MEASURES)
        if asked.format == "json":
            print_json(
                {
                    "entry": entry_row(made.entry),
                    "record": record_row(made.record, asked.today),
                    "repeated": made.repeated,
                }
            )
            return 0
        said = [f"{made.entry.number}: {act.kind} {show(act.subject)} (v{made.record.version})"]
        if made.checked:
            said += verdict_lines(made.checked, asked.lang)
        print_lines(said)
        return 0

    return with_register(asked, do)

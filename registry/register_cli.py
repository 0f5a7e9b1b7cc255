"""The commands that keep a register: making one, and who may act. Only the commands of a register load a database.

The acts stand in registry/acts_cli.py, the questions in registry/questions_cli.py, audits in registry/audit_cli.py.
"""

import argparse
import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.acts_cli import add_acts
from registry.arguments import Parser, day, formats, shared
from registry.audit_cli import add_audit
from registry.gate import show
from registry.lines import wrapped
from registry.opening import (
    REFUSED,
    acting_person,
    register_name,
    register_only,
    register_place,
    with_no_password_shown,
    with_register,
    without_password,
)
from registry.printing import could_not_run, print_json, print_lines
from registry.questions_cli import add_questions
from registry.shipped import SHIPPED_MEASURES
from registry.words import word

if TYPE_CHECKING:
    from registry.database import Database


def add_register(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The commands of the register."""
    place = register_place()
    init = commands.add_parser("init", parents=[place], help="maak een register / make a register")
    init.add_argument(
        "--with-history",
        action="store_true",
        help="met de besluiten die zijn meegeleverd / with the decisions that are shipped",
    )
    init.set_defaults(run=_init)
    upgrade = commands.add_parser(
        "upgrade", parents=[place], help="breng de tabellen bij / bring its tables up to date"
    )
    upgrade.set_defaults(run=_upgrade)
    protect = commands.add_parser(
        "protect", parents=[place], help="een login per persoon (PostgreSQL) / a login for each person"
    )
    protect.set_defaults(run=_protect)
    copy = commands.add_parser(
        "backup", parents=[register_only()], help="een hele kopie, ook in gebruik / a whole copy, in use or not"
    )
    copy.add_argument("file", metavar="FILE")
    copy.add_argument("--replace", action="store_true", help="vervang wat daar staat / replace what stands there")
    copy.set_defaults(run=_backup)
    person = commands.add_parser("person", parents=[place], help="laat iemand handelen / let somebody act")
    person.add_argument("person", metavar="ID")
    for name, says in (
        ("name", "naam, blijft buiten het log / stays out of the log"),
        ("role", "submitter, adviser, co-decider, decider, registrar, auditor"),
        ("body", "gemeente of ministerie / municipality or ministry: gm0599, vro"),
    ):
        person.add_argument(f"--{name}", required=True, help=says)
    person.add_argument("--mandate", default="", help="het mandaatbesluit / the decision that gives the mandate")
    person.add_argument("--from", dest="first", type=day, metavar="DAY", help="(vandaag / today)")
    person.add_argument("--until", dest="last", type=day, metavar="DAY", help="laatste dag / last day")
    person.set_defaults(run=_person)
    erase = commands.add_parser("erase", parents=[place], help="wis de naam van wie niet meer handelt / erase a name")
    erase.add_argument("whose", metavar="ID")
    erase.add_argument("--reasons", metavar="TEXT", required=True, help="op welke grond / on which ground")
    erase.add_argument(
        "--as", dest="person", metavar="PERSON", default=os.environ.get("REGELRUIMTE_PERSON"), help="registrar"
    )
    erase.set_defaults(run=_erase)
    who = commands.add_parser("who", parents=[place], help="wie hier handelt / who acts here")
    who.add_argument("person", metavar="ID", nargs="?", help="onthoud deze persoon / keep this person")
    who.set_defaults(run=_who)
    add_acts(commands)
    add_questions(commands)
    add_audit(commands)
    anew = commands.add_parser("rebuild", parents=[place], help="maak de tabellen opnieuw / make the tables anew")
    anew.set_defaults(run=_rebuild)
    table = commands.add_parser(
        "lifecycle", parents=[shared()], help="welke handelingen er zijn / which acts there are"
    )
    formats(table)
    table.set_defaults(run=_lifecycle)


def _tell(asked: argparse.Namespace, row: Mapping[str, Any], lines: Iterable[str]) -> None:
    """What a command came to: as data, or in lines."""
    if asked.format == "json":
        print_json(row)
    else:
        print_lines(lines)


def _init(asked: argparse.Namespace) -> int:
    engine = None
    if asked.with_history:
        from rules.engine import durable_engine

        engine = durable_engine()  # before anything is made: where it does not load, no empty register stays behind

    def make(database: "Database") -> int:
        lines, loaded = [f"{word('register made', asked.lang)}: {show(database.shown)}"], 0
        if engine:
            from registry.history import load_history

            loaded = load_history(database, SHIPPED_MEASURES, datetime.now(UTC), engine)
            lines.append(f"{word('history loaded', asked.lang)}: {loaded}")
        _tell(asked, {"register": database.shown, "history": loaded}, lines)
        return 0

    return with_register(asked, make, create=True)


def _upgrade(asked: argparse.Namespace) -> int:
    def told(database: "Database") -> int:
        line = f"{word('up to date', asked.lang)}: {show(database.shown)}"
        _tell(asked, {"register": database.shown}, [line])
        return 0

    return with_register(asked, told, upgrade=True)


def _protect(asked: argparse.Namespace) -> int:
    def done(database: "Database") -> int:
        from registry.questions import people

        database.protect()
        with database.reading() as session:
            found = sorted({row["person"] for row in people(session)})
        for each in found:
            database.let_in(each)
        _tell(asked, {"logins": found}, wrapped(f"{word('protected', asked.lang)}: {', '.join(found) or '–'}"))
        return 0

    return with_register(asked, done)


def _backup(asked: argparse.Namespace) -> int:
    def copied(database: "Database") -> int:
        try:
            entries = database.copy(Path(asked.file), replace=asked.replace)
        except OSError as error:
            return could_not_run(f"{asked.file}: {error.strerror}")
        print_lines([f"{word('written', asked.lang)}: {show(asked.file)} ({entries} {word('entries', asked.lang)})"])
        return 0

    if "://" not in asked.register:
        return with_register(asked, copied, any_version=True)
    return with_no_password_shown(asked, lambda: could_not_run(_pg_dump(asked)))


def _pg_dump(asked: argparse.Namespace) -> str:
    """How a server makes a copy, as a command that can be given as it stands; a password is not in it."""
    command = ["pg_dump", "--format=custom", f"--file={asked.file}", without_password(asked.register)]
    return f"{word('server backs up', asked.lang)}: {shlex.join(command)}"


def _person(asked: argparse.Namespace) -> int:
    def add(database: "Database") -> int:
        from registry.acts import add_person

        days = {"first": asked.first, "last": asked.last}
        made = add_person(
            database, asked.person, asked.name, asked.role, asked.body, datetime.now(UTC), mandate=asked.mandate, **days
        )
        database.let_in(asked.person)
        term = f"{made.data['first']} – {made.data['last']}".removesuffix("9999-12-31").strip()
        line = f"{asked.person}: {asked.role}, {asked.body} ({made.data['tooi']}), {term}"
        _tell(asked, {"person": asked.person, **made.data}, wrapped(line))
        return 0

    return with_register(asked, add)


def _erase(asked: argparse.Namespace) -> int:
    by = acting_person(asked)
    if not by:
        return could_not_run(word("who acts", asked.lang))

    def erased(database: "Database") -> int:
        from registry.acts import erase_person
        from registry.register_text import entry_row

        made = erase_person(database, asked.whose, by, asked.reasons, datetime.now(UTC))
        swept = database.sweep()
        line = f"{made.number}: {word('erased', asked.lang)} {asked.whose}"
        _tell(asked, {"entry": entry_row(made), "swept": swept}, wrapped(line))
        for note in ("still in backups",) if swept else ("still in the file", "still in backups"):
            print_lines(wrapped(word(note, asked.lang)), sys.stderr)
        return 0

    return with_register(asked, erased)


def _who(asked: argparse.Namespace) -> int:
    from registry.who import keep_person, kept_person

    if asked.person:
        keep_person(register_name(asked.register), asked.person)
    found = kept_person(register_name(asked.register))
    row = {"register": register_name(asked.register), "person": found}
    _tell(asked, row, [show(found) if found else word("nobody kept", asked.lang)])
    return 0


def _rebuild(asked: argparse.Namespace) -> int:
    def anew(database: "Database") -> int:
        from registry.store import rebuild

        differed = rebuild(database)
        _tell(asked, {"differed": differed}, [f"{word('rows that differed', asked.lang)}: {differed}"])
        return REFUSED if differed else 0

    return with_register(asked, anew)


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

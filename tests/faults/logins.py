"""A register on a server with a login for each person, and what our program would have each of them record."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import psycopg

from registry.acts import add_person
from registry.database import Database
from registry.entries import Entry, record
from registry.lifecycle import lifecycle
from registry.projection import rows_of
from registry.store import entries_in
from rules.canonical import canonical
from tests.registers import (
    DECISION,
    GOOD,
    MEASURE,
    NAME,
    PEOPLE,
    do,
)

EVERYBODY = {**PEOPLE, "iris": ("auditor", "bzk")}
OTHER = "heerlen-other"
DECIDED = 10  # the number of the decision in the log


def login(address: str, person: str) -> str:
    return address.replace("//postgres:", f"//{person}:")


_RECORD = "SELECT regelruimte_record(%s, %s::bytea[], %s::jsonb, %s::jsonb)"


class Server:
    """A register on a server with a login for each person: one measure submitted, another granted."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.admin = Database(address)
        self.look()

    def look(self) -> None:
        """Reads what is in the log by now."""
        with self.admin.reading() as session:
            self.entries = {name: entries_in(session, name) for name in (NAME, OTHER)}
            self.size = len(entries_in(session))

    def as_(self, person: str) -> Database:
        return Database(login(self.address, person))

    def ask(self, person: str, statement: str, *values: Any) -> Any:
        """What the server answers that person; nothing stays."""
        with psycopg.connect(login(self.address, person)) as connection:
            try:
                cursor = connection.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else None
            finally:
                connection.rollback()

    def commit(self, person: str, entry: Mapping[str, Any], rows: Any, documents: tuple[bytes, ...] = ()) -> None:
        """Records past our program, and it stays."""
        stated = [json.dumps(each, default=str) for each in rows]
        with psycopg.connect(login(self.address, person)) as connection:
            connection.execute(_RECORD, (canonical(dict(entry)), list(documents), *stated))

    def record(
        self, person: str, entry: Mapping[str, Any] | bytes, rows: Any = None, documents: tuple[bytes, ...] = ()
    ) -> str:
        """Records past our program: why the server refuses, or nothing; nothing stays."""
        measure, exemptions = rows if rows is not None else (None, ())
        stated = [json.dumps(each, default=str) for each in (measure, exemptions)]
        try:
            content = entry if isinstance(entry, bytes) else canonical(dict(entry))
            self.ask(person, _RECORD, content, list(documents), *stated)
        except psycopg.Error as error:
            return str(error).partition("\n")[0] or "?"
        return ""


def protected_register(address: str) -> None:
    """Makes it, with everybody let in: one measure submitted, another granted, and something found on that."""
    database = Database(address, create=True)
    for person, (role, body) in EVERYBODY.items():
        add_person(
            database,
            person,
            f"Naam van {person}",
            role,
            body,
            datetime(2026, 11, 25, 12, tzinfo=UTC),
            first=date(2026, 1, 1),
        )
    do(database, "eva", "submit", MEASURE)
    do(
        database,
        "eva",
        "submit",
        MEASURE.replace(NAME, OTHER).replace("2027-01-01, until: 2030", "2031-01-01, until: 2034"),
    )
    do(database, "sam", "agree", on="2026-11-10", name=OTHER)
    decision = f"{DECISION.replace(NAME, OTHER)}conditions: [meld elk jaar wie een woning kreeg]\n"
    decided = do(database, "vera", "decide", decision, **GOOD, against_verdict="voor deze proef")
    assert decided.entry.number == DECIDED
    do(database, "iris", "finding", name=OTHER, entry=DECIDED, weight="attention", reasons="x")
    database.protect()
    for person in EVERYBODY:
        database.let_in(person)
    database.close()


REASONS = {"reasons": "x"}
# On which of both measures an act is possible, and what is asked of it.
NEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "submit": (NAME, {}),
    "advise": (NAME, REASONS),
    "agree": (NAME, {"on": "2026-11-10"}),
    "decide": (NAME, {**GOOD, "against_verdict": "voor deze proef"}),
    "publish": (OTHER, {"on": "2026-11-21"}),
    "deem": (OTHER, {}),
    "suspend": (OTHER, {**REASONS, "on": "2026-11-22"}),
    "resume": (OTHER, {**REASONS, "on": "2026-11-23"}),
    "annul": (OTHER, {**REASONS, "on": "2026-11-22"}),
    "withdraw": (OTHER, {**REASONS, "on": "2026-11-22", "mandate": "m"}),
    "evaluate": (OTHER, {**REASONS, "on": "2026-11-22"}),
    "correct": (OTHER, {**REASONS, "entry": "agree", "set": {"on": "2026-11-11"}}),
    "note": (NAME, REASONS),
    "condition": (OTHER, {**REASONS, "condition": 1, "kept": "kept", "on": "2026-11-22"}),
    "finding": (OTHER, {**REASONS, "entry": "decide", "weight": "attention"}),
    "answer": (OTHER, {**REASONS, "finding": "finding"}),
    "follow-up": (OTHER, {**REASONS, "finding": "finding", "state": "closed"}),
}
ACTS = sorted({each.act for each in lifecycle().acts} - {"resume"})  # nothing stands suspended
DOCUMENTS = {"submit": MEASURE, "decide": DECISION}


def asked(server: Server, kind: str) -> tuple[str, dict[str, Any]]:
    """On which measure, and what is asked; an entry is named by its kind."""
    name, data = NEEDS[kind]
    numbers = {each.kind: each.number for each in server.entries[name]}
    return name, {key: numbers[it] if key in ("entry", "finding") else it for key, it in data.items()}


def attempt(server: Server, person: str, kind: str, **change: Any) -> tuple[dict[str, Any], Any, tuple[bytes, ...]]:
    """The entry that our program would make of that act by that person now, its rows, and its documents."""
    name, data = asked(server, kind)
    role, body = EVERYBODY[person]
    earlier = server.entries[name]
    document = DOCUMENTS.get(kind)
    said = {each.kind: dict(each.data) for entries in server.entries.values() for each in entries}
    if kind in ("submit", "decide"):
        data = {**said[kind], **data}
    if kind == "decide":
        data["exemptions"] = [{**data["exemptions"][0], "first": "2027-01-01", "last": "2030-12-31"}]
    if kind == "deem":
        kept = {each: said["decide"][each] for each in ("day", "hashes", "receipt", "rules", "exemptions")}
        data |= {**kept, "on": "2026-11-22", "outcome": "deemed", "due": "2026-11-21", "cite": []}
    if kind == "agree":
        data["minister"] = body
    sha = sha256(document.encode()).hexdigest() if document else None
    entry = Entry(server.size, kind, "key-x", name, person, role, datetime.now(UTC), sha, {**data, "body": body})
    rows = rows_of(record(name, [*earlier, entry]))
    stated = {**json.loads(entry.content), **change}
    return stated, rows, (document.encode(),) if document else ()


def saying(**change: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What makes an entry say something else."""
    return lambda entry: {**entry, "data": {**entry["data"], **change}}

"""A login for each person on PostgreSQL: every role tries every act in raw SQL, and whatever a password could buy."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from registry.acts import add_person, erase_person, perform, preview
from registry.database import Database
from registry.entries import Entry, record
from registry.guards import Act
from registry.history import load_history
from registry.lifecycle import lifecycle
from registry.projection import rows_of
from registry.questions import people
from registry.refusals import ActRefused, DatabaseRefused
from registry.store import entries_in, rebuild
from rules.canonical import canonical
from rules.engine import twin_engine
from tests.conftest import Copies, Run
from tests.faults.test_tampering import levels, seen
from tests.registers import (
    DECISION,
    GOOD,
    MEASURE,
    NAME,
    NOW,
    PEOPLE,
    SURROUNDINGS,
    add_people,
    address_of,
    do,
    nobody,
    turned_back,
)
from tests.samples import ROOT
from tests.servers import database_of
from tests.test_register_acts import DESIGNATION, REFUSAL

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


def made(address: str) -> None:
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


@pytest.fixture(scope="session")
def place(server: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """The address of a new register: a copy of one that is made once by each test process.

    Logins are of the whole server, so that one process at a time makes them.
    """
    base, numbers = tmp_path_factory.getbasetemp(), count()
    lock = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "roles.lock"
    template = f"roles_{os.getpid()}"

    def sql(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)

    sql(f"CREATE DATABASE {template}")
    with lock.open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        made(database_of(server, template))

    def new() -> str:
        name = f"{template}_{next(numbers)}"
        sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        with closing(Database(database_of(server, name))) as database:
            database.protect()  # the rights on a database itself are in no template
        return database_of(server, name)

    return new


@pytest.fixture(scope="session")
def shared(place: Callable[[], str]) -> Iterator[Server]:
    """One for each test process: nothing that is tried on it stays."""
    yield (found := Server(place()))
    found.admin.close()


@pytest.fixture
def own(place: Callable[[], str]) -> Iterator[Server]:
    """One to change."""
    yield (found := Server(place()))
    found.admin.close()


# ---- every role tries every act ----

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
# What only a check of the law can tell, or only the rest of the log: the server lets it pass, and an audit tells.
LEFT_TO_AN_AUDIT = {"agreed", "basis", "concerned", "no-overlap", "silence", "verdict"}


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


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("person", EVERYBODY)
def test_each_role_does_its_own_acts_and_no_others(shared: Server, person: str, kind: str) -> None:
    """By the table of the lifecycle, in raw SQL and through the program; what the one refuses, the other does."""
    role_asked = next(each.role for each in lifecycle().acts if each.act == kind)
    role, _ = EVERYBODY[person]
    refused = shared.record(person, *attempt(shared, person, kind))
    name, data = asked(shared, kind)
    document = DOCUMENTS.get(kind)
    act = Act(kind, name, "key-y", document.encode() if document else None, data)
    with closing(shared.as_(person)) as database:
        if role_asked not in ("any", role):
            assert f"{kind} is for a {role_asked}" in refused
            with pytest.raises(ActRefused) as by_program:
                perform(database, act, person, datetime.now(UTC), twin_engine, SURROUNDINGS)
            assert by_program.value.code == "wrong-role"
            return
        made = preview(database, act, person, datetime.now(UTC), twin_engine, SURROUNDINGS)
    assert made.refused is None
    standing = {each.name for each in made.guards if each.refuses} - LEFT_TO_AN_AUDIT
    if kind == "deem":
        standing.discard("exact-term")  # where no silence counts, nothing is granted by it
    assert bool(refused) == bool(standing), (refused, standing)


def test_each_guard_is_one_of_the_server_or_is_named_as_left_to_an_audit() -> None:
    script = (ROOT / "registry/server_roles.sql").read_text(encoding="utf-8")
    there = {guard for guard in lifecycle().guards if f"WHEN '{guard}' THEN" in script}
    by_shape_or_table = {"listed", "no-overlap"}
    assert set(lifecycle().guards) == there | LEFT_TO_AN_AUDIT | by_shape_or_table


def test_there_are_more_than_a_hundred_of_these() -> None:
    assert len(ACTS) * len(EVERYBODY) > 100
    assert set(NEEDS) == {*ACTS, "resume"}


# ---- what a password could buy beside that ----


def changed(**change: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda entry: {**entry, **change}


def saying(**change: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda entry: {**entry, "data": {**entry["data"], **change}}


def about(**change: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda entry: saying(about={**entry["data"]["about"], **change})(entry)


def exempting(**change: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def forge(entry: dict[str, Any]) -> dict[str, Any]:
        return saying(exemptions=[{**each, **change} for each in entry["data"]["exemptions"]])(entry)

    return forge


def later(minutes: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(entry: dict[str, Any]) -> dict[str, Any]:
        recorded = datetime.fromisoformat(entry["recorded"]) + timedelta(minutes=minutes)
        return {**entry, "recorded": recorded.isoformat(timespec="microseconds")}

    return change


FORGED: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "as somebody else": (changed(actor="rik"), "you are vera"),
    "in another role": (changed(role="registrar"), "decide is for a decider"),
    "in a role one has not, for an act of all": (changed(kind="note", role="registrar"), "no registrar for vro today"),
    "for another body": (saying(body="szw"), "no decider for szw today"),
    "at another number": (changed(number=3), "not the next number"),
    "as of the past": (saying(history=True), "loaded by the administrator"),
    "back-dated": (later(-20), "recorded at"),
    "post-dated": (later(10), "recorded at"),
    "on another version": (saying(seen=7), "version-seen"),
    "with another outcome": (saying(outcome="refused", exemptions=[]), "does not lead to"),
    "refused, with exemptions": (saying(outcome="refused"), "exact-term"),
    "granted, without exemptions": (saying(exemptions=[]), "exact-term"),
    "with no outcome that there is": (saying(outcome="deemed"), "does not say its outcome"),
    "with a longer exemption than it says": (exempting(last="2030-12-30"), "does not bring these exemptions"),
    "for another municipality": (exempting(municipality="GM0599"), "on what the measure does not ask"),
    "on a part that nobody asked": (exempting(part="elsewhere"), "on what the measure does not ask"),
    "under another instrument": (exempting(instrument="elsewhere"), "on what the measure does not ask"),
    "with an exemption that says more": (exempting(more="x"), "on what the measure does not ask"),
    "without reasons": (saying(reasons=" "), "reasons"),
    "without a mandate": (saying(mandate=""), "mandate"),
    "tomorrow": (saying(on="2126-01-01"), "has not come yet"),
    "on no day": (saying(on="2026-11"), "does not say its on as a day"),
    "on a day that does not exist": (saying(on="2026-02-30"), "out of range"),
    "without what its check read": (saying(receipt=None), "does not say its receipt"),
    "without a document": (changed(document=None), "nothing names document"),
    "at no moment": (changed(recorded="now"), "a moment is written otherwise"),
    "at a moment written otherwise": (lambda entry: {**entry, "recorded": entry["recorded"][:-6]}, "written otherwise"),
    "in another format": (changed(v=2), "an entry has other parts"),
    "with a part too many": (changed(more=1), "an entry has other parts"),
    "with a part too few": (lambda entry: {key: entry[key] for key in entry if key != "v"}, "an entry has other parts"),
    "with a key that is no text": (changed(id=5), "an entry has other parts"),
    "with a number as text": (lambda entry: {**entry, "number": str(entry["number"])}, "an entry has other parts"),
    "with a fraction": (saying(more=0.5), "no whole number"),
    "as a person": (changed(kind="person"), "for the administrator"),
    "as what does not exist": (changed(kind="gossip"), "for the administrator"),
    "with a document that is not there": (changed(document="0" * 64), "nothing names document"),
}


@pytest.mark.parametrize("what", FORGED)
def test_nothing_is_forged(shared: Server, what: str) -> None:
    change, why = FORGED[what]
    entry, rows, documents = attempt(shared, "vera", "decide")
    assert shared.record("vera", entry, rows, documents) == "", "the control: as it is, it is taken"
    assert why in shared.record("vera", change(entry), rows, documents)


ROWS: dict[str, tuple[str, dict[str, Any], str]] = {
    "a note that grants": ("note", {"procedure": "granted"}, "does not change procedure"),
    "a note that makes known": ("note", {"publication": "published"}, "does not change publication"),
    "a decision that evaluates": ("decide", {"evaluation": "filed"}, "does not change evaluation"),
    "a decision that leads elsewhere": ("decide", {"procedure": "deemed"}, "does not lead to"),
    "a column left out": ("note", {"document": ...}, "does not change document"),
    "another measure": ("note", {"name": OTHER}, "rows of another measure"),
    "a version that is skipped": ("submit", {"version": 9}, "not the next version"),
}


@pytest.mark.parametrize("what", ROWS)
def test_no_act_brings_rows_that_are_not_its_own(shared: Server, what: str) -> None:
    kind, change, why = ROWS[what]
    person = {"note": "vera", "decide": "vera", "submit": "eva"}[kind]
    entry, (measure, exemptions), documents = attempt(shared, person, kind)
    assert shared.record(person, entry, (measure, exemptions), documents) == "", "the control"
    row = {name: value for name, value in {**measure, **change}.items() if value is not ...}
    assert why in shared.record(person, entry, (row, exemptions), documents)


OTHERS: dict[str, tuple[str, str, Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "agreement of another minister": ("sam", "agree", saying(minister="ocw"), "concerned"),
    "agreement on no day": ("sam", "agree", saying(on="gisteren"), "does not say its on as a day"),
    "made known before it was decided": ("vera", "publish", saying(on="2026-11-01"), "not-before-decision"),
    "made known tomorrow": ("vera", "publish", saying(on="2126-01-01"), "has not come yet"),
    "made known as something else": ("vera", "publish", saying(outcome="granted"), "does not lead to granted"),
    "a correction of a decision": ("rik", "correct", saying(entry=DECIDED, set={"on": "2026-11-11"}), "correctable"),
    "a correction of what is granted": (
        "rik",
        "correct",
        saying(entry=DECIDED, set={"exemptions": "x"}),
        "correctable",
    ),
    "a correction of what is not there": ("rik", "correct", saying(set={"where": "x"}), "correctable"),
    "a correction of nothing": ("rik", "correct", saying(set={}), "correctable"),
    "a correction to no day": ("rik", "correct", saying(set={"on": "x"}), "does not say its set.on"),
    "a correction to tomorrow": ("rik", "correct", saying(set={"on": "2126-01-01"}), "days-in-order"),
    "a finding on nothing": ("iris", "finding", saying(entry=999), "about-an-act"),
    "a finding of no weight": ("iris", "finding", saying(weight="x"), "does not say its weight"),
    "an answer to nothing": ("vera", "answer", saying(finding=999), "open-finding"),
    "a condition that is not there": ("rik", "condition", saying(condition=2), "condition-of-grant"),
    "a condition with no outcome": ("rik", "condition", saying(kept="x"), "does not say its kept"),
    "a measure of another body": ("eva", "submit", about(municipality="GM0599"), "own-measure"),
    "a measure without titles": ("eva", "submit", about(title={}), "does not say its about.title.nl"),
    "a measure of another title": ("eva", "submit", about(title={"nl": "x", "en": "x"}), "does not change title_"),
    "a measure with parts in no list": ("eva", "submit", about(parts="x"), "does not say its about.parts"),
    "a note without reasons": ("vera", "note", saying(reasons=""), "reasons"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_no_other_act_is_forged(shared: Server, what: str) -> None:
    person, kind, change, why = OTHERS[what]
    entry, rows, documents = attempt(shared, person, kind)
    assert shared.record(person, entry, rows, documents) == "", "the control: as it is, it is taken"
    assert why in shared.record(person, change(entry), rows, documents)


def test_a_running_request_of_another_body_is_not_replaced(own: Server) -> None:
    """Olaf submits for another municipality too, and names the measure of Heerlen."""
    add_person(own.admin, "olaf", "Olaf", "submitter", "gm0599", datetime.now(UTC), first=date(2026, 1, 1))
    entry, (measure, exemptions), documents = attempt(own, "eva", "submit", number=own.size + 1)
    assert own.record("eva", entry, (measure, exemptions), documents) == "", "the control"
    forged = saying(body="gm0599")(about(municipality="GM0599")({**entry, "actor": "olaf"}))
    rows = ({**measure, "municipality": "GM0599"}, exemptions)
    assert "own-measure" in own.record("olaf", forged, rows, documents)
    assert (
        own.record(
            "olaf",
            {**forged, "subject": "groningen-new"},
            ({**rows[0], "name": "groningen-new", "version": 1}, []),
            documents,
        )
        == ""
    )


def test_bytes_are_written_in_one_way(shared: Server) -> None:
    """As they are hashed: the same words in other bytes, or twice, are another entry to whoever verifies."""
    entry, rows, _ = attempt(shared, "vera", "note")
    hard: dict[str, Any] = {
        "reasons": 'café «“”»\n\t\x1f\\"\x7f',
        "é": [1, -2, None, True, {}],
        "\uffee": "",
        "\U0001f600": "",
    }
    spelled = {**entry, "data": {**entry["data"], **hard}}
    assert shared.record("vera", spelled, rows) == "", "the control"
    good = canonical(entry)
    others = {
        "spaces": good + b" ",
        "another order": json.dumps(dict(reversed(entry.items())), separators=(",", ":")).encode(),
        "a key twice": good.replace(b'"actor":', b'"actor":"rik","actor":'),
        "an escape": good.replace(b'"vera"', b'"\\u0076era"'),
        "a number in another way": good.replace(b'"v":1', b'"v":1.0'),
    }
    for what, content in others.items():
        assert "written in another way" in shared.record("vera", content, rows) or what.startswith("a number"), what
    assert "no whole number" in shared.record("vera", others["a number in another way"], rows)


def test_rows_are_asked(shared: Server) -> None:
    entry, (measure, exemptions), documents = attempt(shared, "vera", "decide")
    assert "is not here" in shared.record("vera", {**entry, "document": None}, (measure, exemptions))
    wrong: list[tuple[Any, Any]] = [(None, exemptions), (measure, None), (measure, {}), ([], exemptions)]
    for rows in wrong:
        assert "rows of another measure" in shared.record("vera", entry, rows, documents)


def test_four_eyes_are_two_persons(own: Server) -> None:
    """Vera submits too, in another role that she has: then she no longer decides on it."""
    add_person(own.admin, "vera", "Vera", "submitter", "gm0917", datetime.now(UTC), first=date(2026, 1, 1))
    entry, rows, documents = attempt(own, "vera", "decide", number=own.size + 1)
    assert own.record("vera", entry, rows, documents) == "", "the control"
    with closing(own.as_("vera")) as database:
        do(database, "vera", "submit", MEASURE, now=datetime.now(UTC))
    entry, rows, documents = attempt(own, "vera", "decide", number=own.size + 2)
    assert "you did submit" in own.record("vera", {**entry, "data": {**entry["data"], "seen": 2}}, rows, documents)


STATEMENTS = [
    "UPDATE entry SET content = ''",
    "DELETE FROM entry",
    "TRUNCATE entry",
    "INSERT INTO entry SELECT number + 100, id || 'x', kind, subject, recorded, content FROM entry",
    "INSERT INTO node VALUES (9, 9, '')",
    "UPDATE head SET size = 3",
    "SELECT * FROM head FOR UPDATE",
    "UPDATE measure SET procedure = 'granted'",
    "UPDATE exemption SET last = '2099-12-31'",
    "DELETE FROM exemption",
    "INSERT INTO role SELECT 'vera', 'registrar', body, mandate, first, last FROM role WHERE person = 'rik'",
    "UPDATE role SET last = '2099-12-31'",
    "DELETE FROM person",
    "UPDATE server_act SET role = 'any'",
    "SELECT * FROM server_act",
    "LOCK TABLE entry IN EXCLUSIVE MODE",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "DROP TRIGGER entry_append_only ON entry",
    "ALTER TABLE entry NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY reads ON person",
    "ALTER TABLE entry OWNER TO vera",
    "SET ROLE regelruimte_owner",
    "SET SESSION AUTHORIZATION rik",
    "SET session_replication_role = replica",
    "CREATE FUNCTION sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
    "CREATE TABLE entry_too (number int)",
    "CREATE TEMPORARY TABLE role (person text, role text, body text, first date, last date)",
    "CREATE SCHEMA vera",
    "CREATE ROLE other LOGIN",
    "ALTER FUNCTION regelruimte_today() OWNER TO vera",
    "CREATE OR REPLACE FUNCTION regelruimte_today() RETURNS date LANGUAGE sql AS 'SELECT now()::date'",
    "SELECT regelruimte_project('x', 'note', '{}', NULL, 1, '{}', '[]')",
    "SELECT regelruimte_erase('eva', '{\"names\": [0]}')",
    "COPY entry TO PROGRAM 'cat'",
    "COPY head FROM PROGRAM 'echo 1'",
    "SELECT pg_read_file('/etc/passwd')",
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("person", ["vera", "iris"])
def test_nothing_else_is_let_through(shared: Server, person: str, statement: str) -> None:
    with pytest.raises(psycopg.Error):
        shared.ask(person, statement)


def test_without_this_a_login_that_the_program_uses_can_do_it_all(copies: Copies) -> None:
    """The control: one login for the application, with the rights that it needs."""
    address = copies("postgresql")
    database = Database(address)
    do(database, "eva", "submit", MEASURE)
    name = f"app_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(name)))
        connection.execute(SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(Identifier(name)))
    with psycopg.connect(login(address, name)) as connection:
        connection.execute("UPDATE measure SET procedure = 'granted'")
        connection.execute(
            "INSERT INTO role SELECT 'eva', 'decider', 'vro', '', first, last FROM role WHERE person = 'eva'"
        )
        connection.execute(
            "INSERT INTO entry SELECT number + 1, 'x', kind, subject, recorded, content FROM entry"
            " ORDER BY number DESC LIMIT 1"
        )
    assert {"state", "bytes"} <= set(seen(database))
    database.close()


def unreadable(entry: dict[str, Any], row: dict[str, Any]) -> bytes:
    content = b"\x00 no YAML ["
    entry["document"] = row["document"] = sha256(content).hexdigest()
    return content


def on_another_measure(entry: dict[str, Any], row: dict[str, Any]) -> bytes:
    content = DECISION.replace(NAME, OTHER).encode()
    entry["document"] = row["decision"] = sha256(content).hexdigest()
    return content


def of_another_body(entry: dict[str, Any], row: dict[str, Any]) -> bytes:
    entry["data"]["body"] = "szw"
    return DECISION.encode()


def against_its_verdict(entry: dict[str, Any], row: dict[str, Any]) -> bytes:
    del entry["data"]["against_verdict"]
    entry["data"]["verdict"] = row["verdict"] = "ineligible"
    row["against_verdict"] = None
    return DECISION.encode()


def found_by_other_words(entry: dict[str, Any], row: dict[str, Any]) -> bytes:
    row["words"] = "hidden"
    return MEASURE.encode()


# What the server lets pass: who, which act, what is wrong with it, and how an audit tells.
LET_THROUGH: dict[str, tuple[str, str, Callable[[dict[str, Any], dict[str, Any]], bytes], str, str]] = {
    "a document that nobody can read": ("eva", "submit", unreadable, "law", "U+0000"),
    "a decision on another measure": ("vera", "decide", on_another_measure, "law", "decided on measure"),
    "a decision of another body": ("vera", "decide", of_another_body, "law", "body: 'szw' then, 'vro' now"),
    "a grant against its verdict": ("vera", "decide", against_its_verdict, "law", "without a reason"),
    "a grant without who had to agree": ("vera", "decide", against_its_verdict, "law", "without the agreement of szw"),
    "other words to be found by": ("eva", "submit", found_by_other_words, "state", "words"),
}


@pytest.mark.parametrize("what", LET_THROUGH)
def test_what_the_server_cannot_tell_an_audit_does(own: Server, what: str) -> None:
    person, kind, change, level, says = LET_THROUGH[what]
    if change is of_another_body:
        add_person(own.admin, person, "Vera", "decider", "szw", datetime.now(UTC), first=date(2026, 1, 1))
    assert seen(own.admin) == {}, "the control"
    own.look()
    entry, (measure, exemptions), _ = attempt(own, person, kind)
    row = dict(measure)
    document = change(entry, row)
    own.commit(person, entry, (row, exemptions), (document,))
    told = [each for each in levels(own.admin)[level].findings if says in each.says.en]
    assert told, levels(own.admin)[level].findings


def test_rights_from_before_end_and_what_is_of_others_stays_theirs(copies: Copies) -> None:
    """A login of the application, with all rights, on a database that holds a table of somebody else."""
    address, name = copies("postgresql"), f"before_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(name)))
        connection.execute("CREATE TABLE of_others (number int)")
        connection.execute(SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(Identifier(name)))
        connection.execute(SQL("GRANT UPDATE (title_nl) ON measure TO {}").format(Identifier(name)))
        connection.execute(SQL("GRANT ALL ON SCHEMA public TO {}").format(Identifier(name)))
        default = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO {}"
        connection.execute(SQL(default).format(Identifier(name)))
    past = ("TRUNCATE exemption", "CREATE FUNCTION format(text, name) RETURNS text LANGUAGE sql AS 'SELECT $1'")

    def ask(statement: str) -> None:
        with psycopg.connect(login(address, name)) as connection:
            connection.execute(statement)
            connection.rollback()

    for statement in past:
        ask(statement)  # the control
    with closing(Database(address)) as database:
        database.protect()
    for statement in past:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(statement)
    with psycopg.connect(address) as connection:
        held = (
            "SELECT count(*) FROM information_schema.column_privileges WHERE grantee = %s AND table_name <> 'of_others'"
        )
        assert connection.execute(held, (name,)).fetchone() == (0,)
        owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'of_others'"
        assert connection.execute(owner).fetchone() == ("postgres",)


def test_an_administrator_need_be_no_superuser(server: str, own: Server, run: Run) -> None:
    """As where a server is rented: somebody who makes logins, and owns this database. Groups are there from another."""
    name = f"dba_{os.getpid()}"
    groups = "GRANT regelruimte_owner, regelruimte_person TO {} WITH ADMIN TRUE"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN CREATEROLE").format(Identifier(name)))
        connection.execute(SQL(groups).format(Identifier(name)))
        connection.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(name)))
    address = login(database_of(server, name), name)
    person = ("--name", "X", "--role", "adviser", "--body", "vro")
    one, other = f"one_{os.getpid()}", f"other_{os.getpid()}"
    for command in (
        ("init",),
        ("person", one, *person),
        ("protect",),
        ("person", other, *person),
        ("upgrade",),
        ("rebuild",),
    ):
        code, _, err = run(*command, "--register", address)
        assert (code, err) == (0, ""), command
    with psycopg.connect(login(address.replace(f"//{name}:", "//postgres:"), other)) as connection:
        assert len(connection.execute("SELECT id FROM person").fetchall()) == 2


@pytest.mark.parametrize("person", ["pg_eva", "none", "postgres", "regelruimte_owner", "x" * 64])
def test_no_login_is_made_of_what_is_no_person(own: Server, run: Run, person: str) -> None:
    given = ("--name", "X", "--role", "adviser", "--body", "vro", "--register", own.address, "--lang", "en")
    code, _, err = run("person", person, *given)
    assert (code, "give this person another id" in err) == (1, True)
    assert run("person", f"fine_{os.getpid()}", *given)[0] == 0, "the control"


def test_the_superuser_is_not_stopped_and_the_audit_tells(own: Server) -> None:
    assert seen(own.admin) == {}
    with psycopg.connect(own.address) as connection:
        connection.execute("ALTER TABLE entry DISABLE TRIGGER entry_append_only")
        connection.execute("UPDATE entry SET content = content || ' ' WHERE kind = 'decide'")
        connection.execute("UPDATE exemption SET last = '2099-12-31' WHERE until IS NULL")
    assert {"bytes", "file"} <= set(seen(own.admin))


# ---- the program, with such a login ----


def test_every_act_through_the_program_and_the_audit_finds_nothing(own: Server) -> None:
    def act(person: str, kind: str, text: str | None = None, **data: Any) -> int:
        with closing(own.as_(person)) as database:
            return do(database, person, kind, text, now=datetime.now(UTC), **data).entry.number

    add_person(own.admin, "roos", "Roos", "registrar", "vro", datetime.now(UTC), first=date(2026, 1, 1))
    own.admin.let_in("roos")
    do(own.admin, "eva", "submit", DESIGNATION, now=datetime(2026, 9, 2, tzinfo=UTC))
    act("abel", "advise", reasons="doen")
    agreed = act("sam", "agree", on="2026-11-10")
    act("rik", "correct", entry=agreed, set={"on": "2026-11-11"}, reasons="x")
    act("vera", "decide", f"{DECISION}conditions: [meld dit]\n", **GOOD, against_verdict="voor deze proef")
    published = act("vera", "publish", on="2026-11-21", where="Staatscourant")
    act("rik", "correct", entry=published, set={"on": "2026-11-22", "where": "elders"}, reasons="x")
    act("rik", "condition", condition=1, kept="not-kept", on="2026-11-22", reasons="x")
    act("eva", "note", name=NAME, reasons="x")
    found = act("iris", "finding", entry=published, weight="serious", reasons="x")
    act("vera", "answer", finding=found, reasons="x")
    act("iris", "follow-up", finding=found, state="open", reasons="x")
    act("iris", "follow-up", finding=found, state="closed", reasons="x")
    suspended = act("rik", "suspend", on="2026-11-22", reasons="x")
    act("rik", "resume", on="2026-11-23", reasons="x")
    act("roos", "correct", entry=suspended, set={"on": "2026-11-21"}, reasons="x")
    act("eva", "evaluate", "een bijlage", name=NAME, attached="b.txt", reasons="x", on="2026-11-23")
    withdrawn = act("vera", "withdraw", on="2026-11-24", reasons="x", mandate="m")
    act("rik", "correct", entry=withdrawn, set={"on": "2026-11-25"}, reasons="x")
    act("rik", "annul", on="2026-11-24", reasons="x")
    act("rik", "annul", name=OTHER, **{"from": "2032-01-01"}, on="2026-11-24", reasons="x")
    act("vera", "decide", REFUSAL, **GOOD)
    act("rik", "deem", name="heerlen-priority")
    act("vera", "publish", name="heerlen-priority", on="2026-11-21")
    act("eva", "submit", MEASURE.replace(NAME, "heerlen-third"))
    with own.admin.reading() as session:
        assert {each.kind for each in entries_in(session)} == {"person", *(each.act for each in lifecycle().acts)}
    assert seen(own.admin) == {}
    assert all(level.proved or level.name == "history" for level in levels(own.admin).values())
    assert rebuild(own.admin) == 0


def test_on_the_past_an_act_is_done_as_on_any(copies: Copies, own: Server) -> None:
    """Days of the past may be intervals, or unknown. The logins are those of the other register, of one server."""
    address, now = copies("postgresql", nobody), datetime.now(UTC)
    why: dict[str, Any] = {"reasons": "x", "now": now}
    with closing(Database(address)) as admin:
        load_history(admin, SURROUNDINGS, NOW, twin_engine)
        add_people(admin)
        admin.protect()
        with admin.reading() as session:
            decided = [each for each in entries_in(session) if each.kind == "decide"]
        names = sorted({each.subject for each in decided if each.data["exemptions"]})
        assert len(names) > 5
        with closing(Database(login(address, "vera"))) as vera, closing(Database(login(address, "rik"))) as rik:
            for name in names:
                do(rik, "rik", "suspend", name=name, on="2026-11-24", **why)
                do(vera, "vera", "withdraw", name=name, on="2026-11-25", mandate="m", **why)
                do(rik, "rik", "annul", name=name, on="2026-11-25", **why)
        assert seen(admin) == {}
        assert rebuild(admin) == 0


def test_an_earlier_act_stands_in_the_way(own: Server) -> None:
    """Who recorded it does not correct it, who worked on it does not audit it, a finding is closed once, and a
    suspension ends after it began."""
    add_person(own.admin, "vera", "Vera", "auditor", "bzk", datetime.now(UTC), first=date(2026, 1, 1))
    with closing(own.as_("rik")) as database:
        made = do(database, "rik", "suspend", name=OTHER, on="2026-11-22", reasons="x", now=datetime.now(UTC))
    own.look()
    entry, rows, _ = attempt(own, "rik", "correct")
    assert own.record("rik", entry, rows) == "", "the control: what sam recorded"
    assert "other-than-recorder" in own.record("rik", saying(entry=made.entry.number)(entry), rows)
    entry, rows, _ = attempt(own, "iris", "finding")
    assert own.record("iris", entry, rows) == "", "the control"
    by_vera = saying(body="bzk")({**entry, "actor": "vera", "role": "auditor"})
    assert "you did decide" in own.record("vera", by_vera, rows)
    entry, rows, _ = attempt(own, "rik", "resume")
    assert own.record("rik", entry, rows) == "", "the control"
    assert "not-before-suspension" in own.record("rik", saying(on="2026-11-21")(entry), rows)

    entry, rows, _ = attempt(own, "iris", "follow-up")
    assert own.record("iris", entry, rows) == "", "the control"
    with closing(own.as_("iris")) as database:
        _, said = asked(own, "follow-up")
        do(database, "iris", "follow-up", name=OTHER, now=datetime.now(UTC), **said)
    own.look()
    assert "open-finding" in own.record("iris", *attempt(own, "iris", "follow-up"))


def test_who_may_act_is_for_the_administrator(own: Server) -> None:
    with closing(own.as_("rik")) as database, pytest.raises(ActRefused, match="administrator"):
        add_person(database, "rik", "Rik", "decider", "vro", datetime.now(UTC))


def test_a_registrar_erases_through_the_function(own: Server) -> None:
    now = datetime.now(UTC)
    yesterday = (now - timedelta(days=2)).date()
    add_person(own.admin, "abel", "Abel", "adviser", "gm0917", now, first=date(2026, 1, 1), last=yesterday)
    number = own.size + 1
    entry: dict[str, Any] = {
        "v": 1, "number": number, "kind": "erase", "id": "k", "subject": "abel", "actor": "eva", "role": "submitter",
        "document": None,
    }  # fmt: skip
    said = {"names": [1, number - 1], "reasons": "x"}
    entry |= {"recorded": datetime.now(UTC).isoformat(timespec="microseconds"), "data": {**said, "body": "gm0917"}}
    assert "erase is for a registrar" in own.record("eva", entry)
    mine = {**entry, "actor": "rik", "role": "registrar", "data": {**said, "body": "vro"}}
    assert "vera still acts" in own.record("rik", {**mine, "subject": "vera"})
    assert own.record("rik", mine) == ""
    assert "not the names of abel" in own.record("rik", saying(names=[1])(mine))
    assert "reasons" in own.record("rik", saying(reasons="")(mine))
    with closing(own.as_("rik")) as database:
        erase_person(database, "abel", "rik", "AVG 17", datetime.now(UTC))
        assert not database.sweep(), "that is for who owns the table, and is told"
    assert seen(own.admin) == {}
    with own.admin.reading() as session:
        assert {row["name"] for row in people(session) if row["person"] == "abel"} == {None}


def names(server: Server, person: str) -> set[str]:
    return {row[0] for row in server.ask(person, "SELECT id FROM person")}


def test_names_are_read_by_the_own_body_by_an_auditor_and_a_registrar(shared: Server) -> None:
    assert names(shared, "eva") == {"eva", "abel"}
    assert names(shared, "vera") == {"vera", "rik"}
    assert names(shared, "iris") == set(EVERYBODY)
    assert names(shared, "rik") == set(EVERYBODY), "who erases names has to know them"


@pytest.mark.parametrize("table", ["entry", "node", "document", "head", "role", "measure", "exemption", "person"])
def test_who_has_no_role_today_reads_nothing_and_is_told(own: Server, table: str) -> None:
    statement = f"SELECT count(*) FROM {table}"  # noqa: S608
    assert own.ask("abel", statement)[0][0] > 0, "the control"
    ended = (datetime.now(UTC) - timedelta(days=2)).date()
    add_person(own.admin, "abel", "Abel", "adviser", "gm0917", datetime.now(UTC), first=date(2026, 1, 1), last=ended)
    with pytest.raises(psycopg.Error, match="no role in this register today"):
        own.ask("abel", statement)


def test_a_stranger_is_told_by_the_command(own: Server, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"stranger_{os.getpid()}"
    with psycopg.connect(own.address, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(name)))
    monkeypatch.setenv("REGELRUIMTE_DATABASE", login(own.address, name))
    person = ("person", "x", "--name", "X", "--role", "adviser", "--body", "vro")
    for command in (("show", NAME), ("search", "x"), ("audit", "verify"), person):
        code, out, err = run(*command)
        assert (code, out) == (2, ""), command
        assert "Traceback" not in err
        assert "permission denied" in err


@pytest.mark.parametrize("command", ["upgrade", "protect", "rebuild"])
def test_what_is_for_the_administrator_is_told(own: Server, run: Run, command: str) -> None:
    code, out, err = run(command, "--register", login(own.address, "vera"), "--lang", "en")
    assert (code, out) == (2, "")
    assert "the server refuses this: permission denied" in err
    assert run(command, "--register", own.address)[0] == 0, "the control"


def test_an_audit_tells_which_names_a_login_is_not_shown(own: Server) -> None:
    hidden = "5 names that the server does not show to this login"
    for person, told in (("vera", True), ("iris", False)):
        with closing(own.as_(person)) as database:
            assert seen(database) == {}
            assert any(hidden in each.en for each in levels(database)["people"].not_proved) == told
    with psycopg.connect(own.address) as connection:
        connection.execute("DELETE FROM person WHERE id IN ('vera', 'eva')")
    for person, wrong in (("vera", 1), ("iris", 2)):
        with closing(own.as_(person)) as database:
            assert len(levels(database)["people"].findings) == wrong


def test_the_register_is_brought_up_to_date_and_stays_protected(own: Server) -> None:
    turned_back(own.admin, "0002")
    with pytest.raises(DatabaseRefused, match="upgrade"):
        own.as_("eva")
    Database(own.address, upgrade=True).close()
    with closing(own.as_("eva")) as database:
        do(database, "eva", "note", reasons="x", now=datetime.now(UTC))
    assert names(own, "eva") == {"eva", "abel"}
    with pytest.raises(psycopg.Error):
        own.ask("eva", "DELETE FROM person")


def test_the_command_protects_and_lets_people_in(copies: Copies, run: Run, tmp_path: Path) -> None:
    database = Database(copies("postgresql"))
    code, out, _ = run("protect", "--register", address_of(database), "--lang", "en")
    assert (code, all(person in out for person in PEOPLE)) == (0, True)
    assert run("protect", "--register", address_of(database))[0] == 0, "again is harmless"
    database.close()
    file = str(tmp_path / "r.db")
    assert run("init", "--register", file)[0] == 0
    code, _, err = run("protect", "--register", file, "--lang", "en")
    assert (code, "one domain" in err) == (2, True)

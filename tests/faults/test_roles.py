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

from registry.acts import add_person, erase_person, preview
from registry.database import Database
from registry.entries import Entry, record
from registry.guards import Act
from registry.lifecycle import lifecycle
from registry.projection import rows_of
from registry.questions import people
from registry.refusals import ActRefused, DatabaseRefused
from registry.store import entries_in, rebuild
from rules.canonical import canonical
from rules.engine import twin_engine
from tests.conftest import Run
from tests.faults.test_tampering import levels, seen
from tests.registers import DECISION, GOOD, MEASURE, NAME, PEOPLE, SURROUNDINGS, address_of, do, turned_back
from tests.servers import database_of

EVERYBODY = {**PEOPLE, "iris": ("auditor", "bzk")}
OTHER = "heerlen-other"


def login(address: str, person: str) -> str:
    return address.replace("//postgres:", f"//{person}:")


class Server:
    """A register on a server with a login for each person: one measure submitted, another granted."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.admin = Database(address)
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

    def record(self, person: str, entry: Mapping[str, Any], rows: Any = None, documents: tuple[bytes, ...] = ()) -> str:
        """Records past our program: why the server refuses, or nothing; nothing stays."""
        measure, exemptions = rows if rows is not None else (None, ())
        stated = [json.dumps(each, default=str) for each in (measure, exemptions)]
        try:
            call = "SELECT regelruimte_record(%s, %s::bytea[], %s::jsonb, %s::jsonb)"
            self.ask(person, call, canonical(dict(entry)), list(documents), *stated)
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
    do(database, "vera", "decide", DECISION.replace(NAME, OTHER), **GOOD, against_verdict="voor deze proef")
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
NEEDS: dict[str, tuple[str, dict[str, Any]]] = {  # on which of both measures an act is possible, and what it says
    "submit": (NAME, {}),
    "advise": (NAME, REASONS),
    "agree": (NAME, {"on": "2026-11-10", "minister": "szw"}),
    "decide": (NAME, {**GOOD, "on": "2026-11-20", "outcome": "granted", "verdict": "eligible", "conditions": []}),
    "publish": (OTHER, {"on": "2026-11-21"}),
    "deem": (OTHER, {"on": "2026-11-22", "outcome": "deemed", "due": "2026-11-21"}),
    "suspend": (OTHER, {**REASONS, "on": "2026-11-22"}),
    "annul": (OTHER, {**REASONS, "on": "2026-11-22"}),
    "withdraw": (OTHER, {**REASONS, "on": "2026-11-22", "mandate": "m"}),
    "evaluate": (OTHER, {**REASONS, "on": "2026-11-22"}),
    "correct": (OTHER, {**REASONS, "entry": 8, "set": {}}),
    "note": (NAME, REASONS),
    "condition": (OTHER, {**REASONS, "condition": 1, "kept": "kept", "on": "2026-11-22"}),
    "finding": (OTHER, {**REASONS, "entry": 8, "weight": "attention"}),
    "answer": (NAME, {**REASONS, "finding": 8}),
    "follow-up": (OTHER, {**REASONS, "finding": 8, "state": "closed"}),
}
ACTS = sorted({each.act for each in lifecycle().acts} - {"resume"})  # nothing stands suspended


def attempt(server: Server, person: str, kind: str, **change: Any) -> tuple[dict[str, Any], Any, tuple[bytes, ...]]:
    """The entry that our program would make of that act by that person now, its rows, and its documents."""
    name, data = NEEDS[kind]
    role, body = EVERYBODY[person]
    earlier = server.entries[name]
    document = {"submit": MEASURE, "decide": DECISION}.get(kind)
    data = {**data, "body": body}
    if kind == "submit":
        data |= {key: earlier[0].data[key] for key in ("about", "verdict")}
    if kind in ("decide", "deem"):
        granted = next(each for each in server.entries[OTHER] if each.kind == "decide").data["exemptions"]
        data["exemptions"] = (
            granted if kind == "deem" else [{**granted[0], "first": "2027-01-01", "last": "2030-12-31"}]
        )
    sha = sha256(document.encode()).hexdigest() if document else None
    entry = Entry(server.size, kind, "key-x", name, person, role, datetime.now(UTC), sha, data)
    rows = rows_of(record(name, [*earlier, entry]))
    stated = {**json.loads(entry.content), **change}
    return stated, rows, (document.encode(),) if document else ()


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("person", EVERYBODY)
def test_each_role_does_its_own_acts_and_no_others(shared: Server, person: str, kind: str) -> None:
    """By the table of the lifecycle: in raw SQL, and through the program."""
    asked = next(each.role for each in lifecycle().acts if each.act == kind)
    role, body = EVERYBODY[person]
    refused = shared.record(person, *attempt(shared, person, kind))
    if asked in ("any", role):
        own_measure = kind == "submit" and body != "gm0917"
        assert bool(refused) == own_measure, refused
    else:
        assert f"{kind} is for a {asked}" in refused
    with closing(shared.as_(person)) as database:
        name, data = NEEDS[kind]
        document = {"submit": MEASURE, "decide": DECISION}.get(kind)
        act = Act(kind, name, "key-y", document.encode() if document else None, data)
        seen_first = preview(database, act, person, datetime.now(UTC), twin_engine, SURROUNDINGS).refused
    assert (seen_first is not None and seen_first.code == "wrong-role") == (asked not in ("any", role))


def test_there_are_more_than_a_hundred_of_these() -> None:
    assert len(ACTS) * len(EVERYBODY) > 100
    assert set(NEEDS) == set(ACTS)


# ---- what a password could buy beside that ----


def changed(**change: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda entry: {**entry, **change}


def saying(**change: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda entry: {**entry, "data": {**entry["data"], **change}}


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
    "on another version": (saying(seen=7), "on another version"),
    "with another outcome": (saying(outcome="refused"), "does not lead to"),
    "with more exemptions than it says": (saying(exemptions=[]), "does not bring these exemptions"),
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


def test_without_this_a_login_that_the_program_uses_can_do_it_all(copies: Callable[[str, str], str]) -> None:
    """The control: one login for the application, with the rights that it needs."""
    address = copies("postgresql", "people")
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


def test_the_superuser_is_not_stopped_and_the_audit_tells(own: Server) -> None:
    assert seen(own.admin) == {}
    with psycopg.connect(own.address) as connection:
        connection.execute("ALTER TABLE entry DISABLE TRIGGER entry_append_only")
        connection.execute("UPDATE entry SET content = content || ' ' WHERE kind = 'decide'")
        connection.execute("UPDATE exemption SET last = '2099-12-31' WHERE until IS NULL")
    assert {"bytes", "file"} <= set(seen(own.admin))


# ---- the program, with such a login ----


def test_the_story_through_the_program_and_the_audit_finds_nothing(own: Server) -> None:
    def act(person: str, kind: str, text: str | None = None, **data: Any) -> None:
        with closing(own.as_(person)) as database:
            do(database, person, kind, text, now=datetime.now(UTC), **data)

    act("abel", "advise", reasons="doen")
    act("sam", "agree", on="2026-11-10")
    act("vera", "decide", DECISION, **GOOD, against_verdict="voor deze proef")
    act("vera", "publish", on="2026-11-21", source="Staatscourant")
    act("rik", "suspend", on="2026-11-22", reasons="x")
    act("rik", "resume", on="2026-11-23", reasons="x")
    act("eva", "evaluate", "een bijlage", name=NAME, attached="b.txt", reasons="x", on="2026-11-23")
    act("vera", "withdraw", on="2026-11-24", reasons="x", mandate="m")
    act("rik", "annul", on="2026-11-24", reasons="x")
    assert seen(own.admin) == {}
    assert all(level.proved or level.name == "history" for level in levels(own.admin).values())
    assert rebuild(own.admin) == 0
    act("eva", "submit", MEASURE.replace(NAME, "heerlen-third"))
    assert rebuild(own.admin) == 0


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
    with closing(own.as_("rik")) as database:
        erase_person(database, "abel", "rik", "AVG 17", datetime.now(UTC))
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


def test_the_command_protects_and_lets_people_in(copies: Callable[[str, str], str], run: Run, tmp_path: Path) -> None:
    database = Database(copies("postgresql", "people"))
    code, out, _ = run("protect", "--register", address_of(database), "--lang", "en")
    assert (code, all(person in out for person in PEOPLE)) == (0, True)
    assert run("protect", "--register", address_of(database))[0] == 0, "again is harmless"
    database.close()
    file = str(tmp_path / "r.db")
    assert run("init", "--register", file)[0] == 0
    code, _, err = run("protect", "--register", file, "--lang", "en")
    assert (code, "one domain" in err) == (2, True)

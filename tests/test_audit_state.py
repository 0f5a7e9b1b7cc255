"""The tables against the log, by an auditor that folds it anew: silent on what is right, exact on a change."""

import ast
import json
import random
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from registry.audit import state
from registry.audit.state import COLUMNS, NO_ROW, Difference, differences
from registry.database import Database
from registry.entries import Entry, record
from registry.history import load_history
from registry.store import Actor, NewEntry, append, project, rebuild
from rules.engine import twin_engine
from tests.conftest import Copies
from tests.registers import SURROUNDINGS, log, raw
from tests.test_register_questions import random_log, stamp

Act = tuple[str, dict[str, Any]]
EMPTY: dict[str, list[dict[str, object]]] = {"measure": [], "exemption": [], "role": []}


def audited(database: Database, entries: list[bytes] | None = None) -> list[Difference]:
    """What the auditor says of the register as it is, or against another log."""
    with database.reading() as session:
        tables = {name: session.execute(SQLModel.metadata.tables[name].select()).mappings() for name in COLUMNS}
        of = {"measure": "name", "exemption": "measure", "role": "person"}
        rows = {name: sorted(map(dict, found), key=lambda row: row[of[name]]) for name, found in tables.items()}
        stated = log(database) if entries is None else entries
        return list(differences(sorted(enumerate(stated), key=lambda each: json.loads(each[1])["subject"]), rows))


def test_nothing_on_the_shipped_history(copies: Copies) -> None:
    database = Database(copies("sqlite"))
    assert load_history(database, SURROUNDINGS, datetime(2026, 11, 25, 12, tzinfo=UTC), twin_engine) > 10
    assert audited(database) == []
    assert {each.table for each in audited(database, [])} == set(COLUMNS), "the negative control"
    database.close()


def test_the_columns_are_those_of_the_tables() -> None:
    columns = {name: set(SQLModel.metadata.tables[name].c.keys()) - {"id"} for name in COLUMNS}
    assert {name: set(each) for name, each in COLUMNS.items()} == columns


def test_it_shares_nothing_with_the_writer() -> None:
    """It folds the log by itself: an error of the writer must not be one of the auditor."""
    found = list(ast.walk(ast.parse(Path(state.__file__).read_text(encoding="utf-8"))))
    names = {name.name for node in found if isinstance(node, ast.Import) for name in node.names}
    names |= {f"{'.' * node.level}{node.module}" for node in found if isinstance(node, ast.ImportFrom)}
    assert "json" in names, "it finds imports"
    assert not {name for name in names if name.startswith((".", "registry", "rules")) and name != "rules.text"}


@pytest.mark.parametrize("seed", range(4))
def test_nothing_on_random_histories(copies: Copies, seed: int) -> None:
    database = Database(copies("sqlite"))
    random_log(database, random.Random(seed), 20)
    assert audited(database) == []
    assert len(audited(database, [])) > 100, "the negative control: every row is one too many"
    database.close()


# ---- a course that no random history takes ----


def submitted(title: str, *parts: str) -> Act:
    about = {"title": {"nl": title, "en": "x"}, "municipality": "GM0001", "areas": [], "parts": list(parts)}
    lists = {"names": ["Öst"], "domains": ["wonen", "werk"], "instruments": ["a/b"]}
    return "submit", {"verdict": "unclear", "about": {**about, **lists}}


def exemption(part: str, first: str, last: str) -> dict[str, str]:
    return {"part": part, "area": "", "instrument": "a/b", "municipality": "GM0001", "first": first, "last": last}


HELD, ANY = exemption("one", "2027-01-01/2027-12-31", "2028-02-29"), "0001-01-01/9999-12-31"
UNKNOWN = exemption("two", ANY, ANY)
GRANT: Act = ("decide", {"verdict": "eligible", "outcome": "granted", "on": "2026-11-01/2026-11-30"})
SILENT: Act = ("deem", {"outcome": "deemed", "on": "2027-02-01", "exemptions": [HELD, UNKNOWN]})
AGAIN = [
    submitted("Eén", "one"),
    ("agree", {"minister": "szw", "on": "2026-10-01"}),
    submitted("ÉÉN ﬁn Straße", "one", "two"),
]
COURSES: dict[str, list[Act]] = {
    "refused": [*AGAIN, ("decide", {"verdict": "no", "outcome": "refused", "on": "2026-11-01", "exemptions": []})],
    "deemed": [*AGAIN, SILENT, ("publish", {"on": "2027-03-01"}), ("evaluate", {"on": "2027-04-01"})],
    "granted and deemed": [
        *AGAIN, (GRANT[0], {**GRANT[1], "exemptions": [HELD], "against_verdict": "why"}), SILENT,
        ("suspend", {"on": "2027-03-01"}), ("note", {}), ("withdraw", {"on": "0001-01-01"}),
        ("resume", {"on": "2027-05-01"}), ("annul", {"on": "2027-06-01"}),
    ],
    "twice the same": [
        *AGAIN, (GRANT[0], {**GRANT[1], "exemptions": [HELD, HELD]}),
        ("annul", {"on": "2027-06-01", "from": "2027-05-01"}),
        ("correct", {"entry": 10, "set": {"from": "2027-04-01"}}),
        ("correct", {"entry": 10, "set": {"on": "2027-07-01"}}),
    ],
    "nothing granted": [*AGAIN, (GRANT[0], {**GRANT[1], "exemptions": []}), ("annul", {"on": "2027-06-01"})],
}  # fmt: skip


def taken(database: Database, course: str) -> Database:
    """The register after that course of a measure m."""
    entries: list[Entry] = []
    with database.transaction() as session:
        for at, (kind, data) in enumerate(COURSES[course]):
            document = f"{at}".encode() if kind in ("submit", "decide") else None
            new = NewEntry(kind, f"{at}", "m", Actor("x", "y", "z"), stamp(at), document, data)
            entries.append(append(session, new))
            project(session, record("m", entries), entries[-1].number)
    return database


@pytest.mark.parametrize("course", COURSES)
def test_nothing_on_a_course(copies: Copies, course: str) -> None:
    database = taken(Database(copies("sqlite")), course)
    assert audited(database) == []
    assert rebuild(database) == 0
    assert audited(database) == []
    database.close()


# ---- tables that were changed ----


@pytest.mark.parametrize(
    ("table", "name", "column", "statement"),
    [
        ("measure", "m", "verdict", "UPDATE measure SET verdict = 'other' WHERE {now}"),
        ("measure", "m", "publication", "UPDATE measure SET publication = 'published' WHERE {now}"),
        ("measure", "m", "published", "UPDATE measure SET published = '2018-01-01' WHERE {now}"),
        ("measure", "m", "words", "UPDATE measure SET words = words || ' more' WHERE {now}"),
        ("measure", "m", "version", "UPDATE measure SET version = 3 WHERE {now}"),
        ("measure", "m", "withdrawn", "UPDATE measure SET withdrawn = NULL WHERE {now}"),
        ("measure", "m", "decision", "UPDATE measure SET decision = 'other' WHERE {now}"),
        ("measure", "m", "until", "UPDATE measure SET until = since WHERE {now}"),
        ("measure", "m", "until", "UPDATE measure SET until = NULL WHERE version = 1"),
        ("measure", "m", None, "DELETE FROM measure WHERE {now}"),
        ("measure", "m", None, "DELETE FROM measure WHERE version = 1"),
        ("measure", "n", None, "INSERT INTO measure SELECT 'n', {rest} FROM measure WHERE version = 1"),
        ("exemption", "m", "last", "UPDATE exemption SET last = '2029-01-01' WHERE {one}"),
        ("exemption", "m", "ends", "UPDATE exemption SET ends = '2029-01-01' WHERE {one}"),
        ("exemption", "m", None, "DELETE FROM exemption WHERE {one}"),
        ("exemption", "m", None, "INSERT INTO exemption ({all}) SELECT {all} FROM exemption WHERE {one}"),
        ("exemption", "n", None, "INSERT INTO exemption ({all}) SELECT 'n', {more} FROM exemption WHERE {one}"),
        ("role", "rik", "last", "UPDATE role SET last = '2026-01-02' WHERE person = 'rik'"),
        ("role", "rik", "mandate", "UPDATE role SET mandate = 'mine' WHERE person = 'rik'"),
        ("role", "rik", None, "DELETE FROM role WHERE person = 'rik'"),
        ("role", "eve", None, "INSERT INTO role SELECT 'eve', {role} FROM role WHERE person = 'rik'"),
    ],
)  # fmt: skip
def test_a_change_is_told(copies: Copies, table: str, name: str, column: str | None, statement: str) -> None:
    register = taken(Database(copies("sqlite")), "granted and deemed")
    assert audited(register) == [], "the negative control"
    rest = ", ".join(each.name for each in SQLModel.metadata.tables["measure"].c if each.name != "name")
    columns = {"rest": rest, "all": ", ".join(COLUMNS["exemption"]), "more": ", ".join(COLUMNS["exemption"][1:])}
    columns["role"] = ", ".join(COLUMNS["role"][1:])
    rows = {"now": "name = 'm' AND until IS NULL", "one": "id = (SELECT max(id) FROM exemption WHERE part = 'one')"}
    with raw(register) as connection:
        for kind in ("insert", "update"):
            connection.execute(text(f"DROP TRIGGER exemption_overlap_{kind}"))
        assert connection.execute(text(statement.format(**columns, **rows))).rowcount == 1
    (told,) = audited(register)
    assert (told.table, told.name, told.column) == (table, name, column)
    assert told.found != told.expected
    assert (NO_ROW in (told.found, told.expected)) == (column is None)
    assert (told.entry is None) == (table == "role")
    register.close()


def test_a_wrong_type_is_a_difference() -> None:
    given = {"role": "decider", "body": "vro", "mandate": "", "first": "2026-01-01", "last": "2026-12-31"}
    days = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
    right: dict[str, object] = {**given, **days, "person": "m"}
    entries = [entry(0, "person", {**given, "body": "szw"}), entry(1, "person", given), entry(2, "gossip", given)]
    assert list(differences(enumerate(entries), {**EMPTY, "role": [right]})) == [], "the same role given again replaces"
    (told,) = differences(enumerate(entries), {**EMPTY, "role": [{**right, "last": given["last"]}]})
    assert told == Difference("role", "m", None, "last", "2026-12-31", "2026-12-31")


def test_exemptions_with_one_key_are_laid_beside_their_likeness() -> None:
    acts = [AGAIN[0], (GRANT[0], {**GRANT[1], "exemptions": [HELD, HELD, {**HELD, "last": "2028-03-31"}]})]
    entries = [entry(at, *act) for at, act in enumerate(acts)]
    missing = list(differences(enumerate(entries), EMPTY))
    assert [each.table for each in missing] == ["measure"] * 2 + ["exemption"] * 3
    assert {(each.column, each.found) for each in missing} == {(None, NO_ROW)}
    row: dict[str, object] = {
        **{each: HELD[each] for each in ("part", "area", "instrument", "municipality")}, "measure": "m", "since": 1,
        "first": date(2027, 1, 1), "until": None,
        **{each: date(2027, 12, 31) for each in ("first_last", "begins")},
        **{each: date(2028, 2, 29) for each in ("last_first", "last", "ends")},
    }  # fmt: skip
    once = list(differences(enumerate(entries), {**EMPTY, "exemption": [row]}))
    assert [each.expected for each in once if each.table == "exemption"] == [
        "one, a/b, , 2027-01-01, 2028-02-29", "one, a/b, , 2027-01-01, 2028-03-31",
    ]  # fmt: skip


# ---- logs that cannot be ----


def entry(number: int, kind: str, data: Any) -> bytes:
    return json.dumps({"number": number, "kind": kind, "subject": "m", "document": "d", "data": data}).encode()


@pytest.mark.parametrize(
    ("broken", "number", "column"),
    [
        ([GRANT], 1, "procedure"),
        ([("note", {})], 1, "procedure"),
        ([*AGAIN, ("publish", {"on": "2027-01-01"})], 4, "procedure"),
        ([*AGAIN, SILENT, ("resume", {"on": "2027-03-01"})], 5, "court"),
        ([*AGAIN, (GRANT[0], {**GRANT[1], "outcome": "deemed", "exemptions": []})], 4, "procedure"),
        ([*AGAIN, SILENT, ("withdraw", {"on": "someday"})], 5, "ending"),
        ([*AGAIN, SILENT, ("withdraw", {"on": None})], 5, "ending"),
        ([*AGAIN, SILENT, ("withdraw", {})], 5, "ending"),
        ([*AGAIN, SILENT, ("publish", {}), ("correct", {"entry": [], "set": {}})], 6, "procedure"),
        ([("submit", {**AGAIN[0][1], "verdict": []})], 1, "procedure"),
        ([("submit", "text")], None, "procedure"),
    ],
)  # fmt: skip
def test_a_log_that_cannot_be_folded_is_told(broken: list[Act], number: int | None, column: str) -> None:
    entries = [entry(at, *act) for at, act in enumerate(broken, 1)]
    first = next(differences(enumerate(entries), EMPTY))
    assert (first.table, first.column) == ("measure", column)
    assert first[1:3] == (("m", number) if number else (NO_ROW, 0))


@pytest.mark.parametrize("bytes_", [b"", b"{", b"[]", b"1", b'{"kind": []}', b"\xff", b"[" * 10**5])
def test_bytes_that_are_no_entry_are_told(bytes_: bytes) -> None:
    told = list(differences(enumerate([entry(0, "person", {}), bytes_]), EMPTY))
    assert [each.entry for each in told] == [0, 1]

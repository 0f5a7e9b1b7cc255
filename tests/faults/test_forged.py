"""Whatever a password could buy beside the acts of its role: entries, rows and statements that are forged."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from registry.acts import add_person
from registry.database import Database
from rules.canonical import canonical
from tests.conftest import Copies
from tests.faults.logins import DECIDED, OTHER, Server, attempt, login, saying
from tests.faults.test_tampering import levels, seen
from tests.registers import DECISION, MEASURE, NAME, do


def changed(**change: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda entry: {**entry, **change}


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

"""The auditor's own work: the sample can be drawn again by anybody, and each remark is there for its reason alone."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.acts import add_person
from registry.audit.review import Remark, remarks, sample
from registry.database import Database
from registry.history import load_history
from registry.registered import surroundings
from rules.engine import twin_engine
from tests.conftest import Run
from tests.registers import (
    DECISION,
    GOOD,
    MEASURE,
    NAME,
    NOW,
    SURROUNDINGS,
    address_of,
    do,
    example,
    granted,
    log,
    raw,
)
from tests.test_register_acts import DESIGNATION, EXTENSION

TODAY = date(2026, 11, 25)


def drawn(database: Database, size: int, seed: str, until: int = 10**6) -> list[int]:
    with database.reading() as session:
        return [each.entry for each in sample(session, size, seed, until)]


@pytest.fixture
def many(register: Database) -> Database:
    """Thirty decisions, as far as the log tells: copies of one, past our code."""
    entries = [json.loads(each) for each in log(register)]
    decision = next(each for each in entries if each["kind"] == "decide")
    with raw(register) as connection:
        for number in range(len(entries), len(entries) + 29):
            key = f"copy-{number}"
            content = json.dumps({**decision, "number": number, "id": key}).encode()
            values = (number, key, "decide", f"measure-{number}", decision["recorded"], content)
            mark = "?" if connection.dialect.name == "sqlite" else "%s"
            connection.exec_driver_sql(f"INSERT INTO entry VALUES ({', '.join([mark] * 6)})", values)  # noqa: S608
    return register


def test_the_sample_is_that_of_the_rule_as_it_is_written(many: Database) -> None:
    """The oracle: the sentence of the docstring, from the stored bytes."""
    decisions = [each for each in map(json.loads, log(many)) if each["kind"] == "decide"]
    for seed in ("", "2026-11-26", "één ⟨seed⟩"):
        order = sorted(decisions, key=lambda each: hashlib.sha256(f"{seed}\n{each['id']}".encode()).hexdigest())
        for size in (1, 7, 30, 99):
            assert drawn(many, size, seed) == sorted(each["number"] for each in order[:size])


def test_the_seed_and_where_the_log_ended_decide(many: Database) -> None:
    assert drawn(many, 7, "a") == drawn(many, 7, "a")
    assert len({tuple(drawn(many, 7, seed)) for seed in "abcdefgh"}) > 1
    last = drawn(many, 99, "a")[-1]
    assert drawn(many, 99, "a", last) == drawn(many, 99, "a")[:-1]


CHANGES = {
    "by-silence": "UPDATE measure SET procedure = 'deemed' WHERE until IS NULL",
    "against-verdict": "UPDATE measure SET against_verdict = 'toch' WHERE until IS NULL",
    "not-made-known": "UPDATE measure SET publication = 'unpublished' WHERE until IS NULL",
    "not-evaluated": "UPDATE exemption SET first = '2020-01-01', last = '2021-12-31' WHERE until IS NULL",
}


def remarked(database: Database, today: date = TODAY) -> list[Remark]:
    with database.reading() as session:
        return list(remarks(session, today, surroundings(SURROUNDINGS)))


def codes(database: Database, today: date = TODAY) -> list[str]:
    found = remarked(database, today)
    assert {each.measure for each in found} <= {NAME}
    return [each.code for each in found]


@pytest.mark.parametrize("code", CHANGES)
def test_each_remark_for_its_own_reason(register: Database, code: str) -> None:
    do(register, "vera", "publish", on="2026-11-21", source="Staatscourant")
    assert codes(register) == [], "the control: an ordinary grant asks for nothing"
    with raw(register) as connection:
        connection.exec_driver_sql(CHANGES[code])
    assert codes(register) == [code]


def test_conditions_that_nobody_can_see_were_kept(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    stated = DECISION.replace("outcome: granted", "outcome: granted\nconditions:\n  - meld elk half jaar")
    do(database, "vera", "decide", stated, **GOOD)
    assert codes(database) == ["not-made-known", "conditions"]


def under_conditions(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    stated = DECISION.replace("outcome: granted", "outcome: granted\nconditions:\n  - meld het\n  - stop op tijd")
    do(database, "vera", "decide", stated, **GOOD)
    do(database, "vera", "publish", on="2026-11-21")


def test_conditions_one_by_one(database: Database) -> None:
    under_conditions(database)
    [silent] = remarked(database)
    assert "1, 2 (of 2)" in silent.says.en
    report: dict[str, Any] = {"on": "2026-11-24", "reasons": "niemand belde"}
    do(database, "rik", "condition", condition=2, kept="kept", **report)
    [silent] = remarked(database)
    assert "condition 1 (of 2)" in silent.says.en
    number = do(database, "rik", "condition", condition=1, kept="not-kept", **report).entry.number
    [broken] = remarked(database)
    assert (broken.code, broken.entry) == ("condition-not-kept", number)
    assert "meld het – niemand belde" in broken.says.nl
    do(database, "rik", "condition", condition=1, kept="cannot-tell", **report)
    assert codes(database) == ["condition-cannot-tell"]
    do(database, "rik", "condition", condition=1, kept="kept", **report)
    assert codes(database) == [], "the last report counts"


REPORT_DUE = date(2030, 3, 1)  # as the measure plans it, and renewed 7 asks it nine months before the end


@pytest.mark.parametrize(
    ("filed", "on", "expected"),
    [
        (None, date(2030, 3, 1), []),
        (None, date(2030, 3, 2), ["evaluation-missing"]),
        ("2030-02-28", date(2030, 6, 1), []),
        ("2030-03-01", date(2030, 6, 1), []),
        ("2030-03-02", date(2030, 6, 1), ["evaluation-late"]),
        (None, date(2031, 2, 1), ["evaluation-missing"]),
    ],
)
def test_a_report_on_the_evaluation_that_is_late_or_missing(
    database: Database, filed: str | None, on: date, expected: list[str]
) -> None:
    granted(database)
    do(database, "vera", "publish", on="2026-11-21")
    if filed:
        do(database, "eva", "evaluate", on=filed, reasons="zo", now=datetime(2030, 5, 1, tzinfo=UTC))
    assert codes(database, on) == expected
    for each in remarked(database, on):
        assert REPORT_DUE.isoformat() in each.says.en
        assert "renewed" in each.says.en


def test_an_evaluation_is_no_longer_due_after_it_was_withdrawn(register: Database) -> None:
    do(register, "vera", "publish", on="2026-11-21")
    do(register, "vera", "withdraw", on="2030-03-01", reasons="x", mandate="m")
    assert codes(register, date(2030, 6, 1)) == []


def deemed(database: Database, *texts: str) -> None:
    for text in texts:
        name = do(database, "eva", "submit", text, now=datetime(2026, 9, 2, 12, tzinfo=UTC)).record.name
        do(database, "rik", "deem", name=name, now=datetime(2026, 10, 28, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("act", "data", "says"),
    [
        (None, {}, None),
        ("withdraw", {"on": "2030-12-31", "mandate": "m"}, "in force until 2030-12-30; this one begins on 2031-01-01"),
        ("withdraw", {"on": "2031-01-01", "mandate": "m"}, None),
        ("annul", {"on": "2028-01-01"}, "in force on no day"),
        ("annul", {"on": "2028-01-01", "from": "2029-01-01"}, "in force until 2028-12-31"),
    ],
)
def test_an_extension_of_what_had_ended(
    database: Database, act: str | None, data: dict[str, str], says: str | None
) -> None:
    deemed(database, DESIGNATION, EXTENSION)
    if act:
        do(database, "vera" if act == "withdraw" else "rik", act, name="heerlen-priority", reasons="x", **data)
    found = [each for each in remarked(database) if each.code == "gap"]
    assert [each.measure for each in found] == (["later"] if says else [])
    assert all(says and says in each.says.en for each in found)


HOURS = """
schema: regelruimte/measure/v1
measure: heerlen-hours
title: {nl: Uren, en: Hours}
domains: [onderwijs]
asked: {by: school-board, of: GM0917, received: 2026-09-01}
place: {municipality: GM0917, area: heerlen-noord}
asks: [{instrument: wms/teaching-time}]
effects: [adds-school-time]
limits: none
target_groups: [pupils]
term: {from: 2026-12-01, until: 2030-12-31}
teaching_time: {inside: true, parents_consent: {text: ja}, parents_consulted: {text: ja}}
"""
ON_HOURS = """
schema: regelruimte/decision/v1
decision: heerlen-hours-grant
on_measure: heerlen-hours
by: {role: school-board}
decided: 2026-11-20
outcome: granted
judgements:
  - {rule: "grondwet@2023-02-22/1", outcome: met, reasons: gelijk}
source: {title: made for a test}
"""


def test_no_longer_needed_is_said_of_what_is_in_force_only(database: Database) -> None:
    add_person(database, "bob", "Bob", "decider", "gm0917", NOW)
    do(database, "eva", "submit", HOURS)
    do(database, "bob", "decide", ON_HOURS, **GOOD)
    do(database, "bob", "publish", name="heerlen-hours", on="2026-11-21")
    granted(database)
    do(database, "vera", "publish", on="2026-11-21")
    assert remarked(database, date(2026, 11, 30)) == [], "not in force yet"
    found = remarked(database, date(2027, 6, 1))
    assert [(each.measure, each.code) for each in found] == [("heerlen-hours", "unneeded")]
    do(database, "rik", "suspend", name="heerlen-hours", on="2027-02-01", reasons="x")
    assert remarked(database, date(2027, 6, 1)) == []


def test_a_law_that_has_ended(copies: Any) -> None:
    """The decree of 2017 on experiments ended on 31 March 2021; of its text after September 2019 nothing is at hand."""
    database = Database(copies("sqlite"))
    load_history(database, SURROUNDINGS, NOW, twin_engine)
    with raw(database) as connection:
        change = (
            "UPDATE exemption SET last = '2030-01-01', last_first = '2030-01-01' WHERE measure = ? AND until IS NULL"
        )
        assert connection.exec_driver_sql(change, ("groningen-2017-assistance-experiment",)).rowcount
        change = "UPDATE measure SET published_last = '2018-01-01' WHERE name = ?"
        assert connection.exec_driver_sql(change, ("groningen-2017-assistance-experiment",)).rowcount

    def gone(today: date) -> list[Remark]:
        return [each for each in remarked(database, today) if each.code == "law-gone"]

    assert gone(date(2021, 3, 31)) == [], "the text is not at hand: nothing is known"
    [found] = gone(date(2021, 4, 1))
    assert "besluit-participatiewet ended after 2021-03-31" in found.says.en
    database.close()


def test_a_restriction_that_nothing_supports_any_more(database: Database) -> None:
    part = "  parts: [{part: a-street, name: A street, kind: street, area: heerlen-noord, extends: none}]\nasks:"
    homes = example("homes-for-workers").replace("  area: heerlen-noord\nasks:", part)
    homes = homes.replace("target_groups:", "limits: [residence]\ntarget_groups:")
    decided = DECISION.replace(NAME, "heerlen-homes-for-workers").replace("heerlen-grant", "homes-grant")
    judged = 'judgements:\n  - {rule: "evrm-p4@1982-06-23/2.4", outcome: met, reasons: zo}'
    do(database, "eva", "submit", MEASURE)
    do(database, "eva", "submit", homes)
    add_person(database, "bas", "Bas", "co-decider", "vro", NOW)
    do(database, "sam", "agree", on="2026-11-10")
    do(database, "vera", "decide", DECISION, **GOOD)
    do(database, "vera", "publish", on="2026-11-21")
    made = do(database, "vera", "decide", decided.replace("judgements:", judged), **GOOD)
    assert made.checked is not None
    assert made.checked.verdict == "eligible"
    do(database, "vera", "publish", on="2026-11-21", name="heerlen-homes-for-workers")
    today = date(2027, 6, 1)
    assert remarked(database, today) == [], "the control"
    do(database, "vera", "withdraw", on="2027-03-01", reasons="x", mandate="m")
    [found] = remarked(database, today)
    assert (found.measure, found.code) == ("heerlen-homes-for-workers", "rests-on-nothing")
    assert "renewed@2026-07-01 10" in found.says.en


def test_both_are_commands(register: Database, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGELRUIMTE_DATABASE", address_of(register))
    code, out, _ = run("audit", "sample", "5", "--seed", "x", "--format", "json")
    assert (code, [each["measure"] for each in json.loads(out)["sample"]]) == (0, [NAME])
    code, out, _ = run("audit", "remarks", "--lang", "en")
    assert (code, "not-made-known" in out) == (0, True)
    assert all(len(line) <= 80 for line in out.splitlines())
    for size in ("0", "-1", "x", "²"):
        assert run("audit", "sample", size, "--seed", "x")[0] == 2

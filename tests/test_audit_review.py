"""The auditor's own work: the sample can be drawn again by anybody, and each remark is there for its reason alone."""

import hashlib
import json
from datetime import date

import pytest

from registry.audit.review import remarks, sample
from registry.database import Database
from tests.conftest import Run
from tests.registers import DECISION, GOOD, MEASURE, NAME, address_of, do, granted, log, raw

TODAY = date(2026, 11, 25)


def drawn(database: Database, size: int, seed: str, until: int = 10**6) -> list[int]:
    with database.reading() as session:
        return [each.entry for each in sample(session, size, seed, until)]


@pytest.fixture
def many(database: Database) -> Database:
    """Thirty decisions, as far as the log tells: copies of one, past our code."""
    granted(database)
    entries = [json.loads(each) for each in log(database)]
    decision = next(each for each in entries if each["kind"] == "decide")
    with raw(database) as connection:
        for number in range(len(entries), len(entries) + 29):
            key = f"copy-{number}"
            content = json.dumps({**decision, "number": number, "id": key}).encode()
            values = (number, key, "decide", f"measure-{number}", decision["recorded"], content)
            mark = "?" if connection.dialect.name == "sqlite" else "%s"
            connection.exec_driver_sql(f"INSERT INTO entry VALUES ({', '.join([mark] * 6)})", values)  # noqa: S608
    return database


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


def codes(database: Database) -> list[str]:
    with database.reading() as session:
        found = list(remarks(session, TODAY))
    assert {each.measure for each in found} <= {NAME}
    return [each.code for each in found]


@pytest.mark.parametrize("code", CHANGES)
def test_each_remark_for_its_own_reason(database: Database, code: str) -> None:
    granted(database)
    do(database, "vera", "publish", on="2026-11-21", source="Staatscourant")
    assert codes(database) == [], "the control: an ordinary grant asks for nothing"
    with raw(database) as connection:
        connection.exec_driver_sql(CHANGES[code])
    assert codes(database) == [code]


def test_conditions_that_nobody_can_see_were_kept(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    stated = DECISION.replace("outcome: granted", "outcome: granted\nconditions:\n  - meld elk half jaar")
    do(database, "vera", "decide", stated, **GOOD)
    assert codes(database) == ["not-made-known", "conditions"]


def test_both_are_commands(database: Database, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    granted(database)
    monkeypatch.setenv("REGELRUIMTE_DATABASE", address_of(database))
    code, out, _ = run("audit", "sample", "5", "--seed", "x", "--format", "json")
    assert (code, [each["measure"] for each in json.loads(out)["sample"]]) == (0, [NAME])
    code, out, _ = run("audit", "remarks", "--lang", "en")
    assert (code, "not-made-known" in out) == (0, True)
    assert all(len(line) <= 80 for line in out.splitlines())
    for size in ("0", "-1", "x", "²"):
        assert run("audit", "sample", size, "--seed", "x")[0] == 2

"""Faults under the register: many writers, killed writers, races. Each has a control that must fail."""

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from itertools import count
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlmodel import Session

from registry.database import Database
from registry.entries import Record, entry_of
from registry.refusals import ActRefused
from registry.store import rebuild
from tests.registers import DECISION, GOOD, MEASURE, NAME, Writers, address_of, do, log, raw

COUNTING = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=30)
for _ in range(20):
    size = connection.execute("SELECT size FROM head").fetchone()[0]
    time.sleep(0.002)
    connection.execute("UPDATE head SET size = ?", (size + 1,))
    connection.commit()
"""


@pytest.fixture(scope="module")
def writers() -> Iterator[Writers]:
    made = Writers()
    yield made
    made.close()


def test_eight_writers_lose_nothing(database: Database, writers: Writers) -> None:
    do(database, "eva", "submit", MEASURE)
    before = len(log(database))
    for number in range(8):
        writers.start(database, NAME, f"w{number}", 6)
    acknowledged = writers.end("wait")
    assert len(acknowledged) == 48
    entries = [entry_of(stored) for stored in log(database)][before:]
    assert sorted(entry.id for entry in entries) == sorted(acknowledged)
    assert [entry.number for entry in entries] == list(range(before, before + 48))


def test_the_driver_s_own_transactions_do_lose_updates(tmp_path: Path) -> None:
    """The negative control: read, add one, write back, as the driver has it by default."""
    path = tmp_path / "counter.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE head (size INTEGER)")
        connection.execute("INSERT INTO head VALUES (0)")
        running = [subprocess.Popen([sys.executable, "-c", COUNTING, str(path)]) for _ in range(4)]
        assert [each.wait(120) for each in running] == [0] * 4
        assert connection.execute("SELECT size FROM head").fetchone()[0] < 80


@pytest.mark.parametrize("mode", ["late", "early"])
def test_killed_writers(database: Database, writers: Writers, mode: str) -> None:
    """What was acknowledged is in the log; told too early (the negative control), some of it is not."""
    seed = random.randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    dice = random.Random(seed)
    do(database, "eva", "submit", MEASURE)
    acknowledged: list[str] = []
    for turn in range(6):
        for number in range(3):
            writers.start(database, NAME, f"k{turn}.{number}", 10_000, mode)
        acknowledged.append(writers.said.readline().strip())
        time.sleep(dice.random() / 6)
        acknowledged += writers.end("kill")
        if mode == "early" and set(acknowledged) - {entry_of(stored).id for stored in log(database)}:
            return
    assert mode == "late", "a writer that tells too early was never caught"
    entries = [entry_of(stored) for stored in log(database)]
    ids = [entry.id for entry in entries]
    assert set(acknowledged) <= set(ids)
    assert len(set(ids)) == len(ids)
    assert [entry.number for entry in entries] == list(range(len(entries)))
    with raw(database) as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").fetchone() == ("ok",)
    assert rebuild(database) == 0


def racing(database: Database, names: list[str]) -> list[str]:
    """All granted at once, each by its own thread with its own connection: what became of each."""
    outcomes: list[str] = []
    start = Barrier(len(names))

    def grant(name: str) -> None:
        start.wait()
        try:
            do(database, "vera", "decide", DECISION.replace(NAME, name), **GOOD, against_verdict="toch")
            outcomes.append("granted")
        except ActRefused as refused:
            outcomes.append(refused.code)

    threads = [Thread(target=grant, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def test_of_many_grants_for_one_subject_one_wins(database: Database) -> None:
    names = [f"race-{number}" for number in range(4)]
    for name in names:
        do(database, "eva", "submit", MEASURE.replace(NAME, name))
        do(database, "sam", "agree", name=name, on="2026-11-10")
    assert sorted(racing(database, names)) == ["granted", "no-overlap", "no-overlap", "no-overlap"]
    with raw(database) as connection:
        assert connection.exec_driver_sql("SELECT count(DISTINCT measure) FROM exemption").scalar() == 1


def test_without_the_guard_the_database_still_lets_one_win(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard tells of whom; that only one wins is not up to it."""
    monkeypatch.setattr("registry.guards.overlapping", lambda session, wanted: None)
    names = ["race-1", "race-2"]
    for name in names:
        do(database, "eva", "submit", MEASURE.replace(NAME, name))
        do(database, "sam", "agree", name=name, on="2026-11-10")
    assert sorted(racing(database, names)) == ["granted", "no-overlap"]


def test_without_the_constraint_both_win(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: neither guard nor constraint."""
    monkeypatch.setattr("registry.guards.overlapping", lambda session, wanted: None)
    with raw(database) as connection:
        if connection.dialect.name == "sqlite":
            for act in ("insert", "update"):
                connection.exec_driver_sql(f"DROP TRIGGER exemption_overlap_{act}")
        else:
            connection.exec_driver_sql("ALTER TABLE exemption DROP CONSTRAINT exemption_overlap")
    names = ["race-1", "race-2"]
    for name in names:
        do(database, "eva", "submit", MEASURE.replace(NAME, name))
        do(database, "sam", "agree", name=name, on="2026-11-10")
    assert racing(database, names) == ["granted", "granted"]


def granting_while_another_is_granted(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, look_again: bool
) -> Record:
    """A grant of what is eligible; after its check another is granted that sets the same aside for the same people."""
    there = "parts: [{part: a-street, name: A street, kind: street, area: heerlen-noord}]"
    rival = MEASURE.replace(NAME, "rival").replace("area: heerlen-noord", there, 1)
    for name, text in ((NAME, MEASURE), ("rival", rival)):
        do(database, "eva", "submit", text)
        do(database, "sam", "agree", on="2026-11-10", name=name)
    transaction, other = Database.transaction, Database(address_of(database))
    first = count()

    def interrupted(self: Database) -> AbstractContextManager[Session]:
        if self is database and next(first) == 0:
            do(other, "vera", "decide", DECISION.replace(NAME, "rival"), **GOOD)
        return transaction(self)

    monkeypatch.setattr(Database, "transaction", interrupted)
    if not look_again:
        monkeypatch.setattr("registry.acts.Asked.holds", lambda asked, session: True)
    try:
        return do(database, "vera", "decide", DECISION, **GOOD).record
    finally:
        other.close()


def test_a_check_that_no_longer_holds_is_made_anew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ActRefused, match="verdict"):
        granting_while_another_is_granted(database, monkeypatch, look_again=True)


def test_without_looking_again_it_is_granted(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    made = granting_while_another_is_granted(database, monkeypatch, look_again=False)
    assert made.lines["procedure"] == "granted"

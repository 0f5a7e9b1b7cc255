"""A PostgreSQL server that crashes under many writers, who ask again under the same key what was not answered.

One process of the server is killed, and it recovers by itself; or all of it is stopped at once, as when the power goes;
or it is stopped when acts are recorded and nobody has been told yet: it waits for another server that does not exist.
"""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from psycopg import OperationalError, connect

from registry.database import Database
from registry.entries import entry_of
from tests.faults.soundness import wrong_with
from tests.registers import MEASURE, NAME, Writers, add_people, address_of, do, log
from tests.servers import Server, database_of

SEED, WRITERS = 20261126, 8
NAMES = count()


def asked(server: Server, *statements: str) -> list[tuple[Any, ...]]:
    """What the last of them gives; waits for a server that recovers."""
    for _ in range(600):
        try:
            with connect(server.address, autocommit=True) as connection:
                for statement in statements[:-1]:
                    connection.execute(statement.encode())
                found = connection.execute(statements[-1].encode())
                return found.fetchall() if found.description else []
        except OperationalError:
            time.sleep(0.05)
    raise AssertionError("the server did not come back")


def killed(server: Server, dice: random.Random) -> None:
    backends = asked(server, "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'register%' ORDER BY 1")
    os.kill(dice.choice(backends)[0], signal.SIGKILL)


def stopped(server: Server, dice: random.Random) -> None:
    server.control("restart", "-m", "immediate")


def unanswered(server: Server, dice: random.Random) -> None:
    asked(server, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")
    while not asked(server, _NOBODY_TOLD):
        time.sleep(0.01)
    asked(server, "ALTER SYSTEM RESET synchronous_standby_names")
    server.control("restart", "-m", "immediate")


# what the server itself commits waits as well (autovacuum), and nobody asks that again
_NOBODY_TOLD = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND backend_type = 'client backend'"
CRASHES = (killed, stopped, unanswered)


@pytest.fixture(scope="module")
def crashing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("crashing"))
    yield server
    server.control("stop", "-m", "immediate")


@pytest.fixture
def database(crashing: Server) -> Database:
    name = f"register_{next(NAMES)}"
    asked(crashing, f"CREATE DATABASE {name}")
    made = Database(database_of(crashing.address, name), create=True)
    add_people(made)
    do(made, "eva", "submit", MEASURE)
    made.close()
    return made


@pytest.fixture
def writers() -> Iterator[Writers]:
    made = Writers()
    yield made
    made.close()


def survivors(
    database: Database, writers: Writers, server: Server, mode: str, crashes: list[Callable[..., None]]
) -> tuple[set[str], Counter[str]]:
    """What was acknowledged while the server crashed, and how often each note is in the log.

    After each crash it waits until every note in the log was acknowledged: whoever was not answered has asked again.
    """
    sys.stdout.write(f"seed {SEED}\n")
    dice, acknowledged = random.Random(SEED), set[str]()
    for number in range(WRITERS):
        writers.start(database, NAME, f"w{number}", 100_000, mode)

    def until(number: int) -> None:
        while len(acknowledged) < number:
            acknowledged.add(writers.said.readline().strip())

    for crash in crashes:
        until(len(acknowledged) + WRITERS)
        time.sleep(dice.random() / 5)
        crash(server, dice)
        asked(server, "SELECT 1")
        there = set(noted(database))
        while not there <= acknowledged:
            until(len(acknowledged) + 1)
    until(len(acknowledged) + WRITERS)
    acknowledged.update(writers.end("kill"))
    return acknowledged, noted(database)


def noted(database: Database) -> Counter[str]:
    entries = (entry_of(each) for each in log(database))
    return Counter(each.data["reasons"] for each in entries if each.kind == "note")


def hold(database: Database, writers: Writers, server: Server, crashes: list[Callable[..., None]]) -> None:
    acknowledged, recorded = survivors(database, writers, server, "retry", crashes)
    assert acknowledged <= set(recorded)
    assert max(recorded.values()) == 1
    assert wrong_with(address_of(database), acknowledged) == ""


def test_a_server_that_crashes_loses_and_doubles_nothing(
    database: Database, writers: Writers, crashing: Server
) -> None:
    hold(database, writers, crashing, [*CRASHES])


@pytest.mark.long
def test_a_server_that_crashes_again_and_again(database: Database, writers: Writers, crashing: Server) -> None:
    hold(database, writers, crashing, [*CRASHES] * 30)


def test_who_asks_again_under_another_key_doubles(database: Database, writers: Writers, crashing: Server) -> None:
    """A negative control."""
    _, recorded = survivors(database, writers, crashing, "anew", [unanswered])
    assert max(recorded.values()) == 2


LAZY = {"synchronous_commit": "off", "wal_writer_delay": "10s"}


def test_a_server_that_does_not_wait_for_the_disk_loses(database: Database, writers: Writers, crashing: Server) -> None:
    """A negative control: such a server is refused, unless nobody looks."""
    asked(
        crashing, *(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in LAZY.items()), "SELECT pg_reload_conf()"
    )
    try:
        acknowledged, recorded = survivors(database, writers, crashing, "unsafe", [stopped])
        assert acknowledged - set(recorded)
    finally:
        asked(crashing, *(f"ALTER SYSTEM RESET {name}" for name in LAZY), "SELECT pg_reload_conf()")

"""Registers for tests and benchmarks: people, a measure and a decision, one act, and writers that may be killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, create_engine

from registry.acts import Recorded, add_person, perform
from registry.database import Database
from registry.entries import Entry, Record
from registry.guards import Act
from registry.questions import Found, in_force_on, record_of
from registry.wanted import ALL, Wanted
from rules.engine import twin_engine
from tests.samples import ROOT

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
NAME = "heerlen-work-with-a-home"
SURROUNDINGS = ROOT / "measures"
PEOPLE = {
    "eva": ("submitter", "gm0917"),
    "abel": ("adviser", "gm0917"),
    "sam": ("co-decider", "szw"),
    "olaf": ("co-decider", "ocw"),
    "vera": ("decider", "vro"),
    "rik": ("registrar", "vro"),
}


def add_people(database: Database) -> None:
    """Everybody who acts in the tests; their roles began before anything happened."""
    for person, (role, body) in PEOPLE.items():
        add_person(database, person, person.title(), role, body, NOW, first=date(2026, 1, 1))


def nobody(_: Database) -> None:
    """Leaves a register without people."""


def example(name: str) -> str:
    """A measure of Heerlen as somebody would ask it: no example, nobody has agreed yet, no right is limited."""
    text = (ROOT / f"measures/proposals/heerlen/{name}.yaml").read_text(encoding="utf-8")
    left_out = ("expect:", "limits:", "agreements:", "  - {minister: szw")
    kept = [line for line in text.splitlines() if not line.startswith(left_out)]
    return "\n".join(kept).replace("record: example", "record: proposal") + "\n"


MEASURE = example("work-with-a-home")
DECISION = f"""
schema: regelruimte/decision/v1
decision: heerlen-grant
on_measure: {NAME}
by: {{role: minister, competent: vro}}
decided: 2026-11-20
outcome: granted
judgements:
  - {{rule: "renewed@2026-07-01/4.1", outcome: met, reasons: nodig en geschikt}}
  - {{rule: "grondwet@2023-02-22/1", outcome: met, reasons: gelijke gevallen gelijk}}
source: {{title: made for a test}}
"""
GOOD: dict[str, Any] = {"seen": 1, "mandate": "mandaatbesluit", "reasons": "het gebied heeft dit nodig"}
_KEYS = count()


def do(database: Database, person: str, kind: str, text: str | None = None, **data: Any) -> Recorded:
    """One act; `now`, `key` and `name` are when, under which key and on which measure, where that matters."""
    now, key = data.pop("now", NOW), data.pop("key", "")
    document = text.encode() if text else None
    stated = (line.split(": ")[1] for line in (text or "").splitlines() if line.startswith(("measure:", "on_measure:")))
    name = next(stated, data.pop("name", NAME))
    act = Act(kind, name, key or f"key-{next(_KEYS)}", document, data)
    return perform(database, act, person, now, twin_engine, SURROUNDINGS)


def granted(database: Database, **more: Any) -> Recorded:
    """Submitted, agreed and granted."""
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    return do(database, "vera", "decide", DECISION, **{**GOOD, **more})


def with_a_grant(database: Database) -> None:
    """People, and a measure that was submitted, agreed to and granted."""
    add_people(database)
    granted(database)


def known(database: Database, name: str = NAME) -> tuple[Record, list[Entry]] | None:
    """A measure in the register with its entries."""
    with database.reading() as session:
        return record_of(session, name)


def found(database: Database, on: str, known_on: str | None = None, wanted: Wanted = ALL) -> list[Found]:
    """What is in force on that day."""
    with database.reading() as session:
        known_day = date.fromisoformat(known_on) if known_on else None
        return in_force_on(session, date.fromisoformat(on), known_day, wanted)


@contextmanager
def raw(database: Database) -> Iterator[Connection]:
    """The database past our code, as anybody who can reach it could open it."""
    engine = create_engine(database._writer.url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def turned_back(database: Database, version: str) -> None:
    """Makes its tables those of an earlier version, with what those held."""
    with raw(database) as connection:
        connection.exec_driver_sql("CREATE TABLE known AS SELECT DISTINCT id, name FROM person")
        connection.exec_driver_sql("DROP TABLE person")
        connection.exec_driver_sql("CREATE TABLE person (id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL)")
        connection.exec_driver_sql("INSERT INTO person SELECT id, name FROM known")
        connection.exec_driver_sql("DROP TABLE known")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP FUNCTION only_erased")
        if version < "0002":
            connection.exec_driver_sql("DROP TABLE node")
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")  # noqa: S608


def address_of(database: Database) -> str:
    """Where it is, for another process or connection to open."""
    return database._writer.url.render_as_string(hide_password=False).removeprefix("sqlite:///")


def log(database: Database) -> list[bytes]:
    """The entries as they are stored."""
    with raw(database) as connection:
        rows = connection.exec_driver_sql("SELECT content FROM entry ORDER BY number").scalars()
        return [bytes(row) for row in rows]


_WRITERS = """
import os, signal, sys, time, traceback
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from registry import postgresql
from registry.acts import perform
from registry.database import Database
from registry.guards import Act
from registry.refusals import DatabaseRefused
from rules.engine import twin_engine

def write(address, subject, name, number, mode):
    if mode == "unsafe":
        postgresql.unsafe = lambda connection: None
    database = None
    for at in range(number):
        said = key = f"{name}-{at}"
        if mode == "early":
            os.write(1, f"{said}\\n".encode())
        for turn in count():
            try:
                database = database or Database(address)
                act = Act("note", subject, key, None, {"reasons": said})
                perform(database, act, "eva", datetime.now(UTC), twin_engine, Path("."))
                break
            except DatabaseRefused:
                if mode in ("late", "early"):
                    raise
                time.sleep(0.05)
                if mode == "anew":
                    key = f"{said}.{turn}"
        if mode != "early":
            os.write(1, f"{said}\\n".encode())

running = []
for line in sys.stdin:
    order, *rest = line.split()
    if order == "start":
        running.append(os.fork())
        if running[-1] == 0:
            try:
                write(*rest[:3], int(rest[3]), rest[4])
            except BaseException:
                traceback.print_exc()
            os._exit(0)
    else:
        for pid in running:
            if order == "kill":
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        running.clear()
        os.write(1, b"done\\n")
"""


class Writers:
    """Processes that make notes, forked from one that has loaded all it needs, and told what they acknowledge.

    In mode `early` a note is acknowledged before it is recorded. In mode `retry` what the database refuses is asked
    again under the same key, in mode `anew` under another; in mode `unsafe` the settings of the server are not looked
    at.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WRITERS],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._orders, self.said = self._process.stdin, self._process.stdout

    def start(self, database: Database, subject: str, name: str, number: int, mode: str = "late") -> None:
        self._orders.write(f"start {address_of(database)} {subject} {name} {number} {mode}\n")

    def end(self, order: str) -> list[str]:
        """What they still said after `wait` or `kill`."""
        self._orders.write(f"{order}\n")
        return [line.strip() for line in iter(self.said.readline, "done\n")]

    def close(self) -> None:
        self._process.communicate()

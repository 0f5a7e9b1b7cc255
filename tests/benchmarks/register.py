"""The register: acts per second with 1, 2 and 8 writers, what is in force among many exemptions, start of a command.

The yardstick for acts is a bare INSERT that is committed and synced by the same SQLite settings, one writer.

uv run python -m tests.benchmarks.register [EXEMPTIONS]
"""

import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

from registry.acts import add_person, perform
from registry.database import Database
from registry.guards import Act
from registry.store import in_force_on
from rules.engine import durable_engine
from tests.test_register import DECISION, GOOD, MEASURE, NAME, NOW, PEOPLE, SURROUNDINGS, Writers, raw

NOTES, DECISIONS = 200, 60


def bare(path: Path) -> float:
    """INSERT and COMMIT, synced: how many a second."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE bare (number INTEGER PRIMARY KEY, content BLOB)")
    began = perf_counter()
    for number in range(NOTES):
        connection.execute("INSERT INTO bare VALUES (?, ?)", (number, b"x" * 400))
    return NOTES / (perf_counter() - began)


def decisions(database: Database) -> float:
    """Submitted, agreed and granted with all guards and checks: how many measures a second, by the rules engine."""
    engine = durable_engine()
    began = perf_counter()
    for number in range(DECISIONS):
        name, part = f"m{number}", f"{{part: p{number}, name: p, kind: street, area: heerlen-noord}}"
        text = MEASURE.replace(NAME, name).replace("area: heerlen-noord", f"parts: [{part}]", 1)
        for person, kind, document, data in (
            ("eva", "submit", text, {}),
            ("sam", "agree", None, {"on": "2026-11-10"}),
            ("vera", "decide", DECISION.replace(NAME, name), {**GOOD, "against_verdict": "benchmark"}),
        ):
            act = Act(kind, name, f"{name}-{kind}", document.encode() if document else None, data)
            perform(database, act, person, NOW, engine, SURROUNDINGS)
    return DECISIONS / (perf_counter() - began)


def notes(path: Path, number: int) -> float:
    """Notes by that many processes, from the first acknowledgement on: how many a second, together."""
    writers = Writers(path, "m0")
    for at in range(number):
        writers.start(f"n{number}-{at}", NOTES // number)
    writers.said.readline()
    began = perf_counter()
    made = len(writers.end("wait")) / (perf_counter() - began)
    writers.close()
    return made


def many(path: Path, number: int) -> None:
    """Exemptions straight into the tables: what is read is what counts here."""
    with raw(path) as connection:
        connection.executemany(
            "INSERT INTO measure VALUES (?, 1, 'granted', '2006-01-01', NULL, NULL, '[]', NULL, 'x', NULL)",
            ((f"x{at}",) for at in range(number)),
        )
        connection.executemany(
            "INSERT INTO exemption (measure, part, instrument, municipality, first, last, ends)"
            " VALUES (?, ?, 'a/b', 'GM1', ?, ?, ?)",
            ((f"x{at}", f"p{at}", first, last, last) for at in range(number)
             for first, last in [(f"{2006 + at % 20}-01-01", f"{2009 + at % 20}-12-31")]),
        )  # fmt: skip


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.db"
        database = Database(path, create=True)
        for person, (role, body) in PEOPLE.items():
            add_person(database, person, person, role, body, datetime.now(UTC))
        yardstick = bare(Path(folder) / "bare.db")
        print(f"bare INSERT, synced (yardstick): {yardstick:,.0f}/s")
        print(f"submitted, agreed and granted, with checks: {decisions(database):,.1f} measures/s")
        for writers in (1, 2, 8):
            each = notes(path, writers)
            print(f"notes, {writers} writer(s): {each:,.0f}/s, {each / yardstick:.2f} of the yardstick")
        many(path, number)
        began = perf_counter()
        found = in_force_on(database, date(2020, 6, 1))
        print(f"in force among {number:,} exemptions: {len(found):,} found in {perf_counter() - began:.2f} s")
        began = perf_counter()
        command = [sys.executable, "-m", "registry.cli", "show", "m0", "--register", str(path)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        print(f"regelruimte show, start to exit: {(perf_counter() - began) * 1000:,.0f} ms")


if __name__ == "__main__":
    main()

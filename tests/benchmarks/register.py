"""The register on both databases: acts a second, what is in force among many, start of a command.

The yardstick for acts is a bare INSERT, committed and synced by the same database with one writer.

uv run python -m tests.benchmarks.register [EXEMPTIONS]
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from psycopg import connect
from sqlalchemy import insert, text

from registry.acts import perform
from registry.database import Database
from registry.guards import Act
from registry.questions import in_force_on, listing
from registry.tables import ExemptionRow, MeasureRow
from registry.wanted import Wanted
from rules.engine import Engine, durable_engine, twin_engine
from tests.registers import DECISION, GOOD, MEASURE, NAME, NOW, SURROUNDINGS, add_people, raw
from tests.servers import database_of, postgresql

BARE, MEASURES, TOGETHER = 200, 48, (1, 2, 8)
FORK = get_context("fork")


def bare(database: Database) -> float:
    """INSERT and COMMIT, synced: how many a second."""
    with database._writer.begin() as connection:
        connection.execute(text("CREATE TABLE bare (number BIGINT PRIMARY KEY, content TEXT)"))
    row = text("INSERT INTO bare VALUES (:number, :content)")
    began = perf_counter()
    for number in range(BARE):
        with database._writer.begin() as connection:
            connection.execute(row, {"number": number, "content": "x" * 400})
    return BARE / (perf_counter() - began)


def act(address: str, kind: str, person: str, names: list[str], engine: Engine | None = None) -> None:
    """That act on those measures, with all guards and checks by the rules engine."""
    database, engine = Database(address), engine or durable_engine()
    for name in names:
        part = f"{{part: {name}, name: p, kind: street, area: heerlen-noord}}"
        document, data = {
            "submit": (MEASURE.replace(NAME, name).replace("area: heerlen-noord", f"parts: [{part}]", 1), {}),
            "agree": ("", {"on": "2026-11-10"}),
            "decide": (DECISION.replace(NAME, name), {**GOOD, "against_verdict": "benchmark"}),
            "note": ("", {"reasons": "benchmark"}),
        }[kind]
        asked = Act(kind, name, f"{name}-{kind}", document.encode() or None, data)
        perform(database, asked, person, NOW, engine, SURROUNDINGS)
    database.close()


def each_act(address: str, writers: int) -> dict[str, float]:
    """The same measures submitted, agreed to and decided by that many processes: acts a second, together."""
    names = [f"w{writers}m{number}" for number in range(MEASURES)]
    made: dict[str, float] = {}
    for kind, person in (("submit", "eva"), ("agree", "sam"), ("decide", "vera"), ("note", "eva")):
        shares = [names[at::writers] for at in range(writers)]
        running = [FORK.Process(target=act, args=(address, kind, person, share)) for share in shares]
        began = perf_counter()
        for each in running:
            each.start()
        for each in running:
            each.join()
        assert all(each.exitcode == 0 for each in running)
        made[kind] = MEASURES / (perf_counter() - began)
    return made


def many(database: Database, number: int) -> None:
    """Exemptions straight into the tables: what is read is what counts here."""
    with database.reading() as session:
        measure = dict(
            session.connection().execute(text("SELECT * FROM measure WHERE until IS NULL LIMIT 1")).mappings().one()
        )
    with raw(database) as connection:
        measures, exemptions = [], []
        for at in range(number):
            first, last = date(2006 + at % 20, 1, 1), date(2009 + at % 20, 12, 31)
            name = f"x{at}"
            words = {"name": name, "words": f"street {at}", "parts": f"|p{at}|", "suspensions": "[]"}
            days = dict.fromkeys(("published", "published_last", "decided", "decided_last"), date(2006, 1, 1))
            measures.append({**measure, **words, **days, "since": 0, "until": None})
            exemptions.append(
                {
                    "measure": name, "part": f"p{at}", "area": f"area-{at % 21}", "instrument": "a/b", "since": 0,
                    "municipality": "GM0001", "first": first, "first_last": first, "last_first": last, "last": last,
                    "begins": first, "ends": last,
                }
            )  # fmt: skip
        connection.execute(insert(MeasureRow), measures)
        connection.execute(insert(ExemptionRow), exemptions)


def timed(what: str, do: Callable[[], int]) -> None:
    began = perf_counter()
    number = do()
    print(f"{what}: {number:,} found in {(perf_counter() - began) * 1000:,.0f} ms")


def asked(database: Database, number: int) -> None:
    """What is asked of the register with that many exemptions in it."""
    with database.reading() as session:
        day = date(2020, 6, 1)
        timed(f"in force among {number:,}", lambda: len(in_force_on(session, day)))
        timed("the same, as known on a day", lambda: len(in_force_on(session, day, date(2026, 11, 25))))
        timed("the same, in one area of 21", lambda: len(in_force_on(session, day, None, Wanted(area="area-3"))))
        timed("search for a word", lambda: len(listing(session, Wanted(words="street 1999"))))


def measured(address: str, number: int) -> None:
    database = Database(address, create=True)
    add_people(database)
    yardstick = bare(database)
    print(f"bare INSERT, synced (yardstick): {yardstick:,.0f}/s")
    act(address, "submit", "eva", ["warm"], twin_engine)  # laws and areas are read before anyone is forked
    for writers in TOGETHER:
        told = ", ".join(
            f"{kind} {each:,.1f}/s ({each / yardstick:.3f})" for kind, each in each_act(address, writers).items()
        )
        print(f"{writers} writer(s), with checks: {told}")
    many(database, number)
    asked(database, number)
    command = [sys.executable, "-m", "registry.cli", "show", "w1m0", "--register", address]
    began = perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    print(f"regelruimte show, start to exit: {(perf_counter() - began) * 1000:,.0f} ms")
    database.close()


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        measured(str(Path(folder) / "register.db"), number)
        server = postgresql(Path(folder))
        with connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE register")
        print("PostgreSQL")
        measured(database_of(server, "register"), number)


if __name__ == "__main__":
    main()

"""How long it takes to make every check of a register again, against making each of them once by itself.

    uv run python -m tests.benchmarks.replay [MEASURES]

The register holds the shipped history and so many measures, each of which asks what others there are: once each of them
decided before the next is submitted, as in a register in use, and once with all of them waiting for a decision.
"""

import sys
import tempfile
import time
from pathlib import Path

from registry.audit.levels import law_level
from registry.audit.rulebooks import replays
from registry.collection import Collection, files_under
from registry.database import Database
from registry.history import load_history
from rules.check import Setting, check
from rules.documents import Document, document
from rules.engine import twin_engine
from rules.lawbook import shipped_lawbook
from rules.measure import Measure
from rules.portfolio import Members
from tests.benchmarks.audit import peak
from tests.registers import DECISION, GOOD, MEASURE, NAME, NOW, SURROUNDINGS, add_people, do

REFUSED = DECISION.replace("outcome: granted", "outcome: refused")  # one exemption of a kind is all that an area has


def fill(database: Database, count: int, *, decided: bool) -> None:
    """The history, and so many measures after it."""
    load_history(database, SURROUNDINGS, NOW, twin_engine)
    add_people(database)
    for number in range(count):
        name = f"measure-{number}"
        do(database, "eva", "submit", MEASURE.replace(NAME, name), name=name)
        if decided:
            do(database, "sam", "agree", on="2026-11-10", name=name)
            text = REFUSED.replace(NAME, name).replace("heerlen-grant", f"{name}-refused")
            do(database, "vera", "decide", text, name=name, **GOOD)


def alone() -> float:
    """Seconds for one check by itself."""
    collection, book = Collection(files_under([str(SURROUNDINGS)])), shipped_lawbook()
    found = document(MEASURE.encode(), "m.yaml")
    assert isinstance(found.model, Measure)
    others = Members(collection.measures, collection, book)
    setting = Setting(book, collection, twin_engine, NOW.date(), others=others)
    started = time.perf_counter()
    for _ in range(200):
        check(Document(found.model, found.parsed), setting)
    return (time.perf_counter() - started) / 200


def main() -> None:
    count, yardstick = int(sys.argv[1]) if sys.argv[1:] else 200, alone()
    print("| | a check | × yardstick | peak |\n|---|---|---|---|")
    print(f"| one check by itself, 200 times (yardstick) | {yardstick * 1000:.2f} ms | 1 | |")
    for decided in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            database = Database(Path(folder) / "register.db", create=True)
            fill(database, count, decided=decided)
            with database.reading() as session:
                started = time.perf_counter()
                made = [each.came_to for each in replays(session)]
                each = (time.perf_counter() - started) / len(made)
                assert set(made) == {"reproduced"}, made
                assert law_level(session, 0, lambda *_: None).findings == ()
            database.close()
            what = f"{len(made)} checks made again, {count} measures {'decided' if decided else 'waiting'}"
            print(f"| {what} | {each * 1000:.2f} ms | {each / yardstick:.1f} | {peak():.0f} MB |", flush=True)


if __name__ == "__main__":
    main()

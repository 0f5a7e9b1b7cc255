"""How long it takes to make every check of a register again, against making each of them once by itself.

    uv run python -m tests.benchmarks.replay [MEASURES]

The register holds the shipped history and so many measures that each ask what others there are, submitted one by one.
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
from tests.registers import MEASURE, NAME, NOW, SURROUNDINGS, add_people, do


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else 200
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "register.db", create=True)
        load_history(database, SURROUNDINGS, NOW, twin_engine)
        add_people(database)
        for number in range(count):
            do(database, "eva", "submit", MEASURE.replace(NAME, f"measure-{number}"), name=f"measure-{number}")
        collection, book = Collection(files_under([str(SURROUNDINGS)])), shipped_lawbook()
        found = document(MEASURE.encode(), "m.yaml")
        assert isinstance(found.model, Measure)
        setting = Setting(
            book, collection, twin_engine, NOW.date(), others=Members(collection.measures, collection, book)
        )
        started = time.perf_counter()
        for _ in range(200):
            check(Document(found.model, found.parsed), setting)
        yardstick = (time.perf_counter() - started) / 200
        with database.reading() as session:
            started = time.perf_counter()
            made = [each.came_to for each in replays(session)]
            took = time.perf_counter() - started
            assert set(made) == {"reproduced"}, made
            assert law_level(session, 0, lambda *_: None).findings == ()
        print("| | a check | × yardstick | peak |\n|---|---|---|---|")
        print(f"| one check by itself, 200 times (yardstick) | {yardstick * 1000:.2f} ms | 1 | |")
        each = took / len(made)
        told = f"{each * 1000:.2f} ms | {each / yardstick:.1f} | {peak():.0f} MB"
        print(f"| {len(made)} checks made again from the log | {told} |")
        database.close()


if __name__ == "__main__":
    main()

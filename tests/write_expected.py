"""What the shipped documents come to: compared with tests/data, and written by `python -m tests.write_expected`.

Run it only when the change in what comes out is meant; the difference in git is then what a reviewer reads.
"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from registry.collection import Collection, files_under
from rules.check import Checked, Setting, check
from rules.engine import durable_engine
from rules.lawbook import shipped_lawbook

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
TODAY, DECIDED = date(2026, 11, 24), date(2018, 4, 5)


def checked(files: Sequence[str], on: date | None = None) -> list[Checked]:
    """The checks of all measures among these files, in the order of their names."""
    around = Collection(files)
    setting = Setting(shipped_lawbook(), around, durable_engine(), TODAY, on)
    names = sorted(entry.name for entry in around.entries if entry.kind == "measure")
    return [check(measure, setting) for name in names if (measure := around.measure(name))]


def shipped() -> list[str]:
    """All shipped documents."""
    return files_under([str(ROOT / "measures")])


def hashes(found: list[Checked]) -> dict[str, str]:
    """The hash of every verdict, by measure, part and instrument."""
    return {f"{each.measure}/{each.part}/{each.instrument}": each.hash for one in found for each in one.results}


def open_in_rotterdam() -> dict[str, list[list[str]]]:
    """What is open on the measure of 2018 without its decision, by instrument."""
    files = [file for file in shipped() if "decisions" not in file]
    [one] = [each for each in checked(files, DECIDED) if each.measure.model.measure == "rotterdam-2018-designation"]
    return {
        found.instrument or "": sorted([q.kind, q.citation or "", q.fact or q.who or ""] for q in found.open)
        for found in one.results
    }


EXPECTED: dict[str, Any] = {
    "hashes.json": lambda: hashes(checked(shipped())),
    "rotterdam-2018-open.json": open_in_rotterdam,
}

if __name__ == "__main__":
    for name, made in EXPECTED.items():
        (DATA / name).write_text(json.dumps(made(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

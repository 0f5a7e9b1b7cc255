"""What comes out of the shipped documents and models: compared by tests, written by `python -m tests.write_expected`.

tests/data holds what the shipped documents come to; rules/schemas the JSON Schemas of the models.

Run it only when the change in what comes out is meant; the difference in git is then what a reviewer reads.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from registry.collection import Collection, files_under
from rules.check import Checked, Setting, check
from rules.engine import durable_engine
from rules.lawbook import shipped_lawbook
from rules.schema import KINDS, schema

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
SCHEMAS = ROOT / "rules" / "schemas"
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


EXPECTED: dict[Path, Callable[[], Any]] = {
    DATA / "hashes.json": lambda: hashes(checked(shipped())),
    DATA / "rotterdam-2018-open.json": open_in_rotterdam,
    **{SCHEMAS / f"{kind}.json": partial(schema, kind) for kind in KINDS},
}


def written(made: Any) -> str:
    """JSON as it stands in these files."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file, made in EXPECTED.items():
        file.write_text(written(made()), encoding="utf-8")

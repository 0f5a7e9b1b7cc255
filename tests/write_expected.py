"""What comes out of the shipped documents and models: compared by tests, written by `python -m tests.write_expected`.

tests/data holds what the shipped documents come to, and reports in every format; rules/schemas the JSON Schemas of the
models.

Run it only when the change in what comes out is meant; the difference in git is then what a reviewer reads.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from registry.collection import Collection, files_under
from registry.deadlines import instrument_of
from rules.check import Checked, Setting, check
from rules.engine import durable_engine
from rules.lawbook import shipped_lawbook
from rules.portfolio import Members
from rules.schema import KINDS, schema
from rules.verdict import Result
from tests.reports import GOLDEN

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
SCHEMAS = ROOT / "rules" / "schemas"
TODAY, DECIDED = date(2026, 11, 24), date(2018, 4, 5)


def checked(files: Sequence[str], on: date | None = None) -> list[Checked]:
    """The checks of all measures among these files, in the order of their names."""
    return list(_checked(tuple(files), on))


@cache
def _checked(files: tuple[str, ...], on: date | None) -> tuple[Checked, ...]:
    around = Collection(files)
    book = shipped_lawbook()
    others = Members(around.measures, around, book)
    setting = Setting(book, around, durable_engine(), TODAY, on, others=others)
    names = sorted(entry.name for entry in around.entries if entry.kind == "measure")
    return tuple(check(measure, setting) for name in names if (measure := around.measure(name)))


def shipped() -> list[str]:
    """All shipped documents."""
    return files_under([str(ROOT / "measures")])


def hashes(found: list[Checked]) -> dict[str, str]:
    """The hash of every verdict, by measure, part and instrument with its law."""
    results = [result for one in found for result in one.results]
    return {"/".join((each.measure, each.part, *instrument_of(each))): each.hash for each in results}


def open_in_rotterdam() -> dict[str, list[list[str]]]:
    """What is open on the measure of 2018 without its decision, by instrument."""
    files = [file for file in shipped() if "decisions" not in file]
    [one] = [each for each in checked(files, DECIDED) if each.measure.model.measure == "rotterdam-2018-designation"]
    return {
        found.instrument or "": sorted([q.kind, q.citation or "", q.fact or q.who or ""] for q in found.open)
        for found in one.results
    }


def designations() -> dict[str, Any]:
    """Of each real designation: verdict, text, what is wrong, and what is open by instrument, alike parts told once."""
    found = [each for each in checked(shipped()) if each.measure.model.measure.endswith("-designation")]
    return {
        each.measure.model.measure: {
            "verdict": each.verdict,
            "on": f"{each.day} ({each.day_from.en})",
            "problems": sorted({problem.code for problem in each.problems}),
            "results": [
                {
                    "instrument": results[0].instrument,
                    "law": results[0].law.name if results[0].law else None,
                    "verdict": results[0].verdict,
                    "parts": [result.part for result in results],
                    "open": open_questions(results[0]),
                    "assumptions": sorted(assumption.code for assumption in results[0].assumptions),
                }
                for results in alike(each.results)
            ],
        }
        for each in found
        if each.measure.model.record == "reconstruction"
    }


def open_questions(found: Result) -> list[str]:
    """What is open: the provision, and the fact that is asked for or the body that has to judge."""
    return sorted(
        f"{question.citation or '–'}: {question.fact or question.who or question.kind}" for question in found.open
    )


def alike(results: Iterable[Result]) -> list[list[Result]]:
    """The results put together by instrument and what is open."""
    groups: dict[object, list[Result]] = {}
    for found in results:
        key = (found.instrument, found.verdict, tuple(open_questions(found)))
        groups.setdefault(key, []).append(found)
    return list(groups.values())


EXPECTED: dict[Path, Callable[[], Any]] = {
    DATA / "hashes.json": lambda: hashes(checked(shipped())),
    DATA / "rotterdam-2018-open.json": open_in_rotterdam,
    DATA / "designations.json": designations,
    **{SCHEMAS / f"{kind}.json": partial(schema, kind) for kind in KINDS},
}


def written(made: Any) -> str:
    """JSON as it stands in these files."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file, made in EXPECTED.items():
        file.write_text(written(made()), encoding="utf-8")
    for golden, text in GOLDEN.items():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text(), encoding="utf-8")

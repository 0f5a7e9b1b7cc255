"""Problems that were there when a check was first asked for: accepted as they are, so that new ones stand out.

A problem is known by its file (from the folder of the baseline), code, path without places in lists, measure, and the
part that it stands in; not by its line. What makes a document invalid is never accepted: of that nothing was checked.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from registry.printing import CouldNotRun
from registry.report import may_be_passed_over
from registry.writing import whole
from rules.text import Text

Row = dict[str, Any]
SCHEMA = "regelruimte/baseline/v1"
_STDIN = "<"  # as standard input is named in a report
_IN_PARTS = re.compile(r"(?:^|\.)parts\b")
_INDEX = re.compile(r"\[\d+\]")


class Fingerprint(NamedTuple):
    """What makes two problems the same, whatever moved around them."""

    file: str
    code: str
    path: str
    measure: str
    part: str


class Baseline(NamedTuple):
    """The accepted problems, each with how many of it there were; `file` is where they stand."""

    file: str
    accepted: Counter[Fingerprint]


def read_baseline(file: str) -> Baseline:
    """The baseline in that file; CouldNotRun where there is none."""
    try:
        found = json.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise _stopped(file, _failed(error)) from None
    except ValueError:
        raise _stopped(file, _NO_BASELINE) from None
    rows = found.get("problems") if isinstance(found, dict) and found.get("schema") == SCHEMA else None
    if not isinstance(rows, list) or not all(map(_is_sound, rows)):
        raise _stopped(file, _NO_BASELINE)
    accepted: Counter[Fingerprint] = Counter()
    for row in rows:
        accepted[Fingerprint(*(row[key] for key in Fingerprint._fields))] += row["count"]
    return Baseline(file, accepted)


def _is_sound(row: object) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == {*Fingerprint._fields, "count"}
        and all(isinstance(row[key], str) for key in Fingerprint._fields)
        and type(row["count"]) is int
        and row["count"] > 0
    )


def write_baseline(file: str, problems: Iterable[Row]) -> Baseline:
    """Writes what may be accepted of those problems, sorted; CouldNotRun where that fails."""
    made = Baseline(file, Counter(fingerprint(problem, file) for problem in problems if _acceptable(problem)))
    rows = [{**each._asdict(), "count": made.accepted[each]} for each in sorted(made.accepted)]
    text = json.dumps({"schema": SCHEMA, "problems": rows}, ensure_ascii=False, indent=2) + "\n"
    try:
        with whole(Path(file)) as out:
            out.write(text.encode())
    except OSError as error:
        raise _stopped(file, _failed(error)) from None
    return made


def fingerprint(problem: Row, baseline: str) -> Fingerprint:
    """What that problem is known by in a baseline that stands there."""
    file = problem["file"]
    if not file.startswith(_STDIN):
        file = os.path.relpath(file, Path(baseline).parent).replace(os.sep, "/")
    path = _INDEX.sub("[]", problem["path"])
    # outside the parts it is about all of them, and which of them was looked at first tells nothing
    part = problem["part"] if _IN_PARTS.search(path) else None
    return Fingerprint(file, problem["code"], path, problem["measure"] or "", part or "")


def _acceptable(problem: Row) -> bool:
    return may_be_passed_over(problem) and "ignored" not in problem


def with_baseline(problems: Sequence[Row], baseline: Baseline) -> tuple[list[Row], Counter[Fingerprint]]:
    """The problems, with `baseline` on those that it accepts; and what it accepts that is no longer there.

    Of a problem that is there more often than accepted, the later ones are new.
    """
    left = baseline.accepted.copy()
    made: list[Row] = []
    for problem in problems:
        known = fingerprint(problem, baseline.file) if _acceptable(problem) else None
        if known and left[known] > 0:
            left[known] -= 1
            made.append({**problem, "baseline": True})
        else:
            made.append(problem)
    return made, +left


def baseline_row(baseline: Baseline, gone: Counter[Fingerprint], looked_at: Callable[[str, str], bool]) -> Row:
    """What a report says of the baseline: where it is, and what it accepts that was looked for in vain."""
    folder = Path(baseline.file).parent

    def looked_for(each: Fingerprint) -> bool:
        file = os.path.relpath(folder / each.file).replace(os.sep, "/")
        return looked_at(file, each.measure) or not (each.file.startswith(_STDIN) or Path(file).exists())

    return {
        "file": baseline.file,
        "gone": [{**each._asdict(), "count": gone[each]} for each in sorted(gone) if looked_for(each)],
    }


def _stopped(file: str, why: Text) -> CouldNotRun:
    return CouldNotRun(Text(f"{file}: {why.nl}", f"{file}: {why.en}"))


def _failed(error: OSError) -> Text:
    return Text(str(error.strerror), str(error.strerror))


_NO_BASELINE = Text(
    nl=f"geen baseline ({SCHEMA}); --write-baseline maakt er een",
    en=f"no baseline ({SCHEMA}); --write-baseline makes one",
)

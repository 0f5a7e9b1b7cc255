"""What a problem is called from one run to the next: no line and no wording, so that an alert survives moved lines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from registry.baseline import fingerprint
from registry.gate import show
from rules.canonical import sha256

Row = dict[str, Any]


def fingerprints(problems: Iterable[Row]) -> Iterator[str]:
    """Of each problem, in order: SHA-256 over what a baseline knows it by, and the how manieth of these it is."""
    seen: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        known = tuple(show(each) for each in fingerprint(problem, ""))
        seen[known] += 1
        yield sha256([*known, seen[known]])

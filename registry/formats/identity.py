"""What a problem is called from one run to the next: no line and no wording, so that an alert survives moved lines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from registry.gate import show
from rules.canonical import sha256

Row = dict[str, Any]


def fingerprints(problems: Iterable[Row]) -> Iterator[str]:
    """Of each problem, in order: SHA-256 over code, file, path in the document, and the how manieth of these it is."""
    seen: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        named = tuple(show(problem[key]) for key in ("code", "file", "path"))
        seen[named] += 1
        yield sha256([*named, seen[named]])

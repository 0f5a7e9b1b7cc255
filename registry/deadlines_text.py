"""Deadlines for people: by day, what has happened before what is to come, what nobody knows last."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from registry.lines import painted, wrapped
from registry.words import word
from rules.text import Language

Row = dict[str, Any]
_MARKS = {"past": "‹", "today": "●", "coming": "›", "unknown": "?"}
_DAY = 10


def deadlines_text(made: Row, language: Language, colour: bool) -> Iterator[str]:
    """The lines of a list of deadlines."""
    counted = Counter(row["when"] for row in made["rows"])
    told = ", ".join(f"{mark} {counted[when]} {word(f'when {when}', language)}" for when, mark in _MARKS.items())
    yield painted(f"{word('deadlines', language)} – {word('day', language)} {made['on']}", "bold", colour)
    yield told
    if not made["rows"]:
        yield ""
        yield from wrapped(word("no deadlines", language))
    for row in made["rows"]:
        yield ""
        yield from _row(row, language, colour)


def _row(row: Row, language: Language, colour: bool) -> Iterator[str]:
    day = row["day"]["written"] if row["day"] else word("unknown", language)
    advice = f" [{word('advice', language)}]" if row["advice"] else ""
    kind = f"{word('kind ' + row['kind'], language)}{advice}"
    tint = {"past": "dim", "coming": "bold", "today": "bold"}.get(row["when"], "yellow")
    yield painted(f"{_MARKS[row['when']]} {day:{_DAY}}  {kind}", tint, colour)
    parts = "; ".join(f"{each['instrument_name']}: {_parts(each['parts'], language)}" for each in row["on"])
    record = f" [{word('record example', language)}]" if row["record"] == "example" else ""
    yield from wrapped(f"{row['measure'] or row['title']}{record}{f' – {parts}' if parts else ''}", _DAY + 4)
    cite = f" ({row['law']}, {row['citation']})" if row["citation"] else ""
    yield from wrapped(f"{row['says']}{cite}", _DAY + 4)


def _parts(parts: list[str], language: Language) -> str:
    return ", ".join(parts) if len(parts) <= 3 else f"{len(parts)} {word('parts', language)}"

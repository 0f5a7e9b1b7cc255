"""Lines for a terminal: wrapped to its width, foreign text through the gate, colour only where it is wanted."""

import os
import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TextIO

from registry.gate import show

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}
VERDICT_MARKS = {
    "barred": ("✗", "red"),
    "ineligible": ("✗", "red"),
    "undecided": ("?", "yellow"),
    "eligible": ("✓", "green"),
    "unneeded": ("○", "green"),
}
OUTCOME_MARKS = {
    "met": ("✓", "green"),
    "unmet": ("✗", "red"),
    "unknown": ("?", "yellow"),
    "pending": ("…", "yellow"),
    "contested": ("≠", "yellow"),
    "not_applicable": ("–", "dim"),
}


def wants_colour(stream: TextIO) -> bool:
    """Whether that stream is a terminal whose user has not asked for plain text (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


_COLUMNS: ContextVar[int | None] = ContextVar("columns", default=None)


@contextmanager
def in_columns(columns: int) -> Iterator[None]:
    """Writes in that many columns, whatever the terminal has: lines for a part of a screen."""
    token = _COLUMNS.set(columns)
    try:
        yield
    finally:
        _COLUMNS.reset(token)


def width() -> int:
    """Columns to write in: as set, else those of the terminal, between 60 and 100; 80 where there is none."""
    return max(60, min(100, _COLUMNS.get() or shutil.get_terminal_size((80, 24)).columns))


def columns_of(text: str) -> int:
    """Columns that a terminal takes for that text: two for a wide character, none for an accent of its own."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def painted(text: str, colour: str, wanted: bool) -> str:
    """The text in that colour, where colour is wanted. A mark or a word must say the same without it."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if wanted else text


def wrapped(text: str, indent: int = 0, first: str = "", columns: int | None = None) -> Iterator[str]:
    """The text in lines of the terminal's width, shown safely. `first` leads the first line, after the indent."""
    lead, shown, room = " " * indent, show(text), columns or width()
    if shown and not shown[-1].isspace() and len(line := lead + first + shown) <= room:
        yield line  # as most are: the rest would come to the same, ten times as slowly
        return
    yield from _folded(shown, room, lead, first) or [lead + first.rstrip()]


@lru_cache(maxsize=1024)  # of many measures the same is asked, in the same words
def _folded(shown: str, room: int, lead: str, first: str) -> tuple[str, ...]:
    rest = lead + " " * len(first)
    return tuple(
        textwrap.wrap(shown, room, initial_indent=lead + first, subsequent_indent=rest, break_on_hyphens=False)
    )


def legend(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What marks mean, as many on a line as fit; a mark is never parted from its meaning."""
    line = ""
    for mark, means in entries:
        entry = f"{mark} {show(means)}"
        if line and len(line) + 3 + len(entry) > width():
            yield line
            line = ""
        line += ("   " if line else "") + entry
    if line:
        yield line

"""A time axis of so many columns: spans and marks put on a scale of years, in plain characters.

Pure: what the characters mean is for the caller to say, in a legend.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

_STEPS = (1, 2, 4, 5, 10, 20, 50, 100, 200, 500, 1000)
_LABEL = 6  # a year of four digits, and air around it


class Axis(NamedTuple):
    """The days from `first` up to and including `last`, spread over so many columns."""

    first: date
    last: date
    columns: int

    def column(self, on_day: date) -> int:
        """The column that the day falls in; a day outside the axis falls on its edge."""
        begin, end = _at(self.first), _at(self.last) + 1
        return max(0, min(self.columns - 1, (_at(on_day) - begin) * self.columns // (end - begin)))


def _at(on_day: date) -> int:
    """The day on a scale where every year is as long as a leap year: a year is then as wide as the next."""
    new_years_eve = (on_day.month, on_day.day) == (12, 31)
    return on_day.year * 366 + (365 if new_years_eve else on_day.timetuple().tm_yday - 1)


class Span(NamedTuple):
    """Days, inclusive, drawn with one character a column."""

    first: date
    last: date
    drawn: str


class Mark(NamedTuple):
    """One day, drawn as one character."""

    day: date
    drawn: str


def whole_years(days: Iterable[date], columns: int) -> Axis:
    """The axis over all years in which those days fall; ValueError without a day."""
    known = list(days)
    return Axis(date(min(known).year, 1, 1), date(max(known).year, 12, 31), columns)


def scale(axis: Axis) -> tuple[str, str]:
    """Two lines: as many years as fit, counted from the first, and a tick below each."""
    years = range(axis.first.year, axis.last.year + 1)
    step = next((step for step in _STEPS if axis.columns * step // len(years) >= _LABEL), len(years))
    labels, ticks = [" "] * axis.columns, ["─"] * axis.columns
    for year in years[::step]:
        at = axis.column(max(axis.first, date(year, 1, 1)))
        ticks[at] = "┬"
        if at + 4 <= axis.columns:
            labels[at : at + 4] = f"{year:04}"
    return "".join(labels), "".join(ticks)


def drawn(axis: Axis, spans: Iterable[Span] = (), marks: Iterable[Mark] = (), several: str = "") -> str:
    """One line of the axis. What comes later lies over what came before; marks lie over spans.

    Different marks in one column become `several`, where that is given.
    """
    line = [" "] * axis.columns
    for span in spans:
        at, end = axis.column(span.first), axis.column(span.last)
        line[at : end + 1] = span.drawn * (end + 1 - at)
    placed: dict[int, str] = {}
    for mark in marks:
        at = axis.column(mark.day)
        placed[at] = several if several and placed.get(at, mark.drawn) != mark.drawn else mark.drawn
    for at, mark_drawn in placed.items():
        line[at] = mark_drawn
    return "".join(line)

"""A figure as a bar against the thresholds that use it, in plain characters. Pure; the caller gives the legend."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from rules.quantity import Quantity, Unit, written

SURE, BETWEEN, REST, UNKNOWN, THRESHOLD = "█", "▒", "·", "┄", "▼"


class Bar(NamedTuple):
    """Two lines of the same width, the thresholds above the figure; and what stands at the right end."""

    thresholds: str
    figure: str
    end: str


def bar(value: Quantity | None, thresholds: Sequence[Decimal], unit: Unit, columns: int) -> Bar:
    """The figure from nothing up: solid up to where it surely reaches, shaded up to where it may; dashes if unknown.

    Percentages end at 100 %, everything else at the greatest number in the picture.
    """
    high = value.high if value and value.high.is_finite() else value.low if value else Decimal(0)
    end = Decimal(100) if unit == "percent" else max([high, *thresholds, Decimal(1)])
    above = _above(sorted(set(thresholds)), end, unit, columns)
    if value is None:
        return Bar(above, UNKNOWN * columns, written(end, unit))
    sure = _filled(value.low, end, columns)
    perhaps = columns if not value.high.is_finite() else max(sure, _filled(high, end, columns))
    line = SURE * sure + BETWEEN * (perhaps - sure)
    return Bar(above, line.ljust(columns, REST), written(end, unit))


def _above(thresholds: Sequence[Decimal], end: Decimal, unit: Unit, columns: int) -> str:
    """A mark for each threshold, with its number where there is room before the next one."""
    line = [" "] * columns
    places = [_column(threshold, end, columns) for threshold in thresholds]
    for threshold, at, following in zip(thresholds, places, [*places[1:], columns + 1], strict=True):
        line[at] = THRESHOLD
        label = f" {written(threshold, unit)}"
        if at + len(label) < following - 1:
            line[at + 1 : at + 1 + len(label)] = label
    return "".join(line)


def _filled(number: Decimal, end: Decimal, columns: int) -> int:
    """Columns that the number fills, whole ones only: a bar never reaches a threshold that the figure does not."""
    return max(0, min(columns, int(number * columns / end)))


def _column(threshold: Decimal, end: Decimal, columns: int) -> int:
    return max(0, min(columns - 1, int(threshold * columns / end)))

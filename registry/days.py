"""Days as plain data: as they are written, and as the first and last day that they can be."""

from datetime import date
from typing import Any

from rules.fields import Missing
from rules.period import Day

Row = dict[str, Any]


def day_row(day: Day | Missing | None) -> Row | None:
    """A day as data; None for one that nobody knows. `none` is a day that is known not to exist."""
    if day is Missing.NONE:
        return {"written": "none", "first": None, "last": None}
    if not isinstance(day, Day):
        return None
    return {"written": str(day), "first": day.first.isoformat(), "last": day.last.isoformat()}


def day_of(row: Row | None) -> Day | None:
    """The day in such a row; None where there is none."""
    if row is None or row["first"] is None:
        return None
    return Day(date.fromisoformat(row["first"]), date.fromisoformat(row["last"]))

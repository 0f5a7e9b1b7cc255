"""Days as plain data: as they are written, and as the first and last day that they can be."""

from datetime import date
from typing import Any

from rules import period
from rules.fields import Missing
from rules.period import Day, Duration
from rules.text import Text

Row = dict[str, Any]


def day_row(day: Day | Missing | None) -> Row | None:
    """A day as data; None for one that nobody knows. `none` is a day that is known not to exist."""
    if day is Missing.NONE:
        return {"written": "none", "first": None, "last": None}
    if not isinstance(day, Day):
        return None
    return {"written": written(day), "first": day.first.isoformat(), "last": day.last.isoformat()}


def day_of(row: Row | None) -> Day | None:
    """The day in such a row; None where there is none."""
    if row is None or row["first"] is None:
        return None
    return Day(date.fromisoformat(row["first"]), date.fromisoformat(row["last"]))


def written(day: Day) -> str:
    """The day as a document writes it; both ends where no document can (8 weeks after some day in 2018-02)."""
    plain = str(day)
    return plain if period.day(plain) == day else f"{day.first} – {day.last}"


def length(of: Duration) -> Text:
    """A length of time as people say it: 8 weken, 8 weeks."""
    plain = str(of)
    dutch = plain
    for english, nl in _DUTCH.items():
        dutch = dutch.replace(english, nl)
    return Text(dutch, plain)


_DUTCH = {"years": "jaar", "year": "jaar", "months": "maanden", "month": "maand", "weeks": "weken", "week": "week",
          "days": "dagen", "day": "dag"}  # fmt: skip

"""Days as plain data: as they are written, and as the first and last day that they can be; and the day of a moment."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

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


def interval(day: Day) -> str:
    """A day in one word: 2018-04-05, or the first and last day that it can be (ISO 8601: 2018-04-01/2018-04-30)."""
    return day.first.isoformat() if day.exact else f"{day.first}/{day.last}"


def day_in(written: str) -> Day:
    """The day that `interval` wrote."""
    first, _, last = written.partition("/")
    return Day(date.fromisoformat(first), date.fromisoformat(last or first))


@cache
def _legal_time() -> ZoneInfo:
    return ZoneInfo("Europe/Amsterdam")


def legal_day(moment: datetime) -> date:
    """The day that it is in the Netherlands at that moment."""
    return moment.astimezone(_legal_time()).date()


def end_of(day: date) -> datetime:
    """The moment, in UTC, at which that day is over in the Netherlands."""
    after = day + timedelta(days=1) if day < date.max else day
    return datetime.combine(after, time.min, _legal_time()).astimezone(UTC)

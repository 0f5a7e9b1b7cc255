"""Calendar days, partial dates and terms: the only place that says whether something is in force on a day.

Days are inclusive, first and last. No clock and no time zone: law counts in dates.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.problems import Wrong
from rules.text import Text

LONG_AGO, FAR_AHEAD = date.min, date.max
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
DURATION = re.compile(r"(\d{1,4}) (year|month|week|day)s?")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that may be known only to the month or the year: it lies in [first, last]."""

    first: date
    last: date

    @property
    def exact(self) -> bool:
        return self.first == self.last

    def __str__(self) -> str:
        if self.exact:
            return self.first.isoformat()
        if self == day(f"{self.first:%Y-%m}"):
            return f"{self.first:%Y-%m}"
        if self == day(f"{self.first:%Y}"):
            return f"{self.first:%Y}"
        return f"{self.first} – {self.last}"  # counted on from a day that is not known exactly


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as the law writes it; months and years have no fixed number of days."""

    years: int = 0
    months: int = 0
    days: int = 0

    def __str__(self) -> str:
        if self.days and self.days % 7 == 0 and not (self.years or self.months):
            return _many(self.days // 7, "week")
        parts = ((self.years, "year"), (self.months, "month"), (self.days, "day"))
        return ", ".join(_many(n, unit) for n, unit in parts if n) or "0 days"


@dataclass(frozen=True, slots=True)
class Term:
    """From a first up to and including a last day; None leaves that end open."""

    first: Day | None
    last: Day | None

    def __str__(self) -> str:
        return f"{self.first or '…'} – {self.last or '…'}"


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def day(written: str) -> Day:
    """The day written as 2018-04-05, 2018-04 or 2018; Wrong otherwise."""
    found = _DATE.fullmatch(written)
    try:
        if not found:
            raise ValueError
        year, month, number = (int(part) if part else None for part in found.groups())
        assert year is not None
        if month is None:
            return Day(date(year, 1, 1), date(year, 12, 31))
        if number is None:
            return Day(date(year, month, 1), after(date(year, month, 1), Duration(months=1)) - timedelta(days=1))
        return on(date(year, month, number))
    except ValueError:
        raise Wrong(
            Text(
                nl=f"verwacht een bestaande dag zoals 2018-04-05 (of alleen 2018-04 of 2018), gevonden «{written}»",
                en=f"expected a day that exists, such as 2018-04-05 (or only 2018-04 or 2018), found '{written}'",
            ),
            code="wrong-date",
        ) from None


def in_words(length: Duration) -> Text:
    """A length of time as people say it: 8 weken, 8 weeks."""
    english = str(length)
    return Text(_LENGTH_WORD.sub(lambda found: _DUTCH[found[0]], english), english)


_DUTCH = {
    "year": "jaar", "years": "jaar", "month": "maand", "months": "maanden",
    "week": "week", "weeks": "weken", "day": "dag", "days": "dagen",
}  # fmt: skip
_LENGTH_WORD = re.compile(r"[a-z]+")


def on(exact: date) -> Day:
    """That very day."""
    return Day(exact, exact)


def duration(written: str) -> Duration:
    """The duration written as '4 years', '6 months', '8 weeks' or '10 days'; Wrong otherwise."""
    found = DURATION.fullmatch(written)
    if not found:
        raise Wrong(
            Text(
                nl=f"verwacht een duur zoals «4 years», «6 months», «8 weeks» of «10 days», gevonden «{written}»",
                en=f"expected a duration such as '4 years', '6 months', '8 weeks' or '10 days', found '{written}'",
            ),
            code="wrong-duration",
        )
    number = int(found[1])
    match found[2]:
        case "year":
            return Duration(years=number)
        case "month":
            return Duration(months=number)
        case "week":
            return Duration(days=7 * number)
        case _:
            return Duration(days=number)


def after(start: date, length: Duration) -> date:
    """The same calendar day `length` later; the far end of the calendar where it runs off it.

    Where that day does not exist (29 February in a common year, 31 in a short month) it is the day after the
    last of that month. A term of one year from 29 February 2020 thus ends on 28 February 2021, the day before
    1 March; the last day is then the same as under art. 3(2)(c) of Regulation (EEC, Euratom) 1182/71.
    """
    month = start.month - 1 + length.months
    year, month = start.year + length.years + month // 12, month % 12 + 1
    if year > FAR_AHEAD.year:
        return FAR_AHEAD
    try:
        moved = start.replace(year=year, month=month)
    except ValueError:
        moved = date(year + month // 12, month % 12 + 1, 1)
    left = (FAR_AHEAD - moved).days
    return moved + timedelta(days=min(length.days, left))


def months_between(start: date, end: date) -> int:
    """How many whole months after `start` the day `end` comes; negative where it comes first."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    return whole if after(start, Duration(months=whole)) <= end else whole - 1


def last_day(start: date, length: Duration) -> date:
    """The last day of a term of that length that begins on `start`."""
    return after(start, length) - timedelta(days=1)


def within(term: Term, longest: Duration) -> bool | None:
    """Whether a term is no longer than `longest`; None where partial or missing dates leave it open."""
    if term.first is None or term.last is None:
        return None
    if term.last.last <= last_day(term.first.first, longest):
        return True
    if term.last.first > last_day(term.first.last, longest):
        return False
    return None


def no_later(first: Day, second: Day) -> bool | None:
    """Whether the first day falls on or before the second; None where partial dates leave it open."""
    if first.last <= second.first:
        return True
    if first.first > second.last:
        return False
    return None


def in_force(term: Term, on_day: date) -> bool | None:
    """Whether a term covers that day; None where partial dates leave it open."""
    begun = True if term.first is None else no_later(term.first, on(on_day))
    not_over = True if term.last is None else no_later(on(on_day), term.last)
    if begun is False or not_over is False:
        return False
    return True if begun and not_over else None


def covers(first: Any, last: Any, on_day: Any) -> Any:
    """The same for exact days in whatever form compares as days do: columns of a table give a condition on rows."""
    return (first <= on_day) & (on_day <= last)


def meets(begins: Any, ends: Any, first: Any, last: Any) -> Any:
    """Whether two terms of exact days share a day, in whatever form compares as days do, columns as well."""
    return (begins <= last) & (first <= ends)


def in_common(one: Term, other: Term) -> bool | None:
    """Whether two terms have a day in common; None where partial or missing dates leave it open."""
    starts = [term.first for term in (one, other) if term.first]
    ends = [term.last for term in (one, other) if term.last]
    before = [no_later(start, end) for start in starts for end in ends]
    if False in before:
        return False
    return True if len(starts) == len(ends) == 2 and None not in before else None


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, number = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, number + 1)


def is_working_day(on_day: date) -> bool:
    """No Saturday, Sunday or generally recognised holiday (Algemene termijnenwet, art. 1 and 3).

    Koningsdag is 27 April, or 26 April when that is a Sunday (from 2014; before, 30 or 29 April).
    """
    kings = date(on_day.year, 4, 27 if on_day.year >= 2014 else 30)
    if kings.weekday() == 6:
        kings -= timedelta(days=1)
    fixed = {(1, 1), (5, 5), (12, 25), (12, 26), (kings.month, kings.day)}
    if on_day.weekday() > 4 or (on_day.month, on_day.day) in fixed:
        return False
    return (on_day - easter(on_day.year)).days not in (-2, 1, 39, 50)


def due(start: date, within_time: Duration, still: int = 0) -> date:
    """The last day of a statutory term that starts after `start`, its clock having stood still `still` days.

    A term that would end on a day that is no working day runs on to the next one (Algemene termijnenwet, art. 1),
    except terms of more than twelve weeks, three months or ninety days (art. 4).
    """
    end = after(start, within_time) + timedelta(days=still)
    long = within_time.years > 0 or within_time.months > 3 or within_time.days > 90
    while not long and not is_working_day(end):
        end += timedelta(days=1)
    return end


def latest_start(end: date, within_time: Duration) -> date:
    """The last day after which a statutory term can start and still end on or before `end`."""
    longest = 366 * within_time.years + 31 * within_time.months + within_time.days
    start = end - timedelta(days=min(longest, (end - LONG_AGO).days))
    while start > LONG_AGO and due(start, within_time) > end:
        start -= timedelta(days=1)
    while start < end and due(start + timedelta(days=1), within_time) <= end:
        start += timedelta(days=1)
    return start

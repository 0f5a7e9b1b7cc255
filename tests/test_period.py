"""Days, terms and due dates: inclusive, partial where the source is, and never guessed."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.period import (
    Day,
    Duration,
    Term,
    after,
    covers,
    day,
    due,
    duration,
    easter,
    in_force,
    is_working_day,
    last_day,
    latest_start,
    no_later,
    on,
    within,
)
from rules.problems import Wrong

FOUR_YEARS = Duration(years=4)


def term(first: str | None, last: str | None) -> Term:
    return Term(day(first) if first else None, day(last) if last else None)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2018-04-05", date(2018, 4, 5), date(2018, 4, 5)),
        ("2018-02", date(2018, 2, 1), date(2018, 2, 28)),
        ("2018-12", date(2018, 12, 1), date(2018, 12, 31)),
        ("2018", date(2018, 1, 1), date(2018, 12, 31)),
    ],
)
def test_partial_days_are_intervals(written: str, first: date, last: date) -> None:
    assert day(written) == Day(first, last)
    assert str(day(written)) == written


@pytest.mark.parametrize("written", ["2026-13-45", "2023-02-29", "5 april 2018", "18-04-05", "", "2018-4-5", "0000"])
def test_a_day_that_does_not_exist_is_refused(written: str) -> None:
    with pytest.raises(Wrong, match="a day that exists"):
        day(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("4 years", Duration(years=4)),
        ("1 year", Duration(years=1)),
        ("6 months", Duration(months=6)),
        ("8 weeks", Duration(days=56)),
        ("10 days", Duration(days=10)),
    ],
)
def test_durations(written: str, meant: Duration) -> None:
    assert duration(written) == meant
    assert str(meant) == written


@pytest.mark.parametrize("written", ["4 jaar", "four years", "4", "-1 years", "4.5 years"])
def test_other_durations_are_refused(written: str) -> None:
    with pytest.raises(Wrong, match="expected a duration"):
        duration(written)


@pytest.mark.parametrize(
    ("start", "length", "last"),
    [
        (date(2018, 4, 16), FOUR_YEARS, date(2022, 4, 15)),
        (date(2020, 2, 29), Duration(years=1), date(2021, 2, 28)),
        (date(2020, 2, 29), FOUR_YEARS, date(2024, 2, 28)),
        (date(2019, 3, 1), Duration(years=1), date(2020, 2, 29)),
        (date(2020, 1, 31), Duration(months=1), date(2020, 2, 29)),
        (date(2021, 1, 31), Duration(months=1), date(2021, 2, 28)),
        (date(2021, 1, 1), Duration(days=56), date(2021, 2, 25)),
        (date(9990, 1, 1), Duration(years=20), date.max - timedelta(days=1)),
    ],
)
def test_the_last_day_of_a_term(start: date, length: Duration, last: date) -> None:
    """A term from 29 February ends on the last of February: period.after says why."""
    assert last_day(start, length) == last


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(1, 20))
def test_a_term_of_years_agrees_with_regulation_1182_71(start: date, years: int) -> None:
    """Art. 3(2)(c): counted from the day before it begins, it ends on the same date, or on the month's last day.

    One difference is wanted: a term from 1 March always ends on the last of February, leap year or not.
    """
    before = start - timedelta(days=1)
    try:
        same_date = before.replace(year=before.year + years)
    except ValueError:
        same_date = date(before.year + years, 3, 1) - timedelta(days=1)
    eve_of_leap_day = (before.month, before.day) == (2, 28) and (start.month, start.day) == (3, 1)
    expected = date(same_date.year, 3, 1) - timedelta(days=1) if eve_of_leap_day else same_date
    assert last_day(start, Duration(years=years)) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2018-04-16", "2022-04-15", True),
        ("2018-04-16", "2022-04-16", False),
        ("2018-04", "2022-03", True),
        ("2018-04", "2022-04", None),
        ("2018", "2023", False),
        (None, "2022-04-15", None),
        ("2018-04-16", None, None),
    ],
)
def test_four_years_at_most(first: str | None, last: str | None, expected: bool | None) -> None:
    assert within(term(first, last), FOUR_YEARS) is expected


@pytest.mark.parametrize(
    ("on_day", "expected"),
    [
        (date(2018, 4, 15), False),
        (date(2018, 4, 16), True),
        (date(2022, 4, 15), True),
        (date(2022, 4, 16), False),
    ],
)
def test_ended_is_ended(on_day: date, expected: bool) -> None:
    assert in_force(term("2018-04-16", "2022-04-15"), on_day) is expected


def test_in_force_with_ends_that_are_open_or_partial() -> None:
    assert in_force(Term(on(date(2026, 6, 4)), None), date(2999, 1, 1)) is True
    assert in_force(term("2018-04", "2022-04"), date(2022, 4, 10)) is None
    assert in_force(term("2018-04", "2022-04"), date(2022, 5, 1)) is False


def test_no_later_with_partial_days() -> None:
    assert no_later(day("2018"), day("2018-12-31")) is True
    assert no_later(day("2018"), day("2018-06-01")) is None
    assert no_later(day("2019"), day("2018")) is False


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2018, date(2018, 4, 1)), (2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2038, date(2038, 4, 25))],
)
def test_easter(year: int, sunday: date) -> None:
    assert easter(year) == sunday


def test_the_due_date_of_rotterdam() -> None:
    """Received 8 February 2018; eight weeks later is Thursday 5 April, the day on which the minister decided."""
    assert due(date(2018, 2, 8), duration("8 weeks")) == date(2018, 4, 5)


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (date(2018, 2, 5), "8 weeks", date(2018, 4, 3)),  # Easter Monday: on to Tuesday
        (date(2026, 10, 30), "8 weeks", date(2026, 12, 28)),  # Boxing Day, Saturday, Sunday comes after it
        (date(2026, 11, 7), "8 weeks", date(2027, 1, 4)),  # a Saturday
        (date(2026, 3, 1), "13 weeks", date(2026, 5, 31)),  # over twelve weeks the act does not apply: a Sunday stays
    ],
)
def test_the_general_act_on_terms(start: date, length: str, end: date) -> None:
    """Algemene termijnenwet art. 1: not on a Saturday, Sunday or holiday; art. 4: not for long terms."""
    assert due(start, duration(length)) == end


@pytest.mark.parametrize(
    ("end", "start"),
    [
        (date(2031, 3, 31), date(2031, 2, 3)),  # a Monday, eight weeks on
        (date(2022, 4, 15), date(2022, 2, 17)),  # Good Friday is no working day: the time to decide ends on Thursday
        (date(2026, 11, 22), date(2026, 9, 25)),  # a Sunday: it ends on Friday
    ],
)
def test_the_last_day_to_ask(end: date, start: date) -> None:
    assert latest_start(end, duration("8 weeks")) == start


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(["8 weeks", "13 weeks", "3 months", "1 year"]))
def test_a_day_later_is_too_late(end: date, length: str) -> None:
    start = latest_start(end, duration(length))
    assert due(start, duration(length)) <= end < due(start + timedelta(days=1), duration(length))


def test_a_clock_that_stood_still() -> None:
    assert due(date(2018, 2, 8), duration("8 weeks"), still=7) == date(2018, 4, 12)


def test_the_kings_birthday_moves_off_sunday() -> None:
    assert not is_working_day(date(2018, 4, 27))
    assert not is_working_day(date(2025, 4, 26))
    assert is_working_day(date(2018, 4, 26))


def test_a_month_later_is_never_earlier() -> None:
    for start in (date(2023, 1, 1) + timedelta(days=n) for n in range(800)):
        assert after(start, Duration(months=1)) > start


ROOT = Path(__file__).resolve().parent.parent
# what compares the last day of something other than a term: files that follow one another, days of decisions, figures
NO_TERMS = {"rules/period.py", "rules/lawbook.py", "rules/derived.py", "rules/judgement.py"}


def ends_compared(code: str) -> list[int]:
    """The lines on which the last day of something is put before or after another day."""
    order = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Compare)
        and any(isinstance(operator, order) for operator in node.ops)
        and any(isinstance(side, ast.Attribute) and side.attr == "last" for side in (node.left, *node.comparators))
    ]


@pytest.mark.parametrize("number", [0, 1, 5, 10, 11])
def test_columns_are_compared_as_terms_are(number: int) -> None:
    first, last, today = date(2026, 1, 2), date(2026, 1, 11), date(2026, 1, 1) + timedelta(days=number)
    expected = in_force(Term(on(first), on(last)), today)
    assert covers(first, last, today) is expected
    assert covers(first.isoformat(), last.isoformat(), today.isoformat()) is expected


def test_a_day_is_written_as_far_as_it_is_known() -> None:
    written = ["2018-04-05", "2018-04", "2018", "2016-02"]
    assert [str(day(each)) for each in written] == written
    assert str(Day(date(2017, 11, 27), date(2017, 12, 27))) == "2017-11-27 – 2017-12-27"
    assert str(Day(date(2021, 2, 26), date(2022, 2, 25))) == "2021-02-26 – 2022-02-25"  # no month, though both are


def test_one_module_says_what_has_ended() -> None:
    files = [*(ROOT / "rules").rglob("*.py"), *(ROOT / "registry").rglob("*.py")]
    named = {file.relative_to(ROOT).as_posix(): file for file in files}
    comparing = {name for name, file in named.items() if ends_compared(file.read_text(encoding="utf-8"))}
    assert comparing <= NO_TERMS


@pytest.mark.parametrize("code", ["term.last < today", "if on > measure.term.last.last:\n    pass"])
def test_a_second_opinion_on_what_has_ended_is_caught(code: str) -> None:
    assert ends_compared(code) == [1]

"""A time axis: every day in its column, nothing beside the axis, what is later over what was there."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.axis import Axis, Mark, Span, drawn, scale, whole_years

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
DECADE = whole_years([date(2010, 5, 1), date(2019, 2, 1)], 40)


def test_the_axis_covers_whole_years() -> None:
    assert Axis(date(2010, 1, 1), date(2019, 12, 31), 40) == DECADE


def test_the_scale_names_as_many_years_as_fit() -> None:
    years, ticks = scale(DECADE)
    assert years == "2010    2012    2014    2016    2018    "
    assert ticks == "┬───────" * 5


@given(st.lists(DAYS, min_size=1), st.integers(10, 100))
def test_a_scale_fits_its_axis(days: list[date], columns: int) -> None:
    axis = whole_years(days, columns)
    years, ticks = scale(axis)
    assert len(years) == len(ticks) == columns
    named = years.split()
    assert [int(year) for year in named] == sorted({int(year) for year in named})
    assert all(ticks[years.index(year)] == "┬" for year in named)


@given(DAYS, DAYS, st.integers(1, 100))
def test_a_later_day_is_never_drawn_before_an_earlier_one(one: date, other: date, columns: int) -> None:
    axis = whole_years([one, other], columns)
    assert 0 <= axis.column(min(one, other)) <= axis.column(max(one, other)) < columns


def test_one_day_is_still_seen() -> None:
    day = date(2013, 6, 13)
    line = drawn(DECADE, [Span(date(2013, 1, 1), date(2016, 12, 31), "░"), Span(day, day, "█")])
    assert line == " " * 12 + "░█" + "░" * 14 + " " * 12


def test_what_lies_outside_is_drawn_on_the_edge() -> None:
    assert drawn(DECADE, [Span(date.min, date(2010, 12, 31), "█")]).rstrip() == "████"
    assert drawn(DECADE, (), [Mark(date.max, "x")]) == " " * 39 + "x"


@pytest.mark.parametrize(("marks", "expected"), [(("1", "2"), "+"), (("1", "1"), "1"), (("1",), "1")])
def test_different_marks_on_one_place_say_so(marks: tuple[str, ...], expected: str) -> None:
    day = date(2015, 1, 1)
    line = drawn(DECADE, [Span(DECADE.first, DECADE.last, "█")], [Mark(day, mark) for mark in marks], "+")
    assert line[DECADE.column(day)] == expected


@given(DAYS, st.integers(0, 4000), st.integers(5, 100))
def test_a_line_is_as_wide_as_its_axis(first: date, days: int, columns: int) -> None:
    last = first + timedelta(days=days)
    line = drawn(whole_years([first, last], columns), [Span(first, last, "█")], [Mark(first, "1")])
    assert len(line) == columns
    assert len(line.strip()) == line.count("█") + 1

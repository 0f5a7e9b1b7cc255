"""Quantities are exact, and an interval that straddles a threshold decides nothing."""

from decimal import Decimal

import pytest

from rules.problems import Wrong
from rules.quantity import Quantity, at_least, at_most, equal, exactly, quantity, rounded


@pytest.mark.parametrize(
    ("written", "unit", "number"),
    [
        ("25 %", "percent", "25"),
        ("25%", "percent", "25"),
        ("17.0 %", "percent", "17"),
        ("0.1 %", "percent", "0.1"),
        ("€ 500000", "euro", "500000"),
        ("€ 0.10", "euro", "0.1"),
        (5000, "count", "5000"),
        ("940 hours", "hour", "940"),
    ],
)
def test_what_documents_write(written: str | int, unit: str, number: str) -> None:
    assert quantity(written, unit) == exactly(Decimal(number), unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("25", "percent"),
        ("€ 500.000", "euro"),
        ("€ 500,000", "euro"),
        ("5.000", "count"),
        (True, "count"),
        ("1e3", "count"),
        ("nan %", "percent"),
        ("25 % ", "euro"),
    ],
)
def test_anything_else_is_refused(written: str | int, unit: str) -> None:
    with pytest.raises(Wrong, match="expected a value such as"):
        quantity(written, unit)  # type: ignore[arg-type]


def test_a_tenth_is_a_tenth() -> None:
    """With binary floats three times 0.1 is more than 0.3."""
    third = quantity("0.3 %", "percent")
    assert at_most(exactly(Decimal("0.1") * 3, "percent"), third) is True
    assert (0.1 * 3 <= 0.3) is False  # the negative control


def test_a_rounded_figure_is_an_interval() -> None:
    figure = rounded(quantity(215000, "count"), Decimal(1000))
    assert (figure.low, figure.high, figure.open_end) == (Decimal(214500), Decimal(215500), True)


@pytest.mark.parametrize(
    ("threshold", "expected"), [(29_500, True), (29_501, None), (30_499, None), (30_500, False), (30_501, False)]
)
def test_at_least_with_a_rounded_figure(threshold: int, expected: bool | None) -> None:
    """30000 rounded to 1000 lies in [29500, 30500): the upper end itself is outside."""
    figure = rounded(quantity(30_000, "count"), Decimal(1000))
    assert at_least(figure, quantity(threshold, "count")) is expected


@pytest.mark.parametrize(("threshold", "expected"), [(29_499, False), (29_500, None), (30_499, None), (30_500, True)])
def test_at_most_with_a_rounded_figure(threshold: int, expected: bool | None) -> None:
    figure = rounded(quantity(30_000, "count"), Decimal(1000))
    assert at_most(figure, quantity(threshold, "count")) is expected


def test_equal_only_where_both_are_exact() -> None:
    five = exactly(5, "count")
    assert equal(five, five) is True
    assert equal(five, exactly(6, "count")) is False
    assert equal(rounded(five, Decimal(2)), five) is None


def test_what_people_read() -> None:
    assert str(exactly(Decimal("44.10"), "percent")) == "44.1 %"
    assert str(rounded(quantity(64_000, "count"), Decimal(1000))) == "63500 – <64500"
    assert str(Quantity(Decimal(2), Decimal("Infinity"), "count")) == "≥ 2"

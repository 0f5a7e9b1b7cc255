"""A figure as a bar: what is sure is solid, what may be is shaded, what nobody knows is dashed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.bars import bar
from rules.quantity import Quantity, exactly, quantity, rounded

PERCENTS = st.decimals(0, 100, places=1)


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        (quantity("30 %", "percent"), "██████··············"),
        (rounded(quantity("30 %", "percent"), Decimal(20)), "████▒▒▒▒············"),
        (quantity("0 %", "percent"), "····················"),
        (quantity("100 %", "percent"), "████████████████████"),
        (Quantity(Decimal(30), Decimal("Infinity"), "percent"), "██████▒▒▒▒▒▒▒▒▒▒▒▒▒▒"),
        (None, "┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄"),
    ],
)
def test_a_figure_between_nothing_and_all(value: Quantity | None, figure: str) -> None:
    assert bar(value, [Decimal(25)], "percent", 20) == ("     ▼ 25 %         ", figure, "100 %")


def test_a_count_ends_at_the_greatest_number() -> None:
    drawn = bar(exactly(40000, "count"), [Decimal(5000), Decimal(30000)], "count", 40)
    assert drawn.thresholds == "     ▼ 5000                   ▼ 30000   "
    assert (drawn.figure, drawn.end) == ("█" * 40, "40000")
    assert bar(exactly(10000, "count"), [Decimal(30000)], "count", 30).figure == "█" * 10 + "·" * 20


def test_a_number_that_has_no_room_is_left_out() -> None:
    assert bar(None, [Decimal(24), Decimal(25)], "percent", 20).thresholds == "    ▼▼ 25 %         "


@given(PERCENTS, PERCENTS, st.integers(10, 80))
def test_a_bar_passes_a_threshold_only_with_its_figure(value: Decimal, threshold: Decimal, columns: int) -> None:
    drawn = bar(Quantity(value, value, "percent"), [threshold], "percent", columns)
    assert len(drawn.thresholds) == len(drawn.figure) == columns
    if value < threshold:
        assert drawn.figure.count("█") <= drawn.thresholds.index("▼")

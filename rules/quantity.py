"""Exact quantities: a figure is the interval in which it lies, so rounding never decides a case.

Whatever the unit, numbers are decimals; nothing here is ever a float.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from rules.problems import Wrong
from rules.text import Text

Unit = Literal["count", "percent", "euro", "hour", "hectare", "per-km2", "per-10000", "points"]
UNITS: dict[str, Unit] = {unit: unit for unit in get_args(Unit)}

# how a unit is read, an example, and how it is written
FORMS: dict[Unit, tuple[re.Pattern[str], str, str]] = {
    "count": (re.compile(r"(-?\d{1,18})"), "5000", "{}"),
    "percent": (re.compile(r"(-?\d{1,18}(?:\.\d{1,9})?) ?%"), "25 %", "{} %"),
    "euro": (re.compile(r"€ ?(-?\d{1,18}(?:\.\d{2})?)"), "€ 500000", "€ {}"),
    "hour": (re.compile(r"(\d{1,18}(?:\.\d{1,9})?) hours?"), "940 hours", "{} hours"),
    "hectare": (re.compile(r"(\d{1,18}(?:\.\d{1,9})?) ha"), "662 ha", "{} ha"),
    "per-km2": (re.compile(r"(\d{1,18}(?:\.\d{1,9})?) per km2"), "11994 per km2", "{} per km2"),
    "per-10000": (re.compile(r"(\d{1,18}(?:\.\d{1,9})?) per 10000"), "159 per 10000", "{} per 10000"),
    "points": (re.compile(r"(-?\d{1,18}(?:\.\d{1,9})?) points"), "3.84 points", "{} points"),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure known to lie in [low, high], or in [low, high) when `open_end`."""

    low: Decimal
    high: Decimal
    unit: Unit
    open_end: bool = False

    def __str__(self) -> str:
        if self.low == self.high:
            return written(self.low, self.unit)
        if not self.high.is_finite():
            return f"≥ {written(self.low, self.unit)}"
        return f"{written(self.low, self.unit)} – {'<' if self.open_end else ''}{written(self.high, self.unit)}"


@dataclass(frozen=True, slots=True)
class Yearly:
    """An amount for each of some years, oldest first."""

    amounts: tuple[tuple[int, Quantity], ...]

    def __str__(self) -> str:
        return "; ".join(f"{year}: {amount}" for year, amount in self.amounts)


def added(one: Quantity, other: Quantity) -> Quantity:
    """Both together; the end of an open interval stays open."""
    return Quantity(one.low + other.low, one.high + other.high, one.unit, one.open_end or other.open_end)


def exactly(number: Decimal | int, unit: Unit) -> Quantity:
    """The quantity known to the last digit."""
    return Quantity(Decimal(number), Decimal(number), unit)


def rounded(value: Quantity, to: Decimal) -> Quantity:
    """What an exact-looking figure really says when its source rounded it to a multiple of `to`.

    Half a step to either side; the upper end is outside (215000 rounded to 1000: 214500 up to 215500).
    """
    return Quantity(value.low - to / 2, value.high + to / 2, value.unit, open_end=True)


def quantity(written_as: str | int, unit: Unit) -> Quantity:
    """The exact quantity that a document states in that unit; Wrong when it is written otherwise."""
    pattern, example, _ = FORMS[unit]
    text = str(written_as).strip()
    if isinstance(written_as, bool) or not (found := pattern.fullmatch(text)):
        raise Wrong(
            Text(
                nl=f"verwacht een waarde zoals «{example}» (geen duizendteken), gevonden «{text}»",
                en=f"expected a value such as '{example}' (no separator between thousands), found '{text}'",
            ),
            code="wrong-quantity",
        )
    return exactly(Decimal(found[1]), unit)


def range_of(shown: str, unit: Unit) -> Quantity:
    """The quantity that is shown so (`str`), which may be a range; Wrong when it is written otherwise."""
    if shown.startswith("≥ "):
        return Quantity(quantity(shown[2:], unit).low, Decimal("Infinity"), unit)
    first, dash, last = shown.partition(" – ")
    if not dash:
        return quantity(shown, unit)
    low, high = quantity(first, unit).low, quantity(last.removeprefix("<"), unit).high
    if low > high:
        says = Text(f"het eerste getal is groter dan het laatste: «{shown}»", f"the first is over the last: '{shown}'")
        raise Wrong(says, code="wrong-quantity")
    return Quantity(low, high, unit, open_end=last.startswith("<"))


def written(number: Decimal, unit: Unit) -> str:
    """A number as documents write it: 25 %, € 500000, 940 hours, 5000, 662 ha."""
    return FORMS[unit][2].format(format(number.normalize(), "f"))


def at_least(value: Quantity, threshold: Quantity) -> bool | None:
    """Whether the figure reaches the threshold; None where its interval straddles it."""
    if value.low >= threshold.low:
        return True
    if value.high < threshold.low or (value.open_end and value.high == threshold.low):
        return False
    return None


def at_most(value: Quantity, threshold: Quantity) -> bool | None:
    """Whether the figure stays within the threshold; None where its interval straddles it."""
    if value.high <= threshold.high:
        return True
    if value.low > threshold.high:
        return False
    return None


def apart(value: Quantity, other: Quantity) -> bool:
    """Whether the two intervals have no value in common."""
    lower, upper = sorted((value, other), key=lambda each: each.low)
    return lower.high < upper.low or (lower.open_end and lower.high == upper.low)


def equal(value: Quantity, other: Quantity) -> bool | None:
    """Whether both are the same figure; None where an interval leaves it open."""
    if apart(value, other):
        return False
    if value.low == value.high == other.low == other.high:
        return True
    return None

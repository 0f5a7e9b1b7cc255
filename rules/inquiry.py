"""What a question to the portfolio comes to, once it is known which other measures it finds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from rules.condition import Inquiry
from rules.facts import Fact, Value
from rules.fields import Missing
from rules.problems import Place
from rules.quantity import Quantity, Yearly
from rules.text import Text

INFINITE = Decimal("Infinity")
Range = tuple[Decimal, Decimal]
_NAMED = 3  # of many, enough to look one up


class Other(NamedTuple):
    """Another measure that the question may find: whether it counts (None: not known), and what it adds to a sum."""

    name: str
    counts: bool | None
    adds: Fact | None = None


def concluded(inquiry: Inquiry, own: Fact | None, found: Iterable[Other], place: Place) -> Fact:
    """The answer: whether there is one, how many there are, or the sum with the case's own (`own`).

    Looks no further than the answer needs.
    """
    if inquiry.of is not None:
        assert own is not None
        return summed(own, _ranges(found), place)
    sure: list[str] = []
    perhaps: list[str] = []
    one = inquiry.kind in ("some", "none")
    enough = 0 if one else inquiry.enough
    for other in found:
        (sure if other.counts else perhaps).append(other.name)
        if enough is not None and len(sure) > enough:
            break
    stopped = enough is not None and len(sure) > enough
    named = _names(sure, perhaps)
    source = ", ".join(sorted(sure)) or None
    if one:
        return Fact(True if sure else Missing.UNKNOWN if perhaps else False, place, source, note=named)
    most = INFINITE if stopped else Decimal(len(sure) + len(perhaps))
    return Fact(Quantity(Decimal(len(sure)), most, "count"), place, source, note=named)


def summed(own: Fact, others: Mapping[int, Range], place: Place) -> Fact:
    """The case's own figure with those of others, per year where it is one for each year."""
    if isinstance(own.value, Missing):
        return own
    totals = [(year, _plus(mine, others.get(year, _NOTHING))) for year, mine in amounts(own.value).items()]
    value: Value = Yearly(tuple(totals)) if isinstance(own.value, Yearly) else totals[0][1]
    note = Text(f"hiervan zelf {own.written}", f"of which its own {own.written}")
    return Fact(value, own.place or place, own.source, note=note)


def amounts(value: Value | Missing) -> dict[int, Quantity]:
    """A figure by year; one that holds for no year in particular under 0; nothing where there is none."""
    match value:
        case Yearly():
            return dict(value.amounts)
        case Quantity():
            return {0: value}
        case _:
            return {}


_NOTHING: Range = (Decimal(0), Decimal(0))


def _plus(mine: Quantity, others: Range) -> Quantity:
    return Quantity(mine.low + others[0], mine.high + others[1], mine.unit, mine.open_end)


def _ranges(found: Iterable[Other]) -> Mapping[int, Range]:
    """What the others add, by year; one of which the figure is not known may add anything to every year."""
    low: dict[int, Decimal] = defaultdict(Decimal)
    high: dict[int, Decimal] = defaultdict(Decimal)
    anything = False
    for other in found:
        assert other.adds is not None
        anything |= other.adds.value is Missing.UNKNOWN
        for year, amount in amounts(other.adds.value).items():
            low[year] += amount.low if other.counts else 0
            high[year] += amount.high
    ranges = {year: (low[year], INFINITE if anything else high[year]) for year in high}
    return defaultdict(lambda: (Decimal(0), INFINITE), ranges) if anything else ranges


def _names(sure: list[str], perhaps: list[str]) -> Text | None:
    if not sure and not perhaps:
        return Text("geen andere maatregel", "no other measure")
    shown = ", ".join(sorted(sure)[:_NAMED])
    nl, en = shown, shown
    if not sure:
        shown = ", ".join(sorted(perhaps)[:_NAMED])
        nl, en = f"dat hangt af van {shown}", f"that hangs on {shown}"
    more = len(sure or perhaps) - _NAMED
    return Text(f"{nl} en {more} meer", f"{en} and {more} more") if more > 0 else Text(nl, en)

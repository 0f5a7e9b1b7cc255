"""Running totals by year: what has been added up to a day, without looking at each again."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate

_EVERY = -1  # the year of what is not known: it may add anything to any


class Running:
    """Amounts by year, each with the day on which it joins the total. Sums are made on the first question."""

    def __init__(self) -> None:
        self._added: dict[str, tuple[date, Mapping[int, Decimal]]] = {}
        self._sums: dict[int, tuple[list[date], list[Decimal]]] | None = None

    def add(self, name: str, day: date, amounts: Mapping[int, Decimal], unknown: bool = False) -> None:
        """Adds what that name brings in from that day on; `unknown` may be anything, in every year."""
        self._added[name] = (day, {_EVERY: Decimal(1)} if unknown else amounts)
        self._sums = None

    def until(self, year: int, day: date, without: str) -> Decimal:
        """The total of that year up to and including that day, without one name; infinite where that is not known."""
        if self._until(_EVERY, day, without):
            return Decimal("Infinity")
        return self._until(year, day, without)

    def _until(self, year: int, day: date, without: str) -> Decimal:
        if self._sums is None:
            self._sums = self._summed()
        days, sums = self._sums.get(year, ((), ()))
        at = bisect_right(days, day)
        total = sums[at - 1] if at else Decimal(0)
        joined, own = self._added.get(without, (day, {}))
        return total - own.get(year, Decimal(0)) if joined <= day else total

    def _summed(self) -> dict[int, tuple[list[date], list[Decimal]]]:
        by_year: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
        for day, amounts in self._added.values():
            for year, amount in amounts.items():
                by_year[year].append((day, amount))
        made: dict[int, tuple[list[date], list[Decimal]]] = {}
        for year, joined in by_year.items():
            joined.sort()
            made[year] = ([day for day, _ in joined], list(accumulate(amount for _, amount in joined)))
        return made

"""The portfolio: every other measure, so kept that a question about them does not look at each of them.

Two strata keep it free of circles. A measure alone comes first: its facts, where it stands on the day, and whether it
can stand as far as the rules go that look at nothing else. Questions come second: they read that of others, never a
verdict.

All but `some` count what is granted first, and then what was received no later than the case: of requests of the
same day each counts for the other, so that they fail together. An asked measure that cannot stand alone never counts.
An example counts for examples only.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import NamedTuple

from rules import canonical, overlap, period
from rules.alone import stands_alone
from rules.case import Case, Portfolio
from rules.condition import Common, Inquiry, Stands, all_of, truth
from rules.documents import Document
from rules.facts import Fact
from rules.fields import Missing, StatedTerm
from rules.inquiry import Other, Range, amounts, concluded, summed
from rules.lawbook import Lawbook
from rules.lists import reached
from rules.measure import Measure
from rules.measure_facts import measure_fact
from rules.period import FAR_AHEAD, LONG_AGO, Day
from rules.problems import Place
from rules.running import Running

Key = tuple[str, str, int]
_ALL, _UNSAID, _UNDATED = "*", "?", -1

_OVERLAPS: dict[Common, Callable[[Case, Measure], bool | None]] = {
    "people": lambda case, other: overlap.same_people(case.measure.model, other),
    "area": overlap.same_ground,
    "days": lambda case, other: overlap.same_days(case.measure.model, other),
    "provisions": lambda case, other: overlap.same_provisions(case.measure.model, other),
}


class Member(NamedTuple):
    """One measure: since when it is granted or refused, if it is, and when it was received.

    A request that was not sent yet comes after all that were; one of which no source says the day may come anywhere.
    """

    measure: Document[Measure]
    granted: date | None
    refused: date | None
    received: Day

    @property
    def name(self) -> str:
        return self.measure.model.measure

    def stands(self, day: date) -> Stands | None:
        """Where it stands on that day; None where it was refused, or not received yet."""
        if self.granted and self.granted <= day:
            return "granted"
        if (self.refused and self.refused <= day) or day < self.received.first < FAR_AHEAD:
            return None
        return "asked"


class _Bucket(NamedTuple):
    """Members with something in common, in the two orders in which they count."""

    granted: list[Member]
    received: list[Member]


def member(measure: Document[Measure], portfolio: Portfolio) -> Member:
    """The measure with what was decided on it."""
    model = measure.model
    decided = [document.model for document in portfolio.decisions(model.measure)]
    granted = [each.decided.last for each in decided if each.outcome == "granted"]
    received = model.asked.received
    if received is None:
        received = Missing.UNKNOWN if model.record == "reconstruction" else Missing.NONE
    if not isinstance(received, Day):
        received = Day(LONG_AGO if received is Missing.UNKNOWN else FAR_AHEAD, FAR_AHEAD)
    refused = decided[-1].decided.last if decided and not granted else None
    return Member(measure, min(granted, default=None), refused, received)


def ahead(other: Member, case: Member, day: date) -> bool | None:
    """Whether a total for the case counts the other: it is granted, or was received no later; None: not known."""
    if other.stands(day) == "granted":
        return True
    return False if case.stands(day) == "granted" else period.no_later(other.received, case.received)


class Members:
    """All measures of a portfolio; nothing is read before the first question."""

    def __init__(
        self, measures: Callable[[], Iterable[Document[Measure]]], portfolio: Portfolio, book: Lawbook
    ) -> None:
        self._measures, self._portfolio, self._book = measures, portfolio, book
        self._alone: dict[tuple[str, date], bool | None] = {}
        self._fitting: dict[Inquiry, dict[str, bool | None]] = {}
        self._buckets: dict[Inquiry, dict[Key, _Bucket]] = {}
        self._sums: dict[tuple[Inquiry, bool, date | None], tuple[Running, Running]] = {}

    @cached_property
    def _all(self) -> dict[str, Member]:
        return {each.model.measure: member(each, self._portfolio) for each in self._measures()}

    @cached_property
    def sha256(self) -> str:
        """Of the bytes of all measures and the decisions on them, by name."""
        stated = {name: each.measure.parsed.sha256 for name, each in self._all.items()}
        decided = {
            document.model.decision: document.parsed.sha256
            for name in self._all
            for document in self._portfolio.decisions(name)
        }
        return canonical.sha256({"measures": stated, "decisions": decided})

    def answer(self, inquiry: Inquiry, case: Case) -> Fact:
        """What the other measures come to in that case."""
        own = member(case.measure, self._portfolio)
        mine = measure_fact(case.measure, inquiry.of) if inquiry.of else None
        place = _place(inquiry, case)
        if mine is None or inquiry.overlaps:
            return concluded(inquiry, mine, self._found(inquiry, case, own), place)
        return summed(mine, self._totals(inquiry, case, own, mine), place)

    # ---- one by one, as far as the index leads ----

    def _found(self, inquiry: Inquiry, case: Case, own: Member) -> Iterator[Other]:
        seen = {own.name}
        for other in self._near(inquiry, case, own):
            if other.name in seen or not _seen_by(own, other) or _of_one_chain(own, other):
                continue
            seen.add(other.name)
            counts = self._counts(inquiry, case, own, other)
            if counts is not False:
                yield Other(other.name, counts, measure_fact(other.measure, inquiry.of) if inquiry.of else None)

    def _near(self, inquiry: Inquiry, case: Case, own: Member) -> Iterator[Member]:
        """Those that can count: what is granted by the day, then what is asked, as far as the order lets it count."""
        buckets, total = self._index(inquiry), inquiry.kind != "some"
        only_granted = total and own.stands(case.day) == "granted"
        for key in _sought_under(inquiry, case):
            bucket = buckets.get(key)
            if bucket is None:
                continue
            for other in bucket.granted:
                if other.granted is None or other.granted > case.day:
                    break
                yield other
            for other in bucket.received:
                if only_granted or (total and period.no_later(other.received, own.received) is False):
                    break
                yield other

    def _index(self, inquiry: Inquiry) -> dict[Key, _Bucket]:
        if inquiry not in self._buckets:
            made: dict[Key, list[Member]] = defaultdict(list)
            for each in self._all.values():
                if self._fits(inquiry, each) is not False:
                    for key in set(_found_under(inquiry, each.measure.model)):
                        made[key].append(each)
            self._buckets[inquiry] = {key: _bucket(members) for key, members in made.items()}
        return self._buckets[inquiry]

    def _counts(self, inquiry: Inquiry, case: Case, own: Member, other: Member) -> bool | None:
        stands = other.stands(case.day)
        if stands not in inquiry.standing:
            return False
        held = [self._fits(inquiry, other)]
        if inquiry.kind != "some":
            held.append(ahead(other, own, case.day))
        for common in inquiry.overlaps:
            if False in held:
                return False
            held.append(_OVERLAPS[common](case, other.measure.model))
        if False not in held and stands == "asked":
            held.append(self._stands_alone(other, case.day))
        return all_of(held)

    def _fits(self, inquiry: Inquiry, other: Member) -> bool | None:
        """Whether it fulfils `where`, which looks at what changes neither with the day nor with the case."""
        where = inquiry.where
        if where is None:
            return True
        known = self._fitting.setdefault(inquiry, {})
        if other.name not in known:
            known[other.name] = truth(where, lambda fact: measure_fact(other.measure, fact), [])
        return known[other.name]

    def _stands_alone(self, other: Member, day: date) -> bool | None:
        key = (other.name, day)
        if key not in self._alone:
            self._alone[key] = stands_alone(other.measure, self._portfolio, self._book, day)
        return self._alone[key]

    # ---- over the whole portfolio: running sums in the order in which they count ----

    def _totals(self, inquiry: Inquiry, case: Case, own: Member, mine: Fact) -> dict[int, Range]:
        day, examples = case.day, case.measure.model.record == "example"
        counted: list[tuple[tuple[Running, Running], date, date]] = []
        if "granted" in inquiry.standing:
            counted.append((self._running(inquiry, examples, None), day, day))
        if "asked" in inquiry.standing and own.stands(day) != "granted":
            counted.append((self._running(inquiry, examples, day), own.received.first, own.received.last))
        return {
            year: (
                sum((sure.until(year, first, own.name) for (sure, _), first, _ in counted), Decimal(0)),
                sum((may.until(year, last, own.name) for (_, may), _, last in counted), Decimal(0)),
            )
            for year in amounts(mine.value)
        }

    def _running(self, inquiry: Inquiry, examples: bool, day: date | None) -> tuple[Running, Running]:
        """What surely counts, and what may: of all that is granted, or (with a day) of what is asked on that day."""
        key = (inquiry, examples, day)
        if key not in self._sums:
            sure, may = Running(), Running()
            for each in self._all.values():
                first, last, counts = self._in_order(inquiry, each, day)
                if counts is False or (each.measure.model.record == "example" and not examples):
                    continue
                assert inquiry.of is not None
                value = measure_fact(each.measure, inquiry.of).value
                added = amounts(value)
                if counts:
                    sure.add(each.name, last, {year: amount.low for year, amount in added.items()})
                unknown = value is Missing.UNKNOWN
                may.add(each.name, first, {year: amount.high for year, amount in added.items()}, unknown)
            self._sums[key] = (sure, may)
        return self._sums[key]

    def _in_order(self, inquiry: Inquiry, each: Member, day: date | None) -> tuple[date, date, bool | None]:
        """The first and last day that may be its place in the order, and whether it counts there."""
        if day is None:
            return (
                each.granted or FAR_AHEAD,
                each.granted or FAR_AHEAD,
                bool(each.granted) and self._fits(inquiry, each),
            )
        counts = all_of([each.stands(day) == "asked", self._fits(inquiry, each)])
        if counts is not False:
            counts = all_of([counts, self._stands_alone(each, day)])
        return each.received.first, each.received.last, counts


def _bucket(members: list[Member]) -> _Bucket:
    granted = [each for each in members if each.granted]
    return _Bucket(
        sorted(granted, key=lambda each: (each.granted or FAR_AHEAD, each.name)),
        sorted(members, key=lambda each: (each.received.first, each.name)),
    )


def _found_under(inquiry: Inquiry, measure: Measure) -> Iterator[Key]:
    """The keys of a measure: its ground, groups and years, as far as they matter; and one that holds everybody there.

    Groups or years that it does not say have a key of their own.
    """
    groups: Iterable[str] | None = overlap.groups(measure) if "people" in inquiry.overlaps else ("",)
    years = _years(measure) if "days" in inquiry.overlaps else range(1)
    ground = overlap.ground(measure) if "area" in inquiry.overlaps else ("",)
    yield from product(ground, (_UNSAID,) if groups is None else groups, years or (_UNDATED,))
    yield (measure.place.municipality if "area" in inquiry.overlaps else "", _ALL, 0)


def _sought_under(inquiry: Inquiry, case: Case) -> list[Key]:
    """The keys under which all stand that can have that in common with the case."""
    measure = case.measure.model
    groups = overlap.groups(measure) if "people" in inquiry.overlaps else None
    years = _years(measure) if "days" in inquiry.overlaps else range(1)
    ground = overlap.ground_sought(case) if "area" in inquiry.overlaps else ("",)
    if ground is None or years is None or ("people" in inquiry.overlaps and groups is None):
        return [(measure.place.municipality if "area" in inquiry.overlaps else "", _ALL, 0)]
    people = ("",) if groups is None else (*sorted(reached(groups)), _UNSAID)
    return list(product(ground, people, (*years, _UNDATED)))


def _years(measure: Measure) -> range | None:
    """The years in which its term can lie; None where an end is open or not known."""
    term = measure.term
    if isinstance(term, StatedTerm) and isinstance(term.first, Day) and isinstance(term.last, Day):
        return range(term.first.first.year, term.last.last.year + 1)
    return None


def _seen_by(own: Member, other: Member) -> bool:
    return other.measure.model.record != "example" or own.measure.model.record == "example"


def _of_one_chain(own: Member, other: Member) -> bool:
    """Whether one extends the other: they are periods of one measure, not two measures."""
    mine = {part.extends for part in own.measure.model.place.parts}
    theirs = {part.extends for part in other.measure.model.place.parts}
    return other.name in mine or own.name in theirs


def _place(inquiry: Inquiry, case: Case) -> Place:
    """Where the measure says what the question is about."""
    measure = case.measure.model
    if inquiry.of:
        return case.measure.place("cost")
    if "provisions" in inquiry.overlaps:
        return case.measure.place("asks", case.ask)
    stated = next((name for name in ("limits", "target_groups") if getattr(measure, name)), "measure")
    return case.measure.place(stated)

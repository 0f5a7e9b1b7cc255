"""Derived facts: what is more than a fact against a constant. Each is pure, three-valued and in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.facts import Fact
from rules.fields import Missing
from rules.problems import Place
from rules.quantity import Quantity, exactly
from rules.text import Text

if TYPE_CHECKING:
    from rules.case import Case
    from rules.documents import Document
    from rules.measure import Measure, Part


def extensions(case: Case) -> Fact:
    """How many extensions the part has had, this request included: the links along `extends` (Wbmgp 3 lid 4, 5 lid 4).

    Where an earlier measure is not at hand the number is at least the links that were found.
    """
    links, whole = _chain(case)
    place = _extends_place(case)
    if whole:
        return Fact(exactly(len(links), "count"), place)
    if not links:
        return Fact(Missing.UNKNOWN, place, note=_CHAIN_LOST)
    return Fact(Quantity(Decimal(len(links)), Decimal("Infinity"), "count"), place, note=_CHAIN_LOST)


def repeats(case: Case) -> Fact:
    """Earlier grants of the same instrument on the same part that the request does not extend (Wbmgp 3 lid 4)."""
    measure = case.measure.model
    others = case.portfolio.naming(measure.place.municipality, case.part_name)
    place = case.measure.place("place")
    if others is None:
        return Fact(Missing.UNKNOWN, place, note=_NO_PORTFOLIO)
    links, _ = _chain(case)
    instrument = f"{case.law.law}/{case.instrument}"
    earlier = [
        other.model.measure
        for other in others
        if other.model.measure not in (measure.measure, *links)
        and any(ask.instrument == instrument for ask in other.model.asks)
        and _granted_before(case, other.model.measure)
    ]
    return Fact(exactly(len(earlier), "count"), place, source=", ".join(earlier) or None)


def _granted_before(case: Case, measure: str) -> bool:
    decisions = (document.model for document in case.portfolio.decisions(measure))
    return any(decision.outcome == "granted" and decision.decided.last < case.day for decision in decisions)


def _chain(case: Case) -> tuple[list[str], bool]:
    """The names of the measures that are extended, nearest first, and whether the chain was found to its start."""
    links: list[str] = []
    measure: Document[Measure] | None = case.measure
    part = case.stated_part
    while measure is not None:
        extends = part.extends if part else None
        if extends is Missing.UNKNOWN or (extends is None and measure.model.record == "reconstruction" and part):
            return links, False
        if extends is None or extends is Missing.NONE:
            return links, True
        assert isinstance(extends, str)
        if extends in links or extends == case.measure.model.measure:
            return links, False
        links.append(extends)
        measure = case.portfolio.measure(extends)
        part = _same_part(measure, case.part_name) if measure else None
        if measure is None or part is None:
            return links, False
    return links, False


def _same_part(measure: Document[Measure], name: str) -> Part | None:
    return next((part for part in measure.model.place.parts if part.part == name), None)


def _extends_place(case: Case) -> Place:
    path = ("place",) if case.part is None else ("place", "parts", case.part, "extends")
    return case.measure.place(*path)


_CHAIN_LOST = Text(
    nl="een eerdere maatregel uit de keten is niet bij de hand of zegt niet of zij zelf verlengt",
    en="an earlier measure of the chain is not at hand or does not say whether it extends another",
)
_NO_PORTFOLIO = Text(nl="zonder portefeuille is dit niet te zeggen", en="this cannot be said without a portfolio")

DERIVED: Mapping[str, Callable[[Case], Fact]] = {"chain.extensions": extensions, "chain.repeats": repeats}

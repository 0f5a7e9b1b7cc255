"""Derived facts: what is more than a fact against a constant. Each is pure, three-valued and in the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.codecision import co_decision, lead
from rules.condition import all_of
from rules.facts import Fact
from rules.fields import Missing, StatedTerm
from rules.period import Day, Duration, Term, last_day, months_between, no_later
from rules.problems import Place
from rules.provisions import provision
from rules.quantity import Quantity, exactly
from rules.text import Text
from rules.vocabulary import reading

if TYPE_CHECKING:
    from rules.case import Case
    from rules.documents import Document
    from rules.measure import Lift, Measure, Part


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


def chain_term(case: Case) -> Fact:
    """From the first day of the first measure of the chain up to the last day of this one (Wbmgp 5 lid 4)."""
    links, whole = _chain(case)
    place = case.measure.place("term")
    stated = [case.measure, *(case.portfolio.measure(name) for name in links)]
    terms = [each.model.term.term for each in stated if each and isinstance(each.model.term, StatedTerm)]
    if not whole or len(terms) < len(stated) or not terms[0].last or not terms[-1].first:
        return Fact(Missing.UNKNOWN, place, note=None if whole else _CHAIN_LOST)
    return Fact(Term(terms[-1].first, terms[0].last), place, source=", ".join(links) or None)


def repeats(case: Case) -> Fact:
    """Earlier grants of the same instrument on the same part that the request does not extend (Wbmgp 3 lid 4)."""
    measure = case.measure.model
    others = case.portfolio.naming(measure.place.municipality, case.part_name)
    place = case.measure.place("place")
    if others is None:
        return Fact(Missing.UNKNOWN, place, note=NO_PORTFOLIO)
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


def programmes(case: Case) -> Fact:
    """The programmes that the area of the part belongs to: the national one, the sixteen of the manifesto."""
    stated, place = case.stated_part, case.measure.model.place
    name = stated.area if stated else place.area
    where = case.measure.place(*(("place", "parts", case.part, "area") if case.part is not None else ("place", "area")))
    if name is None:
        unsaid = case.measure.model.record == "reconstruction"
        return Fact(Missing.UNKNOWN if unsaid else Missing.NONE, where)
    area = case.portfolio.area(name)
    if area is None:
        return Fact(Missing.UNKNOWN, where, note=_NO_AREA)
    return Fact(tuple(sorted(area.model.programmes)) or Missing.NONE, area.place("programmes"), source=area.model.name)


def named(case: Case) -> Fact:
    """Whether every provision that the measure sets aside is one that the instrument opens."""
    opens = case.law.instruments[case.instrument].opens
    lifts = _lifts(case)
    found = [provision(lift.provision) for lift in lifts]
    others = [lift.provision for lift, known in zip(lifts, found, strict=True) if not known or known.key not in opens]
    listed = ", ".join(others)
    note = Text(f"niet genoemd: {listed}", f"not named: {listed}") if others else None
    return Fact(not others, case.measure.place("asks"), note=note)


def under_its_act(case: Case) -> Fact:
    """Whether the measure also asks the instrument of the act that this one carries out."""
    under = case.law.instruments[case.instrument].under
    held = under is None or any(ask.instrument == under for ask in case.measure.model.asks)
    return Fact(
        held, case.measure.place("asks"), note=None if held else Text(f"niet gevraagd: {under}", f"not asked: {under}")
    )


def agreed(case: Case) -> Fact:
    """Whether all ministers of the provisions that are set aside have agreed (Aanwijzingen 2.28 lid 3, 3.24)."""
    deciding = co_decision(case.measure.model, _lifts(case), case.day, lead(case.law, case.instrument, case.day))
    place = case.measure.place("agreements")
    if deciding.missing:
        names = [reading(minister) for minister in deciding.missing]
        nl, en = ", ".join(name.nl for name in names), ", ".join(name.en for name in names)
        return Fact(False, place, note=Text(f"instemming ontbreekt: {nl}", f"has not agreed: {en}"))
    if deciding.unknown:
        listed = ", ".join(deciding.unknown)
        note = Text(f"welke minister, is niet bekend: {listed}", f"which minister is not known: {listed}")
        return Fact(Missing.UNKNOWN, place, note=note)
    return Fact(True, place)


def report_ahead(case: Case) -> Fact:
    """How many whole months before the last day of the term the evaluation report is due (Aanwijzing 2.42)."""
    measure = case.measure.model
    plan, place = measure.evaluation_plan, case.measure.place("evaluation_plan", "report")
    if plan is None:
        return Fact(Missing.UNKNOWN if measure.record == "reconstruction" else Missing.NONE, place)
    last = measure.term.last if isinstance(measure.term, StatedTerm) else None
    if not isinstance(last, Day):
        return Fact(Missing.UNKNOWN, case.measure.place("term"))
    fewest, most = months_between(plan.report.last, last.first), months_between(plan.report.first, last.last)
    return Fact(Quantity(Decimal(fewest), Decimal(most), "count"), place)


def highest_aid(case: Case) -> Fact:
    """The most that one undertaking gets in any three years that roll (Regulation (EU) 2023/2831, art. 3 lid 2).

    Where history names effects, and giving aid is none of them, there was none.
    """
    measure = case.measure.model
    effects = measure.effects
    gives_none = isinstance(effects, tuple) and bool(effects) and "gives-aid" not in effects
    if measure.aid is None and measure.record == "reconstruction" and not gives_none:
        return Fact(Missing.UNKNOWN, case.measure.place("aid"))
    stated = measure.aid or ()
    low = high = Decimal(0)
    at = 0
    for number, last in enumerate(stated):
        counts = [
            (each.amount.low, _in_three_years(each.given, last.given))
            for each in stated
            if each.undertaking == last.undertaking
        ]
        sure = sum((amount for amount, within in counts if within), Decimal(0))
        may = sum((amount for amount, within in counts if within is not False), Decimal(0))
        if may > high:
            at = number
        low, high = max(low, sure), max(high, may)
    return Fact(Quantity(low, high, "euro"), case.measure.place("aid", at, "amount"))


def _in_three_years(given: Day, last: Day) -> bool | None:
    """Whether aid of one day still counts on another; None where partial dates leave it open."""
    ends = Day(last_day(given.first, Duration(years=3)), last_day(given.last, Duration(years=3)))
    return all_of([no_later(given, last), no_later(last, ends)])


def _lifts(case: Case) -> list[Lift]:
    return [lift for ask in case.measure.model.asks for lift in ask.lifts]


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
NO_PORTFOLIO = Text(nl="zonder portefeuille is dit niet te zeggen", en="this cannot be said without a portfolio")

_NO_AREA = Text(nl="het gebied is niet bij de hand", en="the area is not at hand")

DERIVED: Mapping[str, Callable[[Case], Fact]] = {
    "aid.highest": highest_aid,
    "area.programmes": programmes,
    "chain.extensions": extensions,
    "chain.repeats": repeats,
    "chain.term": chain_term,
    "codecision.agreed": agreed,
    "derogations.named": named,
    "evaluation.months_ahead": report_ahead,
    "measure.under_its_act": under_its_act,
}

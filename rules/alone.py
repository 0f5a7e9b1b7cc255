"""The first stratum: whether a measure can stand as far as the rules go that look at no other measure."""

from datetime import date

from rules import twin
from rules.basis import basis_of
from rules.case import Case, Portfolio, facts_of
from rules.condition import all_of
from rules.documents import Document
from rules.judgement import found
from rules.law import LawVersion
from rules.lawbook import Lawbook
from rules.measure import Measure, parts_of
from rules.outcome import outcomes
from rules.period import on
from rules.plan import plan
from rules.verdict import Verdict, alone_verdict

_STANDS: dict[Verdict, bool | None] = {
    "barred": False,
    "ineligible": False,
    "undecided": None,
    "eligible": True,
    "unneeded": True,
}


def stands_alone(measure: Document[Measure], portfolio: Portfolio, book: Lawbook, day: date) -> bool | None:
    """Whether every part of every ask can stand, rules that ask the portfolio left out; None: not decided yet."""
    stands: list[bool | None] = []
    for at, ask in enumerate(measure.model.asks):
        basis = basis_of(measure, at, book, day, on(day), None)
        if basis.law is None or basis.no_power:
            stands.append(False if basis.no_power else None)
            continue
        instrument = ask.instrument.partition("/")[2]
        cases = (
            Case(measure, at, part, basis.law, instrument, day, portfolio) for part in parts_of(measure.model, ask)
        )
        stands.extend(_STANDS[_verdict(case)] for case in cases)
    return all_of(stands) if stands else None


def _verdict(case: Case) -> Verdict:
    law: LawVersion = case.law
    planned = plan(law, case.instrument)
    decisions = case.portfolio.decisions(case.measure.model.measure)
    judged = found(decisions, law, case.part_name, case.day)
    weighed = outcomes(planned.weighing, facts_of(case), judged, without=planned.asking)
    return alone_verdict(case, twin.conclusions(law, case.instrument, weighed))

"""Where a part of a measure stands: what was decided on it, for which days, and whether that is in force."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from rules import period
from rules.condition import all_of
from rules.decision import Decision
from rules.documents import Document
from rules.fields import Missing, StatedTerm
from rules.measure import Measure
from rules.period import FAR_AHEAD, LONG_AGO, Day, Term
from rules.text import Text

State = Literal["granted", "refused", "asked"]


class Standing(NamedTuple):
    """The last decision on a part, and the days that the measure names; Missing is what no document says."""

    state: State
    decision: Decision | None
    first: Day | Missing
    last: Day | Missing
    made_known: Day | Missing
    reconstructed: bool


class Effect(NamedTuple):
    """Whether something is in force on a day (None: not known), and why not or why that is not known."""

    holds: bool | None
    why: tuple[Text, ...] = ()


def standing(measure: Measure, part: str, decisions: Iterable[Document[Decision]]) -> Standing:
    """Where that part stands after those decisions, oldest first."""
    on_part = [each.model for each in decisions if each.model.parts == "all" or part in each.model.parts]
    last = on_part[-1] if on_part else None
    term = measure.term if isinstance(measure.term, StatedTerm) else None
    return Standing(
        state=last.outcome if last else "asked",
        decision=last,
        first=term.first if term else Missing.UNKNOWN,
        last=term.last if term else Missing.UNKNOWN,
        made_known=_or_unknown(last.made_known) if last else Missing.UNKNOWN,
        reconstructed=measure.record == "reconstruction",
    )


def _or_unknown(day: Day | Missing | None) -> Day | Missing:
    return Missing.UNKNOWN if day is None else day


def effect(found: Standing, on_day: date) -> Effect:
    """Whether it is in force on that day: within its term, and made known by then. What is unknown stays unknown."""
    decision = found.decision
    if decision is None:
        return Effect(None if found.reconstructed else False, (_NO_DECISION,))
    if decision.outcome == "refused":
        return Effect(False, (_REFUSED,))
    if over(found, on_day):
        return Effect(False, (_OVER,))
    if begun(found, on_day) is False:
        return Effect(False, (_NOT_YET,))
    if found.made_known is Missing.NONE:
        return Effect(False, (_NEVER_MADE_KNOWN,))
    made_known = _between(found.made_known, decision.decided.first, FAR_AHEAD)
    known = None if made_known is None else period.no_later(made_known, period.on(on_day))
    holds = all_of([period.in_force(_term(found), on_day), known])
    if known is False:
        return Effect(False, (_NOT_MADE_KNOWN,))
    unknown = [(found.made_known, _MADE_KNOWN_UNKNOWN), (found.first, _FIRST_UNKNOWN), (found.last, _LAST_UNKNOWN)]
    why = tuple(says for day, says in unknown if day is Missing.UNKNOWN) or (_PARTIAL,)
    return Effect(holds, () if holds else why)


def over(found: Standing, on_day: date) -> bool:
    """Whether its last day is certainly past."""
    return period.in_force(Term(None, _term(found).last), on_day) is False


def begun(found: Standing, on_day: date) -> bool | None:
    """Whether its first day has come; None where that is not known."""
    return period.in_force(Term(_term(found).first, None), on_day)


def _term(found: Standing) -> Term:
    """The term with an unknown end as all the days that it may be: it cannot begin before it was decided."""
    earliest = found.decision.decided.first if found.decision else LONG_AGO
    return Term(_between(found.first, earliest, FAR_AHEAD), _between(found.last, earliest, FAR_AHEAD))


def _between(stated: Day | Missing, first: date, last: date) -> Day | None:
    if stated is Missing.NONE:
        return None
    return stated if isinstance(stated, Day) else Day(first, last)


_NO_DECISION = Text("er is geen besluit bij de hand", "no decision is at hand")
_REFUSED = Text("geweigerd", "refused")
_OVER = Text("de termijn is voorbij", "its term is over")
_NOT_YET = Text("de termijn is nog niet begonnen", "its term has not begun")
_NEVER_MADE_KNOWN = Text("niet bekendgemaakt", "not made known")
_NOT_MADE_KNOWN = Text("nog niet bekendgemaakt", "not yet made known")
_MADE_KNOWN_UNKNOWN = Text("dag van bekendmaking onbekend", "day of making known unknown")
_FIRST_UNKNOWN = Text("eerste dag onbekend", "first day unknown")
_LAST_UNKNOWN = Text("laatste dag onbekend", "last day unknown")
_PARTIAL = Text("een datum is niet op de dag bekend", "a date is not known to the day")

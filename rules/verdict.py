"""The verdict on a case, with what it rests on: blockers, open questions, assumptions, duties to come, and its hash."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from rules import canonical, period
from rules.case import Case
from rules.chain import Firing, State
from rules.codecision import CoDecision, co_decision, lead
from rules.condition import Evidence, truth
from rules.departure import not_opened
from rules.documents import Document
from rules.facts import Fact, Facts
from rules.hierarchy import barring
from rules.law import LawVersion, Rule
from rules.measure import Measure
from rules.outcome import Outcome
from rules.period import Day
from rules.plan import ADMISSIBLE, Plan
from rules.problems import Place, Problem
from rules.provisions import Provision, provision
from rules.supposition import supposition
from rules.text import Text

Verdict = Literal["barred", "ineligible", "undecided", "eligible", "unneeded"]
WORST_FIRST: tuple[Verdict, ...] = ("barred", "ineligible", "undecided", "eligible", "unneeded")


class Question(NamedTuple):
    """What is still open: a judgement that somebody must give, or a fact that somebody must supply."""

    kind: Literal["judgement", "fact", "readings", "law-text", "derogation", "agreement"]
    rule: str | None
    citation: str | None
    asks: Text
    who: str | None
    fact: str | None = None
    proposer_can: bool = False


class Assumption(NamedTuple):
    """What the verdict takes for granted."""

    code: str
    says: Text


class Duty(NamedTuple):
    """What comes later: a due date, or what a by-law or the execution must hold."""

    rule: Rule
    due: tuple[Day | None, str | None] | None = None


class Derogation(NamedTuple):
    """A provision that the measure sets aside: never possible (`higher`), or not known to be possible.

    `known` is what the catalogue says of it, None where it says nothing; `opened` that the instrument names it.
    """

    provision: str
    higher: Text | None
    place: Place
    known: Provision | None = None
    opened: bool = False


class Result(NamedTuple):
    """The verdict on one part under one instrument. `blockers` are the outcomes that make it fail.

    `no_power` says that the law of that day did not have the instrument at all.
    """

    measure: str
    part: str
    part_name: str
    place: Place
    instrument: str | None
    law: LawVersion | None
    verdict: Verdict
    outcomes: tuple[Outcome, ...]
    blockers: tuple[Outcome, ...]
    conclusions: Mapping[str, Firing]
    derogations: tuple[Derogation, ...]
    open: tuple[Question, ...]
    assumptions: tuple[Assumption, ...]
    duties: tuple[Duty, ...]
    hash: str
    no_power: Problem | None = None
    co_decision: CoDecision | None = None


def result(
    case: Case,
    plan: Plan,
    facts: Facts,
    outcomes: Mapping[str, Outcome],
    conclusions: Mapping[str, Firing],
    assumptions: tuple[Assumption, ...],
) -> Result:
    """Everything that follows once outcomes and conclusions are known."""
    measure = case.measure.model
    verdict, derogations, deciding = _verdict(case, conclusions)
    live, failing = reached(plan, conclusions, ("unmet", "open")), reached(plan, conclusions, ("unmet",))
    stopped = measure.asked.clock_stopped
    still = sum((pause.last.last - pause.first.first).days + 1 for pause in stopped)
    name = case.stated_part.name if case.stated_part else case.part_name
    if case.part is None and (area := case.portfolio.area(case.part_name)):
        name = area.model.name
    path = ("place", "area") if case.part is None else ("place", "parts", case.part, "part")
    return Result(
        measure=measure.measure,
        part=case.part_name,
        part_name=name,
        place=case.measure.place(*path),
        instrument=case.instrument,
        law=case.law,
        verdict=verdict,
        outcomes=tuple(outcomes.values()),
        blockers=tuple(each for key, each in outcomes.items() if each.kind == "unmet" and key in failing),
        conclusions=conclusions,
        derogations=derogations,
        open=(*_questions(case, outcomes, live), *_open_derogations(derogations), *_agreements(deciding)),
        assumptions=(*assumptions, *_resting_on(outcomes, case.supposed)),
        duties=tuple(duty(rule, facts, still) for rule in plan.later if _may_apply(rule, facts)),
        hash=_hash(case, verdict, outcomes, derogations),
        co_decision=deciding,
    )


def alone_verdict(case: Case, conclusions: Mapping[str, Firing]) -> Verdict:
    """The verdict that those conclusions lead to, without all that tells why."""
    return _verdict(case, conclusions)[0]


def _verdict(
    case: Case, conclusions: Mapping[str, Firing]
) -> tuple[Verdict, tuple[Derogation, ...], CoDecision | None]:
    derogations = tuple(derogations_of(case.measure, case.ask, case.law.instruments[case.instrument].opens))
    lifts, decides = case.measure.model.asks[case.ask].lifts, lead(case.law, case.instrument, case.day)
    deciding = co_decision(case.measure.model, lifts, case.day, decides) if lifts else None
    ordinary = case.law.instruments[case.instrument].ordinary_power
    return verdict_on(conclusions[ADMISSIBLE].state, ordinary, derogations, deciding), derogations, deciding


def verdict_on(
    admissible: State, ordinary_power: bool, derogations: tuple[Derogation, ...], deciding: CoDecision | None
) -> Verdict:
    """The verdict that follows from whether all rules are met, what is set aside and agreed, and the kind of power."""
    if any(derogation.higher for derogation in derogations):
        return "barred"
    if admissible == "unmet":
        return "ineligible"
    if admissible != "met" or not all(derogation.opened for derogation in derogations):
        return "undecided"
    if deciding and (deciding.missing or deciding.unknown):
        return "undecided"
    return "unneeded" if ordinary_power else "eligible"


def reached(plan: Plan, conclusions: Mapping[str, Firing], through: tuple[State, ...]) -> set[str]:
    """The outcomes that `admissible` rests on by way of conclusions in one of those states."""
    needs = {conclusion.id: conclusion.needs for conclusion in plan.program.conclusions}
    reached: set[str] = set()
    waiting = [ADMISSIBLE]
    while waiting:
        name = waiting.pop()
        if name in needs:
            waiting.extend(needs[name] if conclusions[name].state in through else ())
        else:
            reached.add(name)
    return reached


def derogations_of(measure: Document[Measure], ask: int, opens: frozenset[str]) -> Iterator[Derogation]:
    """What that ask sets aside, under an instrument that opens those provisions."""
    for at, lift in enumerate(measure.model.asks[ask].lifts):
        known = provision(lift.provision)
        opened = known is not None and known.key in opens
        yield Derogation(
            lift.provision, barring(lift.provision), measure.place("asks", ask, "lifts", at), known, opened
        )


def _open_derogations(derogations: tuple[Derogation, ...]) -> Iterator[Question]:
    for derogation in derogations:
        if derogation.higher is None and not derogation.opened:
            yield Question(
                "derogation", None, derogation.provision, not_opened(derogation.provision, derogation.known), None
            )


def _agreements(deciding: CoDecision | None) -> Iterator[Question]:
    if deciding is None:
        return
    for minister in deciding.missing:
        names = deciding.ministers[minister]
        says = Text(
            nl=f"instemming, wegens {'; '.join(name.nl for name in names)}",
            en=f"agreement, because of {'; '.join(name.en for name in names)}",
        )
        yield Question("agreement", None, None, says, minister)


def _questions(case: Case, outcomes: Mapping[str, Outcome], live: set[str]) -> Iterator[Question]:
    for name, outcome in outcomes.items():
        if name not in live:
            continue
        rule = outcome.rule
        match outcome.kind:
            case "pending":
                assert rule.judge is not None
                yield Question("judgement", rule.name, rule.cited, rule.judge.question, rule.judge.by)
            case "contested":
                yield Question("readings", rule.name, rule.cited, rule.says, None)
            case "unknown":
                yield from _missing(case, outcome)


def _missing(case: Case, outcome: Outcome) -> Iterator[Question]:
    asked: set[str] = set()
    history = case.measure.model.record == "reconstruction"
    for evidence in outcome.evidence:
        definition = evidence.comparison.fact
        if evidence.held is None and definition.name not in asked:
            asked.add(definition.name)
            asks, note = definition.means, evidence.fact.note
            if definition.inquiry:  # the rule says it better than its condition put in words
                asks = outcome.rule.says
            if note:
                asks = Text(f"{asks.nl} ({note.nl})", f"{asks.en} ({note.en})")
            can = definition.changed_by == "proposer" and not history
            who = None if definition.changed_by == "nobody" or definition.inquiry else definition.changed_by
            yield Question("fact", outcome.rule.name, outcome.rule.cited, asks, who, definition.name, can)


def _resting_on(outcomes: Mapping[str, Outcome], supposed: Mapping[str, Fact]) -> Iterator[Assumption]:
    invented: set[str] = set()
    for evidence in {each.comparison.fact.name: each for o in outcomes.values() for each in o.evidence}.values():
        if evidence.comparison.fact.name in supposed:
            yield Assumption("supposed", supposition(evidence.comparison.fact.means, evidence.fact.written))
    for outcome in outcomes.values():
        if outcome.found and outcome.found.inferred:
            rule, decision = outcome.rule, outcome.found.decision
            says = Text(
                nl=f"dat aan {rule.cited} is voldaan, is afgeleid uit besluit {decision}; de bron zegt het niet zelf",
                en=f"that {rule.cited} is met is inferred from decision {decision}; the source does not say so itself",
            )
            yield Assumption("inferred-judgement", says)
        for evidence in outcome.evidence:
            name = evidence.comparison.fact.name
            if evidence.fact.illustration and name not in invented:
                invented.add(name)
                means = evidence.comparison.fact.means
                says = Text(
                    nl=f"het cijfer voor «{means.nl}» is ter illustratie bedacht",
                    en=f"the figure for '{means.en}' was invented for illustration",
                )
                yield Assumption("illustration", says)


def _may_apply(rule: Rule, facts: Facts) -> bool:
    return rule.when is None or truth(rule.when, facts, []) is not False


def duty(rule: Rule, facts: Facts, still: int) -> Duty:
    """What comes later under that rule; a due date takes in the days on which the clock stood still."""
    if rule.deadline is None:
        return Duty(rule)
    start = facts(rule.deadline.of).value
    if not isinstance(start, Day):
        return Duty(rule, (None, rule.deadline.silence))
    ends = [period.due(day, rule.deadline.within, still) for day in (start.first, start.last)]
    return Duty(rule, (Day(ends[0], ends[1]), rule.deadline.silence))


def _hash(case: Case, verdict: Verdict, outcomes: Mapping[str, Outcome], derogations: tuple[Derogation, ...]) -> str:
    """SHA-256 over ids, outcomes, values, thresholds, citations, sources and law content, whatever their order."""
    return canonical.sha256(
        {
            "measure": case.measure.model.measure,
            "part": case.part_name,
            "instrument": f"{case.law.law}/{case.instrument}",
            "law": [[each.name, each.sha256] for each in (case.law, *case.law.general)],
            "verdict": verdict,
            "outcomes": {name: _content(outcome) for name, outcome in outcomes.items()},
            "derogations": sorted(derogation.provision for derogation in derogations),
        }
    )


def _content(outcome: Outcome) -> Any:
    judged = [outcome.found.by, outcome.found.decision, outcome.found.source] if outcome.found else None
    return [outcome.kind, outcome.rule.jci, [_evidence(evidence) for evidence in outcome.evidence], judged]


def _evidence(evidence: Evidence) -> list[str | None]:
    comparison, fact = evidence.comparison, evidence.fact
    as_of = str(fact.as_of) if fact.as_of else None
    return [comparison.fact.name, comparison.operator, comparison.written, fact.written, fact.source, as_of]

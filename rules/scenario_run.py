"""Running scenarios: each on each of its days, by every engine, and compared with what must come out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from rules.catalogue import Catalogue, FactDefinition
from rules.chain import Firing
from rules.condition import Inquiry, all_of, truth
from rules.engine import Engine
from rules.facts import Fact, Facts, Value
from rules.fields import Missing
from rules.inquiry import Other, concluded
from rules.judgement import Found
from rules.law import LawVersion, Rule
from rules.lawbook import Lawbook
from rules.outcome import Outcome, outcomes
from rules.period import Day
from rules.plan import ADMISSIBLE, Plan, plan
from rules.problems import Place
from rules.scenario import NO_POWER, NO_TEXT, OtherMeasure, Scenario
from rules.text import Text
from rules.verdict import Verdict, duty, reached, verdict_on

Bucket = Literal["engine", "law"]


class Run(NamedTuple):
    """One scenario on one day, and what came out.

    `law` is None where no text is known; `due` holds the due day by rule; `wrong` is empty if all is as expected.
    `reread`: the rules in which it came out otherwise, which somebody has to hold against the text of the law.
    """

    scenario: Scenario
    day: date
    law: LawVersion | None
    verdict: Verdict
    outcomes: Mapping[str, Outcome]
    conclusions: Mapping[str, Firing]
    due: Mapping[str, str]
    wrong: tuple[Text, ...]
    reread: tuple[Rule, ...] = ()
    engines_differ: bool = False

    @property
    def bucket(self) -> Bucket | None:
        """Where a failure lies: in the engine, which is ours to mend, or in rule or scenario, which a lawyer reads."""
        return "engine" if self.engines_differ else "law" if self.wrong else None


def run(scenario: Scenario, book: Lawbook, engines: Sequence[Engine]) -> list[Run]:
    """The scenario on each of its days; every engine must give the same."""
    return [_run(scenario, day, book, engines) for day in scenario.days]


def _run(scenario: Scenario, day: date, book: Lawbook, engines: Sequence[Engine]) -> Run:
    law = book.on(scenario.law, day)
    if law is None:
        return _compared(Run(scenario, day, None, "undecided", {}, {}, {}, ()), {NO_TEXT}, set())
    if scenario.instrument not in law.instruments:
        return _compared(Run(scenario, day, law, "ineligible", {}, {}, {}, ()), {NO_POWER}, set())
    planned, facts = plan(law, scenario.instrument), _facts(scenario, book.catalogue)
    judged = {
        name: Found(outcome, judge.by, "", scenario.name, "", False, scenario.place)
        for name, outcome in scenario.judged.items()
        if (rule := law.rules.get(name)) and (judge := rule.judge)
    }
    weighed = outcomes(planned.weighing, facts, judged)
    concluded = [engine(law, scenario.instrument, [weighed])[0] for engine in engines]
    verdict = verdict_on(concluded[0][ADMISSIBLE].state, law.instruments[scenario.instrument].ordinary_power, (), None)
    due = {rule.name: str(day or "?") for rule, day in _due(planned, facts)}
    made = Run(scenario, day, law, verdict, weighed, concluded[0], due, ())
    deciding, met = _deciding(planned, made)
    if any(each != concluded[0] for each in concluded):
        differ = Text("de regelmachine en haar tweeling verschillen", "engine and twin differ")
        made = made._replace(wrong=(differ,), engines_differ=True)
    return _compared(made, deciding, met)


def _facts(scenario: Scenario, catalogue: Catalogue) -> Facts:
    known = _stated(scenario.facts, catalogue, scenario.place)

    def look_up(definition: FactDefinition) -> Fact:
        inquiry = definition.inquiry
        if inquiry is None:
            return known[definition.name]
        if scenario.others is None:
            return Fact(Missing.UNKNOWN, scenario.place)
        others = (_found(number, other, inquiry, catalogue) for number, other in enumerate(scenario.others, 1))
        own = known[inquiry.of.name] if inquiry.of else None
        return concluded(inquiry, own, (other for other in others if other.counts is not False), scenario.place)

    return look_up


def _stated(facts: Mapping[str, Value | Missing], catalogue: Catalogue, place: Place) -> dict[str, Fact]:
    return {
        name: Fact(facts.get(name, Missing(definition.absent)), place) for name, definition in catalogue.facts.items()
    }


def _found(number: int, other: OtherMeasure, inquiry: Inquiry, catalogue: Catalogue) -> Other:
    """What the question finds in that other measure, as the portfolio would."""
    entry, known = other.entry, _stated(other.facts, catalogue, Place(""))
    held: list[bool | None] = [entry.standing in inquiry.standing, set(inquiry.overlaps) <= set(entry.overlaps)]
    if inquiry.kind != "some" and entry.standing == "asked":
        held.append(None if entry.first == "unknown" else entry.first)
    if entry.standing == "asked":
        held.append(None if entry.stands_alone == "unknown" else entry.stands_alone)
    if inquiry.where:
        held.append(truth(inquiry.where, lambda fact: known[fact.name], []))
    return Other(str(number), all_of(held), known[inquiry.of.name] if inquiry.of else None)


def _due(planned: Plan, facts: Facts) -> Iterator[tuple[Rule, Day | None]]:
    for rule in planned.later:
        if rule.deadline:
            found = duty(rule, facts, 0).due
            yield rule, found[0] if found else None


def _deciding(planned: Plan, made: Run) -> tuple[set[str], set[str]]:
    """The rules that decide (unmet if it fails, open if it is undecided), and all rules that are met."""
    fails = made.verdict == "ineligible"
    live = reached(planned, made.conclusions, ("unmet",) if fails else ("unmet", "open"))
    kinds = {"unmet"} if fails else _OPEN
    deciding = {each.rule.name for key, each in made.outcomes.items() if key in live and each.kind in kinds}
    met = {each.rule.name for each in made.outcomes.values() if each.kind == "met"}
    met |= {name for name, firing in made.conclusions.items() if firing.state == "met"}
    return deciding, met


_OPEN = {"unknown", "pending", "contested"}


def _compared(made: Run, deciding: set[str], met: set[str]) -> Run:
    expect, wrong = made.scenario.expect, list(made.wrong)
    rules = set(expect.rules)
    doubted = rules ^ deciding if expect.verdict in ("ineligible", "undecided") else rules - met
    if made.verdict != expect.verdict:
        wrong.append(_differs("uitslag", "verdict", expect.verdict, made.verdict))
    if expect.verdict in ("ineligible", "undecided"):
        if rules != deciding:
            wrong.append(_differs("beslissende regels", "deciding rules", sorted(rules), sorted(deciding)))
    elif rules - met:
        wrong.append(_differs("voldane regels", "rules met", sorted(rules), sorted(rules & met)))
    for name, day in expect.due.items():
        if made.due.get(name) != str(day):
            wrong.append(_differs(f"uiterste dag van {name}", f"due day of {name}", day, made.due.get(name, "–")))
    doubted |= {name for name, day in expect.due.items() if made.due.get(name) != str(day)}
    known = made.law.rules if made.law and wrong else {}
    return made._replace(wrong=tuple(wrong), reread=tuple(known[name] for name in sorted(doubted & known.keys())))


def _differs(nl: str, en: str, expected: object, found: object) -> Text:
    written = [", ".join(each) or "–" if isinstance(each, list) else str(each) for each in (expected, found)]
    return Text(f"{nl}: verwacht {written[0]}, gekregen {written[1]}", f"{en}: expected {written[0]}, got {written[1]}")

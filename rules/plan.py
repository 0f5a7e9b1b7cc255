"""What is judged for one instrument of one law version, and the program that the rules engine chains it with."""

from functools import lru_cache
from typing import NamedTuple

from rules.chain import Conclusion, Program, ProgramRefused, program
from rules.encoding import encode
from rules.law import LawVersion, Rule
from rules.outcome import Weighing, key, weighing_of
from rules.problems import Problem, Refused

ADMISSIBLE = "admissible"


class Plan(NamedTuple):
    """The rules that weigh, in order; the program; the rules that say what comes later; those that ask of others."""

    weighing: Weighing
    later: tuple[Rule, ...]
    program: Program
    asking: frozenset[str]


def _plan(rules: tuple[Rule, ...]) -> Plan:
    deciding = tuple(rule for rule in rules if rule.in_verdict)
    consumed = {name for rule in deciding if rule.conclude for name in rule.conclude.of}
    displaced = {rule.departs_from for rule in deciding if rule.departs_from}
    inputs: list[str] = []
    guarded: set[str] = set()
    conclusions: list[Conclusion] = []
    for rule in deciding:
        if rule.conclude:
            conclusions.append(Conclusion(rule.name, rule.conclude.kind, rule.conclude.of))
            continue
        halves = [key(rule, "requirement"), key(rule, "judgement")] if rule.judge and rule.require else [rule.name]
        if len(halves) > 1:
            conclusions.append(Conclusion(rule.name, "all", tuple(halves)))
            guarded.add(halves[0])
        if rule.when or rule.name in displaced:
            guarded.update(halves)
        inputs.extend(halves)
    roots = tuple(rule.name for rule in deciding if rule.name not in consumed)
    conclusions.append(Conclusion(ADMISSIBLE, "all", roots))
    made = program(tuple(inputs), frozenset(guarded), tuple(conclusions))
    encode(made)  # a law that the engine cannot carry is refused here, not when it is first run
    later = tuple(rule for rule in rules if not rule.in_verdict)
    return Plan(weighing_of(deciding), later, made, frozenset(rule.name for rule in deciding if rule.asks_of_others))


@lru_cache(maxsize=256)
def plan(law: LawVersion, instrument: str) -> Plan:
    """The plan for that instrument; Refused, with file and line, where the engine could not carry it safely."""
    rules = tuple(law.on(instrument))
    try:
        return _plan(rules)
    except ProgramRefused as refused:
        place = law.rules[refused.rule].place if refused.rule in law.rules else rules[0].place
        raise Refused([Problem("engine-limit", place, refused.why)]) from None

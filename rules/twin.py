"""The twin of the rules engine: the same conclusions, read straight from the law document.

It never sees the compiled program. It is the oracle that the engine is compared with (tests, `--cross-check`), and it
takes over a chunk of work when a worker with the engine dies.
"""

from collections.abc import Mapping

from rules.chain import State
from rules.law import LawVersion, Rule
from rules.outcome import STATES, Outcome


def conclusions(law: LawVersion, instrument: str, outcomes: Mapping[str, Outcome]) -> dict[str, State]:
    """What follows for that instrument: the state of each concluding rule, and of `admissible`."""
    rules = {rule.name: rule for rule in law.on(instrument) if rule.in_verdict}
    halves: dict[str, list[State]] = {}
    for outcome in outcomes.values():
        halves.setdefault(outcome.rule.name, []).append(STATES[outcome.kind])

    def state(rule: Rule) -> State:
        if rule.conclude is None:
            return every(halves[rule.name])
        needed = [state(rules[name]) for name in rule.conclude.of]
        return every(needed) if rule.conclude.kind == "all" else some(needed)

    used = {name for rule in rules.values() if rule.conclude for name in rule.conclude.of}
    found = {rule.name: state(rule) for rule in rules.values() if rule.conclude or len(halves[rule.name]) > 1}
    found["admissible"] = every([state(rule) for rule in rules.values() if rule.name not in used])
    return found


_WEAKEST_FIRST: tuple[State, ...] = ("unmet", "open", "met")
_STRONGEST_FIRST: tuple[State, ...] = ("met", "open", "unmet")


def every(states: list[State]) -> State:
    """All of them: what is neutral drops out."""
    return next((decisive for decisive in _WEAKEST_FIRST if decisive in states), "neutral")


def some(states: list[State]) -> State:
    """Any of them: what is neutral drops out."""
    return next((decisive for decisive in _STRONGEST_FIRST if decisive in states), "neutral")

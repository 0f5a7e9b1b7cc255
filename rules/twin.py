"""The twin of the rules engine: the same conclusions, read straight from the law document.

It never sees the compiled program. It is the oracle that the engine is compared with (tests, `--cross-check`), and it
takes over a chunk of work when a worker with the engine dies.
"""

from collections.abc import Mapping

from rules.chain import Conclusion, Firing, Kind, State, firing
from rules.law import LawVersion, Rule
from rules.outcome import STATES, Outcome, key


def conclusions(law: LawVersion, instrument: str, outcomes: Mapping[str, Outcome]) -> dict[str, Firing]:
    """What follows for that instrument: for each rule that concludes, or has two halves, and for `admissible`."""
    rules = {rule.name: rule for rule in law.on(instrument) if rule.in_verdict}
    given = {name: STATES[outcome.kind] for name, outcome in outcomes.items()}
    found: dict[str, Firing] = {}

    def state(rule: Rule) -> State:
        if rule.conclude:
            return concluded(rule.name, rule.conclude.kind, {name: state(rules[name]) for name in rule.conclude.of})
        if rule.judge and rule.require:
            halves = (key(rule, "requirement"), key(rule, "judgement"))
            return concluded(rule.name, "all", {half: given[half] for half in halves})
        return given[rule.name]

    def concluded(name: str, kind: Kind, needs: dict[str, State]) -> State:
        if name not in found:
            result = (every if kind == "all" else some)(list(needs.values()))
            found[name] = firing(Conclusion(name, kind, tuple(needs)), result, needs)
        return found[name].state

    used = {name for rule in rules.values() if rule.conclude for name in rule.conclude.of}
    concluded("admissible", "all", {name: state(rule) for name, rule in rules.items() if name not in used})
    return found


_WEAKEST_FIRST: tuple[State, ...] = ("unmet", "open", "met")
_STRONGEST_FIRST: tuple[State, ...] = ("met", "open", "unmet")


def every(states: list[State]) -> State:
    """All of them: what is neutral drops out."""
    return next((decisive for decisive in _WEAKEST_FIRST if decisive in states), "neutral")


def some(states: list[State]) -> State:
    """Any of them: what is neutral drops out."""
    return next((decisive for decisive in _STRONGEST_FIRST if decisive in states), "neutral")

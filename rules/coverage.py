"""Which outcomes of each rule the scenarios of a law have shown, and which not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rules.law import LawVersion, Rule
from rules.scenario_run import Run

Seen = frozenset[str]


class RuleCoverage(NamedTuple):
    """One rule: what has to be shown of it, and what was."""

    rule: Rule
    wanted: Seen
    seen: Seen

    @property
    def missing(self) -> Seen:
        return self.wanted - self.seen


class Coverage(NamedTuple):
    """One version of a law: every rule that weighs in a verdict, or has a due date."""

    law: LawVersion
    rules: tuple[RuleCoverage, ...]

    @property
    def counted(self) -> tuple[int, int]:
        """How many of the wanted outcomes were seen, and how many there are."""
        return sum(len(each.seen & each.wanted) for each in self.rules), sum(len(each.wanted) for each in self.rules)


def coverage(law: LawVersion, runs: Iterable[Run]) -> Coverage:
    """What the runs under that version have shown; a run that failed shows nothing."""
    seen: dict[str, set[str]] = {}
    for each in runs:
        if each.law is law and not each.wrong:
            for name, outcome in _shown(each):
                seen.setdefault(name, set()).add(outcome)
    displaced = {rule.departs_from for rule in law.rules.values() if rule.departs_from}
    return Coverage(
        law,
        tuple(
            RuleCoverage(rule, frozenset(_wanted(rule, rule.name in displaced)), frozenset(seen.get(rule.name, ())))
            for rule in law.rules.values()
            if rule.in_verdict or rule.deadline
        ),
    )


def _wanted(rule: Rule, displaced: bool) -> Iterator[str]:
    """Computed: met, unmet, unknown (readings: contested too); judged: met, unmet, pending; guarded: not applicable."""
    if rule.deadline:
        yield "due"
        return
    if rule.conclude:
        yield from ("met", "unmet", "open")
        return
    if rule.require or rule.readings:
        yield from ("met", "unmet", "unknown")
    if rule.readings:
        yield "contested"
    if rule.judge:
        yield from ("judged met", "judged unmet", "pending")
    if rule.when or displaced:
        yield "not_applicable"


def _shown(run: Run) -> Iterator[tuple[str, str]]:
    kinds: Mapping[str, str] = {"met": "judged met", "unmet": "judged unmet"}
    for outcome in run.outcomes.values():
        judged = outcome.aspect == "judgement"
        if outcome.kind == "not_applicable" and not judged and outcome.rule.judge:
            continue  # the form does not count once the substance is judged: that is no guard
        yield outcome.rule.name, kinds.get(outcome.kind, outcome.kind) if judged else outcome.kind
    rules = run.law.rules if run.law else {}
    for name, firing in run.conclusions.items():
        if name in rules and rules[name].conclude:
            yield name, firing.state
    for name in run.scenario.expect.due:
        yield name, "due"

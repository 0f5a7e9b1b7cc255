"""What each rule comes to in a case: six outcomes, each with the evidence and the place it rests on."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from rules.chain import State
from rules.condition import Condition, Evidence, truth
from rules.facts import Facts
from rules.judgement import Found
from rules.law import Rule

Kind = Literal["met", "unmet", "unknown", "pending", "contested", "not_applicable"]
Aspect = Literal["requirement", "judgement"]

STATES: Mapping[Kind, State] = {
    "met": "met",
    "unmet": "unmet",
    "unknown": "open",
    "pending": "open",
    "contested": "open",
    "not_applicable": "neutral",
}


class Outcome(NamedTuple):
    """One rule, or one half of a rule that has both a form to check and a judgement to await."""

    rule: Rule
    aspect: Aspect
    kind: Kind
    evidence: tuple[Evidence, ...] = ()
    found: Found | None = None

    @property
    def deciding(self) -> Evidence | None:
        """The evidence that settles it: the first that failed, else the first that is unknown, else the last."""
        for held in (False, None):
            for evidence in self.evidence:
                if evidence.held is held:
                    return evidence
        return self.evidence[-1] if self.evidence else None


def key(rule: Rule, aspect: Aspect) -> str:
    """The name of an outcome: that of its rule, with the aspect where the rule has both."""
    return f"{rule.name}#{aspect}" if rule.judge and rule.require else rule.name


def outcomes(
    rules: tuple[Rule, ...], facts: Facts, judged: Mapping[str, Found], without: frozenset[str] = frozenset()
) -> dict[str, Outcome]:
    """The outcome of every rule that weighs in the verdict, by key; conclusions are left to the chain.

    The rules `without` do not apply.
    """
    guards = {rule.name: _guard(rule, facts) for rule in rules}
    exceptions: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.departs_from:
            exceptions.setdefault(rule.departs_from, []).append(rule)
    made: dict[str, Outcome] = {}
    for rule in rules:
        if rule.conclude:
            continue
        applies, why = _applies(rule, guards, exceptions.get(rule.name, ()))
        if rule.name in without:
            applies, why = False, ()
        for outcome in _outcomes(rule, facts, judged.get(rule.name), applies, why):
            made[key(rule, outcome.aspect)] = outcome
    return made


Guard = tuple[bool | None, tuple[Evidence, ...]]


def _guard(rule: Rule, facts: Facts) -> Guard:
    if rule.when is None:
        return True, ()
    return _weighed(rule.when, facts)


def _weighed(condition: Condition, facts: Facts) -> Guard:
    seen: list[Evidence] = []
    held = truth(condition, facts, seen)
    return held, tuple(seen)


def _applies(rule: Rule, guards: Mapping[str, Guard], exceptions: list[Rule] | tuple[()]) -> Guard:
    """Whether the rule applies: its own guard is met and no exception to it is."""
    held, why = guards[rule.name]
    for exception in exceptions:
        displaced, because = guards[exception.name]
        if displaced:
            return False, because
        if displaced is None:
            held, why = (None if held else held), (*why, *because)
    return held, why


def _outcomes(
    rule: Rule, facts: Facts, found: Found | None, applies: bool | None, why: tuple[Evidence, ...]
) -> list[Outcome]:
    if applies is False:
        aspects: list[Aspect] = ["requirement"] if rule.require or rule.readings else []
        return [Outcome(rule, aspect, "not_applicable", why) for aspect in [*aspects, *_judged_too(rule)]]
    made: list[Outcome] = []
    if rule.require:
        if found:  # once judged, the form no longer decides
            made.append(Outcome(rule, "requirement", "not_applicable", _weighed(rule.require, facts)[1]))
        else:
            held, seen = _weighed(rule.require, facts)
            made.append(_guarded(rule, _KIND[held], seen, applies, why))
    elif rule.readings:
        readings = [_weighed(reading.require, facts) for reading in rule.readings]
        seen = tuple(evidence for _, found_by_reading in readings for evidence in found_by_reading)
        made.append(_guarded(rule, _among([held for held, _ in readings]), seen, applies, why))
    if rule.judge:
        if found:
            made.append(Outcome(rule, "judgement", found.outcome, (), found))
        else:
            made.append(Outcome(rule, "judgement", "pending" if applies else "unknown", () if applies else why))
    return made


def _judged_too(rule: Rule) -> list[Aspect]:
    return ["judgement"] if rule.judge else []


def _guarded(
    rule: Rule, kind: Kind, seen: tuple[Evidence, ...], applies: bool | None, why: tuple[Evidence, ...]
) -> Outcome:
    """Under an unknown guard a requirement that is met anyway is met; otherwise the guard's facts are asked for."""
    if applies or kind == "met":
        return Outcome(rule, "requirement", kind, seen)
    open_guard = tuple(evidence for evidence in why if evidence.held is None)
    return Outcome(rule, "requirement", "unknown", (*open_guard, *seen))


_KIND: Mapping[bool | None, Kind] = {True: "met", False: "unmet", None: "unknown"}


def _among(readings: list[bool | None]) -> Kind:
    """Readings that agree give what they say; where one is unknown so is the whole; else they part."""
    if None in readings:
        return "unknown"
    return _KIND[readings[0]] if len(set(readings)) == 1 else "contested"

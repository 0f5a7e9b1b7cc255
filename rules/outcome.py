"""What each rule comes to in a case: six outcomes, each with the evidence and the place it rests on."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from rules.chain import State
from rules.condition import Comparison, Condition, Evidence, evidence, truth
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
            for each in self.evidence:
                if each.held is held:
                    return each
        return self.evidence[-1] if self.evidence else None


def key(rule: Rule, aspect: Aspect) -> str:
    """The name of an outcome: that of its rule, with the aspect where the rule has both."""
    return f"{rule.name}#{aspect}" if rule.judge and rule.require else rule.name


class Weighing(NamedTuple):
    """Rules made ready to be weighed, once for all cases; made by `weighing_of`.

    Each rule comes with the exceptions to it, and with its requirement where that alone decides its outcome.
    """

    rules: tuple[tuple[Rule, tuple[Rule, ...], Condition | None], ...]
    guarded: tuple[tuple[str, Condition], ...]


def weighing_of(rules: Sequence[Rule]) -> Weighing:
    """The rules that have an outcome of their own, in order; conclusions are left to the chain."""
    exceptions: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        if rule.departs_from:
            exceptions[rule.departs_from] = (*exceptions.get(rule.departs_from, ()), rule)
    made: list[tuple[Rule, tuple[Rule, ...], Condition | None]] = []
    for rule in rules:
        if not rule.conclude:
            displacing = exceptions.get(rule.name, ())
            alone = not (displacing or rule.when or rule.judge)
            made.append((rule, displacing, rule.require if alone else None))
    return Weighing(tuple(made), tuple((rule.name, rule.when) for rule in rules if rule.when))


def outcomes(
    weighing: Weighing, facts: Facts, judged: Mapping[str, Found], without: frozenset[str] = frozenset()
) -> dict[str, Outcome]:
    """The outcome of every rule that weighs in the verdict, by key. The rules `without` do not apply."""
    guards = {name: _weighed(when, facts) for name, when in weighing.guarded}
    made: dict[str, Outcome] = {}
    for rule, exceptions, alone in weighing.rules:
        name = rule.name
        if alone and name not in without:  # nearly all rules of a long law: the short way
            held, seen = _weighed(alone, facts)
            made[name] = Outcome(rule, "requirement", _KIND[held], seen)
            continue
        applies, why = (False, ()) if name in without else _applies(rule, guards, exceptions)
        for outcome in _outcomes(rule, facts, judged.get(name), applies, why):
            made[key(rule, outcome.aspect)] = outcome
    return made


Guard = tuple[bool | None, tuple[Evidence, ...]]
_NO_GUARD: Guard = (True, ())


def _weighed(condition: Condition, facts: Facts) -> Guard:
    if isinstance(condition, Comparison):
        found = evidence(condition, facts)
        return found.held, (found,)
    seen: list[Evidence] = []
    held = truth(condition, facts, seen)
    return held, tuple(seen)


def _applies(rule: Rule, guards: Mapping[str, Guard], exceptions: tuple[Rule, ...]) -> Guard:
    """Whether the rule applies: its own guard is met and no exception to it is."""
    held, why = guards.get(rule.name, _NO_GUARD)
    for exception in exceptions:
        displaced, because = guards.get(exception.name, _NO_GUARD)
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

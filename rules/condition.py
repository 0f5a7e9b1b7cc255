"""Conditions as data: triples of fact, comparison and threshold under all, any and not, in three values.

A missing world fact makes a comparison unknown, never false; a dossier fact known to be absent fails it. Every
comparison is evaluated, so that one unknown never hides another.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import eq
from typing import Any, Literal, NamedTuple

from rules import period, quantity
from rules.catalogue import FactDefinition
from rules.facts import GIVEN, Fact, Facts, Value
from rules.fields import Missing
from rules.period import Duration
from rules.problems import Place
from rules.quantity import Quantity, Yearly

Operator = Literal["at_least", "at_most", "is", "in", "includes"]
Threshold = Quantity | Duration | str | bool | tuple[str, ...]
OPERATORS: dict[str, tuple[Operator, ...]] = {
    **dict.fromkeys(quantity.UNITS, ("at_least", "at_most", "is")),
    "yearly": ("at_most", "is"),
    "term": ("at_most", "is"),
    "day": ("is",),
    "choice": ("is", "in"),
    "choices": ("is", "includes"),
    "municipality": ("is", "in"),
    "flag": ("is",),
    "statement": ("is",),
    "reference": ("is",),
}


@dataclass(frozen=True)
class Comparison:
    fact: FactDefinition
    operator: Operator
    threshold: Threshold
    place: Place

    @cached_property
    def test(self) -> "Test":
        """What compares a value with the threshold: it follows from the type of the fact and the operator."""
        return _test(self.fact, self.operator, self.threshold)

    @cached_property
    def written(self) -> str:
        """The threshold as the law file writes it."""
        match self.threshold:
            case bool():
                return "true" if self.threshold else "false"
            case tuple():
                return ", ".join(self.threshold)
            case _:
                return str(self.threshold)


@dataclass(frozen=True, slots=True)
class Every:
    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Some:
    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    of: "Condition"


Condition = Comparison | Every | Some | Negation
InquiryKind = Literal["some", "none", "count", "sum"]
Stands = Literal["granted", "asked"]
Common = Literal["people", "area", "days", "provisions"]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the portfolio: which others stand so, have that in common with the case, and fulfil `where`.

    `some` looks at all of them. `none`, `count` and `sum` look only at what goes before the case: what is granted, and
    what was received no later. A sum takes the case's own measure in. `enough`: a count may stop above that number.
    """

    kind: InquiryKind
    standing: tuple[Stands, ...]
    overlaps: tuple[Common, ...]
    where: Condition | None = None
    of: FactDefinition | None = None
    enough: int | None = None

    @property
    def written(self) -> str:
        """The question in one line, the same whenever it asks the same."""
        what = f"sum of {self.of.name}" if self.of else self.kind
        parts = [f"{what}: {', '.join(self.standing)}"]
        if self.overlaps:
            parts.append(f"same {', '.join(self.overlaps)}")
        if self.where:
            parts.append(f"where {canonical_text(self.where)}")
        return "; ".join(parts)


class Evidence(NamedTuple):
    """What one comparison found: the fact of the case, and whether it held (None: unknown)."""

    comparison: Comparison
    fact: Fact
    held: bool | None


def truth(condition: Condition, facts: Facts, seen: list[Evidence]) -> bool | None:
    """Whether the condition holds in that case; what each comparison found is added to `seen`."""
    match condition:
        case Comparison():
            found = evidence(condition, facts)
            seen.append(found)
            return found.held
        case Every():
            return all_of([truth(part, facts, seen) for part in condition.of])
        case Some():
            return any_of([truth(part, facts, seen) for part in condition.of])
        case Negation():
            inner = truth(condition.of, facts, seen)
            return None if inner is None else not inner


def evidence(comparison: Comparison, facts: Facts) -> Evidence:
    """What that comparison finds in the case."""
    fact = facts(comparison.fact)
    value = fact.value
    if isinstance(value, Missing):
        return Evidence(comparison, fact, None if value is Missing.UNKNOWN else False)
    return Evidence(comparison, fact, comparison.test(value, comparison.threshold))


def all_of(values: Sequence[bool | None]) -> bool | None:
    """Strong Kleene conjunction."""
    return False if False in values else None if None in values else True


def any_of(values: Sequence[bool | None]) -> bool | None:
    """Strong Kleene disjunction."""
    return True if True in values else None if None in values else False


Test = Callable[[Any, Any], bool | None]  # a value and the threshold, both of the kind that the fact's type says


def _test(fact: FactDefinition, operator: Operator, threshold: Threshold) -> Test:
    if threshold == GIVEN:
        return _given
    if fact.unit:
        return _OF_QUANTITIES[operator]
    match fact.type, operator:
        case "yearly", _:
            return _each_year
        case "term", _:
            return period.within
        case _, "in":
            return _among
        case "choices", _:
            return _includes
        case _:
            return eq


def _given(_value: Value, _threshold: str) -> bool:
    return True


def _each_year(value: Yearly, threshold: Quantity) -> bool | None:
    return all_of([quantity.at_most(amount, threshold) for _, amount in value.amounts])


def _among(value: str, threshold: tuple[str, ...]) -> bool:
    return value in threshold


def _includes(value: tuple[str, ...], threshold: tuple[str, ...]) -> bool:
    return any(word in threshold for word in value)


_OF_QUANTITIES = {"at_least": quantity.at_least, "at_most": quantity.at_most, "is": quantity.equal}


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison in the condition, in the order in which it is written."""
    match condition:
        case Comparison():
            yield condition
        case Every() | Some():
            for part in condition.of:
                yield from comparisons(part)
        case Negation():
            yield from comparisons(condition.of)


def content(condition: Condition | None) -> Any:
    """The condition as plain data, for hashing: no places, no wording."""
    match condition:
        case None:
            return None
        case Comparison():
            return [condition.fact.name, condition.operator, condition.written]
        case Every():
            return {"all": [content(part) for part in condition.of]}
        case Some():
            return {"any": [content(part) for part in condition.of]}
        case Negation():
            return {"not": content(condition.of)}


def canonical_text(condition: Condition) -> str:
    """The condition in one line, the same for the same content."""
    return json.dumps(content(condition), ensure_ascii=False)

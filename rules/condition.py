"""Conditions as data: triples of fact, comparison and threshold under all, any and not, in three values.

A missing world fact makes a comparison unknown, never false; a dossier fact known to be absent fails it. Every
comparison is evaluated, so that one unknown never hides another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from rules import period, quantity
from rules.catalogue import Catalogue, FactDefinition
from rules.facts import GIVEN, Fact, Facts
from rules.fields import MUNICIPALITY, Missing
from rules.period import Duration, Term
from rules.problems import Place, Problem, Wrong, with_nearest
from rules.quantity import Quantity
from rules.reader import Parsed, spot_of
from rules.text import Text
from rules.vocabulary import CHOICES

Operator = Literal["at_least", "at_most", "is", "in", "includes"]
Threshold = Quantity | Duration | str | bool | tuple[str, ...]
Path = tuple[str | int, ...]
OPERATORS: dict[str, tuple[Operator, ...]] = {
    **dict.fromkeys(quantity.UNITS, ("at_least", "at_most", "is")),
    "term": ("at_most", "is"),
    "day": ("is",),
    "choice": ("is", "in"),
    "choices": ("is", "includes"),
    "municipality": ("is", "in"),
    "flag": ("is",),
    "statement": ("is",),
    "reference": ("is",),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    fact: FactDefinition
    operator: Operator
    threshold: Threshold
    place: Place

    @property
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


class Evidence(NamedTuple):
    """What one comparison found: the fact of the case, and whether it held (None: unknown)."""

    comparison: Comparison
    fact: Fact
    held: bool | None


def truth(condition: Condition, facts: Facts, seen: list[Evidence]) -> bool | None:
    """Whether the condition holds in that case; what each comparison found is added to `seen`."""
    match condition:
        case Comparison():
            fact = facts(condition.fact)
            held = _held(condition, fact)
            seen.append(Evidence(condition, fact, held))
            return held
        case Every():
            return all_of([truth(part, facts, seen) for part in condition.of])
        case Some():
            return any_of([truth(part, facts, seen) for part in condition.of])
        case Negation():
            inner = truth(condition.of, facts, seen)
            return None if inner is None else not inner


def all_of(values: Sequence[bool | None]) -> bool | None:
    """Strong Kleene conjunction."""
    return False if False in values else None if None in values else True


def any_of(values: Sequence[bool | None]) -> bool | None:
    """Strong Kleene disjunction."""
    return True if True in values else None if None in values else False


def _held(comparison: Comparison, fact: Fact) -> bool | None:
    value, threshold = fact.value, comparison.threshold
    if value is Missing.UNKNOWN:
        return None
    if value is Missing.NONE:
        return False
    if threshold == GIVEN:
        return True
    match value, comparison.operator:
        case Quantity(), "at_least":
            assert isinstance(threshold, Quantity)
            return quantity.at_least(value, threshold)
        case Quantity(), "at_most":
            assert isinstance(threshold, Quantity)
            return quantity.at_most(value, threshold)
        case Quantity(), _:
            assert isinstance(threshold, Quantity)
            return quantity.equal(value, threshold)
        case Term(), _:
            assert isinstance(threshold, Duration)
            return period.within(value, threshold)
        case _, "in":
            assert isinstance(threshold, tuple)
            return value in threshold
        case tuple(), _:
            assert isinstance(threshold, tuple)
            return any(word in threshold for word in value)
        case _:
            return value == threshold


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


def condition_at(path: Path, raw: Any, parsed: Parsed, catalogue: Catalogue, problems: list[Problem]) -> Condition:
    """The condition that a law document states at `path`, typed against the catalogue.

    What is wrong is added to `problems`; the condition returned is then only a filler.
    """

    def refuse(wrong: Wrong, at: Path, key: bool = False) -> Condition:
        problems.append(Problem(wrong.code, spot_of(parsed, at, key=key), wrong.message))
        return Every(())

    if not isinstance(raw, dict):
        return refuse(_not_a_condition(), path)
    for word, made in (("all", Every), ("any", Some)):
        if word in raw:
            parts = raw[word]
            if len(raw) > 1 or not isinstance(parts, list) or not parts:
                return refuse(_not_a_condition(), path)
            return made(
                tuple(condition_at((*path, word, n), part, parsed, catalogue, problems) for n, part in enumerate(parts))
            )
    if "not" in raw:
        if len(raw) > 1:
            return refuse(_not_a_condition(), path)
        return Negation(condition_at((*path, "not"), raw["not"], parsed, catalogue, problems))

    name, rest = raw.get("fact"), [key for key in raw if key != "fact"]
    if not isinstance(name, str) or len(rest) != 1:
        return refuse(_not_a_condition(), path)
    definition = catalogue.facts.get(name)
    if definition is None:
        return refuse(_unknown_fact(name, catalogue), (*path, "fact"))
    operator = rest[0]
    if operator not in OPERATORS[definition.type]:
        return refuse(_wrong_operator(operator, definition), (*path, operator), key=True)
    try:
        threshold = _threshold(raw[operator], operator, definition)
    except Wrong as wrong:
        return refuse(wrong, (*path, operator))
    return Comparison(definition, operator, threshold, spot_of(parsed, (*path, operator)))


def _threshold(written: Any, operator: str, fact: FactDefinition) -> Threshold:
    if operator == "is" and written == GIVEN:
        return GIVEN
    if fact.unit:
        return quantity.quantity(written, fact.unit)
    match fact.type:
        case "term" if operator == "at_most" and isinstance(written, str):
            return period.duration(written)
        case "flag" if isinstance(written, bool):
            return written
        case "choice" | "choices" if operator in ("in", "includes") and isinstance(written, list) and written:
            return tuple(_choice(word, fact) for word in written)
        case "choice" if operator == "is":
            return _choice(written, fact)
        case "municipality" if operator == "in" and isinstance(written, list) and written:
            return tuple(_municipality(code) for code in written)
        case "municipality" if operator == "is":
            return _municipality(written)
    raise Wrong(
        Text(
            nl=f"{fact.name} is van het soort {fact.type}; daarmee kan «{written}» niet worden vergeleken",
            en=f"{fact.name} is of type {fact.type}; it cannot be compared with '{written}'",
        ),
        code="wrong-threshold",
    )


def _choice(written: Any, fact: FactDefinition) -> str:
    valid = CHOICES[fact.choices or ""]
    if isinstance(written, str) and written in valid:
        return written
    listed = ", ".join(valid)
    says = Text(
        nl=f"«{written}» staat niet in de lijst van {fact.name}: {listed}",
        en=f"'{written}' is not in the list of {fact.name}: {listed}",
    )
    raise Wrong(with_nearest(says, str(written), valid), code="wrong-choice")


def _municipality(written: Any) -> str:
    if isinstance(written, str) and MUNICIPALITY.fullmatch(written):
        return written
    says = Text(
        f"verwacht een CBS-code zoals GM0599, gevonden «{written}»",
        f"expected a CBS code such as GM0599, found '{written}'",
    )
    raise Wrong(says, code="wrong-choice")


def _not_a_condition() -> Wrong:
    return Wrong(
        Text(
            nl="verwacht een voorwaarde: {fact: …, at_least|at_most|is|in|includes: …}, {all|any: […]} of {not: …}",
            en="expected a condition: {fact: …, at_least|at_most|is|in|includes: …}, {all|any: […]} or {not: …}",
        ),
        code="wrong-condition",
    )


def _unknown_fact(name: str, catalogue: Catalogue) -> Wrong:
    says = Text(f"feit «{name}» staat niet in de catalogus", f"fact '{name}' is not in the catalogue")
    return Wrong(with_nearest(says, name, catalogue.facts), code="unknown-fact")


def _wrong_operator(operator: str, fact: FactDefinition) -> Wrong:
    valid = OPERATORS[fact.type]
    return Wrong(
        Text(
            nl=f"{fact.name} is van het soort {fact.type}: vergelijk met {' of '.join(valid)}, niet met «{operator}»",
            en=f"{fact.name} is of type {fact.type}: compare with {' or '.join(valid)}, not with '{operator}'",
        ),
        code="wrong-operator",
    )

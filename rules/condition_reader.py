"""Reading conditions: what a law file writes, typed against the catalogue, with every mistake at its place."""

from typing import Any, NamedTuple, get_args

from rules import period, quantity
from rules.catalogue import Catalogue, FactDefinition, FactType
from rules.condition import (
    OPERATORS,
    Common,
    Comparison,
    Condition,
    Every,
    Inquiry,
    InquiryKind,
    Negation,
    Some,
    Stands,
    Threshold,
    comparisons,
)
from rules.facts import GIVEN
from rules.fields import MUNICIPALITY
from rules.problems import Problem, Wrong, with_nearest
from rules.quantity import UNITS, Quantity
from rules.reader import Parsed, spot_of
from rules.text import Text
from rules.vocabulary import CHOICES

Path = tuple[str | int, ...]
INQUIRIES: tuple[InquiryKind, ...] = get_args(InquiryKind)
TOTALS = ("count", "sum")


class _Reading(NamedTuple):
    """What every part of a condition is read with; `alone`: it stands inside a question, and may not ask another."""

    parsed: Parsed
    catalogue: Catalogue
    problems: list[Problem]
    alone: bool = False

    def refuse(self, wrong: Wrong, at: Path, key: bool = False) -> Condition:
        self.problems.append(Problem(wrong.code, spot_of(self.parsed, at, key=key), wrong.message))
        return Every(())


def condition_at(path: Path, raw: Any, parsed: Parsed, catalogue: Catalogue, problems: list[Problem]) -> Condition:
    """The condition that a law document states at `path`, typed against the catalogue.

    What is wrong is added to `problems`; the condition returned is then only a filler.
    """
    return _condition(path, raw, _Reading(parsed, catalogue, problems))


def _condition(path: Path, raw: Any, reading: _Reading) -> Condition:
    if not isinstance(raw, dict):
        return reading.refuse(_not_a_condition(), path)
    for word, made in (("all", Every), ("any", Some)):
        if word in raw:
            parts = raw[word]
            if len(raw) > 1 or not isinstance(parts, list) or not parts:
                return reading.refuse(_not_a_condition(), path)
            return made(tuple(_condition((*path, word, n), part, reading) for n, part in enumerate(parts)))
    if "not" in raw:
        if len(raw) > 1:
            return reading.refuse(_not_a_condition(), path)
        return Negation(_condition((*path, "not"), raw["not"], reading))
    for word in INQUIRIES:
        if word in raw:
            return _inquiry(path, word, raw, reading)
    return _comparison(path, raw, reading)


def _comparison(path: Path, raw: dict[Any, Any], reading: _Reading) -> Condition:
    name, rest = raw.get("fact"), [key for key in raw if key != "fact"]
    if not isinstance(name, str) or len(rest) != 1:
        return reading.refuse(_not_a_condition(), path)
    definition = reading.catalogue.facts.get(name)
    if definition is None:
        return reading.refuse(_unknown_fact(name, reading.catalogue), (*path, "fact"))
    if reading.alone and not definition.of_the_measure:
        return reading.refuse(_not_of_another(name), (*path, "fact"))
    operator = rest[0]
    if operator not in OPERATORS[definition.type]:
        return reading.refuse(_wrong_operator(operator, definition), (*path, operator), key=True)
    try:
        threshold = _threshold(raw[operator], operator, definition)
    except Wrong as wrong:
        return reading.refuse(wrong, (*path, operator))
    return Comparison(definition, operator, threshold, spot_of(reading.parsed, (*path, operator)))


# ---- questions to the portfolio ----


def _inquiry(path: Path, word: InquiryKind, raw: dict[Any, Any], reading: _Reading) -> Condition:
    """{some|none: {…}}, {count: {…}, at_most: 2} or {sum: {fact: …, …}, at_most: € 500}, as a comparison."""
    if reading.alone:
        return reading.refuse(_nested(), (*path, word), key=True)
    block, inside = raw[word], (*path, word)
    operator = next((key for key in raw if key != word), "is")
    if not isinstance(block, dict) or len(raw) != (2 if word in TOTALS else 1):
        return reading.refuse(_not_an_inquiry(), path)
    known = ("standing", "overlaps", "where", "fact") if word == "sum" else ("standing", "overlaps", "where")
    for key in block:
        if key not in known:
            says = Text(f"onbekende sleutel «{key}»", f"unknown key '{key}'")
            return reading.refuse(Wrong(with_nearest(says, str(key), known), code="unknown-key"), (*inside, key), True)
    added = reading.catalogue.facts.get(str(block.get("fact")))
    if word == "sum" and not (added and adds_up(added)):
        return reading.refuse(_not_to_be_added(block.get("fact"), reading.catalogue), inside)
    kind: FactType = added.type if added else "count" if word == "count" else "flag"
    if operator not in OPERATORS[kind] or (kind == "yearly" and operator == "is"):  # of a sum by year only the most
        return reading.refuse(_not_an_inquiry(), (*path, operator), key=True)
    threshold: Threshold = word == "some"
    if word in TOTALS:
        try:
            threshold = quantity.quantity(raw[operator], UNITS.get(kind, "euro"))
        except Wrong as wrong:
            return reading.refuse(wrong, (*path, operator))
    asked = Inquiry(
        word,
        _words("standing", block, ("granted", "asked"), get_args(Stands), inside, reading),
        _words("overlaps", block, (), get_args(Common), inside, reading),
        _condition((*inside, "where"), block["where"], reading._replace(alone=True)) if "where" in block else None,
        added,
        int(threshold.high) if word == "count" and isinstance(threshold, Quantity) else None,
    )
    definition = FactDefinition(
        asked.written, kind, "unknown", "another-body", _means(asked), inquiry=asked, of_others=True
    )
    return Comparison(definition, operator, threshold, spot_of(reading.parsed, inside, key=True))


def adds_up(fact: FactDefinition) -> bool:
    """Whether a sum can be made of it over measures."""
    return fact.of_the_measure and (fact.unit is not None or fact.type == "yearly")


def _words(
    key: str, block: dict[Any, Any], default: tuple[Any, ...], valid: tuple[Any, ...], path: Path, reading: _Reading
) -> tuple[Any, ...]:
    """The words of a closed list that stand under that key, in the order of the list."""
    if key not in block:
        return default
    written = block[key] if isinstance(block[key], list) else [block[key]]
    for word in written:
        if word not in valid:
            says = Text(f"«{word}» hoort niet bij {key}", f"'{word}' is no {key}")
            reading.refuse(Wrong(with_nearest(says, str(word), valid), code="wrong-choice"), (*path, key))
    return tuple(word for word in valid if word in written)


def _means(asked: Inquiry) -> Text:
    """What a question asks, in words."""
    first = _ASKS[asked.kind]
    if asked.of:
        means = asked.of.means
        first = Text(f"{means.nl}, met die van andere maatregelen", f"{means.en}, with those of other measures")
    stands = [_STANDING[word] for word in asked.standing]
    phrases = [first, Text(" of ".join(each.nl for each in stands), " or ".join(each.en for each in stands))]
    phrases += [_COMMON[word] for word in asked.overlaps]
    if asked.where:
        named = list(dict.fromkeys(each.fact.means for each in comparisons(asked.where)))
        nl, en = " en ".join(means.nl for means in named), " and ".join(means.en for means in named)
        phrases.append(Text(f"gelet op {nl}", f"considering {en}"))
    return Text(", ".join(each.nl for each in phrases), ", ".join(each.en for each in phrases))


_ASKS = {
    "some": Text("of er een andere maatregel is", "whether there is another measure"),
    "none": Text("of er al een andere maatregel is", "whether there is another measure before it"),
    "count": Text("hoeveel andere maatregelen er zijn", "how many other measures there are"),
    "sum": Text("het totaal", "the total"),
}
_STANDING = {"granted": Text("toegewezen", "granted"), "asked": Text("gevraagd", "asked")}
_COMMON = {
    "people": Text("voor dezelfde mensen", "for the same people"),
    "area": Text("in hetzelfde gebied", "in the same area"),
    "days": Text("in dezelfde tijd", "at the same time"),
    "provisions": Text("met dezelfde bepaling opzij", "with the same provision set aside"),
}


def _nested() -> Wrong:
    says = Text(
        nl="een vraag aan de portefeuille kan geen vraag aan de portefeuille bevatten: zo ontstaat een kring",
        en="a question to the portfolio cannot hold another one: that would make a circle",
    )
    return Wrong(says, code="nested-inquiry")


def _not_of_another(name: str) -> Wrong:
    says = Text(
        nl=f"«{name}» hangt niet alleen van de maatregel af: naar die van een ander kan niet worden gevraagd",
        en=f"'{name}' does not depend on the measure alone: that of another cannot be asked about",
    )
    return Wrong(says, code="fact-of-another")


def _not_to_be_added(name: object, catalogue: Catalogue) -> Wrong:
    valid = [fact.name for fact in catalogue.facts.values() if adds_up(fact)]
    says = Text(
        f"«{name}» is geen getal van een maatregel dat valt op te tellen",
        f"'{name}' is no figure of a measure that can be added up",
    )
    return Wrong(with_nearest(says, str(name), valid), code="unknown-fact")


def _not_an_inquiry() -> Wrong:
    return Wrong(
        Text(
            nl="verwacht een vraag aan de portefeuille: {some|none: {…}}, {count: {…}, at_most: 2} of"
            " {sum: {fact: …}, at_most: € 500}",
            en="expected a question to the portfolio: {some|none: {…}}, {count: {…}, at_most: 2} or"
            " {sum: {fact: …}, at_most: € 500}",
        ),
        code="wrong-condition",
    )


# ---- comparisons ----


def _threshold(written: Any, operator: str, fact: FactDefinition) -> Threshold:
    if operator == "is" and written == GIVEN:
        return GIVEN
    if fact.unit or (fact.type == "yearly" and operator == "at_most"):
        return quantity.quantity(written, fact.unit or "euro")
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
            nl="verwacht een voorwaarde: {fact: …, at_least|at_most|is|in|includes: …}, {all|any: […]}, {not: …} of"
            " een vraag aan de portefeuille",
            en="expected a condition: {fact: …, at_least|at_most|is|in|includes: …}, {all|any: […]}, {not: …} or"
            " a question to the portfolio",
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

"""JSON Schemas of the documents, for editors and for other programs. Nothing that checks a document loads this.

models ── pydantic ──▶ shape ── catalogue, laws ──▶ names, units, conditions ── help, vocabulary ──▶ descriptions

They hold for values as rules/reader.py reads them, and refuse nothing that a check accepts. Editors know the newer
keywords of JSON Schema least, so only those are used that draft 7 has too, and plain references into `$defs`.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, get_args

from rules.catalogue import Catalogue, FactDefinition, FactType, shipped_catalogue
from rules.citation import BWB
from rules.condition import OPERATORS, Common, Stands
from rules.condition_reader import INQUIRIES, TOTALS, adds_up
from rules.documents import RARE, SCHEMAS, model_of
from rules.facts import GIVEN
from rules.fields import MUNICIPALITY, Wording
from rules.lawbook import shipped_lawbook
from rules.lists import shipped_lists
from rules.period import DURATION
from rules.quantity import FORMS, UNITS, Unit
from rules.schema_help import FieldHelp, shipped_help
from rules.text import Text
from rules.vocabulary import CHOICES, READING

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

KINDS = {name.split("/")[1]: name for name in (*SCHEMAS, *RARE)}


def schema(kind: str) -> Schema:
    """The JSON Schema of documents of that kind, one of KINDS; KeyError for another."""
    name = KINDS[kind]
    model = model_of(name)
    assert model is not None
    root = model.model_json_schema(by_alias=True)
    blocks = {**root.pop("$defs", {}), model.__name__: root}
    for (block, field), stated in _LATER.items():
        if field in blocks.get(block, {}).get("properties", {}):
            blocks[block]["properties"][field] |= stated(shipped_catalogue())
    if "Figure" in blocks:
        blocks["Figure"]["allOf"] = _figures(shipped_catalogue())
    if "RuleEntry" in blocks:
        blocks |= {"Condition": _condition(shipped_catalogue()), **_inquiries(shipped_catalogue())}
    written = {name: _described(block, name) for name, block in sorted(blocks.items())}
    top = written.pop(model.__name__)
    return {"$schema": DRAFT, "title": name, **top, **({"$defs": written} if written else {})}


# ---- what is checked after the models, when names are looked up ----


def _condition_or_nothing(_: Catalogue) -> Schema:
    return {"anyOf": [{"$ref": "#/$defs/Condition"}, {"type": "null"}]}


def _instruments(_: Catalogue) -> Schema:
    """No closed list: a measure may be judged by a law that is not shipped."""
    book = shipped_lawbook()
    newest = [book.version(law, book.versions(law)[-1]) for law in book.laws()]
    return {"examples": [f"{version.law}/{name}" for version in newest for name in version.instruments]}


_LATER: dict[tuple[str, str], Callable[[Catalogue], Schema]] = {
    ("Ask", "instrument"): _instruments,
    ("DeadlineEntry", "of"): lambda catalogue: _names(each for each in catalogue.facts.values() if each.type == "day"),
    ("DeadlineEntry", "within"): lambda _: {"pattern": f"^{DURATION.pattern}$"},
    ("Figure", "indicator"): lambda catalogue: _names(catalogue.indicators.values()),
    ("Figure", "rounded_to"): lambda _: {"type": ["string", "integer"]},
    ("Figure", "value"): lambda _: {"type": ["string", "integer"]},
    ("LawDocument", "bwb"): lambda _: {"pattern": f"^{BWB.pattern}$"},
    ("ReadingEntry", "require"): lambda _: {"$ref": "#/$defs/Condition"},
    ("RuleEntry", "require"): _condition_or_nothing,
    ("ScenarioEntry", "facts"): lambda catalogue: _facts(catalogue.facts.values()),
    ("RuleEntry", "when"): _condition_or_nothing,
}


def _facts(facts: Iterable[FactDefinition]) -> Schema:
    """Each fact with how a scenario writes it; terms are lengths of time there."""
    return {"properties": {fact.name: _fact(fact) for fact in facts}, "additionalProperties": False}


def _fact(fact: FactDefinition) -> Schema:
    missing: Schema = {"enum": ["none", "unknown"]}
    words = list(CHOICES[fact.choices]) if fact.choices else []
    match fact.type:
        case kind if unit := UNITS.get(kind):
            written = _quantity(unit)
        case "yearly":
            written = {"type": "object", "patternProperties": {r"^\d{4}$": _quantity("euro")}, "minProperties": 1}
        case "term":
            written = {"type": "string", "pattern": f"^{DURATION.pattern}$"}
        case "choice":
            written = {"enum": words}
        case "choices":
            written = {"type": "array", "items": {"enum": words}, "minItems": 1}
        case "flag":
            written = {"type": "boolean"}
        case "statement":
            written = {"const": GIVEN}
        case "municipality":
            written = {"type": "string", "pattern": _MUNICIPALITY}
        case _:
            written = {"type": ["string", "integer"]}
    return {"description": _both(fact.means), "anyOf": [missing, written]}


def _figures(catalogue: Catalogue) -> list[Schema]:
    """The unit in which each indicator is written."""
    by_unit: dict[Unit, list[str]] = defaultdict(list)
    for indicator in catalogue.indicators.values():
        assert indicator.unit
        by_unit[indicator.unit].append(indicator.name)
    return [
        _when("indicator", names, {"value": _quantity(unit), "rounded_to": _quantity(unit)})
        for unit, names in by_unit.items()
    ]


def _condition(catalogue: Catalogue) -> Schema:
    """Conditions as rules/condition.py reads them: which comparisons and thresholds go with which fact."""
    itself = {"$ref": "#/$defs/Condition"}
    alike: dict[tuple[FactType, str | None], list[str]] = defaultdict(list)
    for fact in catalogue.facts.values():
        alike[fact.type, fact.choices].append(fact.name)
    every_operator = dict.fromkeys(word for words in OPERATORS.values() for word in words)
    return {
        "type": "object",
        "properties": {
            "fact": _names(catalogue.facts.values()),
            **{operator: {} for operator in every_operator},
            **{word: {"type": "array", "items": itself, "minItems": 1} for word in ("all", "any")},
            "not": itself,
            **{word: {"$ref": f"#/$defs/{_BLOCK[word]}"} for word in INQUIRIES},
        },
        "additionalProperties": False,
        "oneOf": [
            {"required": ["fact"], "minProperties": 2, "maxProperties": 2},
            *({"required": [word], "maxProperties": 1} for word in ("all", "any", "not", "some", "none")),
            *({"required": [word], "minProperties": 2, "maxProperties": 2} for word in TOTALS),
        ],
        "allOf": [
            _when("fact", names, {word: _threshold(word, kind, choices) for word in every_operator})
            for (kind, choices), names in alike.items()
        ],
    }


_BLOCK = {"some": "Inquiry", "none": "Inquiry", "count": "Inquiry", "sum": "SumInquiry"}


def _inquiries(catalogue: Catalogue) -> dict[str, Schema]:
    """Questions to the portfolio, as rules/condition_reader.py reads them."""

    def some_of(words: tuple[str, ...]) -> Schema:
        return {"type": "array", "items": {"enum": list(words)}}

    asked: Schema = {
        "standing": some_of(get_args(Stands)),
        "overlaps": some_of(get_args(Common)),
        "where": {"$ref": "#/$defs/Condition"},
    }
    added = {"fact": _names(fact for fact in catalogue.facts.values() if adds_up(fact)), **asked}
    return {
        "Inquiry": {"type": "object", "properties": asked, "additionalProperties": False},
        "SumInquiry": {"type": "object", "properties": added, "additionalProperties": False, "required": ["fact"]},
    }


def _when(field: str, names: list[str], then: Mapping[str, Any]) -> Schema:
    return {"if": {"properties": {field: {"enum": names}}, "required": [field]}, "then": {"properties": dict(then)}}


def _threshold(operator: str, kind: FactType, choices: str | None) -> Schema | bool:
    """What may stand behind that comparison; False where the comparison is not for facts of that kind."""
    words = list(CHOICES[choices]) if choices else []
    match operator, kind:
        case _ if operator not in OPERATORS[kind]:
            return False
        case "in", "municipality":
            return {"type": "array", "items": {"type": "string", "pattern": _MUNICIPALITY}, "minItems": 1}
        case "is", "municipality":
            return {"type": "string", "pattern": f"{_MUNICIPALITY}|^{GIVEN}$"}
        case "in" | "includes", _:
            return {"type": "array", "items": {"enum": words}, "minItems": 1}
        case "is", _ if unit := UNITS.get(kind):
            return {"anyOf": [{"const": GIVEN}, _quantity(unit)]}
        case "is", "flag":
            return {"enum": [True, False, GIVEN]}
        case "is", "choices" | "yearly":
            return {"anyOf": [{"const": GIVEN}, _quantity("euro")]} if kind == "yearly" else {"const": GIVEN}
        case "at_most", "yearly":
            return _quantity("euro")
        case "is", _:
            return {"enum": [*words, GIVEN]}
        case _ if unit := UNITS.get(kind):
            return _quantity(unit)
        case _:
            return {"type": "string", "pattern": f"^{DURATION.pattern}$"}


_MUNICIPALITY = f"^{MUNICIPALITY.pattern}$"


def _quantity(unit: Unit) -> Schema:
    form, example, _ = FORMS[unit]
    text: Schema = {"type": "string", "pattern": rf"^\s*{form.pattern}\s*$", "examples": [example]}
    return {"anyOf": [{"type": "integer"}, text]} if unit == "count" else text


def _names(facts: Iterable[FactDefinition]) -> Schema:
    """A closed list of names from the catalogue, each with what it means."""
    stated = list(facts)
    return {"enum": [fact.name for fact in stated], "enumDescriptions": [_both(fact.means) for fact in stated]}


# ---- what people read ----


def _described(block: Schema, model: str) -> Schema:
    """The block as people should see it, with the help on each of its fields."""
    help_on = shipped_help().models.get(model, {})
    fields = block.pop("properties", None)
    made: Schema = _plain(block, {})
    if fields is not None:
        made["properties"] = {name: _field(inner, help_on.get(name)) for name, inner in fields.items()}
    return made


def _field(inner: Schema, about: FieldHelp | None) -> Schema:
    if about is None:
        return dict(_plain(inner, {}))
    made = {"description": _both(about.text), **_plain(inner, about.words)}
    return made | ({"examples": list(about.examples)} if about.examples else {})


_MAPS, _LISTS, _ONES = (
    ("properties", "patternProperties"),
    ("anyOf", "allOf", "oneOf"),
    ("items", "additionalProperties", "then"),
)


def _plain(node: Any, words: Mapping[str, Wording]) -> Any:
    """The schema without what pydantic adds for programmers, and with a reading of every word in a closed list."""
    if not isinstance(node, dict):
        return node
    made = {key: value for key, value in node.items() if key not in ("title", "description")}
    if not isinstance(made.get("default"), (str, bool)):
        made.pop("default", None)  # an editor would write out an empty list or a null
    if "patternProperties" in made:
        made["additionalProperties"] = False
    for key in made.keys() & _MAPS:
        made[key] = {name: _plain(inner, words) for name, inner in made[key].items()}
    for key in made.keys() & _LISTS:
        made[key] = [_plain(inner, words) for inner in made[key]]
    for key in made.keys() & _ONES:
        made[key] = _plain(made[key], words)
    if "enum" in made and "enumDescriptions" not in made:
        made["enumDescriptions"] = [_reading(word, words) for word in made["enum"]]
    return made


def _reading(word: Any, words: Mapping[str, Wording]) -> str:
    name = word if isinstance(word, str) else json.dumps(word)
    stated = words.get(name) or shipped_help().words.get(name) or _definitions().get(name)
    found = stated.text if stated else READING.get(name)
    return _both(found) if found else ""


@cache
def _definitions() -> dict[str, Wording]:
    """What the words of the closed lists mean."""
    return {entry.word: entry.means for entries in shipped_lists().by_name.values() for entry in entries}


def _both(text: Text) -> str:
    return text.nl if text.nl == text.en else f"{text.nl} / {text.en}"

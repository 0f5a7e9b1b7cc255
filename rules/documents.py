"""The kinds of document, told apart by their schema, each with the bytes and places it was read from."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Generic, TypeVar

from rules.area import Area, Figures
from rules.decision import Decision
from rules.fields import Model
from rules.law import LawDocument
from rules.measure import Measure
from rules.problems import Place, Problem, Refused, with_nearest
from rules.reader import Parsed, read, spot_of
from rules.text import Text
from rules.validation import checked

M = TypeVar("M", bound=Model, covariant=True)

SCHEMAS: dict[str, type[Model]] = {
    "regelruimte/area/v1": Area,
    "regelruimte/figures/v1": Figures,
    "regelruimte/measure/v1": Measure,
    "regelruimte/decision/v1": Decision,
    "regelruimte/law/v1": LawDocument,
}
# Kinds that hardly any run meets: loaded where one is named, so that a check of measures starts without them.
RARE = {
    "regelruimte/catalogue/v1": ("rules.catalogue", "CatalogueDocument"),
    "regelruimte/lists/v1": ("rules.lists", "ListsDocument"),
    "regelruimte/ministers/v1": ("rules.ministers", "MinistersDocument"),
    "regelruimte/provisions/v1": ("rules.provisions", "ProvisionsDocument"),
    "regelruimte/scenarios/v1": ("rules.scenario", "ScenarioDocument"),
    "regelruimte/schema-help/v1": ("rules.schema_help", "HelpDocument"),
}


def model_of(schema: str) -> type[Model] | None:
    """The model of the documents of that schema; None when there is no such schema."""
    if schema in RARE:
        module, name = RARE[schema]
        found: type[Model] = getattr(import_module(module), name)
        return found
    return SCHEMAS.get(schema)


@dataclass(frozen=True, slots=True)
class Document(Generic[M]):
    """A checked model together with what it was read from."""

    model: M
    parsed: Parsed

    def place(self, *path: str | int) -> Place:
        """Where the value at that path stands, or the nearest thing around it."""
        return spot_of(self.parsed, path)


@lru_cache(256)
def document(data: bytes, file: str) -> Document[Model]:
    """The document in those bytes, checked against the schema that it names; Refused when it is wrong.

    The same bytes make the same document, and nothing changes it: whoever looks again has it at once.
    """
    parsed = read(data, file)
    named = parsed.value.get("schema")
    model = model_of(named) if isinstance(named, str) else None
    if model is None:
        raise Refused([_unknown_schema(parsed, named)])
    return Document(checked(model, parsed, parsed.value), parsed)


def _unknown_schema(parsed: Parsed, named: object) -> Problem:
    valid = ", ".join(sorted((*SCHEMAS, *RARE)))
    if named is None:
        says = Text(
            nl=f"de sleutel «schema» ontbreekt; verwacht een van {valid}",
            en=f"the key 'schema' is missing; expected one of {valid}",
        )
        return Problem("missing-key", spot_of(parsed, ()), says)
    says = Text(
        nl=f"onbekend schema «{named}»; verwacht een van {valid}",
        en=f"unknown schema '{named}'; expected one of {valid}",
    )
    return Problem("unknown-schema", spot_of(parsed, ("schema",)), with_nearest(says, str(named), (*SCHEMAS, *RARE)))

"""Field types that the documents share: how a value is written in YAML, and its JSON Schema for editors."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)

from rules import citation, period
from rules.problems import Wrong, with_nearest
from rules.quantity import FORMS, Quantity, quantity
from rules.text import Text
from rules.vocabulary import Certainty


class Missing(Enum):
    """Two kinds of nothing: NONE is known not to exist, UNKNOWN is what no source says."""

    NONE = "none"
    UNKNOWN = "unknown"


class Model(BaseModel):
    """What every document is made of: frozen, and closed to keys that it does not know."""

    # built on first use: a part of a document never needs a validator of its own, and a check starts in half the time
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Written:
    """How a field is written, as JSON Schema. (pydantic's own WithJsonSchema costs each start 16 ms of imports.)

    With `block` it may also be that block.
    """

    schema: dict[str, Any]
    block: type[Model] | None = None

    def __get_pydantic_json_schema__(self, _core: Any, handler: Any) -> dict[str, Any]:
        if self.block is None:
            return self.schema
        self.block.model_rebuild()
        return {"anyOf": [self.schema, handler(self.block.__pydantic_core_schema__)]}


def _text_only(value: object, example: str) -> str:
    if not isinstance(value, str):
        raise Wrong(
            Text(
                nl=f"verwacht tekst zoals «{example}», gevonden {value!r}",
                en=f"expected text such as '{example}', found {value!r}",
            ),
            code="wrong-type",
        )
    return value


def _day(written: object, example: str) -> str:
    """A year alone is a number to YAML; every other day is text."""
    is_year = isinstance(written, int) and not isinstance(written, bool)
    return str(written) if is_year else _text_only(written, example)


def _parsed_by(parse: Callable[[str], Any], example: str, text: Callable[[object, str], str]) -> PlainValidator:
    return PlainValidator(lambda value: parse(text(value, example)))


def _or_missing(parse: Callable[[str], Any], example: str, as_text: Callable[[object, str], str]) -> PlainValidator:
    def read(value: object) -> object:
        if isinstance(value, Missing):
            return value
        text = as_text(value, example)
        return Missing(text) if text in ("none", "unknown") else parse(text)

    return PlainValidator(read)


_DAY = {
    "anyOf": [
        {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
        {"type": "integer", "minimum": 1000, "maximum": 9999},
    ],
    "examples": ["2018-04-05", "2018-04", 2018],
}
_MISSING = {"enum": ["none", "unknown"]}
_IDENTIFIER = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Identifier = Annotated[str, StringConstraints(pattern=_IDENTIFIER, max_length=100)]
MUNICIPALITY = re.compile(r"GM\d{4}")
Municipality = Annotated[str, StringConstraints(pattern=rf"^{MUNICIPALITY.pattern}$")]
# a municipality, what is left of one outside its programme area, the country, or the twenty areas together
FiguresCode = Annotated[str, StringConstraints(pattern=r"^(GM\d{4}(-rest)?|NL00|NPLV20)$")]
# CBS code of a wijk or buurt; letters occur since 2023
Unit = Annotated[str, StringConstraints(pattern=r"^(WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4})$")]
ExactDay = Annotated[period.Day, _parsed_by(period.day, "2018-04-05", _day), _Written(_DAY)]
StatedDay = Annotated[
    period.Day | Missing, _or_missing(period.day, "2018-04-05", _day), _Written({"anyOf": [_DAY, _MISSING]})
]
StatedReference = Annotated[
    str | Missing,
    _or_missing(str, "rotterdam-2014-designation", _text_only),
    _Written({"type": "string"}),
]
StatedHours = Annotated[
    Quantity | Missing,
    _or_missing(lambda text: quantity(text, "hour"), "7520 hours", _text_only),
    _Written({"anyOf": [{"type": "string", "pattern": rf"^\s*{FORMS['hour'][0].pattern}\s*$"}, _MISSING]}),
]
Euros = Annotated[
    Quantity,
    _parsed_by(lambda text: quantity(text, "euro"), "€ 500000", _text_only),
    _Written({"type": "string", "pattern": f"^{FORMS['euro'][0].pattern}$", "examples": ["€ 500000"]}),
]
Cited = Annotated[
    citation.Citation,
    _parsed_by(citation.citation, "3 lid 1 onderdeel a", _text_only),
    _Written({"type": "string", "pattern": f"^{citation.SHORT.pattern}$"}),
]
Flag = StrictBool
Record = Literal["proposal", "reconstruction", "example"]


class Wording(Model):
    """The same in Dutch and in English."""

    nl: Prose
    en: Prose

    @property
    def text(self) -> Text:
        return Text(self.nl, self.en)


class Source(Model):
    """Where something was read, and who stands behind it where that is somebody else.

    `certainty` as in the facts: A the text itself, B secondary, C memory, D unsure.
    """

    title: Line
    publisher: Line | None = None
    date: StatedDay | None = None
    id: Line | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=1000)] | None = None
    certainty: Certainty | None = None

    @property
    def named(self) -> str:
        """One line that tells this source from others."""
        parts = (self.title, self.date if isinstance(self.date, period.Day) else None, self.id)
        return ", ".join(str(part) for part in parts if part)


def _source_by_name(written: object, info: ValidationInfo) -> object:
    if not isinstance(written, str) or not isinstance(info.context, dict):
        return written
    stated = info.context.get("sources")
    known = stated if isinstance(stated, dict) else {}
    if written not in known:
        says = Text(
            nl=f"bron «{written}» staat niet onder sources van dit document",
            en=f"source '{written}' does not stand under sources of this document",
        )
        raise Wrong(with_nearest(says, written, known), code="unknown-source")
    try:
        return Source.model_validate(known[written])
    except ValidationError:  # told where it stands, under `sources`: once is enough
        return Source.model_construct(title=written)


@dataclass(frozen=True, slots=True, eq=False)
class _OrName:
    """How a source is written, as JSON Schema: whole, or by its name under `sources`."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"type": "string", "pattern": _IDENTIFIER}]}


NamedSource = Annotated[Source, BeforeValidator(_source_by_name), _OrName()]
Sources = dict[Identifier, Source]


class Statement(Model):
    """Something said in the dossier, with what supports it."""

    text: Prose
    evidence: tuple[Source, ...] = ()


def _statement(value: object) -> object:
    if isinstance(value, (Missing, Statement)):
        return value
    if value in ("none", "unknown"):
        return Missing(value)
    return Statement.model_validate(value)


StatedStatement = Annotated[
    Statement | Missing,
    PlainValidator(_statement),
    _Written(_MISSING, Statement),
]


class StatedTerm(Model):
    """First and last day, inclusive; either may be unknown."""

    first: StatedDay = Field(alias="from")
    last: StatedDay = Field(alias="until")

    @property
    def term(self) -> period.Term:
        """The same as a term; an unknown end is open."""
        return period.Term(
            self.first if isinstance(self.first, period.Day) else None,
            self.last if isinstance(self.last, period.Day) else None,
        )

"""The catalogue of facts: every name that a rule may ask about, with its type and what its absence means."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from pydantic import Field, StrictInt

from rules.fields import Line, Model, Source, Wording
from rules.quantity import UNITS, Unit
from rules.reader import Parsed, read
from rules.text import Text
from rules.validation import checked

if TYPE_CHECKING:
    from rules.condition import Inquiry

FactType = (
    Unit | Literal["day", "term", "choice", "choices", "municipality", "flag", "statement", "reference", "yearly"]
)
ChangedBy = Literal["proposer", "another-body", "nobody"]
FILE = "rules/catalogue.yaml"
SUBJECTS = ("area", "part", "municipality")


class LastPublished(Model):
    year: StrictInt
    note: Wording


class IndicatorEntry(Model):
    indicator: Line
    type: Unit
    means: Wording
    defined_by: Source
    last_published: LastPublished | None = None


class FactEntry(Model):
    fact: Line
    type: FactType
    choices: Line | None = None
    absent: Literal["none", "unknown"]
    changed_by: ChangedBy
    means: Wording
    derived_from: tuple[Line, ...] = ()
    cite: Line | None = None


class CatalogueDocument(Model):
    schema_: Literal["regelruimte/catalogue/v1"] = Field(alias="schema")
    indicators: tuple[IndicatorEntry, ...]
    facts: tuple[FactEntry, ...]


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One fact: its name, its type, and who could change it. An `inquiry` is answered by the portfolio."""

    name: str
    type: FactType
    absent: Literal["none", "unknown"]
    changed_by: ChangedBy
    means: Text
    choices: str | None = None
    indicator: str | None = None
    derived: bool = False
    not_published: Text | None = None
    inquiry: "Inquiry | None" = None
    of_others: bool = False

    @property
    def of_the_measure(self) -> bool:
        """Whether it is a fact of the measure as a whole, whatever its part, its instrument and the day."""
        return self.name.startswith("cost.") or (self.name.startswith("measure.") and not self.derived)

    @property
    def unit(self) -> Unit | None:
        """The unit of a figure; None for a fact that is no figure."""
        return UNITS.get(self.type)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All facts by name, and the indicators among them."""

    facts: Mapping[str, FactDefinition]
    indicators: Mapping[str, FactDefinition]
    sha256: str


def catalogue_of(parsed: Parsed) -> Catalogue:
    """The catalogue that a document states; Refused when the document is wrong."""
    document = checked(CatalogueDocument, parsed)
    indicators = {
        entry.indicator: FactDefinition(
            entry.indicator,
            entry.type,
            "unknown",
            "nobody",
            entry.means.text,
            indicator=entry.indicator,
            not_published=entry.last_published.note.text if entry.last_published else None,
        )
        for entry in document.indicators
    }
    facts = {
        f"{subject}.{name}": FactDefinition(
            f"{subject}.{name}",
            figure.type,
            figure.absent,
            figure.changed_by,
            figure.means,
            indicator=name,
            not_published=figure.not_published,
        )
        for subject in SUBJECTS
        for name, figure in indicators.items()
    }
    facts |= {
        entry.fact: FactDefinition(
            entry.fact,
            entry.type,
            entry.absent,
            entry.changed_by,
            entry.means.text,
            choices=entry.choices,
            derived=bool(entry.derived_from),
            of_others="portfolio" in entry.derived_from,
        )
        for entry in document.facts
    }
    return Catalogue(facts, indicators, parsed.sha256)


@cache
def shipped_catalogue() -> Catalogue:
    """The catalogue inside this package."""
    return catalogue_of(read(files("rules").joinpath("catalogue.yaml").read_bytes(), FILE))

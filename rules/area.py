"""An area and its figures, as a document states them."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from rules.catalogue import shipped_catalogue
from rules.fields import ExactDay, Flag, Identifier, Line, Model, Municipality, Prose, Source, Unit
from rules.problems import Wrong, with_nearest
from rules.quantity import Quantity, exactly, quantity, rounded
from rules.text import Text
from rules.vocabulary import Certainty, Programme


class Figure(Model):
    """One figure about a unit: what it counts, when, and who says so."""

    indicator: Line
    value: Quantity = Field(json_schema_extra={"examples": [215000, "25 %"]})
    rounded_to: Quantity | None = None
    as_of: ExactDay
    published: ExactDay | None = None
    source: Source
    definition: Prose | None = None
    illustration: Flag = False

    @field_validator("indicator")
    @classmethod
    def _in_the_catalogue(cls, name: str) -> str:
        known = shipped_catalogue().indicators
        if name in known:
            return name
        says = Text(f"kengetal «{name}» staat niet in de catalogus", f"indicator '{name}' is not in the catalogue")
        raise Wrong(with_nearest(says, name, known), code="unknown-indicator")

    @field_validator("value", "rounded_to", mode="plain")
    @classmethod
    def _in_its_unit(cls, written: str | int, info: ValidationInfo) -> Quantity:
        definition = shipped_catalogue().indicators.get(info.data.get("indicator", ""))
        if definition is None or definition.unit is None:  # the indicator itself was refused: one error is enough
            return exactly(0, "count")
        return quantity(written, definition.unit)

    @property
    def interval(self) -> Quantity:
        """The figure as the interval in which it lies."""
        return rounded(self.value, self.rounded_to.low) if self.rounded_to else self.value


class MunicipalityName(Model):
    code: Municipality
    name: Line


class Outline(Model):
    """The statistical units that make up an area, at a reference day: codes change."""

    as_of: ExactDay
    codes: tuple[Unit, ...]
    source: Source
    certainty: Certainty | None = None


class Area(Model):
    """A vulnerable urban area."""

    schema_: Literal["regelruimte/area/v1"] = Field(alias="schema")
    area: Identifier
    name: Line
    municipality: MunicipalityName
    programmes: tuple[Programme, ...] = ()
    parts: Outline | None = None
    indicators: tuple[Figure, ...] = ()

"""Areas and their figures, as documents state them; and where figures about one unit disagree."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from rules.catalogue import shipped_catalogue
from rules.fields import (
    ExactDay,
    FiguresCode,
    Flag,
    Identifier,
    Line,
    Model,
    Municipality,
    NamedSource,
    Prose,
    Sources,
    StatedDay,
    Unit,
    Wording,
)
from rules.period import Day, no_later, on
from rules.problems import Wrong, with_nearest
from rules.quantity import Quantity, apart, exactly, quantity, rounded
from rules.text import Text
from rules.vocabulary import Belonging, Certainty, Level, Programme, UnitLevel, reading


class Figure(Model):
    """One figure about a unit: what it counts, when, and who says so.

    A figure without a reference day is kept and shown, but counts in no check.
    """

    indicator: Line
    value: Quantity = Field(json_schema_extra={"examples": [215000, "25 %"]})
    rounded_to: Quantity | None = None
    as_of: StatedDay
    published: ExactDay | None = None
    source: NamedSource
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

    @property
    def publisher(self) -> str:
        """Who stands behind the figure."""
        return self.source.publisher or self.source.title


class Disagreement(NamedTuple):
    """Figures of one indicator about one unit that cannot all be right; in the order of the document."""

    indicator: str
    figures: tuple[Figure, ...]


def disagreements(figures: Sequence[Figure]) -> tuple[Disagreement, ...]:
    """Where figures about one unit disagree, by indicator.

    Two do when they share no value and come from different publishers, whatever their days, or are about the same day.
    One publisher who says something else of another year only shows that the world moved.
    """
    by_indicator: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_indicator[figure.indicator].append(figure)
    return tuple(
        Disagreement(indicator, disputed)
        for indicator, stated in by_indicator.items()
        if (disputed := tuple(one for one in stated if any(_disagree(one, other) for other in stated)))
    )


def _disagree(one: Figure, other: Figure) -> bool:
    same_day = isinstance(one.as_of, Day) and one.as_of == other.as_of
    return apart(one.interval, other.interval) and (one.publisher != other.publisher or same_day)


class Counted(NamedTuple):
    """What counts on a day: the interval that holds all figures of the newest reference day, in document order."""

    value: Quantity
    as_of: Day
    figures: tuple[Figure, ...]


def counting(figures: Sequence[Figure], day: date) -> Counted | None:
    """Of figures on one indicator those that count on that day; None where none does.

    The newest count whose reference day, and whose publication day if known, is on or before the day. Figures of one
    reference day that differ are taken together.
    """
    dated = [(as_of, figure) for figure in figures if (as_of := _counts_as_of(figure, day))]
    if not dated:
        return None
    newest = max(as_of.last for as_of, _ in dated)
    same_day = [(as_of, figure) for as_of, figure in dated if as_of.last == newest]
    values = [figure.interval for _, figure in same_day]
    low, high = min(value.low for value in values), max(value.high for value in values)
    open_end = all(value.open_end for value in values if value.high == high)
    together = Quantity(low, high, values[0].unit, open_end)
    return Counted(together, same_day[0][0], tuple(figure for _, figure in same_day))


def _counts_as_of(figure: Figure, day: date) -> Day | None:
    if not isinstance(figure.as_of, Day) or not no_later(figure.as_of, on(day)):
        return None
    return figure.as_of if figure.published is None or no_later(figure.published, on(day)) else None


class MunicipalityName(Model):
    code: Municipality
    name: Line


class StatisticalUnit(Model):
    """A district or neighbourhood of CBS, or one known by name only; and how much of it belongs to the area."""

    code: Unit | None = None
    name: Line
    level: UnitLevel
    belongs: Belonging = "whole"
    indicators: tuple[Figure, ...] = ()

    @model_validator(mode="after")
    def _code_of_its_level(self) -> Self:
        level = {None: self.level, "WK": "district", "BU": "neighbourhood"}[self.code and self.code[:2]]
        if level != self.level:
            coded, stated = reading(level), reading(self.level)
            says = Text(
                f"code {self.code} is die van een {coded.nl} (level: {level}), niet van een {stated.nl}",
                f"code {self.code} is that of a {coded.en}, not of a {stated.en}",
            )
            raise Wrong(says, code="wrong-level", path=("code",))
        return self


class Outline(Model):
    """The statistical units that make up an area, at a reference day: codes change. `note`: what is not known."""

    as_of: StatedDay
    source: NamedSource
    certainty: Certainty | None = None
    note: Wording | None = None
    units: tuple[StatisticalUnit, ...] = ()

    def unit(self, code: str) -> tuple[int, StatisticalUnit] | None:
        """The unit with that code, and its position."""
        return next(((at, unit) for at, unit in enumerate(self.units) if unit.code == code), None)


class Area(Model):
    """A vulnerable urban area. `sources` are those that its figures name."""

    schema_: Literal["regelruimte/area/v1"] = Field(alias="schema")
    area: Identifier
    name: Line
    municipality: MunicipalityName
    programmes: tuple[Programme, ...] = ()
    sources: Sources = Field(default_factory=dict)
    parts: Outline | None = None
    indicators: tuple[Figure, ...] = ()

    @model_validator(mode="after")
    def _units_of_the_municipality(self) -> Self:
        codes: list[str] = []
        for at, unit in enumerate(self.parts.units if self.parts else ()):
            if unit.code is None:
                continue
            path = ("parts", "units", at, "code")
            if unit.code[2:6] != self.municipality.code[2:]:
                says = Text(
                    f"{unit.code} ligt niet in {self.municipality.code}",
                    f"{unit.code} does not lie in {self.municipality.code}",
                )
                raise Wrong(says, code="wrong-municipality", path=path)
            if unit.code in codes:
                says = Text(f"«{unit.code}» staat er twee keer", f"'{unit.code}' stands here twice")
                raise Wrong(says, code="duplicate-name", path=path)
            codes.append(unit.code)
        return self


class Figures(Model):
    """Figures about what is no programme area: a municipality, the country, the programme as a whole."""

    schema_: Literal["regelruimte/figures/v1"] = Field(alias="schema")
    figures: FiguresCode
    name: Line
    level: Level
    sources: Sources = Field(default_factory=dict)
    indicators: tuple[Figure, ...] = ()

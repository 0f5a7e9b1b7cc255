"""A case: one part of one measure under one instrument, on a day; and the facts that are known in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from rules import derived
from rules.area import Area, Figure, Figures, counting
from rules.catalogue import FactDefinition
from rules.condition import Inquiry
from rules.decision import Decision
from rules.documents import Document
from rules.facts import Fact, Facts
from rules.fields import Missing
from rules.law import LawVersion
from rules.measure import Measure, Part
from rules.measure_facts import measure_fact, stated
from rules.text import Text


class Portfolio(Protocol):
    """What else is at hand: areas, other measures, and what was decided on them."""

    def area(self, name: str) -> Document[Area] | None:
        """The area of that name."""

    def figures(self, code: str) -> Document[Figures] | None:
        """The figures about the municipality (or whatever else) with that code."""

    def measure(self, name: str) -> Document[Measure] | None:
        """The measure of that name."""

    def decisions(self, measure: str) -> Sequence[Document[Decision]]:
        """All decisions on that measure, oldest first."""

    def naming(self, municipality: str, part: str) -> Sequence[Document[Measure]] | None:
        """All measures of that municipality on that part; None when nobody can say that these are all."""


class Others(Protocol):
    """The other measures, asked a question; `sha256` is of all of them with what was decided on them."""

    @property
    def sha256(self) -> str: ...

    def answer(self, inquiry: Inquiry, case: "Case") -> Fact:
        """What the others come to in that case."""


@dataclass(frozen=True, slots=True)
class Case:
    """One part (None: the whole area) of a measure under one of its asks."""

    measure: Document[Measure]
    ask: int
    part: int | None
    law: LawVersion
    instrument: str
    day: date
    portfolio: Portfolio
    others: Others | None = None
    supposed: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def stated_part(self) -> Part | None:
        """The part as the measure states it; None when the measure is on the whole area."""
        return None if self.part is None else self.measure.model.place.parts[self.part]

    @property
    def part_name(self) -> str:
        """The name of the part; of the area when the measure is on the whole of it."""
        part, area = self.stated_part, self.measure.model.place.area
        return part.part if part else area or ""


def facts_of(case: Case) -> Facts:
    """What is known in the case, or supposed in it; each fact is looked up once."""
    known: dict[str, Fact] = dict(case.supposed)

    def look_up(definition: FactDefinition) -> Fact:
        fact = known.get(definition.name)
        if fact is None:
            fact = known[definition.name] = _fact(case, definition)
        return fact

    return look_up


def _fact(case: Case, definition: FactDefinition) -> Fact:
    if definition.inquiry:
        others = case.others
        return others.answer(definition.inquiry, case) if others else Fact(Missing.UNKNOWN, note=derived.NO_PORTFOLIO)
    if definition.derived and not definition.of_the_measure:
        return derived.DERIVED[definition.name](case)
    subject, *path = definition.name.split(".")
    if definition.indicator:
        return _figure(case, subject, definition)
    if definition.type == "municipality":
        return Fact(case.measure.model.place.municipality, case.measure.place("place", "municipality"))
    if subject == "part":
        return _part_fact(case, path[0], definition)
    return measure_fact(case.measure, definition)


def _part_fact(case: Case, name: str, definition: FactDefinition) -> Fact:
    part = case.stated_part
    if part is None or case.part is None:
        return Fact("area" if name == "kind" else Missing.NONE, case.measure.place("place", "area"))
    return stated(case.measure, getattr(part, name), ("place", "parts", case.part, name), definition)


Stated = tuple[Document[Any], tuple[str | int, ...], tuple[Figure, ...]]


def _figure(case: Case, subject: str, definition: FactDefinition) -> Fact:
    """The newest figure with a reference day, and a publication day if known, on or before the day of the case.

    Figures of the same reference day that differ are taken together: the fact is the interval that holds them all.
    """
    stated = _figures(case, subject)
    if not stated:
        return Fact(Missing.UNKNOWN, case.measure.place("place"), note=definition.not_published)
    found = [
        (document, (*path, at, "value"), figure)
        for document, path, figures in stated
        for at, figure in enumerate(figures)
        if figure.indicator == definition.indicator
    ]
    counted = counting([figure for _, _, figure in found], case.day)
    if counted is None:
        for document, path, figure in found:
            if isinstance(figure.as_of, Missing):
                return Fact(Missing.UNKNOWN, document.place(*path), note=_UNDATED)
        document, path, _ = stated[0]
        return Fact(Missing.UNKNOWN, document.place(*path[:-1]), note=definition.not_published)
    document, path = next((document, path) for document, path, figure in found if figure is counted.figures[0])
    return Fact(
        counted.value,
        document.place(*path),
        source="; ".join(dict.fromkeys(figure.source.named for figure in counted.figures)),
        as_of=counted.as_of,
        illustration=any(figure.illustration for figure in counted.figures),
    )


_UNDATED = Text(
    nl="er is een cijfer, maar zijn bron noemt geen peildatum: het telt niet mee",
    en="there is a figure, but its source gives no reference day: it does not count",
)


def _figures(case: Case, subject: str) -> list[Stated]:
    """Where figures about the subject are stated. About a part: in the measure, and with its unit in the area."""
    place, part = case.measure.model.place, case.stated_part
    if subject == "municipality":
        about = case.portfolio.figures(place.municipality)
        return [(about, ("indicators",), about.model.indicators)] if about else []
    name = part.area if part is not None else place.area
    area = case.portfolio.area(name) if name else None
    if subject == "area" or part is None:
        return [(area, ("indicators",), area.model.indicators)] if area else []
    stated: list[Stated] = [(case.measure, ("place", "parts", case.part or 0, "indicators"), part.indicators)]
    if area and part.code and area.model.parts and (found := area.model.parts.unit(part.code)):
        at, unit = found
        stated.append((area, ("parts", "units", at, "indicators"), unit.indicators))
    return stated

"""Facts of a measure as a whole: what its document states, whatever the part, the instrument and the day."""

from collections import defaultdict
from typing import Any

from rules.catalogue import FactDefinition
from rules.documents import Document
from rules.facts import GIVEN, Fact
from rules.fields import Missing, StatedTerm, Statement
from rules.lists import line_of
from rules.measure import Measure
from rules.quantity import Quantity, Yearly, added, exactly
from rules.text import Text


def measure_fact(measure: Document[Measure], definition: FactDefinition) -> Fact:
    """A fact named measure.… or cost.…; what it costs on a funding line is by year."""
    subject, *path = definition.name.split(".")
    if subject == "cost":
        return _cost(measure, path[0].replace("_", "-"))
    value: Any = measure.model
    for step in path:
        value = getattr(value, step)
    return stated(measure, value, tuple(path), definition)


def _cost(measure: Document[Measure], line: str) -> Fact:
    """What it costs on that line in each year. Who does not ask under the law of a line takes nothing from it."""
    model, place = measure.model, measure.place("cost")
    if model.cost is None and model.record == "reconstruction":
        law = line_of(line).law
        if any(ask.instrument.partition("/")[0] == law for ask in model.asks):
            return Fact(Missing.UNKNOWN, place, note=_NOT_SAID)
    years: dict[int, Quantity] = defaultdict(lambda: exactly(0, "euro"))
    first: int | None = None
    for at, cost in enumerate(model.cost or ()):
        if cost.line == line:
            first = at if first is None else first
            years[cost.year] = added(years[cost.year], cost.amount)
    if first is None:
        return Fact(Missing.NONE, place)
    return Fact(Yearly(tuple(sorted(years.items()))), measure.place("cost", first, "amount"))


def stated(measure: Document[Measure], value: Any, path: tuple[str | int, ...], definition: FactDefinition) -> Fact:
    """A value as the measure states it at that path, or what its absence means."""
    place = measure.place(*path)
    match value:
        case None:
            reconstructed = measure.model.record == "reconstruction"
            left_out = Missing.UNKNOWN if definition.absent == "unknown" or reconstructed else Missing.NONE
            return Fact(left_out, place, note=_NOT_SAID if reconstructed else None)
        case Missing():
            return Fact(value, place)
        case StatedTerm():
            both = (value.term.first, value.term.last)
            return Fact(Missing.UNKNOWN if both == (None, None) else value.term, place)
        case tuple():
            return Fact(tuple(sorted(value)), place) if value else stated(measure, None, path, definition)
        case Statement():
            return Fact(GIVEN, place, source="; ".join(source.named for source in value.evidence) or None)
        case _:
            return Fact(value, place)


_NOT_SAID = Text(nl="de bronnen zeggen het niet", en="the sources do not say")

"""The measures of an area, or the chain that a measure stands in, over the years: as data.

A lane is one instrument on one part, with the measures that extend one another behind each other; parts with the same
story share a lane. What no document says is None.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from registry.days import day_row
from registry.deadlines import AtHand, dues, instrument_name, instrument_of, judged
from registry.standing import Standing, effect, over, standing
from rules.documents import Document
from rules.lawbook import Lawbook
from rules.measure import Measure
from rules.period import Day
from rules.text import Language, Text

Row = dict[str, Any]
NUMBERS = "123456789abcdefghijklmnopqrstuvwxyz"


class Link(NamedTuple):
    """One measure on one part under one instrument; `due` is the law's last day to decide, or why nobody can say."""

    measure: str
    instrument: str
    name: str
    part: str
    part_name: str
    stands: Standing
    due: Day | None
    due_unknown: Text | None


def area_timeline(area: str, lawbook: Lawbook, collection: AtHand, on: date, language: Language) -> Row:
    """All measures with a part in that area."""
    found = {each.model.measure: each for each in collection.measures() if parts_in(each.model, area)}
    document = collection.area(area)
    links = [
        link
        for each in found.values()
        for link in _links(each, lawbook, collection, on, language)
        if link.part in parts_in(each.model, area)
    ]
    return {
        "schema": "regelruimte/timeline/v1",
        "area": area,
        "measure": None,
        "title": document.model.name if document else area,
        **_drawn(found, links, on, language),
    }


def measure_timeline(
    measure: Document[Measure], lawbook: Lawbook, collection: AtHand, on: date, language: Language
) -> Row:
    """A measure with the earlier and later links of its chain, on the parts that it has itself."""
    found = chain(measure, collection)
    own = set(_part_names(measure.model))
    links = [
        link for each in found.values() for link in _links(each, lawbook, collection, on, language) if link.part in own
    ]
    return {
        "schema": "regelruimte/timeline/v1",
        "area": None,
        "measure": measure.model.measure,
        "title": measure.model.title.text.read(language),
        **_drawn(found, links, on, language),
    }


def parts_in(measure: Measure, area: str) -> tuple[str, ...]:
    """The parts of a measure that lie in an area; the area itself where the measure is on the whole of it."""
    place = measure.place
    if not place.parts:
        return (area,) if place.area == area else ()
    return tuple(part.part for part in place.parts if (part.area or place.area) == area)


def chain(measure: Document[Measure], collection: AtHand) -> Mapping[str, Document[Measure]]:
    """The measure with all that it extends and all that extends it, as far as they are at hand."""
    found = {measure.model.measure: measure}
    waiting = [measure]
    while waiting:
        for name in _extended(waiting.pop().model):
            earlier = collection.measure(name)
            if earlier and name not in found:
                found[name] = earlier
                waiting.append(earlier)
    later = {measure.model.measure}
    others = list(collection.measures())
    grown = True
    while grown:
        new = {each.model.measure: each for each in others if not later.isdisjoint(_extended(each.model))}
        grown = not later.issuperset(new)
        later.update(new)
        found |= {name: each for name, each in new.items() if name not in found}
    return found


def _extended(measure: Measure) -> set[str]:
    return {part.extends for part in measure.place.parts if isinstance(part.extends, str)}


def _part_names(measure: Measure) -> list[str]:
    return [part.part for part in measure.place.parts] or [measure.place.area or ""]


def _links(
    measure: Document[Measure], lawbook: Lawbook, collection: AtHand, on: date, language: Language
) -> Iterator[Link]:
    decisions = collection.decisions(measure.model.measure)
    checked = judged(measure, lawbook, collection, on)
    due = {(each.result.part, instrument_of(each.result)): each for each in dues(checked)}
    for result in checked.results:
        if result.instrument is None:
            continue
        until = due.get((result.part, instrument_of(result)))
        yield Link(
            measure=measure.model.measure,
            instrument="/".join(filter(None, instrument_of(result))),
            name=instrument_name(result, lawbook).read(language),
            part=result.part,
            part_name=result.part_name,
            stands=standing(measure.model, result.part, decisions),
            due=until.day if until else None,
            due_unknown=until.because if until else None,
        )


def _drawn(found: Mapping[str, Document[Measure]], links: Sequence[Link], on: date, language: Language) -> Row:
    order = sorted(found, key=lambda name: (_begins(found[name].model, links), name))
    at = {name: NUMBERS[n] if n < len(NUMBERS) else "#" for n, name in enumerate(order)}
    links = sorted(links, key=lambda link: order.index(link.measure))
    return {
        "on": on.isoformat(),
        "measures": [_measure_row(at[name], found[name], links, on, language) for name in order],
        "lanes": [
            {
                "instrument": lane[0][0].instrument,
                "instrument_name": lane[0][0].name,
                "parts": [{"part": links[0].part, "name": links[0].part_name} for links in lane],
                "links": [
                    {"at": at[link.measure], "measure": link.measure, **_standing_row(link, on, language)}
                    for link in lane[0]
                ],
            }
            for lane in _lanes(found, links)
        ],
    }


def _lanes(found: Mapping[str, Document[Measure]], links: Sequence[Link]) -> list[list[list[Link]]]:
    """Chains of links, those with the same story together; instruments in the order in which they first appear."""
    chains: dict[tuple[str, str, str], list[Link]] = {}
    for link in links:
        chains.setdefault((link.instrument, link.part, _root(found, link)), []).append(link)
    alike: dict[tuple[str, tuple[tuple[str, Standing], ...]], list[list[Link]]] = {}
    for (instrument, _, _), chained in chains.items():
        alike.setdefault((instrument, tuple((link.measure, link.stands) for link in chained)), []).append(chained)
    first = list(dict.fromkeys(link.instrument for link in links))
    return [lane for (instrument, _), lane in sorted(alike.items(), key=lambda each: first.index(each[0][0]))]


def _begins(measure: Measure, links: Sequence[Link]) -> date:
    days = [day for link in links if link.measure == measure.measure for day in _days(measure, link.stands)]
    return min((day.first for day in days), default=date.max)


def _days(measure: Measure, stands: Standing) -> Iterator[Day]:
    decided = stands.decision.decided if stands.decision else None
    yield from (day for day in (measure.asked.received, decided, stands.first) if isinstance(day, Day))


def _root(found: Mapping[str, Document[Measure]], link: Link) -> str:
    name, seen = link.measure, [link.measure]
    while True:
        parts = found[name].model.place.parts
        extends = next((part.extends for part in parts if part.part == link.part), None)
        if not isinstance(extends, str) or extends not in found or extends in seen:
            return name
        name = extends
        seen.append(name)


def _measure_row(number: str, document: Document[Measure], links: Sequence[Link], on: date, language: Language) -> Row:
    measure = document.model
    mine = (link for link in links if link.measure == measure.measure)
    told_apart = {(link.stands, link.due, link.due_unknown): link for link in mine}
    return {
        "at": number,
        "measure": measure.measure,
        "title": measure.title.text.read(language),
        "file": document.parsed.file,
        "record": measure.record,
        "received": day_row(measure.asked.received),
        "standings": [_standing_row(link, on, language) for link in told_apart.values()],
    }


def _standing_row(link: Link, on: date, language: Language) -> Row:
    stands = link.stands
    decision = stands.decision
    held = effect(stands, on)
    return {
        "state": stands.state,
        "decision": decision.decision if decision else None,
        "decided": day_row(decision.decided) if decision else None,
        "made_known": day_row(stands.made_known),
        "term": {"from": day_row(stands.first), "until": day_row(stands.last)},
        "due": day_row(link.due),
        "due_unknown": link.due_unknown.read(language) if link.due_unknown else None,
        "over": over(stands, on),
        "in_force": held.holds,
        "why": [each.read(language) for each in held.why],
    }

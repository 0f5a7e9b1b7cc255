"""An area as data: its outline, its figures against the thresholds of the law in force, its units, its measures."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from registry.area_together import funding_rows, meeting_rows
from registry.collection import Collection
from registry.days import day_row
from registry.standing import effect, standing
from registry.timeline import parts_in
from rules import quantity
from rules.area import Area, Counted, Figure, Outline, counting, disagreements
from rules.catalogue import Catalogue, FactDefinition
from rules.check import Setting, check
from rules.condition import Comparison, Condition, comparisons
from rules.documents import Document
from rules.law import LawVersion, Reading, Rule
from rules.lawbook import Lawbook
from rules.measure import Measure
from rules.quantity import Quantity
from rules.text import Language, Text

Row = dict[str, Any]
_SUBJECTS = ("area", "part")  # a measure on the whole area is judged on the area as its only part


class Threshold(NamedTuple):
    """What a law in force compares an indicator with; `reading` where the text can be read in more than one way."""

    law: LawVersion
    rule: Rule
    reading: Reading | None
    comparison: Comparison


def area_rows(collection: Collection, on: date) -> list[Row]:
    """All areas, each with the number of inhabitants that counts on that day and the number of its measures."""
    measures = [each.model for each in collection.measures()]
    return [_area_row(each.model, measures, on) for each in collection.areas()]


def _area_row(area: Area, measures: Sequence[Measure], on: date) -> Row:
    counted = _counted(area, "inhabitants", on)
    return {
        "area": area.area,
        "name": area.name,
        "municipality": {"code": area.municipality.code, "name": area.municipality.name},
        "programmes": list(area.programmes),
        "inhabitants": _quantity_row(counted.value) if counted else None,
        "as_of": day_row(counted.as_of) if counted else None,
        "measures": sum(bool(parts_in(measure, area.area)) for measure in measures),
    }


def _counted(area: Area, indicator: str, day: date) -> Counted | None:
    return counting([figure for figure in area.indicators if figure.indicator == indicator], day)


def area_view(document: Document[Area], collection: Collection, setting: Setting, day: date, language: Language) -> Row:
    """Everything on one area as it stood on that day. Measures are judged on `setting.on`, else on their own day."""
    area, book = document.model, setting.lawbook
    used = list(_thresholds(book, day))
    names = dict.fromkeys([each.comparison.fact.indicator or "" for each in used])
    others = dict.fromkeys(figure.indicator for figure in area.indicators if figure.indicator not in names)
    known = book.catalogue.indicators
    measures = [each for each in collection.measures() if parts_in(each.model, area.area)]
    return {
        "schema": "regelruimte/area-view/v1",
        "on": day.isoformat(),
        **_area_row(area, [each.model for each in measures], day),
        "file": document.parsed.file,
        "outline": _outline_row(area.parts, language) if area.parts else None,
        "laws_not_at_hand": [law for law in book.laws() if book.on(law, day) is None],
        "indicators": [_indicator_row(area, known[name], used, day, language) for name in (*names, *others)],
        "disagreements": [
            {
                "indicator": each.indicator,
                "means": known[each.indicator].means.read(language),
                "figures": [_figure_row(figure) for figure in each.figures],
            }
            for each in disagreements(area.indicators)
        ],
        "units": _unit_rows(area.parts, book.catalogue, language) if area.parts else [],
        "municipal": _municipal_rows(area, collection, book.catalogue, language),
        "judged": [_judged_row(each, area.area, collection, setting, day, language) for each in measures],
        "meetings": meeting_rows(measures),
        "funding": funding_rows(measures, collection),
    }


def _thresholds(book: Lawbook, day: date) -> Iterator[Threshold]:
    """Every comparison of a figure about an area in the laws in force on that day."""
    for name in book.laws():
        law = book.on(name, day)
        for rule in law.rules.values() if law else ():
            assert law is not None
            conditions: list[tuple[Reading | None, Condition]] = [
                *((None, each) for each in (rule.when, rule.require) if each is not None),
                *((reading, reading.require) for reading in rule.readings),
            ]
            for reading, condition in conditions:
                for each in comparisons(condition):
                    if each.fact.indicator and each.fact.name.partition(".")[0] in _SUBJECTS:
                        yield Threshold(law, rule, reading, each)


def _outline_row(outline: Outline, language: Language) -> Row:
    return {
        "as_of": day_row(outline.as_of),
        "certainty": outline.certainty,
        "source": outline.source.named,
        "note": outline.note.text.read(language) if outline.note else None,
        "units": len(outline.units),
    }


def _indicator_row(
    area: Area, definition: FactDefinition, used: Sequence[Threshold], day: date, language: Language
) -> Row:
    name = definition.name
    counted = _counted(area, name, day)
    figures = [figure for figure in area.indicators if figure.indicator == name]
    return {
        "indicator": name,
        "means": definition.means.read(language),
        "unit": definition.unit,
        "value": _quantity_row(counted.value) if counted else None,
        "as_of": day_row(counted.as_of) if counted else None,
        "unknown": None if counted else _why_unknown(definition, figures).read(language),
        "figures": [
            {**_figure_row(figure), "counts": bool(counted and figure in counted.figures)} for figure in figures
        ],
        "thresholds": [
            _threshold_row(each, counted.value if counted else None, language)
            for each in used
            if each.comparison.fact.indicator == name
        ],
    }


def _why_unknown(definition: FactDefinition, figures: Sequence[Figure]) -> Text:
    if figures:
        return Text(
            "er is een cijfer, maar geen dat met zijn peildatum op deze dag telt",
            "there is a figure, but none whose reference day makes it count on this day",
        )
    return definition.not_published or Text("geen cijfer bij de hand", "no figure at hand")


def _quantity_row(value: Quantity) -> Row:
    return {
        "written": str(value),
        "low": str(value.low),
        "high": str(value.high) if value.high.is_finite() else None,
        "open_end": value.open_end,
    }


def _figure_row(figure: Figure) -> Row:
    return {
        "value": _quantity_row(figure.interval),
        "stated": str(figure.value),
        "rounded_to": str(figure.rounded_to) if figure.rounded_to else None,
        "as_of": day_row(figure.as_of),
        "published": day_row(figure.published),
        "source": figure.source.named,
        "certainty": figure.source.certainty,
        "definition": figure.definition,
        "illustration": figure.illustration,
    }


def _threshold_row(each: Threshold, value: Quantity | None, language: Language) -> Row:
    comparison = each.comparison
    threshold = comparison.threshold
    assert isinstance(threshold, Quantity)
    held = {"at_least": quantity.at_least, "at_most": quantity.at_most}.get(comparison.operator, quantity.equal)
    return {
        "law": each.law.name,
        "rule": each.rule.name,
        "citation": str(each.rule.cite),
        "operator": comparison.operator,
        "value": str(threshold),
        "number": str(threshold.low),
        "reading": each.reading.name if each.reading else None,
        "because": each.reading.because.read(language) if each.reading else None,
        "held": held(value, threshold) if value else None,
    }


def _municipal_rows(area: Area, collection: Collection, catalogue: Catalogue, language: Language) -> list[Row]:
    """What is known of the whole municipality, by indicator: never put against a threshold for an area."""
    about = collection.figures(area.municipality.code)
    stated = about.model.indicators if about else ()
    return [
        {
            "indicator": name,
            "means": catalogue.indicators[name].means.read(language),
            "figures": [_figure_row(figure) for figure in stated if figure.indicator == name],
        }
        for name in dict.fromkeys(figure.indicator for figure in stated)
    ]


def _unit_rows(outline: Outline, catalogue: Catalogue, language: Language) -> list[Row]:
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "level": unit.level,
            "belongs": unit.belongs,
            "figures": [
                {
                    "indicator": figure.indicator,
                    "means": catalogue.indicators[figure.indicator].means.read(language),
                    "number": format(figure.value.low.normalize(), "f"),
                    **_figure_row(figure),
                }
                for figure in unit.indicators
            ],
        }
        for unit in outline.units
    ]


def _judged_row(
    measure: Document[Measure], area: str, collection: Collection, setting: Setting, day: date, language: Language
) -> Row:
    checked = check(measure, setting)
    decisions = collection.decisions(measure.model.measure)
    standings = [standing(measure.model, part, decisions) for part in parts_in(measure.model, area)]
    first = standings[0]
    effects = {effect(each, day).holds for each in standings}
    return {
        "measure": measure.model.measure,
        "title": measure.model.title.text.read(language),
        "record": measure.model.record,
        "verdict": checked.verdict,
        "verdict_on": checked.day.isoformat(),
        "parts": len(standings),
        "states": sorted({each.state for each in standings}),
        "term": {"from": day_row(first.first), "until": day_row(first.last)},
        "in_force": effects.pop() if len(effects) == 1 else None,
    }

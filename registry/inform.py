"""Duties to inform, and terms for objection: what follows from a decision in the register, and from such a law."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from registry.days import day_row
from registry.deadlines import Kind, when
from rules import period
from rules.fields import Flag, Line, Model, Source, Wording
from rules.period import Day, Duration, on
from rules.reader import read
from rules.text import Language
from rules.validation import checked

FILE = "registry/duties.yaml"
Row = dict[str, Any]


def _duration(value: object) -> object:
    return period.duration(value) if isinstance(value, str) else value


def _date(value: object) -> object:
    return period.day(value).first if isinstance(value, str) else value


StatedDuration = Annotated[Duration, BeforeValidator(_duration)]
StatedDate = Annotated[date, BeforeValidator(_date)]


class Duty(Model):
    """What follows from one decision, counted from the day it was decided or made known; without `within`, at once."""

    duty: Kind
    of: Literal["decided", "published"]
    outcomes: tuple[Line, ...]
    instruments: tuple[Line, ...] = ()
    since: StatedDate | None = Field(default=None, alias="from")
    within: StatedDuration | None = None
    advice: Flag = False
    law: Line | None = None
    cite: Line | None = None
    says: Wording
    source: Source


class Report(Model):
    """A report on a law as a whole that comes round."""

    law: Line
    cite: Line
    every: StatedDuration
    since: StatedDate
    says: Wording
    source: Source


class DutiesDocument(Model):
    schema_: Literal["regelruimte/duties/v1"] = Field(alias="schema")
    duties: tuple[Duty, ...]
    reports: tuple[Report, ...]


@cache
def duties() -> DutiesDocument:
    """The table inside this package."""
    return checked(DutiesDocument, read(files("registry").joinpath("duties.yaml").read_bytes(), FILE))


def duty_rows(measure: Mapping[str, Any], today: date, language: Language) -> Iterator[Row]:
    """What follows from the decision on a measure of the register (a row as registry/questions.py lists it)."""
    for duty in duties().duties:
        day = _counted_from(measure, duty)
        asked = not duty.instruments or not set(duty.instruments).isdisjoint(measure["instruments"])
        before = duty.since and day and period.no_later(on(duty.since), day) is False
        if day is None or before or not asked or measure["procedure"] not in duty.outcomes:
            continue
        if duty.within:
            day = Day(period.due(day.first, duty.within), period.due(day.last, duty.within))
        title = measure["title_nl" if language == "nl" else "title_en"]
        yield _row(duty.duty, duty, day, today, language, measure["name"], title, duty.advice)


def _counted_from(measure: Mapping[str, Any], duty: Duty) -> Day | None:
    first, last = measure[duty.of], measure[f"{duty.of}_last"]
    return Day(first, last) if first and last < period.FAR_AHEAD else None


def report_rows(laws: set[str], today: date, language: Language) -> Iterator[Row]:
    """The last report on each of those laws that was due, and the next."""
    for report in duties().reports:
        if report.law not in laws:
            continue
        before, day = None, period.after(report.since, report.every)
        while period.no_later(on(day), on(today)):
            before, day = day, period.after(day, report.every)
        for each in filter(None, (before, day)):
            yield _row("report", report, on(each), today, language, None, report.law)


def _row(
    kind: Kind, stated: Duty | Report, day: Day, today: date, language: Language, measure: str | None, title: str,
    advice: bool = False,
) -> Row:  # fmt: skip
    """As registry/deadlines.py makes them."""
    return {
        "kind": kind,
        "advice": advice,
        "day": day_row(day),
        "when": when(day, today),
        "measure": measure,
        "title": title,
        "file": None,
        "record": "proposal",
        "on": [],
        "law": stated.law,
        "citation": stated.cite,
        "says": stated.says.text.read(language),
    }

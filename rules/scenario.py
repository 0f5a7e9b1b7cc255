"""Scenarios: facts on a day, and the verdict with the rules that decide it. A law is tested with them, by both engines.

They stand beside the law, in rules/laws/LAW/scenarios.yaml. What a scenario leaves out is as absent as it would be in a
proposal. One scenario may hold for several versions: it then runs under each text that is known in its days.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from pydantic import Field

from rules import period, quantity
from rules.catalogue import FactDefinition
from rules.condition import Common, Stands
from rules.facts import GIVEN, Value
from rules.fields import ExactDay, Flag, Identifier, Line, Missing, Model, Wording
from rules.lawbook import Lawbook
from rules.period import Day, Term
from rules.problems import Place, Problem, Refused, Wrong, with_nearest
from rules.quantity import Yearly
from rules.reader import Parsed, read, spot_of
from rules.text import Text
from rules.validation import checked
from rules.vocabulary import CHOICES

FILE = "scenarios.yaml"
_YEAR = re.compile(r"\d{4}")
NO_POWER, NO_TEXT = "no-such-power", "law-text-missing"  # what decides where no rule of the law can


class Span(Model):
    """Every text that is known on some day in these; without `until` up to the newest."""

    first: ExactDay = Field(alias="from")
    last: ExactDay | None = Field(default=None, alias="until")


class Expected(Model):
    """What must come out. `rules`: exactly those unmet (ineligible) or open (undecided); among those met (eligible).

    Undecided with no rules says that none applies: a law that asks nothing allows nothing.
    """

    verdict: Literal["ineligible", "undecided", "eligible", "unneeded"]
    rules: tuple[Line, ...]
    due: dict[Line, ExactDay] = Field(default_factory=dict)


class OtherEntry(Model):
    """Another measure in the portfolio, as questions see it: where it stands, what it has in common, its facts.

    `first`: it was received no later. `stands_alone`: the rules that look at it alone leave it possible.
    """

    standing: Stands
    overlaps: tuple[Common, ...] = ()
    first: Flag | Literal["unknown"] = True
    stands_alone: Flag | Literal["unknown"] = True
    facts: dict[Line, Any] = Field(default_factory=dict)


class ScenarioEntry(Model):
    """One scenario; what it leaves out it takes from the scenario that it is `like`, fact by fact."""

    scenario: Identifier
    says: Wording
    like: Identifier | None = None
    on: ExactDay | Span | None = None
    instrument: Identifier | None = None
    facts: dict[Line, Any] = Field(default_factory=dict)
    judged: dict[Line, Literal["met", "unmet", "pending"]] = Field(default_factory=dict)
    others: tuple[OtherEntry, ...] | Literal["unknown"] | None = None
    expect: Expected


class ScenarioDocument(Model):
    """The scenarios of one law."""

    schema_: Literal["regelruimte/scenarios/v1"] = Field(alias="schema")
    law: Identifier
    scenarios: tuple[ScenarioEntry, ...] = Field(json_schema_extra={"minItems": 1})


class OtherMeasure(NamedTuple):
    """Another measure of a scenario, checked."""

    entry: OtherEntry
    facts: Mapping[str, Value | Missing]


class Scenario(NamedTuple):
    """A scenario, checked, with all that it has from others."""

    name: str
    says: Text
    place: Place
    law: str
    instrument: str
    days: tuple[date, ...]
    facts: Mapping[str, Value | Missing]
    judged: Mapping[str, Literal["met", "unmet"]]
    expect: Expected
    others: "tuple[OtherMeasure, ...] | None" = ()


def scenarios(parsed: Parsed, book: Lawbook) -> tuple[Scenario, ...]:
    """The scenarios that a document states, typed against catalogue and law; Refused where one cannot be right."""
    document = checked(ScenarioDocument, parsed)
    problems: list[Problem] = []
    if document.law not in book.laws():
        says = Text(f"wet «{document.law}» is niet bij de hand", f"law '{document.law}' is not at hand")
        raise Refused(
            [Problem("unknown-law", spot_of(parsed, ("law",)), with_nearest(says, document.law, book.laws()))]
        )
    whole: dict[str, ScenarioEntry] = {}
    made: list[Scenario] = []
    for at, entry in enumerate(document.scenarios):
        place = spot_of(parsed, ("scenarios", at, "scenario"))
        if entry.scenario in whole:
            says = Text(f"«{entry.scenario}» staat er twee keer", f"'{entry.scenario}' stands here twice")
            problems.append(Problem("duplicate-name", place, says))
        if entry.like and entry.like not in whole:
            says = Text(
                f"«like: {entry.like}» noemt geen eerder scenario", f"'like: {entry.like}' names no earlier scenario"
            )
            problems.append(Problem("unknown-scenario", spot_of(parsed, ("scenarios", at, "like")), says))
            continue
        whole[entry.scenario] = _with_what_it_is_like(entry, whole)
        made.extend(_scenario(whole[entry.scenario], at, document.law, parsed, book, problems))
    if problems:
        raise Refused(problems)
    return tuple(made)


def scenarios_of(book: Lawbook, law: str) -> tuple[Scenario, ...]:
    """The scenarios that stand beside that law; none where there is no such file. Refused as above."""
    file = book.folder(law).joinpath(FILE)
    if not file.is_file():
        return ()
    return scenarios(read(file.read_bytes(), book.shown(law, FILE)), book)


def _with_what_it_is_like(entry: ScenarioEntry, earlier: Mapping[str, ScenarioEntry]) -> ScenarioEntry:
    if entry.like is None:
        return entry
    base = earlier[entry.like]
    return entry.model_copy(
        update={
            "on": entry.on or base.on,
            "instrument": entry.instrument or base.instrument,
            "facts": {**base.facts, **entry.facts},
            "judged": {**base.judged, **entry.judged},
            "others": base.others if entry.others is None else entry.others,
        }
    )


def _scenario(
    entry: ScenarioEntry, at: int, law: str, parsed: Parsed, book: Lawbook, problems: list[Problem]
) -> Iterator[Scenario]:
    def refuse(code: str, path: tuple[str | int, ...], says: Text, key: bool = False) -> None:
        problems.append(Problem(code, spot_of(parsed, ("scenarios", at, *path), key=key), says))

    def typed(stated: Mapping[str, Any], path: tuple[str | int, ...]) -> dict[str, Value | Missing]:
        facts: dict[str, Value | Missing] = {}
        for name, written in stated.items():
            definition = book.catalogue.facts.get(name)
            if definition is None:
                says = Text(f"feit «{name}» staat niet in de catalogus", f"fact '{name}' is not in the catalogue")
                refuse("unknown-fact", (*path, name), with_nearest(says, name, book.catalogue.facts), key=True)
                continue
            try:
                facts[name] = _value(definition, written)
            except Wrong as wrong:
                refuse(wrong.code, (*path, name, *wrong.path), wrong.message)
        return facts

    facts = typed(entry.facts, ("facts",))
    others: tuple[OtherMeasure, ...] | None = None
    if entry.others != "unknown":
        stated = enumerate(entry.others or ())
        others = tuple(OtherMeasure(other, typed(other.facts, ("others", n, "facts"))) for n, other in stated)
    days = tuple(_days(entry, law, book))
    if entry.instrument is None or not days:
        refuse("missing-key", ("scenario",), Text("geef «on» en «instrument»", "give 'on' and 'instrument'"))
        return
    rules = {name for first in book.versions(law) for name in book.version(law, first).rules}
    named = (("judged", entry.judged), ("expect", entry.expect.rules), ("expect", entry.expect.due))
    for key, names in named:
        for name in names:
            if name not in rules and name not in (NO_POWER, NO_TEXT):
                says = Text(f"regel «{name}» bestaat niet", f"there is no rule '{name}'")
                refuse("unknown-rule", (key,), with_nearest(says, name, rules))
    if not entry.expect.rules and entry.expect.verdict != "undecided":
        says = Text(
            "noem de regels die beslissen: zo toetst dit niets", "name the rules that decide: this tests nothing"
        )
        refuse("asserts-nothing", ("expect", "rules"), says)
    judged = {name: outcome for name, outcome in entry.judged.items() if outcome != "pending"}
    place = spot_of(parsed, ("scenarios", at, "scenario"))
    says, instrument, expect = entry.says.text, entry.instrument, entry.expect
    yield Scenario(entry.scenario, says, place, law, instrument, days, facts, judged, expect, others)


def _days(entry: ScenarioEntry, law: str, book: Lawbook) -> Iterator[date]:
    """That very day; of a span, the first day on which each text is known in it."""
    if isinstance(entry.on, Day):
        yield entry.on.first
    elif entry.on:
        span = Term(entry.on.first, entry.on.last)
        for first in book.versions(law):
            known = book.version(law, first).text_known.first
            assert known is not None
            day = max(known.first, entry.on.first.first)
            if period.in_force(span, day) and (found := book.on(law, day)) and found.version == first:
                yield day


def _value(fact: FactDefinition, written: Any) -> Value | Missing:
    """A value of a fact as a scenario writes it."""
    if written in ("unknown", "none"):
        return Missing(written)
    if fact.unit:
        return quantity.quantity(written, fact.unit)
    match fact.type:
        case "yearly" if isinstance(written, dict) and written and all(map(_YEAR.fullmatch, written)):
            return Yearly(tuple((int(year), quantity.quantity(written[year], "euro")) for year in sorted(written)))
        case "term" if isinstance(written, str):
            start = date(2000, 1, 1)
            return Term(period.on(start), period.on(period.last_day(start, period.duration(written))))
        case "day":
            return period.day(str(written))
        case "flag" if isinstance(written, bool):
            return written
        case "statement" if written == GIVEN:
            return GIVEN
        case "choice" if written in CHOICES[fact.choices or ""]:
            return str(written)
        case "choices" if (
            isinstance(written, list) and written and all(word in CHOICES[fact.choices or ""] for word in written)
        ):
            return tuple(sorted(written))
        case "reference" | "municipality" if isinstance(written, str):
            return written
    says = Text(
        nl=f"«{written}» past niet bij {fact.name} van het soort {fact.type}",
        en=f"'{written}' does not fit {fact.name}, which is of type {fact.type}",
    )
    raise Wrong(says, code="wrong-value")

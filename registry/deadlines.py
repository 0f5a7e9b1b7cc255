"""What has to happen by when: decisions due by law, silence that counts, terms that end, extensions to ask for.

Rows come from documents and law files alone. A day that no document gives is unknown, and says why.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple, Protocol, get_args

from registry.days import day_of, day_row
from registry.standing import Standing, standing
from rules import period
from rules.case import Portfolio
from rules.check import Checked, Setting, check
from rules.condition import Condition, comparisons
from rules.documents import Document
from rules.engine import twin_engine
from rules.fields import Missing
from rules.law import LawVersion, Rule
from rules.lawbook import Lawbook
from rules.measure import Measure
from rules.period import FAR_AHEAD, Day
from rules.text import Language, Text
from rules.verdict import Result
from rules.vocabulary import reading

Row = dict[str, Any]
Kind = Literal["due", "silence", "end", "evaluation", "report", "objection", "inform"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Due(NamedTuple):
    """Until when must be decided on one part under one instrument; `because` says why that day is unknown."""

    result: Result
    rule: Rule | None
    day: Day | None
    because: Text | None


class Deadline(NamedTuple):
    """One day that matters for one part under one instrument. `advice` is what the law does not say."""

    kind: Kind
    day: Day | None
    result: Result
    law: str | None
    cite: str | None
    says: Text
    advice: bool = False


class AtHand(Portfolio, Protocol):
    """A portfolio that can list its measures: a folder of documents, or the register."""

    def measures(self) -> Iterable[Document[Measure]]:
        """All measures, by name."""


def judged(measure: Document[Measure], lawbook: Lawbook, collection: AtHand, on: date) -> Checked:
    """The check that a measure's due dates are read from: under the law of the day of its decision, else of `on`.

    Only duties are read from it, which no engine concludes: the twin will do.
    """
    return check(measure, Setting(lawbook, collection, twin_engine, on))


def dues(checked: Checked) -> Iterator[Due]:
    """Every due date that the law sets for a decision on that measure, part by part."""
    for found in checked.results:
        if found.instrument is None or found.no_power:
            continue
        if found.law is None:
            law = found.instrument.partition("/")[0]
            says = Text(
                nl=f"de tekst van {law} op {checked.day} is niet bij de hand",
                en=f"the text of {law} on {checked.day} is not at hand",
            )
            yield Due(found, None, None, says)
        for duty in found.duties:
            if duty.rule.deadline:
                day = duty.due[0] if duty.due else None
                yield Due(found, duty.rule, day, _no_start(duty.rule) if day is None else None)


def silent_grants(checked: Checked) -> list[Due]:
    """The due dates after which silence counts as a grant, where they are known."""
    return [
        each
        for each in dues(checked)
        if each.day and each.rule and each.rule.deadline and each.rule.deadline.silence == "granted"
    ]


def _no_start(rule: Rule) -> Text:
    assert rule.deadline is not None
    means = rule.deadline.of.means
    return Text(f"{means.nl} is niet bekend", f"{means.en} is not known")


def extensions(measures: Iterable[Document[Measure]]) -> Mapping[tuple[str, str], list[str]]:
    """By measure and part: the measures that ask to extend it."""
    asked: dict[tuple[str, str], list[str]] = {}
    for measure in measures:
        for part in measure.model.place.parts:
            if isinstance(part.extends, str):
                asked.setdefault((part.extends, part.part), []).append(measure.model.measure)
    return asked


def deadlines(
    checked: Checked, lawbook: Lawbook, collection: AtHand, extended: Mapping[tuple[str, str], list[str]]
) -> Iterator[Deadline]:
    """All days that matter for one measure, part by part; `extended` as `extensions` gives it."""
    measure = checked.measure
    decisions = collection.decisions(measure.model.measure)
    for found in dues(checked):
        stands = standing(measure.model, found.result.part, decisions)
        yield _due(found, stands)
        if found.day and found.rule and found.rule.deadline and found.rule.deadline.silence:
            yield from _silence(found.result, found.rule, found.day, stands)
    for result in checked.results:
        stands = standing(measure.model, result.part, decisions)
        if result.instrument and stands.state == "granted":
            yield _end(result, stands)
            yield from _report(measure.model, result)
            if isinstance(stands.last, Day):
                asked = extended.get((measure.model.measure, result.part), [])
                yield from _evaluation(result, stands.last, lawbook, asked)


def _due(found: Due, stands: Standing) -> Deadline:
    rule, law = found.rule, found.result.law
    if rule is None:
        because = found.because or Text("", "")
        says = Text(
            nl=f"Of en wanneer besloten moest zijn, is niet te zeggen: {because.nl}.",
            en=f"Whether and when it had to be decided cannot be said: {because.en}.",
        )
        return Deadline("due", None, found.result, None, None, says)
    says = rule.says
    if found.because:
        says = Text(f"{says.nl} Maar {found.because.nl}.", f"{says.en} But {found.because.en}.")
    elif found.day and in_time(found.day, stands):
        known = stands.made_known
        says = Text(f"{says.nl} Op tijd bekendgemaakt: {known}.", f"{says.en} Made known in time: {known}.")
    return Deadline("due", found.day, found.result, law.name if law else None, rule.cited, says)


def in_time(due: Day, found: Standing) -> bool | None:
    """Whether a decision was made known by that day; None where that is not known."""
    if found.decision is None:
        return None
    if found.made_known is Missing.NONE:
        return False
    known = found.made_known
    return period.no_later(known if isinstance(known, Day) else Day(found.decision.decided.first, FAR_AHEAD), due)


def _silence(result: Result, rule: Rule, due: Day, found: Standing) -> Iterator[Deadline]:
    assert rule.deadline is not None
    assert rule.deadline.silence is not None
    known = in_time(due, found)
    if known:
        return
    means = reading(rule.deadline.silence)
    if known is False:
        says = Text(
            nl=f"Er is niet op tijd een besluit bekendgemaakt: zwijgen geldt vanaf deze dag als: {means.nl}.",
            en=f"No decision was made known in time: from this day silence counts as: {means.en}.",
        )
    else:
        whether = _NO_DECISION if found.decision is None else _MADE_KNOWN_UNKNOWN
        says = Text(
            nl=f"{whether.nl}. Was het niet op tijd, dan geldt zwijgen vanaf deze dag als: {means.nl}.",
            en=f"{whether.en}. If it was not in time, silence counts from this day as: {means.en}.",
        )
    day_after = Day(due.first + timedelta(days=1), due.last + timedelta(days=1))
    assert result.law is not None
    yield Deadline("silence", day_after, result, result.law.name, rule.cited, says)


_NO_DECISION = Text("Er is geen besluit bij de hand", "No decision is at hand")
_MADE_KNOWN_UNKNOWN = Text(
    "Niet bekend of het besluit op tijd is bekendgemaakt", "Not known whether the decision was made known in time"
)


def _end(result: Result, found: Standing) -> Deadline:
    rule = _asking(result.law, result.instrument, "measure.term") if result.law else None
    law, cite = (result.law.name, rule.cited) if result.law and rule else (None, None)
    if isinstance(found.last, Day):
        return Deadline("end", found.last, result, law, cite, _LAST_DAY)
    return Deadline("end", None, result, law, cite, _NO_END if found.last is Missing.NONE else _LAST_DAY_UNKNOWN)


_LAST_DAY = Text("Laatste dag van de termijn.", "Last day of the term.")
_NO_END = Text("De termijn heeft geen einde.", "The term has no end.")
_LAST_DAY_UNKNOWN = Text("De laatste dag van de termijn is niet bekend.", "The last day of the term is not known.")


def _evaluation(result: Result, last: Day, lawbook: Lawbook, extended: Sequence[str]) -> Iterator[Deadline]:
    """By when to ask for an extension that needs an evaluation, under the law of the last day of the term."""
    assert result.instrument is not None
    name, instrument = instrument_of(result)
    law = lawbook.on(name, last.first)
    if law is None:
        says = Text(
            nl=f"Of een verlenging een evaluatie vraagt, en tot wanneer zij te vragen was, is niet te zeggen: de tekst"
            f" van {name} op {last} is niet bij de hand.",
            en=f"Whether an extension needs an evaluation, and until when it could be asked for, cannot be said: the"
            f" text of {name} on {last} is not at hand.",
        )
        yield Deadline("evaluation", None, result, None, None, says, advice=True)
        return
    rule = _asking(law, instrument, "measure.evaluation")
    deadline = next((each.deadline for each in law.on(instrument) if each.deadline), None)
    if rule is None or deadline is None:
        return
    day = Day(*(period.latest_start(end, deadline.within) for end in (last.first, last.last)))
    by = ", ".join(extended)
    asked = Text(f" Gevraagd met {by}.", f" Asked for with {by}.") if by else Text("", "")
    time = period.in_words(deadline.within)
    says = Text(
        nl=f"Een verlenging vraagt een evaluatie. Is de aanvraag op deze dag ontvangen, dan eindigt de beslistermijn"
        f" ({time.nl}) nog binnen de termijn.{asked.nl}",
        en=f"An extension needs an evaluation. If the request is received by this day, the time to decide"
        f" ({time.en}) ends within the term.{asked.en}",
    )
    yield Deadline("evaluation", day, result, law.name, rule.cited, says, advice=True)


def _report(measure: Measure, result: Result) -> Iterator[Deadline]:
    """When the evaluation report comes, where the law asks how long that is before the end."""
    rule = _asking(result.law, result.instrument, "evaluation.months_ahead") if result.law else None
    plan = measure.evaluation_plan
    if rule and result.law and plan and isinstance(plan.report, Day):
        yield Deadline("report", plan.report, result, result.law.name, rule.cited, rule.says)


def instrument_name(result: Result, lawbook: Lawbook) -> Text:
    """What the instrument is called: in the law that was judged under, else in the newest version that has it."""
    law, instrument = instrument_of(result)
    if result.law:
        return result.law.instruments[instrument].says
    if not instrument:
        return reading(law) if law else Text("geen instrument gevraagd", "no instrument asked")
    versions = (lawbook.version(law, first) for first in reversed(lawbook.versions(law)))
    found = next((each.instruments[instrument] for each in versions if instrument in each.instruments), None)
    return found.says if found else Text(f"{law}/{instrument}", f"{law}/{instrument}")


def instrument_of(result: Result) -> tuple[str, str]:
    """The law and the instrument of a result; empty where it names none."""
    asked = result.instrument or ""
    if result.law:
        return result.law.law, asked
    law, _, instrument = asked.partition("/")
    return law, instrument


def _asking(law: LawVersion, instrument: str | None, fact: str) -> Rule | None:
    """The first rule for that instrument that asks for that fact."""

    def asks(condition: Condition | None) -> bool:
        return condition is not None and any(each.fact.name == fact for each in comparisons(condition))

    return next((rule for rule in law.on(instrument or "") if asks(rule.require)), None)


def deadline_rows(
    checked: Iterable[Checked], lawbook: Lawbook, collection: AtHand, on: date, language: Language
) -> list[Row]:
    """The deadlines of all those measures as data, by day; what is the same for several parts is one row."""
    rows: list[tuple[tuple[Any, ...], Row]] = []
    extended = extensions(collection.measures())
    for one in checked:
        grouped: dict[tuple[Any, ...], list[Deadline]] = {}
        for each in deadlines(one, lawbook, collection, extended):
            key = (each.kind, each.day, each.law, each.cite, each.says)
            grouped.setdefault(key, []).append(each)
        rows.extend((_order(alike[0]), _row(one.measure, alike, lawbook, on, language)) for alike in grouped.values())
    return [row for _, row in sorted(rows, key=lambda each: each[0])]


def _order(each: Deadline) -> tuple[Any, ...]:
    unknown = each.day is None
    return (unknown, each.day.first if each.day else date.max, KINDS.index(each.kind), each.result.measure)


def _row(measure: Document[Measure], alike: Sequence[Deadline], lawbook: Lawbook, on: date, language: Language) -> Row:
    first = alike[0]
    parts: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for each in alike:
        law, instrument = instrument_of(each.result)
        parts.setdefault(f"{law}/{instrument}", []).append(each.result.part_name)
        names[f"{law}/{instrument}"] = instrument_name(each.result, lawbook).read(language)
    return {
        "kind": first.kind,
        "advice": first.advice,
        "day": day_row(first.day),
        "when": when(first.day, on),
        "measure": measure.model.measure,
        "title": measure.model.title.text.read(language),
        "file": measure.parsed.file,
        "record": measure.model.record,
        "on": [{"instrument": name, "instrument_name": names[name], "parts": parts[name]} for name in parts],
        "law": first.law,
        "citation": first.cite,
        "says": first.says.read(language),
    }


def when(day: Day | None, on: date) -> Literal["past", "today", "coming", "unknown"]:
    """Where a day lies, seen from `on`; unknown where the day is, or is not known closely enough."""
    if day is None:
        return "unknown"
    if day == period.on(on):
        return "today"
    if period.no_later(period.on(on), day) is False:
        return "past"
    return "coming" if period.no_later(day, period.on(on)) is False else "unknown"


def within(rows: Iterable[Row], until: date) -> list[Row]:
    """The rows that may still come, no later than `until`; what has no known day is kept."""
    kept = []
    for row in rows:
        day = day_of(row["day"])
        if day is None or (row["when"] != "past" and period.no_later(day, period.on(until)) is not False):
            kept.append(row)
    return kept

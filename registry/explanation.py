"""`explain`: one measure as a tree by provision. Verdict first, then blockers, questions, assumptions, rules, facts."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from registry.conditions import threshold_words
from registry.gate import show
from registry.lines import OUTCOME_MARKS, VERDICT_MARKS, painted, wrapped
from registry.words import value_words, word
from rules.check import Checked
from rules.citation import place_in_law
from rules.codecision import CoDecision
from rules.condition import Evidence
from rules.fields import Missing
from rules.law import LawVersion
from rules.ministers import ministers
from rules.outcome import Kind, Outcome
from rules.text import Language
from rules.verdict import Duty, Question, Result
from rules.vocabulary import reading


def explanation(checked: Checked, language: Language, colour: bool) -> Iterator[str]:
    """The lines that explain a measure. Parts with the same outcomes under one instrument are told once."""
    model = checked.measure.model
    mark, tint = VERDICT_MARKS[checked.verdict]
    yield painted(show(model.title.text.read(language)), "bold", colour)
    if model.summary:
        yield from wrapped(model.summary.text.read(language))
    yield from wrapped(f"{model.measure} · {checked.measure.parsed.file}")
    day = f"{word('day', language)}: {checked.day.isoformat()} ({checked.day_from.read(language)})"
    yield from wrapped(day)
    yield ""
    said = f"{mark} {reading(checked.verdict).read(language)}"
    yield f"{word('verdict', language)}: {painted(said, tint, colour)}"
    if checked.verdict in ("eligible", "unneeded"):
        yield from wrapped(word("may" if checked.verdict == "eligible" else "ordinary", language))
    for alike in _alike(checked.results):
        yield ""
        yield from _told(alike, checked.day, language, colour)


def _alike(results: tuple[Result, ...]) -> list[list[Result]]:
    groups: dict[object, list[Result]] = {}
    for result in results:
        seen = tuple(
            (o.rule.name, o.aspect, o.kind, tuple(e.fact.written for e in o.evidence)) for o in result.outcomes
        )
        law = result.law.name if result.law else None
        groups.setdefault((law, result.instrument, result.verdict, seen), []).append(result)
    return list(groups.values())


def _told(alike: list[Result], day: date, language: Language, colour: bool) -> Iterator[str]:
    first = alike[0]
    law = first.law
    instrument = law.instruments[first.instrument].says.read(language) if law and first.instrument else first.instrument
    mark, tint = VERDICT_MARKS[first.verdict]
    lines = list(
        wrapped(
            f"{reading(instrument or '–').read(language)}: {', '.join(result.part_name for result in alike)}",
            0,
            f"{mark} ",
        )
    )
    yield lines[0].replace(mark, painted(mark, tint, colour), 1)
    yield from lines[1:]
    if law:
        yield from wrapped(f"{law.title.read(language)}, {law.name}", 2)
        yield from wrapped(_why_this_text(first, law, day, language), 2)
        yield from _deciders(first, law, day, language)
    against = list(_against(first, language))
    if against:
        yield from _section("blockers", against, language, colour)
    questions = [_question(question, language) for question in first.open]
    if questions:
        yield from _section("questions", list(dict.fromkeys(questions)), language, colour)
    if first.co_decision:
        yield from _section("concerned", list(_concerned(first.co_decision, language)), language, colour, day)
    assumed = [assumption.says.read(language) for assumption in first.assumptions]
    if assumed:
        yield from _section("assumptions", assumed, language, colour)
    if first.outcomes:
        yield painted(f"  {word('rules', language)}", "bold", colour)
        yield from _rules(first, language, colour)
    duties = [_duty(duty, language) for duty in first.duties]
    if duties:
        yield from _section("duties", duties, language, colour)
    facts = list(dict.fromkeys(_facts(alike, language)))
    if facts:
        yield from _section("facts", facts, language, colour)


def _why_this_text(result: Result, law: LawVersion, day: date, language: Language) -> str:
    """Which version of the law decided, and why that one."""
    if any(assumption.code == "law-not-in-force" for assumption in result.assumptions):
        return word("text chosen", language)
    return word("text of the day", language).format(day=day.isoformat(), term=law.in_force)


def _deciders(result: Result, law: LawVersion, day: date, language: Language) -> Iterator[str]:
    """Who decides; of a minister, whom the text means and who was competent on the day."""
    decided_by = law.instruments[result.instrument].decided_by if result.instrument else None
    if decided_by != "minister":
        return
    means, competent = ministers(law.law, day)
    told = [
        f"{word(name, language)} {reading(holding.minister).read(language)} ({holding.certainty})"
        for name, holding in (("the text means", means), ("competent", competent))
        if holding
    ]
    if told:
        yield from wrapped(f"{word('decided by', language)} {reading(decided_by).read(language)}: {'; '.join(told)}", 2)


def _section(
    name: str, items: list[str], language: Language, colour: bool, on_day: date | None = None
) -> Iterator[str]:
    yield painted(f"  {word(name, language)}{f' ({on_day})' if on_day else ''}", "bold", colour)
    for item in items:
        yield from wrapped(item, 4, "- ")


def _concerned(deciding: CoDecision, language: Language) -> Iterator[str]:
    """Which ministers must agree because of which provisions, and which of them have."""
    for minister, provisions in deciding.ministers.items():
        given = deciding.agreed.get(minister)
        state = f"{word('agreed', language)} {given}" if given else word("not agreed", language)
        because = "; ".join(name.read(language) for name in provisions)
        yield f"{reading(minister).read(language)} ({because}): {state}"
    for link in deciding.unknown:
        yield f"{link}: {word('minister unknown', language)}"


def _against(result: Result, language: Language) -> Iterator[str]:
    if result.no_power:
        yield result.no_power.message.read(language)
    for derogation in result.derogations:
        if derogation.higher:
            yield f"{derogation.provision}: {derogation.higher.read(language)}"
    for outcome in result.blockers:
        yield f"{outcome.rule.cited}: {outcome.rule.says.read(language)} {_why(outcome, language)}"


def _why(outcome: Outcome, language: Language) -> str:
    if outcome.found:
        inferred = f" ({word('inferred', language)})" if outcome.found.inferred else ""
        by = reading(outcome.found.by).read(language)
        return f"{word('judged', language)} {by}{inferred}: {outcome.found.reasons}"
    deciding = outcome.deciding
    return _measured(deciding, language) if deciding else ""


def _measured(evidence: Evidence, language: Language, named: bool = False) -> str:
    said = evidence.fact.note
    if said and evidence.comparison.fact.type == "flag" and not named:
        return f"{word('found', language)}: {said.read(language)}"
    value, threshold = value_words(evidence.fact.written, language), threshold_words(evidence.comparison, language)
    given = evidence.comparison.written == "given"
    wanted = "" if given else f" ({word('asked', language)}: {threshold})"
    fact = f"{evidence.comparison.fact.means.read(language)}: " if named else f"{word('found', language)}: "
    note = evidence.fact.note
    why = f": {note.read(language)}" if note and not isinstance(evidence.fact.value, Missing) else ""
    return f"{fact}{value}{wanted}{why}"


def _question(question: Question, language: Language) -> str:
    who = f" – {reading(question.who).read(language)}" if question.who else ""
    cite = f"{question.citation}: " if question.citation and question.rule else ""
    return f"{cite}{question.asks.read(language)}{who}"


def _rules(result: Result, language: Language, colour: bool) -> Iterator[str]:
    """The rules by article; the two halves of a rule that is both checked and judged are told as one."""
    whole: dict[str, list[Outcome]] = {}
    for outcome in sorted(result.outcomes, key=lambda each: (each.rule.general or "", place_in_law(each.rule.cite))):
        whole.setdefault(outcome.rule.name, []).append(outcome)
    for (law, article), halves in groupby(
        whole.values(), key=lambda each: (each[0].rule.general, each[0].rule.cite.article)
    ):
        said = f"artikel {article}" if language == "nl" else f"article {article}"
        yield f"    {said} {law}" if law else f"    {said}"
        for outcomes in halves:
            yield from _rule(outcomes, article, language, colour)


def _rule(outcomes: list[Outcome], article: str, language: Language, colour: bool) -> Iterator[str]:
    telling = min(outcomes, key=lambda outcome: _TELLING.index(outcome.kind))
    mark, tint = OUTCOME_MARKS[telling.kind]
    cite = str(telling.rule.cite).removeprefix(article).strip()
    lead = f"{cite}: " if cite else ""
    kinds = " + ".join(dict.fromkeys(reading(each.kind).read(language) for each in outcomes if each.kind != _NEUTRAL))
    kinds = kinds or reading(_NEUTRAL).read(language)
    lines = list(wrapped(f"{lead}{telling.rule.says.read(language)} – {kinds}", 6, f"{mark} "))
    yield lines[0].replace(mark, painted(mark, tint, colour), 1)
    yield from lines[1:]
    for outcome in outcomes:
        if outcome.found:
            yield from wrapped(_why(outcome, language), 8)
        elif outcome.kind == "pending" and outcome.rule.judge:
            by = reading(outcome.rule.judge.by).read(language)
            yield from wrapped(f"{by}: {outcome.rule.judge.question.read(language)}", 8)
    found = any(outcome.found for outcome in outcomes)
    evidence = [each for outcome in outcomes for each in outcome.evidence]
    for text in dict.fromkeys(_measured(each, language, named=len(evidence) > 1) for each in evidence if not found):
        yield from wrapped(text, 8)


_NEUTRAL: Kind = "not_applicable"
_TELLING: tuple[Kind, ...] = ("unmet", "contested", "unknown", "pending", "met", _NEUTRAL)


def _duty(duty: Duty, language: Language) -> str:
    rule = duty.rule
    said = f"{rule.cited}: {rule.says.read(language)}"
    if rule.deadline is None:
        return f"{said} [{reading(rule.stage).read(language)}]"
    due, silence = duty.due or (None, None)
    by = f" {word('due', language)} {due or '?'}"
    return f"{said}{by}" + (f" ({word('silence', language)}{reading(silence).read(language)})" if silence else "")


def _facts(alike: list[Result], language: Language) -> Iterator[str]:
    for result in alike:
        for outcome in result.outcomes:
            if outcome.found:
                yield f"{outcome.found.decision}: {outcome.found.source}"
            for evidence in outcome.evidence:
                fact = evidence.fact
                place = f"{fact.place.file}:{fact.place.line}" if fact.place else ""
                as_of = f", {word('as of', language)} {fact.as_of}" if fact.as_of else ""
                source = f", {word('source', language)}: {fact.source}" if fact.source else ""
                means = evidence.comparison.fact.means.read(language)
                yield f"{means}: {value_words(fact.written, language)}{as_of}{source} [{place}]"

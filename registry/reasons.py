"""What a verdict rests on, item by item in words: the same in every face of a check."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from registry.conditions import threshold_words
from registry.words import value_words, word
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


class Reasons(NamedTuple):
    """One heading (a name in registry/words.py) with what stands under it."""

    name: str
    items: tuple[str, ...]


def headed(results: Sequence[Result], language: Language) -> str:
    """Which instrument, on which parts: the heading over results that are alike."""
    first = results[0]
    law, name = first.law, first.instrument
    instrument = law.instruments[name].says.read(language) if law and name else reading(name or "–").read(language)
    return f"{instrument}: {', '.join(result.part_name for result in results)}"


def reasons_before(first: Result, language: Language) -> Iterator[Reasons]:
    """What comes before the rules: what stands in the way, what is open, whom it concerns, what is assumed."""
    found = (
        ("blockers", against(first, language)),
        ("questions", (asked(each, language) for each in first.open)),
        ("concerned", concerned(first.co_decision, language) if first.co_decision else ()),
        ("assumptions", (each.says.read(language) for each in first.assumptions)),
    )
    yield from _filled(found)


def reasons_after(results: Sequence[Result], language: Language) -> Iterator[Reasons]:
    """What comes after the rules: duties to come, and facts with their sources."""
    yield from _filled(
        (
            ("duties", (comes_next(each, language) for each in results[0].duties)),
            ("facts", sources(results, language)),
        )
    )


def _filled(found: Sequence[tuple[str, Iterable[str]]]) -> Iterator[Reasons]:
    for name, items in found:
        if listed := tuple(dict.fromkeys(items)):
            yield Reasons(name, listed)


class Article(NamedTuple):
    """The rules of one article, each as the halves that are checked and judged."""

    heading: str
    number: str
    rules: tuple[tuple[Outcome, ...], ...]


def articles(result: Result, language: Language) -> Iterator[Article]:
    """The rules by article, in the order of the law."""
    whole: dict[str, list[Outcome]] = {}
    for outcome in sorted(result.outcomes, key=lambda each: (each.rule.general or "", place_in_law(each.rule.cite))):
        whole.setdefault(outcome.rule.name, []).append(outcome)
    for (law, article), halves in groupby(
        whole.values(), key=lambda each: (each[0].rule.general, each[0].rule.cite.article)
    ):
        said = f"artikel {article}" if language == "nl" else f"article {article}"
        yield Article(f"{said} {law}" if law else said, article, tuple(map(tuple, halves)))


class RuleTold(NamedTuple):
    """One rule: how it came out, the rule itself, and what was found."""

    kind: Kind
    says: str
    found: tuple[str, ...]


def rule_told(outcomes: Sequence[Outcome], article: str, language: Language) -> RuleTold:
    """A rule whole: the two halves of one that is both checked and judged are told as one."""
    telling = min(outcomes, key=lambda outcome: _TELLING.index(outcome.kind))
    cite = str(telling.rule.cite).removeprefix(article).strip()
    lead = f"{cite}: " if cite else ""
    kinds = " + ".join(dict.fromkeys(reading(each.kind).read(language) for each in outcomes if each.kind != _NEUTRAL))
    says = f"{lead}{telling.rule.says.read(language)} – {kinds or reading(_NEUTRAL).read(language)}"
    found: list[str] = []
    for outcome in outcomes:
        if outcome.found:
            found.append(why(outcome, language))
        elif outcome.kind == "pending" and outcome.rule.judge:
            found.append(
                f"{reading(outcome.rule.judge.by).read(language)}: {outcome.rule.judge.question.read(language)}"
            )
    judged = any(outcome.found for outcome in outcomes)
    evidence = [each for outcome in outcomes for each in outcome.evidence]
    found += dict.fromkeys(measured(each, language, named=len(evidence) > 1) for each in evidence if not judged)
    return RuleTold(telling.kind, says, tuple(found))


_NEUTRAL: Kind = "not_applicable"
_TELLING: tuple[Kind, ...] = ("unmet", "contested", "unknown", "pending", "met", _NEUTRAL)


def alike(results: Sequence[Result]) -> list[list[Result]]:
    """The results by what they say: parts with the same outcomes under one instrument are told once."""
    groups: dict[object, list[Result]] = {}
    for result in results:
        seen = tuple(
            (o.rule.name, o.aspect, o.kind, tuple(e.fact.written for e in o.evidence)) for o in result.outcomes
        )
        law = result.law.name if result.law else None
        groups.setdefault((law, result.instrument, result.verdict, seen), []).append(result)
    return list(groups.values())


def why_this_text(result: Result, law: LawVersion, day: date, language: Language) -> str:
    """Which version of the law decided, and why that one."""
    if any(assumption.code == "law-not-in-force" for assumption in result.assumptions):
        return word("text chosen", language)
    return word("text of the day", language).format(day=day.isoformat(), term=law.in_force)


def deciders(result: Result, law: LawVersion, day: date, language: Language) -> Iterator[str]:
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
        yield f"{word('decided by', language)} {reading(decided_by).read(language)}: {'; '.join(told)}"


def concerned(deciding: CoDecision, language: Language) -> Iterator[str]:
    """Which ministers must agree because of which provisions, and which of them have."""
    for minister, provisions in deciding.ministers.items():
        given = deciding.agreed.get(minister)
        state = f"{word('agreed', language)} {given}" if given else word("not agreed", language)
        because = "; ".join(name.read(language) for name in provisions)
        yield f"{reading(minister).read(language)} ({because}): {state}"
    for link in deciding.unknown:
        yield f"{link}: {word('minister unknown', language)}"


def against(result: Result, language: Language) -> Iterator[str]:
    """What makes it fail: no such power, a higher law, a rule that is not met and why."""
    if result.no_power:
        yield result.no_power.message.read(language)
    for derogation in result.derogations:
        if derogation.higher:
            yield f"{derogation.provision}: {derogation.higher.read(language)}"
    yield from (blocked(outcome, language) for outcome in result.blockers)


def blocked(outcome: Outcome, language: Language) -> str:
    """A rule that is not met, and why."""
    return f"{outcome.rule.cited}: {outcome.rule.says.read(language)} {why(outcome, language)}"


def why(outcome: Outcome, language: Language) -> str:
    """Who judged so with which reasons, or what was measured."""
    if outcome.found:
        inferred = f" ({word('inferred', language)})" if outcome.found.inferred else ""
        by = reading(outcome.found.by).read(language)
        return f"{word('judged', language)} {by}{inferred}: {outcome.found.reasons}"
    deciding = outcome.deciding
    return measured(deciding, language) if deciding else ""


def measured(evidence: Evidence, language: Language, named: bool = False) -> str:
    """What was found against what was asked."""
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


def asked(open_: Question, language: Language) -> str:
    """What is still open, under which provision, and who can close it."""
    who = f" – {reading(open_.who).read(language)}" if open_.who else ""
    cite = f"{open_.citation}: " if open_.citation and open_.rule else ""
    return f"{cite}{open_.asks.read(language)}{who}"


def comes_next(duty: Duty, language: Language) -> str:
    """What comes later under a rule, by which day, and what silence means."""
    rule = duty.rule
    said = f"{rule.cited}: {rule.says.read(language)}"
    if rule.deadline is None:
        return f"{said} [{reading(rule.stage).read(language)}]"
    due, silence = duty.due or (None, None)
    by = f" {word('due', language)} {due or '?'}"
    return f"{said}{by}" + (f" ({word('silence', language)}{reading(silence).read(language)})" if silence else "")


def sources(results: Sequence[Result], language: Language) -> Iterator[str]:
    """Every fact with its day, its source and the line on which it stands."""
    for result in results:
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

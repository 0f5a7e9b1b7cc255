"""`explain`: one measure as a tree by provision. Verdict first, then blockers, questions, assumptions, rules, facts."""

from collections.abc import Iterator, Sequence
from datetime import date

from registry.gate import show
from registry.lines import OUTCOME_MARKS, VERDICT_MARKS, painted, wrapped
from registry.reasons import (
    Reasons,
    alike,
    articles,
    deciders,
    headed,
    reasons_after,
    reasons_before,
    rule_told,
    why_this_text,
)
from registry.words import word
from rules.check import Checked
from rules.text import Language
from rules.verdict import Result
from rules.vocabulary import reading


def explanation(
    checked: Checked, language: Language, colour: bool, suppositions: Sequence[tuple[str, str]] = ()
) -> Iterator[str]:
    """The lines that explain a measure, with what was supposed for it."""
    model = checked.measure.model
    mark, tint = VERDICT_MARKS[checked.verdict]
    for name, value in suppositions:
        yield from wrapped(f"{word('supposed', language)}: {name} = {value}", 0, "! ")
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
    for results in alike(checked.results):
        yield ""
        yield from _told(results, checked.day, language, colour)


def _told(results: Sequence[Result], day: date, language: Language, colour: bool) -> Iterator[str]:
    first = results[0]
    mark, tint = VERDICT_MARKS[first.verdict]
    yield from _marked(headed(results, language), 0, mark, tint, colour)
    if law := first.law:
        yield from wrapped(f"{law.title.read(language)}, {law.name}", 2)
        yield from wrapped(why_this_text(first, law, day, language), 2)
        for said in deciders(first, law, day, language):
            yield from wrapped(said, 2)
    for reasons in reasons_before(first, language):
        yield from _section(reasons, language, colour, day if reasons.name == "concerned" else None)
    if first.outcomes:
        yield painted(f"  {word('rules', language)}", "bold", colour)
        for article in articles(first, language):
            yield f"    {article.heading}"
            for outcomes in article.rules:
                told = rule_told(outcomes, article.number, language)
                mark, tint = OUTCOME_MARKS[told.kind]
                yield from _marked(told.says, 6, mark, tint, colour)
                for text in told.found:
                    yield from wrapped(text, 8)
    for reasons in reasons_after(results, language):
        yield from _section(reasons, language, colour)


def _marked(text: str, indent: int, mark: str, tint: str, colour: bool) -> Iterator[str]:
    first, *more = wrapped(text, indent, f"{mark} ")
    yield first.replace(mark, painted(mark, tint, colour), 1)
    yield from more


def _section(reasons: Reasons, language: Language, colour: bool, on_day: date | None = None) -> Iterator[str]:
    yield painted(f"  {word(reasons.name, language)}{f' ({on_day})' if on_day else ''}", "bold", colour)
    for item in reasons.items:
        yield from wrapped(item, 4, "- ")

"""`law list` and `law show`: which laws are at hand, and one version whole."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from registry.axis import Axis, Mark, Span, drawn, scale
from registry.conditions import condition_names
from registry.lines import legend, painted, width, wrapped
from registry.words import word
from rules import period
from rules.law import LawVersion, Rule
from rules.lawbook import Lawbook
from rules.ministers import ministers
from rules.text import Language
from rules.vocabulary import reading

Row = dict[str, Any]


def _number(version: Row, language: Language) -> str:
    return str(version["bwb"] or version["uri"] or word("no number", language))


def law_rows(lawbook: Lawbook, language: Language) -> list[Row]:
    """Every version of every law at hand, as data."""
    found = [lawbook.version(law, first) for law in lawbook.laws() for first in lawbook.versions(law)]
    return [
        {
            "id": law.law,
            "version": law.version.isoformat(),
            "bwb": law.bwb,
            "uri": law.uri,
            "title": law.title.read(language),
            "status": law.status,
            "in_force": str(law.in_force),
            "text_known": str(law.text_known),
            "rules": len(law.rules),
            "sha256": law.sha256,
        }
        for law in found
    ]


def law_list(rows: list[Row], today: date, language: Language) -> Iterator[str]:
    """The versions at hand, law by law, over the years up to today; at the end what the characters mean."""
    for law in dict.fromkeys(row["id"] for row in rows):
        versions = [row for row in rows if row["id"] == law]
        yield from wrapped(f"{law}: {versions[0]['title']} ({_number(versions[0], language)})")
        yield from _axis(versions, today, language)
        yield ""
    coming = any(date.fromisoformat(row["version"]) > today for row in rows)
    yield from legend(
        [
            (_SOLID, word("text known", language)),
            (_HOLLOW, word("text not at hand", language)),
            (_ON, word("goes on", language) + ("" if coming else f" ({today})")),
            *([(_TODAY, str(today))] if coming else []),
        ]
    )


_SOLID, _HOLLOW, _ON, _TODAY = "█", "░", "›", "│"
_TO_THE_LEFT, _TO_THE_RIGHT = 14, 15


def _axis(versions: list[Row], today: date, language: Language) -> Iterator[str]:
    firsts = [date.fromisoformat(row["version"]) for row in versions]
    axis = Axis(date(min(firsts).year, 1, 1), max(*firsts, today), width() - _TO_THE_LEFT - _TO_THE_RIGHT)
    years, ticks = scale(axis)
    margin = " " * _TO_THE_LEFT
    yield f"{margin}{years} {word('rules', language).lower()}"
    yield margin + ticks
    for row in versions:
        status = word(row["status"].replace("-", " "), language)
        line = drawn(axis, _spans(axis, row), [*_today(axis, today), *_going_on(axis, row)])
        yield f"  {row['version']}  {line} {row['rules']:>3}  {status}"


def _spans(axis: Axis, row: Row) -> Iterator[Span]:
    for key, fill in (("in_force", _HOLLOW), ("text_known", _SOLID)):
        first, last = (_day(end) for end in row[key].split(" – "))
        yield Span(first or axis.first, last or axis.last, fill)


def _today(axis: Axis, today: date) -> list[Mark]:
    return [Mark(today, _TODAY)] if axis.column(today) < axis.columns - 1 else []


def _going_on(axis: Axis, row: Row) -> list[Mark]:
    return [Mark(axis.last, _ON)] if row["in_force"].endswith("…") else []


def _day(end: str) -> date | None:
    """One end of a term as law rows write it."""
    return None if end == "…" else period.day(end).first


def law_show(law: LawVersion, language: Language, colour: bool) -> Iterator[str]:
    """One version whole: its instruments, its rules by instrument, and the paragraphs without a rule."""
    yield painted(f"{law.name}: {law.title.read(language)}", "bold", colour)
    yield from wrapped(
        f"{law.bwb or law.uri or word('no number', language)} · "
        f"{word(law.status.replace('-', ' '), language)}: {law.in_force} · {law.source.named}"
    )
    if law.text_known != law.in_force:
        yield from wrapped(f"{word('text known for', language)}: {law.text_known}")
    if law.text_gap:
        yield from wrapped(law.text_gap.read(language))
    yield from _ministers(law, language)
    yield f"sha256 {law.sha256}"
    for instrument in law.instruments.values():
        yield ""
        said = f"{instrument.name}: {instrument.says.read(language)} ({word('asked by', language)} "
        said += f"{reading(instrument.asked_by).read(language)}, {word('decided by', language)} "
        yield from wrapped(f"{said}{reading(instrument.decided_by).read(language)})")
        for rule in law.on(instrument.name):
            yield from rule_lines(rule, language)
    if law.no_rule:
        yield ""
        yield painted(word("no rule", language), "bold", colour)
        for entry in law.no_rule:
            yield from wrapped(f"{entry.cite}: {entry.because.text.read(language)}", 2, "- ")


def _ministers(law: LawVersion, language: Language) -> Iterator[str]:
    means, competent = ministers(law.law, law.version)
    for name, holding in (("the text means", means), ("competent", competent)):
        if holding:
            said = f"{word(name, language)} {reading(holding.minister).read(language)}"
            yield from wrapped(f"{said}, {holding.term} ({holding.certainty}: {holding.source.named})")


def rule_lines(rule: Rule, language: Language) -> Iterator[str]:
    """One rule: where it stands, what it says and when, what it asks, who judges."""
    stage = reading(rule.stage).read(language)
    yield from wrapped(f"{rule.cite}: {rule.says.read(language)} [{stage}; {rule.name}]", 2, "- ")
    if rule.when:
        yield from wrapped(f"{word('if', language)} {condition_names(rule.when, language)}", 6)
    if rule.require:
        yield from wrapped(condition_names(rule.require, language), 6)
    for way in rule.readings:
        told = f"{way.name}: {condition_names(way.require, language)} – {way.because.read(language)}"
        yield from wrapped(f"{word('readings', language)} {told}", 6)
    if rule.judge:
        by = reading(rule.judge.by).read(language)
        yield from wrapped(f"{word('judged by', language)} {by}: {rule.judge.question.read(language)}", 6)
    if rule.conclude:
        yield from wrapped(f"{rule.conclude.kind}: {', '.join(rule.conclude.of)}", 6)
    if rule.departs_from:
        yield from wrapped(f"{word('diff departs_from', language)} {rule.departs_from}", 6)
    if rule.deadline:
        due = rule.deadline
        yield from wrapped(
            f"{reading(due.act).read(language)}: {due.within} {word('after', language)} {due.of.name}", 6
        )

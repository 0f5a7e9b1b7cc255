"""`law list` and `law show`: which laws are at hand, and one version whole."""

from collections.abc import Iterator
from typing import Any

from registry.conditions import condition_names
from registry.lines import painted, wrapped
from registry.words import word
from rules.law import LawVersion, Rule
from rules.lawbook import Lawbook
from rules.ministers import ministers
from rules.text import Language
from rules.vocabulary import reading

Row = dict[str, Any]


def law_rows(lawbook: Lawbook, language: Language) -> list[Row]:
    """Every version of every law at hand, as data."""
    found = [lawbook.version(law, first) for law in lawbook.laws() for first in lawbook.versions(law)]
    return [
        {
            "id": law.law,
            "version": law.version.isoformat(),
            "bwb": law.bwb,
            "title": law.title.read(language),
            "status": law.status,
            "in_force": str(law.in_force),
            "rules": len(law.rules),
            "sha256": law.sha256,
        }
        for law in found
    ]


def law_list(rows: list[Row], language: Language) -> Iterator[str]:
    """The versions at hand, law by law."""
    shown, rules = None, word("rules", language).lower()
    for row in rows:
        if row["id"] != shown:
            shown = row["id"]
            yield from wrapped(f"{shown}: {row['title']} ({row['bwb']})")
        status = word(row["status"].replace("-", " "), language)
        yield from wrapped(
            f"{row['id']}@{row['version']}  {row['in_force']}  {status}  {row['rules']} {rules}",
            2,
        )


def law_show(law: LawVersion, language: Language, colour: bool) -> Iterator[str]:
    """One version whole: its instruments, its rules by instrument, and the paragraphs without a rule."""
    yield painted(f"{law.name}: {law.title.read(language)}", "bold", colour)
    yield from wrapped(
        f"{law.bwb} · {word(law.status.replace('-', ' '), language)}: {law.in_force} · {law.source.named}"
    )
    if law.text_known != law.in_force:
        yield from wrapped(f"{word('text known', language)}: {law.text_known}")
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
            yield from _rule(rule, language)
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


def _rule(rule: Rule, language: Language) -> Iterator[str]:
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

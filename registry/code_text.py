"""`code`: the page of a code for people, and as data."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.codes import CodeEntry, RuleCode
from registry.gate import show
from registry.law_page import link
from registry.law_text import rule_lines
from registry.lines import painted, wrapped
from registry.words import word
from rules.text import Language

Row = dict[str, Any]


def code_row(found: CodeEntry | RuleCode, language: Language) -> Row:
    """The page of a code as data."""
    if isinstance(found, RuleCode):
        rule = found.spells[-1].rule
        return {
            "code": found.code,
            "level": "error",
            "about": "verdict",
            "means": rule.says.read(language),
            "citation": str(rule.cite),
            "jci": rule.jci,
            "versions": [{"days": each.days, "says": each.rule.says.read(language)} for each in found.spells],
        }
    return {
        "code": found.code,
        "level": found.level,
        "about": found.about,
        "means": found.means.text.read(language),
        "wrong": found.wrong,
        "right": found.right,
        "example": found.example.text.read(language) if found.example else None,
        "do": found.do.text.read(language),
    }


def code_page(found: CodeEntry | RuleCode, language: Language, colour: bool) -> Iterator[str]:
    """The page of one code."""
    if isinstance(found, RuleCode):
        yield from _rule(found, language, colour)
        return
    about = f"({word(found.level, language)}, {word(f'about {found.about}', language)})"
    yield f"{painted(found.code, 'bold', colour)} {about}"
    yield from wrapped(found.means.text.read(language), 2)
    if found.example:
        yield from wrapped(f"{word('for example', language)}: {found.example.text.read(language)}", 2)
    for name, tint, lines in (("wrong", "red", found.wrong), ("right", "green", found.right)):
        if lines:
            yield f"  {painted(word(f'page {name}', language), tint, colour)}:"
            yield from (f"      {show(line)}" for line in lines.splitlines())
    yield from wrapped(found.do.text.read(language), 2, "» ")


def _rule(found: RuleCode, language: Language, colour: bool) -> Iterator[str]:
    newest = found.spells[-1]
    yield painted(show(found.code), "bold", colour)
    yield from wrapped(f"{word('rule of', language)} {found.law}: {newest.last.title.read(language)}", 2)
    for spell in reversed(found.spells):
        yield f"  {spell.days}"
        yield from rule_lines(spell.rule, language)
        # whole, so that it can be followed
        yield f"      {show(link(spell.rule))}"
    yield from wrapped(f"{word('rule do', language)} regelruimte explain FILE", 2, "» ")


def code_list(entries: Mapping[str, CodeEntry], rules: Iterable[RuleCode], language: Language) -> Iterator[str]:
    """Every code, each with the beginning of what it means."""
    longest = max(map(len, entries))
    for code, entry in entries.items():
        yield from wrapped(entry.means.text.read(language), 0, f"{code:<{longest}}  ")
    yield ""
    for rule in rules:
        yield from wrapped(rule.spells[-1].rule.says.read(language), 0, f"{rule.code:<{longest}}  ")

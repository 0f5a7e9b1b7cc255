"""`law doc`: a page for each law, with a section for each rule, as Markdown in both languages; made from the rules."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from registry.conditions import condition_names
from registry.gate import address, code, markdown
from registry.words import word
from rules.law import LawVersion, Rule, rule_content
from rules.lawbook import Lawbook
from rules.scenario import scenarios_of
from rules.text import Language, Text
from rules.vocabulary import reading

_BOTH: tuple[Language, ...] = ("nl", "en")


class Spell(NamedTuple):
    """A rule as it read for some days: in all versions from the first to the last."""

    rule: Rule
    first: LawVersion
    last: LawVersion
    going_on: bool = True

    @property
    def days(self) -> str:
        return f"{self.first.version} – {self.last.in_force.last or '…'}"


def law_page(book: Lawbook, law: str) -> str:
    """The whole page of one law."""
    versions = [book.version(law, first) for first in book.versions(law)]
    newest = versions[-1]
    lines = [f"# {_two(newest.title)}", "", f"`{law}` · {_regulation(newest)} · {_state(newest)}", ""]
    lines += [_MADE, ""]
    lines += [
        "| versie / version | geldt / in force | tekst bekend / text known | bron / source |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{each.name}` | {each.in_force} | {each.text_known} | {_source(each)} |" for each in reversed(versions)
    ]
    lines += ["", "## Instrumenten / instruments", ""]
    lines += list(_instruments(versions))
    lines += ["", "## Regels / rules"]
    pinned = _pinned(book, law)
    for over_time in spells(versions).values():
        lines += ["", *_section(over_time, pinned)]
    if newest.no_rule:
        lines += ["", "## Gelezen, en geen regel / read, and no rule", ""]
        lines += [f"* {each.cite}: {_two(each.because.text)}" for each in newest.no_rule]
    return "\n".join(lines) + "\n"


def rule_page(book: Lawbook, law: str, rule: str) -> str | None:
    """The section of one rule as a page of its own; None where the law has no such rule."""
    versions = [book.version(law, first) for first in book.versions(law)]
    over_time = spells(versions).get(rule)
    return "\n".join([*_section(over_time, _pinned(book, law), level="#"), ""]) if over_time else None


_MADE = (
    "_Gemaakt door `regelruimte law doc --write`; wie hier iets verandert, verandert de regels niet. / Made by"
    " `regelruimte law doc --write`; whoever changes this changes no rule._"
)


def _two(text: Text) -> str:
    return markdown(text.nl) if text.nl == text.en else f"{markdown(text.nl)} / {markdown(text.en)}"


def _words(name: str) -> str:
    return " / ".join(word(name, language) for language in _BOTH)


def _state(law: LawVersion) -> str:
    return _words(law.status.replace("-", " "))


def _regulation(law: LawVersion) -> str:
    return law.bwb or (_reachable(law.uri) if law.uri else "–")


def _source(law: LawVersion) -> str:
    named = markdown(law.source.named)
    return f"[{named}]({address(law.source.url)}) ({law.source.certainty})" if law.source.url else named


def _instruments(versions: Sequence[LawVersion]) -> Iterator[str]:
    told: dict[str, tuple[LawVersion, LawVersion]] = {}
    for version in versions:
        for name in version.instruments:
            told[name] = (told.get(name, (version, version))[0], version)
    if not told:
        yield "Algemeen recht: geldt voor elk instrument. / General law: holds for every instrument."
    for name, (first, last) in told.items():
        each = last.instruments[name]
        since = "" if first is versions[0] else f"; sinds / since {first.version}"
        gone = "" if last is versions[-1] else f"; tot / until {versions[versions.index(last) + 1].version}"
        who = f"{_two(reading(each.asked_by))} → {_two(reading(each.decided_by))}"
        yield f"* `{name}`: {_two(each.says)} ({each.article}; {who}{since}{gone})"
        if each.opens:
            yield f"  * {_words('opens')}: {', '.join(map(code, sorted(each.opens)))}"


def _pinned(book: Lawbook, law: str) -> Mapping[str, Sequence[str]]:
    """By rule, the scenarios that name it as what decides."""
    found: dict[str, list[str]] = {}
    for scenario in scenarios_of(book, law):
        for rule in (*scenario.expect.rules, *scenario.expect.due):
            found.setdefault(rule, []).append(scenario.name)
    return found


def spells(versions: Sequence[LawVersion]) -> dict[str, list[Spell]]:
    """For each rule, how it read over time."""
    found: dict[str, list[Spell]] = {}
    for version in versions:
        for rule in version.rules.values():
            over_time = found.setdefault(rule.name, [])
            if over_time and over_time[-1].going_on and _same(over_time[-1].rule, rule):
                over_time[-1] = over_time[-1]._replace(last=version)
            else:
                over_time.append(Spell(rule, version, version))
        for name, over_time in found.items():
            over_time[-1] = over_time[-1]._replace(going_on=name in version.rules)
    return found


def _same(one: Rule, other: Rule) -> bool:
    return rule_content(one) == rule_content(other) and one.says == other.says


def _section(spells: Sequence[Spell], pinned: Mapping[str, Sequence[str]], level: str = "###") -> Iterator[str]:
    now = spells[-1].rule
    yield f"{level} {now.cite} · {code(now.name)}"
    for spell in reversed(spells):
        yield ""
        yield from _spell(spell)
    shown = pinned.get(now.name, ())
    yield ""
    yield f"Scenario's / scenarios: {', '.join(map(code, shown)) or '–'}"


def _spell(spell: Spell) -> Iterator[str]:
    rule = spell.rule
    yield f"* {spell.days}: {markdown(rule.says.nl)} _{markdown(rule.says.en)}_"
    on, stage, at = ", ".join(map(code, sorted(rule.on))), _two(reading(rule.stage)), link(rule)
    yield f"  * {'; '.join([on, stage, *([_reachable(at)] if at else [])])}"
    if rule.when:
        yield f"  * {_words('if')} {code(condition_names(rule.when, 'en'))}"
    if rule.require:
        yield f"  * {code(condition_names(rule.require, 'en'))}"
    for way in rule.readings:
        yield f"  * {_words('readings')} `{way.name}`: {code(condition_names(way.require, 'en'))}; {_two(way.because)}"
    if rule.judge:
        yield f"  * {_two(reading(rule.judge.by))}: {_two(rule.judge.question)}"
    if rule.conclude:
        yield f"  * {rule.conclude.kind}: {', '.join(map(code, rule.conclude.of))}"
    if rule.departs_from:
        yield f"  * {_words('diff departs_from')} {code(rule.departs_from)}"
    if rule.deadline:
        due = rule.deadline
        yield f"  * {_two(reading(due.act))}: {due.within} {_words('after')} `{due.of.name}`"


def _reachable(at: str) -> str:
    """A link to that address, where it is one of the web: a law may have any text there."""
    return f"<{address(at)}>" if at.startswith(("https://", "http://")) else code(at)


def link(rule: Rule) -> str:
    """Where the provision of that rule can be read."""
    return f"https://wetten.overheid.nl/{rule.jci}" if rule.jci.startswith("jci") else rule.jci

"""What is odd about a law as it is written here: for whoever writes rules, and for who drafts laws.

Findings are about the text of rules, never about a measure. A warning wants mending; a note wants a look. The rules for
drafting (Aanwijzingen voor de regelgeving 2.41 and 2.42) bind who drafts: of a proposal they are warnings, of a law in
force notes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise, permutations
from typing import Literal, NamedTuple

from rules.condition import Comparison, Condition, Inquiry, comparisons
from rules.coverage import Coverage
from rules.departure import openers_on
from rules.law import Instrument, LawVersion, Rule
from rules.lawbook import Lawbook
from rules.period import Duration
from rules.problems import Place
from rules.provisions import every_provision
from rules.quantity import Quantity
from rules.satisfiable import Values, cases, holds
from rules.text import Text
from rules.vocabulary import reading

Level = Literal["warning", "note"]
Asked = dict[str, list[Comparison]]


class Finding(NamedTuple):
    """One oddity, with the law or rule that it is about, where it stands, and what would mend it."""

    code: str
    level: Level
    about: str
    place: Place
    says: Text


def findings(
    book: Lawbook, laws: Sequence[str], coverages: Iterable[Coverage], whole_on: date | None = None
) -> list[Finding]:
    """What is odd about those laws; the same finding in later versions is told once, at the first.

    With a day `whole_on` those are all laws: then the catalogues of facts and provisions are held against them too.
    """
    found: dict[tuple[str, str, Place], Finding] = {}
    for each in _all(book, laws, coverages, whole_on):
        found.setdefault((each.code, each.about.partition("@")[0] + each.about.partition("/")[2], each.place), each)
    return list(found.values())


def _all(book: Lawbook, laws: Sequence[str], coverages: Iterable[Coverage], whole_on: date | None) -> Iterator[Finding]:
    carried = {i.under for law in book.laws() for v in _versions(book, law) for i in v.instruments.values() if i.under}
    for coverage in coverages:
        yield from _not_shown(coverage)
    for law in laws:
        for version in _versions(book, law):
            for rule in version.rules.values():
                yield from _on_rule(version, rule)
            yield from _subsumed(version)
            for instrument in version.instruments.values():
                if _sets_aside(version, instrument, carried):
                    yield from _drafting(version, instrument, carried)
        yield from _days_without_text(_versions(book, law))
    if whole_on:
        yield from _unused(book)
        yield from _provisions(book, whole_on)


def _versions(book: Lawbook, law: str) -> list[LawVersion]:
    return [book.version(law, first) for first in book.versions(law)]


def _file(law: LawVersion) -> Place:
    return Place(next(iter(law.files), law.name))


def _days_without_text(versions: list[LawVersion]) -> Iterator[Finding]:
    """Days between two versions of which no text is at hand."""
    for earlier, later in pairwise(versions):
        ends = earlier.text_known.last
        if ends and ends.last + timedelta(days=1) < later.version:
            first, last = ends.last + timedelta(days=1), later.version - timedelta(days=1)
            says = Text(
                f"geen tekst bij de hand van {first} tot en met {last}", f"no text at hand from {first} to {last}"
            )
            yield Finding("days-without-text", "note", earlier.name, _file(earlier), says)


# ---- rules ----


def _not_shown(coverage: Coverage) -> Iterator[Finding]:
    for each in coverage.rules:
        if each.missing:
            names = [reading(name) for name in sorted(each.missing)]
            nl, en = ", ".join(name.nl for name in names), ", ".join(name.en for name in names)
            says = Text(f"geen scenario laat zien: {nl}", f"no scenario shows: {en}")
            yield Finding("not-shown", "warning", f"{coverage.law.name}/{each.rule.name}", each.rule.place, says)


def _on_rule(law: LawVersion, rule: Rule) -> Iterator[Finding]:
    about = f"{law.name}/{rule.name}"
    texts = [rule.says, *([rule.judge.question] if rule.judge else []), *(each.because for each in rule.readings)]
    if any(text.nl == text.en for text in texts):
        says = Text("de Nederlandse en de Engelse tekst zijn gelijk: vertaal", "both languages say the same: translate")
        yield Finding("not-translated", "warning", about, rule.place, says)
    for condition in (rule.require, *(each.require for each in rule.readings)):
        if condition and (tried := cases(rule.when, condition)) is not None:
            yield from _outcomes(about, rule, condition, tried)


def _outcomes(about: str, rule: Rule, condition: Condition, tried: Sequence[Values]) -> Iterator[Finding]:
    active = [values for values in tried if holds(rule.when, values)]
    if not active:
        says = Text(
            "het geval waarvoor de regel geldt kan zich niet voordoen", "the case that it holds for cannot occur"
        )
        yield Finding("never-applies", "warning", about, rule.place, says)
        return
    met = {holds(condition, values) for values in active}
    if met == {False}:
        says = Text("aan de regel kan niet worden voldaan", "the rule can never be met")
        yield Finding("never-met", "warning", about, rule.place, says)
    elif met == {True}:
        says = Text("aan de regel is altijd voldaan: hij toetst niets", "the rule is always met: it checks nothing")
        yield Finding("never-unmet", "warning", about, rule.place, says)


def _subsumed(law: LawVersion) -> Iterator[Finding]:
    """Rules that another rule on the same instruments makes superfluous."""
    plain = [rule for rule in law.rules.values() if rule.require and rule.in_verdict]
    order = list(law.rules)
    for one, other in permutations(plain, 2):
        if not one.on <= other.on or not _facts(one) <= _facts(other) or one.departs_from or other.departs_from:
            continue
        tried = cases(one.when, one.require, other.when, other.require)
        if not tried or not _follows(one, other, tried):
            continue
        if one.on == other.on and order.index(one.name) < order.index(other.name) and _follows(other, one, tried):
            continue  # each follows from the other: told once, at the later
        says = Text(
            f"volgt al uit {other.cite} ({other.name}): toetst niets meer",
            f"follows from {other.cite} ({other.name}) already: checks nothing more",
        )
        yield Finding("subsumed", "note", f"{law.name}/{one.name}", one.place, says)


def _follows(one: Rule, other: Rule, tried: Sequence[Values]) -> bool:
    """Whether the other holds whenever the one does, and the one is met whenever the other is."""
    return all(
        holds(other.when, values) and (not holds(other.require, values) or holds(one.require, values))
        for values in tried
        if holds(one.when, values)
    )


def _facts(rule: Rule) -> set[str]:
    return {each.fact.name for condition in (rule.when, rule.require) if condition for each in comparisons(condition)}


# ---- the drafting of experiment clauses ----


def _sets_aside(law: LawVersion, instrument: Instrument, carried: set[str]) -> bool:
    """Whether it sets provisions aside: it opens some, or a regulation does so under it."""
    under = f"{law.law}/{instrument.name}" in carried
    return bool(instrument.opens or under or "measure.experiment.rests_on" in _asked(law, instrument))


def _asked(law: LawVersion, instrument: Instrument) -> Asked:
    """The facts that the rules on that instrument ask for."""
    found: Asked = {}
    for rule in law.on(instrument.name):
        for condition in (rule.require, *(each.require for each in rule.readings)):
            for each in comparisons(condition) if condition else ():
                found.setdefault(each.fact.name, []).append(each)
    return found


_REPORTS = ("verslag", "evaluatie", "geëvalueerd")


def _drafting(law: LawVersion, instrument: Instrument, carried: set[str]) -> Iterator[Finding]:
    level: Level = "warning" if law.status == "proposal" else "note"
    asked = _asked(law, instrument)
    above = f"{law.law}/{instrument.name}" in carried
    for code in (*_lacking_in_act(law, instrument, asked, above), *_lacking_in_decree(law, instrument, asked)):
        yield Finding(
            code,
            "note" if code == "draft-months" else level,
            f"{law.name}/{instrument.name}",
            _file(law),
            DRAFTING[code],
        )


def _lacking_in_act(law: LawVersion, instrument: Instrument, asked: Asked, above: bool) -> Iterator[str]:
    """What the regulation above lacks; a decree under one need not say it again."""
    if instrument.under:
        return
    if "measure.motivation.purpose" not in asked:
        yield "draft-purpose"
    if "measure.motivation.scope" not in asked:
        yield "draft-scope"
    if not (instrument.opens or above or {"measure.experiment.rests_on", "derogations.named"} & asked.keys()):
        yield "draft-provisions"
    if not any(isinstance(each.threshold, Duration) for each in asked.get("measure.term", ())):
        yield "draft-maximum"
    evaluated = {"evaluation.months_ahead", "measure.experiment.research"} & asked.keys()
    if not evaluated and not any(w in rule.says.nl for rule in law.on(instrument.name) for w in _REPORTS):
        yield "draft-evaluation"


def _lacking_in_decree(law: LawVersion, instrument: Instrument, asked: Asked) -> Iterator[str]:
    if instrument.opens and law.hierarchy == "act":
        yield "draft-by-decree"
    if instrument.opens and "derogations.named" not in asked:
        yield "draft-named"
    months = [each.threshold for each in asked.get("evaluation.months_ahead", ())]
    if any(isinstance(each, Quantity) and each.low < _MODEL_MONTHS for each in months):
        yield "draft-months"


_REPORTS = ("verslag", "evaluatie", "geëvalueerd")
_MODEL_MONTHS = 9
DRAFTING: Mapping[str, Text] = {
    "draft-purpose": Text(
        "zegt niet wat met het experiment wordt beoogd (Aanwijzing 2.41 lid 1 onderdeel a)",
        "does not say what the experiment is for (Aanwijzing 2.41 lid 1 onderdeel a)",
    ),
    "draft-scope": Text(
        "zegt niet hoe ver het experiment reikt (Aanwijzing 2.41 lid 1 onderdeel b)",
        "does not say how far the experiment reaches (Aanwijzing 2.41 lid 1 onderdeel b)",
    ),
    "draft-provisions": Text(
        "noemt niet van welke bepalingen wordt afgeweken (Aanwijzing 2.41 lid 1 onderdeel c)",
        "does not name the provisions departed from (Aanwijzing 2.41 lid 1 onderdeel c)",
    ),
    "draft-maximum": Text(
        "noemt geen langste duur (Aanwijzing 2.41 lid 1 onderdeel d)",
        "names no maximum duration (Aanwijzing 2.41 lid 1 onderdeel d)",
    ),
    "draft-evaluation": Text(
        "zegt niets over evaluatie (Aanwijzing 2.42)", "says nothing on evaluation (Aanwijzing 2.42)"
    ),
    "draft-by-decree": Text(
        "een wet zet hier zelf bepalingen opzij; van een wet wordt bij AMvB afgeweken (Aanwijzing 2.41 lid 2)",
        "an act sets provisions aside by itself; from an act one departs by decree (Aanwijzing 2.41 lid 2)",
    ),
    "draft-named": Text(
        "toetst niet of elke afwijking is genoemd (Aanwijzing 2.41 lid 3)",
        "does not check that every departure is named (Aanwijzing 2.41 lid 3)",
    ),
    "draft-months": Text(
        "het verslag komt korter dan negen maanden voor het einde; het model heeft negen (Aanwijzing 2.42)",
        "the report comes less than nine months before the end; the model has nine (Aanwijzing 2.42)",
    ),
}


# ---- the catalogues against the laws ----


def _unused(book: Lawbook) -> Iterator[Finding]:
    """Facts of the catalogue for which no rule asks, figures apart: those are also there to be looked at."""
    used: set[str] = set()
    for law in book.laws():
        for version in _versions(book, law):
            for rule in version.rules.values():
                used |= set(_of_rule(rule))
    for fact in book.catalogue.facts.values():
        if fact.name not in used and not fact.indicator and not fact.inquiry:
            says = Text("geen regel vraagt ernaar", "no rule asks for it")
            yield Finding("unused-fact", "warning", fact.name, Place("rules/catalogue.yaml"), says)


def _of_rule(rule: Rule) -> Iterator[str]:
    for condition in (rule.when, rule.require, *(each.require for each in rule.readings)):
        for each in comparisons(condition) if condition else ():
            yield each.fact.name
            if each.fact.inquiry:
                yield from _of_inquiry(each.fact.inquiry)
    if rule.deadline:
        yield rule.deadline.of.name


_COMPARED: Mapping[str, str] = {"people": "measure.target_groups", "days": "measure.term"}  # what is in common by these


def _of_inquiry(inquiry: Inquiry) -> Iterator[str]:
    if inquiry.of:
        yield inquiry.of.name
    yield from (_COMPARED[common] for common in inquiry.overlaps if common in _COMPARED)
    if inquiry.where:
        yield from (each.fact.name for each in comparisons(inquiry.where))


def _provisions(book: Lawbook, day: date) -> Iterator[Finding]:
    """Provisions that nothing opens on that day though something may depart from them, or that several open."""
    opened = openers_on(book, day)
    for each in every_provision():
        place = Place("rules/provisions.yaml")
        openers = opened.get(each.key, [])
        if each.entry.departs and not openers:
            basis = each.entry.departs.basis
            says = Text(
                f"mag opzij op grond van {basis}, maar geen instrument opent het op {day}",
                f"may be set aside by virtue of {basis}, but no instrument opens it on {day}",
            )
            yield Finding("not-opened", "note", each.key, place, says)
        elif len(openers) > 1:
            nl, en = "; ".join(one.nl for one in openers), "; ".join(one.en for one in openers)
            says = Text(f"meer instrumenten openen het op {day}: {nl}", f"several instruments open it on {day}: {en}")
            yield Finding("opened-twice", "note", each.key, place, says)

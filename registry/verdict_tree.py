"""A verdict as a tree to walk through: parts, what stands in the way, rules by article, each with what it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from registry.conditions import threshold_words
from registry.lines import OUTCOME_MARKS, VERDICT_MARKS
from registry.reasons import (
    alike,
    articles,
    asked,
    blocked,
    deciders,
    headed,
    measured,
    reasons_after,
    reasons_before,
    rule_told,
    why_this_text,
)
from registry.words import value_words, word
from rules.catalogue import FactDefinition
from rules.check import Checked
from rules.condition import Evidence
from rules.outcome import Outcome
from rules.problems import Place
from rules.text import Language
from rules.verdict import Result
from rules.vocabulary import reading

_AGAINST = ("unmet", "unknown", "contested", "pending")


class Branch(NamedTuple):
    """One line of the tree. `detail` is told beside it, as name and text; `stop`: a reader who looks for what is wrong
    or open wants to halt here; `opened`: its branches are shown at first."""

    label: str
    mark: str = ""
    tint: str = ""
    detail: tuple[tuple[str, str], ...] = ()
    branches: tuple["Branch", ...] = ()
    fact: FactDefinition | None = None
    written: str = ""
    place: Place | None = None
    stop: bool = False
    opened: bool = False


def verdict_tree(checked: Checked, language: Language) -> Branch:
    """The whole verdict; parts that are alike share a branch, as in every face of a check."""
    mark, tint = VERDICT_MARKS[checked.verdict]
    day = f"{checked.day.isoformat()} ({checked.day_from.read(language)})"
    told = [(word("day", language), day), (word("file", language), checked.measure.parsed.file)]
    if checked.verdict in ("eligible", "unneeded"):
        told.append(("", word("may" if checked.verdict == "eligible" else "ordinary", language)))
    wrong = [each for each in checked.problems if each.about == "document"]
    problems = tuple(
        Branch(each.message.read(language), "✗" if each.level == "error" else "!", "red", place=each.place, stop=True)
        for each in wrong
    )
    branches = tuple(_on(results, checked, language) for results in alike(checked.results))
    return Branch(
        f"{word('verdict', language)}: {reading(checked.verdict).read(language)}",
        mark,
        tint,
        tuple(told),
        (*problems, *branches),
        opened=True,
    )


def _on(results: Sequence[Result], checked: Checked, language: Language) -> Branch:
    first = results[0]
    mark, tint = VERDICT_MARKS[first.verdict]
    told: list[tuple[str, str]] = []
    if law := first.law:
        told.append((law.name, law.title.read(language)))
        told.append(("", why_this_text(first, law, checked.day, language)))
        told += [("", said) for said in deciders(first, law, checked.day, language)]
    told += [(word("part", language), each.part_name) for each in results]
    told.append(("SHA-256", first.hash))
    rests = _rests_on(first, language)
    branches = [_section(each.name, each.items, language, rests) for each in reasons_before(first, language)]
    if first.outcomes:
        rules = tuple(
            Branch(
                article.heading,
                branches=tuple(_rule(outcomes, first, article.number, language) for outcomes in article.rules),
                opened=True,
            )
            for article in articles(first, language)
        )
        branches.append(Branch(word("rules", language), branches=rules, opened=True))
    branches += [_section(each.name, each.items, language, {}) for each in reasons_after(results, language)]
    return Branch(headed(results, language), mark, tint, tuple(told), tuple(branches), place=first.place, opened=True)


def _rests_on(result: Result, language: Language) -> dict[str, Evidence]:
    """What an item rests on that stands in the way or is open: from there its fact can be supposed, or looked up."""
    blocking = ((blocked(each, language), each.deciding) for each in result.blockers if not each.found)
    lacking = {
        (outcome.rule.name, evidence.comparison.fact.name): evidence
        for outcome in result.outcomes
        for evidence in outcome.evidence
    }
    open_ = ((asked(each, language), lacking.get((each.rule or "", each.fact or ""))) for each in result.open)
    return {item: evidence for item, evidence in (*blocking, *open_) if evidence}


def _section(name: str, items: Sequence[str], language: Language, rests: Mapping[str, Evidence]) -> Branch:
    stop = name in ("blockers", "questions")
    inside = []
    for item in items:
        branch = Branch(item, "-", detail=((word(name, language), item),), stop=stop)
        if evidence := rests.get(item):
            fact = evidence.fact
            detail = (*branch.detail, *_told(evidence, language))
            branch = branch._replace(
                detail=detail, fact=evidence.comparison.fact, written=fact.written, place=fact.place
            )
        inside.append(branch)
    return Branch(f"{word(name, language)} ({len(items)})", branches=tuple(inside), opened=stop)


def _rule(outcomes: Sequence[Outcome], result: Result, article: str, language: Language) -> Branch:
    told = rule_told(outcomes, article, language)
    mark, tint = OUTCOME_MARKS[told.kind]
    rule = outcomes[0].rule
    law = f", {result.law.name}" if result.law and not rule.general else ""
    detail = [
        (word("provision", language), f"{rule.cited}{law}"),
        ("JCI", rule.jci),
        (word("rule", language), rule.says.read(language)),
        (word("outcome", language), reading(told.kind).read(language)),
        *(("", found) for found in told.found),
    ]
    for outcome in outcomes:
        if outcome.found:
            detail.append((word("source", language), f"{outcome.found.decision}: {outcome.found.source}"))
        if outcome.rule.judge and outcome.kind == "pending":
            detail.append((word("judged by", language), reading(outcome.rule.judge.by).read(language)))
    branches = tuple(_evidence(each, language) for outcome in outcomes for each in outcome.evidence)
    stop = told.kind in _AGAINST and (told.kind != "pending" or not any(each.found for each in outcomes))
    place = next((each.place for each in branches if each.place), None)
    return Branch(told.says, mark, tint, tuple(detail), branches, place=place, stop=stop)


def _evidence(evidence: Evidence, language: Language) -> Branch:
    fact, definition = evidence.fact, evidence.comparison.fact
    mark, tint = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}[evidence.held]
    return Branch(
        measured(evidence, language, named=True),
        mark,
        tint,
        tuple(_told(evidence, language)),
        fact=definition,
        written=fact.written,
        place=fact.place,
    )


def _told(evidence: Evidence, language: Language) -> Iterator[tuple[str, str]]:
    fact, definition = evidence.fact, evidence.comparison.fact
    yield word("fact", language), definition.means.read(language)
    yield "", definition.name
    yield word("found", language), value_words(fact.written, language)
    if evidence.comparison.written != "given":
        yield word("asked", language), threshold_words(evidence.comparison, language)
    if fact.note:
        yield "", fact.note.read(language)
    if fact.as_of:
        yield word("as of", language), str(fact.as_of)
    if fact.source:
        yield word("source", language), fact.source
    if fact.place:
        yield word("stands in", language), f"{fact.place.file}:{fact.place.line}:{fact.place.column} {fact.place.path}"


def walked(branch: Branch) -> Iterator[Branch]:
    """The branch and all under it, as they are read."""
    yield branch
    for each in branch.branches:
        yield from walked(each)

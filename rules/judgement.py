"""What people found on open norms: read from decisions, never computed, and only from those who may judge."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from rules.decision import Decision, Judgement
from rules.documents import Document
from rules.law import DECIDER, LawVersion
from rules.lawbook import Lawbook
from rules.problems import Place, Problem, with_nearest
from rules.text import Text
from rules.vocabulary import reading


class Found(NamedTuple):
    """One judgement as it counts in a case. `inferred`: the source does not say it in so many words."""

    outcome: Literal["met", "unmet"]
    by: str
    reasons: str
    decision: str
    source: str
    inferred: bool
    place: Place


def found(decisions: Sequence[Document[Decision]], law: LawVersion, part: str, day: date) -> dict[str, Found]:
    """The judgements on rules of that law version that hold for that part on that day; a later decision prevails."""
    known = (document for document in decisions if document.model.decided.last <= day)
    judged: dict[str, Found] = {}
    for document in sorted(known, key=lambda each: (each.model.decided.last, each.model.decision)):
        for at, judgement in enumerate(document.model.judgements):
            rule = law.judged_as(judgement.rule)
            if rule is None or rule.judge is None:
                continue
            if rule.judge.by == document.model.by.role and _covers(document.model, judgement, part):
                judged[rule.name] = Found(
                    judgement.outcome,
                    document.model.by.role,
                    judgement.reasons,
                    document.model.decision,
                    document.model.source.named,
                    judgement.inferred,
                    document.place("judgements", at, "rule"),
                )
    return judged


def _covers(decision: Decision, judgement: Judgement, part: str) -> bool:
    return all(parts == "all" or part in parts for parts in (decision.parts, judgement.parts))


def wrong_judgements(
    document: Document[Decision], lawbook: Lawbook, deciders: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """What is wrong with the judgements of a decision: no such rule, nothing to judge, or not theirs to judge.

    `deciders` are those who may decide on what the measure asks; without any, whoever decides may judge general law.
    """
    role = document.model.by.role
    for at, judgement in enumerate(document.model.judgements):
        place = document.place("judgements", at, "rule")
        version, _, name = judgement.rule.partition("/")
        law_name, _, first = version.partition("@")
        days = [day for day in lawbook.versions(law_name) if day.isoformat() == first]
        if not days:
            known = [f"{law}@{day}" for law in lawbook.laws() for day in lawbook.versions(law)]
            says = Text(f"wetsversie «{version}» is niet bij de hand", f"law version '{version}' is not at hand")
            yield Problem("unknown-version", place, with_nearest(says, version, known))
            continue
        rule = lawbook.version(law_name, days[0]).rules.get(name)
        if rule is None:
            says = Text(f"{version} heeft geen regel «{name}»", f"{version} has no rule '{name}'")
            yield Problem("unknown-rule", place, with_nearest(says, name, lawbook.version(law_name, days[0]).rules))
        elif rule.judge is None:
            says = Text(
                nl=f"aan regel {name} valt niets te oordelen: zij wordt berekend",
                en=f"there is nothing to judge about rule {name}: it is computed",
            )
            yield Problem("nothing-to-judge", place, says)
        elif role not in ((deciders or {role}) if rule.judge.by == DECIDER else {rule.judge.by}):
            may, did = reading(rule.judge.by), reading(role)
            says = Text(
                nl=f"over regel {name} ({rule.cite}) oordeelt {may.nl}, niet {did.nl}",
                en=f"rule {name} ({rule.cite}) is judged by the {may.en}, not by the {did.en}",
            )
            yield Problem("wrong-author", place, says)

"""General law: what holds for every instrument of every law, joined to the law that an ask is judged under.

Constitution, treaties and law of the Union stand in rules/laws/any. A measure cannot depart from them: see
rules/hierarchy.py. Where it limits a right by or under an act, shares data or gives aid, their rules weigh beside those
of the instrument.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rules import period
from rules.condition import truth
from rules.facts import Facts
from rules.law import ANY, DECIDER, Judging, LawVersion, Rule
from rules.lawbook import Lawbook


class Joined(NamedTuple):
    """A law version with the general law of a day, for one instrument; and the general laws whose text is missing."""

    law: LawVersion
    missing: tuple[str, ...]


def with_general_law(law: LawVersion, instrument: str, book: Lawbook, day: date) -> Joined:
    """The rules of that instrument, and after them those of general law in force on that day.

    An instrument under an act has the act's asked beside it: general law weighs there, and is judged once.
    """
    if law.instruments[instrument].under:
        return Joined(law, ())
    versions, missing = _in_force(book, day)
    others = tuple(each for each in versions if each.law != law.law)
    return Joined(_joined(law, instrument, others) if others else law, missing)


def judged_whatever_the_instrument(book: Lawbook, day: date, facts: Facts) -> Iterator[Rule]:
    """The rules of general law that somebody has to judge of a measure that names no instrument yet."""
    for law in _in_force(book, day)[0]:
        for rule in law.on(ANY):
            if rule.in_verdict and rule.judge and (rule.when is None or truth(rule.when, facts, []) is not False):
                yield rule._replace(general=law.short)


def _in_force(book: Lawbook, day: date) -> tuple[tuple[LawVersion, ...], tuple[str, ...]]:
    """The general law in force on that day, and the names of what is in force with a text that is not known."""
    versions: list[LawVersion] = []
    missing: list[str] = []
    for name in book.general():
        begun = [first for first in book.versions(name) if first <= day]
        newest = book.version(name, begun[-1]) if begun else None
        if newest and period.in_force(newest.in_force, day):
            if period.in_force(newest.text_known, day):
                versions.append(newest)
            else:
                missing.append(name)
    return tuple(versions), tuple(missing)


@lru_cache(maxsize=256)
def _joined(law: LawVersion, instrument: str, general: tuple[LawVersion, ...]) -> LawVersion:
    decides = law.instruments[instrument].decided_by
    rules = {rule.name: rule for rule in law.on(instrument)}
    for each in general:
        for rule in each.on(ANY):
            made = _placed(rule, each, instrument, decides)
            rules[made.name] = made
    files = {name: sha for each in (law, *general) for name, sha in each.files.items()}
    return replace(law, rules=rules, files=files, general=general)


def _placed(rule: Rule, law: LawVersion, instrument: str, decides: Judging) -> Rule:
    """The rule under a name that says whose it is, judged by whoever decides where it says so."""

    def named(name: str) -> str:
        return f"{law.law}/{name}"

    judge = rule.judge
    if judge and judge.by == DECIDER:
        judge = judge._replace(by=decides)
    return rule._replace(
        name=named(rule.name),
        on=frozenset({instrument}),
        judge=judge,
        conclude=rule.conclude and rule.conclude._replace(of=tuple(map(named, rule.conclude.of))),
        departs_from=rule.departs_from and named(rule.departs_from),
        general=law.short,
    )

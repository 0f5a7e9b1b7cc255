"""Who the minister is, by law and day: whom the text means, and who was competent for it.

A dated table, rules/ministers.yaml, with how sure each row is.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from pydantic import Field

from rules import period
from rules.decision import Decision
from rules.documents import Document
from rules.fields import ExactDay, Identifier, Model, Source
from rules.period import Day, Term
from rules.problems import Problem
from rules.reader import read
from rules.text import Text
from rules.validation import checked
from rules.vocabulary import Certainty, Ministry, reading

FILE = "rules/ministers.yaml"


class Holding(Model):
    """One minister during some days, inclusive; without `until` there is no end in sight."""

    minister: Ministry
    first: ExactDay = Field(alias="from")
    last: ExactDay | None = Field(default=None, alias="until")
    certainty: Certainty
    source: Source

    @property
    def term(self) -> Term:
        return Term(self.first, self.last)


class LawEntry(Model):
    law: Identifier
    means: tuple[Holding, ...]
    competent: tuple[Holding, ...]


class MinistersDocument(Model):
    schema_: Literal["regelruimte/ministers/v1"] = Field(alias="schema")
    laws: tuple[LawEntry, ...]


class Ministers(NamedTuple):
    """The minister whom a law means on a day, and the one who was competent then; None where the table does not say."""

    means: Holding | None
    competent: Holding | None


@lru_cache(maxsize=1024)
def ministers(law: str, day: date) -> Ministers:
    """The ministers of that law on that day."""
    entry = _table().get(law)
    if entry is None:
        return Ministers(None, None)
    return Ministers(_on(entry.means, day), _on(entry.competent, day))


def laws_of(minister: str, day: date) -> tuple[str, ...]:
    """The laws that this minister has on that day: named in the text, or competent."""
    found = ((law, ministers(law, day)) for law in _table())
    return tuple(law for law, each in found if any(held and held.minister == minister for held in each))


def other_minister(document: Document[Decision], laws: Iterable[str]) -> Iterator[Problem]:
    """A warning where a decision names a minister who, by the table, was not competent on any day it can be of."""
    decision = document.model
    for law in dict.fromkeys(laws):
        entry = _table().get(law)
        if decision.by.competent is None or entry is None:
            continue
        then = [holding for holding in entry.competent if _may_hold(holding, decision.decided)]
        if then and decision.by.competent not in {holding.minister for holding in then}:
            names = [reading(holding.minister) for holding in then]
            named = reading(decision.by.competent)
            says = Text(
                nl=f"voor {law} was op {decision.decided} bevoegd: {' of '.join(each.nl for each in names)},"
                f" niet {named.nl}",
                en=f"competent for {law} on {decision.decided}: {' or '.join(each.en for each in names)},"
                f" not {named.en}",
            )
            yield Problem("other-minister", document.place("by", "competent"), says, "warning")


def _on(holdings: tuple[Holding, ...], day: date) -> Holding | None:
    return next((holding for holding in holdings if period.in_force(holding.term, day)), None)


def _may_hold(holding: Holding, day: Day) -> bool:
    """Whether the holding covers some day that a partly known day can be."""
    begun = period.no_later(holding.first, day) is not False
    return begun and (holding.last is None or period.no_later(day, holding.last) is not False)


@cache
def _table() -> dict[str, LawEntry]:
    parsed = read(files("rules").joinpath("ministers.yaml").read_bytes(), FILE)
    return {entry.law: entry for entry in checked(MinistersDocument, parsed).laws}

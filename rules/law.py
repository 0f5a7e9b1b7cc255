"""A law: what one file states of one version, and the whole version as it is judged by.

LawDocument is what was read: a later version may state only what it replaces, adds or repeals. LawVersion is the
whole, checked: every name resolved, every condition typed, every exception ordered. rules/lawbook.py makes it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from pydantic import Field

from rules.catalogue import FactDefinition
from rules.citation import Citation
from rules.condition import Condition, comparisons, content
from rules.fields import Cited, ExactDay, Flag, Identifier, Line, Model, Source, Wording
from rules.period import Duration, Term
from rules.problems import Place
from rules.text import Text
from rules.vocabulary import Body, Hierarchy, Stage

Status = Literal["in-force", "ended", "proposal"]
Silence = Literal["granted"]
Judging = Body | Literal["decider"]
ANY = "any"  # the instrument of general law
DECIDER: Judging = "decider"  # whoever decides on the instrument that is asked for


class Days(Model):
    """Inclusive days; without `until` there is no end in sight."""

    first: ExactDay = Field(alias="from")
    last: ExactDay | None = Field(default=None, alias="until")

    @property
    def term(self) -> Term:
        return Term(self.first, self.last)


class InstrumentEntry(Model):
    """A legal basis that can be asked for. An ordinary power needs no exception from any law.

    `opens` names the provisions of the catalogue that may be set aside under it: participatiewet 9 lid 1. `under` is
    the instrument of the act that it carries out, law/instrument: without that it gives nothing.
    """

    says: Wording
    article: Cited
    asked_by: Body
    decided_by: Body
    ordinary_power: Flag = False
    opens: tuple[Line, ...] = ()
    under: Line | None = None


class JudgeEntry(Model):
    """An open norm: the question, and who answers it."""

    by: Judging
    question: Wording


class ReadingEntry(Model):
    """One way in which the text can be understood, and why."""

    reading: Identifier
    because: Wording
    require: Any


class DeadlineEntry(Model):
    """A due date: `act` within so long after the day in fact `of`."""

    act: Line
    within: Line
    of: Line
    silence: Silence | None = None


class ConcludeEntry(Model):
    """What follows from other rules: all of them, or any."""

    all: tuple[Line, ...] = ()
    any: tuple[Line, ...] = ()


class RuleEntry(Model):
    """One requirement of one provision."""

    rule: Line
    on: tuple[Line, ...] | Literal["any"]
    stage: Stage
    cite: Cited
    says: Wording
    when: Any = None
    require: Any = None
    readings: tuple[ReadingEntry, ...] = ()
    judge: JudgeEntry | None = None
    conclude: ConcludeEntry | None = None
    departs_from: Line | None = None
    deadline: DeadlineEntry | None = None


class NoRule(Model):
    """A paragraph that was read and asks nothing that is checked here, and why."""

    cite: Cited
    because: Wording


class LawDocument(Model):
    """One file of rules/laws. A proposal has no `bwb` yet; law of the Union and treaties may have an `uri` instead.

    General law has no instruments, and a `short` name: all its rules are on any.

    `text_gap` says why the text is known for fewer days than it was in force.
    `repeals` names rules, or citations of paragraphs without a rule, of the version that it amends.
    """

    schema_: Literal["regelruimte/law/v1"] = Field(alias="schema")
    law: Identifier
    bwb: Line | None = None
    uri: Line | None = None
    short: Line | None = None
    title: Wording
    hierarchy: Hierarchy
    status: Status
    in_force: Days
    text_known: Days
    text_gap: Wording | None = None
    source: Source
    amends: ExactDay | None = None
    instruments: dict[Identifier, InstrumentEntry] = Field(default_factory=dict)
    rules: tuple[RuleEntry, ...] = ()
    repeals: tuple[Line, ...] = ()
    no_rule: tuple[NoRule, ...] = ()


class Instrument(NamedTuple):
    name: str
    says: Text
    article: Citation | None
    asked_by: Judging
    decided_by: Judging
    ordinary_power: bool = False
    opens: frozenset[str] = frozenset()
    under: str | None = None


class Reading(NamedTuple):
    name: str
    because: Text
    require: Condition


class Judge(NamedTuple):
    by: Judging
    question: Text


class Conclude(NamedTuple):
    kind: Literal["all", "any"]
    of: tuple[str, ...]


class Deadline(NamedTuple):
    act: str
    within: Duration
    of: FactDefinition
    silence: Silence | None


class Rule(NamedTuple):
    """One rule, checked: a requirement, readings of one, a judge, a conclusion, a deadline; or else a duty.

    `general` is the short name of the general law that it is of, if it is.
    """

    name: str
    on: frozenset[str]
    stage: Stage
    cite: Citation
    jci: str
    says: Text
    place: Place
    when: Condition | None = None
    require: Condition | None = None
    readings: tuple[Reading, ...] = ()
    judge: Judge | None = None
    conclude: Conclude | None = None
    departs_from: str | None = None
    deadline: Deadline | None = None
    general: str | None = None

    @property
    def cited(self) -> str:
        """Where it stands; of general law with the name of that law."""
        return f"{self.general} {self.cite}" if self.general else str(self.cite)

    @property
    def in_verdict(self) -> bool:
        """Whether the rule weighs in the verdict; a later stage, a due date or a bare duty does not."""
        asks = self.require or self.readings or self.judge or self.conclude
        return bool(asks) and self.stage in ("application", "decision")

    @property
    def asks_of_others(self) -> bool:
        """Whether it asks the portfolio: it belongs to the second stratum."""
        asked = (self.when, self.require, *(reading.require for reading in self.readings))
        return any(each.fact.of_others for condition in asked if condition for each in comparisons(condition))


@dataclass(frozen=True, slots=True, eq=False)
class LawVersion:
    """One version of one law, whole. `sha256` is over its content without wording, places and order."""

    law: str
    version: date
    bwb: str | None
    title: Text
    hierarchy: Hierarchy
    status: Status
    in_force: Term
    text_known: Term
    source: Source
    instruments: Mapping[str, Instrument]
    rules: Mapping[str, Rule]
    no_rule: tuple[NoRule, ...]
    sha256: str
    files: Mapping[str, str] = field(default_factory=dict)
    text_gap: Text | None = None
    uri: str | None = None
    short: str | None = None
    general: tuple["LawVersion", ...] = ()

    @property
    def name(self) -> str:
        """How documents and reports name this version: wbmgp@2017-07-01."""
        return f"{self.law}@{self.version.isoformat()}"

    def judged_as(self, stated: str) -> Rule | None:
        """The rule that a judgement names by its version, law@day/rule: of this law, or of general law joined to it."""
        version, _, name = stated.partition("/")
        if version == self.name:
            return self.rules.get(name)
        return next((self.rules.get(f"{each.law}/{name}") for each in self.general if each.name == version), None)

    def judgement_of(self, rule: Rule) -> str:
        """How a judgement names that rule: `judged_as` read backwards."""
        of = next((each for each in self.general if rule.name.startswith(f"{each.law}/")), None)
        return f"{of.name}/{rule.name.partition('/')[2]}" if of else f"{self.name}/{rule.name}"

    def on(self, instrument: str) -> Iterator[Rule]:
        """The rules that hold for that instrument, in the order of the file."""
        return (rule for rule in self.rules.values() if instrument in rule.on)


def rule_content(rule: Rule) -> dict[str, Any]:
    """The rule as plain data, for hashing and comparing: no name, no wording, no place."""
    return {
        "on": sorted(rule.on),
        "stage": rule.stage,
        "cite": str(rule.cite),
        "when": content(rule.when),
        "require": content(rule.require),
        "readings": {reading.name: content(reading.require) for reading in rule.readings},
        "judge": rule.judge.by if rule.judge else None,
        "conclude": [rule.conclude.kind, sorted(rule.conclude.of)] if rule.conclude else None,
        "departs_from": rule.departs_from,
        "deadline": [rule.deadline.act, str(rule.deadline.within), rule.deadline.of.name, rule.deadline.silence]
        if rule.deadline
        else None,
    }

"""A measure: what a municipality wants to do, where, and on which basis, as a document states it."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, StringConstraints, model_validator

from rules import period
from rules.area import Figure
from rules.citation import JCI
from rules.fields import (
    Euros,
    ExactDay,
    Flag,
    Identifier,
    Line,
    Missing,
    Model,
    Municipality,
    Prose,
    Record,
    Source,
    StatedDay,
    StatedHours,
    StatedReference,
    StatedStatement,
    StatedTerm,
    Unit,
    Wording,
)
from rules.hierarchy import UNION
from rules.problems import Wrong
from rules.text import Text
from rules.vocabulary import Body, Domain, Effect, FundingLine, Ministry, PartKind, Right, Screening, TargetGroup

InstrumentName = Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]+/[a-z0-9-]+|find)$")]


def _missing_word(value: Any) -> Any:
    return Missing(value) if value in ("none", "unknown") else value


StatedBody = Annotated[Body | Missing, BeforeValidator(_missing_word)]
StatedScreening = Annotated[Screening | Missing, BeforeValidator(_missing_word)]
StatedKind = Annotated[PartKind | Missing, BeforeValidator(_missing_word)]
StatedFlag = Annotated[Flag | Missing, BeforeValidator(_missing_word)]


def _a_provision(link: str) -> str:
    if JCI.fullmatch(link) or link.startswith(UNION):
        return link
    raise Wrong(
        Text(
            nl=f"verwacht een link zoals jci1.3:c:BWBR0003420&artikel=8&lid=1 of {UNION}…, gevonden «{link}»",
            en=f"expected a link such as jci1.3:c:BWBR0003420&artikel=8&lid=1 or {UNION}…, found '{link}'",
        ),
        code="wrong-citation",
    )


class Pause(Model):
    """Days, inclusive, on which the clock of the decision stood still, and why."""

    first: ExactDay = Field(alias="from")
    last: ExactDay = Field(alias="until")
    because: Prose


class Request(Model):
    """Who asks, and when."""

    by: StatedBody | None = None
    of: Municipality | None = None
    decided: StatedDay | None = None
    sent: StatedDay | None = None
    received: StatedDay | None = None
    clock_stopped: tuple[Pause, ...] = ()


class Part(Model):
    """A complex, street, neighbourhood or area that the measure is asked for."""

    part: Identifier
    name: Line
    kind: StatedKind | None = None
    area: Identifier | None = None
    code: Unit | None = None
    extends: StatedReference | None = None
    indicators: tuple[Figure, ...] = ()


class Where(Model):
    """Where the measure applies: parts, or without parts the whole area."""

    municipality: Municipality
    area: Identifier | None = None
    parts: tuple[Part, ...] = ()

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.parts and self.area is None:
            raise Wrong(
                Text(
                    nl="noem delen (parts) of een gebied (area): een maatregel geldt ergens",
                    en="name parts or an area: a measure applies somewhere",
                ),
                code="missing-key",
            )
        _no_doubles([part.part for part in self.parts], "parts")
        return self


def _no_doubles(names: list[str], under: str) -> None:
    for at, name in enumerate(names):
        if name in names[:at]:
            raise Wrong(
                Text(nl=f"«{name}» staat er twee keer", en=f"'{name}' stands here twice"),
                code="duplicate-name",
                path=(under, at),
            )


class Lift(Model):
    """A provision that the measure sets aside, and how."""

    provision: Annotated[str, AfterValidator(_a_provision)]
    how: Wording


FIND = "find"


class Ask(Model):
    """One instrument that the measure asks for, on some or all of its parts; `find` asks what could lift its lifts."""

    instrument: InstrumentName
    parts: tuple[Identifier, ...] | Literal["all"] = "all"
    lifts: tuple[Lift, ...] = ()


class Motivation(Model):
    """What the request says on each test that a law may put."""

    purpose: StatedStatement | None = None
    scope: StatedStatement | None = None
    need: StatedStatement | None = None
    necessity: StatedStatement | None = None
    suitability: StatedStatement | None = None
    subsidiarity: StatedStatement | None = None
    proportionality: StatedStatement | None = None
    regional_housing: StatedStatement | None = None
    screening: StatedStatement | None = None


class Description(Model):
    """What the decision on an opportunity zone describes."""

    map: StatedStatement | None = None
    situation: StatedStatement | None = None
    data_origin: StatedStatement | None = None


class TeachingTime(Model):
    """What the measure does to the hours that schools teach, and who agreed to it."""

    inside: StatedFlag | None = None
    eight_years: StatedHours | None = None
    first_four_years: StatedHours | None = None
    last_four_years: StatedHours | None = None
    school_plan: StatedStatement | None = None
    parents_consent: StatedStatement | None = None
    parents_consulted: StatedStatement | None = None
    municipal_money: StatedFlag | None = None
    municipal_language_activities: StatedFlag | None = None
    consent_per_pupil: StatedStatement | None = None


class DataSharing(Model):
    """On which basis data are shared across domains, and the assessment of what that does to people."""

    basis: StatedStatement | None = None
    assessment: StatedStatement | None = None


class Experiment(Model):
    """How an experiment is set up, and the regulation below an act that it rests on."""

    rests_on: StatedStatement | None = None
    plan: StatedStatement | None = None
    research: StatedStatement | None = None
    control_group: StatedFlag | None = None
    voluntary: StatedFlag | None = None
    consent: StatedStatement | None = None
    long_nature: StatedStatement | None = None
    joint_request: StatedStatement | None = None


class Power(Model):
    """What an ordinary power asks of whoever uses it."""

    bylaw: StatedStatement | None = None
    consulted: StatedStatement | None = None


class Aid(Model):
    """Support to one undertaking, and the day on which it is given."""

    undertaking: Identifier
    amount: Euros
    given: ExactDay


class Cost(Model):
    """What the measure costs in one year, and the line that pays it."""

    line: FundingLine
    year: Annotated[StrictInt, Field(ge=2000, le=2100)]
    amount: Euros


class EvaluationPlan(Model):
    """How the measure will be evaluated, and the day on which the report is due."""

    text: Prose
    report: ExactDay


class Safeguards(Model):
    hardship_clause: StatedFlag | None = None


class Agreement(Model):
    """A minister who agrees, since which day, and where that stands."""

    minister: Ministry
    given: ExactDay
    source: Source | None = None


class Expectation(Model):
    """What an example shows: its verdict, and the rules that decide it. Never in a real proposal."""

    verdict: Literal["barred", "ineligible", "undecided", "eligible", "unneeded"]
    rules: tuple[Line, ...] = ()


class Measure(Model):
    """One measure; it carries no judgements, those belong to decisions.

    Empty blocks are constructed, not validated: their validators would be built on every start.
    """

    schema_: Literal["regelruimte/measure/v1"] = Field(alias="schema")
    measure: Identifier
    record: Record = "proposal"
    title: Wording
    summary: Wording | None = None
    domains: tuple[Domain, ...] = Field(json_schema_extra={"minItems": 1})
    asked: Request = Request.model_construct()
    place: Where
    asks: tuple[Ask, ...] = ()
    term: Annotated[StatedTerm | Missing, BeforeValidator(_missing_word)] | None = None
    effects: Annotated[tuple[Effect, ...] | Missing, BeforeValidator(_missing_word)] = ()
    limits: Annotated[tuple[Right, ...] | Missing, BeforeValidator(_missing_word)] = ()
    target_groups: Annotated[tuple[TargetGroup, ...] | Missing, BeforeValidator(_missing_word)] = ()
    motivation: Motivation = Motivation.model_construct()
    description: Description = Description.model_construct()
    screening: StatedScreening | None = None
    evaluation: StatedStatement | None = None
    teaching_time: TeachingTime = TeachingTime.model_construct()
    data: DataSharing = DataSharing.model_construct()
    experiment: Experiment = Experiment.model_construct()
    power: Power = Power.model_construct()
    aid: tuple[Aid, ...] | None = None
    cost: tuple[Cost, ...] | None = None
    evaluation_plan: EvaluationPlan | None = None
    safeguards: Safeguards = Safeguards.model_construct()
    agreements: tuple[Agreement, ...] = ()
    sources: tuple[Source, ...] = ()
    expect: Expectation | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if not self.domains:
            raise Wrong(
                Text("noem ten minste één domein", "name at least one domain"), code="missing-key", path=("domains",)
            )
        names = {part.part for part in self.place.parts}
        for at, ask in enumerate(self.asks):
            if ask.instrument == FIND and not ask.lifts:
                says = Text(
                    "noem onder lifts de bepalingen waarvoor een weg wordt gezocht",
                    "name under lifts the provisions for which a way is sought",
                )
                raise Wrong(says, code="missing-key", path=("asks", at, "instrument"))
            if not ask.parts:
                says = Text(
                    "noem delen, of laat parts weg: dan zijn het alle", "name parts, or leave parts out: then all"
                )
                raise Wrong(says, code="missing-key", path=("asks", at, "parts"))
            for number, name in enumerate(ask.parts if ask.parts != "all" else ()):
                if name not in names:
                    raise Wrong(_unknown_part(name, names), code="unknown-part", path=("asks", at, "parts", number))
        if isinstance(self.term, StatedTerm):
            first, last = self.term.term.first, self.term.term.last
            if first and last and period.no_later(first, last) is False:
                raise Wrong(
                    Text(
                        nl=f"de termijn eindigt ({last}) voor zij begint ({first})",
                        en=f"the term ends ({last}) before it begins ({first})",
                    ),
                    code="wrong-term",
                    path=("term", "until"),
                )
        if self.expect and self.record != "example":
            raise Wrong(
                Text(
                    nl="«expect» hoort alleen in een voorbeeld (record: example); hoe het afliep staat in een besluit",
                    en="'expect' belongs in an example only (record: example); how it ended stands in a decision",
                ),
                code="expect-outside-example",
                path=("expect",),
            )
        return self


def parts_of(measure: Measure, ask: Ask) -> list[int | None]:
    """The parts that the ask is for, by their place in the measure; None stands for the whole area."""
    parts = measure.place.parts
    if not parts:
        return [None]
    return [at for at, part in enumerate(parts) if ask.parts == "all" or part.part in ask.parts]


def _unknown_part(name: str, names: set[str]) -> Text:
    listed = ", ".join(sorted(names)) or "–"
    return Text(
        nl=f"deel «{name}» staat niet onder place.parts (wel: {listed})",
        en=f"part '{name}' does not stand under place.parts (these do: {listed})",
    )

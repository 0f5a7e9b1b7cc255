"""A decision: who decided what on which parts, with the judgements and the reasons, as a document states it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rules.fields import ExactDay, Flag, Identifier, Model, Prose, Source, StatedDay
from rules.vocabulary import Body, Ministry

RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+@\d{4}-\d{2}-\d{2}/\S+$")]


class Author(Model):
    """The body that decided; a minister with the ministry that was competent."""

    role: Body
    competent: Ministry | None = None


class Judgement(Model):
    """What a person found on one open norm. `inferred` when the source does not say so itself."""

    rule: RuleName
    outcome: Literal["met", "unmet"]
    reasons: Prose
    parts: tuple[Identifier, ...] | Literal["all"] = "all"
    inferred: Flag = False


class Decision(Model):
    """One act; a refusal is a decision too."""

    schema_: Literal["regelruimte/decision/v1"] = Field(alias="schema")
    decision: Identifier
    record: Literal["decision", "reconstruction", "example"] = "decision"
    on_measure: Identifier
    by: Author
    decided: ExactDay
    made_known: StatedDay | None = None
    outcome: Literal["granted", "refused"]
    parts: tuple[Identifier, ...] | Literal["all"] = "all"
    judgements: tuple[Judgement, ...] = ()
    conditions: tuple[Prose, ...] = ()
    source: Source

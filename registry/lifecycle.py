"""What may happen to a measure in the register: the table of registry/lifecycle.yaml, and one step along it."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from rules.canonical import sha256
from rules.fields import Line, Model, Wording
from rules.reader import read
from rules.text import Text
from rules.validation import checked

FILE = "registry/lifecycle.yaml"
Lines = Mapping[str, str]


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


States = Annotated[tuple[Line, ...], BeforeValidator(_tuple)]


class ActEntry(Model):
    """One act: the line that it moves, from which states to which, what other lines must be in, and its guards."""

    act: Line
    says: Wording
    line: Line
    from_: States = Field(alias="from")
    to: States = ()
    needs: dict[Line, States] = Field(default_factory=dict)
    role: Line
    guards: tuple[Line, ...] = ()


class LifecycleDocument(Model):
    schema_: Literal["regelruimte/lifecycle/v1"] = Field(alias="schema")
    lines: dict[Line, States]
    acts: tuple[ActEntry, ...]
    guards: dict[Line, Wording]


class WrongStep(NamedTuple):
    """Why an act is not possible now: what it asks of a line, and where that line stands."""

    line: str
    stands: str
    asks: tuple[str, ...]


@cache
def lifecycle() -> LifecycleDocument:
    """The table inside this package."""
    return checked(LifecycleDocument, read(files("registry").joinpath("lifecycle.yaml").read_bytes(), FILE))


@cache
def lifecycle_hash() -> str:
    """SHA-256 of the table without its wording: which acts there are, from where to where, with which guards."""
    stated = lifecycle()
    acts = [[each.act, each.line, each.from_, each.to, each.needs, each.role, each.guards] for each in stated.acts]
    return sha256({"lines": stated.lines, "acts": acts})


def act_named(name: str) -> ActEntry:
    """That act; KeyError for another."""
    return {each.act: each for each in lifecycle().acts}[name]


def start() -> dict[str, str]:
    """Where every line stands before anything happened: at its first state."""
    return {name: states[0] for name, states in lifecycle().lines.items()}


def step(lines: Lines, name: str, to: str | None = None) -> dict[str, str] | WrongStep:
    """The lines after that act (`to` where it has more than one outcome), or why it cannot be done."""
    act = act_named(name)
    for line, asks in ((act.line, act.from_), *act.needs.items()):
        if lines[line] not in asks:
            return WrongStep(line, lines[line], asks)
    if not act.to:
        return dict(lines)  # whatever else its data say: such an act moves nothing
    after = to or act.to[0]
    return {**lines, act.line: after} if after in act.to else WrongStep(act.line, after, act.to)


def guard_says(name: str) -> Text:
    """What a guard asks, in words."""
    return lifecycle().guards[name].text

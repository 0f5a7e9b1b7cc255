"""From outcomes to conclusions: the program that a law makes, and what whoever runs it has to answer.

Kleene's three values, with needs that do not apply dropped out:

    all    unmet if a need is unmet, else open if one is open, else met
    any    over the needs that apply: met if one is met, else open if one is open, else unmet
    both   neutral if every need is neutral

Pure data: nothing here knows which engine does the chaining.
"""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Literal, NamedTuple, Protocol

from rules.text import Text

State = Literal["met", "unmet", "open", "neutral"]
Kind = Literal["all", "any"]


class Conclusion(NamedTuple):
    """What follows from its needs: inputs, or other conclusions."""

    id: str
    kind: Kind
    needs: tuple[str, ...]


class Program(NamedTuple):
    """Conclusions in an order in which every need comes first; made by `program`, which checks it."""

    inputs: tuple[str, ...]
    guarded: frozenset[str]
    conclusions: tuple[Conclusion, ...]


class Firing(NamedTuple):
    """A conclusion's state and why.

    `because` holds the needs that together were enough, the first such group in the order of the law; `more` counts
    the other needs that were each enough alone. Every need in `because` has the state that the conclusion took.
    """

    conclusion: str
    state: State
    because: tuple[str, ...]
    more: int = 0


class Chain(Protocol):
    """Whatever can run one program; pure: no state survives a call."""

    @property
    def program(self) -> Program: ...

    def run(self, cases: Sequence[Mapping[str, State]]) -> list[Mapping[str, Firing]]:
        """Per case a firing for every conclusion.

        A case gives every input its state (others are ignored); ValueError where it does not. EngineFault where no
        answer can be trusted: the cases are then to be run elsewhere, and the chain may be used again.
        """
        ...

    def close(self) -> None: ...


class EngineFault(Exception):
    """The engine did something it should not have: its answer is not an answer."""


class EngineMissing(ImportError):
    """The engine is not installed, or was built so that this Python cannot load it: why, and what helps."""

    def __init__(self, why: Text) -> None:
        self.why = why
        super().__init__(why)


class ProgramRefused(ValueError):
    """A program that cannot be run as it stands; `rule` is the conclusion (or input) where that shows."""

    def __init__(self, rule: str, why: Text) -> None:
        self.rule, self.why = rule, why
        super().__init__(f"{rule}: {why.en}")


def program(inputs: Iterable[str], guarded: Iterable[str], conclusions: Iterable[Conclusion]) -> Program:
    """The checked program, its conclusions put in order; `guarded` are the inputs that can ever be neutral.

    Raises ProgramRefused: a name used twice, a need that names nothing, no needs, a circle.
    """
    named, free, parts = tuple(inputs), frozenset(guarded), {}
    known = set[str]()
    for name in named:
        _refuse_if(name in known, name, "staat twee keer in het programma", "is in the program twice")
        known.add(name)
    for name in sorted(free):
        _refuse_if(name not in known, name, "is voorwaardelijk, maar geen invoer", "is guarded, but not an input")
    for conclusion in conclusions:
        name = conclusion.id
        _refuse_if(name in known, name, "staat twee keer in het programma", "is in the program twice")
        known.add(name)
        parts[name] = conclusion
    for conclusion in parts.values():
        _check_needs(conclusion, known)
    return Program(named, free, tuple(parts[name] for name in _in_order(parts)))


def firing(conclusion: Conclusion, state: State, states: Mapping[str, State]) -> Firing:
    """Why the conclusion has that state, given the states of its needs; EngineFault where none of them has it."""
    same = tuple(need for need in conclusion.needs if states[need] == state)
    if not same:
        raise EngineFault(f"{conclusion.id} is said to be {state}, but nothing that it needs is")
    if state in ("neutral", "met" if conclusion.kind == "all" else "unmet"):
        return Firing(conclusion.id, state, same)
    return Firing(conclusion.id, state, same[:1], len(same) - 1)


def _check_needs(conclusion: Conclusion, known: set[str]) -> None:
    seen = set[str]()
    _refuse_if(not conclusion.needs, conclusion.id, "heeft niets nodig", "needs nothing")
    for need in conclusion.needs:
        _refuse_if(need not in known, conclusion.id, f"noemt {need}, dat niet bestaat", f"names {need}: no such thing")
        _refuse_if(need in seen, conclusion.id, f"noemt {need} twee keer", f"names {need} twice")
        seen.add(need)


def _in_order(parts: Mapping[str, Conclusion]) -> tuple[str, ...]:
    before = {name: [need for need in part.needs if need in parts] for name, part in parts.items()}
    try:
        return tuple(TopologicalSorter(before).static_order())
    except CycleError as error:
        # graphlib gives [a, …, a], each needed by the next; start where the law names the circle first
        circle: list[str] = error.args[1][:0:-1]
        start = min(range(len(circle)), key=lambda at: list(parts).index(circle[at]))
        circle = circle[start:] + circle[:start]
        path = (*circle, circle[0])
        why = Text(f"vormt een kring: {' heeft nodig '.join(path)}", f"makes a circle: {' needs '.join(path)}")
        raise ProgramRefused(circle[0], why) from None


def _refuse_if(wrong: bool, rule: str, nl: str, en: str) -> None:
    if wrong:
        raise ProgramRefused(rule, Text(nl, en))

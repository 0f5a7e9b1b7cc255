"""Programs for the rules engine: what they come to, straight from the words, and the engine with something between."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pytest

from rules import kernel
from rules.chain import Conclusion, Firing, Kind, Program, State, program
from rules.kernel import DurableChain

STATES: tuple[State, ...] = ("met", "unmet", "open", "neutral")


# The oracle: straight from the words, by recursion, knowing nothing of marks or clauses.


def told(made: Program, case: Mapping[str, State]) -> dict[str, Firing]:
    parts = {part.id: part for part in made.conclusions}

    def state(name: str) -> State:
        if name not in parts:
            return case[name]
        applying = [found for found in map(state, parts[name].needs) if found != "neutral"]
        order: tuple[State, ...] = ("unmet", "open", "met") if parts[name].kind == "all" else ("met", "open", "unmet")
        return next((each for each in order if each in applying), "neutral")

    def reason(part: Conclusion) -> Firing:
        own = state(part.id)
        same = [need for need in part.needs if state(need) == own]
        if own == "neutral" or (part.kind, own) in {("all", "met"), ("any", "unmet")}:
            return Firing(part.id, own, tuple(same), 0)
        return Firing(part.id, own, (same[0],), len(same) - 1)

    return {part.id: reason(part) for part in made.conclusions}


def one(kind: Kind, *needs: str, guarded: Sequence[str] = ()) -> Program:
    return program(needs, guarded, [Conclusion("c", kind, needs)])


def answers(made: Program, cases: Sequence[Mapping[str, State]]) -> list[Mapping[str, Firing]]:
    with closing(DurableChain(made)) as chain:
        return chain.run(cases)


def names(prefix: str, amount: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(amount)]


def some_program(chance: random.Random, most: int = 6) -> Program:
    inputs = names("i", chance.randrange(1, 10))
    parts: list[Conclusion] = []
    for name in names("c", chance.randrange(1, most)):
        pool = inputs + [part.id for part in parts]
        width = min(len(pool), chance.choice((1, 2, 3, 4, 5, 19)))
        parts.append(Conclusion(name, chance.choice(("all", "any")), tuple(chance.sample(pool, width))))
    guarded = chance.sample(inputs, chance.choice((0, len(inputs), chance.randrange(len(inputs)))))
    return program(inputs, guarded, chance.sample(parts, len(parts)))


def some_case(chance: random.Random, made: Program, share: Sequence[int] | None = None) -> dict[str, State]:
    weights = share or chance.choice(([5, 1, 1, 2], [1, 1, 1, 1], [1, 5, 1, 2], [1, 1, 0, 9], [0, 1, 2, 1]))
    drawn: list[State] = chance.choices(STATES, weights, k=len(made.inputs))
    return {
        name: "unmet" if state == "neutral" and name not in made.guarded else state
        for name, state in zip(made.inputs, drawn, strict=True)
    }


Call = tuple[str, tuple[Any, ...]]


class Between:
    """The engine with something between: every call is noted, and answered by `instead` where that has a say."""

    def __init__(self, instead: Callable[[str, Any], Any] = lambda name, answer: answer) -> None:
        self.calls: list[Call] = []
        self._real, self._instead = kernel._engine, instead

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            self.calls.append((name, given))
            return self._instead(name, getattr(self._real, name)(*given))

        return call


def watched(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    between = Between()
    monkeypatch.setattr(kernel, "_engine", between)
    return between.calls


@contextmanager
def through(monkeypatch: pytest.MonkeyPatch, name: str, answer: Callable[[Any], Any]) -> Iterator[None]:
    """For as long as this lasts, what the engine answers to calls of that name passes through `answer`."""
    with monkeypatch.context() as patch:
        patch.setattr(kernel, "_engine", Between(lambda called, real: answer(real) if called == name else real))
        yield

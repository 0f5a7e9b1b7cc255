"""Random programs through the kernel and its oracle, and wrong kernels that this must catch."""

import random
from collections.abc import Callable

import pytest

from rules import encoding, kernel
from rules.chain import EngineFault, Program
from rules.encoding import encode
from tests.programs import answers, some_case, some_program, told


def caught(seed: int, programs: int) -> str | None:
    """The first program on which the kernel and the oracle part."""
    chance = random.Random(seed)
    for number in range(programs):
        made = some_program(chance)
        cases = [some_case(chance, made) for _ in range(chance.choice((1, 3, 11)))]
        try:
            found = answers(made, cases)
        except EngineFault as fault:
            return f"program {number}: {fault}"
        for case, answer in zip(cases, found, strict=True):
            if answer != (expected := told(made, case)):
                return f"program {number}: {made} on {case} gave {answer}, not {expected}"
    return None


def test_fuzz_kernel_against_oracle() -> None:
    assert caught(seed=20260, programs=3_200) is None


def _short_all(made: Program) -> encoding.Encoding:
    parts = (
        c._replace(needs=c.needs[:-1] if c.kind == "all" and len(c.needs) > 1 else c.needs) for c in made.conclusions
    )
    return encode(made._replace(conclusions=tuple(parts)))


def _neutral_as_unmet(made: Program) -> encoding.Encoding:
    right = encode(made)
    given = {
        key: right.given.get((key[0], "unmet"), ()) if key[1] == "neutral" else marks
        for key, marks in right.given.items()
    }
    return right._replace(given=given)


def _any_neutral_as_unmet(made: Program) -> encoding.Encoding:
    """An "any" of which nothing applies is called unmet: the clause forgets that some need must be not met."""
    right = encode(made)
    clauses = (c._replace(body=tuple(m for m in c.body if m.part != "some") or c.body) for c in right.clauses)
    return right._replace(clauses=tuple(clauses))


def _last_clause_lost(made: Program) -> encoding.Encoding:
    right = encode(made)
    kept = right.clauses[:-1]
    used = {mark for clause in kept for mark in clause.body}
    return encoding.Encoding(kept, {key: tuple(m for m in marks if m in used) for key, marks in right.given.items()})


def _open_as_unmet(made: Program) -> encoding.Encoding:
    right = encode(made)
    given = {
        key: right.given.get((key[0], "unmet"), ()) if key[1] == "open" else marks for key, marks in right.given.items()
    }
    return right._replace(given=given)


@pytest.mark.parametrize(
    "mutant", [_short_all, _neutral_as_unmet, _any_neutral_as_unmet, _last_clause_lost, _open_as_unmet]
)
def test_fuzz_catches_a_wrong_kernel(
    monkeypatch: pytest.MonkeyPatch, mutant: Callable[[Program], encoding.Encoding]
) -> None:
    monkeypatch.setattr(kernel, "encode", mutant)
    assert caught(seed=20260, programs=200) is not None

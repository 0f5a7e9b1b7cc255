"""A program as clauses over marks: what the rules engine is given, far from every limit of it, or refused.

A mark says that an input or conclusion is in one of some states, none of which is "met": met is the absence of marks,
so that a case costs as much as there is wrong with it. Every clause is positive and monotone: the order in which the
engine fires can change nothing. No engine is imported here: a law is refused when it is loaded, whoever then runs it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rules.chain import Conclusion, Program, ProgramRefused, State
from rules.text import Text

MOST_CLAUSES = 4_000  # the engine holds 4,096 rules
MOST_CONDITIONS = 8_000  # each takes 11 KB of the live state
WIDTH = 15  # facts in one rule; an error from 17 on
FAN_OUT = 200  # rules that start from one mark; at 256 the engine overruns a table

_BAD: tuple[State, ...] = ("open", "unmet", "neutral")
_NOT_MET = frozenset[State](_BAD[:2])


class Mark(NamedTuple):
    """That `name` is in one of the states; `part` tells apart the helpers that no one outside sees."""

    name: str
    states: frozenset[State]
    part: str = ""


class Clause(NamedTuple):
    """`head` holds when every mark of `body` does; `owner` is the conclusion for whose sake it is there."""

    head: Mark
    body: tuple[Mark, ...]
    owner: str


class Encoding(NamedTuple):
    """A program as clauses, with the marks that an input in some state sets."""

    clauses: tuple[Clause, ...]
    given: Mapping[tuple[str, State], tuple[Mark, ...]]


@lru_cache(maxsize=256)
def encode(program: Program) -> Encoding:
    """The clauses of a program; raises ProgramRefused near a limit of the engine.

    A conclusion may be marked open beside unmet, where different needs gave that; it is then unmet.
    """
    can = possible_states(program)
    results = {Mark(part.id, frozenset({state})) for part in program.conclusions for state in can[part.id]}
    drawn = [clause for part in program.conclusions for clause in _clauses(part, can)]
    clauses = tuple(_within_fan_out(_within_width(_wanted(drawn, results))))
    _check_size(clauses)
    inputs, given = set(program.inputs), dict[tuple[str, State], tuple[Mark, ...]]()
    for mark in dict.fromkeys(mark for clause in clauses for mark in clause.body):
        if mark.name in inputs and not mark.part:
            for state in mark.states:
                given[mark.name, state] = (*given.get((mark.name, state), ()), mark)
    return Encoding(clauses, given)


def possible_states(program: Program) -> dict[str, frozenset[State]]:
    """What each input and conclusion can be besides met: neutral only where all that it rests on can."""
    can = {name: frozenset(_BAD) if name in program.guarded else _NOT_MET for name in program.inputs}
    for part in program.conclusions:
        can[part.id] = frozenset.intersection(*(can[need] for need in part.needs))
    return can


def _clauses(part: Conclusion, can: Mapping[str, frozenset[State]]) -> Iterator[Clause]:
    def mark(name: str, *states: State) -> Mark:
        return Mark(name, can[name].intersection(states))

    def clause(head: Mark, *body: Mark) -> Clause:
        return Clause(head, body, part.id)

    unmet, opened, needs = mark(part.id, "unmet"), mark(part.id, "open"), part.needs
    if part.kind == "all":
        yield from (clause(unmet, mark(need, "unmet")) for need in needs)
        yield from (clause(opened, mark(need, "open")) for need in needs)
    else:
        some = [Mark(part.id, _NOT_MET, "some")] if "neutral" in can[part.id] else []
        yield from (clause(helper, mark(need, "unmet", "open")) for helper in some for need in needs)
        yield clause(unmet, *some, *(mark(need, "unmet", "neutral") for need in needs))
        yield clause(opened, *some, *(mark(need, "unmet", "open", "neutral") for need in needs))
    if "neutral" in can[part.id]:
        yield clause(mark(part.id, "neutral"), *(mark(need, "neutral") for need in needs))
    # what an "any" above this conclusion asks for
    for head in dict.fromkeys((mark(part.id, "unmet", "neutral"), mark(part.id, *_NOT_MET), mark(part.id, *_BAD))):
        if len(head.states) > 1:
            yield from (clause(head, mark(part.id, state)) for state in _BAD if state in head.states)


def _wanted(clauses: Sequence[Clause], results: Iterable[Mark]) -> list[Clause]:
    """Without the clauses that lead to no result; needs stand before their users, so one pass from behind is enough."""
    wanted, kept = set(results), []
    for clause in reversed(clauses):
        if clause.head in wanted:
            wanted.update(clause.body)
            kept.append(clause)
    return kept[::-1]


def _within_width(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """Long bodies split over helpers, in as many layers as it takes."""
    for clause in clauses:
        head, body, layer = clause.head, clause.body, 0
        while len(body) > WIDTH:
            slices = [body[start : start + WIDTH] for start in range(0, len(body), WIDTH)]
            helpers = tuple(Mark(head.name, head.states, f"{layer}/{at}") for at in range(len(slices)))
            yield from (Clause(helper, some, clause.owner) for helper, some in zip(helpers, slices, strict=True))
            body, layer = helpers, layer + 1
        yield Clause(head, body, clause.owner)


def _within_fan_out(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """Marks that very many clauses start from get stand-ins, which hold when the mark does."""
    uses = Counter[Mark]()
    for clause in clauses:
        body = []
        for mark in clause.body:
            turn, first = divmod(uses[mark], FAN_OUT)
            uses[mark] += 1
            stand_in = Mark(mark.name, mark.states, f"{mark.part}+{turn}") if turn else mark
            if turn and not first:
                yield Clause(stand_in, (mark,), clause.owner)
            body.append(stand_in)
        yield Clause(clause.head, tuple(body), clause.owner)


def _check_size(clauses: Sequence[Clause]) -> None:
    conditions = 0
    for number, clause in enumerate(clauses, 1):
        conditions += len(clause.body)
        if number > MOST_CLAUSES or conditions > MOST_CONDITIONS:
            raise ProgramRefused(
                clause.owner,
                Text(
                    f"past niet in de regelmachine: boven {MOST_CLAUSES} deelregels of {MOST_CONDITIONS} voorwaarden",
                    f"does not fit in the rules engine: over {MOST_CLAUSES} clauses or {MOST_CONDITIONS} conditions",
                ),
            )

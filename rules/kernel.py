"""The chaining itself, in durable_rules: the one module that imports it, and only what is safe of it.

    Program ──encode──> Encoding ──_rules_text──> the engine's JSON ──DurableChain──> states ──firing──> reasons

The engine hangs, dies or answers wrongly outside a narrow path. So: names, ids and values are decimal numbers (it
compares by a 32-bit hash, in which small numbers do not collide); joins are equalities and stand last; every batch ends
with a fact whose rule fires last, and a state is deleted only after it did; one state lives at a time; and
rules/encoding.py keeps far from every limit, by going round it or by refusing.
"""

import importlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from threading import Lock
from typing import Protocol, cast

from rules.chain import Conclusion, EngineFault, Firing, Program, State, firing
from rules.encoding import encode, possible_states

GROUP = 100  # marks in a group, so tests under one node; at 513 it hangs
CASES_PER_STATE = 10
NUMBERS = 797_186  # the first decimal number whose hash is not its own

_CASE, _END, _FIRST_MARK, _LAST = "s", "0", 1_000, 60_000
_FIRED = re.compile(r'\{"(\d+)":\{"a\d+":\{"sid":"(\d+)","id":"\d+","s":(\d+),')


class _Engine(Protocol):
    """The part of durable_rules_engine that is used; its errors are plain exceptions with a number in their text."""

    def create_ruleset(self, name: str, rules: str, /) -> int: ...
    def delete_ruleset(self, handle: int, /) -> None: ...
    def assert_fact(self, handle: int, fact: str, /) -> tuple[int, int]: ...
    def assert_facts(self, handle: int, facts: str, /) -> tuple[int, int]: ...
    def start_action_for_state(self, handle: int, state: int, /) -> tuple[str, str] | None: ...
    def complete_and_start_action(self, handle: int, state: int, /) -> str | None: ...
    def delete_state(self, handle: int, sid: str, /) -> None: ...


_engine = cast(_Engine, importlib.import_module("durable_rules_engine"))
_rulesets = count(1)


class DurableChain:
    """A chain on the rules engine. Threads may share it, one at a time gets through; a process makes its own.

    Raises ProgramRefused for a program near a limit of the engine.
    """

    def __init__(self, program: Program) -> None:
        encoding = encode(program)
        clauses = encoding.clauses
        number = {mark: at for at, mark in enumerate(dict.fromkeys(m for c in clauses for m in (c.head, *c.body)))}
        conclusions = {part.id for part in program.conclusions}
        self._program = program
        joined = {mark for clause in clauses for mark in clause.body}
        self._heads = [
            (number[clause.head], _fields([number[clause.head]]) if clause.head in joined else "") for clause in clauses
        ]
        self._results: dict[int, tuple[str, State]] = {
            number[mark]: (mark.name, state)
            for mark in number
            if mark.name in conclusions and not mark.part and len(mark.states) == 1
            for state in mark.states
        }
        self._given: dict[str, dict[State, str]] = {
            name: dict.fromkeys(states, "")
            for name, states in possible_states(program).items()
            if name not in conclusions
        }
        for (name, state), marks in encoding.given.items():
            self._given[name][state] = _fields(number[mark] for mark in marks)
        self._users: dict[str, list[Conclusion]] = {}
        for part in program.conclusions:
            for need in part.needs:
                self._users.setdefault(need, []).append(part)
        self._all_met = {part.id: firing(part, "met", dict.fromkeys(part.needs, "met")) for part in program.conclusions}
        self._text = _rules_text([(number[c.head], [number[mark] for mark in c.body]) for c in clauses])
        self._lock, self._sid, self._closed = Lock(), 0, False
        self._handle: int | None = self._created()

    @property
    def program(self) -> Program:
        return self._program

    def run(self, cases: Sequence[Mapping[str, State]]) -> list[Mapping[str, Firing]]:
        """Per case a firing for every conclusion; errors as in Chain."""
        given = [self._exceptions(case) for case in cases]
        answers: list[Mapping[str, Firing]] = []
        with self._lock:
            if self._closed:
                raise ValueError("this chain is closed")
            for start in range(0, len(given), CASES_PER_STATE):
                batch = given[start : start + CASES_PER_STATE]
                answers += map(self._explained, batch, self._derived(batch))
        return answers

    def close(self) -> None:
        """Gives the engine's memory back; may be called twice."""
        with self._lock:
            self._closed = True
            self._discard()

    def _exceptions(self, case: Mapping[str, State]) -> dict[str, State]:
        """What is not met, in the order of the inputs."""
        found: dict[str, State] = {}
        for name, possible in self._given.items():
            state = case.get(name)
            if state != "met":
                if state is None or state not in possible:
                    raise ValueError(f"{name} cannot be {state or 'left out'}")
                found[name] = state
        return found

    def _derived(self, batch: Sequence[Mapping[str, State]]) -> list[dict[str, State]]:
        """Per case the conclusions that are not met."""
        try:
            if self._handle is None:
                self._handle = self._created()
            return [self._read(marks) for marks in self._chained(self._handle, batch)]
        except BaseException as error:
            # deleting a state in which nothing fired kills the process, so the ruleset goes instead
            self._discard()
            if isinstance(error, Exception) and not isinstance(error, EngineFault):
                raise EngineFault(f"the rules engine failed: {error!r}") from error
            raise

    def _chained(self, handle: int, batch: Sequence[Mapping[str, State]]) -> list[set[int]]:
        """Per case the numbers of the marks that follow; one state is made, filled, fired empty and deleted."""
        self._sid = self._sid % (NUMBERS - 1) + 1
        sid, ids = str(self._sid), count(1)

        def fact(case: int, fields: str) -> str:
            return f'{{"sid":"{sid}","id":"{next(ids)}","{_CASE}":{case},{fields}}}'

        facts = [
            fact(case, fields)
            for case, exceptions in enumerate(batch)
            for name, state in exceptions.items()
            if (fields := self._given[name][state])
        ]
        facts.append(fact(0, f'"{_END}":1'))
        code, live = _engine.assert_facts(handle, f"[{','.join(facts)}]")
        _expect(code == 0, f"facts were taken with code {code}")
        marks: list[set[int]] = [set() for _ in batch]
        started, ended = _engine.start_action_for_state(handle, live), False
        message = started[1] if started else None
        while message is not None:
            _expect(not ended, "a rule fired after the last one")
            rule, case = _fired(message, sid)
            if rule == len(self._heads):
                ended = True
            else:
                head, fields = self._heads[rule]
                if head not in marks[case]:
                    marks[case].add(head)
                    if fields:
                        code, _ = _engine.assert_fact(handle, fact(case, fields))
                        _expect(code == 0, f"a fact was taken with code {code}")
            message = _engine.complete_and_start_action(handle, live)
        _expect(ended, "the last rule did not fire")
        _engine.delete_state(handle, sid)
        return marks

    def _read(self, marks: Iterable[int]) -> dict[str, State]:
        found: dict[str, State] = {}
        for mark in marks:
            if mark in self._results:
                name, state = self._results[mark]
                if found.get(name) != "unmet":
                    found[name] = state
        return found

    def _explained(self, given: Mapping[str, State], derived: Mapping[str, State]) -> Mapping[str, Firing]:
        """All is met, but for the conclusions next to an exception."""
        answer = dict(self._all_met)
        touched = {part.id: part for bad in (given, derived) for name in bad for part in self._users.get(name, ())}
        _expect(derived.keys() <= touched.keys(), "something followed from nothing")
        for part in touched.values():
            states = {need: given.get(need) or derived.get(need) or "met" for need in part.needs}
            answer[part.id] = firing(part, derived.get(part.id) or "met", states)
        return answer

    def _created(self) -> int:
        try:
            return _engine.create_ruleset(f"kernel{next(_rulesets)}", self._text)
        except Exception as error:
            raise EngineFault(f"the rules engine did not take the rules: {error!r}") from error

    def _discard(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            _engine.delete_ruleset(handle)


def _rules_text(clauses: Sequence[tuple[int, Sequence[int]]]) -> str:
    """The clauses as the engine reads them, each named by its number, and behind them the rule that ends a batch."""
    rules = [
        f'"{at}":{{"all":[{",".join(_condition(mark, place) for place, mark in enumerate(body))}],"pri":1}}'
        for at, (_, body) in enumerate(clauses)
    ]
    last = f'"{len(rules)}":{{"all":[{{"a0":{{"$ex":{{"{_END}":1}}}}}}],"pri":{_LAST}}}'
    return f"{{{','.join([*rules, last])}}}"


@cache
def _condition(mark: int, place: int) -> str:
    tests = [f'{{"$ex":{{"{name}":1}}}}' for name in _names(mark)]
    if place:
        tests.append(f'{{"{_CASE}":{{"a0":"{_CASE}"}}}}')
    return f'{{"a{place}":{{"$and":[{",".join(tests)}]}}}}'


def _fields(marks: Iterable[int]) -> str:
    """What a fact says that sets those marks."""
    return ",".join(f'"{name}":1' for name in dict.fromkeys(name for mark in marks for name in _names(mark)))


@cache
def _names(mark: int) -> tuple[str, str]:
    """A mark's group and its own field; groups stay below the numbers of marks."""
    return str(1 + mark // GROUP), str(_FIRST_MARK + mark)


def _fired(message: str, sid: str) -> tuple[int, int]:
    """Which rule, for which case; the message begins with one of the facts, as `_chained` wrote it."""
    found = _FIRED.match(message)
    if found is None or found[2] != sid:
        raise EngineFault(f"not a firing of this batch: {message[:200]}")
    return int(found[1]), int(found[3])


def _expect(right: bool, otherwise: str) -> None:
    if not right:
        raise EngineFault(otherwise)

"""The kernel against the semantics of rules.chain, written here once more in the plainest way, and why it is careful.

Every check that could pass for a wrong reason has a control that must fail: mutated kernels under the same fuzz, and
child processes that do what the kernel avoids.
"""

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from rules import encoding, kernel
from rules.chain import Conclusion, EngineFault, Firing, Kind, Program, ProgramRefused, State, firing, program
from rules.encoding import encode
from rules.kernel import DurableChain
from rules.memo import MemoChain

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


# What the words mean


@pytest.mark.parametrize(
    ("kind", "states", "expected", "because", "more"),
    [
        ("all", "met met", "met", "a b", 0),
        ("all", "met open", "open", "b", 0),
        ("all", "open unmet", "unmet", "b", 0),
        ("all", "unmet open unmet", "unmet", "a", 1),
        ("all", "open met open", "open", "a", 1),
        ("all", "neutral met", "met", "b", 0),
        ("all", "neutral neutral", "neutral", "a b", 0),
        ("any", "unmet met met", "met", "b", 1),
        ("any", "unmet open", "open", "b", 0),
        ("any", "open open met", "met", "c0", 0),
        ("any", "unmet unmet", "unmet", "a b", 0),
        ("any", "neutral unmet", "unmet", "b", 0),
        ("any", "neutral open", "open", "b", 0),
        ("any", "neutral met", "met", "b", 0),
        ("any", "neutral neutral neutral", "neutral", "a b c0", 0),
    ],
)
def test_a_conclusion_follows_from_its_needs(kind: Kind, states: str, expected: State, because: str, more: int) -> None:
    needs = ["a", "b", "c0"][: len(states.split())]
    case: dict[str, Any] = dict(zip(needs, states.split(), strict=True))
    assert answers(one(kind, *needs, guarded=needs), [case]) == [
        {"c": Firing("c", expected, tuple(because.split()), more)}
    ]


@pytest.mark.parametrize("guarded", ["", "a", "ab", "abc", "abcd"])
@pytest.mark.parametrize(("inner", "outer"), [("all", "all"), ("all", "any"), ("any", "all"), ("any", "any")])
def test_every_combination_of_four_needs_in_two_layers(inner: Kind, outer: Kind, guarded: str) -> None:
    made = program(
        "abcd",
        guarded,
        [
            Conclusion("top", outer, ("low", "c", "d")),
            Conclusion("low", inner, ("a", "b")),
            Conclusion("x", inner, ("top",)),
        ],
    )
    free = (STATES if name in guarded else STATES[:3] for name in "abcd")
    cases = [dict(zip("abcd", states, strict=True)) for states in product(*free)]
    assert answers(made, cases) == [told(made, case) for case in cases]


def test_conclusions_come_in_an_order_in_which_needs_come_first() -> None:
    made = program(
        "i", (), [Conclusion("z", "all", ("y", "i")), Conclusion("y", "any", ("x",)), Conclusion("x", "all", ("i",))]
    )
    assert [part.id for part in made.conclusions] == ["x", "y", "z"]
    assert hash(made) == hash(program("i", (), reversed(made.conclusions)))


# What is refused


@pytest.mark.parametrize(
    ("inputs", "guarded", "conclusions", "rule", "why"),
    [
        ("a", "", [("c", "ab")], "c", "names b: no such thing"),
        ("a", "", [("c", "")], "c", "needs nothing"),
        ("a", "", [("c", "aa")], "c", "names a twice"),
        ("a", "", [("c", "a"), ("c", "a")], "c", "is in the program twice"),
        ("a", "", [("a", "a")], "a", "is in the program twice"),
        ("aa", "", [], "a", "is in the program twice"),
        ("a", "ab", [], "b", "is guarded, but not an input"),
        ("a", "", [("c", "c")], "c", "makes a circle: c needs c"),
        ("a", "", [("v", "a"), ("x", "ya"), ("y", "zv"), ("z", "x")], "x", "makes a circle: x needs y needs z needs x"),
    ],
)
def test_a_wrong_program_is_refused_by_name(
    inputs: str, guarded: str, conclusions: list[tuple[str, str]], rule: str, why: str
) -> None:
    with pytest.raises(ProgramRefused) as refused:
        program(inputs, guarded, [Conclusion(name, "all", tuple(needs)) for name, needs in conclusions])
    assert (refused.value.rule, refused.value.why.en) == (rule, why)
    assert refused.value.why.nl != why


def test_a_program_near_the_limits_of_the_engine_is_refused_where_it_passes_them() -> None:
    inputs = names("i", 400)
    wide = [Conclusion(name, "all", tuple(inputs)) for name in names("c", 6)]
    encode(program(inputs, (), wide[:4]))
    with pytest.raises(ProgramRefused) as refused:
        DurableChain(program(inputs, (), wide))
    assert refused.value.rule == "c5"
    thick = [Conclusion(name, "any", tuple(inputs)) for name in names("c", 12)]
    with pytest.raises(ProgramRefused) as refused:
        DurableChain(program(inputs, (), thick))
    assert refused.value.rule == "c9"


@pytest.mark.parametrize("case", [{}, {"a": "neutral"}, {"a": "perhaps"}, {"a": None}])
def test_a_case_must_give_every_input_a_state_that_it_can_have(case: Any) -> None:
    with closing(DurableChain(one("all", "a"))) as chain:
        with pytest.raises(ValueError, match="a cannot be"):
            chain.run([case])
        assert chain.run([{"a": "open", "b": "met"}])[0]["c"].state == "open"


# What is large


def large() -> Iterator[tuple[str, Program]]:
    inputs = names("i", 400)
    kinds: tuple[Kind, Kind] = ("all", "any")
    for kind, free in product(kinds, ([], inputs[:7], inputs)):
        yield f"{kind} of 400, {len(free)} guarded", program(inputs, free, [Conclusion("c", kind, tuple(inputs))])
    for kind in kinds:
        users = [Conclusion(name, kind, ("i0", f"i{at % 399 + 1}")) for at, name in enumerate(names("c", 400))]
        yield f"400 conclusions on one input, {kind}", program(inputs, ["i0"], users)
    deep = [Conclusion(f"c{at}", kinds[at % 2], (f"c{at - 1}" if at else "i0", f"i{at}")) for at in range(1, 400)]
    yield "400 deep", program(inputs, (), [Conclusion("c0", "all", ("i0",)), *deep])
    chance = random.Random(4)
    mixed = [Conclusion(name, chance.choice(kinds), tuple(chance.sample(inputs, 4))) for name in names("c", 400)]
    yield "400 conclusions of 4", program(inputs, chance.sample(inputs, 100), mixed)


@pytest.mark.parametrize("made", [pytest.param(made, id=title) for title, made in large()])
def test_four_hundred_wide_works(made: Program) -> None:
    chance = random.Random(7)
    shares = ([97, 1, 1, 1], [0, 1, 1, 1], [0, 1, 0, 1], [1, 97, 1, 1], [100, 0, 0, 0], [0, 100, 0, 0])
    cases = [some_case(chance, made, share) for share in shares for _ in range(3)]
    last = made.inputs[-1]
    cases += [{name: state if name == last else "unmet" for name in made.inputs} for state in STATES[:3]]
    assert answers(made, cases) == [told_flat(made, case) for case in cases]


def told_flat(made: Program, case: Mapping[str, State]) -> dict[str, Firing]:
    """As `told`, one conclusion at a time: recursion over 400 layers takes for ever."""
    known, found = dict(case), dict[str, Firing]()
    for part in made.conclusions:
        alone = Program(part.needs, frozenset(part.needs), (part,))
        found |= told(alone, {need: known[need] for need in part.needs})
        known[part.id] = found[part.id].state
    return found


def test_encoding_keeps_within_what_one_rule_one_mark_and_one_group_may_hold() -> None:
    for _, made in large():
        clauses = encode(made).clauses
        assert max(len(clause.body) for clause in clauses) <= encoding.WIDTH <= 15
        starts: dict[object, int] = {}
        for clause in clauses:
            for mark in clause.body:
                starts[mark] = starts.get(mark, 0) + 1
        assert max(starts.values()) <= 250
        assert len(clauses) <= encoding.MOST_CLAUSES < 4_096
    marks = encoding.MOST_CLAUSES + encoding.MOST_CONDITIONS
    assert kernel.GROUP <= 250
    assert marks / kernel.GROUP < 250
    assert marks * kernel.CASES_PER_STATE < kernel.NUMBERS, "ids cannot run out within one state"
    assert int(kernel._names(marks)[0]) < kernel._FIRST_MARK < int(kernel._names(marks)[1]) < kernel.NUMBERS


def test_small_numbers_and_the_other_names_in_a_fact_never_share_a_hash() -> None:
    def fnv(text: str, start: int = 0x811C9DC5) -> int:
        for letter in text.encode():
            start = (start ^ letter) * 16777619 & 0xFFFFFFFF
        return start

    hashes = [fnv(str(number)) for number in range(10)]
    for number in range(10, kernel.NUMBERS):
        hashes.append((hashes[number // 10] ^ 48 + number % 10) * 16777619 & 0xFFFFFFFF)
    assert hashes[123_456] == fnv("123456")
    others = {fnv(name) for name in ("s", "sid", "id", "$s", "$forward", "$m", "m", *(f"a{at}" for at in range(16)))}
    assert len({*hashes} | others) == kernel.NUMBERS + len(others)
    assert fnv(str(kernel.NUMBERS)) in hashes


# Batches, states, threads, memory


def test_an_answer_does_not_depend_on_its_company() -> None:
    chance = random.Random(11)
    made = some_program(chance, most=12)
    cases = [some_case(chance, made) for _ in range(60)]
    expected = [told(made, case) for case in cases]
    with closing(DurableChain(made)) as chain:
        assert [chain.run([case])[0] for case in cases] == expected
        for _ in range(20):
            order = chance.sample(range(60), chance.randrange(1, 60))
            assert chain.run([cases[at] for at in order]) == [expected[at] for at in order]
        assert chain.run([cases[0]] * 25) == [expected[0]] * 25
        assert chain.run([]) == []


def test_no_conclusions_and_no_exceptions_are_no_special_cases() -> None:
    assert answers(program("a", (), []), [{"a": "unmet"}, {"a": "met"}]) == [{}, {}]
    assert answers(program("", (), []), [{}]) == [{}]
    assert answers(one("all", "a"), [{"a": "met"}] * 30) == [{"c": Firing("c", "met", ("a",))}] * 30


def test_state_numbers_begin_again_before_they_could_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    made = some_program(chance)
    cases = [some_case(chance, made) for _ in range(50)]
    calls = watched(monkeypatch)
    with closing(DurableChain(made)) as chain:
        chain._sid = kernel.NUMBERS - 3
        assert chain.run(cases) == [told(made, case) for case in cases]
    assert [given[1] for name, given in calls if name == "delete_state"] == ["797184", "797185", "1", "2", "3"]


def test_a_state_is_deleted_after_its_last_rule_and_one_lives_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = watched(monkeypatch)
    answers(one("all", "a"), [{"a": "unmet"}] * 25)
    steps = ["assert_facts", "start_action_for_state", "complete_and_start_action", "delete_state"]
    seen = [name for name, _ in calls if name in steps]
    order = [name for at, name in enumerate(seen) if not at or seen[at - 1] != name]
    assert order == steps * 3
    assert [calls[0][0], calls[-1][0]] == ["create_ruleset", "delete_ruleset"]


def test_only_numbers_and_fixed_words_reach_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = watched(monkeypatch)
    rude = ['"}]', "0.15", "null", "é\u202e\x00", "$nex", "a0"]
    made = program(rude, rude[:2], [Conclusion("sid", "all", tuple(rude)), Conclusion("id", "any", tuple(rude[:2]))])
    cases = [dict(zip(rude, states, strict=True)) for states in product(STATES[:3], repeat=6)][::7]
    assert answers(made, cases) == [told(made, case) for case in cases]
    word = r'"(?:\d+|sid|id|s|a\d+|all|pri|\$ex|\$and)"'
    allowed = re.compile(rf"(?:{word}|[\[\]{{}}:,0-9 ])+|kernel\d+")
    texts = [text for _, given in calls for text in given if isinstance(text, str)]
    assert len(texts) > 100
    assert [text for text in texts if not allowed.fullmatch(text)] == []


def test_ruleset_names_are_not_used_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = watched(monkeypatch)
    for _ in range(3):
        answers(one("any", "a"), [])
    assert len({given[0] for name, given in calls if name == "create_ruleset"}) == 3


def test_a_closed_chain_says_so() -> None:
    chain = DurableChain(one("all", "a"))
    chain.close()
    chain.close()
    with pytest.raises(ValueError, match="closed"):
        chain.run([{"a": "met"}])


def test_threads_share_a_chain() -> None:
    chance = random.Random(3)
    made = some_program(chance)
    cases = [some_case(chance, made) for _ in range(40)]
    expected = [told(made, case) for case in cases]
    wrong: list[int] = []
    with closing(DurableChain(made)) as chain:

        def ask(first: int) -> None:
            wrong.extend(at for at in range(first, 40) for _ in range(10) if chain.run([cases[at]]) != [expected[at]])

        threads = [threading.Thread(target=ask, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_memory_stays_flat() -> None:
    chance = random.Random(8)
    made = some_program(chance, most=12)
    cases = [some_case(chance, made) for _ in range(500)]

    def peak() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    with closing(DurableChain(made)) as chain:
        chain.run(cases)
        before = peak()
        for _ in range(20):
            chain.run(cases)
    for _ in range(50):
        answers(made, cases[:10])
    assert peak() - before < 8, "MB"


# Faults: never an empty or half answer


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


def failing(error: BaseException) -> Callable[[Any], Any]:
    def fail(_: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("assert_facts", lambda real: (1, real[1]), "taken with code 1"),
        ("assert_facts", lambda real: (2, real[1]), "taken with code 2"),
        ("assert_fact", lambda real: (1, real[1]), "taken with code 1"),
        ("start_action_for_state", lambda _: None, "the last rule did not fire"),
        ("complete_and_start_action", lambda _: None, "the last rule did not fire"),
        (
            "complete_and_start_action",
            lambda real: real or '{"3":{"a0":{"sid":"1","id":"1","s":0,"0":1}}}',
            "after the last",
        ),
        ("complete_and_start_action", lambda real: real and "{}", "not a firing"),
        ("complete_and_start_action", lambda real: real and real.replace('"s":0', '"s":7'), "IndexError"),
        ("complete_and_start_action", lambda real: real and real.replace('"sid":"1"', '"sid":"2"'), "not a firing"),
        ("complete_and_start_action", failing(RuntimeError("error code: 303")), "303"),
        ("assert_fact", failing(MemoryError()), "MemoryError"),
        ("delete_state", failing(RuntimeError("error code: 309")), "309"),
    ],
    ids=range(12),
)
def test_whatever_the_engine_should_not_say_is_a_fault_and_the_chain_lives_on(
    monkeypatch: pytest.MonkeyPatch, name: str, answer: Callable[[Any], Any], said: str
) -> None:
    made = program("ab", (), [Conclusion("c", "all", ("a", "b")), Conclusion("d", "any", ("c",))])
    chain = DurableChain(made)
    cases: list[dict[str, State]] = [{"a": "unmet", "b": "open"}, {"a": "met", "b": "met"}]
    with closing(chain):
        with through(monkeypatch, name, answer), pytest.raises(EngineFault, match=said):
            chain.run(cases)
        assert chain.run(cases) == [told(made, case) for case in cases]


def test_an_interrupted_batch_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    made = one("all", "a", "b")
    chain = DurableChain(made)
    with closing(chain):
        with through(monkeypatch, "assert_facts", failing(KeyboardInterrupt())), pytest.raises(KeyboardInterrupt):
            chain.run([{"a": "unmet", "b": "open"}])
        assert chain.run([{"a": "met", "b": "open"}])[0]["c"].state == "open"


def test_a_conclusion_without_a_reason_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineFault, match="c is said to be open"):
        firing(Conclusion("c", "all", ("a",)), "open", {"a": "met"})
    # rule 0 of this program says that c is unmet, rule 1 that it is open: the engine is made to fire the wrong one
    swapped = lambda real: (real[0], real[1].replace('{"0"', '{"1"'))  # noqa: E731
    with closing(DurableChain(one("all", "a"))) as chain, through(monkeypatch, "start_action_for_state", swapped):
        assert chain.run([{"a": "open"}])[0]["c"].state == "open"
        with pytest.raises(EngineFault, match="c is said to be open"):
            chain.run([{"a": "unmet"}])


def test_rules_that_the_engine_does_not_take_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_rules_text", lambda _: '{"0":{"all":[]')
    with pytest.raises(EngineFault, match="did not take"):
        DurableChain(one("all", "a"))


# The memo


def test_the_memo_asks_once_and_forgets_the_longest_unused() -> None:
    asked: list[State] = []

    class Counted(DurableChain):
        def run(self, cases: Sequence[Mapping[str, State]]) -> list[Mapping[str, Firing]]:
            asked.extend(case["a"] for case in cases)
            return super().run(cases)

    made = one("all", "a")
    with closing(MemoChain(Counted(made), 2)) as memo:
        first = memo.run([{"a": "met"}, {"a": "open"}, {"a": "met", "other": "unmet"}])
        assert first == [told(made, {"a": state}) for state in ("met", "open", "met")]
        assert memo.run([{"a": "met"}])[0] is first[0]
        with pytest.raises(TypeError):
            first[0]["c"] = first[1]["c"]  # type: ignore[index]
        memo.run([{"a": "unmet"}])
        assert asked == ["met", "open", "unmet"]
        memo.run([{"a": "met"}, {"a": "open"}])
        assert asked == ["met", "open", "unmet", "open"]
        with pytest.raises(ValueError, match="a"):
            memo.run([{}])
        assert memo.run([{"a": state} for state in STATES[:3]]) == [told(made, {"a": state}) for state in STATES[:3]]
        assert memo.program is made
    with pytest.raises(ValueError, match="at least one"):
        MemoChain(DurableChain(made), 0)


def test_the_memo_keeps_nothing_of_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(MemoChain(DurableChain(one("all", "a")), 5)) as memo:
        with through(monkeypatch, "start_action_for_state", lambda _: None), pytest.raises(EngineFault):
            memo.run([{"a": "unmet"}])
        assert memo.run([{"a": "unmet"}])[0]["c"].state == "unmet"


# The fuzz, and kernels that it must catch


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


# Why the kernel is so careful: what it avoids, done to the engine itself in processes of their own

ENGINE = """
import json, locale, sys
import durable_rules_engine as engine

def fired(handle, facts):
    code, live = engine.assert_facts(handle, facts)
    rules, started = [], engine.start_action_for_state(handle, live)
    message = started and started[1]
    while message:
        rules.append(next(iter(json.loads(message))))
        message = engine.complete_and_start_action(handle, live)
    return code, rules

def ruleset(**rules):
    return engine.create_ruleset("r", json.dumps({name: {"all": tests} for name, tests in rules.items()}))
"""


def child(code: str, seconds: float = 20, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Exit status (minus the signal, if one killed it) and output."""
    done = subprocess.run(
        [sys.executable, "-c", ENGINE + code],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return done.returncode, (done.stdout + done.stderr).strip()


DELETE = """
handle = ruleset(r=[{"m": {"$ex": {"1": 1}}}])
for sid in range(1, 50):
    fact = f'[{{"sid":"{sid}","id":"1","FIELD":1}}]'
    fired(handle, fact)
    engine.delete_state(handle, str(sid))
print("alive")
"""


def test_deleting_a_state_in_which_nothing_fired_kills_the_process() -> None:
    # fresh memory may happen to be zero, so malloc is told to hand out rubbish
    poisoned = {"MALLOC_PERTURB_": "165"}
    assert child(DELETE.replace("FIELD", "1"), environment=poisoned) == (0, "alive")
    status, said = child(DELETE.replace("FIELD", "2"), environment=poisoned)
    assert status in (-signal.SIGSEGV, -signal.SIGABRT)
    assert not said.endswith("alive")


SIBLINGS = """
handle = ruleset(**{str(n): [{"m": {"$ex": {str(1000 + n): 1}}}] for n in range(AMOUNT)})
print(fired(handle, '[{"sid":"1","id":"1","1000":1}]'))
"""


def test_five_hundred_and_thirteen_siblings_hang_it() -> None:
    assert child(SIBLINGS.replace("AMOUNT", str(kernel.GROUP))) == (0, "(0, ['0'])")
    with pytest.raises(subprocess.TimeoutExpired):
        child(SIBLINGS.replace("AMOUNT", "513"), seconds=5)


WIDE = """
width = WIDTH
condition = lambda n: {f"a{n}": {"$and": [{"$ex": {str(n): 1}}, *([{"s": {"a0": "s"}}] if n else [])]}}
handle = ruleset(r=[condition(n) for n in range(width)])
print(fired(handle, json.dumps([{"sid": "1", "id": str(n), str(n): 1, "s": 1} for n in range(width)])))
"""


def test_seventeen_facts_in_one_rule_are_an_error_at_run_time() -> None:
    assert child(WIDE.replace("WIDTH", str(encoding.WIDTH))) == (0, "(0, ['r'])")
    status, said = child(WIDE.replace("WIDTH", "17"))
    assert status == 1
    assert "error code: 304" in said


def test_without_a_last_fact_lost_facts_would_go_unseen() -> None:
    status, said = child(
        """
handle = ruleset(r=[{"m": {"$ex": {"1": 1}}}], end=[{"m": {"$ex": {"0": 1}}}])
print(fired(handle, '[{"sid":"1","id":"1","1":1},{"sid":"1","id":"2","2":1e-05},{"sid":"1","id":"3","0":1}]'))
"""
    )
    assert (status, said) == (0, "(0, ['r'])")


def test_text_as_a_state_number_lets_two_cases_run_into_each_other() -> None:
    status, said = child(
        """
handle = ruleset(r=[{"a": {"$ex": {"1": 1}}}, {"b": {"$ex": {"2": 1}}}])
for sid, field in ((SIDS[0], "1"), (SIDS[1], "2")):
    print(fired(handle, json.dumps([{"sid": sid, "id": field, field: 1}])))
""".replace("SIDS", "('AREA-001927|M-00079', 'AREA-000455|M-00100')")
    )
    assert (status, said) == (0, "(0, [])\n(0, ['r'])")


KERNEL_ABROAD = """
from rules.chain import Conclusion, program
from rules.kernel import DurableChain
made = program("ab", "a", [Conclusion("c", "any", ("a", "b"))])
states = ("met", "unmet", "open", "neutral")
cases = [{"a": a, "b": b} for a in states for b in states[:3]]
set_to = "C"
for name in ("nl_NL.UTF-8", "nl_NL.utf8", "de_DE.UTF-8", "fr_FR.UTF-8"):
    try:
        set_to = locale.setlocale(locale.LC_ALL, name)
        break
    except locale.Error:
        pass
shares = ruleset(r=[{"m": {"$gte": {"1": 0.15}}}])
print(json.dumps([answer["c"].state for answer in DurableChain(made).run(cases)]))
print(set_to, locale.localeconv()["decimal_point"], fired(shares, '[{"sid":"1","id":"1","1":0.01}]'))
"""


def test_the_locale_makes_no_difference(tmp_path: Path) -> None:
    # most machines that test have no Dutch locale; where its source is there, one is made
    compiler = shutil.which("localedef")
    if compiler is not None:
        subprocess.run(
            [compiler, "-i", "nl_NL", "-f", "UTF-8", tmp_path / "nl_NL.UTF-8"], capture_output=True, check=False
        )
    abroad = {"LOCPATH": str(tmp_path)} if any(tmp_path.iterdir()) else {}
    here = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    status, said = child(KERNEL_ABROAD, environment=abroad | here)
    assert status == 0, said
    states, control = said.splitlines()
    made = one("any", "a", "b", guarded=["a"])
    cases = [dict(zip("ab", pair, strict=True)) for pair in product(STATES, STATES[:3])]
    assert json.loads(states) == [told(made, case)["c"].state for case in cases]
    if " , " in control:
        assert "['r']" in control, "the engine itself takes 0.01 for at least 0.15 there"

"""The kernel against the semantics of rules.chain, written in tests/programs.py once more in the plainest way.

Each fault of the engine is told as one, and the chain lives on. Mutated kernels stand in tests/test_kernel_fuzz.py; why
the kernel is so careful, in tests/test_durable_rules.py.
"""

import random
import re
import resource
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import product
from typing import Any

import pytest

from rules import encoding, kernel
from rules.chain import Conclusion, EngineFault, Firing, Kind, Program, ProgramRefused, State, firing, program
from rules.encoding import encode
from rules.kernel import DurableChain
from tests.programs import STATES, answers, names, one, some_case, some_program, through, told, watched

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

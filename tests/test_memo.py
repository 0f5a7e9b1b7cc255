"""The chain that remembers: what it asks again, what it forgets, and that it keeps nothing of a fault."""

from collections.abc import Mapping, Sequence
from contextlib import closing

import pytest

from rules.chain import EngineFault, Firing, State
from rules.kernel import DurableChain
from rules.memo import MemoChain
from tests.programs import STATES, one, through, told


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

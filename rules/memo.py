"""A chain that remembers: cases whose inputs stand the same get the same answer without the engine."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from types import MappingProxyType

from rules.chain import Chain, Firing, Program, State

_Key = tuple[State, ...]


class MemoChain:
    """A chain before another chain; holds at most `capacity` answers, the longest unused go first.

    Answers are shared between callers, and read only. EngineFault and ValueError come through; nothing is kept of them.
    """

    def __init__(self, chain: Chain, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("a memo holds at least one answer")
        self._chain, self._capacity, self._lock = chain, capacity, Lock()
        self._inputs = chain.program.inputs
        self._kept: OrderedDict[_Key, Mapping[str, Firing]] = OrderedDict()

    @property
    def program(self) -> Program:
        return self._chain.program

    def run(self, cases: Sequence[Mapping[str, State]]) -> list[Mapping[str, Firing]]:
        """As the chain behind it would answer."""
        keys = [self._key(case) for case in cases]
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        new = {key: case for key, case in zip(keys, cases, strict=True) if key not in found}
        if new:
            answers = map(MappingProxyType[str, Firing], self._chain.run(list(new.values())))
            self._keep(fresh := dict(zip(new, answers, strict=True)))
            found |= fresh
        return [found[key] for key in keys]

    def close(self) -> None:
        """Closes the chain behind it too."""
        with self._lock:
            self._kept.clear()
        self._chain.close()

    def _key(self, case: Mapping[str, State]) -> _Key:
        try:
            return tuple(map(case.__getitem__, self._inputs))
        except KeyError as error:
            raise ValueError(f"the case says nothing about {error.args[0]}") from None

    def _keep(self, fresh: Mapping[_Key, Mapping[str, Firing]]) -> None:
        with self._lock:
            self._kept.update(fresh)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

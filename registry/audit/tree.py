"""The tree over the log (RFC 6962 §2.1): roots, and proofs that an entry is in it and that it only grew.

A tree is read through the roots of its complete subtrees: `node(level, index)` is the root of the 2^level entries from
entry index·2^level on. These never change once they are full, so an append adds nodes and alters none.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

Nodes = Callable[[int, int], bytes]
SIZE = 32  # of a hash, in bytes
EMPTY = hashlib.sha256().digest()  # the root of no entries


def leaf(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees beside one another."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(index: int, hashed: bytes, node: Nodes) -> Iterator[tuple[int, int, bytes]]:
    """The nodes (level, index, hash) that entry `index` completes, itself first; `node` knows those to the left."""
    level = 0
    yield level, index, hashed
    while index % 2:
        hashed = parent(node(level, index - 1), hashed)
        level, index = level + 1, index // 2
        yield level, index, hashed


def root(size: int, node: Nodes) -> bytes:
    """The root of the first `size` entries."""
    return subtree(0, size, node) if size else EMPTY


def subtree(first: int, last: int, node: Nodes) -> bytes:
    """The root of the entries from `first` up to and not including `last`, as they lie in a tree."""
    peaks = [node(level, at) for level, at in _complete(first, last)]
    made = peaks.pop()
    while peaks:
        made = parent(peaks.pop(), made)
    return made


def _complete(first: int, last: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees that those entries fall into, from left to right; they become ever smaller."""
    while first < last:
        level = (last - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def _split(size: int) -> int:
    """The largest power of two below `size`: what lies to the left."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(index: int, size: int, node: Nodes) -> list[bytes]:
    """The proof that entry `index` is in the tree of `size` entries (RFC 6962 §2.1.1), from the entry up."""
    assert 0 <= index < size, (index, size)
    path: list[bytes] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(subtree(middle, last, node))
            last = middle
        else:
            path.append(subtree(first, middle, node))
            first = middle
    return path[::-1]


def consistency(old: int, size: int, node: Nodes) -> list[bytes]:
    """The proof that the tree of `size` entries only adds to that of `old` (RFC 6962 §2.1.2)."""
    assert 0 <= old <= size, (old, size)
    if old in (0, size):
        return []
    path: list[bytes] = []
    first, last, known = 0, size, True  # `known`: whoever checks has the root of what is left of the old tree
    while last - first > 1 and old != last:
        middle = first + _split(last - first)
        if old <= middle:
            path.append(subtree(middle, last, node))
            last = middle
        else:
            path.append(subtree(first, middle, node))
            first, known = middle, False
    return ([] if known else [subtree(first, last, node)]) + path[::-1]


def included(hashed: bytes, index: int, size: int, proof: Sequence[bytes], claimed: bytes) -> bool:
    """Whether the proof shows the entry with that hash at `index` in the tree with that root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _hashes([hashed, claimed, *proof]):
        return False
    at, last, made = index, size - 1, hashed
    for each in proof:
        if last == 0:
            return False
        if at % 2 or at == last:
            made = parent(each, made)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            made = parent(made, each)
        at, last = at >> 1, last >> 1
    return last == 0 and made == claimed


def extends(old: int, old_root: bytes, size: int, claimed: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree with root `claimed` only adds to the old one (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= size or not _hashes([old_root, claimed, *proof]):
        return False
    if old == size:
        return not proof and old_root == claimed
    if old == 0:
        return not proof and old_root == EMPTY
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    at, last = old - 1, size - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            before, after = parent(each, before), parent(each, after)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            after = parent(after, each)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == claimed


def _hashes(each: Iterable[bytes]) -> bool:
    return all(len(one) == SIZE for one in each)


class Range:
    """The root of entries that are told one by one, in memory that grows with the logarithm of their number."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Takes the hash of the next entry in."""
        at = self.size
        while at % 2:
            hashed, at = parent(self._peaks.pop(), hashed), at // 2
        self._peaks.append(hashed)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root of what was told until now."""
        if not self._peaks:
            return EMPTY
        made = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            made = parent(peak, made)
        return made

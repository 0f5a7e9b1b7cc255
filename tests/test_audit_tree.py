"""The tree over the log is that of RFC 6962: against its recursive definition, and against proofs that are not."""

import hashlib
import random
from collections.abc import Sequence

import pytest

from registry.audit import tree

ENTRIES = [str(number).encode() * (number % 3) for number in range(130)]  # the empty entry among them
HASHES = [tree.leaf(entry) for entry in ENTRIES]


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mth(entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not entries:
        return sha(b"")
    if len(entries) == 1:
        return sha(b"\x00" + entries[0])
    k = split(len(entries))
    return sha(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH of §2.1.1."""
    n = len(entries)
    if n == 1:
        return []
    k = split(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PROOF of §2.1.2."""
    return [] if m in (0, len(entries)) else sub_proof(m, entries, whole=True)


def sub_proof(m: int, entries: Sequence[bytes], *, whole: bool) -> list[bytes]:
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = split(n)
    if m <= k:
        return [*sub_proof(m, entries[:k], whole=whole), mth(entries[k:])]
    return [*sub_proof(m - k, entries[k:], whole=False), mth(entries[:k])]


def nodes(hashes: Sequence[bytes]) -> tree.Nodes:
    """The nodes of complete subtrees, made as the register makes them: entry by entry."""
    made: dict[tuple[int, int], bytes] = {}
    for index, hashed in enumerate(hashes):
        for level, at, node in tree.completed(index, hashed, lambda level, at: made[level, at]):
            assert (level, at) not in made, "a node is never written twice"
            made[level, at] = node
    return lambda level, at: made[level, at]


NODE = nodes(HASHES)


def test_roots_are_those_of_the_recursive_definition() -> None:
    kept = tree.Range()
    for size in range(len(ENTRIES) + 1):
        assert tree.root(size, NODE) == mth(ENTRIES[:size]) == kept.root
        if size < len(ENTRIES):
            kept.add(HASHES[size])


def test_known_roots() -> None:
    """The empty tree and one empty entry, as RFC 6962 and its public test vectors have them."""
    assert tree.root(0, NODE).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.leaf(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_proofs_are_those_of_the_definition_and_hold() -> None:
    for size in range(1, 40):
        root = tree.root(size, NODE)
        for index in range(size):
            made = tree.inclusion(index, size, NODE)
            assert made == path(index, ENTRIES[:size])
            assert tree.included(HASHES[index], index, size, made, root)
        for old in range(size + 1):
            made = tree.consistency(old, size, NODE)
            assert made == proof(old, ENTRIES[:size])
            assert tree.extends(old, tree.root(old, NODE), size, root, made)


def mutated(dice: random.Random, made: list[bytes]) -> list[bytes]:
    """A proof that is not the one given."""
    how = dice.randrange(5) if made else 0
    at = dice.randrange(len(made)) if made else 0
    match how:
        case 0:
            return [*made[:at], dice.randbytes(32), *made[at:]]
        case 1:
            return [*made[:at], *made[at + 1 :]]
        case 2:
            bit = 1 << dice.randrange(8)
            byte = dice.randrange(32)
            wrong = bytes(each ^ bit if place == byte else each for place, each in enumerate(made[at]))
            return [*made[:at], wrong, *made[at + 1 :]]
        case 3:
            return [*made[:at], made[at] + b"\x00", *made[at + 1 :]]
        case _:
            other = made[::-1]
            return other if other != made else [*made, made[-1]]


@pytest.mark.parametrize("tries", [20_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_no_mutated_proof_is_taken(tries: int) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - a failure must come back
    dice = random.Random(seed)
    for _ in range(tries // 4):
        size = dice.randrange(1, len(ENTRIES) + 1)
        index, old = dice.randrange(size), dice.randrange(size + 1)
        root, before = tree.root(size, NODE), tree.root(old, NODE)
        within, grown = tree.inclusion(index, size, NODE), tree.consistency(old, size, NODE)
        assert not tree.included(HASHES[index], index, size, mutated(dice, within), root)
        assert not tree.extends(old, before, size, root, mutated(dice, grown))
        wrong = dice.randbytes(32)
        assert not tree.included(wrong, index, size, within, root)
        assert not tree.extends(old, before, size, wrong, grown) or old == 0
        assert not tree.included(HASHES[index], index + size, size, within, root)
        assert tree.included(HASHES[index], index, size, within, root), "the control: the real proof holds"


def test_what_is_no_proof_at_all() -> None:
    root = tree.root(8, NODE)
    whole = tree.consistency(8, 8, NODE)
    assert tree.extends(8, root, 8, root, whole)
    assert not tree.extends(8, HASHES[0], 8, HASHES[1], whole)
    assert not tree.extends(9, root, 8, root, [])
    assert not tree.extends(0, root, 8, root, []), "the root of no entries is the hash of nothing"
    assert tree.extends(0, tree.EMPTY, 8, root, [])
    assert not tree.extends(4, tree.root(4, NODE), 8, root, [])
    assert not tree.included(HASHES[0], -1, 8, tree.inclusion(0, 8, NODE), root)
    assert not tree.included(b"", 0, 1, [], b"")
    assert not tree.included(tree.EMPTY, 0, 0, [], tree.EMPTY), "nothing is in the tree of no entries"

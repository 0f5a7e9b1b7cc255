"""The power goes at any moment: what the disk may then hold is still a whole register, with all that was acknowledged.

Everything that acts on a register write, truncate, sync and remove is recorded. At a cut, what was written before the
last sync of a file is on the disk. Of what came later any part may be, in sectors; and of names that were made or
removed since the folder was synced, as many as came first. A disk that keeps less than that breaks its own promises.
"""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Copies
from tests.faults.shims import ON_LINUX, WHY, built
from tests.faults.soundness import wrong_with
from tests.samples import ROOT

pytestmark = pytest.mark.skipif(not ON_LINUX, reason=WHY)
NAME, SECTOR, NOTES = "register.db", 512, 12


class Operation(NamedTuple):
    """What was asked of the disk, or (acknowledged) what the user was told."""

    kind: str
    name: str
    offset: int
    content: bytes


class File:
    """A file by what it held when it was last synced, and what was done to it since."""

    def __init__(self, content: bytes = b"") -> None:
        self.safe, self.since = bytearray(content), list[Operation]()

    def sync(self) -> None:
        for each in self.since:
            done(self.safe, each.kind, each.offset, each.content)
        self.since = []

    def after(self, dice: random.Random, chance: float) -> bytes:
        """What the disk may hold: of all that was not synced each part with that chance, some of them torn."""
        content = bytearray(self.safe)
        for each in self.since:
            if dice.random() >= chance:
                continue
            if each.kind == "write" and dice.random() < 0.2:
                for at in range(0, len(each.content), SECTOR):
                    if dice.random() < 0.5:
                        done(content, "write", each.offset + at, each.content[at : at + SECTOR])
            else:
                done(content, each.kind, each.offset, each.content)
        return bytes(content)


def done(content: bytearray, kind: str, offset: int, written: bytes) -> None:
    if kind == "truncate":
        del content[offset:]
    content.extend(bytes(max(0, offset - len(content))))
    if kind == "write":
        content[offset : offset + len(written)] = written


class Disk:
    """A folder: the names that are safe, and those that were made (a file) or removed (None) since it was synced."""

    def __init__(self, register: bytes) -> None:
        self.safe, self.since = {NAME: File(register)}, list[tuple[str, File | None]]()

    def take(self, operation: Operation) -> None:
        kind, name = operation.kind, operation.name
        if kind == "sync" and name == ".":
            self.safe, self.since = self._names(len(self.since)), []
        elif kind == "remove":
            self.since.append((name, None))
        elif kind != "acknowledged":
            found = self._names(len(self.since)).get(name)
            if found is None:
                found = File()
                self.since.append((name, found))
            if kind == "sync":
                found.sync()
            else:
                found.since.append(operation)

    def after(self, dice: random.Random) -> dict[str, bytes]:
        """One of the many things that may be on it when the power comes back."""
        chance = dice.choice((0.0, 0.3, 0.7, 1.0))
        return {name: each.after(dice, chance) for name, each in self._names(dice.randint(0, len(self.since))).items()}

    def _names(self, since: int) -> dict[str, File]:
        names = dict(self.safe)
        for name, file in self.since[:since]:
            names.pop(name, None)
            if file:
                names[name] = file
        return names


Recorded = Callable[[str], tuple[bytes, list[Operation]]]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, copies: Copies) -> Recorded:
    """The register before some acts, and all that those asked of the disk, for each way to wait for it."""
    environment = built("trace", tmp_path_factory.mktemp("shim"))
    original = Path(copies("sqlite")).read_bytes()

    @cache
    def made(synchronous: str) -> tuple[bytes, list[Operation]]:
        folder = tmp_path_factory.mktemp(f"traced-{synchronous}")
        trace = folder.with_suffix(".trace")
        (folder / NAME).write_bytes(original)
        subprocess.run(
            [sys.executable, "-m", "tests.faults.recording", str(folder / NAME), str(NOTES), synchronous],
            cwd=ROOT, env={**environment, "TRACE_FOLDER": str(folder), "TRACE_TO": str(trace)}, check=True,
        )  # fmt: skip
        return original, list(operations(trace.read_bytes()))

    return made


def operations(trace: bytes) -> Iterator[Operation]:
    at = 0
    while at < len(trace):
        ends = trace.index(b"\n", at)
        kind, name, offset, size = trace[at:ends].decode().split()
        at = ends + 1 + int(size)
        yield Operation(kind, name, int(offset), trace[ends + 1 : at])


def came_to(folder: Path, image: dict[str, bytes], acknowledged: set[str]) -> str:
    """What is wrong with the register on that disk; nothing ("")."""
    for old in folder.glob(f"{NAME}*"):
        old.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    return wrong_with(folder / NAME, acknowledged)


def cuts(folder: Path, recorded: tuple[bytes, list[Operation]], seed: int, images: int) -> Iterator[str]:
    """What disks come to that are cut off at random moments of those operations."""
    sys.stdout.write(f"seed {seed}\n")
    original, asked = recorded
    dice, disk, acknowledged, taken = random.Random(seed), Disk(original), set[str](), 0
    for cut in sorted(dice.randrange(1, len(asked) + 1) for _ in range(images)):
        for each in asked[taken:cut]:
            disk.take(each)
            if each.kind == "acknowledged":
                acknowledged.add(each.name)
        taken = cut
        yield came_to(folder, disk.after(dice), acknowledged)


def test_nothing_acknowledged_is_lost_when_the_power_goes(recorded: Recorded, tmp_path: Path) -> None:
    made = recorded("FULL")
    kinds = Counter(each.kind for each in made[1])
    assert min(kinds[each] for each in ("write", "sync", "truncate", "remove", "acknowledged")) > 0, kinds
    assert Counter(cuts(tmp_path, made, 20261126, 150)) == {"": 150}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_nothing_acknowledged_is_lost_in_thousands_of_power_cuts(recorded: Recorded, tmp_path: Path, seed: int) -> None:
    assert Counter(cuts(tmp_path, recorded("FULL"), seed, 1_000)) == {"": 1_000}


@pytest.mark.parametrize(("synchronous", "comes_to"), [("NORMAL", {"lost"}), ("OFF", {"lost", "corrupt"})])
def test_who_does_not_wait_for_the_disk_loses(
    recorded: Recorded, tmp_path: Path, synchronous: str, comes_to: set[str]
) -> None:
    """The negative control."""
    seen: set[str] = set()
    for each in cuts(tmp_path, recorded(synchronous), 20261126, 400):
        seen.add(each)
        if comes_to <= seen:
            return
    pytest.fail(f"400 power cuts came to {seen}")

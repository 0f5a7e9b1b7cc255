"""Every disk operation of some acts fails in some way: nothing acknowledged is lost, nothing is half written."""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from registry.database import Database
from registry.entries import entry_of
from registry.store import rebuild
from tests.conftest import Copies
from tests.faults.shims import ON_LINUX, WHY, built
from tests.faults.soundness import wrong_with
from tests.registers import MEASURE, NAME, do, log, raw
from tests.samples import ROOT

pytestmark = pytest.mark.skipif(not ON_LINUX, reason=WHY)
DIE, KINDS = 1, (1, 2, 3, 4, 5)  # as disk.c has them
SEED = 20261126


class Trial(NamedTuple):
    """What a trial told: keys acknowledged and refused, how it ended, how many operations it saw (if it lived)."""

    acknowledged: list[str]
    refused: list[str]
    status: int
    seen: int


class Disk:
    """A process under the shim, and a register that each trial gets a copy of."""

    def __init__(self, folder: Path, register: str) -> None:
        self._original, self.path = Path(register), folder / "register.db"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.acting"],
            cwd=ROOT, env=built("disk", folder), text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def trial(self, number: int, kind: int, mode: str = "late") -> Trial:
        for old in self.path.parent.glob("register.db*"):
            old.unlink()
        shutil.copy(self._original, self.path)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{self.path} {number} {kind} {mode}\n")
        told: dict[str, list[str]] = {"ack": [], "refused": [], "seen": ["0"]}
        for line in self._process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "ended":
                return Trial(told["ack"], told["refused"], int(rest), int(told["seen"][-1]))
            told[word].append(rest)
        raise AssertionError("the process under the shim has gone")

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory, copies: Copies) -> Iterator[Disk]:
    original = copies("sqlite")
    database = Database(original)
    do(database, "eva", "submit", MEASURE)
    database.close()
    made = Disk(tmp_path_factory.mktemp("disk"), original)
    yield made
    made.close()


def recorded(path: Path) -> set[str]:
    """The keys in the log, which is whole: no gaps, canonical, its tables as it says, and open for one more act."""
    database = Database(path)
    try:
        stored = log(database)
        entries = [entry_of(each) for each in stored]
        assert [entry.number for entry in entries] == list(range(len(entries)))
        assert [entry.content for entry in entries] == stored
        with raw(database) as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("SELECT size FROM head").scalar() == len(entries)
            orphans = "SELECT count(*) FROM document WHERE length(content) = 0"
            assert connection.exec_driver_sql(orphans).scalar() == 0
        assert rebuild(database) == 0
        do(database, "eva", "note", name=NAME, reasons="afterwards")
        return {entry.id for entry in entries}
    finally:
        database.close()


def operations(disk: Disk) -> int:
    """How many disk operations the acts take when none fails."""
    whole = disk.trial(0, DIE)
    assert (whole.status, whole.refused) == (0, [])
    assert whole.seen > 10, "the shim sees what is written"
    return whole.seen


def hold(disk: Disk, trials: list[tuple[int, int]]) -> None:
    refused = died = 0
    for number, kind in trials:
        made = disk.trial(number, kind)
        assert made.status == (9 if kind == DIE else 0), (number, kind)
        assert set(made.acknowledged) <= recorded(disk.path), (number, kind)
        refused += len(made.refused)
        died += made.status == 9
    assert refused
    assert died


def test_each_disk_operation_fails_in_some_way(disk: Disk) -> None:
    dice = random.Random(SEED)
    sys.stdout.write(f"seed {SEED}\n")
    hold(disk, [(number, dice.choice(KINDS)) for number in range(1, operations(disk) + 1)])


@pytest.mark.long
def test_each_disk_operation_fails_in_every_way(disk: Disk) -> None:
    hold(disk, [(number, kind) for number in range(1, operations(disk) + 1) for kind in KINDS])


def test_who_acknowledges_too_early_is_caught(disk: Disk) -> None:
    """A negative control: without waiting for the disk, something acknowledged is lost."""
    last = operations(disk)
    for number in range(1, last + 1):
        if not set(disk.trial(number, DIE, "early").acknowledged) <= recorded(disk.path):
            return
    pytest.fail("nothing was lost")


def test_without_a_transaction_half_of_an_act_is_written(disk: Disk) -> None:
    """A negative control: each statement by itself, as many would have it."""
    seen, last = set(), disk.trial(0, DIE, "apart").seen
    for number in random.Random(SEED).sample(range(1, last + 1), last):
        disk.trial(number, DIE, "apart")
        seen.add(wrong_with(disk.path, ()))
        if "half written" in seen:
            return
    pytest.fail(f"only {seen}")

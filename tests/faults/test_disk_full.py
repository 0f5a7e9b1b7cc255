"""A disk that is full: who has the register open reads on, nothing acknowledged is lost, and once there is room it
goes on as if nothing had been. On a volume of its own where the system gives one, and else by a shim."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.database import Database
from tests.conftest import Copies
from tests.faults.shims import ON_LINUX, WHY, built
from tests.faults.soundness import wrong_with
from tests.registers import MEASURE, address_of, do
from tests.samples import ROOT

pytestmark = pytest.mark.skipif(not ON_LINUX, reason=WHY)
SIZE = 2_500_000
OWN_VOLUME = ["unshare", "-Urm", "sh", "-c", f'mount -t tmpfs -o size={SIZE} none "$0" && exec "$@"']
Told = dict[str, list[Any]]
Filled = Callable[..., tuple[Path, Told]]


@pytest.fixture
def filled(tmp_path: Path, copies: Copies) -> Filled:
    """What came of a register on a disk that filled up: where it is, and what was told."""
    database = Database(copies("sqlite"))
    do(database, "eva", "submit", MEASURE)
    database.close()

    def made(volume: str, mode: str = "late") -> tuple[Path, Told]:
        folder, out = tmp_path / "full", tmp_path / "out"
        for each in (folder, out):
            each.mkdir()
        run = [sys.executable, "-m", "tests.faults.filling", str(folder), address_of(database), str(out), mode]
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        if volume == "own":
            if subprocess.run([*OWN_VOLUME, str(folder), "true"], check=False, capture_output=True).returncode:
                pytest.skip("the system gives no volume to who is not root")
            run = [*OWN_VOLUME, str(folder), *run]
        else:
            environment |= built("quota", tmp_path) | {"QUOTA_FOLDER": str(folder), "QUOTA": str(SIZE)}
        subprocess.run(run, cwd=ROOT, env=environment, check=True)
        return out / "register.db", json.loads((out / "told.json").read_text(encoding="utf-8"))

    return made


def is_told(says: str) -> bool:
    return "de schijf is vol" in says or "No space left" in says


@pytest.mark.parametrize("volume", ["shim", "own"])
def test_a_full_disk(filled: Filled, volume: str) -> None:
    path, told = filled(volume)
    assert wrong_with(path, told["acknowledged"]) == ""
    assert len(told["acknowledged"]) > len(told["refused"]) == 3, "each time some acts, and then one that did not fit"
    assert all("de schijf is vol. Er is niets vastgelegd" in says for _, says in told["refused"])
    for read, (refused, _) in zip(told["read"], told["refused"], strict=True):
        assert refused not in read
        assert {key for key in told["acknowledged"] if key < refused} <= set(read)
    for said, code, err in told["full"]:
        assert code == (0 if said[0] == "in-force" else 2), said
        assert code == 0 or is_told(err), (said, err)
    assert told["left"] == [], "half a file was left behind"
    assert all(code == 2 and is_told(err) for _, code, err in told["alone"]), "nobody has it open: SQLite needs room"
    resumed, afterwards = told["after"][:3], told["after"][3:]
    assert resumed == [True] * 3
    assert [code for _, code, _ in afterwards] == [0] * 5, afterwards


@pytest.mark.parametrize(("mode", "comes_to"), [("early", "lost"), ("apart", "half written")])
def test_who_tells_too_early_loses_and_without_a_transaction_half_is_written(
    filled: Filled, mode: str, comes_to: str
) -> None:
    """The negative controls."""
    path, told = filled("shim", mode)
    assert told["refused"]
    assert wrong_with(path, told["acknowledged"]) == comes_to

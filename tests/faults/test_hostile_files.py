"""Thousands of files that mean harm: no crash, no hang, no flood, the same answer twice, every report read back."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.hostile_files import hostile, misread
from tests.faults.shims import ON_LINUX
from tests.reports import checked
from tests.samples import ROOT
from tests.test_cli import foreign_bytes, on_a_terminal

STEP, FILES, MANY = 250, 2_000, 50_000


def told(folder: Path, first: int, last: int, control: str = "", seed: str = "0") -> tuple[int, list[str], str]:
    """How the process ended that checked those files, what it came to with each, and what it complained of."""
    folder.mkdir()
    said = [sys.executable, "-m", "tests.faults.hostile_files", str(folder), str(first), str(last), control]
    around = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(said, cwd=ROOT, env=around, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines(), done.stderr[-2_000:]


def hold(folder: Path, first: int, last: int) -> None:
    code, found, complaint = told(folder / "once", first, last)
    assert (code, complaint) == (0, ""), f"file {found[-1].split()[0]}"
    assert len(found) == last - first
    codes = Counter(line.split()[1] for line in found)
    assert set(codes) <= {"0", "1", "3"}
    assert min(codes["0"] + codes["1"], codes["3"]) > len(found) / 10, "both what is judged and what is refused"


@pytest.mark.parametrize("first", range(0, FILES, STEP))
def test_no_file_does_harm(tmp_path: Path, first: int) -> None:
    hold(tmp_path, first, first + STEP)


@pytest.mark.long
@pytest.mark.parametrize("first", range(FILES, MANY, 1_000))
def test_no_file_of_many_does_harm(tmp_path: Path, first: int) -> None:
    hold(tmp_path, first, first + 1_000)


def test_the_same_file_comes_to_the_same(tmp_path: Path) -> None:
    """The control: an order that nobody chose differs from one process to the next."""
    ways = [told(tmp_path / f"{control}{seed}", 0, 100, control, seed) for control in ("", "wavers") for seed in "12"]
    assert [code for code, _, _ in ways] == [0] * 4
    assert ways[0][1] == ways[1][1]
    assert ways[2][1] != ways[3][1]


@pytest.mark.skipif(not ON_LINUX, reason="other kernels do not hold a process to RLIMIT_DATA")
def test_the_limits_are_there(tmp_path: Path) -> None:
    """The controls: a file that hangs ends the process, and one that floods the memory gets none."""
    assert told(tmp_path / "hangs", 0, 1, "hangs")[0] == -signal.SIGPROF
    code, _, complaint = told(tmp_path / "swells", 0, 1, "swells")
    assert code == 1
    assert "MemoryError" in complaint


def test_what_is_misread_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The controls of the readers: what is left out, added or shown as it is."""
    file = tmp_path / "proposals" / "::error::x.yaml"
    file.parent.mkdir()
    file.write_bytes(b"schema: regelruimte/measure/v1\nmeasure: ::error::x ##[error]y\n")
    monkeypatch.chdir(tmp_path)
    made = checked(("proposals",))
    assert made["problems"]
    for form, text in (("json", '{"problems": []}'), ("gitlab", "[]"), ("github", ""), ("concise", "")):
        assert misread(made, form, text), form
    for form in ("text", "markdown", "concise"):
        assert misread(made, form, "::error::x"), form
        assert misread(made, form, "\x1b[2J"), form
    assert misread(made, "markdown", "<b>x</b> [l](http://a.nl)")


def test_a_folder_of_them(tmp_path: Path) -> None:
    """All at once, by the command as it is, on a terminal and spread over workers: nothing foreign, the same report."""
    proposals = tmp_path / "proposals"
    proposals.mkdir()
    raw = b""
    for number in range(1, 600):
        name, content = hostile(number)
        if len(content) < 100_000:  # what is large is looked at above
            (proposals / name).write_bytes(content)
            raw += name.encode() + content
    assert foreign_bytes(raw), "the control"
    command = (sys.executable, "-m", "registry.cli", "check", str(tmp_path), "--on", "2026-11-24")
    seen = re.sub(rb"\r([^\r\n]*)\x1b\[K\r", rb"\1", on_a_terminal(*command, "--jobs", "2"))  # how far it is
    assert foreign_bytes(seen) == b""
    assert "⟨U+001B⟩".encode() in seen
    reports = [
        subprocess.run([*command, "--format", "json", "--jobs", jobs], cwd=ROOT, capture_output=True, check=False)
        for jobs in "12"
    ]
    assert [each.returncode for each in reports] == [3, 3]
    assert reports[0].stdout == reports[1].stdout
    assert b"worker-lost" not in reports[0].stdout

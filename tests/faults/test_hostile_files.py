"""Thousands of files that mean harm: no crash, no hang, no flood, the same answer twice, every report read back."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.arguments import REPORTS
from registry.excerpt import sources
from registry.reporting import rendered
from tests.faults.hostile_files import READERS, hostile, misread
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


def hold(folder: Path, first: int, last: int, seed: str = "0") -> list[str]:
    """What it came to with each of those files, none of which did harm."""
    code, found, complaint = told(folder, first, last, seed=seed)
    assert (code, complaint) == (0, ""), f"file {found[-1].split()[0]}"
    assert len(found) == last - first
    codes = Counter(line.split()[1] for line in found)
    assert set(codes) <= {"0", "1", "3"}
    assert min(codes["0"] + codes["1"], codes["3"]) > len(found) / 10, "both what is judged and what is refused"
    return found


@pytest.mark.parametrize("first", range(0, FILES, STEP))
def test_no_file_does_harm(tmp_path: Path, first: int) -> None:
    hold(tmp_path / "once", first, first + STEP)


@pytest.mark.long
@pytest.mark.parametrize("first", range(FILES, MANY, 1_000))
def test_no_file_of_many_does_harm(tmp_path: Path, first: int) -> None:
    """And each comes to the same in another process."""
    assert hold(tmp_path / "1", first, first + 1_000, "1") == hold(tmp_path / "2", first, first + 1_000, "2")


def test_the_same_file_comes_to_the_same(tmp_path: Path) -> None:
    """The control: an order that nobody chose differs from one process to the next."""
    ways = [told(tmp_path / f"{control}{seed}", 0, 100, control, seed) for control in ("", "wavers") for seed in "12"]
    assert [code for code, _, _ in ways] == [0] * 4
    assert ways[0][1] == ways[1][1]
    assert ways[2][1] != ways[3][1]


def large(holding: bytes) -> int:
    """The first of the large files that has that in it, and is sound otherwise."""
    return next(number for number in range(0, MANY, 80) if holding in hostile(number)[1])


@pytest.mark.skipif(not ON_LINUX, reason="other kernels do not hold a process to RLIMIT_DATA")
@pytest.mark.parametrize(
    ("control", "holding", "limit"),
    [("unguarded", b"%TAG !fd", "SIGPROF"), ("unlimited", b"k9: &k9 [*k8", "MemoryError")],
    ids=["a-reader-without-a-guard", "a-reader-without-limits"],
)
def test_a_reader_without_limits_is_ended(tmp_path: Path, control: str, holding: bytes, limit: str) -> None:
    """The controls: the same file under our own reader does no harm."""
    number = large(holding)
    hold_one(tmp_path / "ours", number)
    code, _, complaint = told(tmp_path / control, number, number + 1, control)
    assert code in (1, -signal.SIGPROF)
    assert code == -signal.SIGPROF or limit in complaint


def hold_one(folder: Path, number: int) -> None:
    code, found, complaint = told(folder, number, number + 1)
    assert (code, complaint, len(found)) == (0, "", 1)


def test_the_readers_are_all_there() -> None:
    assert {*READERS} == {*REPORTS}


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The report on documents under harmful names, in which not all is right."""
    proposals = tmp_path / "proposals"
    proposals.mkdir()
    for at, name in enumerate(("::error::x ##[error]y", "a:1:2: b", "\x1b[2J", "<b>x,y=z]]>`", "%41")):
        text = (ROOT / "tests/data/formats/unmet/proposals/unmet.yaml").read_text(encoding="utf-8")
        said = text.replace("measure: unmet", f"measure: unmet-{at}")
        (proposals / f"{name}.yaml").write_text(said, encoding="utf-8")
        (proposals / f"{name} too.yaml").write_text(f"{said}##[x]y: ::error::z\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = checked(("proposals",))
    assert {each["about"] for each in made["problems"]} == {"document", "verdict"}
    return made


def same(text: str, *_: object) -> str:
    return text


@pytest.mark.parametrize(
    ("form", "gate", "without"),
    [
        ("text", "registry.reporting.inert", same), ("text", "registry.report_text.show", same),
        ("concise", "registry.formats.concise.inert", same), ("concise", "registry.formats.concise.show", same),
        ("concise", "registry.formats.concise.placed", lambda it: f"{it['file']}:{it['line']}:{it['column']}"),
        ("json", "registry.printing.json_text", same), ("github", "registry.formats.github._escaped", same),
        ("gitlab", "registry.formats.gitlab.show", same), ("sarif", "registry.formats.sarif._uri", same),
        ("junit", "registry.formats.junit.show", same), ("junit", "registry.formats.junit._inert", same),
        ("markdown", "registry.formats.markdown.code", same),
    ],
)  # fmt: skip
def test_a_writer_without_its_gate_is_misread(
    wrong: dict[str, Any], form: str, gate: str, without: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The controls of the readers."""
    assert misread(wrong, form, rendered(wrong, form, "nl", sources())) == ""
    monkeypatch.setattr(gate, without)
    assert misread(wrong, form, rendered(wrong, form, "nl", sources()))


@pytest.mark.parametrize("form", REPORTS)
def test_a_problem_that_is_left_out_or_moved_is_misread(wrong: dict[str, Any], form: str) -> None:
    """The controls of what they read: whatever is not in the report, or on another line."""
    about = next(each for each in wrong["problems"] if each["about"] == "document")
    others = [each for each in wrong["problems"] if each is not about]
    for problems in (others, [*others, {**about, "line": about["line"] + 1}], [*wrong["problems"], about]):
        assert misread(wrong, form, rendered({**wrong, "problems": problems}, form, "nl", sources()))


def test_a_folder_of_them(tmp_path: Path) -> None:
    """All at once, by the command as it is, on a terminal and spread over workers: nothing foreign, the same report."""
    proposals = tmp_path / "proposals"
    proposals.mkdir()
    for number in range(1, 600):
        name, content = hostile(number)
        if len(content) < 100_000:  # what is large is looked at above
            (proposals / name).write_bytes(content)
    asked = ("check", str(tmp_path), "--on", "2026-11-24")
    seen = seen_of(PLAIN, *asked, "--jobs", "2")
    assert foreign_bytes(seen) == b""
    assert "⟨U+001B⟩".encode() in seen
    assert "⟨U+009B⟩".encode() in seen
    command = (sys.executable, "-m", "registry.cli", *asked, "--format", "json", "--jobs")
    reports = [subprocess.run([*command, jobs], cwd=ROOT, capture_output=True, check=False) for jobs in "12"]
    assert [each.returncode for each in reports] == [3, 3]
    assert reports[0].stdout == reports[1].stdout
    assert b"worker-lost" not in reports[0].stdout


PLAIN = "import sys; from registry.cli import main; sys.exit(main(sys.argv[1:]))"
UNSAFE = f"import registry.gate; registry.gate.show = lambda text, **_: text; {PLAIN}"


def seen_of(program: str, *asked: str) -> bytes:
    """What a terminal gets to see of it, but for how far it is."""
    return re.sub(rb"\r([^\r\n]*)\x1b\[K\r", rb"\1", on_a_terminal(sys.executable, "-c", program, *asked))


@pytest.mark.parametrize("name", ["x\x1b[2J", "x\x9b2J", "\u202egnp", "x\x7f"], ids=ascii)
def test_without_the_gate_a_terminal_obeys(tmp_path: Path, name: str) -> None:
    """The control: the same command, that writes what it read."""
    file = tmp_path / f"{name}.yaml"
    file.write_bytes(b"schema: x\n")
    assert foreign_bytes(seen_of(UNSAFE, "check", str(file)))
    assert foreign_bytes(seen_of(PLAIN, "check", str(file))) == b""

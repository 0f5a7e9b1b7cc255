"""What a terminal gets besides the report: how far a long run is, and colours unless somebody wants none."""

import ast
import io
import sys
from pathlib import Path

import pytest

from registry import printing
from registry.cli import main
from tests.samples import MEASURE, ROOT
from tests.test_cli import ROTTERDAM, on_a_terminal

CLEARED = "\r\x1b[K\r"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """More files than one process does at once."""
    folder = tmp_path / "many" / "proposals"
    folder.mkdir(parents=True)
    for at in range(60):
        text = MEASURE.replace("testwet/permit", "wbmgp/priority").replace("test-measure", f"measure-{at}")
        (folder / f"{at}.yaml").write_text(text, encoding="utf-8")
    return folder


def told(folder: Path, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, long: float = 0.0) -> str:
    monkeypatch.setattr(printing, "LONG", long)
    monkeypatch.setattr(sys, "stderr", stream)
    assert main(["check", str(folder), "--jobs", "1"]) == 1
    return stream.getvalue()


def test_a_long_run_tells_how_far_it_is_and_leaves_nothing(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    seen = told(many, monkeypatch, Terminal())
    assert seen == f"\r50 / 60 bestanden\x1b[K\r\r60 / 60 bestanden\x1b[K\r{CLEARED}"


def test_a_short_run_a_log_and_a_dumb_terminal_see_nothing(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert told(many, monkeypatch, Terminal(), long=3600) == ""
    assert told(many, monkeypatch, io.StringIO()) == ""
    monkeypatch.setenv("TERM", "dumb")
    assert told(many, monkeypatch, Terminal()) == ""


COMMANDS = [
    ("check", ROTTERDAM),
    ("explain", ROTTERDAM),
    ("code", "unknown-key"),
    ("code", "wbmgp/5.4.term"),
    ("law", "show", "wbmgp"),
    ("law", "diff", "wbmgp@2017-01-01"),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_color_means_none(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "registry.cli", *arguments]
    assert b"\x1b[" not in on_a_terminal("env", "NO_COLOR=1", *command)
    assert b"\x1b[" in on_a_terminal("env", "NO_COLOR=", *command), "the control: empty, it asks for nothing"


def escapes(code: str) -> bool:
    """Whether that code writes an escape sequence of a terminal."""
    nodes = ast.walk(ast.parse(code))
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and "\x1b" in node.value for node in nodes
    )


def test_two_modules_write_to_a_terminal_what_is_no_text() -> None:
    """So that what a user asks with NO_COLOR is asked in one place."""
    files = [*(ROOT / "registry").rglob("*.py"), *(ROOT / "rules").rglob("*.py"), ROOT / "tui.py"]
    found = {file.relative_to(ROOT).as_posix() for file in files if escapes(file.read_text(encoding="utf-8"))}
    assert found == {"registry/lines.py", "registry/printing.py"}
    assert escapes('print(f"\\x1b[31m{text}")')

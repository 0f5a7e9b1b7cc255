"""The story of the README, run as it is printed, on both databases."""

import re
import shlex
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.samples import ROOT

TODAY = re.compile(r"\d{4}-\d\d-\d\d(?= \d\d:\d\d UTC| –$)|(?<=^vastgelegd op )\d{4}-\d\d-\d\d", re.MULTILINE)
CLOCK = re.compile(r"\d\d:\d\d UTC")


KEY = re.compile(r"\+[0-9a-f]{8}\+\S{44}")
RANDOM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def printed(title: str) -> list[tuple[list[str], str]]:
    """Each command of that part of the story, with what it prints."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    blocks = [block.split("```")[0] for block in section.split("```console\n")[1:]]
    told = [each.partition("\n") for block in blocks for each in f"\n{block}".split("\n$ ")[1:]]
    return [(shlex.split(command.removeprefix("uv run regelruimte ")), output) for command, _, output in told]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_story_runs_as_printed(
    run: Run, kind: str, fresh: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = fresh(kind)
    monkeypatch.setenv("REGELRUIMTE_DATABASE", address)
    monkeypatch.chdir(ROOT)
    story = printed("The register")
    assert len(story) > 30
    for command, output in story:
        _, out, err = run(*command)
        assert steady(shown(out + err)).strip() == steady(output).strip(), command


def test_the_audit_goes_on_as_printed(
    run: Run, fresh: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a file, which anybody can open with another program."""
    register = fresh("sqlite")
    monkeypatch.setenv("REGELRUIMTE_DATABASE", register)
    for command, _ in printed("The register"):
        run(*command)
    monkeypatch.chdir(tmp_path)
    _, supervisor, _ = run("audit", "key", "supervisor.example", "--witness", "--output", "supervisor.key")
    Path("supervisor.pub").write_text(supervisor, encoding="utf-8")
    for command, output in printed("The audit"):
        told = (
            beside(command, register) if command[0] in ("sqlite3", "unzip", "python3") else "".join(run(*command)[1:])
        )
        if command[:2] == ["audit", "key"]:
            log = told.partition("\n")[0]
            Path("log.pub").write_text(log, encoding="utf-8")
            policy = f"log {log}\nwitness supervisor {supervisor}quorum supervisor\n"
            Path("policy.txt").write_text(policy, encoding="utf-8")
        at = 0
        for piece in ("\n" + steady(output)).split("\n…"):
            found = ("\n" + steady(told)).find(piece.rstrip("\n"), at)
            assert found >= at, (command, piece, told)
            at = found + len(piece.rstrip("\n"))


def beside(command: list[str], register: str) -> str:
    """What another program prints that the story calls: the database's own shell, an archiver, Python by itself."""
    match command:
        case ["sqlite3", _, statements]:
            with closing(sqlite3.connect(register)) as connection:
                try:
                    connection.executescript(statements)
                except sqlite3.Error as error:
                    return f"Error: {error}\n"
            return ""
        case ["unzip", "-j", bundle, name]:
            with zipfile.ZipFile(bundle) as opened:
                Path(name).write_bytes(opened.read(name))
            return ""
        case ["python3", *said]:
            done = subprocess.run([sys.executable, "-I", *said], capture_output=True, text=True, check=False)
            return done.stdout + done.stderr
    raise AssertionError(command)


def shown(told: str) -> str:
    """What was told, with the register named as in the README."""
    return re.sub(r"(?<=register gemaakt: ).*(\n\S*)?(?=\nmaatregelen)", "regelruimte.db", told)


def steady(told: str) -> str:
    """What was told, but for the clock."""
    return RANDOM.sub("", KEY.sub("", CLOCK.sub("", TODAY.sub("", told))))


def test_the_documents_of_the_story_are_sound(run: Run) -> None:
    assert run("check", str(Path("tests/story")))[0] in (0, 1)

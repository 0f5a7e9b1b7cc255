"""Annotations of GitHub Actions: read as the runner reads them; chosen by themselves there, with a summary."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.formats import github
from registry.formats.github import render
from registry.gate import show
from tests.reports import CASES, HARMS, hostile, report_on
from tests.test_reporting import obeyed

Run = Callable[..., tuple[int, str, str]]
UNMET = "tests/data/formats/unmet"


class Command(NamedTuple):
    """A command as the runner understands it."""

    name: str
    properties: dict[str, str]
    data: str


def understood(log: str) -> list[Command]:
    """What the runner makes of a log, after its source: actions/runner, src/Runner.Common/ActionCommand.cs."""
    made = []
    for line in obeyed(log):
        stated, _, data = line.lstrip()[2:].partition("::")
        name, _, properties = stated.partition(" ")
        pairs = (pair.split("=", 1) for pair in properties.split(",") if "=" in pair)
        made.append(Command(name, {key.strip(): _undone(value) for key, value in pairs}, _undone(data)))
    return made


def _undone(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


@pytest.mark.parametrize("case", CASES)
def test_a_command_for_each_problem(case: str) -> None:
    made = report_on(case)
    text = render(made, "nl")
    assert len(text.splitlines()) == len(made["problems"])
    for command, problem in zip(understood(text), made["problems"], strict=True):
        assert command.name == "error"
        assert command.data == problem["message"]
        place = {"file": problem["file"], "line": str(problem["line"]), "col": str(problem["column"])}
        assert command.properties == {**place, "title": problem["code"]}


@pytest.mark.parametrize("level", ["error", "warning", "note"])
def test_levels(level: str) -> None:
    made = report_on("unmet")
    [command] = understood(render({**made, "problems": [{**made["problems"][0], "level": level}]}, "nl"))
    assert command.name == {"error": "error", "warning": "warning", "note": "notice"}[level]


def test_what_came_from_stdin_is_in_no_file() -> None:
    made = report_on("unmet")
    [command] = understood(render({**made, "problems": [{**made["problems"][0], "file": "<stdin>"}]}, "nl"))
    assert set(command.properties) == {"title"}


@pytest.mark.parametrize("harm", HARMS)
def test_nothing_adds_a_command_or_a_property(harm: str) -> None:
    made = hostile("several", harm)
    found = understood(render(made, "nl"))
    assert len(found) == len(made["problems"])
    for command, problem in zip(found, made["problems"], strict=True):
        assert command.data == show(problem["message"])
        assert command.properties["file"] == show(problem["file"])
        assert set(command.properties) == {"file", "line", "col", "title"}


def test_the_negative_control_of_a_line_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github, "_escaped", lambda text, _: text)
    made = hostile("unmet", HARMS[0])
    assert len(understood(render(made, "nl"))) > len(made["problems"])


def test_the_negative_control_of_a_property(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github, "_escaped", lambda text, _: text)
    [command] = understood(render(hostile("unmet", HARMS[1]), "nl"))
    assert command.data.startswith("z:1")
    assert command.properties.get("title") == "y"


@given(st.text(st.sampled_from("%:,=\r\n0A3DC2 a#[]")))
def test_the_escapes_are_undone_into_what_is_shown(text: str) -> None:
    made = report_on("unmet")
    problem = {**made["problems"][0], "file": f"a{text}", "message": text}
    [command] = understood(render({**made, "problems": [problem]}, "nl"))
    assert (command.data, command.properties["file"]) == (show(text), show(f"a{text}"))


# ---- inside Actions ----


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """As inside GitHub Actions; the file for the summary of the job, in which an earlier step wrote."""
    file = tmp_path / "summary"
    file.write_text("of before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


def test_inside_actions_it_is_chosen_by_itself_with_a_summary(run: Run, job: Path) -> None:
    code, out, err = run("check", UNMET)
    assert (code, err) == (1, "")
    [command] = understood(out)
    assert command.properties["file"] == f"{UNMET}/proposals/unmet.yaml"
    before, _, added = job.read_text(encoding="utf-8").partition("\n")
    assert before == "of before"
    assert added.startswith("## Regelruimte: 1 bestand")
    assert "wbmgp/5.4.term" in added


@pytest.mark.parametrize("asked", ["--format=text", "--format=json", "--output={}/report.txt"])
def test_what_is_asked_for_goes_first(run: Run, job: Path, tmp_path: Path, asked: str) -> None:
    _, out, err = run("check", UNMET, asked.format(tmp_path))
    assert understood(out + err) == []
    assert job.read_text(encoding="utf-8") == "of before\n"


def test_outside_actions_it_is_text(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "false")
    assert "komt niet in aanmerking" in run("check", UNMET)[1]


def test_a_summary_that_cannot_be_written_is_told_and_changes_no_exit_code(run: Run, job: Path) -> None:
    job.unlink()
    job.mkdir()
    code, out, err = run("check", UNMET)
    assert code == 1
    assert understood(out)
    assert "GITHUB_STEP_SUMMARY" in err

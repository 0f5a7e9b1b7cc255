"""Where a report goes and in which format: whole files, what a runner of CI obeys, names from the root."""

import contextlib
import errno
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import arguments, gate, printing, reporting
from registry.arguments import WHOLE
from registry.excerpt import sources
from registry.formats import concise
from registry.gate import inert, json_text
from registry.reporting import from_root, rendered
from tests import reports
from tests.reports import CASES, FOLDER, FORMATS, GOLDEN, HARMS, report_on
from tests.samples import ROOT

Run = Callable[..., tuple[int, str, str]]
UNMET = "tests/data/formats/unmet"
CODE = "wbmgp/5.4.term"


# ---- what comes out is what it was ----


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.name)
def test_a_format_says_what_it_said(file: Path) -> None:
    stale = "no longer what comes out: `uv run python -m tests.write_expected` writes it; then read the difference"
    assert file.read_text(encoding="utf-8") == GOLDEN[file](), stale


@pytest.mark.parametrize("form", ["text", *FORMATS])
def test_only_json_and_sarif_need_every_outcome(form: str) -> None:
    """A check makes no more of a verdict than its format tells; the control: sarif lists all rules."""
    with contextlib.chdir(FOLDER):
        whole, other = (rendered(report_on("several", whole=each), form, "nl", sources()) for each in (True, False))
    assert (whole == other) is (form not in WHOLE)


def test_no_report_is_left_of_a_format_that_is_gone() -> None:
    assert set((FOLDER / "expected").iterdir()) == set(GOLDEN)


def test_the_cases_are_what_they_are_called() -> None:
    exits = {case: report_on(case)["summary"]["exit"] for case in CASES}
    assert exits == {"right": 0, "wrong": 3, "unmet": 1, "open": 0, "several": 3}
    verdicts = {case: {result["verdict"] for result in report_on(case)["results"]} for case in CASES}
    assert verdicts["right"] == {"eligible"}
    assert verdicts["open"] == {"undecided"}
    assert verdicts["unmet"] == {"ineligible"}


# ---- --output ----


@pytest.mark.parametrize("form", ["text", "json", *FORMATS])
def test_the_same_into_a_file_as_to_stdout(run: Run, tmp_path: Path, form: str) -> None:
    code, out, err = run("check", UNMET, "--format", form)
    file = tmp_path / "report"
    told = run("check", UNMET, "--format", form, "--output", str(file))
    assert (code, err) == (1, "")
    assert told[:2] == (1, "")
    assert "1 fout" in told[2]
    assert str(file) in told[2]
    assert file.read_text(encoding="utf-8") == out


def test_a_file_is_written_whole_or_not_at_all(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = tmp_path / "report.txt"
    file.write_text("of before", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("check", UNMET, "--output", str(file))
    assert code == 2
    assert os.strerror(errno.ENOSPC) in err
    assert file.read_text(encoding="utf-8") == "of before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_disk_with_room_is_the_control(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("of before", encoding="utf-8")
    assert run("check", UNMET, "--output", str(file))[0] == 1
    assert CODE in file.read_text(encoding="utf-8")


def test_a_link_stays_a_link_and_what_is_no_file_is_left_alone(run: Run, tmp_path: Path) -> None:
    link, file, pipe = (tmp_path / name for name in ("link", "file", "pipe"))
    file.touch()
    link.symlink_to(file)
    os.mkfifo(pipe)
    assert run("check", UNMET, "--output", str(link))[0] == 1
    assert link.is_symlink()
    assert CODE in file.read_text(encoding="utf-8")
    for other in (pipe, tmp_path):
        code, out, err = run("check", UNMET, "--output", str(other))
        assert (code, out) == (2, "")
        assert "laat --output weg" in err
    assert pipe.is_fifo()
    assert run("check", UNMET, "--output", str(tmp_path / "no" / "where"))[0] == 2


# ---- what a runner of CI would obey ----


def obeyed(log: str) -> list[str]:
    """The lines that a runner of GitHub Actions takes for a command: `::name …::` after white space, `##[…]` anywhere.

    As its source reads (actions/runner, src/Runner.Common/ActionCommand.cs): TryParseV2 trims the line first; where it
    finds nothing, TryParse looks for the prefix in all of it.
    """
    return [line for line in log.splitlines() if _new(line.lstrip()) or re.search(r"##\w*\[.*\]", line)]


def _new(line: str) -> bool:
    return line.startswith("::") and "::" in line[2:]


HARM = "::error::no ##[error]no"


def hostile(folder: Path) -> str:
    """A path whose name a runner would obey, of a document that says the same in a value that is refused."""
    folder.mkdir()
    file = folder / "::error::x ##[error]y.yaml"
    text = (FOLDER / "unmet/proposals/unmet.yaml").read_text(encoding="utf-8")
    wrong = text.replace("domains: [wonen]", f"domains: [{json.dumps(HARM)}]")
    assert wrong != text
    file.write_text(wrong.replace("title: {nl: ", f"title: {{nl: {json.dumps(HARM)}, was: "), encoding="utf-8")
    return file.name


@pytest.mark.parametrize("form", ["text", "json", "concise"])
def test_nothing_that_is_printed_is_obeyed(
    run: Run, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = hostile(tmp_path / "x")
    monkeypatch.chdir(tmp_path / "x")
    _, out, err = run("check", name, "--format", form)
    assert "error" in out
    assert obeyed(out + err) == []
    _, out, err = run("check", f"{HARM}.yaml", "--format", form)
    assert (obeyed(out), obeyed(err)) == ([], [])


@pytest.mark.parametrize("form", ["text", "concise"])
def test_the_negative_control_of_the_log(run: Run, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the gate both kinds of command are obeyed."""
    import registry.formats.concise

    name = hostile(tmp_path / "x")
    monkeypatch.chdir(tmp_path / "x")
    for module in (printing, reporting, registry.formats.concise):
        monkeypatch.setattr(module, "inert", lambda line: line)
    out = run("check", name, "--format", form)[1]
    assert any(line.lstrip().startswith("::") for line in obeyed(out))
    assert any("##[" in line for line in obeyed(out))


def test_the_negative_control_of_json() -> None:
    bare = json.dumps({"title": HARM})
    assert obeyed(bare)
    assert not obeyed(json_text(bare))
    assert json.loads(json_text(bare)) == {"title": HARM}


@given(st.text(st.sampled_from('#:[]\\" ax\n'), max_size=12))
def test_json_means_the_same(text: str) -> None:
    written = json_text(json.dumps([text], indent=2))
    assert json.loads(written) == [text]
    assert obeyed(written) == []


@given(st.text(st.sampled_from("#:[] av"), max_size=12))
def test_no_line_is_obeyed(line: str) -> None:
    assert obeyed(inert(line)) == []
    assert inert(inert(line)) == inert(line)
    assert gate.show(inert(line)) == inert(line)


@pytest.mark.parametrize("wrong", ["--##[error]no", "--x\n::error::no##[error]no"])
def test_a_mistake_on_the_command_line_is_not_obeyed(run: Run, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = run("check", UNMET, wrong)
    assert (code, out, obeyed(err)) == (2, "", [])
    monkeypatch.setattr(arguments, "inert", lambda line: line)  # the control
    assert obeyed(run("check", UNMET, wrong)[2])


# ---- names ----


def test_files_are_named_from_the_root_of_the_checkout(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made = report_on("unmet")
    monkeypatch.chdir(FOLDER)
    moved = from_root(made, str(ROOT))
    expected = "tests/data/formats/unmet/proposals/unmet.yaml"
    for key in ("measures", "results", "problems"):
        assert {row["file"] for row in moved[key]} == {expected}
    absolute = {**made, "problems": [{**row, "file": str(FOLDER / row["file"])} for row in made["problems"]]}
    assert {row["file"] for row in from_root(absolute, str(ROOT))["problems"]} == {expected}
    stdin = {**made, "problems": [{**row, "file": "<stdin>"} for row in made["problems"]]}
    assert {row["file"] for row in from_root(stdin, str(ROOT))["problems"]} == {"<stdin>"}


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_the_root_is_what_the_runner_says_if_we_are_in_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv(name, str(ROOT))
    assert reporting._root() == str(ROOT)
    monkeypatch.setenv(name, str(tmp_path))  # that of the machine around a container
    assert reporting._root() == str(FOLDER)


# ---- concise ----


def test_concise_is_one_line_for_each_problem_at_its_place(run: Run) -> None:
    code, out, _ = run("check", UNMET, "--format", "concise", "--lang", "en")
    assert code == 1
    [line] = out.splitlines()
    file, number, column, rest = line.split(":", 3)
    assert file == f"{UNMET}/proposals/unmet.yaml"
    assert (int(number), int(column)) == (14, 7)
    assert rest.startswith(f" {CODE} 5 lid 4: ")
    assert run("check", "tests/data/formats/right", "--format", "concise") == (0, "", "")


@pytest.mark.parametrize("harm", HARMS)
def test_a_problem_is_one_line_whatever_a_document_says(harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = reports.hostile("several", harm)
    text = concise.render(made, "nl")
    assert len(text.splitlines()) == len(made["problems"])
    assert all(line.isprintable() for line in text.splitlines())
    assert obeyed(text) == []
    if not harm.isprintable():  # the control
        monkeypatch.setattr(concise, "show", lambda text: text)
        assert concise.render(made, "nl") != text


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a:1:2: b", "a.1.2: b"), ("a:1: b", "a.1: b"), ("a:1", "a.1"), ("a:12:3", "a.12.3"), ("a:1b", "a:1b")],
)
def test_no_name_of_a_file_is_a_place_in_another(name: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Editors and CI take what is before the first line number for the file (errorformat, problem matchers)."""
    [problem] = report_on("unmet")["problems"]
    made = {**report_on("unmet"), "problems": [{**problem, "file": name}]}
    assert _file_read(concise.render(made, "nl")) == shown.replace(".", "⟨U+003A⟩")
    monkeypatch.setattr(concise, "placed", lambda row: f"{row['file']}:{row['line']}:{row['column']}")
    assert _file_read(concise.render(made, "nl")) == ("a" if "." in shown else name), "the control"


def _file_read(line: str) -> str:
    return re.split(r":\d+(?::\d+)?:", line, maxsplit=1)[0]


@pytest.mark.parametrize("form", ["concise", "github", "gitlab", "junit", "markdown", "sarif"])
def test_what_is_passed_over_or_accepted_is_no_problem_in_any_format(form: str, run: Run, tmp_path: Path) -> None:
    """Whatever the exit code does not weigh, a runner does not show as wrong; JSON and text tell of it."""
    measure = tmp_path / "unmet.yaml"
    text = (FOLDER / "unmet/proposals/unmet.yaml").read_text(encoding="utf-8")
    measure.write_text(text, encoding="utf-8")
    code, wrong, _ = run("check", str(measure), "--format", form)
    found = json.loads(run("check", str(measure), "--format", "json")[1])["problems"]
    codes = {each["code"] for each in found}
    assert code == 1
    assert any(each in wrong for each in codes) or "<failure" in wrong, "the control"
    passed = "".join(f"# regelruimte: ignore-file {each} - een proef\n" for each in codes)
    measure.write_text(passed + text, encoding="utf-8")
    code, right, _ = run("check", str(measure), "--format", form)
    assert code == 0
    assert "<failure" not in right
    assert not [line for line in right.splitlines() if line.startswith(("::error", "::warning"))]
    if form in ("gitlab", "sarif"):
        told = json.loads(right)
        assert not (told if form == "gitlab" else told["runs"][0]["results"])

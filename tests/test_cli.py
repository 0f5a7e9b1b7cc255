"""The command as its three users meet it: exit codes, JSON, both languages, wrong files, hostile text, a pipe."""

import errno
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry import checking
from registry.checking import CHUNK
from registry.cli import main, parser
from rules.chain import EngineFault
from tests.samples import MEASURE
from tests.write_expected import ROOT

ROTTERDAM = "measures/proposals/rotterdam/2018-designation.yaml"
WBMGP = MEASURE.replace("testwet/permit", "wbmgp/priority")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A folder of measures of its own, with one proposal against which nothing stands but judgements."""
    folder = tmp_path / "city" / "proposals"
    folder.mkdir(parents=True)
    why = "motivation:\n" + "".join(f"  {test}: {{text: zo}}\n" for test in TESTS)
    (folder / "one.yaml").write_text(WBMGP + why, encoding="utf-8")
    return folder / "one.yaml"


TESTS = ("necessity", "suitability", "subsidiarity", "proportionality")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_first_command_of_the_readme(run: Run) -> None:
    code, out, err = run("check", "measures")
    assert (code, err) == (0, "")
    assert "✓ komt in aanmerking: rotterdam-2018-designation" in out
    assert "uiterlijk 2018-04-05 (6 lid 5)" in out
    assert "3 lid 1 onderdeel b" in out


def test_the_output_in_the_readme_is_real(run: Run) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    dutch, english, *_ = (block.split("```")[0].strip() for block in readme.split("```text\n")[1:])
    assert dutch in run("check", "measures")[1]
    shown = re.findall(r"```console\n\$ uv run regelruimte (.+)\n```\n\n```text\n([^`]*)```", readme)
    assert [command.split()[0] for command, _ in shown] == ["timeline", "area", "law"]
    for command, block in shown:
        assert "--on" in command or command.startswith("law diff wbmgp@")  # else the block would age
        assert block.rstrip() in run(*command.split())[1], command
    today = re.compile(r"day \d{4}-\d\d-\d\d \(today\)")
    assert today.sub("", english) in today.sub("", run("check", "measures", "--lang", "en")[1])


@pytest.mark.parametrize(
    ("old", "new", "arguments", "code"),
    [
        ("title:", "title:", (), 0),  # only judgements are open
        ("title:", "title:", ("--strict",), 0),
        ("until: 2030-12-31", "until: 2031-12-31", (), 1),  # a requirement is unmet
        ("  necessity: {text: zo}\n", "", (), 1),  # the proposer left something out
        ("  necessity: {text: zo}\n", "  necessity: unknown\n", (), 1),  # he could tell
        ("parts: [", "parst: [", (), 3),
        ("until: 2030-12-31", "until: 2031-12-31\nextra: 1", (), 3),  # 3 before 1
        ("title:", "title:", ("--on", "2012-01-01"), 0),  # no text at hand: undecided
        ("title:", "title:", ("--on", "2012-01-01", "--strict"), 4),
    ],
)
def test_exit_codes(run: Run, city: Path, old: str, new: str, arguments: tuple[str, ...], code: int) -> None:
    change(city, old, new)
    assert run("check", str(city), *arguments)[0] == code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "no-such-place"), "bestaat niet"),
        (("check", "measures", "--on", "yesterday"), "2018-04-05"),
        (("check", "measures", "--law", "wbmpg"), "wbmgp"),
        (("check", "measures", "--law", "wbmgp@2017-07-02"), "wbmgp@2017-07-01"),
        (("check", "measures", "--jobs", "0"), "1-64"),
        (("check", "measures", "--law", "wpo@2026-08-01", "--portfolio", "nowhere"), "nowhere"),
        (("check", ROTTERDAM, "--law", "wpo"), "wpo"),  # nothing asks for it: nothing was checked
        (("explain", ROTTERDAM, "--law", "wpo"), "wpo"),
        (("chekc", "measures"), "check"),
        (("law", "show", "wbmpg"), "wbmgp"),
    ],
)
def test_what_could_not_run_says_how(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("files", [1, CHUNK + 1], ids=["here", "by workers"])
def test_an_engine_that_does_not_load_is_no_verdict(tmp_path: Path, files: int) -> None:
    """As on Python 3.13 where it was built without the flag: pip is content, and only loading it fails."""
    module = tmp_path / "path" / "durable_rules_engine.py"
    module.parent.mkdir()
    module.write_text("raise ImportError('undefined symbol: PyEval_CallObject')", encoding="utf-8")
    proposals = tmp_path / "proposals"
    proposals.mkdir()
    for at in range(files):
        (proposals / f"{at}.yaml").write_text(WBMGP.replace("test-measure", f"measure-{at}"), encoding="utf-8")

    def ended(**environment: str) -> tuple[int, str]:
        asked = [sys.executable, "-m", "registry.cli", "check", str(proposals), "--jobs", "1"]
        around = {**os.environ, **environment}
        done = subprocess.run(asked, cwd=ROOT, env=around, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    broken, told = ended(PYTHONPATH=str(module.parent))
    assert broken == 2
    assert "undefined symbol" in told
    assert "CPPFLAGS=-D" in told
    assert "Traceback" not in told
    assert ended()[0] == 1, "the control: it lacks its reasons, and that is what exit 1 says"


def test_without_the_engine_no_empty_register_stays_behind(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rules.kernel", None)
    file = tmp_path / "r.db"
    code, out, err = run("init", "--with-history", "--register", str(file))
    assert (code, out, file.exists()) == (2, "", False)
    assert "CPPFLAGS=-D" in err
    assert run("init", "--register", str(file))[0] == 0, "what needs no verdict goes on"


def test_without_a_path_it_is_the_folder_measures(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("check")[:2] == run("check", "measures")[:2]
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 2


def test_a_folder_without_documents_is_no_green_run(run: Run, tmp_path: Path) -> None:
    code, _, err = run("check", str(tmp_path))
    assert code == 2
    assert "geen YAML-bestand" in err


def test_a_misspelt_key_by_line_with_the_nearest_name(run: Run, city: Path) -> None:
    change(city, "asked:", "aksed:")
    code, out, _ = run("check", str(city), "--lang", "en")
    assert code == 3
    assert f"{city}:6:1: error [unknown-key]" in out
    assert "asked" in out


def test_all_problems_of_all_documents_at_once(run: Run, city: Path) -> None:
    change(city, "domains: [wonen]", "domains: [woonen]")
    change(city, "kind: neighbourhood", "kind: naybourhood")
    (city.parent / "two.yaml").write_text("schema: regelruimte/area/v1\n", encoding="utf-8")
    _, out, _ = run("check", str(city.parent), "--format", "json")
    report = json.loads(out)
    assert {problem["code"] for problem in report["problems"]} == {"wrong-choice", "missing-key"}
    assert len(report["problems"]) == 5


def test_the_json_report(run: Run) -> None:
    code, out, _ = run("check", ROTTERDAM, "--format", "json", "--lang", "en")
    made = json.loads(out)
    assert code == made["summary"]["exit"] == 0
    assert made["schema"] == "regelruimte/report/v1"
    assert made["laws"] == [{"id": "wbmgp", "version": "2017-07-01", "sha256": made["laws"][0]["sha256"]}]
    keys = {
        "measure",
        "part",
        "file",
        "instrument",
        "law",
        "verdict",
        "hash",
        "outcomes",
        "open",
        "assumptions",
        "duties",
    }
    outcome_keys = {"rule", "outcome", "citation", "value", "note", "threshold", "source", "file", "line"}
    for result in made["results"]:
        assert keys <= set(result)
        assert all(outcome_keys <= set(outcome) for outcome in result["outcomes"])
    assert {"code", "level", "file", "line", "column", "path", "message"} <= set(_one_problem(run))
    [measure] = made["measures"]
    assert set(measure["receipt"]["documents"]) == {
        "area/rotterdam-zuid", "decision/rotterdam-2018-grant",
        *(f"measure/rotterdam-{year}-designation" for year in (2006, 2010, 2014, 2018)),
    }  # fmt: skip


def _one_problem(run: Run) -> dict[str, Any]:
    out = run("check", ROTTERDAM, "--on", "2014-01-01", "--format", "json")[1]
    problem: dict[str, Any] = json.loads(out)["problems"][0]
    return problem


def test_the_hash_in_nl_and_en(run: Run) -> None:
    reports = [json.loads(run("check", "measures", "--format", "json", "--lang", lang)[1]) for lang in ("nl", "en")]
    one, other = ([result["hash"] for result in report["results"]] for report in reports)
    assert one == other
    outcomes = ([each for result in report["results"] for each in result["outcomes"]] for report in reports)
    dutch, english = (next(each["says"] for each in found if each["says"]) for found in outcomes)
    assert dutch != english


def test_standard_input(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    text = (ROOT / ROTTERDAM).read_bytes().replace(b"until: 2022-04-15", b"until: 2023-04-15")
    done = subprocess.run(
        [sys.executable, "-m", "registry.cli", "check", "-"], input=text, capture_output=True, cwd=ROOT, check=False
    )
    assert done.returncode == 1
    assert b"<stdin>:" in done.stdout
    assert b"wbmgp/5.4.term" in done.stdout


def test_cross_check(run: Run) -> None:
    assert run("check", "measures", "--cross-check")[0] == 0


def test_an_engine_that_differs_from_its_twin_stops_the_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def differs(*_: object) -> None:
        raise EngineFault("engine and twin differ")

    monkeypatch.setattr(checking, "_engine", lambda cross_check: differs)
    for command in ("check", "explain"):
        code, out, err = run(command, ROTTERDAM, "--cross-check")
        assert (code, out) == (2, "")
        assert "engine and twin differ" in err


def test_two_documents_of_one_name(run: Run, city: Path) -> None:
    shutil.copy(city, city.parent / "two.yaml")
    code, out, _ = run("check", str(city.parent))
    assert code == 3
    assert "duplicate-document" in out


def test_a_law_with_a_mistake(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "wbmgp"
    shutil.copytree(ROOT / "rules/laws/wbmgp", folder)
    file = folder / "2017-01-01.yaml"
    assert run("check", str(file))[0] == 0
    change(file, "fact: measure.term, at_most: 4 years", "fact: measure.trem, at_most: 4 years")
    code, out, _ = run("check", str(file), "--lang", "en")
    assert code == 3
    assert "did you mean 'measure.term'?" in " ".join(out.split())


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_explain_fits_eighty_columns_and_has_its_parts(run: Run, lang: str) -> None:
    code, out, err = run("explain", ROTTERDAM, "--lang", lang)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    parts = {"nl": ("Uitslag", "Regels", "Wat hierna komt", "Feiten en bronnen"),
             "en": ("Verdict", "Rules", "What comes next", "Facts and sources")}  # fmt: skip
    places = [out.index(part) for part in parts[lang]]
    assert places == sorted(places)


def test_help_fits_eighty_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for arguments in (
        [],
        ["check"],
        ["code"],
        ["explain"],
        ["law"],
        ["schema"],
        ["timeline"],
        ["area", "show"],
        ["deadlines"],
    ):
        code, out, _ = run(*arguments, "--help")
        assert code == 0
        assert max(map(len, out.splitlines())) <= 80, arguments


def test_check_is_the_same_command_without_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    """It is made alone, to start sooner: with the same options, defaults and help as among the others."""
    told = []
    for made in (parser("check"), parser()):
        with pytest.raises(SystemExit):
            made.parse_args(["check", "--help"])
        told.append((capsys.readouterr().out, vars(made.parse_args(["check"]))))
    assert told[0] == told[1]
    with pytest.raises(SystemExit):
        parser("check").parse_args(["law", "list"])
    assert parser().parse_args(["law", "list"]).command == "law"


def test_explain_refuses_what_is_no_measure(run: Run) -> None:
    code, out, err = run("explain", "measures/areas/rotterdam-zuid.yaml")
    assert (code, out) == (3, "")
    assert "no-measure" in err


def test_an_example_says_who_has_not_agreed(run: Run) -> None:
    code, out, _ = run("check", "measures/proposals/arnhem/experiment.yaml", "--lang", "en")
    assert code == 0
    assert "have agreed. false – has not agreed: Minister of Education" in " ".join(out.split())


def test_laws_and_schemas(run: Run) -> None:
    listed = json.loads(run("law", "list", "--format", "json")[1])
    assert [law["version"] for law in listed if law["id"] == "wbmgp"][:2] == ["2008-06-13", "2015-01-01"]
    assert "5 lid 4" in run("law", "show", "wbmgp")[1]
    for kind in ("area", "figures", "measure", "decision", "law"):
        code, out, _ = run("schema", kind)
        assert code == 0
        assert json.loads(out) == json.loads((ROOT / f"rules/schemas/{kind}.json").read_text(encoding="utf-8"))
    code, out, err = run("schema", "treaty")
    assert (code, out) == (2, "")
    assert "area, figures, measure, decision, law" in err


HOSTILE = "\x1b]0;owned\x07\x1b[2J[link=http://x]nota bene[/link] \u202egnp.exe"


def on_a_terminal(*arguments: str) -> bytes:
    """What a terminal gets to see of a command."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(
        arguments, stdout=follower, stderr=follower, stdin=follower, cwd=ROOT, env=environment
    ) as child:
        os.close(follower)
        seen = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError as closed:  # Linux says EIO once the other end of a terminal is gone
                if closed.errno != errno.EIO:
                    raise
                break
            if not piece:
                break
            seen += piece
        child.wait(60)
    os.close(leader)
    return seen


def foreign_bytes(seen: bytes) -> bytes:
    """What in it is no text, nor our own colours and line ends: control bytes, what hides text or turns it."""
    plain = seen
    for ours in (b"\x1b[0m", b"\x1b[1m", b"\x1b[2m", b"\x1b[31m", b"\x1b[32m", b"\x1b[33m", b"\r\n"):
        plain = plain.replace(ours, b"")
    text = plain.decode("utf-8", "surrogateescape")
    return "".join(c for c in text if not c.isprintable()).encode("utf-8", "surrogateescape")


def test_no_foreign_text_reaches_a_terminal(city: Path) -> None:
    """In keys, values, file names and arguments: the reader refuses it, and what is shown of it is shown as marks."""
    command = [sys.executable, "-m", "registry.cli"]
    hidden = city.with_name("esc\x1b]0;owned\x07.yaml")
    change(city, "title:", f"{json.dumps(HOSTILE)}: 1\ntitle:")
    shutil.copy(city, hidden)
    turned = city.with_name("turn\u202egnp.yaml")
    shutil.copy(ROOT / ROTTERDAM, turned)
    commands = [("check", str(file), "--format", form) for file in (city, hidden, turned) for form in ("text", "json")]
    for arguments in (*commands, ("explain", str(hidden)), ("explain", str(turned)), ("check", HOSTILE)):
        assert foreign_bytes(on_a_terminal(*command, *arguments)) == b"", arguments
    seen = on_a_terminal(*command, "check", str(hidden))
    assert "⟨U+001B⟩".encode() in seen


def test_the_negative_control_of_the_terminal() -> None:
    """Printed without the gate, the same text does reach it."""
    assert foreign_bytes(on_a_terminal(sys.executable, "-c", f"print({HOSTILE!r})")) != b""


def test_colour_only_where_it_is_wanted(run: Run) -> None:
    assert "\x1b[" not in run("check", "measures")[1]
    command = [sys.executable, "-m", "registry.cli", "check", ROTTERDAM]
    assert b"\x1b[32m" in on_a_terminal(*command)
    assert b"\x1b[" not in on_a_terminal("env", "NO_COLOR=1", *command)


def test_what_is_too_large_is_refused_unread(run: Run, tmp_path: Path) -> None:
    """A file of a thousand gigabytes with nothing in it: whoever reads it before looking has no memory left."""
    file = tmp_path / "large.yaml"
    with file.open("wb") as made:
        made.truncate(10**12)
    code, out, _ = run("check", str(file), "--format", "concise")
    assert code == 3
    assert "yaml-too-large" in out
    assert str(10**12) in out


def test_a_reader_that_leaves() -> None:
    """`| head -1` is no error, and leaves no traceback."""
    command = f"{sys.executable} -m registry.cli explain {ROTTERDAM} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=ROOT, check=False)  # noqa: S607
    assert done.stderr == b""


def unread(*said: str) -> tuple[int, bytes]:
    """The exit code and stderr of a Python whose output nobody reads."""
    with subprocess.Popen([sys.executable, *said], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        return running.wait(60), running.stderr.read()


@pytest.mark.parametrize("command", [("lists", "--format", "json"), ("schema", "decision"), ("--help",), ("law", "-h")])
def test_a_reader_who_has_gone_before_anything_was_written(command: tuple[str, ...]) -> None:
    """What fits the buffer of Python is written at the end: there too nobody is told."""
    assert unread("-m", "registry.cli", *command) == (0, b"")
    code, told = unread("-c", "print('the control')")
    assert (code, b"Broken pipe" in told) == (120, True)

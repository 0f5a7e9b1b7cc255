"""`regelruimte law …` as people call it: both languages, eighty columns, JSON, wrong names, a folder of one's own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.write_expected import ROOT

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    "command", [("show", "wbmgp@2008-06-13"), ("show", "wbmgp"), ("diff", "wbmgp@2017-01-01"), ("test",), ("coverage",)]
)
def test_law_commands_fit_eighty_columns(run: Run, command: tuple[str, ...], lang: str) -> None:
    code, out, err = run("law", *command, "--lang", lang)
    assert (code, err) == (0, "")
    assert out
    assert max(map(len, out.splitlines())) <= 80


def test_diff_is_against_the_version_before_unless_another_is_named(run: Run) -> None:
    assert run("law", "diff", "wbmgp@2017-07-01")[1].startswith("wbmgp@2017-01-01 → wbmgp@2017-07-01")
    far = run("law", "diff", "wbmgp@2017-07-01", "wbmgp@2008-06-13")[1]
    assert far.startswith("wbmgp@2008-06-13 → wbmgp@2017-07-01")
    assert far == run("law", "diff", "wbmgp@2008-06-13", "wbmgp@2017-07-01")[1], "from old to new, whichever is first"
    made = json.loads(run("law", "diff", "wbmgp@2017-01-01", "--format", "json")[1])
    assert (made["old"], made["new"]) == ("2015-01-01", "2017-01-01")
    assert {"rule": "screening"}.items() <= {"rule": made["instruments"][-1]["instrument"]}.items()
    assert {row["change"] for row in made["rules"]} == {"added", "repealed", "replaced"}


def test_the_tests_of_all_laws(run: Run) -> None:
    code, out, _ = run("law", "test", "--format", "json")
    made = json.loads(out)
    assert (code, made["failed"], made["untested"]) == (0, 0, [])
    assert {each["law"] for each in made["runs"]} == {
        "avg", "besluit-participatiewet", "de-minimis", "evrm-p4", "gemeentewet", "grondwet", "huisvestingswet",
        "leegstandwet", "omgevingswet", "opiumwet", "participatiewet", "renewed", "renewed-decree", "suwi", "wbmgp",
        "wgs", "wgv", "wms", "wpo", "wvo",
    }  # fmt: skip
    found = json.loads(run("law", "coverage", "--format", "json")[1])
    assert all(version["seen"] == version["wanted"] > 0 for version in found)
    assert len(found) == 29


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("diff", "wbmgp@2008-06-13"), "geen eerdere versie"),
        (("diff", "wbmgp", "wpo@2026-08-01"), "twee verschillende wetten"),
        (("diff", "wbmpg"), "wbmgp"),
        (("test", "wbmpg"), "wbmgp"),
        (("test", "--laws", "nowhere"), "nowhere"),
        (("test", "--laws", "measures/areas"), "geen wetten"),
        (("coverage", "wbmpg"), "wbmgp"),
    ],
)
def test_what_could_not_run_says_how(run: Run, command: tuple[str, ...], said: str) -> None:
    code, out, err = run("law", *command)
    assert (code, out) == (2, "")
    assert said in err


def test_laws_of_ones_own(run: Run, tmp_path: Path) -> None:
    """Whoever drafts a law tests it in CI: a changed threshold fails, by file and line, and coverage falls."""
    folder = tmp_path / "laws"
    shutil.copytree(ROOT / "rules/laws", folder)
    assert run("law", "test", "--laws", str(folder))[0] == 0
    changed = folder / "wbmgp" / "2015-01-01.yaml"
    changed.write_text(changed.read_text("utf-8").replace("at_most: 4}", "at_most: 9}"), "utf-8")
    code, out, _ = run("law", "test", "wbmgp", "--laws", str(folder), "--lang", "en")
    assert code == 1
    assert f"{folder}/wbmgp/scenarios.yaml:" in out
    assert "[income-extended-five-times-2015]" in out
    assert run("law", "coverage", "wbmgp", "--laws", str(folder))[0] == 1
    (folder / "wbmgp" / "scenarios.yaml").unlink()
    assert run("law", "test", "wbmgp", "--laws", str(folder))[0] == 1, "a law without scenarios is no green run"


def test_check_reads_laws_and_their_scenarios(run: Run, tmp_path: Path) -> None:
    assert run("check", "rules/laws")[0] == 0
    folder = tmp_path / "laws"
    shutil.copytree(ROOT / "rules/laws", folder)
    file = folder / "wms" / "scenarios.yaml"
    file.write_text(file.read_text("utf-8").replace('rules: ["15.3"]', 'rules: ["15.33"]', 1), "utf-8")
    code, out, _ = run("check", str(folder), "--lang", "en")
    assert code == 3
    assert "[unknown-rule]" in out
    assert "did you mean '15.3'?" in " ".join(out.split())


@pytest.mark.parametrize("file", ["rules/catalogue.yaml", "rules/ministers.yaml"])
def test_check_reads_the_tables_of_the_rules_too(run: Run, file: str) -> None:
    assert run("check", file)[0] == 0

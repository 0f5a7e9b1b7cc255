"""A baseline accepts the problems of today; what is new fails, what is gone is told, what is invalid stays invalid."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.test_ignoring import TERM, TOO_LONG

Checked = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    (folder / "proposals").mkdir(parents=True)
    (folder / "proposals" / "one.yaml").write_text(TOO_LONG, encoding="utf-8")
    return folder


@pytest.fixture
def checked(run: Run, city: Path) -> Checked:
    """Runs a check of the city, or of a path in it."""

    def made(*arguments: str, path: str = "") -> tuple[int, dict[str, Any], str]:
        code, out, err = run("check", str(city / path), "--format", "json", "--lang", "en", *arguments)
        return code, json.loads(out) if out else {}, err

    return made


def change(city: Path, old: str, new: str, name: str = "one.yaml") -> None:
    file = city / "proposals" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def new(made: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in made["problems"] if "baseline" not in problem]


def test_the_problems_of_today_are_accepted_and_a_new_one_is_not(city: Path, checked: Checked) -> None:
    file = str(city / "known.json")
    assert checked()[0] == 1, "without a baseline it fails"
    code, made, err = checked("--write-baseline", file)
    assert (code, err) == (0, f"written: {file} (1)\n")
    assert (made["summary"]["errors"], made["summary"]["baseline"]) == (0, 1)
    assert json.loads(Path(file).read_text(encoding="utf-8")) == {
        "schema": "regelruimte/baseline/v1",
        "problems": [
            {
                "file": "proposals/one.yaml",
                "code": "wbmgp/5.4.term",
                "path": "term",
                "measure": "test-measure",
                "part": "",
                "count": 1,
            }
        ],
    }
    code, made, _ = checked("--baseline", file)
    assert (code, new(made), made["baseline"]["gone"]) == (0, [], [])
    assert made["results"][0]["verdict"] == "ineligible"
    change(city, "  necessity: {text: zo}\n", "")
    code, made, _ = checked("--baseline", file)
    assert code == 1
    assert new(made) == ["wbmgp/6.1.a"]


def test_a_problem_is_known_whatever_moves_around_it(
    city: Path, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(city / "known.json")
    checked("--write-baseline", file)
    change(city, TERM, f"# first a remark\n\n{TERM}")
    change(city, "parts: [", "parts: [{part: aan-het-begin, name: A, kind: street}, ")
    code, made, _ = checked("--baseline", file)
    assert new(made) == []
    assert code == 0
    monkeypatch.chdir(city)  # from another folder
    monkeypatch.setattr(os, "getcwd", lambda: str(city))
    assert checked("--baseline", "known.json")[0] == 0


def test_a_problem_of_one_part_is_not_that_of_another(city: Path, checked: Checked) -> None:
    change(city, "necessity: {text: zo}", "necessity: unknown")
    file = str(city / "known.json")
    checked("--write-baseline", file)
    assert "carnisse" in {row["part"] for row in json.loads(Path(file).read_text(encoding="utf-8"))["problems"]}
    change(city, "part: carnisse", "part: tarwewijk")
    assert new(checked("--baseline", file)[1]) == ["fact-missing"]


def test_more_of_the_same_is_new(city: Path, checked: Checked) -> None:
    higher = '{provision: "jci1.3:c:BWBR0001840&artikel=1", how: {nl: niet, en: not}}'
    change(city, "instrument: wbmgp/priority", f"instrument: wbmgp/priority, lifts: [{higher}]")
    file = str(city / "known.json")
    checked("--write-baseline", file)
    assert new(checked("--baseline", file)[1]) == []
    change(city, f"[{higher}]", f"[{higher}, {higher}]")
    code, made, _ = checked("--baseline", file)
    assert (code, new(made)) == (1, ["barred"])


def test_what_is_no_longer_there_is_told(run: Run, city: Path, checked: Checked) -> None:
    file = str(city / "known.json")
    other = TOO_LONG.replace("measure: test-measure", "measure: other")
    (city / "proposals" / "two.yaml").write_text(other, encoding="utf-8")
    checked("--write-baseline", file)
    change(city, "2031", "2030")
    code, made, _ = checked("--baseline", file)
    assert code == 0
    assert [(gone["file"], gone["measure"]) for gone in made["baseline"]["gone"]] == [
        ("proposals/one.yaml", "test-measure")
    ]
    text = " ".join(run("check", str(city), "--baseline", file)[1].split())
    assert "in de baseline, en er niet meer: proposals/one.yaml: test-measure" in text
    # of what was not looked at nothing is said
    assert checked("--baseline", file, path="proposals/two.yaml")[1]["baseline"]["gone"] == []
    assert checked("--baseline", file, "--law", "wbmgp")[1]["baseline"]["gone"] == []
    (city / "proposals" / "one.yaml").unlink()
    assert len(checked("--baseline", file, path="proposals/two.yaml")[1]["baseline"]["gone"]) == 1


def test_an_invalid_document_is_never_accepted(city: Path, checked: Checked) -> None:
    change(city, "domains", "domian")
    file = str(city / "known.json")
    code, _, err = checked("--write-baseline", file)
    assert (code, err) == (3, f"written: {file} (0)\n")
    assert checked("--baseline", file)[0] == 3


def test_what_a_comment_passes_over_needs_no_baseline(city: Path, checked: Checked) -> None:
    change(city, TERM, f"{TERM} # regelruimte: ignore wbmgp/5.4.term - reden")
    file = str(city / "known.json")
    assert checked("--write-baseline", file)[2].endswith("(0)\n")


ROW = '{"file": "a", "code": "b", "path": "", "measure": "", "part": "", "count": 1}'
SOUND = '{"schema": "regelruimte/baseline/v1", "problems": [' + ROW + "]}"


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"schema": "regelruimte/report/v1", "problems": []}',
        '{"schema": "regelruimte/baseline/v1"}',
        '{"schema": "regelruimte/baseline/v1", "problems": ["x"]}',
        SOUND.replace('"count": 1', '"count": true'),
        SOUND.replace('"code": "b"', '"code": 1'),
        SOUND.replace('"part": "", ', ""),
        "\udcff",
    ],
)
def test_what_is_no_baseline_is_refused_before_anything_is_checked(city: Path, checked: Checked, text: str) -> None:
    file = city / "known.json"
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    code, made, err = checked("--baseline", str(file))
    assert (code, made) == (2, {})
    assert "--write-baseline" in err
    file.write_text(SOUND, encoding="utf-8")
    assert checked("--baseline", str(file))[0] == 1, "the negative control: a sound one is read"


@pytest.mark.parametrize("arguments", [("--baseline", "gone.json"), ("--write-baseline", "no/such/folder/x.json")])
def test_a_file_that_cannot_be_is_told(checked: Checked, arguments: tuple[str, str]) -> None:
    code, made, err = checked(*arguments)
    assert (code, made) == (2, {})
    assert err == f"regelruimte: {arguments[1]}: No such file or directory\n"
    assert checked("--baseline", "a", "--write-baseline", "b")[0] == 2


@pytest.mark.parametrize("part", [("--law", "wbmgp"), ("--since", "HEAD")])
def test_a_baseline_of_a_part_would_forget_the_rest(city: Path, checked: Checked, part: tuple[str, str]) -> None:
    code, _, err = checked("--write-baseline", str(city / "known.json"), *part)
    assert code == 2
    assert "not with --since or --law" in err
    assert not (city / "known.json").exists()


def test_exit_zero(city: Path, checked: Checked) -> None:
    code, made, _ = checked("--exit-zero")
    assert (code, made["summary"]["exit"]) == (0, 1)
    change(city, "domains", "domian")
    assert checked("--exit-zero")[0] == 0
    assert checked("--exit-zero", path="nowhere")[0] == 2

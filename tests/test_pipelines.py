"""The examples for pipelines, run as far as that goes without a runner: every script in them, in a clone of a city."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import Failure, JUnitXml

from tests.samples import ROOT

CITY = ROOT / "tests" / "city"
WRONG, LINE = "maatregelen/proposals/voorrang-groenoord.yaml", 14
GITHUB, GITLAB = ".github/workflows/maatregelen.yml", ".gitlab-ci.yml"
# Left out: no test takes from a network. It is .ci/run that lets pre-commit build and install what is run here.
INSTALLS = 'pip install "${REGELRUIMTE:?de variabele met de plaats van regelruimte ontbreekt}"'


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A clone of the repository of a city."""
    place = tmp_path / "city"
    shutil.copytree(CITY, place)
    git(place, "init", "-q", "-b", "main")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", "maatregelen")
    return place


def git(place: Path, *said: str) -> None:
    known = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *known, *said], cwd=place, check=True)  # noqa: S607


def mended(place: Path) -> None:
    file = place / WRONG
    text = file.read_text(encoding="utf-8")
    assert text.count("2032-12-31") == 1
    file.write_text(text.replace("2032-12-31", "2030-12-31"), encoding="utf-8")


def done(place: Path, script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """That script as a runner runs it: by bash, until something fails."""
    around = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **environment}
    said = ["bash", "-eo", "pipefail", "-c", script]
    return subprocess.run(said, cwd=place, env=around, capture_output=True, text=True, check=False)


def annotations(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith("::")]


def stated(place: Path, file: str) -> Any:
    return yaml.safe_load((place / file).read_text(encoding="utf-8"))


def steps(place: Path) -> Iterator[dict[str, Any]]:
    """The steps of the one job in the workflow."""
    [job] = stated(place, GITHUB)["jobs"].values()
    yield from job["steps"]


def on_github(place: Path, more: str = "") -> "dict[str, subprocess.CompletedProcess[str]]":
    """What each script of the workflow but the first, which installs, comes to, by its name; the last with `more`."""
    summary = place.parent / "summary.md"
    known = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(place), "GITHUB_STEP_SUMMARY": str(summary)}
    first, *others = [step for step in steps(place) if "run" in step]
    assert first["run"] == INSTALLS
    assert [step["name"] for step in others] == ["sarif", "toets"]
    assert all("if" not in step for step in others), "each runs when the one before did not fail"
    came_to = {}
    for step, said in zip(others, ("", more), strict=True):
        came_to[step["name"]] = done(place, f"{step['run']} {said}", **known)
        if came_to[step["name"]].returncode:
            break
    return came_to


def on_gitlab(place: Path) -> "subprocess.CompletedProcess[str]":
    """What the script of the one job comes to."""
    [job] = stated(place, GITLAB).values()
    assert job["before_script"] == [INSTALLS]
    return done(place, "\n".join(job["script"]), GITLAB_CI="true", CI_PROJECT_DIR=str(place))


def test_github_annotates_the_line_that_is_wrong(city: Path) -> None:
    came_to = on_github(city)
    assert {name: each.returncode for name, each in came_to.items()} == {"sarif": 0, "toets": 1}
    [annotation] = annotations(came_to["toets"].stdout)
    assert annotation.startswith(f"::error file={WRONG},line={LINE},")
    summary = (city.parent / "summary.md").read_text(encoding="utf-8")
    assert summary.count(f"{WRONG}:{LINE}") == 1
    [uploaded] = [step["with"]["sarif_file"] for step in steps(city) if "upload-sarif" in step.get("uses", "")]
    [result] = json.loads((city / uploaded).read_text(encoding="utf-8"))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (WRONG, LINE)


def test_gitlab_shows_the_line_that_is_wrong(city: Path) -> None:
    came_to = on_gitlab(city)
    assert came_to.returncode == 1
    assert f"{WRONG}:{LINE}:" in came_to.stdout
    [job] = stated(city, GITLAB).values()
    reports = job["artifacts"]["reports"]
    [found] = json.loads((city / reports["codequality"]).read_text(encoding="utf-8"))
    assert (found["location"]["path"], found["location"]["lines"]["begin"]) == (WRONG, LINE)
    suites = JUnitXml.fromfile(str(city / reports["junit"]))
    assert (suites.failures, suites.errors) == (1, 0)
    [failure] = [each for suite in suites for case in suite for each in case.result if isinstance(each, Failure)]
    assert f"{WRONG}:{LINE}:" in failure.text


def test_when_it_is_mended_both_are_green(city: Path) -> None:
    """The control."""
    mended(city)
    came_to = on_github(city)
    assert {name: each.returncode for name, each in came_to.items()} == {"sarif": 0, "toets": 0}
    assert annotations(came_to["toets"].stdout) == []
    assert on_gitlab(city).returncode == 0


def test_a_branch_is_annotated_for_what_it_changed(city: Path) -> None:
    """Somebody else's mistake, which stood there before, is not told of again; all is what others are judged by."""
    git(city, "switch", "-q", "-c", "branch")
    file = city / "maatregelen/proposals/schulden.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("lifts:", "lifst:"), encoding="utf-8")
    git(city, "commit", "-q", "-a", "-m", "een fout")
    whole, branch = (annotations(on_github(city, more)["toets"].stdout) for more in ("", "--since main"))
    [one] = branch
    assert one.startswith("::error file=maatregelen/proposals/schulden.yaml,line=13,")
    assert sorted(whole) == sorted([one, *(line for line in whole if f"file={WRONG},line={LINE}," in line)])
    assert len(whole) == 2


def test_a_place_that_was_not_set_is_asked_for(city: Path) -> None:
    """The one script that is not run elsewhere: pip would say no more than that '' is no requirement."""
    came_to = done(city, INSTALLS, REGELRUIMTE="")
    assert came_to.returncode
    assert "REGELRUIMTE: de variabele" in came_to.stderr


@pytest.mark.parametrize(
    ("file", "schema"), [(GITHUB, "vendor.github-workflows"), (GITLAB, "vendor.gitlab-ci")], ids=["github", "gitlab"]
)
def test_the_examples_are_valid_by_the_schemas_of_others(city: Path, file: str, schema: str) -> None:
    """As check-jsonschema carries them; the control is the same file with what no runner knows."""
    from check_jsonschema import main
    from click.testing import CliRunner

    def refused(broken: bool) -> bool:
        if broken:
            made = stated(city, file)
            job = made["jobs"]["toets"] if "jobs" in made else made["maatregelen"]
            job["runs-on" if "jobs" in made else "image"] = ["x", {"y": 1}]
            (city / file).write_text(json.dumps(made), encoding="utf-8")
        asked = ["--builtin-schema", schema, str(city / file)]
        invoked: Callable[..., Any] = CliRunner().invoke
        return bool(invoked(main, asked).exit_code)

    assert [refused(broken) for broken in (False, True)] == [False, True]

"""`check --since`: what changed is looked at and no more, judged among all the rest; that nothing changed is said."""

import io
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.cli import main
from tests.test_ignoring import TOO_LONG

Since = Callable[..., tuple[int, dict[str, Any], str]]
SOUND = TOO_LONG.replace("2031", "2030")


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    command = ["git", *who, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def write(city: Path, name: str, text: str = SOUND, measure: str = "") -> None:
    file = city / "proposals" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace("measure: test-measure", f"measure: {measure or name}"), encoding="utf-8")


def commit(city: Path) -> None:
    git(city, "add", "-A")
    git(city, "commit", "-q", "-m", "x")


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with three proposals on its main branch, one of which fails; and a branch that left it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    folder = tmp_path / "een stad"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for name in ("one", "two"):
        write(folder, name)
    write(folder, "old", TOO_LONG)
    commit(folder)
    git(folder, "checkout", "-q", "-b", "branch")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def since(capsys: pytest.CaptureFixture[str]) -> Since:
    def made(*arguments: str, revision: str = "main", path: str = "proposals") -> tuple[int, dict[str, Any], str]:
        code = main(["check", path, f"--since={revision}", "--format", "json", "--lang", "en", *arguments])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else {}, told.err

    return made


def looked_at(made: dict[str, Any]) -> list[str]:
    return [each["measure"] for each in made["measures"]]


def test_that_nothing_changed_is_green_and_said_aloud(
    city: Path, since: Since, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "proposals"]) == 1, "the negative control: a whole run fails"
    capsys.readouterr()
    code, made, err = since()
    assert (code, looked_at(made), made["problems"]) == (0, [], [])
    assert err == "regelruimte: --since main: nothing changed: looked at none of 3 files\n"
    assert made["since"] == {"revision": "main", "base": git(city, "rev-parse", "main"), "files": 3}
    assert since("--law", "wbmgp")[0] == 0


def test_commits_the_index_the_folder_and_new_files(city: Path, since: Since) -> None:
    write(city, "committed")
    commit(city)
    write(city, "staged")
    git(city, "add", "-A")
    write(city, "nieuw met spatie en é", measure="new")
    write(city, "two", SOUND + "# changed\n")
    (city / "proposals" / "one.yaml").unlink()
    code, made, err = since()
    assert (code, looked_at(made)) == (0, ["committed", "new", "staged", "two"])
    assert err == "regelruimte: --since main: looked at 4 of 5 files\n"


def test_what_changed_on_the_other_branch_since_is_not_ours(city: Path, since: Since) -> None:
    git(city, "checkout", "-q", "main")
    write(city, "theirs", TOO_LONG)
    commit(city)
    git(city, "checkout", "-q", "branch")
    write(city, "ours")
    commit(city)
    assert looked_at(since()[1]) == ["ours"]
    git(city, "merge", "-q", "main")
    assert looked_at(since()[1]) == ["ours"], "merged in, it stands on the other side as well"


def test_only_what_changed_fails(city: Path, since: Since) -> None:
    write(city, "one", TOO_LONG)
    code, made, _ = since()
    assert (code, {each["file"] for each in made["problems"]}) == (1, {"proposals/one.yaml"})


def test_it_is_judged_among_what_did_not_change(city: Path, since: Since) -> None:
    """A document that takes the name of one that was there is to blame, whichever of the two comes first."""
    for name in ("a", "z"):
        write(city, name, measure="old")
        code, made, _ = since()
        assert code == 3
        assert [each["file"] for each in made["problems"]] == [f"proposals/{name}.yaml"]
        (city / "proposals" / f"{name}.yaml").unlink()
    extends = SOUND.replace("kind: neighbourhood", "kind: neighbourhood, extends: two")
    write(city, "later", extends)
    assert "measure-missing" not in [each["code"] for each in since()[1]["problems"]]
    assert "measure/two" in since()[1]["measures"][0]["receipt"]["documents"]


def test_from_a_folder_below(city: Path, since: Since, monkeypatch: pytest.MonkeyPatch) -> None:
    write(city, "one", SOUND + "# changed\n")
    git(city, "config", "diff.relative", "true")
    git(city, "config", "diff.noprefix", "true")
    monkeypatch.chdir(city / "proposals")
    assert looked_at(since(path=".")[1]) == ["one"]
    assert looked_at(since(path="one.yaml")[1]) == ["one"]


@pytest.mark.parametrize("revision", ["mian", "--help", "", "HEAD:proposals", "main..branch"])
def test_an_unknown_revision_is_told(city: Path, since: Since, revision: str) -> None:
    code, made, err = since(revision=revision)
    assert (code, made) == (2, {})
    assert f"--since {revision}: git does not know it" in err


def test_nothing_in_common_is_told(city: Path, since: Since) -> None:
    git(city, "checkout", "-q", "--orphan", "other")
    write(city, "more")
    commit(city)
    code, made, err = since()
    assert (code, made) == (2, {})
    assert "if the clone is shallow, fetch more" in err


def test_without_git_or_a_repository(city: Path, since: Since, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    outside = tmp_path / "elders"
    outside.mkdir()
    (outside / "x.yaml").write_text(SOUND, encoding="utf-8")
    code, made, err = since(path=str(outside))
    assert (code, made) == (2, {})
    assert f"{outside}/x.yaml: lies outside {city}" in err
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SOUND.encode())))
    code, made, err = since(path="-")
    assert (code, made) == (2, {})
    assert "standard input" in err
    monkeypatch.chdir(outside)
    code, _, err = since(path=".")
    assert code == 2
    assert "there is no git repository here (fatal:" in err
    monkeypatch.setenv("PATH", str(outside))
    code, _, err = since(path=".")
    assert (code, err) == (2, "regelruimte: --since needs git, and there is none\n")


def test_what_a_repository_asks_to_run_is_not_run(city: Path, since: Since, tmp_path: Path) -> None:
    hook, ran = tmp_path / "hook", tmp_path / "ran"
    hook.write_text(f"#!/bin/sh\ntouch '{ran}'\n", encoding="utf-8")
    hook.chmod(0o755)
    git(city, "config", "core.fsmonitor", str(hook))
    git(city, "config", "diff.external", str(hook))
    write(city, "one", SOUND + "# changed\n")
    assert looked_at(since()[1]) == ["one"]
    assert not ran.exists()
    git(city, "status")
    assert ran.exists(), "the negative control: git by itself does run it"


def test_a_baseline_says_nothing_of_what_was_not_looked_at(
    city: Path, since: Since, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "proposals", "--write-baseline", "known.json"]) == 0
    capsys.readouterr()
    write(city, "one", SOUND + "# changed\n")
    code, made, _ = since("--baseline", "known.json")
    assert (code, made["baseline"]["gone"]) == (0, [])

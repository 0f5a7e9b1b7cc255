"""[tool.regelruimte] of the nearest pyproject.toml: other defaults; the command line wins; mistakes have lines."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.cli import main
from tests.conftest import Run
from tests.test_ignoring import TOO_LONG
from tests.test_import_hygiene import PROBE, loaded

Here = Callable[..., tuple[int, str, str]]
SOUND = TOO_LONG.replace("2031", "2030")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A folder with a pyproject.toml, and below it a proposal that fails and one that does not."""
    folder = tmp_path / "city"
    (folder / "voorstellen" / "proposals" / "concepten").mkdir(parents=True)
    (folder / "voorstellen" / "proposals" / "one.yaml").write_text(SOUND, encoding="utf-8")
    (folder / "voorstellen" / "proposals" / "concepten" / "two.yaml").write_text(
        TOO_LONG.replace("measure: test-measure", "measure: concept"), encoding="utf-8"
    )
    return folder


@pytest.fixture
def here(city: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """Runs a command in the folder of the city, or one below, under what its pyproject.toml says."""

    def made(says: str, *arguments: str, under: str = "") -> tuple[int, str, str]:
        text = says if says.startswith("\ufeff") or "[tool" in says else f"[tool.regelruimte]\n{says}\n"
        (city / "pyproject.toml").write_text(text, encoding="utf-8")
        monkeypatch.chdir(city / under)
        try:
            code = main(list(arguments))
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return made


def measures(out: str) -> list[str]:
    made: dict[str, Any] = json.loads(out)
    return [each["measure"] for each in made["measures"]]


def test_paths_format_and_language_come_from_the_file(here: Here) -> None:
    code, out, err = here('paths = ["voorstellen"]\nformat = "json"\nlang = "en"', "check")
    assert (code, err) == (1, "")
    assert measures(out) == ["concept", "test-measure"]
    assert "The designation" in json.loads(out)["problems"][0]["message"]
    # the language is that of every command, the format of check alone
    assert here('format = "json"\nlang = "en"', "code", "barred")[1].startswith("barred (error, about what is asked)")


def test_the_command_line_wins(here: Here) -> None:
    says = 'paths = ["voorstellen"]\nformat = "json"\nlang = "en"\nstrict = true\nexclude = ["concepten"]'
    assert measures(here(says, "check")[1]) == ["test-measure"]
    out = here(says, "check", "--format", "text", "--lang", "nl")[1]
    assert "1 maatregel (1 onbeslist)" in out
    assert measures(here(says, "check", "--exclude", "nothing")[1]) == ["concept", "test-measure"]
    assert measures(here(says, "check", "voorstellen/proposals/concepten/two.yaml")[1]) == ["concept"]
    for option in ("--no-config", "--isolated"):
        code, _, err = here(says, "check", option)
        assert (code, err) == (2, "regelruimte: measures: bestaat niet\n"), "as without the file"


def test_strict_can_be_taken_back(here: Here) -> None:
    early = ("check", "voorstellen/proposals/one.yaml", "--on", "2012-01-01")
    assert here("strict = true", *early)[0] == 4
    assert here("strict = true", *early, "--no-strict")[0] == 0
    assert here("strict = false", *early)[0] == 0


def test_the_nearest_file_with_the_table_counts_and_paths_are_seen_from_it(here: Here, city: Path) -> None:
    says = 'paths = ["voorstellen"]\nformat = "json"\nexclude = ["voorstellen/*/concepten"]'
    assert measures(here(says, "check", under="voorstellen/proposals")[1]) == ["test-measure"]
    nearer = city / "voorstellen" / "pyproject.toml"
    nearer.write_text('[project]\nname = "regelruimte-voorstellen"\n', encoding="utf-8")
    assert measures(here(says, "check", under="voorstellen/proposals")[1]) == ["test-measure"]
    nearer.write_text('[tool.regelruimte]\npaths = ["proposals/concepten"]\nformat = "json"\n', encoding="utf-8")
    assert measures(here(says, "check", under="voorstellen/proposals")[1]) == ["concept"]


def test_a_baseline_and_a_portfolio_from_the_file(here: Here, city: Path) -> None:
    says = 'paths = ["voorstellen"]\nbaseline = "known.json"'
    assert here(says, "check")[0] == 2
    assert here(says, "check", "--write-baseline", "known.json")[0] == 0
    assert here(says, "check")[0] == 0
    assert here(says, "check", under="voorstellen")[0] == 0
    code, _, err = here('portfolio = "nergens"', "check", "voorstellen")
    assert (code, err) == (2, "regelruimte: nergens: bestaat niet\n")
    assert "nergens: bestaat niet" in here('portfolio = "nergens"', "deadlines", "voorstellen")[2]


def test_exclude(here: Here, run: Run, city: Path) -> None:
    assert here('exclude = ["*.yaml"]', "check", "voorstellen")[0] == 2, "a run that checked nothing is no green run"
    named = "voorstellen/proposals/concepten/two.yaml"
    assert here('exclude = ["concepten"]', "check", named)[0] == 1, "what is named itself is checked"
    assert run("check", str(city), "--exclude", "concepten")[0] == 0
    assert run("check", str(city), "--exclude", "concept")[0] == 1, "a pattern fits a whole name"


@pytest.mark.parametrize(
    ("says", "line", "told"),
    [
        ("\nstrikt = true", 3, "onbekende sleutel «strikt»; bedoelde u «strict»?"),
        ('paths = ["voorstellen"]\n"exit-zero" = true', 3, "onbekende sleutel «exit-zero»"),
        ("lang = 'de'", 2, "lang: verwacht een van nl, en, gevonden 'de'"),
        ("format = 'jsn'", 2, "format: verwacht een van text, concise, json"),
        ("strict = 'yes'", 2, "strict: verwacht true of false, gevonden 'yes'"),
        ("jobs = true", 2, "jobs: verwacht een getal"),
        ("jobs = 65", 2, "jobs: verwacht een getal"),
        ("paths = 'voorstellen'", 2, "paths: verwacht een lijst van teksten"),
        ("paths = []", 2, "paths: verwacht een lijst van teksten"),
        ('[project]\nname = "x"\n[tool]\nregelruimte = {strikt = true}', 4, "onbekende sleutel «strikt»"),
    ],
)
def test_what_it_cannot_mean_is_refused_with_its_line(here: Here, says: str, line: int, told: str) -> None:
    code, out, err = here(says, "check", "voorstellen")
    assert (code, out) == (2, "")
    assert err.startswith(f"regelruimte: pyproject.toml:{line}: ")
    assert told in err


@pytest.mark.parametrize(
    "says", ["[tool.regelruimte\n", "[tool]\nregelruimte = 1\n", "[tool.regelruimte]\nlang = nl\n"]
)
def test_a_file_that_cannot_be_read_is_refused(here: Here, says: str) -> None:
    code, out, err = here(says, "check", "voorstellen")
    assert (code, out) == (2, "")
    assert err.startswith("regelruimte: pyproject.toml: ")
    assert here(says, "check", "voorstellen", "--no-config")[0] == 1, "the negative control: without it the run is made"


def test_hostile_text_is_shown_safely(here: Here) -> None:
    err = here('"\\u001b]0;owned\\u0007" = 1', "check", "voorstellen")[2]
    assert "⟨U+001B⟩" in err
    assert "\x1b" not in err


def test_a_run_without_a_table_reads_no_toml(tmp_path: Path) -> None:
    def modules() -> set[str]:
        return loaded("law", "list", probe=f"import os; os.chdir({str(tmp_path)!r})\n{PROBE}")[1]

    assert "registry.configuration" in modules()
    assert "tomllib" not in modules()
    (tmp_path / "pyproject.toml").write_text("[tool.regelruimte]\n", encoding="utf-8")
    assert "tomllib" in modules()

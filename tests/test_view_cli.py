"""`law list`, `timeline`, `area` and `deadlines` as they are met: both languages, 80 columns, JSON, wrong names."""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.area_text import area_list, area_text
from registry.arguments import length
from registry.cli import main
from registry.deadlines_text import deadlines_text
from registry.law_text import law_list
from registry.timeline_text import timeline_text
from tests.samples import MEASURE
from tests.test_cli import HOSTILE, foreign_bytes, on_a_terminal

WBMGP = MEASURE.replace("testwet/permit", "wbmgp/priority")
Run = Callable[..., tuple[int, str, str]]
VIEWS = [
    ("law", "list"),
    ("timeline", "rotterdam-zuid"),
    ("timeline", "rotterdam-2018-designation"),
    ("timeline", "groningen-noord"),
    ("area", "list"),
    ("area", "show", "rotterdam-zuid"),
    ("area", "show", "groningen-noord", "--on", "2018-01-01"),
    ("deadlines",),
    ("deadlines", "measures/proposals/rotterdam", "--within", "1y"),
]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
def test_every_view_fits_eighty_columns_in_both_languages(run: Run, view: tuple[str, ...], lang: str) -> None:
    code, out, err = run(*view, "--lang", lang)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
def test_every_view_as_json_says_the_same_in_both_languages(run: Run, view: tuple[str, ...]) -> None:
    one, other = (json.loads(run(*view, "--format", "json", "--lang", lang)[1]) for lang in ("nl", "en"))
    assert without_wording(one) == without_wording(other)


def without_wording(data: object) -> object:
    if isinstance(data, dict):
        worded = ("title", "says", "why", "due_unknown", "instrument_name", "means", "unknown", "because", "note")
        return {key: without_wording(value) for key, value in data.items() if key not in worded}
    return [without_wording(each) for each in data] if isinstance(data, list) else data


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("timeline", "rotterdam-zui"), "rotterdam-zuid?"),
        (("timeline", "rotterdam-2081-designation"), "rotterdam-2021-designation?"),
        (("timeline", "xyz"), "xyz"),
        (("timeline", "rotterdam-zuid", "--portfolio", "nowhere"), "nowhere"),
        (("timeline", "rotterdam-zuid", "--on", "yesterday"), "2018-04-05"),
        (("area", "show", "groningen-nord"), "groningen-noord?"),
        (("area", "list", "--portfolio", "measures/proposals"), "geen gebied"),
        (("deadlines", "nowhere"), "nowhere"),
        (("deadlines", "measures/areas"), "geen maatregel"),
        (("deadlines", "--within", "1 jaar"), "1y"),
    ],
)
def test_what_could_not_run_says_how(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_without_a_folder_measures_it_is_the_shipped_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = run("timeline", "rotterdam-zuid")
    monkeypatch.chdir(tmp_path)
    assert main(["timeline", "rotterdam-zuid"]) == here[0] == 0


def test_a_document_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(WBMGP, encoding="utf-8")
    (tmp_path / "two.yaml").write_text("schema: regelruimte/measure/v1\nmeasure: broken\n", encoding="utf-8")
    for arguments in (("deadlines", str(tmp_path)), ("timeline", "test-measure", "--portfolio", str(tmp_path))):
        code, out, err = run(*arguments)
        assert code == 3
        assert "test-measure" in out
        assert "two.yaml" in err


def test_an_instrument_that_does_not_exist_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(WBMGP.replace("wbmgp/priority", "wbmgp/priorty"), encoding="utf-8")
    for arguments in (("deadlines", str(tmp_path)), ("timeline", "test-measure", "--portfolio", str(tmp_path))):
        code, _, err = run(*arguments)
        assert (code, "unknown-instrument" in err) == (3, True)


def test_the_day_is_the_one_that_was_asked_for(run: Run) -> None:
    on = "2020-01-01"
    made = json.loads(run("timeline", "rotterdam-zuid", "--on", on, "--format", "json")[1])
    [standing] = next(each for each in made["measures"] if each["measure"] == "rotterdam-2018-designation")["standings"]
    assert (made["on"], standing["over"]) == (on, False)
    assert standing["in_force"] is None  # within its term; the day on which it was made known is not in the source


@pytest.mark.parametrize(
    ("written", "meant"), [("30d", "30 days"), ("8w", "8 weeks"), ("6m", "6 months"), ("1y", "1 year")]
)
def test_a_length_of_time(written: str, meant: str) -> None:
    assert str(length(written)) == meant


def test_law_list_draws_known_text_solid_and_unknown_text_hollow() -> None:
    row = {"id": "law", "title": "Law", "bwb": "BWBR0000001", "rules": 1, "status": "ended"}
    rows = [
        {
            **row,
            "version": "2008-06-13",
            "in_force": "2008-06-13 – 2014-12-31",
            "text_known": "2008-06-13 – 2008-06-13",
        },
        {**row, "version": "2017-01-01", "in_force": "2017-01-01 – …", "text_known": "2017-01-01 – …"},
    ]
    lines = list(law_list(rows, date(2017, 12, 31), "en"))
    assert lines[3] == "  2008-06-13    █" + "░" * 33 + " " * 18 + "1  ended"
    assert lines[4].split()[1].endswith("█›")
    assert any("░ in force, text not at hand" in line for line in lines)


def test_law_list_as_json_keeps_its_keys(run: Run) -> None:
    listed = json.loads(run("law", "list", "--format", "json")[1])
    keys = {"id", "version", "bwb", "uri", "title", "status", "in_force", "text_known", "rules", "sha256"}
    assert all(set(row) == keys for row in listed)


FOREIGN = ("title", "name", "part_name", "measure", "area", "source", "definition", "note", "means", "says", "why",
           "because", "unknown", "due_unknown", "instrument_name", "citation", "law", "reading")  # fmt: skip


def made_hostile(data: Any, key: str = "") -> Any:
    """The same data with every text that a document or a law gave turned hostile."""
    if isinstance(data, dict):
        return {name: made_hostile(value, name) for name, value in data.items()}
    if isinstance(data, list):
        return [made_hostile(each, key) for each in data]
    return HOSTILE if isinstance(data, str) and key in FOREIGN else data


def rendered(run: Run, view: tuple[str, ...], change: Callable[[Any], Any]) -> str:
    """The text of a view, made of its JSON as changed."""
    data = change(json.loads(run(*view, "--on", "2026-11-24", "--format", "json")[1]))
    if view[0] == "timeline":
        return "\n".join(timeline_text(data, "nl", colour=False))
    if view[0] == "deadlines":
        return "\n".join(deadlines_text(data, "nl", colour=False))
    if view[1] == "list":
        return "\n".join(area_list(data["areas"], data["on"], "nl"))
    return "\n".join(area_text(data, "nl", colour=False))


@pytest.mark.parametrize(
    "view", [("timeline", "rotterdam-zuid"), ("deadlines",), ("area", "list"), ("area", "show", "groningen-noord")],
    ids=" ".join,
)  # fmt: skip
def test_no_foreign_text_reaches_a_terminal(run: Run, view: tuple[str, ...]) -> None:
    """The reader refuses what cannot be seen; what reaches these pictures by another way is shown as marks."""
    hostile = rendered(run, view, made_hostile)
    assert foreign_bytes(hostile.replace("\n", "").encode()) == b""
    assert "⟨U+001B⟩" in hostile
    assert rendered(run, view, lambda data: data) == run(*view, "--on", "2026-11-24")[1].rstrip("\n")


def test_a_hostile_name_is_shown_safely() -> None:
    command = [sys.executable, "-m", "registry.cli"]
    for arguments in (("timeline", HOSTILE), ("area", "show", HOSTILE), ("deadlines", HOSTILE)):
        assert foreign_bytes(on_a_terminal(*command, *arguments)) == b"", arguments


def test_colour_only_where_it_is_wanted() -> None:
    for view in (("timeline", "rotterdam-zuid"), ("deadlines",), ("area", "show", "rotterdam-zuid")):
        command = [sys.executable, "-m", "registry.cli", *view]
        assert b"\x1b[" in on_a_terminal(*command)
        assert b"\x1b[" not in on_a_terminal("env", "NO_COLOR=1", *command)

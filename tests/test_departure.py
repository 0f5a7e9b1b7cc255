"""A measure that asks for no instrument, but what could set aside what it names."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rules.basis import LawChoice
from rules.check import Checked
from tests.conftest import Run

Judge = Callable[..., Checked]
SEEKING = """
schema: regelruimte/measure/v1
measure: seeking
title: {{nl: Proef, en: Test}}
domains: [onderwijs]
asked: {{by: municipal-council}}
place: {{municipality: GM0202, area: arnhem-oost}}
asks: [{{instrument: find{lifts}}}]
"""
QUALIFY, WORK, UNKNOWN, GRONDWET = (
    f"jci1.3:c:{link}"
    for link in (
        "BWBR0002628&artikel=4a",
        "BWBR0015703&artikel=9&lid=1",
        "BWBR0099999&artikel=1",
        "BWBR0001840&artikel=1",
    )
)


def seeking(*links: str) -> str:
    lifts = ", ".join(f"{{provision: '{link}', how: {{nl: anders, en: otherwise}}}}" for link in links)
    return SEEKING.format(lifts=f", lifts: [{lifts}]" if links else "")


def asked(checked: Checked) -> list[str]:
    return [question.asks.nl for result in checked.results for question in result.open]


def test_each_provision_has_its_own_way(judged: Judge) -> None:
    found = judged(seeking(QUALIFY, WORK, UNKNOWN))
    assert found.verdict == "undecided"
    none, decree, unknown = asked(found)
    assert "geen grondslag gevonden" in none
    assert "artikel 83" in decree
    assert "Te vragen: renewed-decree/experiment" in decree
    assert "niet in de catalogus" in unknown


def test_an_instrument_is_named_only_on_days_that_it_exists(judged: Judge) -> None:
    assert "Te vragen" not in asked(judged(seeking(WORK), date(2026, 6, 30)))[0]


def test_who_must_agree_is_said_all_the_same(judged: Judge) -> None:
    [result] = judged(seeking(QUALIFY, WORK)).results
    assert result.co_decision is not None
    assert set(result.co_decision.ministers) == {"ocw", "szw"}


def test_what_can_never_be_set_aside_bars(judged: Judge) -> None:
    found = judged(seeking(WORK, GRONDWET))
    assert found.verdict == "barred"
    assert [(problem.code, problem.level) for problem in found.problems] == [("barred", "error")]


def test_the_hash_holds_the_ways(judged: Judge) -> None:
    one, other = judged(seeking(WORK)).results[0].hash, judged(seeking(QUALIFY)).results[0].hash
    assert one != other
    assert one != judged(seeking(WORK), date(2026, 6, 30)).results[0].hash


def test_under_one_law_nothing_is_sought(judged: Judge) -> None:
    assert judged(seeking(WORK), law=LawChoice("wbmgp")).results == ()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_reads_as_a_search(run: Run, tmp_path: Path, language: str) -> None:
    file = tmp_path / "seeking.yaml"
    file.write_text(seeking(WORK), encoding="utf-8")
    for command in ("check", "explain"):
        _, out, _ = run(command, str(file), "--lang", language)
        assert {"nl": "op zoek naar een instrument: Arnhem-Oost", "en": "in search of an instrument: Arnhem-Oost"}[
            language
        ] in out


def test_there_is_nothing_to_seek_without_a_provision(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "seeking.yaml"
    file.write_text(seeking(), encoding="utf-8")
    code, out, _ = run("check", str(file))
    assert code == 3
    assert "noem onder lifts de bepalingen" in out

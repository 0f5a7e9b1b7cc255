"""JUnit XML: read back by a reader of others, in step with the exit code, and every character of it allowed by XML."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from registry.formats import junit
from registry.formats.junit import render
from registry.gate import show
from rules.text import Language
from tests.reports import CASES, FOLDER, HARMS, checked, hostile, report_on
from tests.test_reporting import obeyed

Run = Callable[..., tuple[int, str, str]]


def cases(made: dict[str, Any], language: Language = "nl") -> list[TestCase]:
    return [case for suite in JUnitXml.fromstring(render(made, language).encode()) for case in suite]


def kinds(made: dict[str, Any]) -> list[type]:
    return [type(found) for case in cases(made) for found in case.result]


@pytest.mark.parametrize("case", CASES)
def test_a_case_for_each_measure_part_and_instrument(case: str) -> None:
    made = report_on(case)
    told = [(found.classname, found.name) for found in cases(made) if found.classname in ("open", "right", "unmet")]
    assert told == [(each["measure"], f"{each['part_name']}: {each['instrument']}") for each in made["results"]]


def test_what_each_case_comes_to() -> None:
    assert kinds(report_on("right")) == []
    assert len(cases(report_on("right"))) == 3  # the documents, and two parts
    assert kinds(report_on("open")) == [Skipped, Skipped]
    assert kinds(report_on("unmet")) == [Failure, Failure]
    assert kinds(report_on("wrong")) == [Error, Error]


def test_what_it_says() -> None:
    unmet = cases(report_on("unmet"), "nl")[1]
    [failure] = unmet.result
    assert failure.type == "ineligible"
    assert failure.message.startswith("komt niet in aanmerking: wbmgp 5 lid 4: ")
    assert "unmet/proposals/unmet.yaml:14:7" in failure.text  # the term, not the request
    [skipped] = cases(report_on("open", "en"), "en")[1].result
    assert skipped.message.startswith("undecided: wbmgp 6 lid 1 onderdeel a: Is it plausible enough")
    [first, _] = cases(report_on("wrong"))
    assert (first.classname, first.name) == ("wrong/proposals/wrong.yaml", "wrong-choice domains[0]")
    assert "wrong/proposals/wrong.yaml:5:11" in first.result[0].text


def test_the_numbers_are_those_of_the_cases() -> None:
    found = JUnitXml.fromstring(render(report_on("several"), "nl").encode())
    assert (found.tests, found.failures, found.errors, found.skipped) == (8, 2, 2, 2)
    assert [suite.tests for suite in found] == [2, 2, 2, 2]


TEXT = (FOLDER / "open/proposals/open.yaml").read_text(encoding="utf-8")
EXAMPLE = TEXT.replace("measure: open", "measure: open\nrecord: example") + (
    "expect: {verdict: ineligible, rules: [5.4.term]}\n"
)
LIFTS = (
    "  - instrument: wbmgp/priority\n"
    "    lifts: [{provision: jci1.3:c:BWBR0001840&artikel=1, how: {nl: geldt niet, en: does not hold}}]"
)
VARIANTS = {
    "open": (TEXT, None, (0, 0), "undecided"),
    "invalid": (TEXT.replace("wonen", "woonen"), None, (3, 3), None),
    "lacking": (re.sub(r"necessity: .*", "necessity: unknown", TEXT), None, (1, 1), "undecided"),
    "unmet": (TEXT.replace("2030", "2031"), None, (1, 1), "ineligible"),
    "barred": (TEXT.replace("  - instrument: wbmgp/priority", LIFTS), None, (1, 1), "barred"),
    "no power": (TEXT.replace("priority", "screening"), date(2016, 1, 1), (1, 1), "ineligible"),
    "no text": (TEXT, date(2012, 1, 1), (0, 4), "undecided"),
    "an example": (EXAMPLE.replace("2030", "2031"), None, (0, 0), "ineligible"),
    "no such example": (EXAMPLE, None, (1, 1), "undecided"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_it_fails_when_the_exit_code_does(tmp_path: Path, variant: str) -> None:
    text, on, exits, verdict = VARIANTS[variant]
    file = tmp_path / "proposals" / "one.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    for strict, code in zip((False, True), exits, strict=True):
        made = checked((str(file),), strict=strict, on=on)
        assert made["summary"]["exit"] == code
        assert {result["verdict"] for result in made["results"]} == ({verdict} if verdict else set())
        assert bool({Failure, Error} & set(kinds(made))) == bool(code)


@pytest.mark.parametrize("judged", ["met", "unmet"])
def test_a_no_that_stands_in_a_decision_fails_the_measure(tmp_path: Path, judged: str) -> None:
    """What stands against a measure may stand in another file than the measure."""
    for folder in ("proposals", "decisions"):
        (tmp_path / folder).mkdir()
        for file in (FOLDER / "right" / folder).iterdir():
            text = file.read_text(encoding="utf-8").replace('6.1.a", outcome: met', f'6.1.a", outcome: {judged}')
            (tmp_path / folder / file.name).write_text(text, encoding="utf-8")
    made = checked((str(tmp_path),))
    assert [Path(problem["file"]).parent.name for problem in made["problems"]] == ["decisions"] * (judged == "unmet")
    assert kinds(made) == [Failure, Failure] * (judged == "unmet")
    places = [f"{problem['file']}:{problem['line']}:{problem['column']}" for problem in made["problems"]]
    assert all(place in failure.text for case in cases(made) for failure in case.result for place in places)
    assert made["summary"]["exit"] == int(judged == "unmet")


@pytest.mark.parametrize("passed", [False, True])
def test_what_is_passed_over_is_told_by_no_failure(run: Run, tmp_path: Path, passed: bool) -> None:
    """The measure fails on another thing, and only on that."""
    text = re.sub(r"necessity: .*", "necessity: unknown", TEXT.replace("2030", "2031"))
    file = tmp_path / "one.yaml"
    ignoring = "# regelruimte: ignore-file wbmgp/5.4.term - een proef\n" * passed
    file.write_text(ignoring + text, encoding="utf-8")
    code, out, _ = run("check", str(file), "--format", "junit", "--on", "2026-11-24")
    assert code == 1
    found = [case for suite in JUnitXml.fromstring(out.encode()) for case in suite][1:]
    assert [type(each) for case in found for each in case.result] == [Failure, Failure]
    for case in found:
        assert "ontbreekt: " in case.result[0].text
        assert (f"/one.yaml:{14 + passed}:" in case.result[0].text) == (not passed)  # nor is its line
        assert ("5 lid 4" in case.result[0].text) == (not passed)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("harm", HARMS)
def test_nothing_in_a_document_is_more_than_text(case: str, harm: str) -> None:
    made = hostile(case, harm)
    text = render(made, "nl")
    assert kinds(made) == kinds(report_on(case))
    assert len(cases(made)) == len(cases(report_on(case)))
    assert obeyed(text) == []
    assert all(line.isprintable() for line in text.splitlines())
    names = {result["measure"]: None for result in made["results"]}
    assert [suite.name for suite in JUnitXml.fromstring(text.encode())][1:] == [show(name) for name in names]


def test_the_negative_control_of_what_xml_forbids(monkeypatch: pytest.MonkeyPatch) -> None:
    made = hostile("unmet", "\x1b[2J")
    assert "⟨U+001B⟩[2J" in cases(made)[1].classname
    monkeypatch.setattr(junit, "show", lambda text: text)
    with pytest.raises(SyntaxError):  # as the parser calls XML that is none
        cases(made)


def test_the_negative_control_of_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    made = hostile("wrong", "]]><error/>")
    assert len(kinds(made)) == 2
    text = render(made, "nl").replace("&lt;", "<").replace("&gt;", ">")
    with pytest.raises(SyntaxError):
        JUnitXml.fromstring(text.encode())


def test_the_negative_control_of_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    made = hostile("wrong", "##[error]x")
    monkeypatch.setattr(junit, "_inert", lambda text: text)
    assert obeyed(render(made, "nl"))

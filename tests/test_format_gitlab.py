"""Code Quality of GitLab: fields and severities as documented, fingerprints that survive what they should."""

import json
from typing import Any

import pytest

from registry.formats.gitlab import SEVERITIES, render
from registry.formats.identity import fingerprints
from tests.reports import CASES, HARMS, hostile, report_on


def rows(made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render(made, "nl"))
    return found


def moved(made: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {**made, "problems": [{**problem, **keys} for problem in made["problems"]]}


def names(made: dict[str, Any]) -> list[str]:
    return [row["fingerprint"] for row in rows(made)]


@pytest.mark.parametrize("case", CASES)
def test_each_problem_is_there_with_what_gitlab_asks_for(case: str) -> None:
    made = report_on(case)
    found = rows(made)
    for row, problem in zip(found, made["problems"], strict=True):
        assert set(row) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert row["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert row["location"] == {"path": problem["file"], "lines": {"begin": problem["line"]}}
        assert row["description"] == problem["message"]
    assert len(set(names(made))) == len(found)


def test_what_judged_nothing_weighs_most() -> None:
    severities = {row["check_name"]: row["severity"] for row in rows(report_on("several"))}
    assert severities == {"wbmgp/5.4.term": "major", "wrong-choice": "critical", "unknown-key": "critical"}
    assert {about for about, _ in SEVERITIES} == {"document", "verdict"}
    assert len(SEVERITIES) == 6


def test_a_fingerprint_stays_when_lines_and_words_change_and_only_then() -> None:
    made = report_on("several")
    same = names(made)
    assert same == names(moved(made, line=99, column=7))
    assert same == names(report_on("several", "en"))
    for key in ("code", "file", "path", "measure"):
        assert not set(same) & set(names(moved(made, **{key: "other"})))


def test_problems_alike_have_a_fingerprint_each() -> None:
    [problem] = report_on("unmet")["problems"]
    one, two, other = fingerprints([problem, problem, {**problem, "path": "asks[0]"}])
    assert len({one, two, other}) == 3
    assert [one, two] == list(fingerprints([problem, {**problem, "line": 99}]))
    assert [other] == list(fingerprints([{**problem, "path": "asks[1]"}])), "another request was put before it"


def test_the_same_in_one_decision_is_another_problem_for_each_measure() -> None:
    """Else the alert of a measure that was mended would go on as that of the next."""
    [problem] = report_on("unmet")["problems"]
    one, two = ({**problem, "file": "decisions/both.yaml", "measure": name} for name in ("one", "two"))
    _, kept = fingerprints([one, two])
    assert [kept] == list(fingerprints([two]))


@pytest.mark.parametrize("harm", HARMS)
def test_text_stays_text(harm: str) -> None:
    made = hostile("several", harm)
    found = rows(made)
    assert len(found) == len(made["problems"])
    for row in found:
        texts = (row["description"], row["check_name"], row["location"]["path"])
        assert all(text.isprintable() for text in texts)


def test_the_negative_control_of_what_cannot_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.formats.gitlab.show", lambda text: text)
    [row] = rows(hostile("unmet", "\u202e"))
    assert not row["description"].isprintable()

"""A comment with a reason takes a problem out of the exit code, and out of nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.samples import MEASURE, ROOT

TOO_LONG = MEASURE.replace("testwet/permit", "wbmgp/priority").replace("2030-12-31", "2031-12-31") + "motivation:\n"
TOO_LONG += "".join(f"  {test}: {{text: zo}}\n" for test in ("necessity", "suitability", "subsidiarity"))
TOO_LONG += "  proportionality: {text: zo}\n"
TERM = "term: {from: 2027-01-01, until: 2031-12-31}"
IGNORE = "# regelruimte: ignore wbmgp/5.4.term - de wet wijzigt in 2027"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city" / "proposals"
    folder.mkdir(parents=True)
    return folder / "one.yaml"


def report(run: Run, file: Path, text: str, *more: str) -> tuple[int, dict[str, Any]]:
    file.write_text(text, encoding="utf-8")
    code, out, err = run("check", str(file), "--format", "json", "--lang", "en", *more)
    assert err == ""
    return code, json.loads(out)


def codes(made: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in made["problems"] if "ignored" not in problem]


@pytest.mark.parametrize(
    "text",
    [
        TOO_LONG.replace(TERM, f"{TERM} {IGNORE}"),
        TOO_LONG.replace(TERM, f"{IGNORE}\n{TERM}"),
        TOO_LONG.replace(TERM, f"{IGNORE}\n# en nog iets\n\n{TERM}"),
        IGNORE.replace("ignore", "ignore-file") + TOO_LONG,
        ("# eerst iets anders\n" + IGNORE.replace("ignore", "ignore-file") + TOO_LONG).replace("\n", "\r\n"),
    ],
    ids=["behind", "above", "above with more between", "file", "file, CRLF"],
)
def test_a_comment_takes_a_problem_out_of_the_exit_code_and_changes_no_verdict(run: Run, city: Path, text: str) -> None:
    before, control = report(run, city, TOO_LONG)
    assert (before, codes(control)) == (1, ["wbmgp/5.4.term"]), "without the comment it does weigh"
    code, made = report(run, city, text)
    assert (code, codes(made)) == (0, [])
    [problem] = made["problems"]
    assert (problem["code"], problem["ignored"]) == ("wbmgp/5.4.term", "de wet wijzigt in 2027")
    assert (made["summary"]["errors"], made["summary"]["ignored"]) == (0, 1)
    assert [each["verdict"] for each in made["results"]] == ["ineligible"]
    assert made["results"][0]["blockers"] == ["5.4.term"]
    assert made["results"][0]["hash"] == control["results"][0]["hash"]


def test_the_report_says_what_was_passed_over_and_why(run: Run, city: Path) -> None:
    city.write_text(TOO_LONG.replace(TERM, f"{TERM} {IGNORE}"), encoding="utf-8")
    code, out, _ = run("check", str(city))
    assert code == 0
    assert "✗ komt niet in aanmerking: test-measure" in out
    assert "– genegeerd: de wet wijzigt in 2027" in out
    assert " ".join(out.split()).endswith("0 fouten · 0 waarschuwingen · 1 genegeerd")


@pytest.mark.parametrize(
    "text",
    [
        TOO_LONG.replace(TERM, f"{TERM}\n{IGNORE}"),  # on the line below
        TOO_LONG.replace("domains", f"{IGNORE}\ndomains"),  # at another line
        TOO_LONG.replace("text: zo", f"text: 'a {IGNORE}'", 1),  # in quotes
        TOO_LONG + f"summary:\n  nl: |\n    {IGNORE.replace('ignore', 'ignore-file')}\n  en: x\n",  # in a block of text
    ],
    ids=["below", "elsewhere", "in quotes", "in a block"],
)
def test_what_is_elsewhere_or_no_comment_hits_nothing(run: Run, city: Path, text: str) -> None:
    code, made = report(run, city, text)
    assert code == 1
    assert "wbmgp/5.4.term" in codes(made)


@pytest.mark.parametrize(
    ("comment", "code", "says"),
    [
        ("# regelruimte: ignore wbmgp/5.4.term", "ignore-without-reason", "a reason is missing"),
        ("# regelruimte: ignore wbmgp/5.4.term -", "ignore-without-reason", "a reason is missing"),
        ("# regelruimte: ignore", "ignore-without-reason", "a reason is missing"),
        ("# regelruimte: ignore wbmgp/5.4.trem - x", "ignore-not-possible", "did you mean 'wbmgp/5.4.term'?"),
        ("# regelruimte: ignore missing-key - x", "ignore-not-possible", "only warnings"),
        ("# regelruimte: ignore ignore-unused - x", "ignore-not-possible", "only warnings"),
        ("# regelruimte: ignore-file wbmgp/5.4.term - x", "ignore-not-possible", "at the top"),
    ],
)
def test_a_comment_that_cannot_be_is_an_error_of_the_document(
    run: Run, city: Path, comment: str, code: str, says: str
) -> None:
    exit_code, made = report(run, city, TOO_LONG.replace(TERM, f"{comment}\n{TERM}"))
    assert exit_code == 3
    [problem] = [each for each in made["problems"] if each["code"] == code]
    assert (problem["line"], problem["column"]) == (11, 1)
    assert says in problem["message"]
    assert "wbmgp/5.4.term" in codes(made)


def test_a_comment_that_hits_nothing_is_a_warning(run: Run, city: Path) -> None:
    sound = TOO_LONG.replace("2031-12-31", "2030-12-31")
    code, made = report(run, city, sound.replace("term:", f"{IGNORE}\nterm:"))
    assert (code, codes(made), made["summary"]["warnings"]) == (0, ["ignore-unused"], 1)
    for other in (("--law", "wbmgp"), ("--on", "2026-12-01")):  # another question: there it cannot be known
        assert codes(report(run, city, sound.replace("term:", f"{IGNORE}\nterm:"), *other)[1]) == []


def test_an_invalid_document_stays_invalid(run: Run, city: Path) -> None:
    text = "# regelruimte: ignore-file unknown-key - later" + TOO_LONG + "extra: 1\n"
    code, made = report(run, city, text)
    assert (code, codes(made)) == (3, ["unknown-key"])


def test_a_document_full_of_comments_is_refused_and_not_waited_for(run: Run, city: Path) -> None:
    """A megabyte of them: each would be looked up among all lines, all quotes and all rules of all laws."""
    quotes = "sources: [" + ", ".join("{title: 'a'}" for _ in range(10_000)) + "]\n"
    text = TOO_LONG + quotes + "".join(f"# regelruimte: ignore no-{at} - x\n" for at in range(20_000))
    code, made = report(run, city, text)
    assert code == 3
    assert len(made["problems"]) == 102
    assert "more than 100 times" in made["problems"][-1]["message"]


def test_a_warning_is_passed_over(run: Run, city: Path) -> None:
    text = TOO_LONG.replace("2031", "2030").replace("  municipality: GM0599", "  municipality: GM0599\n  area: nergens")
    assert codes(report(run, city, text)[1]) == ["area-missing"]
    reason = "  area: nergens # regelruimte: ignore area-missing - komt in maart"
    assert codes(report(run, city, text.replace("  area: nergens", reason))[1]) == []


AREA = """schema: regelruimte/area/v1
area: nergens
name: Nergens
municipality: {code: GM0599, name: Rotterdam}
sources: {s: {title: S, certainty: B}}
indicators:
  - {indicator: inhabitants, value: 63000, as_of: 2026-01-01, source: s}
"""


def test_what_stands_in_another_document_is_passed_over_there_or_from_the_measure(run: Run, city: Path) -> None:
    """The figure of an area stands in its own file, and what is found against the measure points there."""
    area = city.parent.parent / "areas" / "nergens.yaml"
    area.parent.mkdir()
    text = MEASURE.replace("testwet/permit", "wbmgp/opportunity-zone").replace(
        "  parts: [{part: carnisse, name: Carnisse, kind: neighbourhood}]", "  area: nergens"
    )
    comment = "ignore wbmgp/3.1.b - de grens wordt verruimd"

    def found() -> list[str]:
        return codes(report(run, city, text)[1])

    area.write_text(AREA, encoding="utf-8")
    [problem] = [each for each in report(run, city, text)[1]["problems"] if each["code"] == "wbmgp/3.1.b"]
    assert Path(problem["file"]).resolve() == area.resolve()
    area.write_text(AREA.replace("source: s}\n", f"source: s}} # regelruimte: {comment}\n"), encoding="utf-8")
    assert "wbmgp/3.1.b" not in found()
    area.write_text(AREA, encoding="utf-8")
    assert "wbmgp/3.1.b" in found()
    text = f"# regelruimte: {comment.replace('ignore', 'ignore-file')}{text}"
    assert "wbmgp/3.1.b" not in found()


def test_no_shipped_document_passes_anything_over(run: Run) -> None:
    made = json.loads(run("check", str(ROOT / "measures"), "--format", "json")[1])
    assert made["summary"]["ignored"] == 0

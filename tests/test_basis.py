"""Which text of the law an ask is judged under: that of the day, or none, and never a guess."""

from collections.abc import Callable
from datetime import date

import pytest

from registry.collection import Collection
from rules.basis import LawChoice
from rules.check import Checked
from tests.samples import MEASURE

Judge = Callable[..., Checked]
ASK = "asks: [{instrument: wbmgp/%s}]"


def asking(instrument: str, received: str = "unknown") -> str:
    text = MEASURE.replace("asks: [{instrument: testwet/permit}]", ASK % instrument)
    return text.replace("received: 2026-11-02", f"received: {received}")


@pytest.mark.parametrize(
    ("day", "law"),
    [
        ("2008-06-12", None),
        ("2008-06-13", "wbmgp@2008-06-13"),
        ("2008-06-14", None),
        ("2014-12-31", None),
        ("2015-01-01", "wbmgp@2015-01-01"),
        ("2016-12-31", "wbmgp@2015-01-01"),
        ("2017-01-01", "wbmgp@2017-01-01"),
        ("2017-06-30", "wbmgp@2017-01-01"),
        ("2017-07-01", "wbmgp@2017-07-01"),
        ("2018-06-12", "wbmgp@2017-07-01"),
        ("2018-06-13", "wbmgp@2018-06-13"),
        ("2023-12-31", "wbmgp@2018-06-13"),
        ("2024-01-01", "wbmgp@2024-01-01"),
        ("2025-02-11", "wbmgp@2024-01-01"),
        ("2025-02-12", "wbmgp@2025-02-12"),
        ("2026-06-03", "wbmgp@2025-02-12"),
        ("2026-06-04", "wbmgp@2026-06-04"),
        ("2040-01-01", "wbmgp@2026-06-04"),
    ],
)
def test_the_text_of_the_day(judged: Judge, day: str, law: str | None) -> None:
    checked = judged(asking("priority"), date.fromisoformat(day))
    [found] = checked.results
    assert (found.law.name if found.law else None) == law
    assert ("law-text-missing" in {problem.code for problem in checked.problems}) is (law is None)


def test_a_day_without_text_says_why_and_what_is_nearest(judged: Judge) -> None:
    [problem] = judged(asking("priority"), date(2014, 4, 15)).problems
    assert problem.level == "warning"
    assert "wbmgp@2008-06-13" in problem.message.en
    assert "wbmgp@2015-01-01" in problem.message.en
    assert "days that are not known" in problem.message.en


def test_an_instrument_that_the_law_did_not_have_yet(judged: Judge) -> None:
    """Screening exists since 2017: on an earlier day there is no power, which is an answer and no mistake."""
    checked = judged(asking("screening"), date(2015, 6, 1))
    [found] = checked.results
    assert (checked.verdict, found.open, found.outcomes) == ("ineligible", (), ())
    [problem] = checked.problems
    assert (problem.code, problem.about, problem.place.line) == ("no-such-power", "verdict", 10)
    assert "2017-01-01" in problem.message.en


def test_an_instrument_that_no_version_has_is_a_mistake(judged: Judge) -> None:
    [problem] = judged(asking("screning"), date(2018, 6, 1)).problems
    assert (problem.code, problem.about, problem.level) == ("unknown-instrument", "document", "error")
    assert "did you mean 'screening'" in problem.message.en


@pytest.mark.parametrize(
    ("received", "assumed"),
    [("2016-12-01", True), ("2016-12", True), ("2017-01", False), ("2017-01-01", False), ("unknown", False)],
)
def test_a_request_from_before_the_text(judged: Judge, received: str, assumed: bool) -> None:
    """Transitional law is in no consolidated text: where it could matter, that is said."""
    [found] = judged(asking("priority", received), date(2017, 2, 1)).results
    assert ("transition-unknown" in {assumption.code for assumption in found.assumptions}) is assumed


def test_a_text_that_was_chosen_makes_no_assumption_on_transition(judged: Judge) -> None:
    choice = LawChoice("wbmgp", date(2017, 1, 1))
    [found] = judged(asking("priority", "2016-12-01"), date(2017, 2, 1), law=choice).results
    assert {assumption.code for assumption in found.assumptions} == set()


DECISION = """schema: regelruimte/decision/v1
decision: some-day
on_measure: test-measure
by: {role: minister}
decided: %s
outcome: granted
source: {title: made for a test}
"""


@pytest.mark.parametrize(
    ("decided", "law"),
    [
        ("2017-12", "wbmgp@2017-07-01"),
        ("2018-06", None),
        ("2018", None),
        ("2019", "wbmgp@2018-06-13"),
        ("2010", None),
    ],
)
def test_a_decision_of_which_only_the_month_is_known(judged: Judge, decided: str, law: str | None) -> None:
    """Where the law changed within those days nobody can say which text decided."""
    around = Collection(["decision.yaml"], texts={"decision.yaml": (DECISION % decided).encode()})
    checked = judged(asking("priority"), portfolio=around)
    [found] = checked.results
    assert (found.law.name if found.law else None) == law
    codes = {problem.code for problem in checked.problems}
    if decided in ("2018-06", "2018"):
        assert codes == {"law-day-unknown"}

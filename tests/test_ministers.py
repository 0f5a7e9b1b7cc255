"""Who the minister is on a day: whom the text means, who was competent, and a decision that names another."""

from datetime import date

import pytest

from rules.decision import Decision
from rules.documents import Document, document
from rules.ministers import ministers, other_minister


@pytest.mark.parametrize(
    ("day", "means", "competent"),
    [
        ("2006-06-13", None, "vrom"),  # the text of 2005 was not read
        ("2008-06-13", "wwi", "wwi"),
        ("2014-04-15", None, "wr"),  # nor the text of 2014
        ("2018-04-05", "wr", "bzk"),  # the text had not kept up
        ("2023-12-31", "wr", "vro"),
        ("2024-01-01", "vro", "vro"),
        ("2026-11-24", "vro", "vro"),
    ],
)
def test_whom_the_text_means_and_who_was_competent(day: str, means: str | None, competent: str) -> None:
    found = ministers("wbmgp", date.fromisoformat(day))
    assert (found.means and found.means.minister) == means
    assert found.competent is not None
    assert found.competent.minister == competent
    assert found.competent.certainty in "ABC"


def test_a_law_that_is_not_in_the_table() -> None:
    assert ministers("wms", date(2026, 8, 1)) == (None, None)


def decision(competent: str, decided: str) -> Document[Decision]:
    text = f"""schema: regelruimte/decision/v1
decision: one
on_measure: some
by: {{role: minister, competent: {competent}}}
decided: {decided}
outcome: granted
source: {{title: made for a test}}
"""
    found = document(text.encode(), "one.yaml")
    assert isinstance(found.model, Decision)
    return Document(found.model, found.parsed)


@pytest.mark.parametrize(
    ("competent", "decided", "warned"),
    [
        ("bzk", "2018-04-05", False),
        ("wr", "2018-04-05", True),
        ("wr", "2017-01", False),  # until the 26th it was
        ("bzk", "2017-01", False),
        ("vro", "2017-01", True),
        ("vro", "1999-01-01", False),  # before the table begins nothing is said
    ],
)
def test_a_decision_by_another_minister(competent: str, decided: str, warned: bool) -> None:
    found = list(other_minister(decision(competent, decided), ["wbmgp"]))
    assert [(problem.code, problem.level, problem.place.line) for problem in found] == [
        ("other-minister", "warning", 4)
    ] * warned

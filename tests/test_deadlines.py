"""Deadlines: from documents and law files alone, three-valued, by day, what nobody knows last."""

from datetime import date
from typing import Any

import pytest

from registry.collection import Collection
from registry.deadlines import deadline_rows, judged, when, within
from rules.lawbook import shipped_lawbook
from rules.period import day
from tests.samples import MEASURE, decided

WBMGP = MEASURE.replace("testwet/permit", "wbmgp/priority")
TODAY = date(2026, 11, 24)
Row = dict[str, Any]


def rows(*texts: str, on: date = TODAY) -> list[Row]:
    files = {f"{n}.yaml": text.encode() for n, text in enumerate(texts)}
    collection = Collection(list(files), texts=files)
    book = shipped_lawbook()
    checked = [judged(each, book, collection, on) for each in collection.measures()]
    return deadline_rows(checked, book, collection, on, "en")


def days(found: list[Row]) -> list[tuple[str, str | None]]:
    return [(row["kind"], row["day"] and row["day"]["written"]) for row in found]


def says(found: list[Row], kind: str) -> str:
    [row] = [row for row in found if row["kind"] == kind]
    return str(row["says"])


def test_a_request_that_waits() -> None:
    """Received on Monday 2 November 2026; eight weeks later is Monday 28 December, and silence counts the day after."""
    found = rows(WBMGP)
    assert days(found) == [("due", "2026-12-28"), ("silence", "2026-12-29")]
    assert {row["citation"] for row in found} == {"6 lid 5"}
    assert {row["when"] for row in found} == {"coming"}
    assert "No decision is at hand" in says(found, "silence")


def test_the_general_act_on_terms_moves_what_is_due() -> None:
    """From Saturday 7 November it is a Saturday again, and 4 January the first working day."""
    assert days(rows(WBMGP.replace("2026-11-02", "2026-11-07")))[0] == ("due", "2027-01-04")


def test_a_clock_that_stood_still_moves_what_is_due() -> None:
    stopped = ", clock_stopped: [{from: 2026-11-10, until: 2026-11-16, because: figures}]}"
    assert days(rows(WBMGP.replace("received: 2026-11-02}", f"received: 2026-11-02{stopped}")))[0][1] == "2027-01-04"


@pytest.mark.parametrize(
    ("made_known", "day_decided", "told"),
    [
        ("made_known: 2026-12-28\n", "2026-12-20", None),
        ("made_known: 2026-12-29\n", "2026-12-20", "No decision was made known in time"),
        ("made_known: none\n", "2026-12-20", "No decision was made known in time"),
        ("made_known: unknown\n", "2026-12-20", "Not known whether"),
        ("made_known: 2026-12\n", "2026-12-20", "Not known whether"),
        ("", "2026-12-20", "Not known whether"),
        ("made_known: unknown\n", "2027-01-02", "No decision was made known in time"),  # it cannot have been
    ],
)
def test_silence_counts_when_nothing_was_made_known_in_time(
    made_known: str, day_decided: str, told: str | None
) -> None:
    found = rows(WBMGP, decided(made_known, day=day_decided))
    if told is None:
        assert "silence" not in {row["kind"] for row in found}
        assert "Made known in time: 2026-12-28." in says(found, "due")
    else:
        assert told in says(found, "silence")


def test_a_granted_term_ends_and_an_extension_is_asked_in_time() -> None:
    """The term ends on Tuesday 31 December 2030; the last end of eight weeks on or before it began on 5 November."""
    found = rows(WBMGP, decided("made_known: 2026-12-22\n", day="2026-12-20"))
    assert days(found) == [("due", "2026-12-28"), ("evaluation", "2030-11-05"), ("end", "2030-12-31")]
    assert [row["citation"] for row in found] == ["6 lid 5", "5 lid 5", "5 lid 4"]
    assert [row["advice"] for row in found] == [False, True, False]


def test_the_end_of_a_term_is_not_moved_to_a_working_day() -> None:
    sunday = WBMGP.replace("until: 2030-12-31", "until: 2030-12-29")
    assert ("end", "2030-12-29") in days(rows(sunday, decided(day="2026-12-20")))


def test_a_refused_measure_has_no_term_to_end() -> None:
    found = rows(WBMGP, decided("made_known: 2026-12-22\n", "refused", day="2026-12-20"))
    assert days(found) == [("due", "2026-12-28")]


def test_an_extension_that_was_asked_is_named() -> None:
    later = WBMGP.replace("test-measure", "later-measure").replace(
        "kind: neighbourhood", "kind: neighbourhood, extends: test-measure"
    )
    found = rows(WBMGP, later, decided(day="2026-12-20"))
    assert "Asked for with later-measure." in says(found, "evaluation")


def test_an_instrument_that_the_law_did_not_have_has_nothing_to_decide() -> None:
    """In 2015 there was no screening: no due date, and not an unknown one either."""
    screening = WBMGP.replace("wbmgp/priority", "wbmgp/screening")
    found = rows(screening, decided(day="2015-06-01"))
    assert "due" not in {row["kind"] for row in found}
    assert "due" in {row["kind"] for row in rows(screening, decided(day="2018-06-01"))}


def test_what_nobody_knows_says_why_and_stands_last() -> None:
    unknown = WBMGP.replace("received: 2026-11-02", "received: unknown").replace("until: 2030-12-31", "until: unknown")
    before = WBMGP.replace("test-measure", "old-measure").replace("2026-11-02", "2004-01-05")
    found = rows(
        unknown, before, decided(day="2026-12-20"), decided(measure="old-measure", day="2004-03-01"),
    )  # fmt: skip
    unknowns = [row for row in found if row["when"] == "unknown"]
    assert found[-len(unknowns) :] == unknowns
    assert [row["day"] for row in unknowns] == [None] * 3
    assert [row["measure"] for row in unknowns] == ["old-measure", "test-measure", "test-measure"]
    assert "the text of wbmgp on 2004-03-01 is not at hand" in unknowns[0]["says"]
    assert "is not known" in unknowns[1]["says"]
    assert "last day of the term is not known" in unknowns[2]["says"]


def test_a_partial_day_gives_an_interval() -> None:
    found = rows(WBMGP.replace("received: 2026-11-02", "received: 2026-11"))
    assert days(found)[0] == ("due", "2026-12-28 – 2027-01-25")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-23", "past"),
        ("2026-11-24", "today"),
        ("2026-11-25", "coming"),
        ("2026-10", "past"),
        ("2026-11", "unknown"),
        ("2027", "coming"),
    ],
)
def test_past_today_or_coming(written: str, expected: str) -> None:
    assert when(day(written), TODAY) == expected


def test_within_keeps_what_comes_and_what_nobody_knows() -> None:
    found = rows(WBMGP, WBMGP.replace("test-measure", "other").replace("2026-11-02", "unknown"))
    assert days(within(found, date(2026, 12, 28))) == [("due", "2026-12-28"), ("due", None)]
    assert days(within(rows(WBMGP, on=date(2027, 1, 1)), date(2028, 1, 1))) == []

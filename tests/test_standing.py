"""In force on a day: within the term and made known by then; what no document says stays unknown."""

from datetime import date

import pytest

from registry.collection import Collection
from registry.standing import effect, standing
from tests.samples import MEASURE, decided

MADE_KNOWN = "made_known: 2027-01-22\n"


def held(day: str, term: str, decision: str | None, record: str = "proposal") -> bool | None:
    text = MEASURE.replace("term: {from: 2027-01-01, until: 2030-12-31}", f"record: {record}\n{term}")
    texts = {"measure.yaml": text.encode(), **({"decision.yaml": decision.encode()} if decision else {})}
    collection = Collection(list(texts), texts=texts)
    measure = collection.measure("test-measure")
    assert measure is not None
    found = standing(measure.model, "carnisse", collection.decisions("test-measure"))
    return effect(found, date.fromisoformat(day)).holds


FOUR_YEARS = "term: {from: 2027-04-01, until: 2031-03-31}"


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2027-03-31", False), ("2027-04-01", True), ("2031-03-31", True), ("2031-04-01", False)],
)
def test_from_the_first_up_to_and_including_the_last_day(day: str, expected: bool) -> None:
    assert held(day, FOUR_YEARS, decided(MADE_KNOWN)) is expected


@pytest.mark.parametrize(
    ("made_known", "expected"),
    [
        ("made_known: 2027-06-01\n", False),  # the term has begun, but nobody has been told
        ("made_known: 2027-05-01\n", True),
        ("made_known: 2027-05\n", None),
        ("made_known: unknown\n", None),
        ("", None),
        ("made_known: none\n", False),
    ],
)
def test_no_effect_before_it_is_made_known(made_known: str, expected: bool | None) -> None:
    assert held("2027-05-01", FOUR_YEARS, decided(made_known)) is expected


@pytest.mark.parametrize(
    ("day", "term", "expected"),
    [
        ("2027-02-01", "term: {from: unknown, until: 2031}", None),
        ("2032-01-01", "term: {from: unknown, until: 2031}", False),
        ("2031-06-01", "term: {from: 2027-04-01, until: 2031}", None),
        ("2099-01-01", "term: {from: 2027-04-01, until: unknown}", None),
        ("2099-01-01", "term: {from: 2027-04-01, until: none}", True),
        ("2099-01-01", "term: unknown", None),
        ("2027-01-01", "term: unknown", False),  # before it was decided
    ],
)
def test_unknown_ends_are_not_guessed(day: str, term: str, expected: bool | None) -> None:
    assert held(day, term, decided(MADE_KNOWN)) is expected


def test_without_a_decision() -> None:
    assert held("2028-01-01", FOUR_YEARS, None) is False
    assert held("2028-01-01", FOUR_YEARS, None, record="reconstruction") is None
    assert held("2028-01-01", FOUR_YEARS, decided(MADE_KNOWN, "refused")) is False
    assert held("2028-01-01", FOUR_YEARS, decided(f"{MADE_KNOWN}parts: [tarwewijk]\n")) is False

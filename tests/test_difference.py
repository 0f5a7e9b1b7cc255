"""What each version of the act changed: the traps of its history, each at its step and at no other."""

from datetime import date

import pytest

from registry.difference_text import difference_lines, difference_row
from rules.difference import Difference, difference
from rules.lawbook import shipped_lawbook
from rules.period import Duration

BOOK = shipped_lawbook()
VERSIONS = BOOK.versions("wbmgp")


def step(new: str) -> Difference:
    """What that version changed against the one before it."""
    first = date.fromisoformat(new)
    return difference(BOOK.version("wbmgp", VERSIONS[VERSIONS.index(first) - 1]), BOOK.version("wbmgp", first))


def changed(found: Difference) -> dict[str, str]:
    """Per rule that changed, what did; + for a new one, – for one that went."""
    return {
        (each.new or each.old).name: "+" if each.old is None else "–" if each.new is None else " ".join(each.aspects)  # type: ignore[union-attr]
        for each in found.rules
    }


def test_the_versions_are_those_of_the_act() -> None:
    assert [str(first) for first in VERSIONS] == [
        "2008-06-13", "2015-01-01", "2017-01-01", "2017-07-01", "2018-06-13", "2024-01-01", "2025-02-12", "2026-06-04",
    ]  # fmt: skip


def test_between_2008_and_2015_one_extension_became_four() -> None:
    found = changed(step("2015-01-01"))
    assert found["3.4.extensions"] == found["5.2.extensions"] == "require says"
    assert found["3.1.size"] == found["4.2.index"] == found["10.1.region"] == "–"
    assert found["4.2"] == "cite", "never below zero: moved from 4 lid 4, not new"


def test_2017_is_the_great_change() -> None:
    made = step("2017-01-01")
    found = changed(made)
    assert [each.new.name for each in made.instruments if each.old is None and each.new] == ["screening"]
    assert found["5.1.both"] == "–", "one act for articles 8 and 9 until then"
    assert found["5.4.term"] == found["5.4.extensions"] == "cite on"
    assert found["5.5.evaluation"] == "+"
    [deadline] = [each for each in made.rules if each.new and each.new.name == "6.5"]
    assert deadline.old is not None
    assert deadline.new is not None
    assert deadline.old.deadline is not None
    assert deadline.new.deadline is not None
    assert deadline.old.deadline.within == Duration(days=91)
    assert deadline.old.deadline.of.name == "measure.asked.sent"
    assert deadline.new.deadline.within == Duration(days=56)
    assert deadline.new.deadline.of.name == "measure.asked.received"
    [region] = [each for each in made.rules if each.new and each.new.name == "6.2"]
    assert region.old is not None
    assert region.new is not None
    assert (set(region.old.on), set(region.new.on)) == (
        {"income-requirement", "priority"},
        {"income-requirement", "screening"},
    )


@pytest.mark.parametrize(
    ("version", "rules", "paragraphs"),
    [
        ("2017-07-01", {"5.3.means", "8.1", "10.4", "10b.1", "10b.6"}, 0),
        ("2018-06-13", {"1.2"}, 0),
        ("2024-01-01", {"1.2"}, 0),
        ("2025-02-12", set(), 0),
        ("2026-06-04", set(), 1),
    ],
)
def test_later_steps_change_words_only(version: str, rules: set[str], paragraphs: int) -> None:
    found = step(version)
    assert set(changed(found)) == rules
    assert set(changed(found).values()) <= {"says"}
    assert len(found.paragraphs) == paragraphs
    assert found.instruments == ()


def test_in_2018_and_became_or() -> None:
    [only] = step("2018-06-13").rules
    assert only.old is not None
    assert only.new is not None
    assert "8, 9 én 10" in only.old.says.nl
    assert "8, 9 of 10" in only.new.says.nl


def test_the_minister_has_another_name_since_2024() -> None:
    assert difference_row(step("2024-01-01"), "nl")["ministers"] == {"old": "wr", "new": "vro"}
    assert difference_row(step("2018-06-13"), "nl")["ministers"] is None


def test_nothing_differs_from_itself() -> None:
    law = BOOK.version("wbmgp", VERSIONS[-1])
    assert difference(law, law)[2:] == ((), (), ())
    assert "no change" in "\n".join(difference_lines(difference(law, law), "en", False))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_in_words_within_eighty_columns(language: str) -> None:
    lines = list(difference_lines(step("2017-01-01"), language, False))  # type: ignore[arg-type]
    assert max(map(len, lines)) <= 80
    told = " ".join(" ".join(lines).split())
    said = {
        "nl": "termijn: bekendmaken, 8 weken na de dag waarop de aanvraag is ontvangen (was: bekendmaken, 13 weken na",
        "en": "term: make known, 8 weeks after the day on which the request was received (was: make known, 13 weeks",
    }
    assert said[language] in told

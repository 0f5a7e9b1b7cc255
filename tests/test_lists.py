"""The closed lists: every word of the vocabulary is defined, and groups are in common both ways."""

import json
from typing import get_args

import pytest

from rules.lists import reached, shipped_lists
from rules.vocabulary import READING, Domain, Effect, FundingLine, Right, TargetGroup
from tests.conftest import Run

LISTS = {
    "domains": Domain,
    "target_groups": TargetGroup,
    "rights": Right,
    "effects": Effect,
    "funding_lines": FundingLine,
}


@pytest.mark.parametrize("name", LISTS)
def test_every_word_is_defined_once_and_can_be_read(name: str) -> None:
    words = [entry.word for entry in shipped_lists().by_name[name]]
    assert words == list(get_args(LISTS[name]))
    assert not [word for word in words if word not in READING]


def test_groups_name_groups_that_exist() -> None:
    groups = shipped_lists().target_groups
    named = {other for entry in groups for other in (*entry.contains, *entry.overlaps)}
    assert named <= {entry.word for entry in groups}


def test_the_command_tells_them(run: Run) -> None:
    code, out, _ = run("lists")
    assert code == 0
    assert "- home-seekers (woningzoekenden): wie een woning zoekt" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    _, english, _ = run("lists", "rights", "--lang", "en")
    assert english.startswith("Rights (rights)")
    assert "onderwijs" not in english
    made = json.loads(run("lists", "target_groups", "--format", "json")[1])
    [seekers] = [each for each in made["target_groups"] if each["word"] == "home-seekers"]
    assert seekers["contains"] == ["newcomers-to-region"]


def test_a_list_that_does_not_exist(run: Run) -> None:
    code, _, err = run("lists", "nothing")
    assert code == 2
    assert "target_groups" in err


@pytest.mark.parametrize(
    ("one", "other", "in_common"),
    [
        ("home-seekers", "home-seekers", True),
        ("home-seekers", "newcomers-to-region", True),  # contains
        ("newcomers-to-region", "home-seekers", True),  # and the other way round
        ("job-seekers", "people-with-debts", True),  # overlaps
        ("people-with-debts", "job-seekers", True),
        ("businesses", "pupils", False),
        ("pre-school-children", "job-seekers", False),
    ],
)
def test_who_have_people_in_common(one: str, other: str, in_common: bool) -> None:
    assert (other in reached([one])) is in_common
    assert (one in reached([other])) is in_common


def test_several_groups_reach_what_each_of_them_reaches() -> None:
    assert reached(["businesses", "pupils"]) == reached(["businesses"]) | reached(["pupils"])
    assert reached([]) == frozenset()

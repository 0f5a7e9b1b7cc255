"""General law weighs in every verdict: once, judged by whoever decides, and never as a bar to limiting a right."""

from collections.abc import Callable
from datetime import date

import pytest

from registry.collection import Collection
from rules.check import Checked
from rules.general import with_general_law
from rules.lawbook import Lawbook, shipped_lawbook
from rules.problems import Refused
from rules.verdict import Result
from tests.samples import MEASURE, decided

Judge = Callable[..., Checked]
DAY = date(2026, 11, 24)
PRIORITY = MEASURE.replace("testwet/permit", "wbmgp/priority")
ZONE = MEASURE.replace("testwet/permit", "wbmgp/opportunity-zone")


def general(checked: Checked) -> dict[str, str]:
    """The outcomes of general law in the first result."""
    return {each.rule.name: each.kind for each in checked.results[0].outcomes if each.rule.general}


def test_a_limited_right_is_judged_and_not_barred(judged: Judge) -> None:
    """Garib: Wbmgp 8 limits the choice of residence by an act; whether that is justified is a judgement."""
    found = general(judged(PRIORITY + "limits: [residence]\n", DAY))
    assert found["evrm-p4/2.4"] == "pending"
    assert found["grondwet/1"] == "pending"
    assert found["grondwet/19.3"] == "not_applicable"


@pytest.mark.parametrize("link", ["jci1.3:c:BWBV0001000&artikel=8", "jci1.3:c:BWBR0001840&artikel=19&lid=3"])
def test_a_derogation_from_the_same_is_barred(judged: Judge, link: str) -> None:
    lifts = f"{{instrument: wbmgp/priority, lifts: [{{provision: '{link}', how: {{nl: a, en: a}}}}]}}"
    assert judged(PRIORITY.replace("{instrument: wbmgp/priority}", lifts), DAY).verdict == "barred"


def test_a_measure_that_touches_no_right_owes_nothing(judged: Judge) -> None:
    kinds = general(judged(PRIORITY + "effects: [supports]\n", DAY))
    assert {kind for name, kind in kinds.items() if name != "de-minimis/3.2"} == {"not_applicable"}
    assert kinds["de-minimis/3.2"] == "met"


def test_too_much_aid_has_its_own_code_line_and_article(judged: Judge) -> None:
    text = PRIORITY + "aid:\n  - {undertaking: bakker, amount: € 310000, given: 2027-02-01}\n"
    [problem] = [each for each in judged(text, DAY).problems if each.code == "de-minimis/3.2"]
    assert problem.message.nl.startswith("De-minimisverordening 3 lid 2: ")
    assert "€ 310000" in text.splitlines()[problem.place.line - 1]


def test_the_assessment_before_processing_is_a_duty_to_come(judged: Judge) -> None:
    def duties(effects: str) -> set[str]:
        found: Result = judged(PRIORITY + f"effects: [{effects}]\n", DAY).results[0]
        return {duty.rule.cited for duty in found.duties}

    assert "AVG 35 lid 1" in duties("screens-people")
    assert "AVG 35 lid 1" not in duties("supports")


@pytest.mark.parametrize(("ask", "decides"), [(PRIORITY, "minister"), (ZONE, "municipal-council")])
def test_whoever_decides_judges(judged: Judge, ask: str, decides: str) -> None:
    found = judged(ask + "limits: [residence]\n", DAY)
    who = {question.who for question in found.results[0].open if question.rule == "evrm-p4/2.4"}
    assert who == {decides}


@pytest.mark.parametrize(("role", "kind"), [("minister", "met"), ("municipal-council", "pending")])
def test_only_who_decides_may_judge(judged: Judge, role: str, kind: str) -> None:
    decision = decided('judgements: [{rule: "evrm-p4@1982-06-23/2.4", outcome: met, reasons: ja}]')
    text = PRIORITY + "limits: [residence]\n"
    files = {"m.yaml": text.encode(), "d.yaml": decision.replace("role: minister", f"role: {role}").encode()}
    found = judged(text, date(2027, 1, 20), portfolio=Collection(list(files), texts=files))
    assert general(found)["evrm-p4/2.4"] == kind
    assert ("wrong-author" in {problem.code for problem in found.problems}) is (kind == "pending")


def test_under_an_act_it_is_judged_once() -> None:
    book, day = shipped_lawbook(), date(2026, 11, 24)
    act, decree = book.on("renewed", day), book.on("renewed-decree", day)
    assert act
    assert decree
    assert with_general_law(act, "experiment", book, day).law.general
    assert with_general_law(decree, "experiment", book, day).law is decree


def test_a_general_law_of_which_the_text_is_not_known_is_assumed_away_in_words(
    judged: Judge, lawbook: Callable[..., Lawbook]
) -> None:
    book = lawbook("rules:\n  - {rule: a, on: [permit], stage: decision, cite: '2', says: {nl: b, en: c}, "
                   "require: {fact: measure.asked.by, is: municipal-council}}\n")  # fmt: skip
    folder = book.root.joinpath("any/oud")
    folder.mkdir(parents=True)  # type: ignore[attr-defined]
    file = folder.joinpath("2020-01-01.yaml")
    file.write_text(GENERAL, encoding="utf-8")  # type: ignore[attr-defined]
    fresh = Lawbook(book.root, book.catalogue, "laws")
    codes = {each.code for each in judged(MEASURE, date(2027, 2, 1), book=fresh).results[0].assumptions}
    assert "general-law-missing" in codes
    assert judged(MEASURE, date(2020, 2, 1), book=fresh).results[0].outcomes[-1].rule.name == "oud/1"


GENERAL = """
schema: regelruimte/law/v1
law: oud
uri: http://data.europa.eu/eli/reg/2020/1/oj
short: Oud
title: {nl: Oud, en: Old}
hierarchy: eu
status: in-force
in_force: {from: 2020-01-01}
text_known: {from: 2020-01-01, until: 2020-12-31}
source: {title: made for a test}
rules:
  - rule: "1"
    on: any
    stage: decision
    cite: "1"
    says: {nl: a, en: b}
    judge: {by: decider, question: {nl: a, en: b}}
"""


def test_general_law_has_a_short_name(lawbook: Callable[..., Lawbook]) -> None:
    book = lawbook(v2020_01_01=GENERAL.replace("short: Oud\n", "").replace("law: oud", "law: testwet"))
    with pytest.raises(Refused) as refusal:
        book.version("testwet", date(2020, 1, 1))
    assert [problem.code for problem in refusal.value.problems] == ["missing-key"]


@pytest.mark.parametrize(
    "asks", ["[]", "[{instrument: find, lifts: [{provision: 'jci1.3:c:BWBR0002628&artikel=4a', how: {nl: a, en: a}}]}]"]
)
def test_without_an_instrument_the_judgements_are_named_all_the_same(judged: Judge, asks: str) -> None:
    text = MEASURE.replace("[{instrument: testwet/permit}]", asks) + "limits: [choice-of-work]\n"
    asked = {question.citation: question.who for question in judged(text, DAY).results[0].open}
    assert asked["Grondwet 19 lid 3"] == "decider"
    assert "Vierde Protocol EVRM 2 lid 4" not in asked

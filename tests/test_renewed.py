"""The proposal for a renewed act: what it computes of a measure, and that every verdict under it says what it is."""

from collections.abc import Callable
from datetime import date

import pytest

from registry.collection import Collection
from rules.check import Checked
from rules.outcome import Outcome
from rules.period import months_between
from rules.verdict import Result
from tests.write_expected import ROOT

Judge = Callable[..., Checked]
DAY = date(2026, 11, 24)
EXAMPLE = (ROOT / "measures/proposals/arnhem/experiment.yaml").read_text(encoding="utf-8")
PROPOSAL = "record: proposal\n".join(EXAMPLE.split("record: example\n")).partition("expect:")[0]
AGREED = PROPOSAL + "  - {minister: ocw, given: 2026-11-03}\n"
AID = "aid:\n" + PROPOSAL.partition("aid:\n")[2].partition("evaluation_plan:")[0]
LIFTED = PROPOSAL.partition("lifts:\n")[2].partition("term:")[0]


def under(checked: Checked, law: str) -> Result:
    [found] = [each for each in checked.results if each.law and each.law.law == law]
    return found


def outcome(checked: Checked, rule: str, law: str = "renewed") -> Outcome:
    """What became of the rule: the checked half, where a person judges too."""
    return next(each for each in under(checked, law).outcomes if each.rule.name == rule and each.aspect != "judgement")


def test_who_has_not_agreed_is_named(judged: Judge) -> None:
    checked = judged(PROPOSAL, DAY)
    [problem] = [each for each in checked.problems if each.code == "renewed/6.1"]
    assert "instemming ontbreekt: minister van OCW" in problem.message.nl
    assert "minister van SZW" not in problem.message.nl
    assert checked.verdict == "ineligible"


def test_with_all_agreed_only_judgements_are_open(judged: Judge) -> None:
    """What the decree names needs no other basis: no question whether it can be departed from."""
    checked = judged(AGREED, DAY)
    assert checked.verdict == "undecided"
    assert not checked.problems
    assert {question.kind for found in checked.results for question in found.open} == {"judgement"}
    assert under(checked, "renewed-decree").verdict == "eligible"


def test_a_decree_without_its_act_gives_nothing(judged: Judge) -> None:
    checked = judged(AGREED.replace("  - instrument: renewed/experiment\n", ""), DAY)
    assert checked.verdict == "ineligible"
    assert [each.code for each in checked.problems] == ["renewed-decree/3"]
    assert "niet gevraagd: renewed/experiment" in checked.problems[0].message.nl


def test_what_is_opened_is_not_eligible_until_all_have_agreed(judged: Judge) -> None:
    assert under(judged(PROPOSAL, DAY), "renewed-decree").verdict == "undecided"
    assert under(judged(AGREED, DAY), "renewed-decree").verdict == "eligible"


def test_every_verdict_says_that_it_is_a_proposal(judged: Judge) -> None:
    for found in judged(AGREED, DAY).results:
        assert "law-is-proposal" in {assumption.code for assumption in found.assumptions}


@pytest.mark.parametrize(
    ("link", "held"),
    [
        ("jci1.3:c:BWBR0015703&artikel=31&lid=2", True),
        ("jci1.3:c:BWBR0002628&artikel=4a", False),  # in the catalogue, but not named
        ("jci1.3:c:BWBR0015703&artikel=31", False),  # more than what is named
        ("jci1.3:c:BWBR0099999&artikel=1", False),
    ],
)
def test_only_what_the_decree_names_is_set_aside(judged: Judge, link: str, held: bool) -> None:
    lifts = f"      - {{provision: '{link}', how: {{nl: anders, en: otherwise}}}}\n"
    checked = judged(AGREED.replace(LIFTED, lifts), DAY)
    found = outcome(checked, "2", "renewed-decree")
    assert found.kind == ("met" if held else "unmet")
    problems = [each.message.nl for each in checked.problems if each.code == "renewed-decree/2"]
    assert [f"niet genoemd: {link}" in problem for problem in problems] == ([] if held else [True])


def test_an_act_that_opens_nothing_grants_nothing(judged: Judge) -> None:
    """The same provisions asked under the act itself stay questions: only the decree names them."""
    bare = AGREED.replace("  - instrument: renewed-decree/experiment\n", "")
    open_ = under(judged(bare, DAY), "renewed").open
    assert len([question for question in open_ if question.kind == "derogation"]) == 2


@pytest.mark.parametrize(
    ("grants", "highest", "kind"),
    [
        ([], "€ 0", "met"),
        ([("a", 300_000, "2027-03-01")], "€ 300000", "met"),
        ([("a", 150_000, "2027-03-01"), ("a", 160_000, "2029-03-01")], "€ 310000", "unmet"),
        ([("a", 150_000, "2027-03-01"), ("b", 160_000, "2029-03-01")], "€ 160000", "met"),
        ([("a", 150_000, "2027-03-01"), ("a", 160_000, "2030-02-28")], "€ 310000", "unmet"),  # the last day that counts
        ([("a", 150_000, "2027-03-01"), ("a", 160_000, "2030-03-01")], "€ 160000", "met"),
        ([("a", 160_000, "2030-02-28"), ("a", 150_000, "2027-03-01")], "€ 310000", "unmet"),  # in whatever order
        # three calendar years would pass each of these; years that roll do not
        (
            [("a", 100_000, "2027-12-01"), ("a", 120_000, "2028-12-01"), ("a", 90_000, "2030-11-01")],
            "€ 310000",
            "unmet",
        ),
        ([("a", 150_000, "2027-02"), ("a", 160_000, "2030-02-15")], "€ 160000 – € 310000", "unknown"),
    ],
)
def test_aid_over_three_years_that_roll(
    judged: Judge, grants: list[tuple[str, int, str]], highest: str, kind: str
) -> None:
    aid = "aid:\n" + "".join(f"  - {{undertaking: {to}, amount: € {sum_}, given: {day}}}\n" for to, sum_, day in grants)
    found = outcome(judged(AGREED.replace(AID, aid if grants else ""), DAY), "de-minimis/3.2")
    assert found.kind == kind
    assert [each.fact.written for each in found.evidence] == [highest]


@pytest.mark.parametrize(
    ("report", "months", "kind"),
    [
        ("2030-03-31", "9", "met"),
        ("2030-04-01", "8", "unmet"),  # the ninth month would end on 1 January
        ("2031-03-01", "-3", "unmet"),  # after the end
        ("2030-03", "9", "met"),
        ("2030", "0 – 11", "unknown"),
    ],
)
def test_how_long_before_the_end_the_report_comes(judged: Judge, report: str, months: str, kind: str) -> None:
    found = outcome(judged(AGREED.replace("report: 2030-03-01", f"report: {report}"), DAY), "9")
    assert ([each.fact.written for each in found.evidence], found.kind) == ([months], kind)


def test_without_an_evaluation_plan(judged: Judge) -> None:
    bare = AGREED.replace("evaluation_plan:\n  text: Voorbeeld.\n  report: 2030-03-01\n", "")
    assert bare != AGREED
    assert outcome(judged(bare, DAY), "9").kind == "unmet"


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ((2026, 1, 1), (2026, 2, 1), 1),
        ((2026, 1, 1), (2026, 1, 31), 0),
        ((2026, 1, 31), (2026, 2, 27), 0),
        ((2026, 1, 31), (2026, 2, 28), 0),  # a term of a month from 31 January lasts through 28 February
        ((2026, 3, 1), (2026, 2, 1), -1),
        ((2024, 2, 29), (2028, 2, 28), 47),
    ],
)
def test_whole_months(start: tuple[int, int, int], end: tuple[int, int, int], months: int) -> None:
    assert months_between(date(*start), date(*end)) == months


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("area: arnhem-oost", "met"),
        ("parts: [{part: geitenkamp, name: Geitenkamp, kind: neighbourhood, area: arnhem-oost}]", "met"),
        ("parts: [{part: geitenkamp, name: Geitenkamp, kind: neighbourhood}]", "unmet"),  # it names no area
        ("area: nowhere", "unknown"),
    ],
)
def test_an_area_of_the_programme(judged: Judge, where: str, kind: str) -> None:
    assert outcome(judged(AGREED.replace("area: arnhem-oost", where), DAY), "2.1").kind == kind


@pytest.mark.parametrize(
    ("without", "rule"), [("  basis: {text: Voorbeeld.}\n", "7.1"), ("  assessment: {text: Voorbeeld.}\n", "7.2")]
)
def test_sharing_data_needs_a_basis_and_an_assessment(judged: Judge, without: str, rule: str) -> None:
    assert outcome(judged(AGREED, DAY), rule).kind == "met"
    assert outcome(judged(AGREED.replace(without, ""), DAY), rule).kind == "unmet"
    sharing_nothing = AGREED.replace(without, "").replace("[shares-data, supports]", "[supports]")
    assert outcome(judged(sharing_nothing, DAY), rule).kind == "not_applicable"


def earlier(name: str, start: str, end: str, extends: str) -> str:
    """An earlier experiment on the same part, as a document of the portfolio."""
    text = PART.replace("measure: arnhem-experiment", f"measure: {name}").replace(
        "extends: first", f"extends: {extends}"
    )
    return text.replace("term: {from: 2027-01-01, until: 2030-12-31}", f"term: {{from: {start}, until: {end}}}")


PART = AGREED.replace(
    "area: arnhem-oost",
    "parts: [{part: geitenkamp, name: Geitenkamp, kind: neighbourhood, area: arnhem-oost, extends: first}]",
)


@pytest.mark.parametrize(
    ("first", "term", "kind"),
    [
        (("2011-01-01", "2014-12-31", "none"), "2011-01-01 – 2030-12-31", "met"),
        (("2010-12-31", "2014-12-31", "none"), "2010-12-31 – 2030-12-31", "unmet"),  # a day over twenty years
        (("2010", "2014-12-31", "none"), "2010 – 2030-12-31", "unmet"),
        (("2010-12", "2014-12-31", "none"), "2010-12 – 2030-12-31", "unmet"),
        (("2011", "2014-12-31", "none"), "2011 – 2030-12-31", "met"),
        (("unknown", "2014-12-31", "none"), "unknown", "unknown"),
        (("2011-01-01", "2014-12-31", "lost"), "unknown", "unknown"),  # its own predecessor is not at hand
        (("2011-01-01", "2014-12-31", "unknown"), "unknown", "unknown"),
    ],
)
def test_the_term_of_the_whole_chain(judged: Judge, first: tuple[str, str, str], term: str, kind: str) -> None:
    """Together at most twenty years: from the first day of the first to the last day of this one."""
    assert PART != AGREED
    files = {"first.yaml": earlier("first", *first).encode()}
    files |= {file: (ROOT / file).read_bytes() for file in ("measures/areas/arnhem-oost.yaml",)}
    found = outcome(judged(PART, DAY, portfolio=Collection(list(files), texts=files)), "5.3")
    written = [each.fact.written for each in found.evidence if each.comparison.fact.name == "chain.term"]
    assert (written, found.kind) == ([term], kind)


COSTS = """cost:
  - {line: sixteen-areas, year: 2028, amount: € 2}
  - {line: other-areas, year: 2027, amount: € 4}
  - {line: sixteen-areas, year: 2027, amount: € 1}
  - {line: sixteen-areas, year: 2028, amount: € 3}
"""


@pytest.mark.parametrize(
    ("cost", "written"),
    [
        ("", {"cost.sixteen_areas": "none", "cost.other_areas": "none"}),
        (
            COSTS,
            {"cost.sixteen_areas": "2027: € 1; 2028: € 5", "cost.other_areas": "2027: € 4"},
        ),
    ],
)
def test_cost_by_line_and_year(judged: Judge, cost: str, written: dict[str, str]) -> None:
    start, end = PROPOSAL.index("cost:\n"), PROPOSAL.index("evaluation_plan:")
    found = outcome(judged(AGREED.replace(PROPOSAL[start:end], cost), DAY), "11.1")
    assert {each.comparison.fact.name: each.fact.written for each in found.evidence} == written


def test_history_that_says_nothing_of_cost(judged: Judge) -> None:
    """Unknown if it was asked under the law that opens the line; else it takes nothing from it."""
    start, end = PROPOSAL.index("cost:\n"), PROPOSAL.index("evaluation_plan:")
    text = AGREED.replace(PROPOSAL[start:end], "").replace("record: proposal", "record: reconstruction")
    assert outcome(judged(text, DAY), "11.1").kind == "unknown"

"""Three values all the way: a missing fact is never a no, and no unknown hides another."""

from collections.abc import Callable
from datetime import date

import pytest

from rules.check import Checked
from rules.condition import all_of, any_of
from rules.lawbook import Lawbook
from tests.samples import MEASURE

Book = Callable[..., Lawbook]
Judge = Callable[..., Checked]
ON = date(2026, 11, 24)


def rules(*asks: str) -> str:
    """Rules "1", "2", … of the permit, each asking one of these."""
    head = '\n  - rule: "{n}"\n    on: [permit]\n    stage: application\n    cite: "{n} lid 1"\n'
    head += "    says: {{nl: eis, en: must}}\n"
    return "rules:" + "".join(head.format(n=n) + f"    {ask}\n" for n, ask in enumerate(asks, 1))


MET = "require: {fact: measure.asked.by, is: municipal-council}"
UNMET = "require: {fact: measure.asked.by, is: college}"
UNKNOWN = "require: {fact: part.inhabitants, at_least: 5000}"
OPEN_GUARD = "when: {fact: part.inhabitants, at_least: 5000}"


def kinds(checked: Checked) -> dict[str, str]:
    [found] = checked.results
    return {f"{o.rule.name}{'?' if o.aspect == 'judgement' else ''}": o.kind for o in found.outcomes}


@pytest.mark.parametrize(
    ("asks", "expected", "verdict"),
    [
        ((MET,), {"1": "met"}, "eligible"),
        ((UNMET,), {"1": "unmet"}, "ineligible"),
        ((UNKNOWN,), {"1": "unknown"}, "undecided"),
        ((MET, UNMET, UNKNOWN), {"1": "met", "2": "unmet", "3": "unknown"}, "ineligible"),
        # a guard that is not met is neutral; one that is unknown matters only where the requirement is not met anyway
        (("when: {fact: part.extends, is: given}\n    " + UNMET, MET), {"1": "not_applicable", "2": "met"}, "eligible"),
        ((OPEN_GUARD + "\n    " + MET,), {"1": "met"}, "eligible"),
        ((OPEN_GUARD + "\n    " + UNMET,), {"1": "unknown"}, "undecided"),
        ((OPEN_GUARD + "\n    judge: {by: minister, question: {nl: ja, en: yes}}",), {"1?": "unknown"}, "undecided"),
        (("judge: {by: minister, question: {nl: ja, en: yes}}",), {"1?": "pending"}, "undecided"),
        (
            (MET + "\n    judge: {by: minister, question: {nl: ja, en: yes}}",),
            {"1": "met", "1?": "pending"},
            "undecided",
        ),
        # a conclusion takes over what it rests on
        (("conclude: {any: ['2', '3']}", UNMET, MET), {"2": "unmet", "3": "met"}, "eligible"),
        (("conclude: {any: ['2', '3']}", UNMET, UNKNOWN), {"2": "unmet", "3": "unknown"}, "undecided"),
        (("conclude: {all: ['2', '3']}", UNMET, UNKNOWN), {"2": "unmet", "3": "unknown"}, "ineligible"),
    ],
)
def test_outcomes_and_verdict(
    lawbook: Book, judged: Judge, asks: tuple[str, ...], expected: dict[str, str], verdict: str
) -> None:
    checked = judged(MEASURE, ON, lawbook(rules(*asks)))
    assert kinds(checked) == expected
    assert checked.verdict == verdict


READINGS = """readings:
      - {{reading: one, because: {{nl: a, en: a}}, require: {one}}}
      - {{reading: two, because: {{nl: b, en: b}}, require: {two}}}"""
COUNCIL, COLLEGE = "{fact: measure.asked.by, is: municipal-council}", "{fact: measure.asked.by, is: college}"
NOBODY_KNOWS = "{fact: part.inhabitants, at_least: 5000}"


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (COUNCIL, COUNCIL, "met"),
        (COLLEGE, COLLEGE, "unmet"),
        (COUNCIL, COLLEGE, "contested"),
        (COUNCIL, NOBODY_KNOWS, "unknown"),
        (NOBODY_KNOWS, COLLEGE, "unknown"),
    ],
)
def test_readings_that_part(lawbook: Book, judged: Judge, one: str, two: str, expected: str) -> None:
    checked = judged(MEASURE, ON, lawbook(rules(READINGS.format(one=one, two=two))))
    assert kinds(checked) == {"1": expected}


EXCEPTION = "departs_from: '1'\n    when: {guard}\n    {asks}"


@pytest.mark.parametrize(
    ("base", "guard", "asks", "expected"),
    [
        (UNMET, COUNCIL, MET, {"1": "not_applicable", "2": "met"}),  # the exception displaces its rule
        (UNMET, COLLEGE, MET, {"1": "unmet", "2": "not_applicable"}),  # it does not apply: the rule stands
        (UNMET, NOBODY_KNOWS, MET, {"1": "unknown", "2": "met"}),  # it may apply
        (MET, NOBODY_KNOWS, UNMET, {"1": "met", "2": "unknown"}),
    ],
)
def test_exceptions(lawbook: Book, judged: Judge, base: str, guard: str, asks: str, expected: dict[str, str]) -> None:
    book = lawbook(rules(base, EXCEPTION.format(guard=guard, asks=asks)))
    assert kinds(judged(MEASURE, ON, book)) == expected


def test_no_unknown_hides_another(lawbook: Book, judged: Judge) -> None:
    both = "require: {all: [{fact: part.inhabitants, at_least: 5000}, {fact: part.inactive_share, at_least: 25 %}]}"
    [found] = judged(MEASURE, ON, lawbook(rules(both))).results
    assert [question.fact for question in found.open] == ["part.inhabitants", "part.inactive_share"]


def test_an_unknown_that_no_longer_matters_is_not_asked(lawbook: Book, judged: Judge) -> None:
    [found] = judged(MEASURE, ON, lawbook(rules("conclude: {any: ['2', '3']}", MET, UNKNOWN))).results
    assert found.open == ()


@pytest.mark.parametrize(("record", "expected"), [("proposal", "unmet"), ("reconstruction", "unknown")])
def test_what_a_dossier_leaves_out(lawbook: Book, judged: Judge, record: str, expected: str) -> None:
    """In a proposal it is not there; in history rebuilt from sources nobody knows."""
    text = MEASURE.replace("measure: test-measure", f"measure: test-measure\nrecord: {record}")
    checked = judged(text, ON, lawbook(rules("require: {fact: measure.evaluation, is: given}")))
    assert kinds(checked) == {"1": expected}


@pytest.mark.parametrize(("written", "expected"), [("none", "unmet"), ("unknown", "unknown")])
def test_none_and_unknown_may_be_written(lawbook: Book, judged: Judge, written: str, expected: str) -> None:
    book = lawbook(rules("require: {fact: measure.evaluation, is: given}"))
    assert kinds(judged(MEASURE + f"evaluation: {written}\n", ON, book)) == {"1": expected}


FIGURE = (
    "indicators: [{indicator: inhabitants, value: 30000, rounded_to: 1000, as_of: 2025-01-01, source: {title: test}}]"
)


@pytest.mark.parametrize(
    ("asks", "expected"), [("at_least: 29000", "met"), ("at_least: 30000", "unknown"), ("at_least: 31000", "unmet")]
)
def test_a_rounded_figure_near_the_threshold(lawbook: Book, judged: Judge, asks: str, expected: str) -> None:
    text = MEASURE.replace("kind: neighbourhood", f"kind: neighbourhood, {FIGURE}")
    book = lawbook(rules(f"require: {{fact: part.inhabitants, {asks}}}"))
    assert kinds(judged(text, ON, book)) == {"1": expected}


def test_a_figure_counts_from_its_day_and_its_publication(lawbook: Book, judged: Judge) -> None:
    figure = FIGURE.replace("as_of: 2025-01-01", "as_of: 2025-01-01, published: 2026-02-11")
    text = MEASURE.replace("kind: neighbourhood", f"kind: neighbourhood, {figure}")
    book = lawbook(rules("require: {fact: part.inhabitants, at_least: 29000}"))
    assert kinds(judged(text, date(2026, 2, 10), book)) == {"1": "unknown"}
    assert kinds(judged(text, date(2026, 2, 11), book)) == {"1": "met"}


def test_figures_that_differ_are_one_interval(lawbook: Book, judged: Judge) -> None:
    two = FIGURE[:-1] + ", {indicator: inhabitants, value: 40000, as_of: 2025-01-01, source: {title: other}}]"
    text = MEASURE.replace("kind: neighbourhood", f"kind: neighbourhood, {two}")
    book = lawbook(rules("require: {fact: part.inhabitants, at_most: 35000}"))
    checked = judged(text, ON, book)
    assert kinds(checked) == {"1": "unknown"}
    assert checked.results[0].outcomes[0].evidence[0].fact.source == "test; other"


def test_an_invented_figure_says_so(lawbook: Book, judged: Judge) -> None:
    figure = FIGURE.replace("source:", "illustration: true, source:")
    text = MEASURE.replace("kind: neighbourhood", f"kind: neighbourhood, {figure}")
    checked = judged(text, ON, lawbook(rules("require: {fact: part.inhabitants, at_least: 5000}")))
    assert [assumption.code for assumption in checked.results[0].assumptions] == ["illustration"]


@pytest.mark.parametrize("values", [(a, b) for a in (True, False, None) for b in (True, False, None)])
def test_strong_kleene(values: tuple[bool | None, bool | None]) -> None:
    """Kleene 1952, § 64: what holds of the unknown in every way that it can turn out, holds."""

    def settled(operation: Callable[[list[bool]], bool]) -> bool | None:
        ways = [
            [a, b] for a in (True, False) for b in (True, False) if values[0] in (a, None) and values[1] in (b, None)
        ]
        results = {operation(way) for way in ways}
        return results.pop() if len(results) == 1 else None

    assert all_of(values) is settled(all)
    assert any_of(values) is settled(any)


BARRED = "asks: [{instrument: testwet/permit, lifts: [{provision: '%s', how: {nl: zo, en: so}}]}]"


@pytest.mark.parametrize(
    ("provision", "verdict"),
    [
        ("jci1.3:c:BWBR0001840&artikel=19&lid=3", "barred"),  # the Constitution
        ("jci1.3:c:BWBV0001000&artikel=2", "barred"),  # a treaty
        ("http://data.europa.eu/eli/reg/2016/679/oj", "barred"),  # law of the Union
        ("jci1.3:c:BWBR0003420&artikel=8&lid=1", "undecided"),  # an act: nobody said that it may be set aside
    ],
)
def test_what_no_measure_can_set_aside(lawbook: Book, judged: Judge, provision: str, verdict: str) -> None:
    text = MEASURE.replace("asks: [{instrument: testwet/permit}]", BARRED % provision)
    checked = judged(text, ON, lawbook(rules(MET)))
    assert checked.verdict == verdict
    assert [problem.code for problem in checked.problems if problem.level == "error"] == (
        ["barred"] if verdict == "barred" else []
    )


@pytest.mark.parametrize(
    ("asks", "verdict", "against"),
    [
        # an unmet branch blocks nothing while another branch may still hold, or holds, however deep it lies
        (("conclude: {any: ['2', '3']}", UNMET, UNKNOWN), "undecided", set()),
        (("conclude: {any: ['2', '4']}", "conclude: {all: ['3', '5']}", UNMET, MET, MET), "eligible", set()),
        (("conclude: {any: ['2', '3']}", UNMET, UNMET), "ineligible", {"2", "3"}),
        (("conclude: {all: ['2', '3']}", UNMET, UNKNOWN), "ineligible", {"2"}),
    ],
)
def test_what_stands_in_the_way(
    lawbook: Book, judged: Judge, asks: tuple[str, ...], verdict: str, against: set[str]
) -> None:
    checked = judged(MEASURE, ON, lawbook(rules(*asks)))
    assert checked.verdict == verdict
    assert {outcome.rule.name for found in checked.results for outcome in found.blockers} == against
    assert {problem.code for problem in checked.problems} == {f"testwet/{name}" for name in against}

"""Scenarios: what can be written, what is refused, and that the shipped ones pin every rule of every law."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.scenarios import coverage_lines, covered, runs_lines, runs_of, runs_row
from rules.condition import Negation
from rules.coverage import coverage
from rules.engine import Conclusions, Engine, durable_engine, twin_engine
from rules.law import LawVersion, Rule
from rules.lawbook import Lawbook, shipped_lawbook
from rules.outcome import Outcome
from rules.problems import Refused
from rules.reader import read
from rules.scenario import Scenario, scenarios, scenarios_of
from rules.scenario_run import run

BOOK = shipped_lawbook()
LAWS = BOOK.laws()
Book = Callable[..., Lawbook]

RULES = """
rules:
  - rule: "1"
    on: [permit]
    stage: application
    cite: "1 lid 1"
    says: {nl: eis, en: requirement}
    require: {fact: part.inhabitants, at_least: 5000}
  - rule: "2"
    on: [permit]
    stage: decision
    cite: "1 lid 2"
    says: {nl: termijn, en: term}
    deadline: {act: publish, within: 8 weeks, of: measure.asked.received, silence: granted}
"""
ONE = """
schema: regelruimte/scenarios/v1
law: testwet
scenarios:
  - scenario: enough
    says: {nl: genoeg, en: enough}
    on: 2020-06-01
    instrument: permit
    facts: {part.inhabitants: 5000, measure.asked.received: 2020-01-06}
    expect: {verdict: eligible, rules: ["1"], due: {"2": 2020-03-02}}
"""


def read_in(book: Lawbook, text: str) -> tuple[Scenario, ...]:
    return scenarios(read(text.encode(), "scenarios.yaml"), book)


def wrong(book: Lawbook, text: str) -> list[str]:
    """What goes wrong when these scenarios are run by the twin."""
    runs = [each for one in read_in(book, text) for each in run(one, book, [twin_engine])]
    return [text.en for each in runs for text in each.wrong]


def test_a_scenario_that_holds(lawbook: Book) -> None:
    assert wrong(lawbook(RULES), ONE) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("5000, ", "4999, ", "verdict: expected eligible, got ineligible"),
        ("5000, ", "unknown, ", "verdict: expected eligible, got undecided"),
        ("part.inhabitants: 5000, ", "", "got undecided"),  # left out is absent: a world fact is then unknown
        ("2020-03-02", "2020-03-03", "due day of 2: expected 2020-03-03, got 2020-03-02"),
        ('"2": ', '"1": ', "due day of 1"),
        ("verdict: eligible", "verdict: unneeded", "expected unneeded, got eligible"),
        ('eligible, rules: ["1"]', "undecided, rules: []", "verdict: expected undecided, got eligible"),
        ("on: 2020-06-01", "on: 2019-06-01", "expected eligible, got undecided"),
    ],
)
def test_a_scenario_that_does_not_hold(lawbook: Book, old: str, new: str, said: str) -> None:
    assert old in ONE
    assert any(said in each for each in wrong(lawbook(RULES), ONE.replace(old, new, 1)))


def test_deciding_rules_are_asserted_exactly(lawbook: Book) -> None:
    few = ONE.replace("5000, ", "4999, ").replace("verdict: eligible", "verdict: ineligible")
    assert wrong(lawbook(RULES), few) == []
    assert wrong(lawbook(RULES), few.replace('rules: ["1"]', 'rules: ["2"]')) == ["deciding rules: expected 2, got 1"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('rules: ["1"]', "rules: []", "asserts-nothing"),
        (', rules: ["1"]', "", "missing-key"),
        ("verdict: eligible, ", "", "missing-key"),
        ("    expect: ", "    expects: ", "unknown-key"),
        ("part.inhabitants", "part.inhabitans", "unknown-fact"),
        (": 5000", ": 5000 %", "wrong-quantity"),
        ("received: 2020-01-06", "received: given", "wrong-date"),
        ('rules: ["1"]', 'rules: ["9"]', "unknown-rule"),
        ("instrument: permit\n", "judged: {}\n", "missing-key"),
        ("    on:", "    like: nothing\n    on:", "unknown-scenario"),
        ("law: testwet", "law: testwett", "unknown-law"),
        ("verdict: eligible", "verdict: allowed", "wrong-choice"),
    ],
)
def test_a_scenario_that_cannot_be_right(lawbook: Book, old: str, new: str, code: str) -> None:
    assert old in ONE
    with pytest.raises(Refused) as refusal:
        read_in(lawbook(RULES), ONE.replace(old, new, 1))
    assert code in [problem.code for problem in refusal.value.problems]
    assert all(problem.place.file == "scenarios.yaml" for problem in refusal.value.problems)


def test_like_takes_over_what_is_left_out(lawbook: Book) -> None:
    more = (
        ONE
        + """
  - scenario: few
    says: {nl: te weinig, en: too few}
    like: enough
    facts: {part.inhabitants: 1}
    expect: {verdict: ineligible, rules: ["1"]}
"""
    )
    [first, second] = read_in(lawbook(RULES), more)
    assert (second.days, second.instrument) == (first.days, first.instrument)
    assert {*second.facts} == {*first.facts}
    assert wrong(lawbook(RULES), more) == []


def test_a_span_runs_once_under_each_text() -> None:
    [zone, *_] = scenarios_of(BOOK, "wbmgp")
    assert [str(day) for day in zone.days] == [str(first) for first in BOOK.versions("wbmgp")]


@pytest.mark.parametrize("law", LAWS)
def test_the_shipped_scenarios_hold_on_both_engines(law: str) -> None:
    made = runs_of(BOOK, [law], [durable_engine(), twin_engine])
    assert made.runs
    assert [each.scenario.name for each in made.runs if each.wrong] == []


@pytest.mark.parametrize("law", LAWS)
def test_every_rule_of_every_version_is_covered(law: str) -> None:
    for each in covered(BOOK, [law], runs_of(BOOK, [law], [twin_engine])):
        assert each.rules
        assert {rule.rule.name: sorted(rule.missing) for rule in each.rules if rule.missing} == {}, each.law.name


def test_engines_that_differ_fail_a_scenario() -> None:
    def contrary(law: LawVersion, instrument: str, cases: Sequence[Mapping[str, Outcome]]) -> list[Conclusions]:
        return [
            {name: firing._replace(state="unmet") for name, firing in case.items()}
            for case in twin_engine(law, instrument, cases)
        ]

    [first, *_] = scenarios_of(BOOK, "wms")
    [each] = run(first, BOOK, [twin_engine, contrary])
    assert [text.en for text in each.wrong] == ["engine and twin differ"]


def mutants(law: LawVersion) -> dict[str, Rule]:
    """Each computed rule with its requirement turned round."""
    return {
        name: rule._replace(require=Negation(rule.require))
        for name, rule in law.rules.items()
        if rule.in_verdict and rule.require
    }


@pytest.mark.parametrize("law", LAWS)
def test_a_rule_turned_round_is_caught(law: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of it all: whichever rule says the opposite, some scenario fails."""
    version = BOOK.version(law, BOOK.versions(law)[-1])
    days = [one._replace(days=(version.version,)) for one in scenarios_of(BOOK, law) if version.version in one.days]
    assert days
    for name, turned in mutants(version).items():
        changed = dict(version.rules, **{name: turned})
        mutant = LawVersion(**{field: getattr(version, field) for field in version.__slots__} | {"rules": changed})
        monkeypatch.setattr(Lawbook, "on", lambda _book, _law, _day, mutant=mutant: mutant)
        assert any(each.wrong for one in days for each in run(one, BOOK, [twin_engine])), name


def test_what_no_scenario_shows_is_named(lawbook: Book) -> None:
    book = lawbook(RULES)
    [one] = read_in(book, ONE)
    [first, second] = coverage(book.version("testwet", date(2020, 1, 1)), run(one, book, [twin_engine])).rules
    assert first.missing == {"unmet", "unknown"}
    assert second.missing == set()
    failed = one._replace(facts={})
    nothing = coverage(book.version("testwet", date(2020, 1, 1)), run(failed, book, [twin_engine]))
    assert nothing.counted == (0, 4), "a scenario that fails shows nothing"


def test_a_law_without_scenarios_is_no_green_run(lawbook: Book) -> None:
    book = lawbook(RULES)
    made = runs_of(book, ["testwet"], [twin_engine])
    assert made.untested == ("testwet",)
    assert "✗" in list(runs_lines(made, "en", False))[-1]
    assert runs_row(made, "en")["untested"] == ["testwet"]


def test_a_failure_is_told_by_file_and_line(lawbook: Book, tmp_path: Path) -> None:
    book = lawbook(RULES)
    (tmp_path / "laws" / "testwet" / "scenarios.yaml").write_text(ONE.replace("5000", "4999"), encoding="utf-8")
    made = runs_of(book, ["testwet"], [twin_engine])
    told = "\n".join(runs_lines(made, "en", False))
    assert "laws/testwet/scenarios.yaml:5: failed [enough]" in told
    bars = "\n".join(coverage_lines(covered(book, ["testwet"], made), "en", False))
    assert "0 % (0 of 4)" in bars
    assert "not seen" in bars


def test_a_failure_is_of_the_law_or_of_the_engine(lawbook: Book, tmp_path: Path) -> None:
    """A lawyer is asked to read the article; an engine that differs from its twin is ours to mend."""
    book = lawbook(RULES)
    (tmp_path / "laws" / "testwet" / "scenarios.yaml").write_text(ONE.replace("5000", "4999"), encoding="utf-8")
    made = runs_of(book, ["testwet"], [twin_engine])
    assert [(each.bucket, [rule.name for rule in each.reread]) for each in made.runs] == [("law", ["1"])]
    told = "\n".join(runs_lines(made, "en", False))
    assert "a lawyer decides" in told
    assert "1 lid 1: requirement" in told
    assert "(jci1.3:c:BWBR0000001&artikel=1&lid=1" in told

    def broken(*arguments: Any) -> Any:
        return [{name: each._replace(state="unmet") for name, each in one.items()} for one in twin_engine(*arguments)]

    (tmp_path / "laws" / "testwet" / "scenarios.yaml").write_text(ONE, encoding="utf-8")
    made = runs_of(lawbook(RULES), ["testwet"], [twin_engine, broken])
    assert [each.bucket for each in made.runs] == ["engine"]
    assert "the engine is broken" in "\n".join(runs_lines(made, "en", False))
    assert [each.bucket for each in runs_of(lawbook(RULES), ["testwet"], [twin_engine]).runs] == [None]


def test_engine(engine: Engine) -> None:
    """The same scenarios by the engine with every answer compared."""
    made = runs_of(BOOK, ["wms"], [engine])
    assert not any(each.wrong for each in made.runs)

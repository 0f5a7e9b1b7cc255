"""The shipped history and examples come out as their sources say, on every Python and in any order."""

import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.collection import Collection, files_under
from registry.explanation import explanation
from rules.basis import LawChoice
from rules.check import Checked
from rules.difference import difference
from rules.lawbook import shipped_lawbook
from rules.period import Term
from tests.write_expected import DATA, DECIDED, ROOT, designations, hashes, open_in_rotterdam, shipped
from tests.write_expected import checked as all_checked

Judge = Callable[..., Checked]


def without_decisions() -> Collection:
    return Collection([file for file in files_under([str(ROOT / "measures")]) if "decisions" not in file])


def blockers(checked: Checked) -> set[str]:
    return {f"{outcome.rule.name} ({outcome.rule.cite})" for found in checked.results for outcome in found.blockers}


def errors(checked: Checked) -> list[tuple[str, int]]:
    return [(each.code, each.place.line) for each in checked.problems if each.level == "error"]


def line_of(text: str, words: str) -> int:
    return next(at for at, line in enumerate(text.splitlines(), 1) if words in line)


def test_rotterdam_2018_with_the_recorded_judgements(judged: Judge, rotterdam: str) -> None:
    checked = judged(rotterdam)
    assert checked.day == DECIDED, "the recorded decision day"
    assert checked.verdict == "eligible"
    assert {found.law.name for found in checked.results if found.law} == {"wbmgp@2017-07-01"}
    assert [found.instrument for found in checked.results] == ["income-requirement"] * 10 + ["priority"] * 3
    assert errors(checked) == []
    assumed = {assumption.code for found in checked.results for assumption in found.assumptions}
    assert assumed == {"inferred-judgement"}, "the evaluation is not in the letter as it was read"


def test_the_decision_was_due_on_the_day_it_was_taken(judged: Judge, rotterdam: str) -> None:
    """Art. 6 lid 5: eight weeks after receipt on 8 February; silence would have designated."""
    for found in judged(rotterdam).results:
        [duty] = [duty for duty in found.duties if duty.rule.deadline]
        assert duty.due is not None
        assert (str(duty.due[0]), duty.due[1]) == ("2018-04-05", "granted")


def test_rotterdam_2018_without_the_decision(judged: Judge, rotterdam: str) -> None:
    """What is then open is those judgements, and what the source does not say: tests/expected."""
    checked = judged(rotterdam, DECIDED, portfolio=without_decisions())
    assert checked.verdict == "undecided"
    assert {question.kind for found in checked.results for question in found.open} == {"judgement", "fact"}
    assert open_in_rotterdam() == json.loads((DATA / "rotterdam-2018-open.json").read_text(encoding="utf-8"))


def test_a_five_year_designation(judged: Judge, rotterdam: str) -> None:
    """Art. 5 lid 4."""
    text = rotterdam.replace("until: 2022-04-15", "until: 2023-04-15")
    checked = judged(text)
    assert checked.verdict == "ineligible"
    assert blockers(checked) == {"5.4.term (5 lid 4)"}
    assert errors(checked) == [("wbmgp/5.4.term", line_of(text, "term: {from"))]


def test_an_extension_without_evaluation(judged: Judge, rotterdam: str) -> None:
    """Art. 5 lid 5. In a proposal what is left out is not there; here the source says so."""
    text = rotterdam.replace("effects:", "evaluation: none\neffects:")
    checked = judged(text, DECIDED, portfolio=without_decisions())
    assert checked.verdict == "ineligible"
    assert blockers(checked) == {"5.5.evaluation (5 lid 5)"}
    assert errors(checked) == [("wbmgp/5.5.evaluation", line_of(text, "evaluation: none"))]


def test_a_request_by_the_college(judged: Judge, rotterdam: str) -> None:
    """Art. 5 lid 1 and 2: the council asks."""
    text = rotterdam.replace("by: municipal-council", "by: college")
    checked = judged(text)
    assert checked.verdict == "ineligible"
    assert blockers(checked) == {"5.1.applicant (5 lid 1)", "5.2.applicant (5 lid 2)"}
    line = line_of(text, "by: college")
    assert errors(checked) == [("wbmgp/5.1.applicant", line), ("wbmgp/5.2.applicant", line)]


def test_a_sixth_period(judged: Judge, rotterdam: str) -> None:
    """Art. 5 lid 4: one term and four extensions. 2006, 2010, 2014, 2018, 2022 are five; a sixth is one too many."""
    base = without_decisions()
    kept = [line for line in rotterdam.splitlines() if "kind: street" not in line and "bloemhof" not in line.lower()]
    last = "\n".join(kept).replace(
        "term: {from: 2018-04-16, until: 2022-04-15}", "term: {from: 2026-04-16, until: 2030-04-15}"
    )
    last = last.replace("  - {instrument: wbmgp/priority, parts: [bloemhof, hillesluis, oud-charlois]}\n", "")
    sixth = last.replace("measure: rotterdam-2018-designation", "measure: sixth")
    fifth = sixth.replace("measure: sixth", "measure: fifth").replace(
        "rotterdam-2014-designation", "rotterdam-2018-designation"
    )
    around = _with(base, {"fifth": fifth})
    checked = judged(sixth.replace("rotterdam-2014-designation", "fifth"), DECIDED, portfolio=around)
    assert "5.4.extensions (5 lid 4)" in blockers(checked)
    found = next(each for each in checked.results if each.part == "carnisse")
    assert next(o for o in found.outcomes if o.rule.name == "5.4.extensions").kind == "unmet"
    within = judged(fifth, DECIDED, portfolio=around)
    assert "5.4.extensions (5 lid 4)" not in blockers(within), "the fifth period, the fourth extension, is allowed"


def _with(base: Collection, more: dict[str, str]) -> Collection:
    made = Collection([*base.files, *more])
    for name, text in more.items():
        made.texts[name] = text.encode()
    return made


def test_an_opportunity_zone_of_sixty_thousand(judged: Judge) -> None:
    """Art. 3 lid 1: too many people (b), while the share of inactive people (a under 1°) is unknown: both are said."""
    text = (ROOT / "measures/proposals/groningen/opportunity-zone.yaml").read_text(encoding="utf-8")
    checked = judged(text)
    assert checked.verdict == "ineligible"
    assert checked.as_expected is True
    assert blockers(checked) == {"3.1.b (3 lid 1 onderdeel b)"}
    [found] = checked.results
    asked = {question.fact: question.asks.en for question in found.open if question.kind == "fact"}
    assert "has not published this figure since 2013" in asked["part.inactive_share"]
    assert errors(checked) == [], "it shows what it says it shows"


SCHOOL = ROOT / "measures/proposals/rotterdam/2019-school-hours.yaml"
TOLD = """teaching_time:
  inside: true
  eight_years: 10720 hours
  first_four_years: 5360 hours
  last_four_years: 5360 hours
  school_plan: {text: in het schoolplan}
  parents_consent: {text: instemming}
  parents_consulted: {text: raadpleging}
  municipal_money: false
  municipal_language_activities: false
"""
BOARD = """schema: regelruimte/decision/v1
decision: boards-decided
on_measure: rotterdam-2019-school-hours
by: {role: school-board}
decided: 2026-09-01
outcome: granted
judgements: [{rule: "wpo@2026-08-01/8.7.c", outcome: met, reasons: evenwichtig}]
source: {title: made for a test}
"""


def test_ten_extra_school_hours(judged: Judge) -> None:
    """Inside the law: unneeded, but only with the ordinary power cited and all its rules met (WPO 8, Wms 13 and 15)."""
    text = SCHOOL.read_text(encoding="utf-8")
    assert judged(text).verdict == "undecided", "the sources do not say enough"
    start, end = text.index("teaching_time:"), text.index("sources:")
    told = text[:start] + TOLD + text[end:]
    assert judged(told).verdict == "undecided", "the open norm is not judged"
    decided = _with(without_decisions(), {"board.yaml": BOARD})
    assert judged(told, portfolio=decided).verdict == "unneeded"
    few = told.replace("eight_years: 10720", "eight_years: 7000")
    assert blockers(judged(few, portfolio=decided)) == {"8.7.b (8 lid 7 onderdeel b)"}
    cited = "  - {instrument: wpo/teaching-time}\n  - {instrument: wms/teaching-time}\n"
    silent = told.replace("asks:\n" + cited, "")
    [found] = judged(silent, portfolio=decided).results
    assert (found.verdict, found.instrument) == ("undecided", None)
    assert "is a provision in the way?" in found.open[0].asks.en


def test_without_a_portfolio_nobody_can_say_whether_it_was_done_before(judged: Judge) -> None:
    """Art. 3 lid 4: an area is designated once. Whether it was is a question to the whole portfolio."""

    class Alone(Collection):
        def naming(self, municipality: str, part: str) -> None:  # type: ignore[override]
            return None

    text = (ROOT / "measures/proposals/groningen/opportunity-zone.yaml").read_text(encoding="utf-8")
    [found] = judged(text, portfolio=Alone(without_decisions().files)).results
    assert "chain.repeats" in {question.fact for question in found.open}


def test_an_example_that_shows_something_else_fails(judged: Judge) -> None:
    text = (ROOT / "measures/proposals/groningen/opportunity-zone.yaml").read_text(encoding="utf-8")
    checked = judged(text.replace('rules: ["3.1.b"]', 'rules: ["3.4.term"]'))
    assert [code for code, _ in errors(checked)] == ["expectation-failed", "wbmgp/3.1.b"]


@pytest.mark.parametrize(("day", "verdict"), [("2014-04-15", "undecided"), ("2012-01-01", "undecided")])
def test_a_day_whose_text_is_not_at_hand(judged: Judge, rotterdam: str, day: str, verdict: str) -> None:
    """Never a guess: between the versions at hand nothing is decided, and that is said."""
    checked = judged(rotterdam, date.fromisoformat(day))
    assert checked.verdict == verdict
    assert {problem.code for problem in checked.problems} == {"law-text-missing"}
    assert {question.kind for found in checked.results for question in found.open} == {"law-text"}


def rule_outcomes(checked: Checked) -> dict[tuple[str, str | None, str, str], str]:
    """The outcome of every rule, by part, instrument, rule and aspect."""
    return {
        (found.part, found.instrument, outcome.rule.name, outcome.aspect): outcome.kind
        for found in checked.results
        for outcome in found.outcomes
    }


def test_2015_and_2018_differ_exactly_where_the_law_did() -> None:
    """Every rule that comes out otherwise is one that the act of 2017 added, repealed or changed; the rest is the same.

    Without decisions, for a judgement given in 2018 was not there in 2015; without the figures, for those have days.
    """
    proposals = [file for file in without_decisions().files if "/proposals/" in file]
    files = [file for file in proposals if "wbmgp/" in Path(file).read_text(encoding="utf-8")]
    book = shipped_lawbook()
    step = difference(book.version("wbmgp", date(2015, 1, 1)), book.version("wbmgp", date(2017, 7, 1)))
    touched = {rule.name for each in step.rules for rule in (each.old, each.new) if rule}
    differing: set[str] = set()
    for before, after in zip(all_checked(files, date(2015, 6, 1)), all_checked(files, date(2018, 6, 1)), strict=True):
        one, other = rule_outcomes(before), rule_outcomes(after)
        differing |= {key[2] for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
        for key in one.keys() | other.keys():
            joined = "/" in key[2] and key not in one  # general law, where the instrument or that law was not there yet
            assert key[2] in touched or joined or one.get(key) == other.get(key), key
    assert {"5.1.unit", "5.2.term", "5.4.term", "5.5.evaluation", "6.2"} <= differing, "and these do come out otherwise"


@pytest.mark.parametrize(("day", "text"), [("2015-06-01", "2015-01-01"), ("2018-06-01", "2017-07-01")])
def test_explain_says_which_text_decided_and_why(judged: Judge, rotterdam: str, day: str, text: str) -> None:
    told = " ".join(" ".join(explanation(judged(rotterdam, date.fromisoformat(day)), "en", False)).split())
    assert f"wbmgp@{text}" in told
    assert f"the text in force on {day} ({text} – " in told
    assert "decided by minister: the text means Minister for Housing and Central Government (A)" in told


def test_a_version_chosen_whatever_the_day(judged: Judge, rotterdam: str) -> None:
    checked = judged(rotterdam, date(2014, 4, 15), law=LawChoice("wbmgp", date(2017, 7, 1)))
    assert {found.law.name for found in checked.results if found.law} == {"wbmgp@2017-07-01"}
    assert "law-not-in-force" in {a.code for found in checked.results for a in found.assumptions}
    assert checked.verdict == "undecided", "the decision of 2018 was not there in 2014"


def test_the_applicant_cannot_judge(judged: Judge, rotterdam: str) -> None:
    """A judgement by the wrong body is an error, and does not count."""
    base = without_decisions()
    decision = (ROOT / "measures/decisions/rotterdam/2018-designation.yaml").read_text(encoding="utf-8")
    own = decision.replace("role: minister, competent: bzk", "role: municipal-council")
    checked = judged(rotterdam, portfolio=_with(base, {"own.yaml": own}))
    assert checked.verdict == "undecided"
    assert [code for code, _ in errors(checked)] == ["wrong-author"] * 6


def test_every_real_designation_comes_out_as_committed() -> None:
    """Verdict, law version and open list of each; `python -m tests.write_expected` writes them."""
    assert designations() == json.loads((DATA / "designations.json").read_text(encoding="utf-8"))


def test_what_is_open_is_what_the_source_does_not_say() -> None:
    """Read straight from the YAML: no stated fact is asked for, and no fact that is left out is taken for granted."""
    asked = 0
    for checked in all_checked(shipped()):
        raw: Any = checked.measure.parsed.value
        if raw.get("record") != "reconstruction":
            continue
        for found in checked.results:
            part: Any = next((each for each in raw["place"].get("parts", []) if each["part"] == found.part), {})
            missing = {question.fact for question in found.open if question.fact}
            for outcome in found.outcomes:
                for evidence in outcome.evidence:
                    name = evidence.comparison.fact.name
                    if evidence.comparison.fact.indicator or name.startswith("municipality."):
                        continue
                    term = evidence.fact.value
                    if isinstance(term, Term) and not all(each and each.exact for each in (term.first, term.last)):
                        continue  # said, but only to the month: two years or a little more
                    said = stated(raw, part, name) not in (None, "unknown")
                    assert said is (evidence.held is not None), (checked.measure.model.measure, found.part, name)
                    asked += not said
                    if not said and outcome.kind == "unknown":
                        assert name in missing
    assert asked > 100


def stated(raw: Any, part: Any, fact: str) -> Any:
    """What the document says on a fact; on the number of extensions, whether each link says what it extends."""
    if fact == "aid.highest":  # where the effects are said, and aid is none of them, there is none
        return raw.get("aid") or (
            raw.get("effects") != "unknown" and "gives-aid" not in raw.get("effects", ["gives-aid"])
        )
    if fact in ("derogations.named", "measure.under_its_act"):  # what is asked for is always said
        return raw["asks"]
    subject, *path = fact.split(".")
    value = part if subject in ("part", "chain") else raw
    for step in ["extends"] if subject == "chain" else path:
        value = (value or {}).get(step)
    return value


def test_the_hash_of_every_verdict() -> None:
    """The same on each Python, in any order of files. tests/write_expected.py says how the file is made."""
    files = shipped()
    committed = json.loads((DATA / "hashes.json").read_text(encoding="utf-8"))
    found = all_checked(files)
    assert hashes(found) == committed
    assert len(committed) == sum(len(each.results) for each in found), "each verdict has a key of its own"
    for seed in range(3):
        random.Random(seed).shuffle(files)
        assert hashes(all_checked(files)) == committed


def test_the_hash_knows_values_thresholds_and_sources(judged: Judge, rotterdam: str) -> None:
    """Negative control: what matters changes it; wording, order and lines do not."""
    plain = hashes([judged(rotterdam)])
    title = rotterdam.replace("Inkomenseis en voorrang in Rotterdamse buurten en straten", "Iets anders")
    lines = rotterdam.replace("\nplace:", "\n# a remark\n\nplace:")
    assert hashes([judged(title)]) == hashes([judged(lines)]) == plain
    shorter = hashes([judged(rotterdam.replace("until: 2022-04-15", "until: 2022-04-14"))])
    assert set(shorter.values()).isdisjoint(plain.values())

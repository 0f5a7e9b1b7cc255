"""What `law lint` finds: each finding in a law made for it, and nothing in the same law without the fault."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from rules.condition import Condition, truth
from rules.facts import Fact
from rules.lawbook import Lawbook, shipped_lawbook
from rules.lint import DRAFTING, findings
from rules.quantity import exactly
from rules.satisfiable import cases, holds
from tests.conftest import Run
from tests.samples import LAW_HEAD, ROOT

Book = Callable[..., Lawbook]
DAY = date(2026, 11, 26)


def rule(name: str, require: str, more: str = "", nl: str = "eis", en: str = "requirement") -> str:
    return f"""
  - rule: "{name}"
    on: [permit]
    stage: application
    cite: "{name}"
    says: {{nl: {nl}, en: {en}}}
    require: {require}{more}
"""


def codes(book: Lawbook) -> set[tuple[str, str]]:
    return {(each.code, each.about.partition("/")[2]) for each in findings(book, ["testwet"], ())}


AT_LEAST = "{fact: part.inhabitants, at_least: 5000}"
NEVER = "{all: [{fact: part.inhabitants, at_least: 5000}, {fact: part.inhabitants, at_most: 4999}]}"
ALWAYS = "{any: [{fact: part.inhabitants, at_least: 5000}, {fact: part.inhabitants, at_most: 5000}]}"
INSIDE = "{fact: measure.teaching_time.inside, is: true}"
NO_CASE = f"\n    when: {{all: [{INSIDE}, {{not: {INSIDE}}}]}}"


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (rule("1", AT_LEAST), set()),
        (rule("1", NEVER), {("never-met", "1")}),
        (rule("1", ALWAYS), {("never-unmet", "1")}),
        (rule("1", ALWAYS.replace("at_most: 5000", "at_most: 4999")), set()),  # 4999.5 is neither
        (rule("1", AT_LEAST, NO_CASE), {("never-applies", "1")}),
        (rule("1", AT_LEAST, nl="same", en="same"), {("not-translated", "1")}),
        (rule("1", AT_LEAST) + rule("2", "{fact: part.inhabitants, at_least: 5001}"), {("subsumed", "1")}),
        (rule("1", AT_LEAST) + rule("2", AT_LEAST), {("subsumed", "2")}),
        (rule("1", AT_LEAST) + rule("2", "{fact: part.inhabitants, at_most: 9000}"), set()),
        (rule("1", "{fact: measure.term, at_most: 4 years}") + rule("2", "{fact: measure.term, at_most: 40 months}"),
         {("subsumed", "1")}),
        (rule("1", "{fact: part.kind, in: [complex, street, neighbourhood, area]}"), set()),  # asks that one is said
    ],
    ids=["sound", "never-met", "never-unmet", "a-gap", "never-applies", "not-translated", "weaker", "the-same",
         "two-sides", "terms", "all-words"],
)  # fmt: skip
def test_each_finding_on_rules(lawbook: Book, rules: str, found: set[tuple[str, str]]) -> None:
    assert codes(lawbook(f"rules:{rules}")) == found


EXPERIMENT = (
    rule("1", "{fact: measure.experiment.rests_on, is: given}")
    + rule("2", "{fact: measure.motivation.purpose, is: given}")
    + rule("3", "{fact: measure.motivation.scope, is: given}")
    + rule("4", "{fact: measure.term, at_most: 4 years}")
    + rule("5", "{fact: evaluation.months_ahead, at_least: 9}")
)


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        ("", None),
        (rule("2", "{fact: measure.motivation.purpose, is: given}"), "draft-purpose"),
        (rule("3", "{fact: measure.motivation.scope, is: given}"), "draft-scope"),
        (rule("4", "{fact: measure.term, at_most: 4 years}"), "draft-maximum"),
        (rule("5", "{fact: evaluation.months_ahead, at_least: 9}"), "draft-evaluation"),
        ("at_least: 9", "draft-months"),
    ],
)
def test_each_finding_on_an_experiment_clause(lawbook: Book, tmp_path: Path, gone: str, code: str | None) -> None:
    rules = EXPERIMENT.replace(gone, "at_least: 3" if code == "draft-months" else "") if gone else EXPERIMENT
    book = lawbook(v2020_01_01=LAW_HEAD + f"rules:{rules}")
    assert codes(book) == ({(code, "permit")} if code else set())
    assert {each.level for each in findings(book, ["testwet"], ())} <= {"note"}, "a law in force is as it is"
    shutil.rmtree(tmp_path / "laws")
    draft = lawbook(v2020_01_01=LAW_HEAD.replace("status: in-force", "status: proposal") + f"rules:{rules}")
    levels = {each.level for each in findings(draft, ["testwet"], ())}
    assert levels == (set() if code is None else {"note"} if code == "draft-months" else {"warning"})


def test_an_act_that_sets_aside_by_itself(lawbook: Book) -> None:
    opens = LAW_HEAD.replace("decided_by: minister}", "decided_by: minister, opens: [wpo 3]}")
    assert {code for code, _ in codes(lawbook(v2020_01_01=opens + f"rules:{EXPERIMENT}"))} == {
        "draft-by-decree",
        "draft-named",
    }
    assert all(text.nl != text.en and "Aanwijzing 2.4" in text.nl for text in DRAFTING.values())


def test_days_of_which_no_text_is_at_hand(lawbook: Book) -> None:
    ended = LAW_HEAD.replace("{from: 2020-01-01}", "{from: 2020-01-01, until: 2020-12-31}")
    later = LAW_HEAD.replace("2020-01-01", "2022-01-01") + f"rules:{rule('1', AT_LEAST)}"
    book = lawbook(v2020_01_01=ended + f"rules:{rule('1', AT_LEAST)}", v2022_01_01=later)
    assert ("days-without-text", "") in codes(book)


def test_the_shipped_laws_are_clean(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("law", "lint", "--format", "json")
    found = json.loads(out)
    assert (code, [each for each in found if each["level"] == "warning"]) == (0, [])
    assert {each["code"] for each in found} == {
        "days-without-text", "draft-evaluation", "draft-maximum", "draft-purpose", "draft-scope", "not-opened"
    }  # fmt: skip
    assert "✓ 0 warnings" in run("law", "lint", "--lang", "en")[1]
    folder = tmp_path / "laws"
    shutil.copytree(ROOT / "rules/laws", folder)
    scenarios = folder / "wgs" / "scenarios.yaml"
    kept = scenarios.read_text(encoding="utf-8").split("  - scenario: signal-not-term")[0]
    scenarios.write_text(kept, encoding="utf-8")
    code, out, _ = run("law", "lint", "--laws", str(folder), "--lang", "en")
    assert code == 1
    assert "[not-shown]" in out
    assert "wgs@2026-07-01/10.1.term" in out


def test_a_fact_that_nothing_asks_for(lawbook: Book) -> None:
    book = lawbook(f"rules:{rule('1', AT_LEAST)}")
    assert findings(book, ["testwet"], ()) == [], "some laws say nothing on all facts"
    unused = {each.about for each in findings(book, ["testwet"], (), DAY) if each.code == "unused-fact"}
    assert {"measure.term", "measure.asked.by"} <= unused
    assert "part.inhabitants" not in unused
    whole = shipped_lawbook()
    assert "unused-fact" not in {each.code for each in findings(whole, whole.laws(), (), DAY)}


# ---- what a condition can come to ----


def test_one_value_stands_for_all_between_two_thresholds() -> None:
    """Against every number up to 30: a combination of truths occurs in the cases exactly when it occurs at all."""
    book = shipped_lawbook()
    fact = book.catalogue.facts["chain.extensions"]
    from rules.condition import Comparison
    from rules.problems import Place

    for low, high in product(range(0, 12, 3), repeat=2):
        both: list[Condition] = [
            Comparison(fact, "at_least", exactly(low, "count"), Place("")),
            Comparison(fact, "at_most", exactly(high, "count"), Place("")),
        ]
        tried = cases(*both)
        assert tried is not None
        seen = {tuple(holds(each, values) for each in both) for values in tried}
        every = {
            tuple(truth(each, lambda _, n=n: Fact(exactly(n, "count")), []) is True for each in both)  # type: ignore[misc]
            for n in range(30)
        }
        assert every <= seen
        assert not {(True, True)} & (seen - every)


def test_too_many_combinations_are_no_answer() -> None:
    book = shipped_lawbook()
    flags = [each for each in book.catalogue.facts.values() if each.type == "statement"]
    from rules.condition import Comparison, Every
    from rules.facts import GIVEN
    from rules.problems import Place

    assert len(flags) > 15
    assert cases(Every(tuple(Comparison(each, "is", GIVEN, Place("")) for each in flags))) is None

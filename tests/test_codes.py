"""Every code that a report can carry has a page, and the lines that a page shows as wrong do give that code."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.code_text import code_page
from registry.codes import CodeEntry, code_entries, rule_code, rule_codes
from rules.lawbook import shipped_lawbook
from rules.reader import CODES
from tests.conftest import Run
from tests.samples import LAW_HEAD, MEASURE, ROOT
from tests.test_import_hygiene import loaded

ARGUMENT = {"Problem": 0, "_Finding": 0, "stop": 0, "_problem": 0, "refuse": 0, "Wrong": 1}


def named(code: str) -> Iterator[str]:
    """The codes in quotes that this code gives to what makes a problem."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ARGUMENT:
                given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                for argument in (*given, *node.args[ARGUMENT[name] : ARGUMENT[name] + 1]):
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value
            # the kinds of name that a law can get wrong: unknown-rule, unknown-day …
            if name == "_unknown" and isinstance(node.args[0], ast.Constant):
                yield f"unknown-{node.args[0].value!s}"
        # where a code is put in a variable first, or returned with its place
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "code" for target in node.targets):
            yield from (each.value for each in ast.walk(node.value) if _is_code(each))  # type: ignore[attr-defined]


def _is_code(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("wrong-")


def emitted() -> set[str]:
    sources = [*(ROOT / "rules").rglob("*.py"), *(ROOT / "registry").rglob("*.py")]
    return {code for file in sources for code in named(file.read_text(encoding="utf-8"))} | set(CODES) | {"wrong-value"}


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert emitted() == set(code_entries())


@pytest.mark.parametrize(
    "code",
    ['Problem("new-code", place, says)', 'Wrong(says, code="new-code")', 'self.stop("new-code", at, says)'],
    ids=["problem", "wrong", "stop"],
)
def test_a_new_code_is_seen(code: str) -> None:
    assert set(named(code)) == {"new-code"}


def test_every_rule_of_every_law_has_a_page() -> None:
    book = shipped_lawbook()
    found = rule_codes(book)
    for law in book.laws():
        for first in book.versions(law):
            for name in book.version(law, first).rules:
                alone = rule_code(book, f"{law}/{name}")
                assert alone
                # by what they say: a law that was read again is another object
                assert list(code_page(alone, "nl", False)) == list(code_page(found[f"{law}/{name}"], "nl", False))
    assert rule_code(book, "wbmgp/99") is None
    assert rule_code(book, "wbmgp") is None


DECISION = """
schema: regelruimte/decision/v1
decision: test-grant
on_measure: test-measure
by: {role: minister}
decided: 2026-12-20
outcome: granted
judgements: []
source: {title: made for a test}
"""
AREA = """
schema: regelruimte/area/v1
area: rotterdam-zuid
name: Rotterdam-Zuid
municipality: {code: GM0599, name: Rotterdam}
sources:
  cbs-2026: {title: CBS, certainty: B}
parts:
  as_of: 2024-01-01
  source: cbs-2026
  units:
    - code: WK059910
      name: Feijenoord
      level: district
      indicators:
        - indicator: inhabitants
          value: 5000
          as_of: 2024-01-01
          source: cbs-2026
"""
LAW = (
    LAW_HEAD
    + """
rules:
  - rule: "1"
    on: [permit]
    stage: decision
    cite: "3"
    says: {nl: hooguit vijf jaar, en: five years at most}
    require: {fact: measure.term, at_most: 5 years}
  - rule: "2"
    on: [permit]
    stage: decision
    cite: "4"
    says: {nl: dus, en: so}
    conclude: {all: ["1"]}
  - rule: "3"
    on: [permit]
    stage: decision
    cite: "5"
    says: {nl: op tijd, en: in time}
    deadline: {act: publish, within: 8 weeks, of: measure.asked.received}
"""
)
SCENARIOS = """
schema: regelruimte/scenarios/v1
law: wbmgp
scenarios:
  - scenario: zone
    says: {nl: een zone, en: a zone}
    on: {from: 2008-06-13}
    instrument: opportunity-zone
    facts: {part.inhabitants: 12000}
    expect: {verdict: undecided, rules: ["3.1.need"]}
  - scenario: other
    says: {nl: een andere, en: another}
    like: zone
    judged: {"3.1.need": unmet}
    expect: {verdict: ineligible, rules: ["3.1.need"]}
"""
SOUND = {
    "proposals/one.yaml": MEASURE.replace("testwet/permit", "wbmgp/priority").replace(
        "municipality: GM0599", "municipality: GM0599\n  area: rotterdam-zuid"
    )
    + "motivation:\n"
    + "".join(f"  {test}: {{text: zo}}\n" for test in ("necessity", "suitability", "subsidiarity", "proportionality")),
    "decisions/one.yaml": DECISION,
    "areas/one.yaml": AREA,
    "laws/testwet/2020-01-01.yaml": LAW,
    "scenarios/one.yaml": SCENARIOS,
}


def codes_of(run: Run, folder: Path, changed: str = "", text: str = "") -> set[str]:
    """The codes of the problems of those documents, with another text for one of them."""
    for name, sound in SOUND.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text if name == changed else sound, encoding="utf-8")
    made = run("check", str(folder), "--format", "json", "--portfolio", str(folder))[1]
    return {problem["code"] for problem in json.loads(made)["problems"]}


@pytest.mark.parametrize("entry", [entry for entry in code_entries().values() if entry.wrong], ids=lambda e: e.code)
def test_what_a_page_shows_as_wrong_gives_its_code_and_what_is_right_does_not(
    entry: CodeEntry, run: Run, tmp_path: Path
) -> None:
    assert entry.right
    assert entry.wrong
    found = [
        codes_of(run, tmp_path / str(at), name, sound.replace(entry.right, entry.wrong, 1))
        for at, (name, sound) in enumerate(SOUND.items())
        if entry.right in sound
    ]
    assert any(entry.code in codes for codes in found), found
    assert entry.code not in codes_of(run, tmp_path / "sound")


def test_the_page_of_a_code_on_the_command_line(run: Run) -> None:
    code, out, err = run("code", "unknown-key")
    assert (code, err) == (0, "")
    assert "domian: [wonen]" in out
    assert "«regelruimte" not in run("code", "unknown-key", "--lang", "en")[1]
    code, out, _ = run("code", "wbmgp/5.4.term", "--lang", "en")
    assert code == 0
    assert "5 lid 4: The designation, and each extension, lasts four years at most." in out
    assert "https://wetten.overheid.nl/jci1.3:c:BWBR0019388&artikel=5&lid=4" in out
    assert json.loads(run("code", "grondwet/1", "--format", "json")[1])["about"] == "verdict"


def test_all_codes_are_listed(run: Run) -> None:
    out = run("code")[1]
    listed = {row["code"] for row in json.loads(run("code", "--format", "json")[1])}
    assert {*code_entries(), *rule_codes(shipped_lawbook())} == listed
    assert all(code in out for code in listed)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("asked", "near"), [("unkown-key", "unknown-key"), ("wbmgp/5.4.trem", "wbmgp/5.4.term"), ("", "regelruimte code")]
)
def test_an_unknown_code_is_refused_with_the_nearest(run: Run, asked: str, near: str) -> None:
    code, out, err = run("code", asked)
    assert (code, out) == (2, "")
    assert near in err


def test_the_pages_do_not_weigh_on_a_check() -> None:
    _, modules = loaded("check", str(next((ROOT / "measures/proposals").rglob("*.yaml"))))
    assert "rules.check" in modules
    assert "registry.codes" not in modules

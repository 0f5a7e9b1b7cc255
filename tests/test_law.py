"""Laws as data: everything that cannot be right is refused when it is loaded, with its file and line."""

from collections.abc import Callable
from datetime import date

import pytest

from rules.chain import Conclusion
from rules.citation import JCI
from rules.lawbook import Lawbook, shipped_lawbook
from rules.plan import ADMISSIBLE, plan
from rules.problems import Refused

Book = Callable[..., Lawbook]

RULE = """
  - rule: "{name}"
    on: [permit]
    stage: application
    cite: "1 lid 1"
    says: {{nl: eis, en: requirement}}
    {asks}
"""


def rule(name: str, asks: str) -> str:
    return RULE.format(name=name, asks=asks)


def refused(book: Lawbook, law: str = "testwet") -> list[tuple[str, int]]:
    """The codes and lines of what is wrong with the newest version of a law and its plans."""
    try:
        version = book.version(law, book.versions(law)[-1])
        for instrument in version.instruments:
            plan(version, instrument)
    except Refused as refusal:
        return [(problem.code, problem.place.line) for problem in refusal.problems]
    return []


GIVEN = "require: {fact: measure.asked.by, is: given}"


@pytest.mark.parametrize(
    ("asks", "code"),
    [
        ("require: {fact: measure.asked.bye, is: given}", "unknown-fact"),
        ("require: {fact: part.inhabitants, at_least: 25 %}", "wrong-quantity"),
        ("require: {fact: part.inactive_share, at_least: 25}", "wrong-quantity"),
        ("require: {fact: measure.term, at_least: 4 years}", "wrong-operator"),
        ("require: {fact: measure.term, at_most: four years}", "wrong-duration"),
        ("require: {fact: measure.asked.by, is: counsel}", "wrong-choice"),
        ("require: {fact: measure.asked.by, in: [college, counsel]}", "wrong-choice"),
        ("require: {fact: measure.evaluation, is: yes}", "wrong-threshold"),
        ("require: {fact: cost.sixteen_areas, is: € 500}", "wrong-threshold"),  # a year may hold no more: at_most
        ("require: {fact: measure.asked.by, is: given, in: [college]}", "wrong-condition"),
        ("require: {all: []}", "wrong-condition"),
        ("require: measure.asked.by", "wrong-condition"),
        ("require: {fact: municipality.code, in: [Rotterdam]}", "wrong-choice"),
        ("require: {fact: municipality.code, at_least: GM0599}", "wrong-operator"),
        ("when: {fact: nothing, is: given}\n    " + GIVEN, "unknown-fact"),
        ("conclude: {all: ['9']}", "unknown-rule"),
        ("conclude: {}", "wrong-rule"),
        (GIVEN + "\n    conclude: {all: ['1']}", "wrong-rule"),
        ("departs_from: '9'\n    when: {fact: part.extends, is: given}\n    " + GIVEN, "unknown-rule"),
        ("deadline: {act: publish, within: 8 weeks, of: measure.received}", "unknown-day"),
        ("deadline: {act: publish, within: soon, of: measure.asked.received}", "wrong-duration"),
        ("requires: {fact: measure.asked.by, is: given}", "unknown-key"),
    ],
)
def test_a_rule_that_cannot_be_right(lawbook: Book, asks: str, code: str) -> None:
    found = refused(lawbook("rules:" + rule("0", GIVEN) + rule("1", asks)))
    assert code in [problem for problem, _ in found]
    assert all(line >= 20 for _, line in found), "each problem stands in the wrong rule"


def test_the_negative_control(lawbook: Book) -> None:
    """The same law with a sound rule is not refused."""
    assert refused(lawbook("rules:" + rule("0", GIVEN) + rule("1", GIVEN))) == []


def test_an_unknown_instrument_names_the_nearest(lawbook: Book) -> None:
    text = rule("1", GIVEN).replace("[permit]", "[permitt]")
    with pytest.raises(Refused, match="did you mean 'permit'"):
        lawbook("rules:" + text + rule("0", GIVEN)).version("testwet", date(2020, 1, 1))


def test_a_circle_of_conclusions(lawbook: Book) -> None:
    book = lawbook("rules:" + rule("1", "conclude: {all: ['2']}") + rule("2", "conclude: {any: ['1']}"))
    assert "rule-cycle" in [code for code, _ in refused(book)]


def test_two_exceptions_without_an_order(lawbook: Book) -> None:
    guard = "when: {fact: part.extends, is: given}\n    " + GIVEN
    one, other = (rule(name, "departs_from: '0'\n    " + guard) for name in ("1", "2"))
    assert [code for code, _ in refused(lawbook("rules:" + rule("0", GIVEN) + one + other))] == ["unordered-exceptions"]
    ordered = rule("2", "departs_from: '1'\n    " + guard)
    assert refused(lawbook("rules:" + rule("0", GIVEN) + one + ordered)) == []


def test_an_exception_needs_a_guard(lawbook: Book) -> None:
    book = lawbook("rules:" + rule("0", GIVEN) + rule("1", "departs_from: '0'\n    " + GIVEN))
    assert [code for code, _ in refused(book)] == ["wrong-exception"]


def test_an_instrument_without_rules(lawbook: Book) -> None:
    assert [code for code, _ in refused(lawbook(""))] == ["no-rules"]


def test_two_rules_of_one_name(lawbook: Book) -> None:
    assert "duplicate-name" in [code for code, _ in refused(lawbook("rules:" + rule("1", GIVEN) * 2))]


def test_near_an_engine_limit_with_its_line(lawbook: Book) -> None:
    """A law that the engine could not carry is refused at load, never tried."""
    many = [rule(str(n), GIVEN) for n in range(3000)]
    found = refused(lawbook("rules:" + "".join(many)))
    assert [code for code, _ in found] == ["engine-limit"]


def version(first: str, last: str | None = None, extra: str = "") -> str:
    """A version of the test law, in force on those days."""
    days = f"{{from: {first}" + (f", until: {last}}}" if last else "}")
    return f"""
schema: regelruimte/law/v1
law: testwet
bwb: BWBR0000001
title: {{nl: Testwet, en: Test act}}
hierarchy: act
status: in-force
in_force: {days}
text_known: {days}
source: {{title: made for a test}}
{extra}
"""


WHOLE = """
instruments:
  permit: {says: {nl: vergunning, en: permit}, article: "1", asked_by: municipal-council, decided_by: minister}
rules:
""" + rule("1", GIVEN)


@pytest.mark.parametrize(
    ("opens", "found"),
    [
        ("participatiewet 9 lid 1", []),
        ("participatiewet 99", [("unknown-provision", 13)]),
        ("wpo", [("unknown-provision", 13)]),
    ],
)
def test_an_instrument_opens_provisions_of_the_catalogue(
    lawbook: Book, opens: str, found: list[tuple[str, int]]
) -> None:
    opening = WHOLE.replace("decided_by: minister}", f"decided_by: minister, opens: [{opens}]}}")
    assert refused(lawbook(v2020_01_01=version("2020-01-01", None, opening))) == found


@pytest.mark.parametrize(
    ("status", "codes"), [("proposal", []), ("in-force", ["missing-key"]), ("ended", ["missing-key"])]
)
def test_only_a_proposal_has_no_number(lawbook: Book, status: str, codes: list[str]) -> None:
    law = version("2020-01-01", None, WHOLE).replace("bwb: BWBR0000001\n", "")
    found = refused(lawbook(v2020_01_01=law.replace("status: in-force", f"status: {status}")))
    assert [code for code, _ in found] == codes


@pytest.mark.parametrize(("last", "codes"), [("2020-12-31", []), ("2021-01-01", ["overlapping-versions"])])
def test_overlapping_versions(lawbook: Book, last: str, codes: list[str]) -> None:
    book = lawbook(v2020_01_01=version("2020-01-01", last, WHOLE), v2021_01_01=version("2021-01-01", None, WHOLE))
    try:
        book.version("testwet", book.versions("testwet")[0])
        found = []
    except Refused as refusal:
        found = [problem.code for problem in refusal.problems]
    assert found == codes


def test_ended_is_ended_and_no_older_version_takes_over(lawbook: Book) -> None:
    book = lawbook(v2020_01_01=version("2020-01-01", "2020-06-30", WHOLE))
    assert book.on("testwet", date(2020, 6, 30)) is not None
    assert book.on("testwet", date(2020, 7, 1)) is None
    assert book.on("testwet", date(2019, 12, 31)) is None


def test_an_amendment_replaces_adds_and_repeals(lawbook: Book) -> None:
    change = "amends: 2020-01-01\nrepeals: ['1']\nrules:" + rule("2", GIVEN)
    book = lawbook(
        v2020_01_01=version("2020-01-01", "2020-12-31", WHOLE), v2021_01_01=version("2021-01-01", None, change)
    )
    later = book.version("testwet", date(2021, 1, 1))
    assert list(later.rules) == ["2"]
    assert list(later.instruments) == ["permit"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("amends: 2019-01-01\nrules:" + rule("2", GIVEN), "unknown-version"),
        ("amends: 2020-01-01\nrepeals: ['7']\nrules:" + rule("2", GIVEN), "unknown-rule"),
    ],
)
def test_an_amendment_of_nothing(lawbook: Book, change: str, code: str) -> None:
    book = lawbook(
        v2020_01_01=version("2020-01-01", "2020-12-31", WHOLE), v2021_01_01=version("2021-01-01", None, change)
    )
    assert code in [found for found, _ in refused(book)]


def test_the_hash_is_over_content_and_nothing_else(lawbook: Book) -> None:
    """Wording, comments and the order of rules do not count; a threshold does."""

    def hashed(text: str) -> str:
        return lawbook(v2020_01_01=version("2020-01-01", None, text)).version("testwet", date(2020, 1, 1)).sha256

    two = WHOLE + rule("2", "require: {fact: measure.term, at_most: 4 years}")
    turned = WHOLE.replace(
        rule("1", GIVEN), rule("2", "require: {fact: measure.term, at_most: 4 years}") + rule("1", GIVEN)
    )
    assert hashed(two) == hashed(turned) == hashed("# why\n" + two.replace("nl: eis", "nl: andere woorden"))
    assert hashed(two) != hashed(two.replace("4 years", "5 years"))


def test_every_shipped_law_is_sound() -> None:
    book = shipped_lawbook()
    seen = [book.version(law, first) for law in book.laws() for first in book.versions(law)]
    assert seen
    for law in seen:
        assert law.no_rule, f"{law.name} lists no paragraph without a rule"
        for each in law.rules.values():
            assert JCI.fullmatch(each.jci) if law.bwb else each.jci == (law.uri or ""), (
                each.jci
            )  # a proposal has none yet
            assert each.says.nl != each.says.en
        for instrument in law.instruments.values():
            assert plan(law, instrument.name).program.conclusions
            act, _, power = (instrument.under or law.law + "/" + instrument.name).partition("/")
            assert any(power in book.version(act, first).instruments for first in book.versions(act)), instrument.under


LIDS_2008 = {"1": 0, "2": 0, "3": 4, "4": 7, "5": 2, "6": 4, "7": 2, "8": 4, "9": 2, "10": 2, "17": 0}
LIDS_2015 = {"1": 0, "2": 0, "3": 4, "4": 5, "5": 2, "6": 4, "7": 2, "8": 4, "9": 2, "17": 0}
LIDS_2017 = {"1": 2, "2": 0, "3": 4, "4": 5, "5": 5, "6": 5, "7": 2, "8": 2, "9": 2, "17": 0}
LIDS_2017 |= {"10": 5, "10a": 2, "10b": 9, "10c": 0}
SPENT = ("11", "12", "13", "14", "15", "16")  # they changed other acts, and are done


@pytest.mark.parametrize(("first", "lids"), [(0, LIDS_2008), (1, LIDS_2015), *((n, LIDS_2017) for n in range(2, 8))])
def test_the_whole_act_is_read(first: int, lids: dict[str, int]) -> None:
    """Every article and lid of chapters 2 and 3 has a rule or stands under no_rule with the reason; no others."""
    book = shipped_lawbook()
    law = book.version("wbmgp", book.versions("wbmgp")[first])
    cited = [rule.cite for rule in law.rules.values()] + [entry.cite for entry in law.no_rule]
    read = {(cite.article, cite.paragraph) for cite in cited if cite.article not in SPENT}
    wanted: set[tuple[str, str | None]] = {
        (article, str(n)) for article, number in lids.items() for n in range(1, number + 1)
    }
    assert read == wanted | {(article, None) for article, number in lids.items() if number == 0}


def test_a_version_is_whole_though_it_states_only_what_differs() -> None:
    book = shipped_lawbook()
    first, *_, last = (book.version("wbmgp", day) for day in book.versions("wbmgp"))
    assert last.rules["5.4.term"].jci.endswith("g=2026-06-04")
    assert last.rules["5.4.term"].place.file == "rules/laws/wbmgp/2017-01-01.yaml", "stated there, and never since"
    assert set(first.files) < set(last.files)
    stated = len(book.parsed("wbmgp", last.version).value.get("rules") or ())  # type: ignore[arg-type]
    assert stated < len(last.rules)


def test_rules_stand_in_the_order_of_the_law() -> None:
    book = shipped_lawbook()
    for day in book.versions("wbmgp"):
        articles = list(dict.fromkeys(rule.cite.article for rule in book.version("wbmgp", day).rules.values()))
        order = ["1", "3", "4", "5", "6", "7", "8", "9", "10", "10a", "10b"]
        assert articles == [article for article in order if article in articles]


def test_a_paragraph_without_a_rule_can_be_repealed_too(lawbook: Book) -> None:
    unruled = "no_rule:\n  - {cite: '7 lid 2', because: {nl: leeg, en: empty}}\n"
    change = "amends: 2020-01-01\nrepeals: ['7 lid 2']\nrules:" + rule("2", GIVEN)
    book = lawbook(
        v2020_01_01=version("2020-01-01", "2020-12-31", WHOLE + unruled),
        v2021_01_01=version("2021-01-01", None, change),
    )
    assert [str(entry.cite) for entry in book.version("testwet", date(2020, 1, 1)).no_rule] == ["7 lid 2"]
    assert book.version("testwet", date(2021, 1, 1)).no_rule == ()


def test_the_plan_of_a_law_rests_on_its_conclusions() -> None:
    book = shipped_lawbook()
    law = book.version("wbmgp", book.versions("wbmgp")[0])
    made = {each.id: each for each in plan(law, "opportunity-zone").program.conclusions}
    assert made["3.1"] == Conclusion("3.1", "all", ("3.1.a.1", "3.1.a.2", "3.1.b"))
    assert "3.1" in made[ADMISSIBLE].needs
    assert "3.1.b" not in made[ADMISSIBLE].needs, "what a conclusion consumes is not itself required"

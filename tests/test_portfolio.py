"""Questions to the portfolio: an index answers them as looking at every measure would, and in the order that counts."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

import pytest

from registry.collection import Collection, files_under
from rules.check import Checked
from rules.documents import document
from rules.lawbook import Lawbook
from rules.lists import shipped_lists
from rules.measure import Measure
from rules.overlap import same_provisions
from rules.problems import Refused
from tests.samples import decided
from tests.write_expected import ROOT

Judge = Callable[..., Checked]
Laws = Callable[..., Lawbook]
DAY = date(2026, 11, 24)

RULES = """
rules:
  - {rule: alone, on: [permit], stage: application, cite: "1", says: {nl: a, en: a}, require: {fact: measure.asked.by, is: municipal-council}}
  - rule: some
    on: [permit]
    stage: decision
    cite: "2"
    says: {nl: b, en: b}
    require: {some: {overlaps: [people, area, days], where: {fact: measure.effects, includes: [supports]}}}
  - rule: none
    on: [permit]
    stage: decision
    cite: "3"
    says: {nl: c, en: c}
    require: {none: {overlaps: [people, area, days, provisions]}}
  - rule: count
    on: [permit]
    stage: decision
    cite: "4"
    says: {nl: d, en: d}
    require: {count: {overlaps: [people, area], where: {fact: measure.limits, is: given}}, at_most: 2}
  - rule: sum
    on: [permit]
    stage: decision
    cite: "5"
    says: {nl: e, en: e}
    require: {sum: {fact: cost.sixteen_areas}, at_most: € 1000}
  - rule: granted
    on: [permit]
    stage: decision
    cite: "6"
    says: {nl: f, en: f}
    require: {sum: {fact: cost.sixteen_areas, standing: [granted], overlaps: [area]}, at_most: € 1000}
"""  # noqa: E501
QUESTIONS = ("some", "none", "count", "sum", "granted")


class Made(NamedTuple):
    """A measure made at random: what it says, as an oracle can read it without our code."""

    name: str
    by: str
    municipality: str
    parts: tuple[tuple[str, str | None], ...]  # part and CBS code
    groups: tuple[str, ...]
    term: tuple[int, int] | None  # days from a start
    received: tuple[int, int] | str  # a span of days, or none, or unknown
    granted: int | None
    refused: int | None
    supports: bool
    limits: bool
    lifts: tuple[str, ...]
    cost: tuple[tuple[int, int], ...]
    record: str


START = date(2026, 1, 1)
TODAY = (DAY - START).days
PROVISIONS = ("artikel=8", "artikel=8&lid=7", "artikel=3", "artikel=8&lid=7&o=a")


def at_random(dice: random.Random, number: int) -> Made:
    decided_on = dice.choice([None, dice.randrange(200, 320)])
    granted = dice.random() < 0.7
    first = dice.randrange(400, 1000)
    spans: list[tuple[int, int] | str] = [(day := dice.randrange(100, 340), day), (59, 89), "none", "unknown"]
    parts = dice.sample(
        [("a", "BU09170101"), ("b", "BU09170102"), ("c", None), ("d", "WK091701")], dice.randrange(1, 3)
    )
    return Made(
        f"m{number}",
        dice.choice(["municipal-council", "municipal-council", "mayor"]),
        dice.choice(["GM0917", "GM0202"]),
        tuple(parts),
        tuple(dice.sample([entry.word for entry in shipped_lists().target_groups], dice.randrange(0, 3))),
        dice.choice([None, (first, first + dice.randrange(0, 900)), (first, first + 30)]),
        dice.choice(spans),
        decided_on if granted else None,
        None if granted else decided_on,
        dice.random() < 0.5,
        dice.random() < 0.5,
        tuple(dice.sample(PROVISIONS, dice.choice([0, 0, 1, 2]))),
        tuple((year, dice.randrange(100, 600)) for year in dice.sample((2027, 2028), dice.randrange(0, 3))),
        dice.choice(["proposal", "proposal", "example", "reconstruction"]),
    )


def day(number: int) -> date:
    return START + timedelta(days=number)


def written(made: Made) -> dict[str, str]:
    """The measure as a document, with its decision."""
    parts = ", ".join(
        f"{{part: {part}, name: {part}, kind: area{f', code: {code}' if code else ''}}}" for part, code in made.parts
    )
    received = {(59, 89): "2026-03"}.get(made.received) if isinstance(made.received, tuple) else made.received
    received = received or str(day(int(made.received[0])))
    term = f"{{from: {day(made.term[0])}, until: {day(made.term[1])}}}" if made.term else "unknown"
    lifts = "".join(f"\n      - {lift(each)}" for each in made.lifts)
    cost = "".join(f"\n  - {{line: sixteen-areas, year: {year}, amount: € {euros}}}" for year, euros in made.cost)
    text = f"""
schema: regelruimte/measure/v1
measure: {made.name}
record: {made.record}
title: {{nl: Proef, en: Test}}
domains: [wonen]
asked: {{by: {made.by}, received: {received}}}
place: {{municipality: {made.municipality}, parts: [{parts}]}}
asks:
  - instrument: testwet/permit{
        f'''
    lifts:{lifts}'''
        if lifts
        else ""
    }
term: {term}
effects: [{"supports" if made.supports else "gives-priority"}]
limits: [{"residence" if made.limits else ""}]
target_groups: [{", ".join(made.groups)}]{
        f'''
cost:{cost}'''
        if cost
        else ""
    }
"""
    files = {f"{made.name}.yaml": text}
    decision = made.granted if made.granted is not None else made.refused
    if decision is not None:
        outcome = "granted" if made.granted is not None else "refused"
        files[f"{made.name}-decision.yaml"] = decided("", outcome, made.name, str(day(decision)))
    return files


# ---- the oracle: every pair, from what was made, by what the words mean ----


def worlds(span: tuple[int, int] | str) -> list[int]:
    return {"none": [10**6], "unknown": [-1, 10**6]}[span] if isinstance(span, str) else [span[0], span[1]]


def three(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def in_all_worlds(held: Iterator[bool]) -> bool | None:
    found = set(held)
    return found.pop() if len(found) == 1 else None


def stands(made: Made, on: int) -> str | None:
    if made.granted is not None and made.granted <= on:
        return "granted"
    if made.refused is not None and made.refused <= on:
        return None
    return None if isinstance(made.received, tuple) and made.received[0] > on else "asked"


def same_people(one: Made, other: Made) -> bool | None:
    if any(each.record == "reconstruction" and not each.groups for each in (one, other)):
        return None
    entries = {entry.word: {*entry.contains, *entry.overlaps, entry.word} for entry in shipped_lists().target_groups}
    return any(a in entries[b] or b in entries[a] for a, b in product(one.groups, other.groups))


def same_ground(part: tuple[str, str | None], one: Made, other: Made) -> bool | None:
    if one.municipality != other.municipality:
        return False
    found: list[bool | None] = []
    for name, code in other.parts:
        if name == part[0]:
            found.append(True)
        elif code and part[1]:
            found.append({code, part[1]} >= {"WK091701"})  # the others lie in it, and beside each other
        else:
            found.append(None)
    return True if True in found else None if None in found else False


def same_days(one: Made, other: Made) -> bool | None:
    if not one.term or not other.term:
        return None
    return one.term[0] <= other.term[1] and other.term[0] <= one.term[1]


def within(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}&") or other.startswith(f"{one}&")


def ahead(other: Made, one: Made, on: int) -> bool | None:
    if stands(other, on) == "granted":
        return True
    if stands(one, on) == "granted":
        return False
    return in_all_worlds(a <= b for a, b in product(worlds(other.received), worlds(one.received)))


def counted(
    question: str, one: Made, part: tuple[str, str | None], others: list[Made], on: int
) -> dict[str, bool | None]:
    """Every other measure that counts or may count."""
    found: dict[str, bool | None] = {}
    for other in others:
        if other.name == one.name or (other.record == "example" and one.record != "example"):
            continue
        standing = ("granted",) if question == "granted" else ("granted", "asked")
        held: list[bool | None] = [stands(other, on) in standing]
        if question in ("some", "none", "count"):
            held.append(same_people(one, other))
        if question in ("some", "none"):
            held.append(same_days(one, other))
        if question != "sum":
            held.append(same_ground(part, one, other))
        if question != "some":
            held.append(ahead(other, one, on))
        if question == "none":
            held.append(any(within(a, b) for a, b in product(one.lifts, other.lifts)))
        limits = True if other.limits else None if other.record == "reconstruction" else False
        held.append({"some": other.supports, "count": limits}.get(question, True))
        if stands(other, on) == "asked":
            # alone it fails when another asks; what it sets aside no instrument opens, so that stays open
            held.append(False if other.by != "municipal-council" else None if other.lifts else True)
        if three(held) is not False:
            found[other.name] = three(held)
    return found


def expected(question: str, found: dict[str, bool | None], one: Made, others: list[Made]) -> str:
    sure = sum(value is True for value in found.values())
    if question in ("some", "none"):
        return "true" if sure else "unknown" if found else "false"
    if question == "count":
        return f"≥ {sure}" if sure > 2 else str(sure) if sure == len(found) else f"{sure} – {len(found)}"
    if not one.cost:
        return "none"
    cost = {other.name: dict(other.cost) for other in others}
    years = []
    for year, mine in sorted(one.cost):
        low = mine + sum(cost[name].get(year, 0) for name, value in found.items() if value)
        high = mine + sum(cost[name].get(year, 0) for name in found)
        years.append(f"{year}: € {low}" if low == high else f"{year}: € {low} – € {high}")
    return "; ".join(years)


@pytest.mark.parametrize("seed", range(3))
def test_the_index_answers_as_looking_at_every_measure_would(seed: int, judged: Judge, lawbook: Laws) -> None:
    dice, book = random.Random(seed), lawbook(RULES)
    everything = [at_random(dice, number) for number in range(90)]
    texts = {name: text for made in everything for name, text in written(made).items()}
    around = Collection(list(texts), texts={name: text.encode() for name, text in texts.items()})
    seen: set[tuple[str, str]] = set()
    for one in everything:
        found = judged(written(one)[f"{one.name}.yaml"], book=book, portfolio=around)
        on = TODAY if one.granted is None and one.refused is None else one.granted or one.refused or 0
        assert (found.day - START).days == on
        for result, part in zip(found.results, one.parts, strict=True):
            for outcome in result.outcomes:
                if (question := outcome.rule.name) in QUESTIONS:
                    counts = counted(question, one, part, everything, on)
                    [evidence] = outcome.evidence
                    wanted = expected(question, counts, one, everything)
                    got = evidence.fact.written
                    if question == "count" and got.startswith("≥"):  # it stops as soon as it knows enough
                        got, wanted = "more than 2", "more than 2" if wanted.startswith("≥") else wanted
                    assert got == wanted, (seed, one.name, part, question, counts)
                    seen.add((question, outcome.kind))
    assert {(question, kind) for question in QUESTIONS[:4] for kind in ("met", "unmet")} - seen == set()


def test_the_oracle_can_fail(judged: Judge, lawbook: Laws) -> None:
    """The negative control: with one grant less in the portfolio than the oracle knows of, they must differ."""
    dice = random.Random(1)
    plain = at_random(dice, 0)._replace(granted=None, refused=None, received=(200, 200), cost=((2027, 100),), lifts=())
    one, other = plain, plain._replace(name="m1", granted=300, record="proposal")
    around = Collection(["m0.yaml"], texts={"m0.yaml": written(one)["m0.yaml"].encode()})
    found = judged(written(one)["m0.yaml"], book=lawbook(RULES), portfolio=around).results[0]
    [evidence] = next(outcome.evidence for outcome in found.outcomes if outcome.rule.name == "sum")
    assert evidence.fact.written == "2027: € 100"
    assert expected("sum", counted("sum", one, one.parts[0], [one, other], TODAY), one, [one, other]) == "2027: € 200"


# ---- two measures that need each other ----

HOMES, WORK = "heerlen-homes-for-workers", "heerlen-work-with-a-home"


def without(*names: str) -> Collection:
    files = files_under([str(ROOT / "measures")])
    return Collection([file for file in files if not any(f"heerlen/{name}" in file for name in names)])


@pytest.mark.parametrize(
    ("name", "needs"), [("homes-for-workers", "work-with-a-home"), ("work-with-a-home", "homes-for-workers")]
)
def test_measures_that_need_each_other(judged: Judge, name: str, needs: str) -> None:
    text = (ROOT / f"measures/proposals/heerlen/{name}.yaml").read_text(encoding="utf-8")
    assert judged(text).verdict == "eligible"
    alone = judged(text, portfolio=without(needs))
    assert alone.verdict == "ineligible"
    assert [outcome.rule.name for result in alone.results for outcome in result.blockers] == ["10"]
    line = next(at for at, each in enumerate(text.splitlines(), 1) if each.startswith("limits:"))
    unmet = judged(
        text.replace("record: example", "record: proposal").partition("expect:")[0], portfolio=without(needs)
    )
    assert ("renewed/10", line) in [(problem.code, problem.place.line) for problem in unmet.problems]


def test_support_that_is_only_asked_is_not_certain_while_it_is_not_judged(judged: Judge) -> None:
    text = (ROOT / "measures/proposals/heerlen/homes-for-workers.yaml").read_text(encoding="utf-8")
    files = [file for file in files_under([str(ROOT / "measures")]) if "decisions/heerlen/work" not in file]
    found = judged(text, portfolio=Collection(files))
    assert found.verdict == "undecided"
    [asks] = [question.asks.nl for question in found.results[0].open if question.rule == "10"]
    assert f"dat hangt af van {WORK}" in asks


def test_a_real_measure_does_not_lean_on_an_example(judged: Judge) -> None:
    text = (ROOT / "measures/proposals/heerlen/homes-for-workers.yaml").read_text(encoding="utf-8")
    real = text.replace("record: example", "record: proposal").partition("expect:")[0]
    assert "10" in {outcome.rule.name for result in judged(real).results for outcome in result.blockers}


# ---- totals ----


def asker(name: str, received: str, euros: int) -> str:
    parts = "[{part: a, name: A, kind: area}]"
    return f"""
schema: regelruimte/measure/v1
measure: {name}
title: {{nl: Proef, en: Test}}
domains: [wonen]
asked: {{by: municipal-council, received: {received}}}
place: {{municipality: GM0917, parts: {parts}}}
asks: [{{instrument: testwet/permit}}]
cost: [{{line: sixteen-areas, year: 2027, amount: € {euros}}}]
"""


def lift(link: str) -> str:
    return f"{{provision: 'jci1.3:c:BWBR0003420&{link}', how: {{nl: a, en: a}}}}"


def sums(judged: Judge, book: Lawbook, *texts: str) -> list[str]:
    """What the sum rule comes to for each of these measures in the portfolio of all."""
    files = {f"{number}.yaml": text.encode() for number, text in enumerate(texts)}
    around = Collection(list(files), texts=files)
    measures = [text for text in texts if "measure/v1" in text]
    return [
        next(
            each.kind
            for each in judged(text, DAY, book, portfolio=around).results[0].outcomes
            if each.rule.name == "sum"
        )
        for text in measures
    ]


def test_who_came_first_is_served_and_of_one_day_all_fail(judged: Judge, lawbook: Laws) -> None:
    book = lawbook(RULES)
    first, second = asker("first", "2026-10-01", 600), asker("second", "2026-10-02", 600)
    assert sums(judged, book, first, second) == ["met", "unmet"]
    assert sums(judged, book, first, asker("second", "2026-10-01", 600)) == ["unmet", "unmet"]
    assert sums(judged, book, first, asker("second", "2026-10-01", 400)) == ["met", "met"]


def test_what_is_granted_goes_before_what_was_received_first(judged: Judge, lawbook: Laws) -> None:
    grant = decided("", "granted", "second", "2026-11-01")
    texts = (asker("first", "2026-10-01", 600), asker("second", "2026-10-02", 600), grant)
    assert sums(judged, lawbook(RULES), *texts) == ["unmet", "met"]


def test_what_cannot_stand_alone_takes_nothing(judged: Judge, lawbook: Laws) -> None:
    first = asker("first", "2026-10-01", 600).replace("by: municipal-council", "by: mayor")
    assert sums(judged, lawbook(RULES), first, asker("second", "2026-10-02", 600))[1] == "met"


def test_a_day_of_receipt_that_is_not_known_leaves_it_open(judged: Judge, lawbook: Laws) -> None:
    texts = (asker("first", "unknown", 600), asker("second", "2026-10-02", 600))
    assert sums(judged, lawbook(RULES), *texts) == ["unknown", "unknown"]


def test_a_request_that_was_not_sent_yet_comes_last(judged: Judge, lawbook: Laws) -> None:
    texts = (asker("draft", "none", 600), asker("second", "2026-10-02", 600))
    assert sums(judged, lawbook(RULES), *texts) == ["unmet", "met"]


def test_an_overdrawn_line_is_told_by_year(judged: Judge) -> None:
    text = (ROOT / "measures/proposals/heerlen/homes-for-workers.yaml").read_text(encoding="utf-8")
    real = text.replace("record: example", "record: proposal").partition("expect:")[0]
    found = judged(real.replace("2028, amount: € 1200000", "2028, amount: € 400000001"), portfolio=without(HOMES))
    [problem] = [each for each in found.problems if each.code == "renewed/11.3.sixteen-areas"]
    assert "2028: € 400000001" in problem.message.nl
    assert "amount:" in real.splitlines()[problem.place.line - 1]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("artikel=8&lid=7", "artikel=8&lid=7", True),
        ("artikel=8", "artikel=8&lid=7", True),
        ("artikel=8&lid=7&o=a", "artikel=8", True),
        ("artikel=8&lid=7", "artikel=8&lid=6", False),
        ("artikel=8", "artikel=8a", False),
    ],
)
def test_provisions_within_each_other(one: str, other: str, same: bool) -> None:
    asked = [
        asker("m", "2026-10-01", 1).replace("permit}", f"permit, lifts: [{lift(link)}]}}") for link in (one, other)
    ]
    models = [document(text.encode(), "m.yaml").model for text in asked]
    assert all(isinstance(model, Measure) for model in models)
    assert same_provisions(models[0], models[1]) is same  # type: ignore[arg-type]


# ---- what a law file may not ask ----


@pytest.mark.parametrize(
    ("require", "code"),
    [
        ("{some: {where: {some: {}}}}", "nested-inquiry"),
        ("{some: {where: {fact: chain.repeats, at_most: 0}}}", "fact-of-another"),
        ("{some: {where: {fact: area.inhabitants, at_least: 5000}}}", "fact-of-another"),
        ("{some: {where: {fact: measure.verdict, is: eligible}}}", "unknown-fact"),
        ("{some: {standing: [ended]}}", "wrong-choice"),
        ("{some: {overlaps: [everything]}}", "wrong-choice"),
        ("{some: {overlap: [area]}}", "unknown-key"),
        ("{some: [area]}", "wrong-condition"),
        ("{some: {}, at_most: 2}", "wrong-condition"),
        ("{count: {}}", "wrong-condition"),
        ("{count: {}, includes: 2}", "wrong-condition"),
        ("{count: {}, at_most: many}", "wrong-quantity"),
        ("{sum: {}, at_most: € 5}", "unknown-fact"),
        ("{sum: {fact: measure.term}, at_most: € 5}", "unknown-fact"),
        ("{sum: {fact: cost.sixteen_areas}, at_least: € 5}", "wrong-condition"),
        ("{sum: {fact: cost.sixteen_areas}, is: € 5}", "wrong-condition"),
        ("{sum: {fact: cost.sixteen_areas}, at_most: five}", "wrong-quantity"),
    ],
)
def test_what_is_wrong_with_a_question(lawbook: Laws, require: str, code: str) -> None:
    rules = f"""
rules:
  - {{rule: a, on: [permit], stage: decision, cite: "2", says: {{nl: b, en: b}}, require: {require}}}
"""
    with pytest.raises(Refused) as refusal:
        lawbook(rules).version("testwet", date(2020, 1, 1))
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_the_receipt_pins_the_portfolio_only_when_it_was_asked(judged: Judge, rotterdam: str) -> None:
    text = (ROOT / "measures/proposals/heerlen/homes-for-workers.yaml").read_text(encoding="utf-8")
    whole, part = judged(text).documents["portfolio"], judged(text, portfolio=without("nothing")).documents["portfolio"]
    assert whole == part
    assert judged(text, portfolio=without("work-with-a-home")).documents["portfolio"] != whole
    assert "portfolio" not in judged(rotterdam).documents

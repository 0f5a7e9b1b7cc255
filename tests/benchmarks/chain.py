"""Checks per second at 20 conditions: the rules engine cold and remembered, against closures and zen-engine.

    uv run --group bench python -m tests.benchmarks.chain

All contestants judge the same rows under the same rules, and must agree on every one. Ratios are to plain closures in
the same run; absolute figures are those of the machine at that moment.
"""

import gc
import json
import random
import tempfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

import zen

from rules.catalogue import Catalogue, FactDefinition
from rules.chain import Chain
from rules.condition import Comparison
from rules.engine import twin_engine
from rules.facts import Fact
from rules.kernel import DurableChain
from rules.law import LawVersion
from rules.lawbook import Lawbook
from rules.memo import MemoChain
from rules.outcome import STATES, outcomes
from rules.plan import ADMISSIBLE, plan
from rules.quantity import Quantity, exactly
from rules.text import Text
from tests.samples import LAW_HEAD

CONDITIONS, ROWS, ROUNDS, LARGE = 20, 2_000, 5, 400
CONCLUSIONS: dict[str, tuple[str, list[int]]] = {
    "form": ("all", [0, 1, 2, 3]),
    "term": ("all", [4, 5]),
    "area": ("all", [6, 7, 8, 9]),
    "need": ("any", [10, 11, 12]),
    "housing": ("any", [13, 14]),
    "safe": ("all", [15, 16, 17, 18]),
    "known": ("any", [18, 19]),
}
Row = Mapping[str, Fact]
Answers = list[bool]


def law(folder: Path, conditions: int = CONDITIONS) -> LawVersion:
    """A law with so many conditions and the conclusions above, loaded as every law is."""
    names = [f"part.x{at}" for at in range(conditions)]
    facts = {name: FactDefinition(name, "percent", "unknown", "nobody", Text(name, name)) for name in names}
    rule = '  - {{rule: "{0}", on: [permit], stage: decision, cite: "1", says: {{nl: x, en: x}}, {1}}}\n'
    text = LAW_HEAD + "rules:\n"
    for at, name in enumerate(names):
        text += rule.format(f"r{at}", f"require: {{fact: {name}, at_least: {10 + at % CONDITIONS} %}}")
    for name, (kind, needs) in CONCLUSIONS.items():
        text += rule.format(name, f"conclude: {{{kind}: [{', '.join(f'r{need}' for need in needs)}]}}")
    (folder / "testwet").mkdir()
    (folder / "testwet" / "2020-01-01.yaml").write_text(text, encoding="utf-8")
    book = Lawbook(folder, Catalogue(facts, {}, ""))
    return book.version("testwet", book.versions("testwet")[0])


def rows(chance: random.Random) -> list[Row]:
    """Rows of which some three in four conditions hold."""
    return [
        {f"part.x{at}": Fact(exactly(chance.randint(0, 10 + at + 60), "percent")) for at in range(CONDITIONS)}
        for _ in range(ROWS)
    ]


def large(folder: Path) -> None:
    """A law of 400 rules of which a few are unmet, cold; and what memory does over 100,000 checks of the small law."""
    made = law(folder, LARGE)
    chance = random.Random(2)
    given: list[Row] = [
        {f"part.x{at}": Fact(exactly(5 if chance.random() < 0.01 else 90, "percent")) for at in range(LARGE)}
        for _ in range(200)
    ]
    program = plan(made, "permit").program
    contestants = {
        "conditions and chaining": ours(made, DurableChain(program)),
        "chaining only": chaining(made, DurableChain(program), given),
    }
    for name, judge in contestants.items():
        judge(given)
        began = perf_counter()
        judge(given)
        each = len(given) / (perf_counter() - began)
        print(f"a law of {LARGE} rules, some 4 unmet, cold: {name}: {each:,.0f} a second")


def memory(made: LawVersion, given: list[Row]) -> None:
    """What the process holds as checks go on, all of them cold."""
    judge, held = ours(made, DurableChain(plan(made, "permit").program)), []
    for _ in range(5):
        for _ in range(20_000 // len(given)):
            judge(given)
        gc.collect()
        stated = Path("/proc/self/status").read_text(encoding="ascii")
        held.append(int(stated.split("VmRSS:")[1].split()[0]) / 1024)
    print(f"memory after each 20,000 of 100,000 cold checks: {', '.join(f'{each:.1f}' for each in held)} MB")


def ours(made: LawVersion, chain: Chain) -> Callable[[list[Row]], Answers]:
    """Facts to outcomes to conclusions, as `check` does it."""
    planned = plan(made, "permit")

    def judge(given: list[Row]) -> Answers:
        states = []
        for row in given:
            found = outcomes(planned.weighing, lambda definition, row=row: row[definition.name], {})  # type: ignore[misc]
            states.append({name: STATES[outcome.kind] for name, outcome in found.items()})
        return [found[ADMISSIBLE].state == "met" for found in chain.run(states)]

    return judge


def chaining(made: LawVersion, chain: Chain, given: list[Row]) -> Callable[[list[Row]], Answers]:
    """Only the chaining: the outcomes are there already."""
    planned = plan(made, "permit")
    states = [
        {name: STATES[o.kind] for name, o in outcomes(planned.weighing, lambda d, row=row: row[d.name], {}).items()}  # type: ignore[misc]
        for row in given
    ]
    return lambda _: [found[ADMISSIBLE].state == "met" for found in chain.run(states)]


def twin(made: LawVersion) -> Callable[[list[Row]], Answers]:
    planned = plan(made, "permit")

    def judge(given: list[Row]) -> Answers:
        weighed = [outcomes(planned.weighing, lambda d, row=row: row[d.name], {}) for row in given]  # type: ignore[misc]
        return [found[ADMISSIBLE].state == "met" for found in twin_engine(made, "permit", weighed)]

    return judge


def closures(made: LawVersion) -> Callable[[list[Row]], Answers]:
    """The yardstick: a closure a condition over plain decimals, and `all` and `any`. It explains nothing."""
    tests: list[Callable[[Mapping[str, Decimal]], bool]] = []
    for at in range(CONDITIONS):
        required = made.rules[f"r{at}"].require
        assert isinstance(required, Comparison)
        assert isinstance(required.threshold, Quantity)
        name, low = required.fact.name, required.threshold.low
        tests.append(lambda row, name=name, low=low: row[name] >= low)  # type: ignore[misc]
    parts = [(all if kind == "all" else any, needs) for kind, needs in CONCLUSIONS.values()]

    def judge(given: list[Row]) -> Answers:
        answers = []
        for row in plain(given):
            held = [test(row) for test in tests]
            concluded = [combine(held[need] for need in needs) for combine, needs in parts]
            answers.append(all(concluded))
        return answers

    return judge


_plain: dict[int, list[dict[str, Decimal]]] = {}


def plain(given: list[Row]) -> list[dict[str, Decimal]]:
    """The rows as plain decimals, made once: the yardstick gets them for nothing."""
    if id(given) not in _plain:
        _plain[id(given)] = [
            {name: fact.value.low for name, fact in row.items() if isinstance(fact.value, Quantity)} for row in given
        ]
    return _plain[id(given)]


def zen_engine(made: LawVersion) -> Callable[[list[Row]], Answers]:
    """zen-engine: one expression node with the same conditions and conclusions."""
    expressions = [(f"r{at}", f"x{at} >= {10 + at}") for at in range(CONDITIONS)]
    for name, (kind, needs) in CONCLUSIONS.items():
        word = " and " if kind == "all" else " or "
        expressions.append((name, word.join(f"$.r{need}" for need in needs)))
    expressions.append(("admissible", " and ".join(f"$.{name}" for name in CONCLUSIONS)))
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {
            "id": "rules", "name": "rules", "type": "expressionNode", "position": {"x": 1, "y": 0},
            "content": {"expressions": [{"id": key, "key": key, "value": value} for key, value in expressions]},
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]  # fmt: skip
    edges = [
        {"id": f"{a}{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in (("in", "rules"), ("rules", "out"))
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    inputs: dict[int, list[dict[str, int]]] = {}

    def judge(given: list[Row]) -> Answers:
        if id(given) not in inputs:
            inputs[id(given)] = [{name[5:]: int(value) for name, value in row.items()} for row in plain(given)]
        return [bool(decision.evaluate(row)["result"]["admissible"]) for row in inputs[id(given)]]

    return judge


def main() -> None:
    given = rows(random.Random(1))
    with tempfile.TemporaryDirectory() as folder:
        made = law(Path(folder))
    program = plan(made, "permit").program
    memo = MemoChain(DurableChain(program), ROWS * 2)
    contestants: dict[str, Callable[[list[Row]], Answers]] = {
        "plain closures (yardstick)": closures(made),
        "zen-engine": zen_engine(made),
        "engine, cold: conditions and chaining": ours(made, DurableChain(program)),
        "engine, remembered: conditions and chaining": ours(made, memo),
        "twin: conditions and chaining": twin(made),
        "engine, cold: chaining only": chaining(made, DurableChain(program), given),
        "engine, remembered: chaining only": chaining(made, memo, given),
    }
    expected = closures(made)(given)
    for name, judge in contestants.items():
        assert judge(given) == expected, f"{name} answers otherwise"
    speed: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, judge in contestants.items():
            began = perf_counter()
            judge(given)
            speed[name].append(ROWS / (perf_counter() - began))
    yardstick = median(speed["plain closures (yardstick)"])
    zens = median(speed["zen-engine"])
    print(f"{CONDITIONS} conditions, {len(CONCLUSIONS)} conclusions, {ROWS} rows, median of {ROUNDS} rounds in turn")
    print(f"{'':46}{'per second':>12}{'× closures':>12}{'× zen':>10}")
    for name, each in speed.items():
        print(f"{name:46}{median(each):12,.0f}{median(each) / yardstick:12.3f}{median(each) / zens:10.2f}")
    with tempfile.TemporaryDirectory() as folder:
        large(Path(folder))
    memory(made, given)


if __name__ == "__main__":
    main()

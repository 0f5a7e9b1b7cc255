"""Questions to the portfolio: what one measure costs as the portfolio grows, in twenty areas.

Each measure asks the four kinds of question of the proposed act. The yardstick is the same check with no portfolio. If
the ratio to the smallest portfolio stays near 1, time grows with the number of measures and not with its square.

uv run python -m tests.benchmarks.portfolio [MEASURES]
"""

import random
import sys
from datetime import date, timedelta
from time import perf_counter

from registry.collection import Collection
from rules.check import Setting, check
from rules.engine import twin_engine
from rules.lawbook import shipped_lawbook
from rules.lists import shipped_lists
from rules.portfolio import Members

AREAS = [f"GM{number:04}" for number in range(20)]
START = date(2026, 7, 1)
PROVISIONS = ("BWBR0003420&artikel=8&lid=7", "BWBR0015703&artikel=9&lid=1", "BWBR0035303&artikel=14")
MEASURE = """
schema: regelruimte/measure/v1
measure: m{number}
title: {{nl: Proef, en: Test}}
domains: [werk, wonen]
asked: {{by: municipal-council, received: {received}}}
place: {{municipality: {area}, parts: [{{part: p{part}, name: p{part}, kind: neighbourhood, code: BU{code}}}]}}
asks:
  - instrument: renewed/experiment
  - instrument: renewed-decree/experiment
    lifts: [{{provision: "jci1.3:c:{provision}", how: {{nl: anders, en: otherwise}}}}]
term: {{from: {first}, until: {last}}}
effects: [{effect}]
{limits}target_groups: [{groups}]
cost: [{{line: sixteen-areas, year: 2027, amount: € {euros}}}, {{line: sixteen-areas, year: 2028, amount: € {euros}}}]
"""


def measures(number: int) -> Collection:
    """Measures at random over twenty areas, each on one of thirty neighbourhoods."""
    dice = random.Random(number)
    groups = [entry.word for entry in shipped_lists().target_groups]
    texts: dict[str, bytes] = {}
    for at in range(number):
        area, part = dice.choice(AREAS), dice.randrange(30)
        first = START + timedelta(days=dice.randrange(180, 900))
        text = MEASURE.format(
            number=at,
            received=START + timedelta(days=dice.randrange(120)),
            area=area,
            part=part,
            code=f"{area[2:]}01{part:02}",
            provision=dice.choice(PROVISIONS),
            first=first,
            last=first + timedelta(days=dice.randrange(200, 1400)),
            effect=dice.choice(["supports", "gives-priority", "screens-people"]),
            limits=dice.choice(["", "limits: [residence]\n"]),
            groups=", ".join(dice.sample(groups, 2)),
            euros=dice.randrange(10_000, 200_000),
        )
        texts[f"{at}.yaml"] = text.encode()
    return Collection(list(texts), texts=texts)


def seconds(collection: Collection, with_portfolio: bool) -> float:
    """How long it takes to check all of them, once they are read."""
    book = shipped_lawbook()
    found = list(collection.measures())
    others = Members(collection.measures, collection, book) if with_portfolio else None
    setting = Setting(book, collection, twin_engine, date(2026, 11, 24), others=others)
    began = perf_counter()
    for measure in found:
        check(measure, setting)
    return perf_counter() - began


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    smallest = 0.0
    for number in (most // 8, most // 4, most // 2, most):
        collection = measures(number)
        seconds(collection, with_portfolio=False)
        bare, whole = seconds(collection, with_portfolio=False), seconds(collection, with_portfolio=True)
        each = whole / number
        smallest = smallest or each
        print(f"{number:>6} measures: {each * 1e6:,.0f} µs a measure, {each / smallest:.2f} × that of the smallest; "
              f"{whole / bare:.2f} × without a portfolio (yardstick: {bare / number * 1e6:,.0f} µs)")  # fmt: skip


if __name__ == "__main__":
    main()

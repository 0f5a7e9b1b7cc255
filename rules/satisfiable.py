"""What a condition can come to at all: tried on every combination of values that its facts can tell apart.

Between two thresholds all values of a fact are alike, so one of them stands for all: the answer is exact, unless there
are more combinations than anyone would wait for; then there is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, pairwise, product
from math import prod

from rules.catalogue import FactDefinition
from rules.condition import Comparison, Condition, Threshold, comparisons, truth
from rules.facts import GIVEN, Fact, Value
from rules.fields import Missing
from rules.period import Day, Duration, Term, last_day
from rules.quantity import Quantity, Yearly, exactly
from rules.vocabulary import CHOICES

MOST = 20_000
_START = date(2001, 1, 1)
Values = Mapping[str, Fact]


def cases(*conditions: Condition | None) -> list[Values] | None:
    """Every combination of values that those conditions tell apart; None where there are too many."""
    asked: dict[str, list[Comparison]] = {}
    for condition in conditions:
        for each in comparisons(condition) if condition else ():
            asked.setdefault(each.fact.name, []).append(each)
    ways = {name: [Fact(value) for value in _values(found)] for name, found in asked.items()}
    if prod(map(len, ways.values())) > MOST:
        return None
    return [dict(zip(ways, each, strict=True)) for each in product(*ways.values())]


def holds(condition: Condition | None, values: Values) -> bool:
    """Whether the condition is met with those values; no condition always is."""
    return condition is None or truth(condition, lambda fact: values[fact.name], []) is True


def _values(asked: list[Comparison]) -> Iterator[Value | Missing]:
    """Values of one fact: one for each stretch between thresholds, and none where being stated is what is asked."""
    fact = asked[0].fact
    thresholds = [each.threshold for each in asked if each.threshold != GIVEN]
    if len(thresholds) < len(asked) or fact.type in ("choice", "choices"):  # a list of all words asks that one is said
        yield Missing.NONE
    yield from _stated(fact, thresholds)


def _stated(fact: FactDefinition, thresholds: Sequence[Threshold]) -> Iterable[Value]:
    quantities = [each for each in thresholds if isinstance(each, Quantity)]
    if fact.type == "yearly":
        return [Yearly(((2030, each),)) for each in _around(quantities, fact)]
    if fact.unit:
        return _around(quantities, fact)
    words = sorted(set(_words(thresholds)))
    match fact.type:
        case "flag":
            return [True, False]
        case "term":
            return _terms([each for each in thresholds if isinstance(each, Duration)])
        case "day":
            return [Day(_START, _START)]
        case "choice":
            return [*words, *_another(words, fact)]
        case "choices":
            known = [*words, *_another(words, fact)][:6]
            return chain.from_iterable(combinations(known, size) for size in range(1, len(known) + 1))
        case "statement":
            return [GIVEN]
        case _:
            return [*words, "another"]


def _words(thresholds: Sequence[Threshold]) -> Iterator[str]:
    for each in thresholds:
        if isinstance(each, str):
            yield each
        elif isinstance(each, tuple):
            yield from each


def _another(words: list[str], fact: FactDefinition) -> list[str]:
    return [word for word in CHOICES[fact.choices or ""] if word not in words][:1]


def _around(thresholds: list[Quantity], fact: FactDefinition) -> list[Quantity]:
    """Below, on, between and above the thresholds; below zero only where a figure can be."""
    at = sorted({each.low for each in thresholds})
    if not at:
        return [exactly(1, fact.unit or "euro")]
    below = [at[0] - 1] if at[0] >= 1 or fact.type == "points" else [at[0] / 2] if at[0] > 0 else []
    between = [(low + high) / 2 for low, high in pairwise(at)]
    return [exactly(Decimal(each), fact.unit or "euro") for each in (*below, *at, *between, at[-1] + 1)]


def _terms(thresholds: list[Duration]) -> list[Term]:
    ends = [_START]
    for each in thresholds:
        ends += [last_day(_START, each), last_day(_START, each) + timedelta(days=1)]
    return [Term(Day(_START, _START), Day(end, end)) for end in sorted(set(ends))]

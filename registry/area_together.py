"""What measures in one area come to together: where they meet each other, and what they cost by line and year."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from registry.collection import Collection
from rules.decision import Decision
from rules.documents import Document
from rules.measure import Measure
from rules.overlap import same_days, same_people, same_provisions
from rules.quantity import Quantity, added, exactly

Row = dict[str, Any]


def meeting_rows(measures: Sequence[Document[Measure]]) -> list[Row]:
    """The pairs that have people and days, or a provision and days, in common; None where that is not known.

    What follows from meeting is for the rules of a law (a limit, an exception) or for whoever decides.
    """
    rows = []
    for one, other in combinations((each.model for each in measures), 2):
        people, days, provisions = same_people(one, other), same_days(one, other), same_provisions(one, other)
        if days is not False and (provisions or people is not False):
            rows.append(
                {
                    "measures": [one.measure, other.measure],
                    "people": people,
                    "days": days,
                    "provisions": provisions,
                }
            )
    return rows


def funding_rows(measures: Sequence[Document[Measure]], collection: Collection) -> list[Row]:
    """What they cost by line and year: in all, and of that what was granted. Refused measures cost nothing."""
    totals: dict[tuple[str, int], list[Quantity]] = defaultdict(lambda: [exactly(0, "euro"), exactly(0, "euro")])
    for each in measures:
        outcome = _outcome(collection.decisions(each.model.measure))
        if outcome == "refused":
            continue
        for cost in each.model.cost or ():
            both = totals[cost.line, cost.year]
            both[0] = added(both[0], cost.amount)
            if outcome == "granted":
                both[1] = added(both[1], cost.amount)
    return [
        {"line": line, "year": year, "asked": str(asked), "granted": str(granted)}
        for (line, year), (asked, granted) in sorted(totals.items())
    ]


def _outcome(decisions: Sequence[Document[Decision]]) -> str | None:
    return decisions[-1].model.outcome if decisions else None

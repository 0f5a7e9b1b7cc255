"""The auditor's own work: a sample that anybody can draw again, and what a look over the whole register turns up."""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from registry.tables import EntryRow, ExemptionRow, MeasureRow
from rules.text import Text


class Drawn(NamedTuple):
    """A decision in the sample: its number in the log, the measure, what was done and when it was decided."""

    entry: int
    measure: str
    kind: str
    outcome: str
    on: str
    document: str | None


def sample(session: Session, size: int, seed: str, until: int) -> list[Drawn]:
    """So many decisions of the first `until` entries, as the seed has it.

    Each decision is ordered by SHA-256 of the seed, a line feed and the key of its entry: who knows the seed and the
    log draws the same, in any language. A seed that nobody could choose makes it fair: a draw, a price on a named day.
    """
    asked = select(EntryRow).where(col(EntryRow.kind).in_(["decide", "deem"]), col(EntryRow.number) < until)
    rows = sorted(session.exec(asked), key=lambda row: sha256(f"{seed}\n{row.id}".encode()).digest())[:size]
    return sorted(_drawn(row) for row in rows)


def _drawn(row: EntryRow) -> Drawn:
    entry = json.loads(row.content)
    data = entry["data"]
    return Drawn(row.number, row.subject, row.kind, data.get("outcome", "granted"), data["on"], entry["document"])


class Remark(NamedTuple):
    """Something that asks for a question: about which measure, what, and since which entry of the log."""

    code: str
    measure: str
    says: Text
    entry: int


def remarks(session: Session, today: date) -> Iterator[Remark]:
    """What a look over all measures turns up; none of it is wrong by itself."""
    asked = select(MeasureRow).where(col(MeasureRow.until).is_(None)).order_by(col(MeasureRow.name))
    conditions = _conditions(session)
    now = select(ExemptionRow.measure, func.max(ExemptionRow.last)).where(col(ExemptionRow.until).is_(None))
    ends = dict(session.exec(now.group_by(ExemptionRow.measure)).all())
    for row in session.exec(asked).all():
        if row.procedure not in ("granted", "deemed"):
            continue
        for code, says in _of(row, ends.get(row.name), conditions.get(row.name, 0), today):
            yield Remark(code, row.name, says, row.since)


def _of(row: MeasureRow, last: date | None, conditions: int, today: date) -> Iterator[tuple[str, Text]]:
    if row.procedure == "deemed":
        yield "by-silence", Text("toegewezen door te zwijgen", "granted by silence")
    if row.against_verdict:
        yield (
            "against-verdict",
            Text(
                f"toegewezen tegen de toets in ({row.verdict}): {row.against_verdict}",
                f"granted against the verdict ({row.verdict}): {row.against_verdict}",
            ),
        )
    if row.procedure == "granted" and row.publication == "unpublished":
        yield (
            "not-made-known",
            Text(
                "toegewezen en niet bekendgemaakt: dan geldt zij nog niet",
                "granted and not made known: then it is not in force yet",
            ),
        )
    if last and last < today and (row.evaluation, row.ending, row.court) == ("none", "running", "none"):
        yield (
            "not-evaluated",
            Text(
                f"liep af op {last}, en er is geen evaluatie vastgelegd",
                f"ended on {last}, and no evaluation is recorded",
            ),
        )
    if conditions:
        yield (
            "conditions",
            Text(
                f"toegewezen onder {conditions} voorwaarden: of zij zijn nagekomen staat niet in het register",
                f"granted under {conditions} conditions: whether they were kept the register does not tell",
            ),
        )


def _conditions(session: Session) -> dict[str, int]:
    """How many conditions the last grant of each measure has."""
    found: dict[str, int] = {}
    for row in session.exec(select(EntryRow).where(EntryRow.kind == "decide").order_by(col(EntryRow.number))):
        found[row.subject] = len(json.loads(row.content)["data"].get("conditions", ()))
    return found

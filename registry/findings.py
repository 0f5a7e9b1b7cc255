"""What auditors found on the acts of a measure, with answers and follow-up; and whether conditions were kept.

Pure, and read by audits: what somebody wrote into a log past our code is passed over, and stops nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from registry.entries import Entry, corrected

AUDIT = ("finding", "follow-up")
DIALOGUE = (*AUDIT, "answer")
WORK = ("submit", "advise", "agree", "decide", "deem", "condition", "answer")  # what an auditor is independent of


class AuditFinding(NamedTuple):
    """A finding, the act that it is about, and what was said since, in the order of the log."""

    entry: Entry
    about: Entry | None
    answers: tuple[Entry, ...]
    follow_ups: tuple[Entry, ...]

    @property
    def closed(self) -> bool:
        """Whether the auditor needs no more."""
        return bool(self.follow_ups) and self.follow_ups[-1].data.get("state") == "closed"

    @property
    def body(self) -> str:
        """The body that it concerns; empty where the act was loaded from the past."""
        return str(self.about.data.get("body", "")) if self.about else ""


def findings(entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """The findings among those entries on one measure."""
    for entry in entries:
        if entry.kind == "finding":
            said = [each for each in entries if each.data.get("finding") == entry.number]
            yield AuditFinding(
                entry,
                numbered(entries, entry.data.get("entry")),
                tuple(each for each in said if each.kind == "answer"),
                tuple(each for each in said if each.kind == "follow-up"),
            )


def finding_numbered(entries: Sequence[Entry], number: object) -> AuditFinding | None:
    """The finding with that number in the log."""
    return next((each for each in findings(entries) if each.entry.number == number), None)


def numbered(entries: Sequence[Entry], number: object) -> Entry | None:
    """The entry with that number in the log."""
    return next((each for each in entries if each.number == number), None)


def kept(entries: Sequence[Entry], conditions: int) -> list[Entry | None]:
    """Of each condition of a grant what was last recorded of it: the act, or None while nobody did."""
    told = [each for each in corrected(entries) if each.kind == "condition" and day_of(each)]
    numbers = range(1, conditions + 1)
    return [next((each for each in reversed(told) if each.data.get("condition") == at), None) for at in numbers]


def day_of(entry: Entry) -> date | None:
    """The day on which what was recorded happened; None where the entry tells none."""
    try:
        return date.fromisoformat(str(entry.data.get("on")))
    except ValueError:
        return None


def conditions_of(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The conditions of the last grant among those entries."""
    decided = [each.data for each in entries if each.kind == "decide"]
    return tuple(decided[-1].get("conditions", ())) if decided else ()

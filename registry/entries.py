"""The log of the register: one entry for each act, as canonical bytes (RFC 8785), and what the entries come to.

The log is the truth. What a measure is in the register is folded from its entries, today or as far as the log had come
on an earlier day; the tables of the database hold the same, and can be made anew from it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from registry import lifecycle
from rules import period
from rules.canonical import canonical
from rules.period import Term, on

VERSION = 1


class Entry(NamedTuple):
    """One act in the log. `data` holds what the kind of act needs: plain data without floats.

    `id` is the key that the client made; `recorded` the moment in UTC; `document` the SHA-256 of the bytes received.
    """

    number: int
    kind: str
    id: str
    subject: str
    actor: str
    role: str
    recorded: datetime
    document: str | None
    data: Mapping[str, Any]

    @property
    def content(self) -> bytes:
        """The canonical form: what is stored, and later hashed."""
        return canonical({**self._asdict(), "recorded": self.recorded.isoformat(timespec="microseconds"), "v": VERSION})


def entry_of(stored: bytes) -> Entry:
    """The entry that those bytes are."""
    stated = json.loads(stored)
    stated.pop("v")
    return Entry(**{**stated, "recorded": datetime.fromisoformat(stated["recorded"])})


@dataclass(frozen=True, slots=True)
class Exemption:
    """What a granting decision brings into force: one part under one instrument, from its first to its last day."""

    measure: str
    part: str
    instrument: str
    municipality: str
    first: date
    last: date


def exemption_of(measure: str, stated: Mapping[str, str]) -> Exemption:
    """The exemption that the data of a deciding entry state."""
    first, last = date.fromisoformat(stated["first"]), date.fromisoformat(stated["last"])
    return Exemption(measure, stated["part"], stated["instrument"], stated["municipality"], first, last)


class Effect(NamedTuple):
    """What decides, beside its term, whether an exemption is in force: made known, ended, suspended from and until."""

    published_on: date | None
    withdrawn_from: date | None
    annulled_from: date | None
    suspensions: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What a measure is in the register, after its entries. `version` counts the versions that were submitted."""

    name: str
    version: int = 0
    lines: Mapping[str, str] = field(default_factory=lifecycle.start)
    document: str | None = None
    decision: str | None = None
    actors: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    agreements: Mapping[str, date] = field(default_factory=dict)
    exemptions: tuple[Exemption, ...] = ()
    decided_on: date | None = None
    published_on: date | None = None
    withdrawn_from: date | None = None
    annulled_from: date | None = None
    suspensions: tuple[tuple[date, date | None], ...] = ()
    against_verdict: str | None = None

    @property
    def effect(self) -> Effect:
        return Effect(self.published_on, self.withdrawn_from, self.annulled_from, self.suspensions)


def folded(entries: Iterable[Entry]) -> dict[str, Record]:
    """What all measures are after those entries, in the order of the log."""
    records: dict[str, Record] = {}
    for entry in entries:
        if entry.kind in _APPLY:
            records[entry.subject] = after(records.get(entry.subject, Record(entry.subject)), entry)
    return records


def after(record: Record, entry: Entry) -> Record:
    """The record after one more entry."""
    moved = lifecycle.step(record.lines, entry.kind, entry.data.get("outcome"))
    assert not isinstance(moved, lifecycle.WrongStep), (record.name, entry.kind, moved)
    made = replace(
        record,
        lines=moved,
        actors={**record.actors, entry.kind: entry.actor},
        bodies={**record.bodies, entry.kind: str(entry.data.get("body", ""))},
    )
    return _APPLY[entry.kind](made, entry)


def _submitted(record: Record, entry: Entry) -> Record:
    return replace(record, version=record.version + 1, document=entry.document, agreements={})


def _agreed(record: Record, entry: Entry) -> Record:
    return replace(record, agreements={**record.agreements, entry.data["minister"]: _day(entry, "on")})


def _decided(record: Record, entry: Entry) -> Record:
    exemptions = tuple(exemption_of(record.name, each) for each in entry.data["exemptions"])
    return replace(
        record,
        decision=entry.document,
        decided_on=_day(entry, "on"),
        exemptions=exemptions,
        against_verdict=entry.data.get("against_verdict"),
    )


def _suspended(record: Record, entry: Entry) -> Record:
    return replace(record, suspensions=(*record.suspensions, (_day(entry, "on"), None)))


def _resumed(record: Record, entry: Entry) -> Record:
    *earlier, (since, _) = record.suspensions
    return replace(record, suspensions=(*earlier, (since, _day(entry, "on"))))


def _annulled(record: Record, entry: Entry) -> Record:
    """From the start, unless the court said from when."""
    start = min((each.first for each in record.exemptions), default=_day(entry, "on"))
    return replace(record, annulled_from=_day(entry, "from") if "from" in entry.data else start)


_APPLY: dict[str, Callable[[Record, Entry], Record]] = {
    "submit": _submitted,
    "advise": lambda record, _: record,
    "agree": _agreed,
    "decide": _decided,
    "publish": lambda record, entry: replace(record, published_on=_day(entry, "on")),
    "suspend": _suspended,
    "resume": _resumed,
    "annul": _annulled,
    "withdraw": lambda record, entry: replace(record, withdrawn_from=_day(entry, "on")),
    "evaluate": lambda record, _: record,
    "note": lambda record, _: record,
}


def _day(entry: Entry, key: str) -> date:
    return date.fromisoformat(entry.data[key])


def in_force(effect: Effect, exemption: Exemption, day: date) -> bool:
    """Whether that exemption is in force on that day: made known, within its term, and neither ended nor suspended.

    A decision has no effect before it is made known (Awb 3:40); withdrawal works from its day on, annulment from the
    start unless the court said otherwise.
    """
    ends = (effect.withdrawn_from, effect.annulled_from)
    return bool(
        effect.published_on
        and period.no_later(on(effect.published_on), on(day))
        and period.in_force(Term(on(exemption.first), on(exemption.last)), day)
        and not any(each and period.no_later(on(each), on(day)) for each in ends)
        and not any(_suspends(suspension, day) for suspension in effect.suspensions)
    )


def _suspends(suspension: tuple[date, date | None], day: date) -> bool:
    """From its day on, up to the day on which it was lifted."""
    since, lifted = suspension
    over = lifted is not None and bool(period.no_later(on(lifted), on(day)))
    return bool(period.no_later(on(since), on(day))) and not over

"""The log of the register: one entry for each act, as canonical bytes (RFC 8785), and what the entries come to.

The log is the truth. What a measure is in the register is folded from its entries, today or as far as the log had come
on an earlier day; the tables of the database hold the same, and can be made anew from it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from registry import lifecycle
from registry.days import day_in, interval
from registry.refusals import EntryUnreadable
from rules import period
from rules.canonical import canonical
from rules.condition import all_of
from rules.period import Day, Term, on

VERSION = 1
_WRONG = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)  # what data that are none raise


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
        return canonical({**self._asdict(), "recorded": moment(self.recorded), "v": VERSION})


def moment(recorded: datetime) -> str:
    """A moment as it is written in the log."""
    return recorded.isoformat(timespec="microseconds")


def entry_of(stored: bytes, number: int | None = None) -> Entry:
    """The entry that those bytes are, of the row with that number; EntryUnreadable where they are none."""
    with _held(repr(stored[:60]) if number is None else str(number), number):
        stated = json.loads(stored)
        stated.pop("v")
        made = Entry(**{**stated, "recorded": datetime.fromisoformat(stated["recorded"])})
        _refuse_others((name, getattr(made, name), kind) for name, kind in _KINDS.items())
    return made


# the audit has its own such list (registry/audit/rows.py): it shares no code with what it audits
_KINDS: dict[str, type] = {
    "number": int,
    **dict.fromkeys(("kind", "id", "subject", "actor", "role"), str),
    "data": dict,
}


@contextmanager
def _held(named: str, number: int | None) -> Iterator[None]:
    """Holds an entry against what one of its kind states: what goes wrong inside is an EntryUnreadable."""
    try:
        yield
    except _WRONG as error:
        raise EntryUnreadable(named, error, number) from error


def _act(entry: Entry) -> AbstractContextManager[None]:
    return _held(f"{entry.number} ({entry.kind}, {entry.subject})", entry.number)


def _refuse_others(stated: Iterable[tuple[str, object, type]]) -> None:
    if wrong := [name for name, value, kind in stated if not isinstance(value, kind)]:
        raise TypeError(", ".join(wrong))


@dataclass(frozen=True, slots=True)
class Exemption:
    """What a granting decision brings into force: one part under one instrument, from its first to its last day.

    Of history a day may be known to the month, or not at all; it is then all the days that it can be.
    """

    measure: str
    part: str
    area: str
    instrument: str
    municipality: str
    first: Day
    last: Day

    @property
    def data(self) -> dict[str, str]:
        """As the deciding entry states it."""
        named = {name: getattr(self, name) for name in ("part", "area", "instrument", "municipality")}
        return {**named, "first": interval(self.first), "last": interval(self.last)}


def exemption_of(measure: str, stated: Mapping[str, str]) -> Exemption:
    """The exemption that the data of a deciding entry state."""
    return Exemption(measure, **{**stated, "first": day_in(stated["first"]), "last": day_in(stated["last"])})  # type: ignore[arg-type]


class Effect(NamedTuple):
    """What decides, beside its term, whether an exemption is in force: made known, ended, suspended from and until."""

    published: Day | None
    withdrawn: date | None
    annulled: date | None
    suspensions: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What a measure is in the register, after its entries. `version` counts the versions that were submitted.

    `about` is what the measure says of itself: title, municipality, area, parts, domains, instruments.
    """

    name: str
    version: int = 0
    lines: Mapping[str, str] = field(default_factory=lifecycle.start)
    about: Mapping[str, Any] = field(default_factory=dict)
    document: str | None = None
    decision: str | None = None
    verdict: str = ""
    agreements: Mapping[str, date] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    decided: Day | None = None
    published: Day | None = None
    withdrawn: date | None = None
    annulled: date | None = None
    suspensions: tuple[tuple[date, date | None], ...] = ()
    against_verdict: str | None = None

    @property
    def effect(self) -> Effect:
        return Effect(self.published, self.withdrawn, self.annulled, self.suspensions)


def unfolding(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Record]]:
    """Each entry on a measure, with what the measure was after it."""
    seen: dict[str, list[Entry]] = defaultdict(list)
    records: dict[str, Record] = {}
    for entry in entries:
        if entry.kind in _APPLY:
            name = entry.subject
            seen[name].append(entry)
            corrects = entry.kind == "correct"
            records[name] = record(name, seen[name]) if corrects else _after(records.get(name, Record(name)), entry)
            yield entry, records[name]


def record(name: str, entries: Sequence[Entry]) -> Record:
    """What a measure is after those entries on it; a correction counts as if it had been recorded at once."""
    made = Record(name)
    for entry in corrected(entries):
        made = _after(made, entry)
    return made


def corrected(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Those entries on a measure, each with what was corrected since."""
    better: dict[int, dict[str, Any]] = defaultdict(dict)
    for entry in entries:
        if entry.kind == "correct":
            with _act(entry):
                better[entry.data["entry"]].update(entry.data["set"])
    for entry in entries:
        yield entry._replace(data={**entry.data, **better.get(entry.number, {})})


def _after(record: Record, entry: Entry) -> Record:
    with _act(entry):
        return _APPLY[entry.kind](replace(record, lines=_moved(record, entry)), entry)


def _moved(record: Record, entry: Entry) -> Mapping[str, str]:
    moved = lifecycle.step(record.lines, entry.kind, entry.data.get("outcome"))
    if isinstance(moved, lifecycle.WrongStep):
        raise ValueError(f"{moved.line}: {moved.stands}")  # noqa: TRY004 - an act at the wrong time
    return moved


def role_given(entry: Entry) -> dict[str, Any]:
    """The role that an entry on a person gives: role, body, mandate, and its first and last day."""
    with _act(entry):
        words = {name: entry.data[name] for name in ("role", "body", "mandate")}
        _refuse_others((name, word, str) for name, word in words.items())
        return {**words, **{name: _date(entry, name) for name in ("first", "last")}}


def _submitted(record: Record, entry: Entry) -> Record:
    return replace(
        record,
        version=record.version + 1,
        document=entry.document,
        about=_about(entry.data["about"]),
        verdict=entry.data["verdict"],
        agreements={},
    )


def _about(stated: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a measure says of itself, where all that lists show is there."""
    title, lists = stated["title"], (stated[name] for name in ("areas", "names", "parts", "domains", "instruments"))
    words = [title["nl"], title["en"], stated["municipality"], *chain.from_iterable(lists)]
    _refuse_others(("about", word, str) for word in words)
    return stated


def _agreed(record: Record, entry: Entry) -> Record:
    return replace(record, agreements={**record.agreements, entry.data["minister"]: _date(entry, "on")})


def _decided(record: Record, entry: Entry) -> Record:
    return replace(
        record,
        decision=entry.document,
        decided=day_in(entry.data["on"]),
        verdict=entry.data["verdict"],
        exemptions=_exemptions(record, entry),
        conditions=tuple(entry.data.get("conditions", ())),
        against_verdict=entry.data.get("against_verdict"),
    )


def _deemed(record: Record, entry: Entry) -> Record:
    """By silence: no decision, so no conditions; in force without being made known."""
    day = day_in(entry.data["on"])
    exemptions = _exemptions(record, entry)
    return replace(
        record, decision=None, decided=day, published=day, exemptions=exemptions, conditions=(), against_verdict=None
    )


def _exemptions(record: Record, entry: Entry) -> tuple[Exemption, ...]:
    return tuple(exemption_of(record.name, each) for each in entry.data["exemptions"])


def _published(record: Record, entry: Entry) -> Record:
    if record.lines["procedure"] == "deemed":
        return record
    return replace(record, published=day_in(entry.data["on"]))


def _suspended(record: Record, entry: Entry) -> Record:
    return replace(record, suspensions=(*record.suspensions, (_date(entry, "on"), None)))


def _resumed(record: Record, entry: Entry) -> Record:
    *earlier, (since, _) = record.suspensions
    return replace(record, suspensions=(*earlier, (since, _date(entry, "on"))))


def _annulled(record: Record, entry: Entry) -> Record:
    """From the start, unless the court said from when."""
    start = min((each.first.first for each in record.exemptions), default=_date(entry, "on"))
    return replace(record, annulled=_date(entry, "from") if "from" in entry.data else start)


_APPLY: dict[str, Callable[[Record, Entry], Record]] = {
    "submit": _submitted,
    "agree": _agreed,
    "decide": _decided,
    "deem": _deemed,
    "publish": _published,
    "suspend": _suspended,
    "resume": _resumed,
    "annul": _annulled,
    "withdraw": lambda record, entry: replace(record, withdrawn=_date(entry, "on")),
    **dict.fromkeys(
        ("advise", "evaluate", "correct", "note", "condition", "finding", "answer", "follow-up"),
        lambda record, _: record,  # said of the measure, and changing nothing of what it is
    ),
}


def _date(entry: Entry, key: str) -> date:
    return date.fromisoformat(entry.data[key])


def in_force(effect: Effect, exemption: Exemption, day: date) -> bool | None:
    """Whether that exemption is in force on that day: made known, within its term, and neither ended nor suspended.

    None where a day that counts is not known closely enough. A decision has no effect before it is made known
    (Awb 3:40); withdrawal works from its day on, annulment from the start unless the court said otherwise.
    """
    ends = (effect.withdrawn, effect.annulled)
    if effect.published is None or any(each and period.no_later(on(each), on(day)) for each in ends):
        return False
    if any(_suspends(suspension, day) for suspension in effect.suspensions):
        return False
    term = Term(exemption.first, exemption.last)
    return all_of([period.no_later(effect.published, on(day)), period.in_force(term, day)])


def _suspends(suspension: tuple[date, date | None], day: date) -> bool:
    """From its day on, up to the day on which it was lifted."""
    since, lifted = suspension
    over = lifted is not None and bool(period.no_later(on(lifted), on(day)))
    return bool(period.no_later(on(since), on(day))) and not over

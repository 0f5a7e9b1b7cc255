"""What the register is asked: what is in force, what a measure went through, which measures there are."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlmodel import Session, SQLModel

from registry.days import end_of, legal_day
from registry.entries import Effect, Entry, Exemption, Record, in_force, moment, record
from registry.projection import searchable, words_of
from registry.store import entries_in
from registry.wanted import ALL, Wanted
from rules import period
from rules.period import Day
from rules.text import Text

_ENTRY, _HEAD, _MEASURE, _EXEMPTION, _PERSON, _ROLE = (
    SQLModel.metadata.tables[name].c for name in ("entry", "head", "measure", "exemption", "person", "role")
)
_MEASURES = SQLModel.metadata.tables["measure"]


def record_of(session: Session, name: str) -> tuple[Record, list[Entry]] | None:
    """A measure with its entries, or None."""
    entries = entries_in(session, name)
    return (record(name, entries), entries) if entries else None


class Found(NamedTuple):
    """An exemption with what decides whether it is in force, whether it is (None: not known), and its measure."""

    exemption: Exemption
    effect: Effect
    holds: bool | None
    titles: Text
    domains: tuple[str, ...]
    procedure: str
    verdict: str
    decided: Day | None
    against_verdict: str | None


def in_force_on(session: Session, day: date, known_on: date | None = None, wanted: Wanted = ALL) -> list[Found]:
    """What is or may be in force on that day: as the log has it, or as it had when `known_on` was over."""
    candidates = _exempted.where(*_alive(session, known_on), period.covers(_EXEMPTION.first, _EXEMPTION.last, day))
    return [each for each in _found(session, candidates, day, wanted) if each.holds is not False]


def exemptions_of(session: Session, day: date, wanted: Wanted = ALL) -> Iterator[Found]:
    """Every exemption, whether or not it is in force on that day."""
    return _found(session, _exempted.where(*_alive(session, None)), day, wanted)


def _found(session: Session, asked: Select[Any], day: date, wanted: Wanted) -> Iterator[Found]:
    for row in session.execute(asked.where(*_where_exempted(wanted))):
        first, last = Day(row.first, row.first_last), Day(row.last_first, row.last)
        exemption = Exemption(row.measure, row.part, row.area, row.instrument, row.municipality, first, last)
        effect = Effect(
            Day(row.published, row.published_last) if row.published else None,
            row.withdrawn,
            row.annulled,
            _suspensions(row.suspensions),
        )
        yield Found(
            exemption,
            effect,
            in_force(effect, exemption, day),
            Text(row.title_nl, row.title_en),
            tuple(words_of(row.domains)),
            row.procedure,
            row.verdict,
            Day(row.decided, row.decided_last) if row.decided else None,
            row.against_verdict,
        )


_exempted = (
    select(
        *(_EXEMPTION[name] for name in ("measure", "part", "area", "instrument", "municipality")),
        *(_EXEMPTION[name] for name in ("first", "first_last", "last_first", "last")),
        *(_MEASURE[name] for name in ("published", "published_last", "withdrawn", "annulled", "suspensions")),
        *(_MEASURE[name] for name in ("title_nl", "title_en", "domains", "procedure", "verdict")),
        *(_MEASURE[name] for name in ("decided", "decided_last", "against_verdict")),
    )
    .where(_EXEMPTION.measure == _MEASURE.name)
    .order_by(_EXEMPTION.municipality, _EXEMPTION.part, _EXEMPTION.instrument, _EXEMPTION.measure)
)


def _suspensions(written: str) -> tuple[tuple[date, date | None], ...]:
    if written == "[]":
        return ()
    stated = json.loads(written)
    return tuple((date.fromisoformat(since), date.fromisoformat(until) if until else None) for since, until in stated)


def _alive(session: Session, known_on: date | None) -> list[ColumnElement[bool]]:
    """The rows that hold now, or that held when the log had come as far as it had on that day."""
    if known_on is None:
        return [_EXEMPTION.until.is_(None), _MEASURE.until.is_(None)]
    size = log_until(session, known_on)
    conditions: list[ColumnElement[bool]] = []
    for each in (_EXEMPTION, _MEASURE):
        conditions += [each.since < size, each.until.is_(None) | (each.until >= size)]
    return conditions


def begun(session: Session) -> date | None:
    """The day of the first entry: before it the register knew nothing. None while there is no entry."""
    first = session.execute(select(_ENTRY.recorded).order_by(_ENTRY.number).limit(1)).scalar()
    return legal_day(datetime.fromisoformat(first)) if first else None


def log_until(session: Session, known_on: date) -> int:
    """How long the log was when that day was over in the Netherlands."""
    later = select(_ENTRY.number).where(_ENTRY.recorded >= moment(end_of(known_on))).order_by(_ENTRY.number).limit(1)
    found = session.execute(later).scalar()
    return int(found if found is not None else session.execute(select(_HEAD.size)).scalar_one())


def _where_exempted(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Area and instrument of the exemption itself: a measure may have several."""
    made = _where(wanted._replace(area="", instrument=""))
    asked = ((_EXEMPTION.area, wanted.area), (_EXEMPTION.instrument, wanted.instrument))
    return made + [column == value for column, value in asked if value]


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    made: list[ColumnElement[bool]] = []
    if wanted.area:
        made.append(_MEASURE.areas.contains(f"|{wanted.area}|", autoescape=True))
    if wanted.domain:
        made.append(_MEASURE.domains.contains(f"|{wanted.domain}|", autoescape=True))
    if wanted.municipality:
        made.append(_MEASURE.municipality == wanted.municipality)
    if wanted.instrument:
        made.append(_MEASURE.instruments.contains(f"|{wanted.instrument}|", autoescape=True))
    if wanted.state:
        made.append(_MEASURE.procedure == wanted.state)
    if wanted.verdict:
        made.append(_MEASURE.verdict == wanted.verdict)
    if wanted.laws is not None:
        made.append(or_(*(_MEASURE.instruments.contains(f"|{law}/", autoescape=True) for law in wanted.laws), false()))
    made += [_MEASURE.words.contains(word, autoescape=True) for word in searchable(wanted.words).split()]
    return made


_LISTED = (
    "name", "version", "title_nl", "title_en", "municipality", "areas", "parts", "domains", "instruments", "procedure",
    "publication", "court", "ending", "evaluation", "verdict", "decided", "decided_last", "published", "published_last",
    "withdrawn", "annulled", "against_verdict",
)  # fmt: skip


def listing(
    session: Session, wanted: Wanted = ALL, order: str = "name", start: int = 0, count: int | None = None
) -> list[dict[str, Any]]:
    """The measures that are asked for, as columns; lists of words as lists. By name, or by one of ORDERS first."""
    asked = select(*(_MEASURE[name] for name in _LISTED)).where(_MEASURE.until.is_(None), *_where(wanted))
    by = (_MEASURE.name,) if order == "name" else (_MEASURE[order].is_(None), _MEASURE[order], _MEASURE.name)
    rows = [dict(row) for row in session.execute(asked.order_by(*by).offset(start).limit(count)).mappings()]
    for row in rows:
        for name in ("areas", "parts", "domains", "instruments"):
            row[name] = words_of(row[name])
    return rows


def counted(session: Session, wanted: Wanted = ALL) -> int:
    """How many measures are asked for."""
    asked = select(func.count()).select_from(_MEASURES).where(_MEASURE.until.is_(None), *_where(wanted))
    return int(session.execute(asked).scalar_one())


def people(session: Session) -> list[dict[str, Any]]:
    """Who may act, in which role, for which body, under which mandate and on which days; by person.

    The name is the one that was given last, None where it was erased.
    """
    asked = select(_ROLE.person, _ROLE.role, _ROLE.body, _ROLE.mandate, _ROLE.first, _ROLE.last)
    names = {each.id: each.name for each in session.execute(select(*_PERSON).order_by(_PERSON.entry))}
    rows = session.execute(asked.order_by(_ROLE.person, _ROLE.role)).mappings()
    return [{"person": row["person"], "name": names.get(row["person"]), **row} for row in rows]


def log_lines(session: Session) -> Iterator[str]:
    """The log as it is stored: one canonical entry (RFC 8785) a line."""
    for content in session.execute(select(_ENTRY.content).order_by(_ENTRY.number)).scalars():
        yield bytes(content).decode()

"""The register in the database: the log, its documents, and the tables that are made from it.

An entry, its documents and the rows it leads to are written in one transaction; rows are a projection of the log.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select as sql_select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, delete, select

from registry.database import Database
from registry.entries import Effect, Entry, Exemption, Record, entry_of, folded, in_force
from registry.lifecycle import guard_says
from registry.tables import DocumentRow, EntryRow, ExemptionRow, HeadRow, MeasureRow, PersonRow
from rules import period
from rules.text import Text


class ActRefused(Exception):
    """An act that cannot be done now: the guard or the step that forbids it, why, and what would help."""

    def __init__(self, code: str, why: Text) -> None:
        self.code, self.why = code, why
        super().__init__(f"{code}: {why.en}")


class Actor(NamedTuple):
    """Who acts: a person of the register, in the role and for the body that the register knows."""

    person: str
    role: str
    body: str


def record_of(database: Database, name: str) -> tuple[Record, list[Entry]] | None:
    """A measure with its entries, or None."""
    with database.reading() as session:
        entries = entries_in(session, name)
    return (folded(entries)[name], entries) if entries else None


class InForce(NamedTuple):
    """An exemption in force, and the reason for which it was granted against the verdict, if it was."""

    exemption: Exemption
    against_verdict: str | None


def in_force_on(database: Database, day: date, known_on: date | None = None) -> list[InForce]:
    """What is in force on that day: by the tables, or as far as the log had come at the end of `known_on` (UTC)."""
    if known_on is None:
        with database.reading() as session:
            found = list(_candidates(session, day))
    else:
        with database.reading() as session:
            entries = [entry for entry in entries_in(session) if entry.recorded.astimezone(UTC).date() <= known_on]
        records = folded(entries).values()
        found = [(each, record.effect, record.against_verdict) for record in records for each in record.exemptions]
    return [InForce(each, why) for each, effect, why in found if in_force(effect, each, day)]


def _candidates(session: Session, day: date) -> Iterator[tuple[Exemption, Effect, str | None]]:
    """The exemptions whose term holds that day, by the tables; what else it takes to be in force is decided after."""
    exemption, measure = SQLModel.metadata.tables["exemption"].c, SQLModel.metadata.tables["measure"].c
    named = (exemption.measure, exemption.part, exemption.instrument, exemption.municipality)
    days = (exemption.first, exemption.last, measure.published, measure.withdrawn, measure.annulled)
    asked = (
        sql_select(*named, *days, measure.suspensions, measure.against_verdict)
        .where(exemption.measure == measure.name, period.covers(exemption.first, exemption.last, str(day)))
        .order_by(exemption.municipality, exemption.part, exemption.instrument)
    )
    for row in session.execute(asked):
        first, last = date.fromisoformat(row.first), date.fromisoformat(row.last)
        suspended = tuple((date.fromisoformat(since), _day(until)) for since, until in json.loads(row.suspensions))
        effect = Effect(_day(row.published), _day(row.withdrawn), _day(row.annulled), suspended)
        made = Exemption(row.measure, row.part, row.instrument, row.municipality, first, last)
        yield made, effect, row.against_verdict


def _day(stated: str | None) -> date | None:
    return date.fromisoformat(stated) if stated else None


def overlapping(session: Session, wanted: Iterable[Exemption]) -> ExemptionRow | None:
    """An exemption of another measure that stands in the way of one of these."""
    for each in wanted:
        begins, finishes = each.first.isoformat(), each.last.isoformat()
        asked = select(ExemptionRow).where(
            ExemptionRow.municipality == each.municipality,
            ExemptionRow.part == each.part,
            ExemptionRow.instrument == each.instrument,
            ExemptionRow.measure != each.measure,
            ExemptionRow.first <= finishes,
            ExemptionRow.ends >= begins,
        )
        if found := session.exec(asked).first():
            return found
    return None


def other_documents(session: Session, without: str) -> Iterator[tuple[str, bytes]]:
    """The documents of all other measures, as files."""
    rows = session.exec(select(MeasureRow).where(MeasureRow.name != without))
    for name, measure, decision in [(row.name, row.document, row.decision) for row in rows]:
        yield f"measure/{name}.yaml", bytes_of(session, measure)
        if decision:
            yield f"decision/{name}.yaml", bytes_of(session, decision)


def rebuild(database: Database) -> int:
    """Makes the tables anew from the log; how many rows differed."""
    with database.transaction() as session:
        before = _rows(session)
        session.exec(delete(MeasureRow))
        session.exec(delete(ExemptionRow))
        for record in folded(entries_in(session)).values():
            project(session, record)
        session.flush()
        return len(before ^ _rows(session))


def actor_of(session: Session, person: str, role: str) -> Actor:
    """The person in that role (`any`: in the first they have); ActRefused where they have it not."""
    found = session.exec(select(PersonRow).where(PersonRow.id == person).order_by(col(PersonRow.role))).all()
    if not found:
        says = Text(
            f"persoon «{person}» staat niet in het register: voeg toe met regelruimte person",
            f"person '{person}' is not in the register: add with regelruimte person",
        )
        raise ActRefused("unknown-person", says)
    row = next((each for each in found if role in ("any", each.role)), None)
    if row is None:
        has = ", ".join(each.role for each in found)
        raise ActRefused(
            "wrong-role", Text(f"dit is aan een {role}; {person} is {has}", f"this is for a {role}; {person} is {has}")
        )
    return Actor(person, row.role, row.body)


def entries_in(session: Session, subject: str | None = None) -> list[Entry]:
    """The entries in the order of the log: all, or those on one subject."""
    asked = select(EntryRow.content).order_by(col(EntryRow.number))
    return [
        entry_of(row) for row in session.exec(asked if subject is None else asked.where(EntryRow.subject == subject))
    ]


def append(
    session: Session,
    kind: str,
    key: str,
    subject: str,
    actor: Actor,
    now: datetime,
    received: bytes | None,
    data: Mapping[str, Any],
) -> Entry:
    sha = None
    if received is not None:
        sha = sha256(received).hexdigest()
        if session.get(DocumentRow, sha) is None:
            session.add(DocumentRow(sha256=sha, content=received))
    head = session.exec(select(HeadRow)).one()
    entry = Entry(head.size, kind, key, subject, actor.person, actor.role, now.astimezone(UTC), sha, _composed(data))
    session.add(
        EntryRow(
            number=entry.number,
            id=key,
            kind=kind,
            subject=subject,
            recorded=entry.recorded.isoformat(timespec="microseconds"),
            content=entry.content,
        )
    )
    head.size += 1
    session.add(head)
    return entry


def _composed(value: Any) -> Any:
    """The data with every text in composed form (NFC), so that what looks the same is the same."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case dict():
            return {str(key): _composed(each) for key, each in value.items()}
        case list() | tuple():
            return [_composed(each) for each in value]
        case _:
            return value


def project(session: Session, record: Record) -> None:
    """Writes what the record comes to; the database refuses an overlap whoever wrote it."""
    session.merge(
        MeasureRow(
            name=record.name,
            version=record.version,
            procedure=record.lines["procedure"],
            published=_written(record.published_on),
            withdrawn=_written(record.withdrawn_from),
            annulled=_written(record.annulled_from),
            suspensions=json.dumps([[_written(since), _written(until)] for since, until in record.suspensions]),
            against_verdict=record.against_verdict,
            document=record.document or "",
            decision=record.decision,
        )
    )
    session.exec(delete(ExemptionRow).where(col(ExemptionRow.measure) == record.name))
    for each in record.exemptions:
        ended = [day for day in (record.withdrawn_from, record.annulled_from) if day]
        ends = min([each.last, *(date.fromordinal(day.toordinal() - 1) for day in ended)])
        session.add(
            ExemptionRow(
                measure=each.measure,
                part=each.part,
                instrument=each.instrument,
                municipality=each.municipality,
                first=each.first.isoformat(),
                last=each.last.isoformat(),
                ends=ends.isoformat(),
            )
        )
    try:
        session.flush()
    except IntegrityError as error:
        if "overlapping" in str(error):
            raise ActRefused("no-overlap", guard_says("no-overlap")) from error
        raise


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _rows(session: Session) -> set[tuple[object, ...]]:
    measures = session.exec(select(MeasureRow)).all()
    exemptions = session.exec(select(ExemptionRow)).all()
    kept = [tuple(sorted(row.model_dump().items())) for row in measures]
    kept += [tuple(sorted(row.model_dump(exclude={"id"}).items())) for row in exemptions]
    return set(kept)


def bytes_of(session: Session, sha: str) -> bytes:
    row = session.get(DocumentRow, sha)
    assert row is not None, sha
    return row.content

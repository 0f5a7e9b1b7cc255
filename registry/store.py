"""The register in the database: the log, its documents, and the tables that are made from it.

An entry, its documents and the rows it leads to are written in one transaction; rows are a projection of the log.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from registry.database import Database
from registry.entries import Entry, Record, entry_of, folded
from registry.lifecycle import guard_says
from registry.tables import DocumentRow, EntryRow, ExemptionRow, HeadRow, MeasureRow, PersonRow
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
    with database.transaction() as session:
        rows = session.exec(select(EntryRow.content).where(EntryRow.subject == name).order_by(col(EntryRow.number)))
        entries = [entry_of(row) for row in rows]
    return (folded(entries)[name], entries) if entries else None


def records_on(database: Database, known_on: date | None = None) -> dict[str, Record]:
    """All measures, as far as the log had come at the end of that day."""
    with database.transaction() as session:
        entries = entries_in(session)
    until = [entry for entry in entries if known_on is None or entry.recorded.astimezone(UTC).date() <= known_on]
    return folded(until)


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


def documents_of(database: Database, hashes: Iterable[str]) -> dict[str, bytes]:
    """The bytes of those documents."""
    with database.transaction() as session:
        rows = session.exec(select(DocumentRow).where(col(DocumentRow.sha256).in_(list(hashes))))
        return {row.sha256: row.content for row in rows}


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


def entries_in(session: Session) -> list[Entry]:
    return [entry_of(row) for row in session.exec(select(EntryRow.content).order_by(col(EntryRow.number)))]


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
            published=record.published_on.isoformat() if record.published_on else None,
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

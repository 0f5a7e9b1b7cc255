"""The register in the database: the log, its documents, and the tables that are made from it.

An entry, its documents and the rows it leads to are written in one transaction; rows are a projection of the log.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, delete, select

from registry.audit.tree import Nodes, completed, leaf
from registry.database import BOUND, Database
from registry.entries import Entry, Exemption, Record, entry_of, moment, record, role_given
from registry.lifecycle import guard_says
from registry.projection import VERSIONING, Rows, all_rows, change, rows_of
from registry.refusals import ActRefused
from registry.tables import DocumentRow, EntryRow, ExemptionRow, HeadRow, MeasureRow, NodeRow, PersonRow, RoleRow
from rules import period
from rules.period import Term, on
from rules.text import Text

ABOUT_PEOPLE = ("person", "erase")  # entries whose subject is no measure


class Actor(NamedTuple):
    """Who acts: a person of the register, in the role, for the body and under the mandate that the register knows."""

    person: str
    role: str
    body: str
    mandate: str = ""


def actor_of(
    session: Session, person: str, role: str, today: date, suits: Callable[[Actor], bool] = lambda _: True
) -> Actor:
    """The person in that role (`any`: in the first they have today, rather one that suits); ActRefused where they do
    not have it today."""
    found = session.exec(select(RoleRow).where(RoleRow.person == person).order_by(col(RoleRow.role))).all()
    if not found:
        says = Text(
            f"persoon «{person}» staat niet in het register: voeg toe met regelruimte person",
            f"person '{person}' is not in the register: add with regelruimte person",
        )
        raise ActRefused("unknown-person", says)
    fitting = [each for each in found if role in ("any", each.role)]
    if not fitting:
        has = ", ".join(each.role for each in found)
        says = Text(f"dit is aan een {role}; {person} is {has}", f"this is for a {role}; {person} is {has}")
        raise ActRefused("wrong-role", says)
    terms = ((Term(on(each.first), on(each.last)), each) for each in fitting)
    able = [Actor(person, each.role, each.body, each.mandate) for term, each in terms if period.in_force(term, today)]
    if able:
        return next(filter(suits, able), able[0])
    term = f"{fitting[0].first} – {fitting[0].last}"
    raise ActRefused(
        "role-over", Text(f"{person} is {role}: {term}, vandaag niet", f"{person} is {role}: {term}, not today")
    )


def entries_in(session: Session, measure: str | None = None) -> list[Entry]:
    """The entries in the order of the log: all, or the acts on one measure (a person may have the same name)."""
    asked = select(EntryRow.content, EntryRow.number).order_by(col(EntryRow.number))
    if measure is not None:
        asked = asked.where(EntryRow.subject == measure, col(EntryRow.kind).not_in(ABOUT_PEOPLE))
    return [entry_of(content, number) for content, number in session.exec(asked)]


class NewEntry(NamedTuple):
    """What the next entry will say; `received` is the document it brings."""

    kind: str
    key: str
    subject: str
    actor: Actor
    now: datetime
    received: bytes | None
    data: Mapping[str, Any]

    @property
    def documents(self) -> tuple[bytes, ...]:
        return () if self.received is None else (self.received,)


def append(session: Session, new: NewEntry, beside: Iterable[bytes] = ()) -> Entry:
    """Adds an entry to log and tree, with the document it brings, and what else it names by hash.

    It is recorded no earlier than the one before it.
    """
    entry = _next(session, new)
    _keep(session, (*new.documents, *beside))
    session.add(
        EntryRow(
            number=entry.number,
            id=entry.id,
            kind=entry.kind,
            subject=entry.subject,
            recorded=moment(entry.recorded),
            content=entry.content,
        )
    )
    for level, position, made in completed(entry.number, leaf(entry.content), nodes_in(session)):
        session.add(NodeRow(level=level, position=position, hash=made))
    head = session.exec(select(HeadRow)).one()
    head.size += 1
    session.add(head)
    return entry


def _next(session: Session, new: NewEntry) -> Entry:
    """The next entry of the log, as whoever reads the log will see it; nothing is written yet."""
    size = session.exec(select(HeadRow.size)).one()
    before = session.exec(select(EntryRow.recorded).where(EntryRow.number == size - 1)).first()
    recorded = new.now.astimezone(UTC)
    if before:
        recorded = max(recorded, datetime.fromisoformat(before))
    sha = None if new.received is None else sha256(new.received).hexdigest()
    stated = _composed({**new.data, "body": new.actor.body})
    made = Entry(size, new.kind, new.key, new.subject, new.actor.person, new.actor.role, recorded, sha, stated)
    return entry_of(made.content)


def record_act(
    session: Session, new: NewEntry, beside: Iterable[bytes], entries: Sequence[Entry]
) -> tuple[Entry, Record]:
    """Records an act on a measure that has those entries: the entry, and what the measure comes to by it."""
    if not session.info.get(BOUND):
        entry = append(session, new, beside)
        made = record(new.subject, [*entries, entry])
        project(session, made, entry.number)
        return entry, made
    entry = _next(session, new)
    made = record(new.subject, [*entries, entry])
    _through_function(session, entry, [*new.documents, *beside], rows_of(made))
    return entry, made


def _through_function(session: Session, entry: Entry, documents: Sequence[bytes], rows: Rows | None) -> None:
    measure, exemptions = (rows.measure, rows.exemptions) if rows else (None, ())
    asked = text(
        "SELECT regelruimte_record(:content, CAST(:documents AS bytea[]),"
        " CAST(:measure AS jsonb), CAST(:granted AS jsonb))"
    )
    stated = {
        "content": entry.content,
        "documents": list(documents),
        "measure": json.dumps(measure, default=str),
        "granted": json.dumps(exemptions, default=str),
    }
    _refusing_overlap(lambda: session.execute(asked, stated))


def erase_names(
    session: Session, person: str, key: str, actor: Actor, now: datetime, names: Sequence[PersonRow], reasons: str
) -> Entry:
    """Deletes those names, and records that it was done."""
    data = {"names": [each.entry for each in names], "reasons": reasons}
    new = NewEntry("erase", key, person, actor, now, None, data)
    if session.info.get(BOUND):
        entry = _next(session, new)
        _through_function(session, entry, (), None)
        return entry
    for each in names:
        session.delete(each)
    return append(session, new)


def nodes_in(session: Session) -> Nodes:
    """The nodes of the tree, as the register has them; ActRefused where one is gone."""

    def node(level: int, position: int) -> bytes:
        row = session.get(NodeRow, (level, position))
        if row is None:
            says = Text(
                f"knoop {level}/{position} van de boom is weg: audit verify zegt meer",
                f"node {level}/{position} of the tree is gone: audit verify says more",
            )
            raise ActRefused("no-node", says)
        return row.hash

    return node


def lacking(session: Session, named: Iterable[str]) -> set[str]:
    """Those of the documents, by SHA-256, that the register does not have."""
    asked = set(named)
    held = session.exec(select(DocumentRow.sha256).where(col(DocumentRow.sha256).in_(asked))).all()
    return asked.difference(held)


def _keep(session: Session, documents: Iterable[bytes]) -> None:
    named = {sha256(each).hexdigest(): each for each in documents}
    session.add_all(DocumentRow(sha256=sha, content=named[sha]) for sha in sorted(lacking(session, named)))


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


_LISTS = (MeasureRow, ExemptionRow)


def project(session: Session, made: Record, number: int) -> None:
    """Writes what the record comes to from entry `number` on; the database refuses an overlap whoever wrote it."""
    measure, exemptions = rows_of(made)
    for table, rows, name in ((MeasureRow, (measure,), "name"), (ExemptionRow, exemptions, "measure")):
        columns = SQLModel.metadata.tables[str(table.__tablename__)].c
        now = [columns[name] == made.name, columns.until.is_(None)]
        before = session.execute(
            select(*(each for each in columns if each.name not in VERSIONING)).where(*now)
        ).mappings()
        changed = change((dict(row) for row in before), rows)
        for ended in changed.ended:
            session.execute(
                update(table).where(*now, *(columns[at] == value for at, value in ended)).values(until=number)
            )
        if changed.begun:
            _insert(session, table, [{**row, "since": number, "until": None} for row in changed.begun])


def _insert(session: Session, table: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
    _refusing_overlap(lambda: session.execute(insert(table), list(rows)))


def _refusing_overlap(write: Callable[[], object]) -> None:
    try:
        write()
    except IntegrityError as error:
        if "exemption_overlap" in str(error.orig):
            raise ActRefused("no-overlap", guard_says("no-overlap")) from error
        raise


def overlapping(session: Session, wanted: Iterable[Exemption]) -> ExemptionRow | None:
    """An exemption of another measure that stands in the way of one of these."""
    for each in wanted:
        asked = select(ExemptionRow).where(
            ExemptionRow.municipality == each.municipality,
            ExemptionRow.part == each.part,
            ExemptionRow.instrument == each.instrument,
            ExemptionRow.measure != each.measure,
            col(ExemptionRow.until).is_(None),
            col(ExemptionRow.begins) <= col(ExemptionRow.ends),
            period.meets(ExemptionRow.begins, ExemptionRow.ends, *_certain(each)),
        )
        if found := session.exec(asked).first():
            return found
    return None


def _certain(each: Exemption) -> tuple[date, date]:
    """The days that its term certainly holds."""
    return each.first.last, each.last.first


def rebuild(database: Database) -> int:
    """Makes the tables anew from the log; how many rows differed."""
    with database.transaction() as session:
        entries = entries_in(session)
        before = _rows(session)
        for table, rows in zip(_LISTS, all_rows(entries), strict=True):
            session.exec(delete(table))
            if rows:
                session.execute(insert(table), rows)
        session.exec(delete(RoleRow))
        for entry in entries:
            if entry.kind == "person":
                set_role(session, entry)
        session.flush()
        return len(before ^ _rows(session))


def set_role(session: Session, entry: Entry) -> None:
    """Writes the role that an entry on a person gives; it replaces the same role given before."""
    session.merge(RoleRow(person=entry.subject, **role_given(entry)))


def _rows(session: Session) -> set[tuple[object, ...]]:
    return {
        tuple(sorted(row.model_dump(exclude={"id"}).items()))
        for table in (*_LISTS, RoleRow)
        for row in session.exec(select(table)).all()
    }


def bytes_of(session: Session, sha: str) -> bytes:
    """The document with that SHA-256, as it was received."""
    row = session.get(DocumentRow, sha)
    assert row is not None, sha
    return row.content

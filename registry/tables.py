"""The tables of the register: the log, the documents received, and what the log comes to."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, event
from sqlalchemy.engine import Connection
from sqlmodel import Field, SQLModel


class EntryRow(SQLModel, table=True):
    """One entry of the log: never changed, never deleted."""

    __tablename__ = "entry"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str = Field(unique=True)
    kind: str
    subject: str = Field(index=True)
    recorded: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DocumentRow(SQLModel, table=True):
    """The bytes of a document, as they were received."""

    __tablename__ = "document"
    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class HeadRow(SQLModel, table=True):
    """How long the log is: one row, taken last in every transaction."""

    __tablename__ = "head"
    __table_args__ = (CheckConstraint("only = 1"),)
    only: int = Field(default=1, primary_key=True)
    size: int


class PersonRow(SQLModel, table=True):
    """Who may act in which role: the name stands here and not in the log."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    name: str
    body: str


class MeasureRow(SQLModel, table=True):
    """A measure as the log has it, with all that decides what is in force."""

    __tablename__ = "measure"
    name: str = Field(primary_key=True)
    version: int
    procedure: str = Field(index=True)
    published: str | None
    withdrawn: str | None
    annulled: str | None
    suspensions: str
    against_verdict: str | None
    document: str
    decision: str | None


class ExemptionRow(SQLModel, table=True):
    """An exemption as the log has it; days as text, so that they sort and compare as days on every database.

    `ends` is the last day on which it stands in the way of another: before `first` once it was annulled.
    """

    __tablename__ = "exemption"
    __table_args__ = (
        CheckConstraint("first <= last"),
        Index("exemption_subject", "municipality", "part", "instrument"),
        Index("exemption_days", "first", "last"),
    )
    id: int | None = Field(default=None, primary_key=True)
    measure: str = Field(index=True)
    part: str
    instrument: str
    municipality: str
    first: str
    last: str
    ends: str


_APPEND_ONLY = """
CREATE TRIGGER {table}_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'regelruimte: the table {table} is append-only'); END
"""
_NO_OVERLAP = """
CREATE TRIGGER exemption_overlap BEFORE INSERT ON exemption
WHEN EXISTS (
    SELECT 1 FROM exemption other
    WHERE other.municipality = NEW.municipality AND other.part = NEW.part AND other.instrument = NEW.instrument
    AND other.measure <> NEW.measure AND other.first <= NEW.ends AND NEW.first <= other.ends
)
BEGIN SELECT RAISE(ABORT, 'regelruimte: overlapping exemptions'); END
"""


@event.listens_for(SQLModel.metadata, "after_create")
def _triggers(_: Any, connection: Connection, **__: Any) -> None:
    """What no client can pass over: a log that only grows, and no two exemptions at once for one subject."""
    for table in ("entry", "document"):
        for act in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_APPEND_ONLY.format(table=table, act=act))
    connection.exec_driver_sql(_NO_OVERLAP)

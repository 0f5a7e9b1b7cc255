"""The tables of the register: the log, the tree over it, the documents received, and what the log comes to.

Made by registry/migrations/ alone, which also sets the triggers; a test holds the two to one another. A row of
`measure` or `exemption` is what the log came to from entry `since` on, up to and not including entry `until`; None:
until now.
"""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel


class EntryRow(SQLModel, table=True):
    """One entry of the log: never changed, never deleted. `recorded` is UTC, written so that it sorts."""

    __tablename__ = "entry"
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    id: str = Field(unique=True)
    kind: str
    subject: str = Field(index=True)
    recorded: str = Field(index=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class NodeRow(SQLModel, table=True):
    """The root of a complete subtree over the log, of 2^level entries: never changed, never deleted."""

    __tablename__ = "node"
    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DocumentRow(SQLModel, table=True):
    """The bytes of a document, as they were received."""

    __tablename__ = "document"
    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class HeadRow(SQLModel, table=True):
    """How long the log is: one row, which whoever writes holds from the start of the transaction."""

    __tablename__ = "head"
    __table_args__ = (CheckConstraint("id = 1", name="head_one"),)
    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(sa_column=Column(BigInteger, nullable=False))


class PersonRow(SQLModel, table=True):
    """The name of whoever may act, as given with an entry: the log has a commitment to it (registry/commitment.py).

    The one part of a register that can be erased. `entry` is -1, and the salt empty, of a name from before commitments.
    """

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    entry: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    name: str


class RoleRow(SQLModel, table=True):
    """In which role a person may act, for which body, under which mandate and from when until when."""

    __tablename__ = "role"
    person: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    body: str
    mandate: str
    first: date
    last: date


class MeasureRow(SQLModel, table=True):
    """A measure as the log had it, with all that decides what is in force and all that lists show and look for.

    Lists of words are written |one|another|; `words` is everything that a search looks in, folded.
    """

    __tablename__ = "measure"
    __table_args__ = (Index("measure_now", "until", "name"),)
    name: str = Field(primary_key=True)
    since: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    until: int | None = Field(sa_column=Column(BigInteger))
    version: int
    procedure: str
    publication: str
    court: str
    ending: str
    evaluation: str
    title_nl: str
    title_en: str
    municipality: str = Field(index=True)
    areas: str
    parts: str
    domains: str
    instruments: str
    words: str
    verdict: str
    document: str
    decision: str | None
    decided: date | None
    decided_last: date | None
    published: date | None
    published_last: date | None
    withdrawn: date | None
    annulled: date | None
    suspensions: str
    against_verdict: str | None


class ExemptionRow(SQLModel, table=True):
    """An exemption as the log had it.

    `first` and `last` are the outermost days that its term can have. From `begins` up to and including `ends` it
    certainly stands in the way of another: that is none (ends before it begins) once it was annulled from the start.
    """

    __tablename__ = "exemption"
    __table_args__ = (
        CheckConstraint("first <= last", name="exemption_term"),
        Index("exemption_subject", "municipality", "part", "instrument"),
        Index("exemption_days", "first", "last"),
        Index("exemption_area", "area", "first", "last"),
    )
    id: int | None = Field(default=None, primary_key=True)
    since: int = Field(sa_column=Column(BigInteger, nullable=False))
    until: int | None = Field(sa_column=Column(BigInteger))
    measure: str = Field(index=True)
    part: str
    area: str
    instrument: str
    municipality: str
    first: date
    first_last: date
    last_first: date
    last: date
    begins: date
    ends: date

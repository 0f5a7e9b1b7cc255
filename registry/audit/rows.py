"""The rows of the log as the database holds them, whatever somebody put there: SQLite takes any type in any column."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session


class Row(NamedTuple):
    """A row of the log, its columns beside its bytes."""

    number: int
    id: str
    kind: str
    subject: str
    recorded: str
    content: bytes


def log_rows(session: Session) -> Iterator[Row]:
    """The log in its order."""
    query = "SELECT number, id, kind, subject, recorded, content FROM entry ORDER BY number"
    for number, key, kind, subject, recorded, content in session.execute(text(query).execution_options(yield_per=1000)):
        yield Row(number, key, kind, subject, recorded, as_bytes(content))


def as_bytes(content: object) -> bytes:
    """What stands where bytes belong."""
    return content if isinstance(content, bytes) else str(content).encode()

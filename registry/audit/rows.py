"""The rows of the log as the database holds them, whatever somebody put there: SQLite takes any type in any column."""

import json
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from types import UnionType
from typing import Any, NamedTuple

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


def log_rows(session: Session) -> Generator[Row, None, None]:
    """The log in its order."""
    return _rows(session, "ORDER BY number")


def rows_by_subject(session: Session) -> Iterator[Row]:
    """The log by subject, in the order of code points; of one subject in its own order."""
    return _rows(session, f"ORDER BY {by_code_points(session, 'subject')}, number")


def by_code_points(session: Session, column: str) -> str:
    """How to sort by that column as Python and SQLite do: a server may sort by the rules of some language."""
    return f'{column} COLLATE "C"' if session.get_bind().dialect.name == "postgresql" else column


def rows_of_kind(session: Session, kinds: Sequence[str]) -> Iterator[Row]:
    """The entries of those kinds, in the order of the log."""
    return _rows(session, f"WHERE kind IN ({', '.join(f':k{at}' for at in range(len(kinds)))}) ORDER BY number", kinds)


def _rows(session: Session, which: str, kinds: Sequence[str] = ()) -> Generator[Row, None, None]:
    query = text(f"SELECT number, id, kind, subject, recorded, content FROM entry {which}")  # noqa: S608 - from above
    result = session.execute(query.execution_options(yield_per=1000), {f"k{at}": each for at, each in enumerate(kinds)})
    try:
        for number, key, kind, subject, recorded, content in result:
            yield Row(number, key, kind, subject, recorded, as_bytes(content))
    finally:  # for whoever stops before the end
        result.close()


def as_bytes(content: object) -> bytes:
    """What stands where bytes belong."""
    return content if isinstance(content, bytes) else str(content).encode()


def entry_in(content: bytes) -> dict[str, Any] | None:
    """What those bytes state, where they are an entry of a log."""
    try:
        stated = json.loads(content)
    except (RecursionError, ValueError):
        return None
    return stated if is_entry(stated) else None


def is_entry(stated: object) -> bool:
    """Whether that has the keys of an entry, with values of their kinds; what its data are is another matter."""
    if not isinstance(stated, dict) or stated.keys() != _TYPES.keys():
        return False
    try:
        datetime.fromisoformat(stated["recorded"])
    except (TypeError, ValueError):
        return False
    return all(isinstance(stated[key], kind) for key, kind in _TYPES.items())


_TYPES: dict[str, type | UnionType] = {
    **dict.fromkeys(("kind", "id", "subject", "actor", "role", "recorded"), str),
    "number": int,
    "v": int,
    "document": str | None,
    "data": dict,
}

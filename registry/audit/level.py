"""What one level of an audit comes to, and how it reads the log."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlmodel import Session

from registry.audit.rows import Row, log_rows
from rules.text import Text

Told = Callable[[str, int, int], None]  # the level, how many entries it has seen, and how many there are


class Finding(NamedTuple):
    """One thing that is wrong. `entry` is its number in the log, `subject` the measure or person that it is about."""

    code: str
    says: Text
    entry: int | None = None
    subject: str = ""


class Level(NamedTuple):
    """What one level came to: at each size that was asked for also the root, and the times of the entries around it."""

    name: str
    proved: tuple[Text, ...]
    not_proved: tuple[Text, ...]
    findings: tuple[Finding, ...]
    entries: int = 0
    roots: Mapping[int, bytes] = MappingProxyType({})
    recorded: Mapping[int, str] = MappingProxyType({})


def rows_told(session: Session, level: str, total: int, told: Told) -> Iterator[Row]:
    """The log in its order, telling on the way how far it has come."""
    for number, row in enumerate(log_rows(session)):
        told(level, number, total)
        yield row

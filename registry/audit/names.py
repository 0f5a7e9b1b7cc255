"""Whether names of people are those that the log commits to, and whatever name is gone was erased by an act."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from registry.audit.rows import as_bytes
from rules.canonical import canonical
from rules.text import Text

ABOUT_PEOPLE = ("person", "erase")  # the entries whose subject is no measure
_UNCOMMITTED = -1  # the entry of a name from before commitments


class WrongName(NamedTuple):
    """A name that is not as the log has it: of whom, and by which entry."""

    says: Text
    entry: int | None
    person: str


class NamesFound(NamedTuple):
    """How many names the log commits to that could be looked at, how many could not, and of how many it does not; and
    those that are wrong."""

    committed: int
    hidden: int
    uncommitted: int
    wrong: tuple[WrongName, ...]


def names_found(session: Session, about_people: Iterable[Mapping[str, Any]]) -> NamesFound:
    """Every name that was changed, added or taken away past the log; the entries are those about people."""
    committed: dict[object, tuple[str, str]] = {}  # by entry: the person, and the commitment
    erased: set[tuple[str, object]] = set()
    for entry in about_people:
        data, person = entry["data"], entry["subject"]
        if entry["kind"] == "person" and isinstance(data.get("name"), str):
            committed[entry["number"]] = (person, data["name"])
        elif entry["kind"] == "erase" and isinstance(data.get("names"), list):
            erased.update((person, number) for number in data["names"] if isinstance(number, int))
    stored = [
        tuple(row) for row in session.execute(text("SELECT id, entry, salt, name FROM person ORDER BY id, entry"))
    ]
    bound = [row for row in stored if row[1] != _UNCOMMITTED]
    shown = _shown(session)
    seen = {entry: each for entry, each in committed.items() if shown is None or each[0] in shown}
    hidden = len(committed) - len(seen)
    return NamesFound(len(seen), hidden, len(stored) - len(bound), tuple(_wrong(bound, seen, erased)))


def _shown(session: Session) -> set[str] | None:
    """Of whom a login on a server may read names (registry/server_roles.sql); None: of all."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    if not session.execute(text("SELECT row_security_active('person')")).scalar():
        return None
    return set(session.execute(text("SELECT regelruimte_names()")).scalars())


def _wrong(
    stored: Iterable[tuple[Any, ...]], committed: Mapping[object, tuple[str, str]], erased: set[tuple[str, object]]
) -> Iterator[WrongName]:
    waiting = dict(committed)
    for person, entry, salt, name in stored:
        made = sha256(b"\x02" + as_bytes(salt) + canonical(str(name))).hexdigest()
        if waiting.pop(entry, None) != (person, made):
            nl, en = f"de naam van {person} is niet die van", f"the name of {person} is not that of"
            yield WrongName(Text(f"{nl} regel {entry}", f"{en} entry {entry}"), entry, person)
        elif (person, entry) in erased:
            says = Text(f"de gewiste naam van {person} staat er nog", f"the erased name of {person} is still there")
            yield WrongName(says, entry, person)
    for number, (person, _) in waiting.items():
        if (person, number) not in erased:
            nl, en = f"de naam van {person} is weg, en niet gewist", f"the name of {person} is gone, and not erased"
            yield WrongName(Text(nl, en), number if isinstance(number, int) else None, person)

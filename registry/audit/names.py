"""Whether names of people are those that the log commits to, and whatever name is gone was erased by an act."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from registry.audit.rows import as_bytes
from rules.canonical import canonical
from rules.text import Text

_UNCOMMITTED = -1  # the entry of a name from before commitments


class WrongName(NamedTuple):
    """A name that is not as the log has it: of whom, and by which entry."""

    says: Text
    entry: int | None
    person: str


class Names:
    """What the log says of names, gathered entry by entry."""

    def __init__(self) -> None:
        self.committed: dict[int, tuple[str, str]] = {}  # by entry: the person, and the commitment
        self.erased: set[tuple[str, int]] = set()
        self.uncommitted = 0

    def add(self, entry: Mapping[str, Any]) -> None:
        """The next entry of the log."""
        data, person = entry["data"], entry["subject"]
        if entry["kind"] == "person" and isinstance(data.get("name"), str):
            self.committed[entry["number"]] = (person, data["name"])
        elif entry["kind"] == "erase" and isinstance(data.get("names"), list):
            self.erased.update((person, number) for number in data["names"] if isinstance(number, int))

    def wrong(self, session: Session) -> Iterator[WrongName]:
        """Every name that was changed, added or taken away past the log."""
        waiting = dict(self.committed)
        for person, entry, salt, name in session.execute(
            text("SELECT id, entry, salt, name FROM person ORDER BY 1, 2")
        ):
            if entry == _UNCOMMITTED:
                self.uncommitted += 1
                continue
            made = sha256(b"\x02" + as_bytes(salt) + canonical(str(name))).hexdigest()
            if waiting.pop(entry, None) != (person, made):
                nl, en = f"de naam van {person} is niet die van", f"the name of {person} is not that of"
                yield WrongName(Text(f"{nl} regel {entry}", f"{en} entry {entry}"), entry, person)
            elif (person, entry) in self.erased:
                says = Text(f"de gewiste naam van {person} staat er nog", f"the erased name of {person} is still there")
                yield WrongName(says, entry, person)
        for entry, (person, _) in waiting.items():
            if (person, entry) not in self.erased:
                says = Text(
                    f"de naam van {person} is weg, en niet gewist", f"the name of {person} is gone, and was not erased"
                )
                yield WrongName(says, entry, person)

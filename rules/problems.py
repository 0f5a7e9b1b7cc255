"""The one problem type: what is wrong, where it stands, and what to do.

Problem             a finding; formats are pure functions of it
├── Refused         raised where reading cannot go on; carries the problems found so far
└── Wrong           raised by a check of one value that does not know where the value stands
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rules.text import Text

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a document: file as it was named, line and column from 1, path from the root."""

    file: str
    line: int = 1
    column: int = 1
    path: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding at one place; `code` is stable, `message` may be reworded.

    `about` tells what is wrong: the document, or what it asks for (the code is then the rule: `wbmgp/5.4.term`), on
    which `part` of the place.
    """

    code: str
    place: Place
    message: Text
    level: Level = "error"
    about: Literal["document", "verdict"] = "document"
    part: str = ""

    def order(self) -> tuple[str, int, int, str, str]:
        """Sort key: the same order on every machine and in every language."""
        return (self.place.file, self.place.line, self.place.column, self.code, self.message.en)


class Refused(Exception):
    """A document that cannot be used; `problems` is never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=Problem.order))
        super().__init__("; ".join(f"{p.place.file}:{p.place.line}: {p.message.en}" for p in self.problems))


class Wrong(ValueError):
    """A value that cannot be right; whoever knows its place turns it into a Problem.

    `path` points from the checked value to the part that is wrong, where that is not the whole.
    """

    def __init__(self, message: Text, code: str = "wrong-value", path: tuple[str | int, ...] = ()) -> None:
        self.message, self.code, self.path = message, code, path
        super().__init__(message.en)


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name that looks most like `name`, or None when nothing comes near."""
    found = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.6)
    return found[0] if found else None


def with_nearest(says: Text, name: str, valid: Iterable[str]) -> Text:
    """The wording, followed by the valid name that was probably meant."""
    near = nearest(name, valid)
    return Text(f"{says.nl}; bedoelde u «{near}»?", f"{says.en}; did you mean '{near}'?") if near else says

"""The closed lists that measures choose from: what each word means, and which groups have people in common."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from rules.fields import Line, Model, Source, Wording
from rules.reader import read
from rules.validation import checked

FILE = "rules/lists.yaml"


class ListEntry(Model):
    """A word with its definition; a group also says which groups are part of it, and which share people with it."""

    word: Line
    means: Wording
    contains: tuple[Line, ...] = ()
    overlaps: tuple[Line, ...] = ()
    source: Source | None = None


class FundingLineEntry(ListEntry):
    """A line of money, and the law that opens it."""

    law: Line


class ListsDocument(Model):
    schema_: Literal["regelruimte/lists/v1"] = Field(alias="schema")
    domains: tuple[ListEntry, ...]
    target_groups: tuple[ListEntry, ...]
    rights: tuple[ListEntry, ...]
    effects: tuple[ListEntry, ...]
    funding_lines: tuple[FundingLineEntry, ...]

    @property
    def by_name(self) -> dict[str, tuple[ListEntry, ...]]:
        """The lists by the name under which the document states them."""
        return {name: getattr(self, name) for name in type(self).model_fields if name != "schema_"}


@cache
def shipped_lists() -> ListsDocument:
    """The lists inside this package."""
    return checked(ListsDocument, read(files("rules").joinpath("lists.yaml").read_bytes(), FILE))


def line_of(word: str) -> FundingLineEntry:
    """The funding line of that name; KeyError for another."""
    return {entry.word: entry for entry in shipped_lists().funding_lines}[word]


def reached(groups: Iterable[str]) -> frozenset[str]:
    """All groups that have people in common with any of these, these included."""
    return frozenset().union(*(_in_common()[group] for group in groups))


@cache
def _in_common() -> dict[str, frozenset[str]]:
    """Per group the groups that share people with it: said of either, or because one lies in what the other shares."""
    stated = {entry.word: entry for entry in shipped_lists().target_groups}
    found: dict[str, set[str]] = {word: {word} for word in stated}
    for word, entry in stated.items():
        for other in (*entry.contains, *entry.overlaps):
            found[word].add(other)
            found[other].add(word)
    return {word: frozenset(others) for word, others in found.items()}

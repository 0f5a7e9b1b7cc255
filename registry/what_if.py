"""What if: a measure as it would be with other facts, for a check that records nothing.

What the measure states itself is changed in its text, so that all that is derived from it follows; what others state
(figures of an area, other measures) is supposed in the case.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from registry.drafting import edited
from registry.form import path_of
from registry.yaml_edit import NoSuchPlace
from rules.catalogue import FactDefinition
from rules.documents import Document, document
from rules.facts import Fact
from rules.measure import Measure
from rules.problems import Place, Problem, Refused, Wrong, with_nearest
from rules.reader import Path
from rules.supposition import supposed, term_ends
from rules.text import Text


class Supposing(NamedTuple):
    """A measure as it would be, and the facts that are supposed beside it."""

    measure: Document[Measure]
    facts: Mapping[str, Fact]


def stated_at(fact: FactDefinition) -> str | None:
    """Where a measure states that fact; None for what it does not state itself."""
    if not fact.of_the_measure or fact.name.startswith("cost."):
        return None
    path = fact.name.removeprefix("measure.")
    return f"{path}.text" if fact.type == "statement" else path


def supposing(
    text: str, file: str, suppositions: Iterable[tuple[str, str]], facts: Mapping[str, FactDefinition]
) -> Supposing:
    """The measure with those suppositions: each a name from the catalogue, or a place in the measure, and a value.

    Raises Refused with what is wrong, at the supposition.
    """
    beside: dict[str, Fact] = {}
    for name, value in suppositions:
        fact = facts.get(name)
        if fact and stated_at(fact) is None:
            try:
                beside[name] = supposed(fact, value)
            except Wrong as wrong:
                raise Refused([Problem(wrong.code, Place("--suppose", path=name), wrong.message)]) from None
            continue
        try:
            for path, part in _parts(fact, name, value):
                text = edited(text, "measure", path, part)
        except NoSuchPlace:
            says = Text(f"geen feit en geen plaats in de maatregel: «{name}»", f"no fact and no place: '{name}'")
            known = Problem("unknown-fact", Place("--suppose", path=name), with_nearest(says, name, facts))
            raise Refused([known]) from None
    found = document(text.encode(), file)
    assert isinstance(found.model, Measure)
    return Supposing(Document(found.model, found.parsed), beside)


def _parts(fact: FactDefinition | None, name: str, value: str) -> Iterator[tuple[Path, str]]:
    """Where in the measure the value goes; a term has two days."""
    path = path_of((stated_at(fact) if fact else name) or "")
    if path is None:
        raise NoSuchPlace(())
    if fact and fact.type == "term" and (ends := term_ends(value)):
        yield from (((*path, "from"), ends[0]), ((*path, "until"), ends[1]))
    else:
        yield path, value

"""What is at hand for a check in the register: other measures as they stand there, with shipped areas and figures.

The same questions that a folder of documents answers (rules/case.py, Portfolio), each by one look in the tables. A
document is as it was received, but for what the register itself knows better: since when it is made known, that it was
withdrawn or annulled, which ministers have agreed.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from registry.collection import Collection, files_under
from registry.store import bytes_of
from rules import period
from rules.area import Area, Figures
from rules.decision import Author, Decision
from rules.documents import Document, document
from rules.fields import Missing, Model, Source, StatedTerm
from rules.measure import Measure
from rules.period import FAR_AHEAD, Day, on

Look = tuple[str, ...]
_ALL: Look = ("all",)


@cache
def surroundings(folder: Path) -> Collection:
    """The areas and figures of that folder, read once."""
    return Collection(files_under([str(folder / name) for name in ("areas", "figures")]))


_READ: dict[str, Document[Model]] = {}
_KEEP, _AT_ONCE = 20_000, 500


def parsed(session: Session, sha: str, name: str) -> Document[Model]:
    """The recorded document with that SHA-256. It never changes, so each is read and parsed once."""
    if sha not in _READ:
        _keep(sha, bytes_of(session, sha), name)
    return _READ[sha]


def _keep(sha: str, content: bytes, name: str) -> None:
    if len(_READ) >= _KEEP:
        _READ.clear()
    _READ[sha] = document(content, name)


def _read_ahead(session: Session, rows: Sequence[Any]) -> None:
    """Reads the documents of those rows, many at once."""
    named = {sha: row.name for row in rows for sha in (row.document, row.decision) if sha and sha not in _READ}
    missing = list(named)
    for at in range(0, len(missing), _AT_ONCE):
        asked = select(_DOCUMENT.sha256, _DOCUMENT.content).where(_DOCUMENT.sha256.in_(missing[at : at + _AT_ONCE]))
        for sha, content in session.execute(asked):
            _keep(sha, content, f"{named[sha]}.yaml")


class Registered:
    """All measures of the register but one, of which another document may be in hand.

    What was looked up is remembered, so that it can be asked later whether it still holds.
    """

    def __init__(self, session: Session, around: Collection, without: str = "", deciding: bytes | None = None) -> None:
        self._session, self._around, self._without = session, around, without
        self._deciding = deciding
        self._seen: dict[Look, list[Any]] = {}

    def area(self, name: str) -> Document[Area] | None:
        """The area of that name."""
        return self._around.area(name)

    def figures(self, code: str) -> Document[Figures] | None:
        """The figures about what has that code."""
        return self._around.figures(code)

    def measure(self, name: str) -> Document[Measure] | None:
        """The measure of that name."""
        return next(self._found(("name", name)), None)

    def measures(self) -> Iterator[Document[Measure]]:
        """All measures, by name."""
        return self._found(_ALL)

    def naming(self, municipality: str, part: str) -> Sequence[Document[Measure]]:
        """The measures of that municipality on that part."""
        return list(self._found(("part", municipality, part)))

    def holds(self, session: Session) -> bool:
        """Whether everything that was looked up is the same in another transaction."""
        looked = [_ALL] if _ALL in self._seen else self._seen
        return all(_rows(session, look) == self._seen[look] for look in looked)

    def _look(self, look: Look) -> list[Any]:
        if look not in self._seen:
            self._seen[look] = self._rows(look)
        return self._seen[look]

    def _rows(self, look: Look) -> list[Any]:
        if look[0] == "name" and _ALL in self._seen:
            found = self._by_name.get(look[1])
            return [found] if found else []
        rows = _rows(self._session, look)
        if look == _ALL:
            _read_ahead(self._session, rows)
        return rows

    @cached_property
    def _by_name(self) -> dict[str, Any]:
        return {row.name: row for row in self._seen[_ALL]}

    def _found(self, look: Look) -> Iterator[Document[Measure]]:
        for row in self._look(look):
            if row.name != self._without and (found := self._standing(row)):
                yield found

    def _standing(self, row: Any) -> Document[Measure] | None:
        """The measure with its term up to the day on which it was withdrawn or annulled; None where none is left."""
        found = parsed(self._session, row.document, f"{row.name}.yaml")
        assert isinstance(found.model, Measure)
        ends = [each - timedelta(days=1) for each in (row.withdrawn, row.annulled) if each]
        term = found.model.term
        if not ends or not isinstance(term, StatedTerm):
            return Document(found.model, found.parsed)
        last = on(min(ends))
        if isinstance(term.first, Day) and period.no_later(term.first, last) is False:
            return None
        cut = found.model.model_copy(update={"term": term.model_copy(update={"last": last})})
        return Document(cut, found.parsed)

    def decisions(self, measure: str) -> Sequence[Document[Decision]]:
        """The decision on that measure, or the one in hand; silence that counts as a grant is one too."""
        if measure == self._without:
            if self._deciding is None:
                return []
            found = document(self._deciding, f"{measure}.decision.yaml")
            assert isinstance(found.model, Decision)
            return [Document(found.model, found.parsed)]
        row = next(iter(self._look(("name", measure))), None)
        stands = self._standing(row) if row and row.decided else None
        if row is None or stands is None:
            return []
        if row.decision is None:
            return [Document(_by_silence(measure, row.decided), stands.parsed)]
        found = parsed(self._session, row.decision, f"{measure}.decision.yaml")
        assert isinstance(found.model, Decision)
        return [Document(found.model.model_copy(update={"made_known": _made_known(row)}), found.parsed)]


_MEASURE, _DOCUMENT = (SQLModel.metadata.tables[name].c for name in ("measure", "document"))
_COLUMNS = ("name", "document", "decision", "decided", "published", "published_last", "withdrawn", "annulled")


def _rows(session: Session, look: Look) -> list[Any]:
    asked = select(*(_MEASURE[name] for name in _COLUMNS)).where(_MEASURE.until.is_(None)).order_by(_MEASURE.name)
    match look:
        case ("name", name):
            asked = asked.where(_MEASURE.name == name)
        case ("part", municipality, part):
            on_part = _MEASURE.parts.contains(f"|{part}|", autoescape=True)
            asked = asked.where(_MEASURE.municipality == municipality, on_part)
    return list(session.execute(asked))


def _made_known(row: Any) -> Day | Missing:
    if row.published is None:
        return Missing.NONE
    return Missing.UNKNOWN if row.published_last == FAR_AHEAD else Day(row.published, row.published_last)


def _by_silence(measure: str, day: date) -> Decision:
    return Decision.model_construct(
        decision=f"{measure}-by-silence",
        on_measure=measure,
        by=Author.model_construct(role="minister"),
        decided=on(day),
        made_known=on(day),
        outcome="granted",
        source=Source.model_construct(title="silence"),
    )

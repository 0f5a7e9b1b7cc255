"""Whether each entry is canonical and in its place, the tree is that of the entries, and documents are as named."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from registry.audit.level import Finding, Level, Told
from registry.audit.past import Gone
from registry.audit.rows import Row, as_bytes, is_entry, log_rows
from registry.audit.rulebooks import files_of
from registry.audit.tree import EMPTY, Range, leaf, parent
from registry.tables import DocumentRow, HeadRow
from rules.canonical import canonical
from rules.text import Text

_Rules = Callable[[str], tuple[str, ...]]  # the files of some rules by hash, their manifest first
_Documents = dict[str, tuple[int, str] | None]  # by SHA-256: the first entry that names it, and what that is about


def bytes_level(session: Session, sizes: Iterable[int], told: Told) -> Level:
    """Each entry is canonical and in its place, and the tree is that of the entries; documents are what they say."""
    findings: list[Finding] = []
    wanted, roots, recorded = set(sizes), {0: EMPTY}, {}
    within, tree, before = Range(), _Tree(session), ""
    rules = cache(partial(_rules, session))
    documents: _Documents = dict.fromkeys(session.exec(select(DocumentRow.sha256)))
    total = session.exec(select(HeadRow.size)).first() or 0  # the row may be gone as well
    for row in log_rows(session):
        number, hashed = within.size, leaf(row.content)
        findings += _wrong_entry(row, number, documents, rules)
        findings += tree.wrong_at(number, hashed, row.subject)
        if row.recorded < before:
            says = Text(f"regel {number}: vastgelegd voor de regel ervoor", f"entry {number}: recorded before the last")
            findings.append(Finding("time", says, number, row.subject))
        before = max(before, row.recorded)
        if number in wanted or number + 1 in wanted:
            recorded[number] = row.recorded
        within.add(hashed)
        if within.size in wanted:
            roots[within.size] = within.root
        told("bytes", number, total)
    findings += tree.left_over()
    if total != within.size:
        says = Text(
            f"het register zegt {total} regels te hebben en heeft er {within.size}",
            f"the register says that it has {total} entries, and has {within.size}",
        )
        findings.append(Finding("size", says))
    findings += _wrong_documents(session, documents)
    roots[within.size] = within.root
    return Level(
        "bytes",
        (
            Text(
                f"elke van de {within.size} regels is canoniek, staat op haar plaats en ligt in de boom",
                f"each of the {within.size} entries is canonical, in its place and in the tree",
            ),
            Text(
                f"elk van de {len(documents)} documenten heeft de inhoud die de regels noemen",
                f"each of the {len(documents)} documents has the content that the entries name",
            ),
        ),
        (
            Text(
                "dat niemand het log als geheel herschreef: dat zegt alleen een checkpoint van buiten",
                "that nobody rewrote the log as a whole: only a checkpoint from outside tells that",
            ),
        ),
        tuple(findings),
        within.size,
        roots,
        recorded,
    )


class _Tree:
    """The stored nodes, read along with the entries in the order in which appending makes them.

    Each node is held to the stored nodes under it, so that one that was changed is told once, and where it is.
    """

    def __init__(self, session: Session) -> None:
        query = "SELECT level, position, hash FROM node ORDER BY (position + 1) << level, level"
        self._rows = session.execute(text(query).execution_options(yield_per=1000))
        self._next = next(self._rows, None)
        self._left: dict[int, bytes] = {}  # by level: the last node that still awaits the one to its right

    def wrong_at(self, number: int, hashed: bytes, subject: str) -> Iterator[Finding]:
        """What is wrong with the nodes that entry `number` completes."""
        level, position, expected = 0, number, hashed
        while True:
            stored = self._taken(level, position)
            if stored != expected:
                gone = stored is None
                nl = f"knoop {level}/{position} {'ontbreekt' if gone else 'is niet die van wat eronder ligt'}"
                en = f"node {level}/{position} {'is missing' if gone else 'is not that of what lies under it'}"
                says = Text(f"regel {number}: {nl}", f"entry {number}: {en}")
                yield Finding("tree", says, number, subject)
            here = stored or expected
            if position % 2 == 0:
                self._left[level] = here
                return
            expected = parent(self._left.pop(level), here)
            level, position = level + 1, position // 2

    def _taken(self, level: int, position: int) -> bytes | None:
        row = self._next
        if row is None or (row[0], row[1]) != (level, position):
            return None
        self._next = next(self._rows, None)
        return as_bytes(row[2])

    def left_over(self) -> Iterator[Finding]:
        """A node that belongs to no entry. Nothing is read after this."""
        self._rows.close()
        if self._next is not None:
            level, position, _ = self._next
            yield Finding(
                "tree",
                Text(f"knoop {level}/{position} hoort bij geen regel", f"node {level}/{position} is of no entry"),
            )


def _wrong_entry(row: Row, number: int, documents: _Documents, rules: _Rules) -> Iterator[Finding]:
    def found(code: str, nl: str, en: str) -> Finding:
        return Finding(code, Text(f"regel {row.number}: {nl}", f"entry {row.number}: {en}"), row.number, row.subject)

    if row.number != number:
        yield found("number", f"op de plaats van regel {number}", f"in the place of entry {number}")
    try:
        stated = json.loads(row.content)
        if canonical(stated) != row.content:
            yield found("not-canonical", "de bytes zijn niet canoniek", "the bytes are not canonical")
    except (RecursionError, ValueError):
        yield found("not-canonical", "de bytes zijn geen JSON", "the bytes are no JSON")
        return
    if not is_entry(stated):
        yield found("no-entry", "de bytes zijn geen regel van een log", "the bytes are no entry of a log")
        return
    for column in ("number", "id", "kind", "subject", "recorded"):
        if stated.get(column) != getattr(row, column):
            yield found(
                "subject" if column == "subject" else "column",  # by which the log is read measure by measure
                f"kolom {column} zegt «{getattr(row, column)}», de bytes «{stated.get(column)}»",
                f"column {column} says '{getattr(row, column)}', the bytes '{stated.get(column)}'",
            )
    for document in _named(stated, rules):
        if document not in documents:
            yield found("document", f"document {document} is weg", f"document {document} is gone")
        else:
            documents[document] = documents[document] or (row.number, row.subject)


def _rules(session: Session, sha: str) -> tuple[str, ...]:
    """The manifest of some rules, and every file that it names."""
    with suppress(Gone):
        return (sha, *files_of(session, sha).values())
    return (sha,)


def _named(stated: Mapping[str, Any], rules: _Rules) -> Iterator[str]:
    """The documents that an entry names by hash: its own, and since rules are kept all that its check rested on."""
    if stated["document"]:
        yield stated["document"]
    data = stated["data"]
    receipt = data.get("receipt")
    if isinstance(data.get("rules"), str) and isinstance(receipt, dict):
        yield from rules(data["rules"])
        yield from (str(sha) for name, sha in receipt.items() if name != "portfolio")


def _wrong_documents(session: Session, documents: _Documents) -> Iterator[Finding]:
    # columns, and no objects: of a row without a name, as damage can leave it, there is none
    stored = select(DocumentRow.sha256, DocumentRow.content).execution_options(yield_per=100)
    for sha, content in session.exec(stored):
        if hashlib.sha256(as_bytes(content)).hexdigest() != sha:
            says = Text(f"document {sha} heeft andere inhoud", f"document {sha} has other content")
            yield Finding("document", says, *(documents.get(sha) or ()))

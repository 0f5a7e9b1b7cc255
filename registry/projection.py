"""What a measure in the register comes to as rows of the tables: pure, so that they can be made anew from the log."""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from registry.entries import Entry, Record, unfolding

Row = Mapping[str, Any]
VERSIONING = ("id", "since", "until")  # the columns that say of a row when it held, and nothing of what


_SECOND = date.min + timedelta(days=1)  # what ends before the first day that there is, ends on it


class Rows(NamedTuple):
    """The row of `measure` and those of `exemption`, without since and until."""

    measure: Row
    exemptions: tuple[Row, ...]


def rows_of(record: Record) -> Rows:
    """The rows of that record."""
    about = record.about
    measure = {
        "name": record.name,
        "version": record.version,
        **record.lines,
        "title_nl": about["title"]["nl"],
        "title_en": about["title"]["en"],
        "municipality": about["municipality"],
        "areas": listed(about["areas"]),
        "parts": listed(about["parts"]),
        "domains": listed(about["domains"]),
        "instruments": listed(about["instruments"]),
        "words": searchable(" ".join(_words(record))),
        "verdict": record.verdict,
        "document": record.document,
        "decision": record.decision,
        "decided": record.decided.first if record.decided else None,
        "decided_last": record.decided.last if record.decided else None,
        "published": record.published.first if record.published else None,
        "published_last": record.published.last if record.published else None,
        "withdrawn": record.withdrawn,
        "annulled": record.annulled,
        "suspensions": json.dumps([[day and day.isoformat() for day in each] for each in record.suspensions]),
        "against_verdict": record.against_verdict,
    }
    ended = [max(day, _SECOND) - timedelta(days=1) for day in (record.withdrawn, record.annulled) if day]
    exemptions = tuple(
        {
            "measure": record.name,
            "part": each.part,
            "area": each.area,
            "instrument": each.instrument,
            "municipality": each.municipality,
            "first": each.first.first,
            "first_last": each.first.last,
            "last_first": each.last.first,
            "last": each.last.last,
            "begins": each.first.last,
            "ends": min([each.last.first, *ended]),
        }
        for each in record.exemptions
    )
    return Rows(measure, exemptions)


def _words(record: Record) -> Iterator[str]:
    about = record.about
    yield from (record.name, about["title"]["nl"], about["title"]["en"], about["municipality"])
    for name in ("areas", "names", "parts", "domains", "instruments"):
        yield from about[name]


def listed(words: Iterable[str]) -> str:
    """Words as one text in which each can be found: |one|another|."""
    return "".join(f"|{word}" for word in words) + "|"


def words_of(written: str) -> list[str]:
    """The words that `listed` wrote."""
    return written.strip("|").split("|")


def searchable(text: str) -> str:
    """A text as searches compare it: no capitals, no accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


class Change(NamedTuple):
    """What one entry changes: rows that end there, rows that begin there."""

    ended: frozenset[tuple[tuple[str, Any], ...]]
    begun: tuple[Row, ...]


def change(before: Iterable[Row], after: Iterable[Row]) -> Change:
    """From the rows before to those after; rows that are the same in both stay."""
    old, new = {_frozen(row) for row in before}, [_frozen(row) for row in after]
    return Change(frozenset(old.difference(new)), tuple(dict(row) for row in new if row not in old))


def all_rows(entries: Iterable[Entry]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every row of `measure` and of `exemption` that the log comes to, ended ones as well."""
    kept: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    now: tuple[dict[str, list[dict[str, Any]]], dict[str, list[dict[str, Any]]]] = ({}, {})
    for entry, record in unfolding(entries):
        measure, exemptions = rows_of(record)
        for table, rows in enumerate(((measure,), exemptions)):
            current = now[table].setdefault(record.name, [])
            changed = change((_bare(row) for row in current), rows)
            for row in [each for each in current if _frozen(_bare(each)) in changed.ended]:
                row["until"] = entry.number
                current.remove(row)
            for begun in changed.begun:
                row = {**begun, "since": entry.number, "until": None}
                current.append(row)
                kept[table].append(row)
    return kept


def _frozen(row: Row) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(row.items()))


def _bare(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in VERSIONING}

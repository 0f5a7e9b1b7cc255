"""The deadlines of a register: of every measure in it as it stands there, and what its decisions ask to be told."""

from datetime import date
from typing import Any

from sqlmodel import Session

from registry.collection import Collection
from registry.deadlines import KINDS, deadline_rows, judged
from registry.inform import duty_rows, report_rows
from registry.questions import listing
from registry.registered import Registered
from registry.words import word
from rules.lawbook import shipped_lawbook
from rules.text import Language

Row = dict[str, Any]


def register_deadlines(session: Session, around: Collection, on: date, language: Language) -> tuple[int, list[Row]]:
    """How many measures there are, and their deadlines by day; what has no known day comes last."""
    registered, book = Registered(session, around), shipped_lawbook()
    checked = [judged(each, book, registered, on) for each in registered.measures()]
    rows = deadline_rows(checked, book, registered, on, language)
    listed = listing(session)
    filed = {each["name"] for each in listed if each["evaluation"] == "filed"}
    for row in rows:
        if row["kind"] in ("evaluation", "report") and row["measure"] in filed:
            row["says"] += f" {word('evaluation was filed', language)}"
    for each in listed:
        rows += duty_rows(each, on, language)
    rows += report_rows({name.partition("/")[0] for each in listed for name in each["instruments"]}, on, language)
    return len(checked), sorted(rows, key=_order)


def _order(row: Row) -> tuple[bool, str, int, str]:
    return row["day"] is None, row["day"]["first"] if row["day"] else "", KINDS.index(row["kind"]), row["measure"] or ""

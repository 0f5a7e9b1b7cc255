"""The decisions of the past that are shipped, loaded into a new register as if it had recorded them one by one.

They are rebuilt from public sources: a day may be known to the month, or not at all, and stays that way. No guard is
asked, for what was decided was decided; the log says of each entry that it is history.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from registry.collection import Collection, files_under
from registry.database import Database
from registry.days import interval, legal_day
from registry.deadlines import silent_grants
from registry.entries import Entry, record
from registry.entry_data import about, exemptions, judged
from registry.evidence import evidence
from registry.store import Actor, NewEntry, append, project
from rules.check import Checked, Setting, check
from rules.decision import Decision
from rules.documents import Document
from rules.engine import Engine
from rules.fields import Missing
from rules.lawbook import shipped_lawbook
from rules.measure import Measure
from rules.period import FAR_AHEAD, Day
from rules.portfolio import Members

HISTORY = Actor("history", "registrar", "")


def load_history(database: Database, folder: Path, now: datetime, engine: Engine) -> int:
    """Records every reconstructed measure under that folder that was decided on; how many."""
    collection = Collection(files_under([str(folder)]))
    book = shipped_lawbook()
    setting = Setting(book, collection, engine, legal_day(now), others=Members(collection.measures, collection, book))
    found = sorted(_decided(collection), key=lambda each: (each[1].model.decided.last, each[0].model.measure))
    with database.transaction() as session:
        for measure, decision in found:
            entries: list[Entry] = []
            for kind, received, data in _acts(measure, decision, setting):
                stated = {**data, "history": True}
                name = measure.model.measure
                beside = evidence(session, stated, collection.received)
                new = NewEntry(kind, str(uuid4()), name, HISTORY, now, received, stated)
                entries.append(append(session, new, beside))
                project(session, record(name, entries), entries[-1].number)
    return len(found)


def _decided(collection: Collection) -> Iterator[tuple[Document[Measure], Document[Decision]]]:
    """The last decision on each measure of the past."""
    for measure in collection.measures():
        decisions = collection.decisions(measure.model.measure)
        if measure.model.record == "reconstruction" and decisions:
            yield measure, decisions[-1]


def _acts(
    measure: Document[Measure], decision: Document[Decision], setting: Setting
) -> Iterator[tuple[str, bytes | None, dict[str, Any]]]:
    """Submitted, decided and made known, as far as the sources say so."""
    found = check(measure, setting)
    checked, made = judged(found), decision.model
    yield "submit", _bytes(measure), {**checked, "about": about(measure.model)}
    granted = exemptions(measure.model, made.parts) if made.outcome == "granted" else ()
    data = {
        **checked,
        "outcome": made.outcome,
        "on": interval(made.decided),
        "conditions": list(made.conditions),
        "exemptions": [each.data for each in granted],
    }
    yield "decide", _bytes(decision), data
    if isinstance(made.made_known, Day):
        yield "publish", None, {"on": interval(made.made_known)}
    elif made.made_known is not Missing.NONE:
        latest = _silence(found) if made.outcome == "granted" else None
        known = Day(made.decided.first, max(latest, made.decided.last) if latest else FAR_AHEAD)
        yield "publish", None, {"on": interval(known), "source": "silence" if latest else "unknown"}


def _silence(found: Checked) -> date | None:
    """From when the law lets silence count as a grant: so long after, it is in force whenever it was made known."""
    days = [each.day.last for each in silent_grants(found) if each.day]
    return max(days) + timedelta(days=1) if days else None


def _bytes(found: Document[Any]) -> bytes:
    return Path(found.parsed.file).read_bytes()

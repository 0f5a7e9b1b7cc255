"""The auditor's own work: a sample that anybody can draw again, and what a look over the whole register turns up."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from registry.audit.again import Again
from registry.audit.level import Told
from registry.collection import Collection
from registry.deadlines import deadlines, judged
from registry.entries import Entry, corrected, entry_of, record
from registry.findings import conditions_of, day_of, kept
from registry.refusals import EntryUnreadable
from registry.register_text import kept_words
from registry.registered import Registered, parsed
from registry.store import entries_in
from registry.tables import EntryRow, ExemptionRow, MeasureRow
from rules.documents import Document
from rules.lawbook import shipped_lawbook
from rules.measure import Measure
from rules.text import Text
from rules.vocabulary import reading


class Drawn(NamedTuple):
    """A decision in the sample: its number in the log, the measure, what was done and when it was decided."""

    entry: int
    measure: str
    kind: str
    outcome: str
    on: str
    document: str | None


def sample(session: Session, size: int, seed: str, until: int) -> list[Drawn]:
    """So many decisions of the first `until` entries, as the seed has it.

    Each decision is ordered by SHA-256 of the seed, a line feed and the key of its entry: who knows the seed and the
    log draws the same, in any language. A seed that nobody could choose makes it fair: a draw, a price on a named day.
    """
    asked = select(EntryRow).where(col(EntryRow.kind).in_(["decide", "deem"]), col(EntryRow.number) < until)
    rows = sorted(session.exec(asked), key=lambda row: sha256(f"{seed}\n{row.id}".encode()).digest())[:size]
    return sorted(_drawn(row) for row in rows)


def _drawn(row: EntryRow) -> Drawn:
    """As its entry tells; of one that cannot be read only what stands beside it. Drawn it is, whatever it says."""
    try:
        entry = entry_of(row.content, row.number)
    except EntryUnreadable:
        return Drawn(row.number, row.subject, row.kind, "–", "–", None)
    outcome, day = (str(entry.data.get(name, without)) for name, without in (("outcome", "granted"), ("on", "–")))
    return Drawn(row.number, row.subject, row.kind, outcome, day, entry.document)


class Remark(NamedTuple):
    """Something that asks for a question: about which measure, what, and since which entry of the log."""

    code: str
    measure: str
    says: Text
    entry: int


def remarks(session: Session, today: date, around: Collection, told: Told = lambda *_: None) -> Iterator[Remark]:
    """What a look over all measures turns up; none of it is wrong by itself.

    `around` has the areas and figures by which what is in force is judged again, under the law of today.
    """
    registered = Registered(session, around)
    asked = select(MeasureRow).where(col(MeasureRow.until).is_(None)).order_by(col(MeasureRow.name))
    granted = [row for row in session.exec(asked).all() if row.procedure in ("granted", "deemed")]
    again = Again(session, registered, today)
    for done, row in enumerate(granted):
        told("remarks", done, len(granted))
        try:
            entries = list(corrected(entries_in(session, row.name)))
            made = record(row.name, entries)
            said = [
                *_by_itself(row),
                *_conditions(row, entries),
                *_evaluation(session, row, entries, registered, today),
                *_extended(session, row),
                *((code, says, None) for code, says in again.of(made)),
            ]
        except EntryUnreadable as wrong:
            said = [("unreadable", wrong.why, wrong.number)]
        for code, says, entry in said:
            yield Remark(code, row.name, says, row.since if entry is None else entry)


_Said = tuple[str, Text, int | None]  # the code, what it says, and the entry where that is not where the row begins


def _by_itself(row: MeasureRow) -> Iterator[_Said]:
    if row.procedure == "deemed":
        yield "by-silence", Text("toegewezen door te zwijgen", "granted by silence"), None
    if row.against_verdict:
        verdict = reading(row.verdict)
        says = Text(
            f"toegewezen tegen de toets in ({verdict.nl}): {row.against_verdict}",
            f"granted against the verdict ({verdict.en}): {row.against_verdict}",
        )
        yield "against-verdict", says, None
    if row.procedure == "granted" and row.publication == "unpublished":
        says = Text(
            "toegewezen en niet bekendgemaakt: dan geldt zij nog niet",
            "granted and not made known: then it is not in force yet",
        )
        yield "not-made-known", says, None


def _conditions(row: MeasureRow, entries: Sequence[Entry]) -> Iterator[_Said]:
    """Of which conditions nobody recorded whether they were kept, and which were not."""
    conditions = conditions_of(entries) if row.procedure == "granted" else ()
    reports = kept(entries, len(conditions))
    if silent := [str(number) for number, each in enumerate(reports, 1) if each is None]:
        numbers = ", ".join(silent)
        says = Text(
            f"of voorwaarde {numbers} (van {len(conditions)}) is nagekomen, staat niet in het register",
            f"whether condition {numbers} (of {len(conditions)}) was kept, the register does not tell",
        )
        yield "conditions", says, None
    for number, (condition, report) in enumerate(zip(conditions, reports, strict=True), 1):
        if report and report.data.get("kept") != "kept":
            why = f"{condition} – {report.data.get('reasons', '')}"
            says = Text(
                f"voorwaarde {number}, {kept_words(report, 'nl')}: {why}",
                f"condition {number}, {kept_words(report, 'en')}: {why}",
            )
            broken = report.data.get("kept") == "not-kept"
            yield "condition-not-kept" if broken else "condition-cannot-tell", says, report.number


def _evaluation(
    session: Session, row: MeasureRow, entries: Sequence[Entry], registered: Registered, today: date
) -> Iterator[_Said]:
    """A report that the law asks by a day and that was late or is missing; else an end without any evaluation."""
    filed = min(filter(None, (day_of(each) for each in entries if each.kind == "evaluate")), default=None)
    ended = min((each for each in (row.withdrawn, row.annulled) if each), default=date.max)
    missing = False
    for due, cite in _reports(session, row, registered, today):
        if due >= min(today, ended) or (filed and filed <= due):
            continue
        missing = filed is None
        nl, en = (f"is er op {filed}", f"came on {filed}") if filed else ("is er niet", "is not there")
        says = Text(
            f"het verslag over de evaluatie had er op {due} moeten zijn ({cite}) en {nl}",
            f"the report on the evaluation was due on {due} ({cite}) and {en}",
        )
        yield "evaluation-late" if filed else "evaluation-missing", says, None
    asked = select(func.max(ExemptionRow.last)).where(
        ExemptionRow.measure == row.name, col(ExemptionRow.until).is_(None)
    )
    last: date | None = session.exec(asked).one()
    over = last is not None and last < today and (row.evaluation, row.ending, row.court) == ("none", "running", "none")
    if over and not missing:
        says = Text(
            f"liep af op {last}, en er is geen evaluatie vastgelegd", f"ended on {last}, and no evaluation is recorded"
        )
        yield "not-evaluated", says, None


def _reports(session: Session, row: MeasureRow, registered: Registered, today: date) -> Iterator[tuple[date, str]]:
    """The last day that each report on the evaluation can be due, with the provision that asks for it."""
    found = parsed(session, row.document, f"{row.name}.yaml")
    if not isinstance(found.model, Measure) or found.model.evaluation_plan is None:
        return
    book = shipped_lawbook()
    checked = judged(Document(found.model, found.parsed), book, registered, today)
    due = {
        (each.day.last, f"{each.law} {each.cite}")
        for each in deadlines(checked, book, registered, {})
        if each.kind == "report" and each.day
    }
    yield from sorted(due)


def _extended(session: Session, row: MeasureRow) -> Iterator[_Said]:
    """An extension of what had certainly ended before it began: whoever went on in between had no exemption."""
    found = parsed(session, row.document, f"{row.name}.yaml")
    for part in found.model.place.parts if isinstance(found.model, Measure) else ():
        if not isinstance(part.extends, str):
            continue
        mine, before = (_days(session, name, part.part) for name in (row.name, part.extends))
        if not mine or not before:
            continue  # what the register does not have, it does not know
        begins, ended = min(first for first, _ in mine), max(last for _, last in before)
        if (begins - ended).days > 1:
            until = Text(f"tot en met {ended}", f"until {ended}") if ended > date.min else _NEVER
            says = Text(
                f"{part.part}: verlengt {part.extends}, die gold {until.nl}; deze begint op {begins}. Wie er in de"
                " tussentijd mee doorging, had geen ontheffing",
                f"{part.part}: extends {part.extends}, in force {until.en}; this one begins on {begins}. Whoever went"
                " on in between had no exemption",
            )
            yield "gap", says, None


_NEVER = Text("op geen enkele dag", "on no day")


def _days(session: Session, measure: str, part: str) -> list[tuple[date, date]]:
    """The first day that each exemption on that part can have, and the last on which it can have been in force."""
    rows = session.exec(
        select(ExemptionRow, MeasureRow).where(
            ExemptionRow.measure == measure,
            ExemptionRow.part == part,
            MeasureRow.name == ExemptionRow.measure,
            col(ExemptionRow.until).is_(None),
            col(MeasureRow.until).is_(None),
        )
    )
    return [(each.first, _last_day(each, row)) for each, row in rows]


def _last_day(each: ExemptionRow, row: MeasureRow) -> date:
    ends = [end - timedelta(days=1) for end in (row.withdrawn, row.annulled) if end and end > date.min]
    last = min(each.last, *ends) if ends else each.last
    return date.min if row.annulled == date.min or last < each.first else last

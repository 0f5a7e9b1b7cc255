"""What the screens work on: one register, the documents around it, and each question to them in one call.

Everything here may take its time: the screens call it from workers. Nothing here knows a screen.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from registry import acts
from registry.acts import Preview, Recorded
from registry.area_text import area_text
from registry.area_view import area_rows, area_view
from registry.collection import Collection, files_under
from registry.database import Database
from registry.deadlines import deadline_rows, judged
from registry.deciding import decision_to_write
from registry.difference_text import difference_lines
from registry.entries import Entry, Record
from registry.entry_data import about
from registry.guards import Act, with_agreements
from registry.history import load_history
from registry.inform import duty_rows
from registry.law_text import law_list, law_rows, law_show
from registry.questions import Found, begun, counted, in_force_on, listing, people, record_of
from registry.register_deadlines import register_deadlines
from registry.register_text import people_lines
from registry.registered import Registered, surroundings
from registry.scenarios import coverage_lines, covered, runs_of
from registry.shipped import SHIPPED_MEASURES
from registry.store import bytes_of
from registry.timeline import area_timeline, measure_timeline
from registry.timeline_text import timeline_text
from registry.wanted import Subject, Wanted
from registry.what_if import supposing
from registry.words import word
from rules.catalogue import FactDefinition
from rules.check import Checked, Setting, check
from rules.difference import difference
from rules.documents import Document, document
from rules.engine import Engine, durable_engine
from rules.lawbook import shipped_lawbook
from rules.measure import Measure
from rules.portfolio import Members
from rules.text import Language

Row = dict[str, Any]
LawView = Literal["whole", "versions", "diff", "coverage"]
Suppositions = Sequence[tuple[str, str]]


class Opened(NamedTuple):
    """A measure with its text, its check, and where it stands in the register if it does."""

    subject: Subject
    text: str
    checked: Checked
    record: Record | None = None
    entries: tuple[Entry, ...] = ()
    suppositions: tuple[tuple[str, str], ...] = ()


class Desk:
    """One register at work: `address` as on the command line, `root` the folder of documents.

    Without an `engine` it is the rules engine, made when the first check needs it.
    """

    def __init__(self, address: str, root: str, today: date, engine: Engine | None = None) -> None:
        self.address, self.root, self.today = address, root, today
        self._database: Database | None = None
        self._documents: Collection | None = None
        self._engine = engine

    # ---- opening ----

    def open(self) -> None:
        """Opens the register; DatabaseRefused where there is none, or none that can be used."""
        self._database = Database(self.address)

    def make(self, *, with_history: bool) -> int:
        """Makes the register, with the measures of the past on request; how many."""
        self._database = Database(self.address, create=True)
        return load_history(self._database, SHIPPED_MEASURES, _now(), self.engine) if with_history else 0

    def close(self) -> None:
        if self._database:
            self._database.close()

    @property
    def database(self) -> Database:
        """The register, opened."""
        assert self._database is not None
        return self._database

    @property
    def engine(self) -> Engine:
        """The rules engine, made once."""
        self._engine = self._engine or durable_engine()
        return self._engine

    @property
    def documents(self) -> Collection:
        """The documents of the folder, as they were when they were first asked for, or last renewed."""
        if self._documents is None:
            self._documents = Collection(files_under([self.root]))
        return self._documents

    def renew(self) -> None:
        """Reads the documents anew when they are next asked for."""
        self._documents = None

    def changed(self) -> tuple[float, int]:
        """What differs whenever a document of the folder was changed, added or removed."""
        times = [file.stat().st_mtime for file in Path(self.root).rglob("*.yaml")]
        return max(times, default=0.0), len(times)

    # ---- questions ----

    def page(self, wanted: Wanted, order: str, start: int, count: int) -> list[Row]:
        """Some of the measures of the register."""
        with self.database.reading() as session:
            return listing(session, wanted, order, start, count)

    def first_page(self, wanted: Wanted, order: str, count: int) -> tuple[int, list[Row]]:
        """How many measures of the register there are, and the first of them."""
        with self.database.reading() as session:
            return counted(session, wanted), listing(session, wanted, order, 0, count)

    def files(self) -> list[Row]:
        """The measures of the folder as rows of the same shape, each judged on its own day."""
        setting = self._setting_of_files()
        return [_file_row(each, check(each, setting).verdict) for each in self.documents.measures()]

    def in_force(self, day: date, known_on: date | None, wanted: Wanted) -> tuple[list[Found], date | None]:
        """What is or may be in force on that day, as it was known on another; and since when anything was recorded."""
        with self.database.reading() as session:
            return in_force_on(session, day, known_on, wanted), begun(session)

    def deadlines(self, day: date, language: Language) -> list[Row]:
        """The deadlines of everything in the register."""
        with self.database.reading() as session:
            return register_deadlines(session, surroundings(SHIPPED_MEASURES), day, language)[1]

    def next_deadline(self, name: str, day: date, language: Language) -> Row | None:
        """The first deadline of that measure that is still to come, or has no known day."""
        with self.database.reading() as session:
            registered = Registered(session, surroundings(SHIPPED_MEASURES))
            measure, stands = registered.measure(name), listing(session, Wanted(words=name))
            if measure is None:
                return None
            book = shipped_lawbook()
            rows = deadline_rows([judged(measure, book, registered, day)], book, registered, day, language)
            for row in stands:
                rows += duty_rows(row, day, language) if row["name"] == name else []
        ahead = [row for row in rows if row["day"] and row["when"] in ("today", "coming")]
        return min(ahead, key=lambda row: str(row["day"]["first"]), default=None)

    def people(self) -> list[Row]:
        """Who may act."""
        with self.database.reading() as session:
            return people(session)

    def people_lines(self, language: Language) -> list[str]:
        """Who may act, a role a line."""
        return list(people_lines(self.people(), self.today, language))

    # ---- areas, years, laws: lines as the command line has them ----

    def areas(self, day: date) -> list[Row]:
        """All areas."""
        return area_rows(self.documents, day)

    def area(self, name: str, day: date, language: Language) -> list[str]:
        """Everything on one area."""
        found = self.documents.area(name)
        assert found is not None
        made = area_view(found, self.documents, self._setting_of_files(), day, language)
        return list(area_text(made, language, colour=True))

    def area_timeline(self, name: str, day: date, language: Language) -> list[str]:
        """The measures of an area over the years."""
        return list(
            timeline_text(area_timeline(name, shipped_lawbook(), self.documents, day, language), language, colour=True)
        )

    def measure_timeline(self, name: str, day: date, language: Language) -> list[str]:
        """A measure of the register with what it extends and what extends it."""
        with self.database.reading() as session:
            registered = Registered(session, surroundings(SHIPPED_MEASURES))
            measure = registered.measure(name)
            if measure is None:
                return []
            made = measure_timeline(measure, shipped_lawbook(), registered, day, language)
            return list(timeline_text(made, language, colour=True))

    def laws(self, language: Language) -> list[Row]:
        """Every version of every law."""
        return law_rows(shipped_lawbook(), language)

    def law(self, name: str, version: str, view: LawView, language: Language) -> list[str]:
        """A version whole, all versions over the years, what it changed, or what the scenarios show of its law."""
        book, first = shipped_lawbook(), date.fromisoformat(version)
        match view:
            case "versions":
                return list(law_list([row for row in self.laws(language) if row["id"] == name], self.today, language))
            case "diff":
                before = [each for each in book.versions(name) if each < first]
                if not before:
                    return [word("no earlier version", language)]
                found = difference(book.version(name, before[-1]), book.version(name, first))
                return list(difference_lines(found, language, colour=True))
            case "coverage":
                made = runs_of(book, (name,), [self.engine])
                return list(coverage_lines(covered(book, (name,), made), language, colour=True))
            case _:
                return list(law_show(book.version(name, first), language, colour=True))

    def record(self, name: str) -> tuple[Record, list[Entry]] | None:
        """A measure of the register with its entries."""
        with self.database.reading() as session:
            return record_of(session, name)

    # ---- one measure ----

    def opened(self, subject: Subject, suppositions: Suppositions = (), facts: Iterable[FactDefinition] = ()) -> Opened:
        """The measure judged, with other facts where those are supposed. Raises Refused where it or they are wrong.

        `facts` are those that may be supposed beside the ones of the catalogue: answers of the portfolio.
        """
        known = {**shipped_lawbook().catalogue.facts, **{each.name: each for each in facts}}
        if subject.file:
            found = self.documents.document(subject.file)
            assert isinstance(found.model, Measure)
            text = self.documents.text(subject.file)
            setting = self._setting_of_files()
            return _judged(subject, text, subject.file, setting, suppositions, known, None, ())
        with self.database.reading() as session:
            stands = record_of(session, subject.name)
            assert stands is not None
            record, entries = stands
            portfolio = Registered(session, surroundings(SHIPPED_MEASURES))
            text = bytes_of(session, record.document or "").decode("utf-8-sig")
            others = Members(portfolio.measures, portfolio, shipped_lawbook())
            setting = Setting(shipped_lawbook(), portfolio, self.engine, self.today, others=others)
            return _judged(subject, text, f"{record.name}.yaml", setting, suppositions, known, record, entries)

    def judged_draft(self, text: str, name: str) -> Checked:
        """The verdict on a draft among all that is in the register. Raises Refused where it is no sound measure."""
        found = document(text.encode(), f"{name}.yaml")
        assert isinstance(found.model, Measure)
        with self.database.reading() as session:
            portfolio = Registered(session, surroundings(SHIPPED_MEASURES), found.model.measure)
            others = Members(portfolio.measures, portfolio, shipped_lawbook())
            setting = Setting(shipped_lawbook(), portfolio, self.engine, self.today, others=others)
            return check(Document(found.model, found.parsed), setting)

    def decision_to_write(self, measure: str, person: str) -> str:
        """A decision on it with all judgements still to be given. Raises ActRefused."""
        around = SHIPPED_MEASURES
        return decision_to_write(self.database, measure, person, self.today, self.engine, around)

    # ---- acts ----

    def preview(self, act: Act, person: str) -> Preview:
        """What an act would record and what stands in its way."""
        return acts.preview(self.database, act, person, _now(), self.engine, SHIPPED_MEASURES)

    def perform(self, act: Act, person: str) -> Recorded:
        """Records the act. Raises ActRefused, or Refused where a document is wrong."""
        return acts.perform(self.database, act, person, _now(), self.engine, SHIPPED_MEASURES)

    def _setting_of_files(self) -> Setting:
        documents, book = self.documents, shipped_lawbook()
        return Setting(book, documents, self.engine, self.today, others=Members(documents.measures, documents, book))


def _now() -> datetime:
    return datetime.now(UTC)


def _judged(
    subject: Subject,
    text: str,
    file: str,
    setting: Setting,
    suppositions: Suppositions,
    known: Mapping[str, FactDefinition],
    record: Record | None,
    entries: Sequence[Entry],
) -> Opened:
    made = supposing(text, file, suppositions, known)
    measure = with_agreements(made.measure, record) if record else made.measure
    checked = check(measure, setting._replace(supposed=made.facts))
    return Opened(subject, text, checked, record, tuple(entries), tuple(suppositions))


def _file_row(measure: Document[Measure], verdict: str) -> Row:
    said = about(measure.model)
    return {
        "name": measure.model.measure,
        "file": measure.parsed.file,
        "title_nl": said["title"]["nl"],
        "title_en": said["title"]["en"],
        **{name: said[name] for name in ("municipality", "areas", "parts", "domains", "instruments")},
        "verdict": verdict,
        "procedure": measure.model.record,
    }

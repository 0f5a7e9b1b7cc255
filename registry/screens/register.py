"""What is in force: on a day, as known on another; with conditions, the next deadline, and a picture over the years."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from registry.register_text import before_the_register, day_words, term_words, why_unknown
from registry.screens.dialogs import Prompt, Reading
from registry.screens.page import Page, plain
from registry.screens.record_table import Cell, Column, RecordTable, Row
from registry.sheets import csv_text, json_lines, xlsx
from registry.wanted import Subject, Wanted
from registry.words import word

if TYPE_CHECKING:
    from registry.entries import Entry, Record
    from registry.questions import Found


class Register(Page):
    """The auditor's question: what held on that day, and what was known of it when."""

    CSS_PATH = "register.tcss"
    HELP_WORD = "help register"
    WHERE = "at register"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "day", "on day", id="register.day"),
        Binding("D", "known", "known on", id="register.known"),
        Binding("slash", "search", "search", key_display="/", id="register.search"),
        Binding("t", "timeline", "timeline", id="register.timeline"),
        Binding("p", "people", "people", show=False, id="register.people"),
        Binding("r", "reload", "reload", show=False, id="register.reload"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._known_on: date | None = None
        self._words = ""
        self._found: list[Found] = []

    def body(self) -> ComposeResult:
        yield Input(id="words", compact=True)
        with Horizontal(id="split"):
            yield RecordTable((), self._cells, id="list")
            with VerticalScroll(id="beside"):
                yield Static(id="told", markup=False)
        yield Static(id="empty", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RecordTable).focus()

    def retell(self) -> None:
        super().retell()
        self.query_one(Input).placeholder = f"/ {self.said('search')}"
        if self.regel.is_open:
            self.load()

    def load(self) -> None:
        """Asks what is in force anew."""
        desk, day, known, words = self.desk, self.regel.day, self._known_on, self._words
        self.ask(lambda: desk.in_force(day, known, Wanted(words=words)), self._show, group="register")

    def where(self) -> str:
        known = f" · {word('as known on', self.language)} {self._known_on}" if self._known_on else ""
        sure = sum(each.holds is True for each in self._found)
        number = f"{sure} (+ {self.said('not known number', number=len(self._found) - sure)})"
        return f"{word('in force on', self.language).capitalize()} {self.regel.day}{known}: {number}"

    def _show(self, answer: "tuple[list[Found], date | None]") -> None:
        found, begun = answer
        self._found = sorted(found, key=lambda each: not each.holds)  # what is sure comes first
        table = self.query_one(RecordTable)
        rows: list[Row] = [{"number": number} for number in range(len(found))]
        names = (("municipality", 11, 0), ("part", 16, 2), ("instrument", 22, 1), ("term", 25, 0))
        columns = [Column("", 2), *(Column(word(name, self.language), width, share) for name, width, share in names)]
        table.show_all(rows, columns)
        empty = self.query_one("#empty", Static)
        empty.display = not found
        early = before_the_register(self._known_on, begun, self.language)
        empty.update(plain(f"{early} {self.said('nothing in force')}".strip()))
        self.tell_where()
        self._tell(table.current)

    def _cells(self, row: Row) -> list[Cell]:
        found = self._found[row["number"]]
        each = found.exemption
        mark, tone = ("!", "bad") if found.against_verdict else ("✓", "good") if found.holds else ("?", "open")
        return [
            Cell(mark, tone),
            Cell(each.municipality),
            Cell(each.part),
            Cell(each.instrument),
            Cell(term_words(each, self.language), "" if found.holds else "open"),
        ]

    # ---- beside the list ----

    @on(RecordTable.Moved)
    def moved(self, message: RecordTable.Moved) -> None:
        self._tell(message.row)

    def _tell(self, row: Row | None) -> None:
        told = self.query_one("#told", Static)
        if row is None or row["number"] >= len(self._found):
            told.update("")
            return
        found = self._found[row["number"]]
        told.update(plain(self._about(found)))
        desk, name, day, language = self.desk, found.exemption.measure, self.regel.day, self.language
        self.ask(
            lambda: (desk.record(name), desk.next_deadline(name, day, language)),
            lambda more: self._tell_more(found, *more),
            group="beside",
        )

    def _about(self, found: "Found") -> str:
        each, language = found.exemption, self.language
        told = [found.titles.read(language), f"{each.measure}", "", f"{each.part}, {each.area}"]
        told.append(f"{each.instrument}: {term_words(each, language)}")
        if found.effect.published:
            told.append(f"{word('made_known', language)}: {day_words(found.effect.published, language)}")
        if found.holds is None:
            told.append(f"? {why_unknown(each, found.effect).read(language)}")
        if found.against_verdict:
            told.append(f"! {word('against the verdict', language)}: {found.against_verdict}")
        return "\n".join(told)

    def _tell_more(self, found: "Found", known: "tuple[Record, list[Entry]] | None", due: Row | None) -> None:
        told = [self._about(found)]
        if known and known[0].conditions:
            told += ["", word("conditions", self.language), *(f"- {each}" for each in known[0].conditions)]
        told += ["", self.said("next deadline")]
        if due and due["day"]:
            told += [f"{due['day']['written']} {word('kind ' + due['kind'], self.language)}", due["says"]]
        else:
            told.append(self.said("no deadline ahead"))
        self.query_one("#told", Static).update(plain("\n".join(told)))

    # ---- what people do here ----

    @on(RecordTable.Opened)
    def opened(self, message: RecordTable.Opened) -> None:
        self.regel.open_measure(Subject(self._found[message.row["number"]].exemption.measure))

    @on(Input.Changed, "#words")
    def typed(self, event: Input.Changed) -> None:
        self._words = event.value
        self.load()

    @on(Input.Submitted, "#words")
    def submitted(self) -> None:
        self.query_one(RecordTable).focus()

    def action_search(self) -> None:
        self.query_one(Input).focus()

    def action_back(self) -> None:
        words = self.query_one(Input)
        if not self.works_long and (words.value or words.has_focus):
            words.value = ""
            self.query_one(RecordTable).focus()
        else:
            super().action_back()

    def action_day(self) -> None:
        self.regel.ask_day(self.retell)

    def action_known(self) -> None:
        before = self._known_on.isoformat() if self._known_on else ""
        self.app.push_screen(Prompt(self.said("known on which day"), before, self.regel.wrong_day), self._known)

    def _known(self, day: str | None) -> None:
        if day is not None:
            self._known_on = date.fromisoformat(day) if day.strip() else None
            self.load()

    def action_timeline(self) -> None:
        row = self.query_one(RecordTable).current
        if row is None:
            return
        name, desk, day, language = (
            self._found[row["number"]].exemption.measure,
            self.desk,
            self.regel.day,
            self.language,
        )

        def lines() -> list[str]:
            with self.columns(self.size.width - 8):
                return desk.measure_timeline(name, day, language)

        self.ask(lines, lambda told: self.app.push_screen(Reading(self.said("timeline"), told)), group="timeline")

    def action_people(self) -> None:
        desk, language = self.desk, self.language
        self.ask(
            lambda: desk.people_lines(language),
            lambda lines: self.app.push_screen(Reading(self.said("people"), lines)),
            group="people",
        )

    def action_reload(self) -> None:
        self.load()

    # ---- copy and export ----

    def shown_text(self) -> str:
        row = self.query_one(RecordTable).current
        return self._about(self._found[row["number"]]) if row else ""

    def exports(self) -> dict[str, Callable[[], bytes]]:
        from registry.exports import EXEMPTIONS, exemption_cells

        rows = [exemption_cells(each, self.language) for each in self._found]
        names: Sequence[str] = EXEMPTIONS
        return {
            ".csv": lambda: csv_text(names, rows).encode(),
            ".xlsx": lambda: xlsx(names, rows),
            ".jsonl": lambda: "".join(f"{line}\n" for line in json_lines(rows)).encode(),
        }

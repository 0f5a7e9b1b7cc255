"""The deadlines of everything in the register, by day; saved as a calendar on request."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from registry.calendar_file import calendar_file
from registry.deadlines import KINDS
from registry.screens.dialogs import Choose
from registry.screens.page import Page, plain
from registry.screens.record_table import Cell, Column, RecordTable, Row
from registry.wanted import Subject
from registry.words import word

_MARKS = {"past": "‹", "today": "●", "coming": "›", "unknown": "?"}


class Deadlines(Page):
    """What has to happen when, and which law says so."""

    CSS_PATH = "deadlines.tcss"
    HELP_WORD = "help deadlines"
    WHERE = "at deadlines"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "kinds", "filters", id="deadlines.filters"),
        Binding("d", "day", "on day", id="deadlines.day"),
        Binding("r", "reload", "reload", show=False, id="deadlines.reload"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kind = ""
        self._rows: list[Row] = []

    def body(self) -> ComposeResult:
        with Vertical():
            yield RecordTable((), self._cells, id="list")
            with VerticalScroll(id="beside"):
                yield Static(id="told", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RecordTable).focus()

    def retell(self) -> None:
        super().retell()
        if self.regel.is_open:
            self.load()

    def load(self) -> None:
        """Asks for the deadlines anew."""
        desk, day, language = self.desk, self.regel.day, self.language
        self.ask(lambda: desk.deadlines(day, language), self._show, group="deadlines")

    def where(self) -> str:
        kind = f" · {word('kind ' + self._kind, self.language)}" if self._kind else ""
        return f"{self.said(self.WHERE)} · {word('day', self.language)} {self.regel.day}{kind} · {len(self._listed())}"

    def _listed(self) -> list[Row]:
        return [row for row in self._rows if not self._kind or row["kind"] == self._kind]

    def _show(self, rows: list[Row]) -> None:
        self._rows = rows
        table, listed = self.query_one(RecordTable), self._listed()
        names = (("day", 13, 0), ("what", 22, 0), ("measure", 20, 1), ("rule", 20, 2))
        columns = [Column(word(name, self.language), width, share) for name, width, share in names]
        table.show_all(listed, columns)
        coming = next((n for n, row in enumerate(listed) if row["when"] in ("today", "coming")), 0)
        table.to(coming)
        self.tell_where()

    def _cells(self, row: Row) -> list[Cell]:
        day = row["day"]["written"] if row["day"] else word("unknown", self.language)
        tone = {"past": "dim", "unknown": "open"}.get(row["when"], "")
        return [
            Cell(f"{_MARKS[row['when']]} {day}", tone),
            Cell(word("kind " + row["kind"], self.language), tone),
            Cell(row["measure"] or row["title"], tone),
            Cell(row["says"], tone),
        ]

    @on(RecordTable.Moved)
    def moved(self, message: RecordTable.Moved) -> None:
        self.query_one("#told", Static).update(plain(self._about(message.row)) if message.row else "")

    def _about(self, row: Row) -> str:
        cite = f" ({row['law']}, {row['citation']})" if row["citation"] else ""
        advice = f" [{word('advice', self.language)}]" if row["advice"] else ""
        parts = "; ".join(f"{each['instrument_name']}: {', '.join(each['parts'])}" for each in row["on"])
        head = f"{self._cells(row)[0].text}  {word('kind ' + row['kind'], self.language)}{advice}"
        return "\n".join(each for each in (head, row["title"], parts, f"{row['says']}{cite}") if each)

    @on(RecordTable.Opened)
    def opened(self, message: RecordTable.Opened) -> None:
        if message.row["measure"]:
            self.regel.open_measure(Subject(message.row["measure"]))

    def action_kinds(self) -> None:
        choices = [("", self.said("all")), *((kind, word(f"kind {kind}", self.language)) for kind in KINDS)]
        self.app.push_screen(Choose(self.said("filters"), choices, self._kind), self._only)

    def _only(self, kind: str | None) -> None:
        if kind is not None:
            self._kind = kind
            self._show(self._rows)

    def action_day(self) -> None:
        self.regel.ask_day(self.retell)

    def action_reload(self) -> None:
        self.load()

    def shown_text(self) -> str:
        row = self.query_one(RecordTable).current
        return self._about(row) if row else ""

    def exports(self) -> dict[str, Callable[[], bytes]]:
        rows, language = self._listed(), self.language
        return {
            ".ics": lambda: calendar_file(rows, language, datetime.now(UTC)),
            ".txt": lambda: "\n\n".join(map(self._about, rows)).encode(),
        }

"""The laws with their versions: one version whole, all on a time axis, what a version changed, what scenarios show."""

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from registry.screens.dialogs import Prompt
from registry.screens.lines_view import LinesView
from registry.screens.page import Page
from registry.screens.record_table import Cell, Column, RecordTable, Row
from registry.words import word

View = Literal["whole", "versions", "diff", "coverage"]


class Law(Page):
    """What the law says, as the rules have it."""

    CSS_PATH = "law.tcss"
    HELP_WORD = "help law"
    WHERE = "at law"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view('versions')", "versions", id="law.versions"),
        Binding("d", "view('diff')", "diff", id="law.diff"),
        Binding("o", "view('coverage')", "coverage", id="law.coverage"),
        Binding("w", "view('whole')", "whole", id="law.whole"),
        Binding("slash", "search", "search", key_display="/", id="law.search"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view: View = "whole"
        self._row: Row | None = None

    def body(self) -> ComposeResult:
        with Horizontal(id="split"):
            yield RecordTable((), self._cells, id="list")
            yield LinesView(id="told")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RecordTable).focus()

    def retell(self) -> None:
        super().retell()
        desk, language = self.desk, self.language
        self.ask(lambda: desk.laws(language), self._show, group="laws")

    def where(self) -> str:
        return f"{self.said(self.WHERE)} · {self.said(self._view)}"

    def _show(self, rows: list[Row]) -> None:
        columns = [Column(word("version", self.language), 26, 1), Column(word("rules", self.language), 7)]
        self.query_one(RecordTable).show_all(rows, columns)

    def _cells(self, row: Row) -> list[Cell]:
        tone = {"proposal": "open", "ended": "dim"}.get(row["status"].replace(" ", "-"), "")
        return [Cell(f"{row['id']}@{row['version']}", tone), Cell(f"{row['rules']:>5}", "dim")]

    @on(RecordTable.Moved)
    def moved(self, message: RecordTable.Moved) -> None:
        self._row = message.row
        self._tell()

    @on(RecordTable.Opened)
    def opened(self) -> None:
        self.query_one(LinesView).focus()

    def _tell(self) -> None:
        row, view = self._row, self._view
        if row is None:
            return
        columns = max(60, self.query_one(LinesView).size.width - 2)
        desk, language = self.desk, self.language

        def lines() -> list[str]:
            with self.columns(columns):
                return desk.law(row["id"], row["version"], view, language)

        self.ask(lines, self.query_one(LinesView).show_lines, group="law")

    def on_resize(self) -> None:
        self._tell()

    def action_view(self, view: View) -> None:
        self._view = view
        self.tell_where()
        self._tell()

    def action_search(self) -> None:
        view = self.query_one(LinesView)
        self.app.push_screen(Prompt(self.said("search for"), view.found), view.find)

    def shown_text(self) -> str:
        return self.query_one(LinesView).plain

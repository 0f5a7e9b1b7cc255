"""The areas, and of each what is known: figures against thresholds, measures, what meets, money, and its timeline."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from registry.screens.dialogs import Prompt
from registry.screens.lines_view import LinesView
from registry.screens.page import Page
from registry.screens.record_table import Cell, Column, RecordTable, Row
from registry.words import word


class Areas(Page):
    """A list of areas, and the one under the cursor beside it."""

    CSS_PATH = "areas.tcss"
    HELP_WORD = "help areas"
    WHERE = "at areas"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "timeline", "timeline", id="areas.timeline"),
        Binding("d", "day", "on day", id="areas.day"),
        Binding("slash", "search", "search", key_display="/", id="areas.search"),
        Binding("r", "reload", "reload", show=False, id="areas.reload"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._timeline = False
        self._area = ""

    def body(self) -> ComposeResult:
        with Horizontal(id="split"):
            yield RecordTable((), self._cells, id="list")
            yield LinesView(id="told")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RecordTable).focus()

    def retell(self) -> None:
        super().retell()
        desk, day = self.desk, self.regel.day
        self.ask(lambda: desk.areas(day), self._show, group="areas")

    def where(self) -> str:
        return f"{self.said(self.WHERE)} · {word('day', self.language)} {self.regel.day}"

    def _show(self, rows: list[Row]) -> None:
        columns = [Column(word("area", self.language), 22, 1), Column("#", 4)]
        self.query_one(RecordTable).show_all(rows, columns)

    def _cells(self, row: Row) -> list[Cell]:
        return [Cell(row["name"]), Cell(f"{row['measures'] or '–':>3}", "dim")]

    @on(RecordTable.Moved)
    def moved(self, message: RecordTable.Moved) -> None:
        if message.row:
            self._area = message.row["area"]
            self._tell()

    @on(RecordTable.Opened)
    def opened(self) -> None:
        self.query_one(LinesView).focus()

    def _tell(self) -> None:
        if not self._area:
            return
        columns = max(60, self.query_one(LinesView).size.width - 2)
        desk, area, day, language, timeline = self.desk, self._area, self.regel.day, self.language, self._timeline

        def lines() -> list[str]:
            with self.columns(columns):
                return desk.area_timeline(area, day, language) if timeline else desk.area(area, day, language)

        self.ask(lines, self.query_one(LinesView).show_lines, group="area")

    def on_resize(self) -> None:
        self._tell()

    def action_timeline(self) -> None:
        self._timeline = not self._timeline
        self._tell()

    def action_day(self) -> None:
        self.regel.ask_day(self.retell)

    def action_search(self) -> None:
        view = self.query_one(LinesView)
        self.app.push_screen(Prompt(self.said("search for"), view.found), view.find)

    def action_reload(self) -> None:
        self.desk.renew()
        self.retell()

    def shown_text(self) -> str:
        return self.query_one(LinesView).plain

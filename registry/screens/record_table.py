"""A table that asks for rows only when they are on screen: 100,000 of them cost no more than a hundred."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from registry.gate import show

Row = dict[str, Any]
BLOCK = 200
KEPT_BLOCKS = 32


class Column(NamedTuple):
    """A column: its heading, its least width, and its share of what is left of the line."""

    title: str
    width: int
    share: int = 0


class Cell(NamedTuple):
    """What a cell shows. `tone` is good, bad, open or dim: never the only sign of what it means."""

    text: str
    tone: str = ""


class RecordTable(ScrollView, can_focus=True):
    """Rows by number; those not at hand are asked for with `Wanted`, and shown once `fill` brings them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--header", "record-table--cursor", "record-table--odd", "record-table--good",
        "record-table--bad", "record-table--open", "record-table--dim",
    }  # fmt: skip
    DEFAULT_CSS = """
    RecordTable { height: 1fr; background: $surface; overflow-x: hidden; scrollbar-size-vertical: 1; }
    RecordTable > .record-table--header { background: $panel; text-style: bold; }
    RecordTable > .record-table--odd { background: $surface-lighten-1; }
    RecordTable > .record-table--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    RecordTable > .record-table--good { color: $text-success; }
    RecordTable > .record-table--bad { color: $text-error; }
    RecordTable > .record-table--open { color: $text-warning; }
    RecordTable > .record-table--dim { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False, id="table.down"),
        Binding("up,k", "move(-1)", "up", show=False, id="table.up"),
        Binding("pagedown,ctrl+d", "page(1)", "page down", show=False, id="table.page-down"),
        Binding("pageup,ctrl+u", "page(-1)", "page up", show=False, id="table.page-up"),
        Binding("home,g", "first", "first", show=False, id="table.first"),
        Binding("end,G", "last", "last", show=False, id="table.last"),
        Binding("enter", "open", "open", id="table.open"),
    ]
    cursor: reactive[int] = reactive(0, repaint=True)

    @dataclass
    class Wanted(Message):
        """Rows are missing: those of this block, for the list as it is now."""

        table: "RecordTable"
        block: int
        generation: int

    @dataclass
    class Moved(Message):
        table: "RecordTable"
        row: Row | None

    @dataclass
    class Opened(Message):
        table: "RecordTable"
        row: Row

    @dataclass
    class HeaderClicked(Message):
        table: "RecordTable"
        column: int

    def __init__(self, columns: Sequence[Column], cells: Callable[[Row], Sequence[Cell]], id: str = "") -> None:  # noqa: A002
        super().__init__(id=id or None)
        self._columns, self._cells = columns, cells
        self._blocks: dict[int, Sequence[Row]] = {}
        self._asked: set[int] = set()
        self._whole: Sequence[Row] | None = None
        self.total = self.generation = 0

    def show_all(self, rows: Sequence[Row], columns: Sequence[Column] = ()) -> None:
        """A new list of which every row is at hand."""
        self.show_rows(len(rows), rows[:BLOCK], columns)
        self._whole = rows

    def show_rows(self, total: int, first: Sequence[Row], columns: Sequence[Column] = ()) -> None:
        """A new list of `total` rows, of which the first are at hand."""
        self._columns, self._whole = columns or self._columns, None
        self.total, self.generation = total, self.generation + 1
        self._blocks = {0: first} if first or not total else {}
        self._asked = set(self._blocks)
        self._measure()
        before, self.cursor = self.cursor, clamp(self.cursor, 0, max(total - 1, 0))
        if before == self.cursor:
            self.post_message(self.Moved(self, self.row(self.cursor)))
        self.refresh()

    def fill(self, block: int, rows: Sequence[Row], generation: int) -> None:
        """Brings the rows of a block, unless the list has changed since they were asked for."""
        if generation != self.generation:
            return
        if len(self._blocks) >= KEPT_BLOCKS:
            far = max(self._blocks, key=lambda each: abs(each - self.cursor // BLOCK))
            del self._blocks[far]
            self._asked.discard(far)
        self._blocks[block] = rows
        if block == self.cursor // BLOCK:
            self.post_message(self.Moved(self, self.row(self.cursor)))
        self.refresh()

    def row(self, number: int) -> Row | None:
        """That row, or None while it is not at hand; then it is asked for."""
        if self._whole is not None:
            return self._whole[number] if number < len(self._whole) else None
        block, offset = divmod(number, BLOCK)
        found = self._blocks.get(block)
        if found is None:
            if block not in self._asked and number < self.total:
                self._asked.add(block)
                self.post_message(self.Wanted(self, block, self.generation))
            return None
        return found[offset] if offset < len(found) else None

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.row(self.cursor) if self.total else None

    def to(self, number: int) -> None:
        """Puts the cursor on that row, and brings it in sight once the table knows how long it is."""
        self.cursor = number
        self.call_after_refresh(self._into_sight)

    def on_resize(self) -> None:
        self._measure()
        self._into_sight()

    def _measure(self) -> None:
        self.virtual_size = Size(max(self.size.width, sum(self.widths())), self.total + 1)

    def widths(self) -> list[int]:
        """How wide each column is now, in the room there is."""
        least = [column.width for column in self._columns]
        free, shares = self.size.width - sum(least) - 1, sum(column.share for column in self._columns)
        if free <= 0 or not shares:
            return least
        return [width + free * column.share // shares for width, column in zip(least, self._columns, strict=True)]

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        number = top + y - 1  # the first line is the heading
        if y == 0:
            style = self.rich_style + self.get_component_rich_style("record-table--header")
            return self._line([Cell(column.title) for column in self._columns], style, left, toned=False)
        if number >= self.total:
            return Strip.blank(self.size.width, self.rich_style)
        on_cursor = number == self.cursor
        name = "cursor" if on_cursor and self.has_focus else "odd" if number % 2 else ""
        style = self.rich_style
        if name:
            style += self.get_component_rich_style(f"record-table--{name}")
        if on_cursor and not self.has_focus:
            style += self.get_component_rich_style("record-table--header")
        row = self.row(number)
        cells = [Cell("…", "dim")] if row is None else self._cells(row)
        return self._line(cells, style, left, toned=name != "cursor")

    def _line(self, cells: Sequence[Cell], style: Style, left: int, toned: bool) -> Strip:
        segments = []
        for cell, width in zip(cells, self.widths(), strict=False):
            text = set_cell_size(show(cell.text), max(width - 1, 0)) + " "
            tone = self.get_component_rich_style(f"record-table--{cell.tone}") if cell.tone and toned else None
            segments.append(Segment(text, _over(style, tone)))
        return Strip(segments).crop_extend(left, left + self.size.width, style)

    def validate_cursor(self, cursor: int) -> int:
        return clamp(cursor, 0, max(self.total - 1, 0))

    def watch_cursor(self, before: int, cursor: int) -> None:
        self._into_sight()
        if self.total and before != cursor:
            self.post_message(self.Moved(self, self.row(cursor)))

    def _into_sight(self) -> None:
        visible, top = max(self.size.height - 1, 1), self.scroll_offset.y
        if not top <= self.cursor < top + visible:
            y = self.cursor if self.cursor < top else self.cursor - visible + 1
            self.scroll_to(y=y, animate=False, immediate=True)

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_page(self, by: int) -> None:
        self.cursor += by * max(self.size.height - 2, 1)

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.to(self.total - 1)

    def action_open(self) -> None:
        if row := self.current:
            self.post_message(self.Opened(self, row))

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            at, x = 0, event.x + self.scroll_offset.x
            for width in self.widths():
                if x < width:
                    break
                at, x = at + 1, x - width
            self.post_message(self.HeaderClicked(self, min(at, len(self._columns) - 1)))
            return
        self.cursor = self.scroll_offset.y + event.y - 1
        if event.chain == 2:
            self.action_open()


def _over(style: Style, tone: Style | None) -> Style:
    """The style with the colour of the tone, on the background that it has."""
    if tone is None or tone.color is None:
        return style
    return style + Style(color=tone.color)

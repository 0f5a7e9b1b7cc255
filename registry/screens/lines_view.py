"""Lines that the layer below wrote, to scroll through and search: pictures, explanations, a document as it stands."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip


class LinesView(ScrollView, can_focus=True):
    """Lines with the colours of registry/lines.py; all foreign text in them has passed the gate already."""

    DEFAULT_CSS = """
    LinesView { height: 1fr; background: $surface; padding: 0; scrollbar-size: 1 1; }
    LinesView > .lines-view--found { background: $warning; color: $background; }
    LinesView > .lines-view--marked { background: $block-cursor-background; color: $block-cursor-foreground; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines-view--found", "lines-view--marked"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "down", show=False, id="lines.down"),
        Binding("up,k", "scroll_up", "up", show=False, id="lines.up"),
        Binding("pagedown,ctrl+d,space", "page_down", "page down", show=False, id="lines.page-down"),
        Binding("pageup,ctrl+u", "page_up", "page up", show=False, id="lines.page-up"),
        Binding("home,g", "scroll_home", "first", show=False, id="lines.first"),
        Binding("end,G", "scroll_end", "last", show=False, id="lines.last"),
        Binding("n", "next_found(1)", "next", show=False, id="lines.next"),
        Binding("N", "next_found(-1)", "previous", show=False, id="lines.previous"),
    ]
    found: reactive[str] = reactive("", repaint=True)
    marked: reactive[int] = reactive(-1, repaint=True)

    def __init__(self, id: str = "") -> None:  # noqa: A002
        super().__init__(id=id or None)
        self._lines: list[Text] = []

    def show_lines(self, lines: Sequence[str], marked: int = -1) -> None:
        """Other lines; `marked` is one to stand out, and to be in sight."""
        self._lines = [Text.from_ansi(line, end="") for line in lines]
        self.virtual_size = Size(max((line.cell_len for line in self._lines), default=0), len(self._lines))
        self.marked = marked
        self.call_after_refresh(self._show_marked)  # how many lines fit is known only then
        self.refresh()

    def _show_marked(self) -> None:
        self.scroll_to(0, max(0, self.marked - self.size.height // 2), animate=False, immediate=True)

    @property
    def plain(self) -> str:
        """All lines as text."""
        return "\n".join(line.plain.rstrip() for line in self._lines) + "\n"

    def find(self, words: str | None) -> None:
        """Marks every line with those words, and brings the first in sight."""
        self.found = (words or "").casefold()
        at = self._hits()
        if at:
            self.scroll_to(y=max(0, at[0] - 2), animate=False, immediate=True)

    def _hits(self) -> list[int]:
        return [n for n, line in enumerate(self._lines) if self.found and self.found in line.plain.casefold()]

    def action_next_found(self, by: int) -> None:
        here, hits = self.scroll_offset.y + 2, self._hits()
        later = [at for at in hits if (at > here if by > 0 else at < here)]
        if hits:
            target = (later[0] if by > 0 else later[-1]) if later else hits[0 if by > 0 else -1]
            self.scroll_to(y=max(0, target - 2), animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        number, base = top + y, self.rich_style
        if number >= len(self._lines):
            return Strip.blank(self.size.width, base)
        line = self._lines[number]
        if number == self.marked:
            base += self.get_component_rich_style("lines-view--marked")
        elif self.found and self.found in line.plain.casefold():
            base += self.get_component_rich_style("lines-view--found")
        segments = [Segment(text, base + (style or Style())) for text, style, _ in line.render(self.app.console)]
        return Strip(segments).crop_extend(left, left + self.size.width, base)

"""Small questions over a screen: a line of text, a choice from a list, lines to read in full."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from registry.gate import show
from registry.screens.lines_view import LinesView
from registry.screens.page import plain

Checker = Callable[[str], str | None]


class Prompt(ModalScreen[str | None]):
    """Asks for one line; `check` says at every key what is wrong with it, and what is wrong is not taken."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "cancel", id="prompt.cancel")]

    def __init__(self, question: str, value: str = "", check: Checker | None = None, note: str = "") -> None:
        super().__init__()
        self._question, self._value, self._check, self._note = question, value, check, note

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._question, "bold"), markup=False)
            yield Input(show(self._value), compact=True)
            yield Static(plain(self._note), id="note", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @on(Input.Changed)
    def changed(self, event: Input.Changed) -> None:
        wrong = self._check(event.value) if self._check else None
        note = self.query_one("#note", Static)
        note.set_class(bool(wrong), "wrong")
        note.update(plain(wrong or self._note))

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        if not (self._check and self._check(event.value)):
            self.dismiss(event.value)

    def action_cancel(self) -> None:
        self.dismiss(None)


class Choose(ModalScreen[str | None]):
    """Asks for one of some things: each a word to give back, and how it is told."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", id="choose.cancel"),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(self, question: str, choices: Sequence[tuple[str, str]], chosen: str = "") -> None:
        super().__init__()
        self._question, self._choices, self._chosen = question, choices, chosen

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(plain(self._question, "bold"), markup=False)
            yield OptionList(*(Option(plain(told)) for _, told in self._choices), markup=False)

    def on_mount(self) -> None:
        options = self.query_one(OptionList)
        options.focus()
        words = [word for word, _ in self._choices]
        options.highlighted = words.index(self._chosen) if self._chosen in words else 0

    @on(OptionList.OptionSelected)
    def selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index][0])

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_cancel(self) -> None:
        self.dismiss(None)


class Reading(ModalScreen[None]):
    """Lines to read in full, over the screen."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "close", "back", id="reading.close")]

    def __init__(self, title: str, lines: Sequence[str], marked: int = -1) -> None:
        super().__init__()
        self._title, self._lines, self._marked = title, lines, marked

    def compose(self) -> ComposeResult:
        with Vertical(classes="reading"):
            yield Static(plain(self._title, "bold"), markup=False)
            yield LinesView()

    def on_mount(self) -> None:
        view = self.query_one(LinesView)
        view.focus()
        view.show_lines(self._lines, self._marked)

    def action_close(self) -> None:
        self.dismiss(None)

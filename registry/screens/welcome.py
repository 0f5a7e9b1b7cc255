"""The first minute: no register yet, and an offer to make one that shows something true at once."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from registry.screens.page import Page, plain


class Welcome(Page):
    """Makes a register, full or empty, or leaves it."""

    CSS_PATH = "welcome.tcss"
    HELP_WORD = "no register"
    WHERE = "at register"
    _CHOICES: ClassVar[tuple[str, ...]] = ("make with history", "make empty", "only look")

    def body(self) -> ComposeResult:
        with Vertical(id="offer"):
            yield Static(id="told", markup=False)
            yield OptionList(id="choices", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(OptionList).focus()

    def retell(self) -> None:
        super().retell()
        self.query_one("#told", Static).update(plain(self.said("no register", at=self.regel.place)))
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options(Option(plain(self.said(name))) for name in self._CHOICES)
        choices.highlighted = 0

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        choice = self._CHOICES[event.option_index]
        if choice == "only look":
            self.app.exit()
            return
        self.query_one("#told", Static).update(plain(self.said("making")))
        self.query_one(OptionList).disabled = True
        desk, full = self.desk, choice == "make with history"
        self.ask(lambda: desk.make(with_history=full), lambda _: self.regel.opened(), group="making")

    def tell_failure(self, failure: Exception) -> None:
        super().tell_failure(failure)
        self.query_one(OptionList).disabled = False
        self.retell()

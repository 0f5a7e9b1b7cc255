"""What every screen has: a line at the top that says where one is, keys in the user's language, work off the screen.

State changes only in message handlers: `ask` runs a job in a worker, and `then` gets its answer as a message.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from registry.gate import show
from registry.lines import in_columns
from registry.refusals import ActRefused, DatabaseRefused, EntryUnreadable
from registry.screens.words import NAMES, said
from rules.chain import EngineFault, EngineMissing
from rules.problems import Refused
from rules.text import Language, Text

if TYPE_CHECKING:
    from registry.desk import Desk
    from tui import RegelruimteApp

T = TypeVar("T")
LONG = 0.5  # seconds after which people want to know, and may want to stop it
FAILURES = (DatabaseRefused, EntryUnreadable, ActRefused, Refused, EngineFault, EngineMissing, OSError)


def plain(text: str, style: str = "") -> Content:
    """Foreign text as content: through the gate, and never read as markup."""
    return Content.styled(show(text, newlines=True), style) if style else Content(show(text, newlines=True))


PLACES = ("measures", "register", "deadlines", "areas", "law")


class Places(Static):
    """The places that one can go to, each with its key; the one where one is stands out. A click goes there too."""

    def __init__(self, id: str, markup: bool) -> None:  # noqa: A002
        super().__init__(id=id, markup=markup)
        self._ends: list[int] = []

    def tell(self, language: Language, here: str) -> None:
        """Says them in that language."""
        line = Content("")
        self._ends = []
        for number, name in enumerate(PLACES, 1):
            told = f" {number} {said(f'at {name}', language)} "
            line = line.append(Content.styled(told, "reverse bold" if name == here else ""))
            self._ends.append(line.cell_length)
        self.update(line)

    def on_click(self, event: events.Click) -> None:
        at = next((n for n, end in enumerate(self._ends) if event.x < end), None)
        if at is not None:
            self.app.call_later(self.app.run_action, f"go('{PLACES[at]}')")


class Page(Screen[Any]):
    """A screen with a title line and a footer; `HELP_WORD` names what `?` tells of it."""

    HELP_WORD: ClassVar[str] = ""
    WHERE: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "app.help", "help", key_display="?", id="app.help"),
        Binding("c", "copy_shown", "copy", show=False, id="page.copy"),
        Binding("x", "export", "export", show=False, id="page.export"),
        Binding("escape", "back", "back", id="page.back"),
    ]

    @dataclass
    class Answered(Message):
        """A job is done: what it came to, or why not, and who wants to know."""

        then: Callable[[Any], object]
        failed: Callable[[Exception], object]
        answer: Any
        failure: Exception | None
        turn: tuple[str, int]

    def __init__(self) -> None:
        super().__init__()
        self._turns: dict[str, int] = {}
        self._waiting: dict[tuple[str, int], float] = {}
        self._told: tuple[Language, int] | None = None

    @property
    def desk(self) -> "Desk":
        return self.regel.desk

    @property
    def regel(self) -> "RegelruimteApp":
        return cast("RegelruimteApp", self.app)

    @property
    def language(self) -> Language:
        return self.regel.language

    def said(self, name: str, **parts: object) -> str:
        """A fixed word in the user's language."""
        return said(name, self.language, **parts)

    def compose(self) -> ComposeResult:
        yield Places(id="places", markup=False)
        yield Static(id="where", markup=False)
        yield from self.body()
        yield Footer(compact=True, show_command_palette=False)

    def body(self) -> ComposeResult:
        """What stands between the title line and the footer."""
        yield from ()

    def on_mount(self) -> None:
        self.retell()

    def on_screen_resume(self) -> None:
        """Says everything again where the language changed, or something was recorded, while another was on top."""
        if self._told and self._told != (self.language, self.regel.recorded):
            self.retell()

    def retell(self) -> None:
        """Says everything again: in another language, or because it changed. Screens add their own."""
        self._told = (self.language, self.regel.recorded)
        self.tell_where()
        self.refresh_bindings()

    def where(self) -> str:
        """Where one is, for the title line."""
        return self.said(self.WHERE)

    def tell_where(self) -> None:
        """Fills the title line."""
        busy = f"   {self.said('working')}" if self.works_long else ""
        person = self.regel.person
        who = f" · {person}" if person else ""
        self.query_one(Places).tell(self.language, self.app.current_mode)
        text = f" {self.where()}{busy}"
        right = f"{self.regel.place}{who} "
        room = self.size.width - len(text) - len(right)
        self.query_one("#where", Static).update(plain(f"{text}{' ' * room}{right}" if room > 1 else text))

    # ---- work off the screen ----

    def ask(
        self,
        job: Callable[[], T],
        then: Callable[[T], object],
        group: str = "page",
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Runs the job in a worker; its answer comes to `then`, unless the same group was asked again meanwhile.

        Why it was refused comes to `failed`; without one people are told.
        """
        turn = (group, self._turns.get(group, 0) + 1)
        self._turns[group] = turn[1]
        self._waiting = {each: since for each, since in self._waiting.items() if each[0] != group}
        self._waiting[turn] = monotonic()
        self.set_timer(LONG, self.tell_where)

        def work() -> None:
            try:
                answer, failure = job(), None
            except FAILURES as error:
                answer, failure = None, error
            self.post_message(self.Answered(then, failed or self.tell_failure, answer, failure, turn))

        self.run_worker(work, group=group, thread=True, exclusive=True, exit_on_error=True)

    @on(Answered)
    def answered(self, message: Answered) -> None:
        message.stop()
        if message.turn not in self._waiting:
            return
        del self._waiting[message.turn]
        self.tell_where()
        if message.failure:
            message.failed(message.failure)
        else:
            message.then(message.answer)

    def tell_failure(self, failure: Exception) -> None:
        """Says why something was not done."""
        self.regel.tell(reason(failure).read(self.language), severity="error")

    @property
    def waits(self) -> bool:
        """Whether some job is not done yet."""
        return bool(self._waiting)

    @property
    def works_long(self) -> bool:
        """Whether some job takes so long that people are told."""
        return any(monotonic() - since >= LONG for since in self._waiting.values())

    def action_back(self) -> None:
        """Stops waiting for what takes long; else leaves the screen where there is one below it."""
        if self.works_long:
            self._waiting.clear()
            self.tell_where()
            self.regel.tell(self.said("stopped waiting"))
        elif len(self.app.screen_stack) > 1:
            self.dismiss()

    # ---- copy and export ----

    def shown_text(self) -> str:
        """What is shown, as text."""
        return ""

    def action_copy_shown(self) -> None:
        text = self.shown_text()
        if text:
            self.app.copy_to_clipboard(show(text, newlines=True))
            self.regel.tell(self.said("copied"))

    def exports(self) -> dict[str, Callable[[], bytes]]:
        """What can be saved: the ending of a file, and what makes its content."""
        return {".txt": lambda: show(self.shown_text(), newlines=True).encode()}

    def action_export(self) -> None:
        from registry.screens.dialogs import Prompt
        from registry.screens.saving import save_as

        made = self.exports()
        kinds = " ".join(made)
        self.app.push_screen(
            Prompt(self.said("save as", kinds=kinds), ""), lambda file: save_as(self, file, made) if file else None
        )

    # ---- keys in the user's language ----

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return {key: _translated(each, self.language) for key, each in super().active_bindings.items()}

    @contextmanager
    def columns(self, columns: int) -> Iterator[None]:
        """Lines as wide as the part of the screen that shows them."""
        with in_columns(columns):
            yield


def _translated(active: ActiveBinding, language: Language) -> ActiveBinding:
    binding = active.binding
    if binding.description not in NAMES:
        return active
    return active._replace(binding=replace(binding, description=said(binding.description, language)))


def reason(failure: Exception) -> Text:
    """Why something was refused, in words."""
    match failure:
        case DatabaseRefused() | EntryUnreadable() | ActRefused() | EngineMissing():
            return failure.why
        case Refused():
            told = failure.problems[0]
            at = f"{told.place.file}:{told.place.line}"
            return Text(f"{at}: {told.message.nl}", f"{at}: {told.message.en}")
        case _:
            return Text(str(failure), str(failure))

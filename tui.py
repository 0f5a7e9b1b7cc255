"""The screens of Regelruimte, where advisers check and ministries look: `python tui.py`, or `regelruimte tui`."""

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.notifications import SeverityLevel
from textual.theme import Theme

from registry.gate import show
from registry.opening import register_name
from registry.refusals import DatabaseRefused
from registry.screens.commands import Commands, acts_told
from registry.screens.dialogs import Choose, Prompt, Reading
from registry.screens.measures import Measures
from registry.screens.page import Page
from registry.screens.words import said
from registry.settings import Settings, keep_settings, kept_settings
from registry.wanted import Subject
from registry.who import keep_person, kept_person
from rules.text import Language

if TYPE_CHECKING:
    from registry.desk import Desk
    from registry.entries import Entry, Record

THEMES = (
    Theme(
        "regelruimte-dark", primary="#5b9bd5", secondary="#8fa9c4", accent="#e0a458", foreground="#e6e6e6",
        background="#12161c", surface="#171c24", panel="#242c38", success="#7bc47f", warning="#e0b050", error="#e57373",
    ),
    Theme(
        "regelruimte-light", primary="#154273", secondary="#3b6a9c", accent="#a24d00", foreground="#1b1b1b",
        background="#f4f6f8", surface="#ffffff", panel="#dfe6ee", success="#1d6b2c", warning="#8a5a00", error="#b3261e",
        dark=False,
    ),
)  # fmt: skip


def _place(name: str) -> Page:
    """The screen of a place, imported when somebody goes there: the first paint waits for no other."""
    made: Page = getattr(import_module(f"registry.screens.{name}"), name.capitalize())()
    return made


class RegelruimteApp(App[None]):
    """The register as screens. State changes in message handlers; what takes time is asked of workers.

    `desk` makes the desk at that address: in a worker after the first paint, since what it imports takes time too.
    """

    TITLE = "Regelruimte"
    CSS_PATH = "registry/screens/app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - so Textual declares it
    COMMANDS: ClassVar[set[Any]] = {Commands}
    MODES: ClassVar[dict[str, Any]] = {
        "measures": Measures,
        **{name: partial(_place, name) for name in ("register", "deadlines", "areas", "law", "welcome")},
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('measures')", "at measures", show=False, id="app.measures"),
        Binding("2", "go('register')", "at register", show=False, id="app.register"),
        Binding("3", "go('deadlines')", "at deadlines", show=False, id="app.deadlines"),
        Binding("4", "go('areas')", "at areas", show=False, id="app.areas"),
        Binding("5", "go('law')", "at law", show=False, id="app.law"),
        Binding("ctrl+p", "command_palette", "palette", show=False, id="app.palette"),
        Binding("ctrl+l", "language", "language", show=False, id="app.language"),
        Binding("ctrl+t", "theme", "theme", show=False, id="app.theme"),
        Binding("ctrl+q", "quit", "quit", show=False, id="app.quit"),
    ]

    def __init__(
        self, desk: "Callable[[], Desk]", address: str, today: date, settings: Settings, person: str | None = None
    ) -> None:
        super().__init__()
        self._make_desk, self.settings = desk, settings
        self._desk: Desk | None = None
        self.language: Language = settings.language
        self.register_name = register_name(address)
        self.person = person or kept_person(self.register_name)
        self.day = self.today = today
        self.is_open = False
        self.recorded = 0  # how often something was recorded or saved: whoever showed it before shows it again
        self._instruments: list[str] = []

    async def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.settings.theme if self.settings.theme in self.available_themes else THEMES[0].name
        if self.settings.keys:
            self.set_keymap(dict(self.settings.keys))
        await self.switch_mode("measures")
        self.screen.call_after_refresh(self._open)

    def _open(self) -> None:
        page = self.screen
        if isinstance(page, Page):
            page.ask(self._make_desk, lambda desk: self._open_desk(page, desk), "opening")

    def _open_desk(self, page: Page, desk: "Desk") -> None:
        self._desk = desk
        page.ask(desk.open, lambda _: self.opened(), "opening", lambda failure: self._not_opened(page, failure))

    def _not_opened(self, page: Page, failure: Exception) -> None:
        if isinstance(failure, DatabaseRefused) and failure.missing:
            self.switch_mode("welcome")
        else:
            page.tell_failure(failure)

    def opened(self) -> None:
        """The register is open: whatever waited for it can show."""
        self.is_open = True
        if self.current_mode == "welcome":
            self.switch_mode("measures")
        self.call_after_refresh(self._retell)

    def _retell(self) -> None:
        if isinstance(self.screen, Page):
            self.screen.retell()

    def close(self) -> None:
        """Leaves the register."""
        if self._desk:
            self._desk.close()

    # ---- what every screen asks ----

    @property
    def desk(self) -> "Desk":
        """What the screens work on, once the register is being opened."""
        assert self._desk is not None
        return self._desk

    @property
    def place(self) -> str:
        """The register, as people know it."""
        return self.register_name.rpartition("/")[2]

    @property
    def instruments(self) -> list[str]:
        """The instruments of the newest version of every law."""
        if not self._instruments:
            from rules.lawbook import shipped_lawbook

            book = shipped_lawbook()
            newest = [book.version(law, book.versions(law)[-1]) for law in book.laws()]
            self._instruments = [f"{law.law}/{name}" for law in newest for name in law.instruments]
        return self._instruments

    def tell(self, text: str, severity: SeverityLevel = "information") -> None:
        """A message that goes by itself; never read as markup."""
        self.notify(show(text, newlines=True), severity=severity, markup=False, timeout=6)

    def wrong_day(self, written: str) -> str | None:
        """What is wrong with a day that somebody types; nothing typed is no day, and that is right."""
        try:
            date.fromisoformat(written.strip() or self.day.isoformat())
        except ValueError:
            return said("no such day", self.language)
        return None

    def ask_day(self, then: Callable[[], object]) -> None:
        """Asks on which day to look, for all screens."""

        def chosen(day: str | None) -> None:
            if day is not None:
                self.day = date.fromisoformat(day.strip()) if day.strip() else self.today
                then()

        self.push_screen(Prompt(said("which day", self.language), self.day.isoformat(), self.wrong_day), chosen)

    def open_measure(self, subject: Subject) -> None:
        """A measure on a screen of its own."""
        from registry.screens.measure import MeasurePage

        self.push_screen(MeasurePage(subject))

    def new_measure(self) -> None:
        """A new measure, once it has a name."""
        from registry.drafting import new_measure

        def named(name: str | None) -> None:
            if name and name.strip():
                self.open_draft("measure", name.strip(), new_measure(name.strip()), None)

        self.push_screen(Prompt(said("name of it", self.language)), named)

    def open_draft(self, kind: str, name: str, text: str, file: str | None) -> None:
        """A document as a form, with what was left of it the last time."""
        from registry.drafts import kept_draft
        from registry.screens.draft import Draft
        from rules.problems import Refused
        from rules.reader import read

        kept = kept_draft(kind, name)
        try:
            read((kept or text).encode(), name)
        except Refused:  # spoilt by some other program: what it was a draft of is still whole
            kept = None
        self.push_screen(Draft(kind, name, text, file, kept))

    def record_draft(self, kind: str, text: str, name: str, then: Callable[[], object]) -> None:
        """The act that brings this document: a submission, or a decision on the measure that it names."""
        from registry.screens.act_form import ActForm
        from rules.reader import read

        stated = read(text.encode(), name).value
        subject = str(stated.get("measure" if kind == "measure" else "on_measure", name))
        act, page, desk = "submit" if kind == "measure" else "decide", self.screen, self.desk

        def shown(known: "tuple[Record, list[Entry]] | None") -> None:
            record = known[0] if known else None
            self._with_person(lambda: self.push_screen(ActForm(act, subject, record, then, text.encode())))

        if isinstance(page, Page):
            page.ask(lambda: desk.record(subject), shown, group="act")

    # ---- acts ----

    def choose_act(self, record: "Record", then: Callable[[], object]) -> None:
        """The acts that fit where the measure stands; the one chosen as a form."""
        from registry.lifecycle import WrongStep, step

        steps = {name for name, _ in acts_told("nl") if not isinstance(step(record.lines, name), WrongStep)}
        choices = [(name, told) for name, told in acts_told(self.language) if name in steps]
        if not choices:
            self.tell(said("no act", self.language))
            return
        title = said("choose act", self.language)
        self._with_person(
            lambda: self.push_screen(Choose(title, choices), lambda act: self._do(act, record, then) if act else None)
        )

    def _do(self, act: str, record: "Record", then: Callable[[], object]) -> None:
        page = self.screen
        if not isinstance(page, Page):
            return
        from registry.screens.act_form import ActForm
        from registry.screens.measure import MeasurePage

        desk, name, person = self.desk, record.name, self.person or ""
        if act == "decide":
            page.ask(
                lambda: desk.decision_to_write(name, person),
                lambda text: self.open_draft("decision", f"{name}-decision", text, None),
                group="act",
            )
        elif act == "submit" and isinstance(page, MeasurePage):
            page.action_edit()
        else:
            self.push_screen(ActForm(act, name, record, then))

    def action_act(self, act: str) -> None:
        """An act from the palette, on the measure that is open."""
        from registry.screens.measure import MeasurePage

        page = self.screen
        if isinstance(page, MeasurePage) and page.opened and (record := page.opened.record):
            self._with_person(lambda: self._do(act, record, page.load))

    def _with_person(self, then: Callable[[], object]) -> None:
        """Goes on once somebody acts: the one who was said before, or who is chosen now."""
        if self.person:
            then()
        else:
            self._choose_person(then)

    def _choose_person(self, then: Callable[[], object]) -> None:
        page = self.screen
        if not isinstance(page, Page):
            return

        def known(rows: list[dict[str, Any]]) -> None:
            if not rows:
                self.tell(said("nobody yet", self.language), severity="warning")
                return
            roles: dict[str, list[str]] = {}
            for row in rows:
                roles.setdefault(row["person"], []).append(f"{row['role']}, {row['body']}")
            choices = [(person, f"{person} ({'; '.join(held)})") for person, held in roles.items()]
            self.push_screen(Choose(said("who are you", self.language), choices, self.person or ""), chosen)

        def chosen(person: str | None) -> None:
            if person:
                self.person = person
                keep_person(self.register_name, person)
                page.tell_where()
                then()

        page.ask(self.desk.people, known, group="people")

    # ---- keys ----

    def action_command_palette(self) -> None:
        self.push_screen(CommandPalette(placeholder=said("find command", self.language)))

    def action_go(self, mode: str) -> None:
        if self.is_open and not self.screen.is_modal:
            self.switch_mode(mode)
            self.call_after_refresh(self._retell)

    def action_new_measure(self) -> None:
        self.new_measure()

    def action_who(self) -> None:
        self._choose_person(lambda: None)

    def action_people(self) -> None:
        page, language = self.screen, self.language
        if isinstance(page, Page):
            page.ask(
                lambda: self.desk.people_lines(language),
                lambda lines: self.push_screen(Reading(said("people", language), lines)),
                group="people",
            )

    def action_day(self) -> None:
        self.ask_day(self._retell)

    def action_language(self) -> None:
        self.language = "en" if self.language == "nl" else "nl"
        self._keep(self.settings._replace(language=self.language))
        self._retell()

    def action_theme(self) -> None:
        names = sorted(self.available_themes)
        self.push_screen(
            Choose(said("theme", self.language), [(name, name) for name in names], self.theme), self._themed
        )

    def _themed(self, name: str | None) -> None:
        if name:
            self.theme = name
            self._keep(self.settings._replace(theme=name))

    def _keep(self, settings: Settings) -> None:
        self.settings = settings
        keep_settings(settings)

    def action_help(self) -> None:
        """What this screen is for, and its keys."""
        page = self.screen
        if not isinstance(page, Page):
            return
        lines = [*_paragraph(said(page.HELP_WORD, self.language, at=self.place)), "", said("keys here", self.language)]
        elsewhere = ["", said("keys elsewhere", self.language)]
        seen: set[str] = set()
        for each in page.active_bindings.values():
            binding = each.binding
            if not binding.id or binding.id in seen:
                continue
            seen.add(binding.id)
            line = f"  {self.get_key_display(binding):14} {binding.description}  [{binding.id}]"
            (elsewhere if binding.id.startswith("app.") else lines).append(line)
        self.push_screen(Reading(said("help", self.language), [*map(show, [*lines, *elsewhere])]))

    def action_keys(self) -> None:
        self.action_help()

    async def action_quit(self) -> None:
        self.exit()


def _paragraph(text: str) -> list[str]:
    from registry.lines import wrapped

    return list(wrapped(text, columns=66))


def open_screens(address: str, root: str, today: date, person: str | None = None) -> int:
    """Runs the screens on that register until the user leaves; the exit code."""

    def desk() -> "Desk":
        from registry.desk import Desk

        return Desk(address, root, today)

    app = RegelruimteApp(desk, address, today, kept_settings(), person)
    try:
        app.run()
    finally:
        app.close()
    return app.return_code or 0


def main(argv: list[str] | None = None) -> int:
    """`python tui.py`: the same as `regelruimte tui`."""
    from registry.cli import main as command

    return command(["tui", *(sys.argv[1:] if argv is None else argv)])


if __name__ == "__main__":
    sys.exit(main())

"""Driving the screens: keys and text in, waiting until nothing is asked any more, and what is shown as text."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from registry.desk import Desk
from registry.screens.page import Page
from registry.screens.record_table import RecordTable
from registry.settings import Settings
from rules.engine import Engine, twin_engine
from tests.samples import ROOT
from tui import RegelruimteApp

TODAY = date(2026, 11, 25)
_NAMES = {
    "/": "slash", "[": "left_square_bracket", "]": "right_square_bracket", "?": "question_mark", "+": "plus",
}  # fmt: skip
Steps = Callable[["Driven"], Awaitable[None]]


class Driven:
    """An app at work under a pilot."""

    def __init__(self, app: RegelruimteApp, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def page(self) -> Any:
        """The screen on top."""
        return self.app.screen

    def on(self, kind: type[Page]) -> bool:
        """Whether a screen of that kind is on top."""
        screen: object = self.app.screen
        return isinstance(screen, kind)

    async def settled(self) -> None:
        """Waits until no job is asked for, no message is on its way and nothing is left to draw.

        Textual's own pilot waits until the process has little to do, which on a busy machine says nothing.
        """
        quiet = 0
        for _ in range(20_000):
            await asyncio.sleep(0.002)
            quiet = quiet + 1 if self._quiet() else 0
            if quiet == 2:
                return
        raise AssertionError(f"{self.app.screen} still waits")

    def _quiet(self) -> bool:
        screen: Any = self.app.screen
        if not (self.app.is_open or self.app.current_mode == "welcome"):
            return False
        if (isinstance(screen, Page) and screen.waits) or screen._layout_required or screen._dirty_widgets:
            return False
        pumps = [self.app, screen, *screen.walk_children()]
        return not any(each._message_queue.qsize() or each._next_callbacks for each in pumps) and not screen._callbacks

    async def press(self, *keys: str) -> None:
        """Those keys, as the terminal sends them, one by one, each until all it led to is done."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            event = events.Key(_NAMES.get(key, key), key if len(key) == 1 else None)
            event.set_sender(self.app)
            driver.send_message(event)
            await self.settled()

    async def type(self, text: str) -> None:
        """That text, pasted into whatever has the focus."""
        self.app.post_message(events.Paste(text))
        await self.settled()

    async def write(self, text: str) -> None:
        """That text, in the place of what stands in the field, and Enter."""
        await self.press("home", "shift+end")
        await self.type(text)
        await self.press("enter")

    def told(self, selector: str = "#told") -> str:
        """What a part of the screen says."""
        return str(self.app.screen.query_one(selector, Static).content)

    def screen_text(self) -> str:
        """Everything on the screen, line by line, as the terminal gets it."""
        screen = self.app.screen
        lines = screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)

    def rows(self) -> list[list[str]]:
        """The rows at hand of the table on the screen."""
        table = self.app.screen.query_one(RecordTable)
        found = (table.row(number) for number in range(table.total))
        return [[cell.text for cell in table._cells(row)] for row in found if row]

    def messages(self) -> list[str]:
        """What was told and has not gone by yet."""
        return [str(each.message) for each in self.app._notifications]


def drive(
    address: str,
    steps: Steps,
    size: tuple[int, int] = (110, 30),
    settings: Settings | None = None,
    person: str = "",
    engine: Engine | None = twin_engine,
) -> None:
    """Runs the app on that register, does the steps, and closes it; what fails inside fails the test."""

    async def run() -> None:
        def desk() -> Desk:
            return Desk(address, str(ROOT / "measures"), TODAY, engine)

        app = RegelruimteApp(desk, address, TODAY, settings or Settings(), person or None)
        try:
            async with app.run_test(size=size) as pilot:
                driven = Driven(app, pilot)
                await driven.settled()
                await steps(driven)
        finally:
            app.close()

    asyncio.run(run())

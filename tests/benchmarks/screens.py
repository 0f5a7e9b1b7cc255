"""The screens: start to first paint, key to frame, what-if, memory; with few measures and with many.

The yardstick for paint and keys is Textual's own DataTable with the same rows in it.

uv run python -m tests.benchmarks.screens [MEASURES ...]
"""

import asyncio
import os
import resource
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import DataTable

from registry.database import Database
from registry.desk import Desk
from registry.history import load_history
from registry.screens.record_table import RecordTable
from registry.settings import Settings
from registry.wanted import Subject
from rules.engine import durable_engine
from tests.benchmarks.register import many
from tests.samples import ROOT
from tests.screens.driving import TODAY, Driven
from tests.screens.terminal import on_terminal
from tui import RegelruimteApp

KEYS, SIZE, STARTS = 100, (120, 40), 10


async def keyed(app: App[Any], key: str, frame: asyncio.Event) -> list[float]:
    """From a key handed to the driver until the first frame after it, in milliseconds."""
    times = []
    driver = app._driver
    assert driver is not None
    for _ in range(KEYS):
        frame.clear()
        began = perf_counter()
        event = events.Key(key, None)
        event.set_sender(app)
        driver.send_message(event)
        try:
            await asyncio.wait_for(frame.wait(), 1)
        except TimeoutError:  # at the end of the list nothing moves
            break
        times.append((perf_counter() - began) * 1000)
        await asyncio.sleep(0.005)
    return times


def told(what: str, times: list[float]) -> str:
    return f"{what}: median {median(times):.1f} ms, 95th percentile {quantiles(times, n=20)[-1]:.1f} ms"


def frames(app: App[Any]) -> asyncio.Event:
    """Set whenever the app draws a frame."""
    frame = asyncio.Event()
    display = app._display

    def drawn(*arguments: Any, **named: Any) -> None:
        display(*arguments, **named)
        frame.set()

    app._display = drawn  # type: ignore[method-assign]
    return frame


_BARE = """
from textual.app import App
from textual.widgets import Footer, Static

class Bare(App):
    def compose(self):
        yield Static("Maatregelen")
        yield Footer()

Bare().run()
"""


def started(address: str, home: Path) -> None:
    """From the start of the process, on a pseudo-terminal of 80 by 24: the first paint, and the list.

    The yardstick is a Textual app that shows that one word.
    """
    command = [sys.executable, "tui.py", "--register", address]
    for what, argv, shown in (
        ("a bare Textual app", [sys.executable, "-c", _BARE], "Maatregelen"),
        ("first paint", command, "Maatregelen"),
        ("the list", command, "capelle"),
    ):
        times = []
        for _ in range(STARTS):
            began = perf_counter()
            with on_terminal(argv, home, 80, 24) as terminal:
                assert terminal.read(30, until=shown), terminal.seen[-2000:]
                times.append((perf_counter() - began) * 1000)
        print(f"  from the start of the process, {told(what, times)}")


async def ours(address: str) -> None:
    desk = Desk(address, str(ROOT / "measures"), TODAY)
    app = RegelruimteApp(lambda: desk, address, TODAY, Settings())
    began = perf_counter()
    async with app.run_test(size=SIZE) as pilot:
        at = Driven(app, pilot)
        await at.settled()
        print(f"  start to the list: {(perf_counter() - began) * 1000:,.0f} ms (imports apart)")
        frame = frames(app)
        for key in ("down", "pagedown"):
            print(f"  {told(key, await keyed(app, key, frame))}")
        table = app.screen.query_one(RecordTable)
        print(f"  rows: {table.total:,}")
        await typing(at)
    desk.close()


async def typing(at: Driven) -> None:
    """A word typed into the search, letter by letter, until the list answers."""
    await at.press("/")
    times = []
    for letter in "rotterdam":
        began = perf_counter()
        await at.press(letter)
        times.append((perf_counter() - began) * 1000)
    print(f"  {told('a letter searched, until all is quiet', times)}")


class Stock(App[None]):
    """Textual's own table with as many rows."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._many = rows

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("verdict", "measure", "municipality", "state", "title")
        table.add_rows(("eligible", f"measure-{n}", "GM0599", "granted", f"street {n}") for n in range(self._many))


async def stock(rows: int) -> None:
    began = perf_counter()
    app = Stock(rows)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        print(f"  yardstick, DataTable: start {(perf_counter() - began) * 1000:,.0f} ms")
        frame = frames(app)
        for key in ("down", "pagedown"):
            print(f"  yardstick, {told(key, await keyed(app, key, frame))}")


def what_if(address: str) -> None:
    """From a supposition to the verdict, without the screen."""
    desk = Desk(address, str(ROOT / "measures"), TODAY)
    desk.open()
    subject = Subject("rotterdam-2018-designation")
    desk.opened(subject)
    times = []
    for year in range(2019, 2059):
        began = perf_counter()
        desk.opened(subject, [("measure.term", f"2018-07-01/{year}-07-01")])
        times.append((perf_counter() - began) * 1000)
    print(f"  {told('verdict after a supposition', times)}")
    desk.close()


def apart(job: Callable[[], Awaitable[None]]) -> None:
    """In a process of its own, so that memory is that of the job."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            asyncio.run(job())  # type: ignore[arg-type]
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"  memory at most: {most:,.0f} MB", flush=True)
        except Exception:  # noqa: BLE001 - told, and not passed on to what belongs to the parent
            traceback.print_exc()
        os._exit(0)
    os.waitpid(child, 0)


def main() -> None:
    numbers = [int(each) for each in sys.argv[1:]] or [1_000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder, "TEXTUAL_ANIMATIONS": "none"}
        for number in numbers:
            address = str(Path(folder) / f"{number}.db")
            database = Database(address, create=True)
            load_history(database, ROOT / "measures", datetime(2019, 6, 15, tzinfo=UTC), durable_engine())
            if number == numbers[0]:
                print("the shipped history, 18 measures")
                what_if(address)
                started(address, Path(folder))
            many(database, number)
            database.close()
            print(f"{number:,} measures")
            apart(lambda address=address: ours(address))  # type: ignore[misc]
            apart(lambda number=number: stock(number))  # type: ignore[misc]


if __name__ == "__main__":
    main()

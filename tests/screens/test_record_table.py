"""The table: rows asked for when they are in sight, those of another list never shown, none lost however many."""

import asyncio
from typing import Any

from textual import on
from textual.app import App, ComposeResult

from registry.screens.record_table import BLOCK, KEPT_BLOCKS, Cell, Column, RecordTable, Row


class One(App[None]):
    """A table alone, which notes what it asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[RecordTable.Wanted] = []

    def compose(self) -> ComposeResult:
        yield RecordTable([Column("number", 10, 1)], lambda row: [Cell(str(row["number"]))])

    @on(RecordTable.Wanted)
    def wanted(self, message: RecordTable.Wanted) -> None:
        self.asked.append(message)


def rows(start: int, count: int) -> list[Row]:
    return [{"number": number} for number in range(start, start + count)]


def text(app: App[Any]) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def test_a_million_rows_of_which_only_those_in_sight_are_asked_for() -> None:
    async def steps() -> None:
        app = One()
        async with app.run_test(size=(40, 12)) as pilot:
            table = app.screen.query_one(RecordTable)
            table.show_rows(1_000_000, rows(0, BLOCK))
            await pilot.press("end")
            await pilot.pause()
            assert [each.block for each in app.asked] == [4999]
            assert "…" in text(app)
            table.fill(4999, rows(4999 * BLOCK, BLOCK), table.generation)
            await pilot.pause()
            assert "999999" in text(app)
            assert table.current == {"number": 999_999}
            old = table.generation
            table.show_rows(3, rows(7, 3))
            table.fill(0, rows(0, BLOCK), old)  # an answer that comes too late
            await pilot.pause()
            assert [table.row(number) for number in range(3)] == rows(7, 3)
            assert table.cursor == 2

    asyncio.run(steps())


def test_a_whole_list_longer_than_what_is_kept_loses_no_row() -> None:
    async def steps() -> None:
        app = One()
        async with app.run_test(size=(40, 12)) as pilot:
            table = app.screen.query_one(RecordTable)
            many = BLOCK * (KEPT_BLOCKS + 5)
            table.show_all(rows(0, many))
            for number in (0, many // 2, many - 1, 1):
                table.to(number)
                await pilot.pause()
                assert table.current == {"number": number}
            assert app.asked == []
            table.show_all([])
            await pilot.press("down", "enter")
            assert table.current is None

    asyncio.run(steps())

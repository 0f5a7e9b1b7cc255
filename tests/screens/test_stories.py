"""The three users at the screens: the adviser, the auditor, the minister's lawyer. By keyboard alone."""

from pathlib import Path

import pytest

from registry.database import Database
from registry.drafts import kept_drafts
from registry.screens.draft import Draft
from registry.screens.lines_view import LinesView
from registry.screens.measure import MeasurePage
from registry.screens.record_table import RecordTable
from registry.store import bytes_of
from tests.conftest import Copies
from tests.registers import MEASURE, NAME, do, known
from tests.screens.driving import Driven, drive


def text_of(address: str, sha: str) -> str:
    database = Database(address)
    with database.reading() as session:
        text = bytes_of(session, sha).decode()
    database.close()
    return text


def failing(address: str) -> None:
    """A register in which a measure fails on what its proposer forgot."""
    database = Database(address)
    left_out = MEASURE.replace("necessity: {text: Voorbeeld.}", "necessity: none")
    assert left_out != MEASURE
    do(database, "eva", "submit", left_out)
    database.close()


pytestmark = pytest.mark.long
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])


@SIZES
def test_the_adviser_finds_why_a_measure_fails_mends_it_and_writes_advice(
    copies: Copies, tmp_path: Path, size: tuple[int, int]
) -> None:
    address = copies("sqlite")
    failing(address)
    note = tmp_path / "advies.md"

    async def steps(at: Driven) -> None:
        assert [row[0] for row in at.rows()] == ["✗ komt niet in aanmerking"]
        await at.press("enter")
        assert at.on(MeasurePage)
        await at.press("]")
        assert "4 lid 1" in at.told()
        assert "lichtere middelen" in at.told()
        await at.press("w")  # the obstacle knows its fact
        assert "motivation.necessity" in at.told("#note")
        await at.press("escape", "e")
        assert at.on(Draft)
        await at.press("]")  # and the form its field
        assert "[motivation.necessity.text]" in at.told("#about")
        assert "! 4 lid 1" in at.told("#about")
        await at.press("enter")
        await at.write("Zonder dit lukt het niet.")
        assert "lichtere middelen" not in at.told()
        assert "necessity: {text: Zonder dit lukt het niet.}" in at.page.text
        assert kept_drafts()
        await at.press("ctrl+r", "ctrl+r")
        assert at.on(MeasurePage)
        assert not any("gevonden: geen" in branch.label for _, branch in at.page._hung)  # judged anew
        await at.press("d")
        await at.type("Akkoord, met zorg voor [de kinderen].")
        await at.press("enter", "enter")
        await at.write(str(note))

    drive(address, steps, size, person="eva")
    database = Database(address)
    found = known(database)
    database.close()
    assert found is not None
    assert [entry.kind for entry in found[1]] == ["submit", "submit"]
    assert "necessity: {text: Zonder dit lukt het niet.}" in text_of(address, found[0].document or "")
    assert not kept_drafts()
    text = note.read_text(encoding="utf-8")
    assert "Akkoord, met zorg voor \\[de kinderen\\]." in text
    assert "4 lid 1" in text


@SIZES
def test_the_auditor_asks_what_was_in_force_as_known_then(history: str, tmp_path: Path, size: tuple[int, int]) -> None:
    saved = tmp_path / "geldend.csv"

    async def steps(at: Driven) -> None:
        await at.press("2", "d")
        await at.write("2019-06-01")
        assert "2019-06-01: 15" in at.told("#where")
        await at.press("D")
        await at.write("2019-07-01")
        assert "zoals bekend op 2019-07-01: 15" in at.told("#where")
        assert [row[0] for row in at.rows()[:15]] == ["✓"] * 15
        assert "schiedam-2017-designation" in at.told() or "rotterdam-2018-designation" in at.told()
        await at.press("x")
        await at.write(str(saved))
        await at.press("D")
        await at.write("2019-06-01")
        assert ": 0 (" in at.told("#where")
        assert "2019-06-15" in at.told("#empty")  # since when anything was recorded here
        await at.press("D")
        await at.write("2019-7-1")
        assert "2019-06-01" in at.told("#note")
        await at.press("escape")

    drive(history, steps, size)
    assert saved.read_text(encoding="utf-8-sig").count('"yes"') == 15


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_lawyer_of_the_minister_grants_with_conditions_and_sees_the_deadlines(kind: str, copies: Copies) -> None:
    address = copies(kind)
    database = Database(address)
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")

    async def field(at: Driven, place: str, wrote: str) -> None:
        await at.press("/")
        await at.type(place)
        await at.press("enter", "enter")
        await at.write(wrote)

    async def steps(at: Driven) -> None:
        await at.press("enter", "a")
        assert "decide" in at.screen_text()
        choices = [word for word, _ in at.page._choices]
        await at.press(*["down"] * choices.index("decide"), "enter")
        assert at.on(Draft)
        assert "✗" in at.told()
        for number in range(2):
            await at.press("/")
            await at.type(f"judgements[{number}].outcome")
            await at.press("enter", "enter", "enter")
            await field(at, f"judgements[{number}].reasons", "Voldoende aannemelijk.")
        await at.press("/")
        await at.type("outcome ")
        await at.press("enter")
        at.page.query_one(RecordTable).to(next(n for n, each in enumerate(at.page._fields) if each.name == "outcome"))
        await at.press("enter", "enter")
        await field(at, "conditions", "Elk half jaar een verslag.")
        await field(at, "source.title", "Besluit van de minister")
        assert "✗" not in at.told()
        await at.press("ctrl+r")
        assert "✗" in at.told("#passes")
        assert "mandaat" in at.page.query_one(LinesView).plain
        await at.type("Mandaatbesluit 2026")  # the first field that is still empty
        await at.press("tab")
        await at.type("Nodig en geschikt.")
        await at.settled()
        assert "✓" in at.told("#passes")
        await at.press("ctrl+r")
        await at.type("verkeerd")
        await at.press("enter", "escape")
        assert known(database)[0].lines["procedure"] == "submitted"  # type: ignore[index]
        await at.press("ctrl+r")
        await at.type(NAME)
        await at.press("enter")
        assert at.on(MeasurePage)
        await at.press("3")
        listed = [" ".join(row) for row in at.rows()]
        assert any("laatste dag" in row and NAME in row for row in listed)
        assert any("verslag" in row and NAME in row for row in listed), listed

    drive(address, steps, person="vera")
    found = known(database)
    database.close()
    assert found is not None
    assert found[0].lines["procedure"] == "granted"
    assert found[0].conditions == ("Elk half jaar een verslag.",)
    assert found[1][-1].data["mandate"] == "Mandaatbesluit 2026"

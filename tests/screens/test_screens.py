"""Each screen and its habits: what it shows, finds, filters, says in both languages, keeps, copies and saves."""

import sys
from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.geometry import Offset

from registry.cli import parser
from registry.database import Database
from registry.lifecycle import lifecycle
from registry.screens import keys
from registry.screens.act_form import ActForm
from registry.screens.commands import COMMANDS, ON_SCREENS
from registry.screens.draft import Draft
from registry.screens.lines_view import LinesView
from registry.screens.measure import MeasurePage
from registry.screens.measures import Measures
from registry.screens.record_table import RecordTable
from registry.settings import Settings, kept_settings
from tests.conftest import Copies, Run
from tests.registers import MEASURE, do
from tests.screens.driving import Driven, drive


def test_a_new_user_gets_a_register_that_shows_something_true(tmp_path: Path) -> None:
    async def steps(at: Driven) -> None:
        assert "Er is nog geen register op r.db." in at.told()
        await at.press("enter")
        assert at.on(Measures)
        assert len(at.rows()) == 19
        await at.press("2")
        assert "87" in at.told("#where")

    drive(str(tmp_path / "r.db"), steps, (80, 24))
    assert (tmp_path / "r.db").exists()


@pytest.mark.long
def test_search_filter_sort_and_preview(history: str) -> None:
    async def steps(at: Driven) -> None:
        await at.press("/")
        await at.type("schiedam")
        assert {row[2] for row in at.rows()} == {"GM0606"}
        await at.press("enter", "escape")
        assert len(at.rows()) == 19
        await at.press("f")
        await at.press(*["down"] * 3, "enter")  # the verdict
        await at.press(*["down"] * 4, "enter")  # eligible
        assert [row[1] for row in at.rows()] == ["rotterdam-2018-designation"]
        assert "komt in aanmerking" in at.told("#facets")
        assert "Carnisse".casefold() in at.told("#preview").casefold()
        await at.press("f")
        await at.press(*["down"] * 3, "enter")
        await at.press("home", "enter", "s")
        await at.press(*["down"], "enter")
        codes = [row[2] for row in at.rows()]
        assert codes == sorted(codes)
        await at.press("/")
        await at.type("nergens")
        assert "Wis het zoekwoord" in at.told("#empty")

    drive(history, steps)


def test_what_if_is_a_supposition_and_goes_away(history: str) -> None:
    async def steps(at: Driven) -> None:
        await at.press("/")
        await at.type("rotterdam-2018")
        await at.press("enter", "enter")
        before = str(at.page.query_one("#tree").root.label)
        assert "komt in aanmerking" in before
        await at.press("/")
        await at.type("measure.term")
        await at.press("enter", "w")
        await at.write("2018-07-01/2050-01-01")
        assert "VERONDERSTELD" in at.told("#supposed")
        assert "komt niet in aanmerking" in str(at.page.query_one("#tree").root.label)
        await at.press("w")
        await at.write("morgen")
        assert any("morgen" in each for each in at.messages()), at.messages()
        assert "2050" in at.told("#supposed")
        await at.press("u")
        assert not at.page.query_one("#supposed").display
        assert str(at.page.query_one("#tree").root.label) == before
        await at.press("y")
        assert "regelruimte/measure/v1" in at.page.query_one(LinesView).plain
        await at.press("escape", "h")
        assert "decide" in at.page.query_one(LinesView).plain

    drive(history, steps)


def test_an_engine_that_does_not_load_is_told(history: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where it was built otherwise than this Python asks: what needs no verdict goes on."""
    monkeypatch.setitem(sys.modules, "rules.kernel", None)

    async def steps(at: Driven) -> None:
        await at.press("enter")
        assert any("CPPFLAGS=-D" in each for each in at.messages()), at.messages()
        assert "CPPFLAGS=-D" in at.told()
        await at.press("escape", "2")
        assert at.rows()

    drive(history, steps, engine=None)


@pytest.mark.long
def test_the_language_changes_at_once_everywhere_and_is_kept(history: str) -> None:
    async def steps(at: Driven) -> None:
        await at.press("enter", "ctrl+l")
        assert "Measure · " in at.told("#where")
        assert "Verdict" in str(at.page.query_one("#tree").root.label)
        await at.press("escape")
        assert "Measures · register" in at.told("#where")
        for key, says in (("2", "In force on"), ("3", "Deadlines"), ("4", "Areas"), ("5", "Law")):
            await at.press(key)
            assert at.told("#where").strip().startswith(says)
            text = at.screen_text()
            assert "help" in text
            assert "hulp" not in text

    drive(history, steps)
    assert kept_settings().language == "en"


@pytest.mark.long
def test_keys_can_be_changed(history: str, run: Run) -> None:
    assert run("settings", "measures.search=ctrl+f", "language=en")[0] == 0
    code, _, err = run("settings", "measures.serch=x")
    assert code == 2
    assert "measures.search" in err

    async def steps(at: Driven) -> None:
        await at.press("ctrl+f")
        assert at.page.query_one("#words").has_focus
        await at.type("rotterdam")
        assert len(at.rows()) == 5

    drive(history, steps, settings=kept_settings())
    assert run("settings", "measures.search=")[1].count("=") == 2


@pytest.mark.long
def test_help_names_every_key_of_the_screen(history: str) -> None:
    async def steps(at: Driven) -> None:
        for key in ("1", "2", "3", "4", "5"):
            await at.press(key)
            named = {each.binding.id for each in at.page.active_bindings.values() if each.binding.id}
            await at.press("?")
            plain = at.page.query_one(LinesView).plain
            assert not [name for name in named if f"[{name}]" not in plain]
            await at.press("escape")

    drive(history, steps, (80, 24))


@pytest.mark.parametrize(
    ("size", "language"),
    [
        pytest.param((80, 24), "nl", id="80x24-nl", marks=pytest.mark.long),
        pytest.param((80, 24), "en", id="80x24-en", marks=pytest.mark.long),
        pytest.param((160, 50), "nl", id="160x50-nl", marks=pytest.mark.long),
        pytest.param((160, 50), "en", id="160x50-en", marks=pytest.mark.long),
    ],
)
def test_nothing_stands_outside_the_screen(history: str, size: tuple[int, int], language: str) -> None:
    async def steps(at: Driven) -> None:
        for key in ("1", "2", "3", "4", "5"):
            await at.press(key)
            for widget in at.page.walk_children():
                region = widget.region
                if isinstance(widget.parent, VerticalScroll):
                    continue  # what it holds may be longer: that is what it scrolls for
                assert not widget.display or region.area == 0 or at.page.region.contains_region(region), widget
            assert len(at.screen_text().splitlines()[-1].strip()) > 10  # the keys

    drive(history, steps, size, Settings(language="en" if language == "en" else "nl"))


@pytest.mark.long
def test_files_are_read_again_when_they_change(history: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "measures"
    (folder / "proposals").mkdir(parents=True)
    monkeypatch.setattr("tests.screens.driving.ROOT", tmp_path)
    (folder / "proposals/one.yaml").write_text(MEASURE, encoding="utf-8")

    async def steps(at: Driven) -> None:
        await at.press("b")
        assert len(at.rows()) == 1
        two = MEASURE.replace("measure: heerlen-work-with-a-home", "measure: heerlen-second")
        (folder / "proposals/two.yaml").write_text(two, encoding="utf-8")
        at.page._look_for_changes()
        await at.settled()
        assert len(at.rows()) == 2
        await at.press("enter")
        assert at.on(MeasurePage)
        assert at.page.opened.record is None
        await at.press("a")
        assert any("staat niet in het register" in each for each in at.messages())

    drive(history, steps)


@pytest.mark.long
def test_a_draft_survives_a_terminal_that_dies(copies: Copies) -> None:
    address = copies("sqlite")

    async def begun(at: Driven) -> None:
        await at.press("n")
        await at.type("heerlen-new")
        await at.press("enter")
        assert at.on(Draft)
        await at.press("]", "enter")
        await at.write("Nieuw")
        assert "title:\n  nl: Nieuw\n" in at.page.text

    async def found(at: Driven) -> None:
        await at.press("n")
        await at.type("heerlen-new")
        await at.press("enter")
        assert "title:\n  nl: Nieuw\n" in at.page.text
        assert any("concept" in each for each in at.messages())
        await at.press("ctrl+z", "escape")
        await at.press("down", "enter")
        assert at.on(Measures)

    drive(address, begun)
    drive(address, found)


@pytest.mark.long
def test_a_form_edits_words_of_a_list_and_adds_and_removes(copies: Copies) -> None:
    address = copies("sqlite")

    async def steps(at: Driven) -> None:
        await at.press("n")
        await at.type("heerlen-new")
        await at.press("enter", "/")
        await at.type("domains")
        await at.press("enter", "enter", "space", "down", "space", "escape")
        assert "domains: [onderwijs, werk]" in at.page.text
        await at.press("/")
        await at.type("asks ")
        await at.press("enter", "+")
        assert "asks:\n  - {instrument: " in at.page.text
        await at.press("/")
        await at.type("asks[0].instrument")
        await at.press("enter", "enter")
        await at.write("renewed/experiment")
        assert "asks:\n  - {instrument: renewed/experiment}\n" in at.page.text
        await at.press("home", "/")
        await at.type("record")
        await at.press("enter", "enter", "down", "enter")
        assert "record: reconstruction" in at.page.text
        await at.press("delete")
        assert "record:" not in at.page.text

    drive(address, steps, (80, 24))


def test_an_act_tells_what_stands_in_its_way_before_it_is_asked(copies: Copies) -> None:
    address = copies("sqlite")
    database = Database(address)
    do(database, "eva", "submit", MEASURE)
    database.close()

    async def steps(at: Driven) -> None:
        await at.press("enter", "a")
        words = [word for word, _ in at.page._choices]
        if "eva" in words:  # nobody was said yet: who acts
            await at.press(*["down"] * words.index("abel"), "enter")
            words = [word for word, _ in at.page._choices]
        await at.press(*["down"] * words.index("advise"), "enter")
        assert at.on(ActForm)
        assert "redenen" in at.page.query_one(LinesView).plain
        await at.press("ctrl+r")
        assert at.on(ActForm)
        await at.type("Doen.")
        assert "redenen: Doen." in at.page.query_one(LinesView).plain
        await at.press("ctrl+r")
        assert at.on(MeasurePage)
        assert [each.kind for each in at.page.opened.entries] == ["submit", "advise"]

    drive(address, steps)


@pytest.mark.long
def test_the_mouse_works_too(history: str) -> None:
    async def steps(at: Driven) -> None:
        table = at.page.query_one(RecordTable)
        await at.pilot.click(table, offset=Offset(10, 3))
        await at.settled()
        assert table.cursor == 2
        await at.pilot.click(table, offset=Offset(2, 0))
        await at.settled()
        assert [row[0][0] for row in at.rows()][:1] == ["✓"]
        await at.pilot.click(table, offset=Offset(10, 1), times=2)
        await at.settled()
        assert at.on(MeasurePage)
        await at.pilot.click("#places", offset=Offset(20, 0))
        await at.settled()
        assert at.app.current_mode == "register"

    drive(history, steps)


@pytest.mark.long
def test_laws_and_areas_show_all_their_views(history: str) -> None:
    async def steps(at: Driven) -> None:
        await at.press("5")
        await at.press("end")
        seen = {at.page.query_one(LinesView).plain}
        for key in ("v", "d", "o", "w"):
            await at.press(key)
            seen.add(at.page.query_one(LinesView).plain)
        assert len(seen) == 4
        await at.press("4", "down", "down")
        plain = at.page.query_one(LinesView).plain
        assert "Arnhem" in plain
        await at.press("t")
        assert at.page.query_one(LinesView).plain != plain

    drive(history, steps)


@pytest.mark.long
def test_without_colour_every_verdict_is_still_a_word(history: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def steps(at: Driven) -> None:
        text = at.screen_text()
        assert "✓ komt in aanmerking" in text
        assert "? onbeslist" in text

    drive(history, steps)


def test_what_is_saved_is_never_over_another_file(history: str, tmp_path: Path) -> None:
    file = tmp_path / "there.csv"
    file.write_text("mine", encoding="utf-8")

    async def steps(at: Driven) -> None:
        await at.press("x")
        await at.write(str(file))
        await at.press("x")
        await at.write(str(tmp_path / "new.csv"))

    drive(history, steps)
    assert file.read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "new.csv").read_text(encoding="utf-8-sig").count("\n") == 20


def test_whatever_the_screens_do_the_command_line_does_too() -> None:
    verbs = _verbs()
    lines = {line for line in (*ON_SCREENS.values(), *(each.line for each in COMMANDS)) if line}
    assert {line for line in lines if not _stated(line, verbs)} == set()
    assert {each.act for each in lifecycle().acts} <= set(verbs)
    known = {name for name in keys.key_names() if name.partition(".")[0] not in ("table", "lines", "app")}
    assert known == set(ON_SCREENS)


def _verbs() -> dict[str, str]:
    """Every command with its help."""
    found: dict[str, str] = {}
    for action in parser()._subparsers._group_actions:  # type: ignore[union-attr]
        for name, command in action.choices.items():  # type: ignore[union-attr]
            found[str(name)] = command.format_help()
            for under in command._subparsers._group_actions if command._subparsers else ():
                found |= {f"{name} {each}": made.format_help() for each, made in under.choices.items()}
    return found


def _stated(line: str, verbs: dict[str, str]) -> bool:
    words = line.split()
    verb = next((each for each in (" ".join(words[:2]), words[0]) if each in verbs), None)
    options = [word for word in words if word.startswith("--")]
    return line == "--help" or (verb is not None and all(option in verbs[verb] for option in options))


def test_the_command_needs_a_terminal_and_says_so(run: Run) -> None:
    code, _, err = run("tui")
    assert code == 2
    assert "terminal" in err

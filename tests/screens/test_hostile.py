"""No foreign text is ever markup or a command to the terminal: every screen of a hostile register, by its bytes."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from registry.acts import add_person
from registry.database import Database
from registry.screens.measure import MeasurePage
from registry.settings import Settings
from tests.conftest import Copies
from tests.faults.test_altered_entries import CASES, alter, with_all_sorts
from tests.registers import DECISION, GOOD, MEASURE, NAME, NOW, do, raw
from tests.samples import ROOT
from tests.screens.driving import Driven, drive
from tests.screens.terminal import on_terminal

MARKUP = "[/] [bold]x[/bold] [link=http://a.nl]l[/link] [@click=app.quit]q[/]"
# what a terminal would obey: a title, a colour, the clipboard, a link, an eight-bit introducer, a reading direction
COMMANDS = ("\x1b]0;PWNED\x07", "\x1b[5;41mPWNED", "\x1b]52;c;UFdORUQ=\x07", "\x1b]8;;http://pwned\x07", "\x9b5mPWNED")
CONTROL = "".join(COMMANDS) + "\u202e\u200b\x00"
FORBIDDEN = [
    b"\x1b]0;PWNED",
    b"\x1b[5;41m",
    b"UFdORUQ=\x07",
    b"\x1b]8;;http://pwned",
    "\x9b".encode(),
    "\u202e".encode(),
]
_PLAIN = "import sys; from registry.cli import main; sys.exit(main(sys.argv[1:]))"
_UNSAFE = "import registry.gate; registry.gate.show = lambda text, **_: text; " + _PLAIN


def hostile(address: str) -> None:
    """A register in which every text that somebody else can write is an attack."""
    database = Database(address)
    measure = MEASURE.replace("  nl: Werk eerst", f"  nl: '{MARKUP} Werk eerst'\n  #").replace(
        "Voorbeeld.", f"'{MARKUP}'"
    )
    assert measure.count(MARKUP) > 3
    do(database, "eva", "submit", measure)
    do(database, "abel", "advise", reasons=MARKUP + CONTROL)
    do(database, "sam", "agree", on="2026-11-10")
    decision = DECISION + f"conditions: ['{MARKUP}']\n"
    do(database, "vera", "decide", decision, **{**GOOD, "reasons": MARKUP + CONTROL})
    do(database, "vera", "publish", on="2026-11-21", where=CONTROL)
    add_person(database, "mal", MARKUP + CONTROL, "adviser", "gm0917", NOW, mandate=MARKUP + CONTROL)
    with raw(database) as connection:  # as somebody could who reaches the database itself
        for column in ("title_nl", "title_en", "municipality", "parts", "domains", "against_verdict"):
            update = f"UPDATE measure SET {column} = ?"  # noqa: S608 - our own words
            connection.exec_driver_sql(update, (MARKUP + CONTROL,))
        connection.exec_driver_sql("UPDATE exemption SET part = ?, area = ?, last = '2099-12-31'", (CONTROL, MARKUP))
    database.close()


ESCAPE = "\x1b[27u"  # as newer terminals send it: never read as one key with what follows
# What is typed, and what has to be on the screen before the next: somebody who looks before typing on.
WALK: tuple[tuple[str, str], ...] = (
    ("p", ""), ("f", "filters"), (ESCAPE, "Maatregelen · "), ("\r", "Uitslag: "),
    ("y", "regelruimte/measure/v1"), (ESCAPE, "Maatregel · "), ("h", "geschiedenis"), (ESCAPE, "Maatregel · "),
    ("e", "Concept · "), ("\x1b[B", ""), ("y", "regelruimte/measure/v1"), (ESCAPE, "Concept · "),
    (ESCAPE, "Maatregel · "), ("a", "Wat wilt u doen"),
    (ESCAPE, "Maatregel · "), ("\x10", "Zoek een opdracht"), (ESCAPE, "Maatregel · "), ("?", "Toetsen hier"),
    (ESCAPE, "Maatregel · "), ("\x0c", "Measure · "), ("2", "In force on "), ("d", "Which day"),
    ("2027-06-01\r", "In force on 2027-06-01"), ("t", "timeline"), (ESCAPE, "In force on "), ("p", "who may act"),
    (ESCAPE, "In force on "), ("3", "Deadlines · "), ("\x1b[B", ""), ("4", "Areas · "), ("5", "Law · "),
    ("1", "Measure · "), (ESCAPE, "Measures · "), ("b", "files"), ("\x11", ""),
)  # fmt: skip


class Astray(Exception):
    """The walk came where it should not; `seen` is what the terminal got until then."""

    def __init__(self, at: str, seen: bytes) -> None:
        self.seen = seen
        super().__init__(f"{at}: {seen[-2000:]!r}")


def bytes_of_a_walk(address: str, code: str, home: Path, walk: Sequence[tuple[str, str]]) -> bytes:
    """What a terminal gets while somebody goes through every screen."""
    command = [sys.executable, "-c", code, "tui", "--register", address, "--as", "abel"]
    with on_terminal(command, home) as terminal:
        terminal.read(15.0, until=NAME)
        for number, (key, shows) in enumerate(walk):
            before = len(terminal.seen)
            terminal.write(key)
            # the first Esc may only have said not to wait for what takes long
            if key == ESCAPE and not terminal.read(3.0, until=shows, since=before):
                terminal.write(key)
            if shows and not terminal.read(15.0, until=shows, since=before):
                raise Astray(f"step {number}: {key!r} did not show {shows}", bytes(terminal.seen))
            terminal.read(0.1)
        terminal.read(20.0, until="never shown")  # a terminal that nobody reads would keep it from ending
        assert terminal.process.wait(20) == 0, terminal.seen[-3000:]
        return bytes(terminal.seen)


@pytest.mark.long
def test_the_bytes_of_every_screen_obey_nobody_else(copies: Copies, tmp_path: Path) -> None:
    address = copies("sqlite")
    hostile(address)
    seen = bytes_of_a_walk(address, _PLAIN, tmp_path, WALK)
    assert [each for each in FORBIDDEN if each in seen] == []
    assert seen.count("⟨U+001B⟩".encode()) > 20  # nothing was taken away: it can be seen
    assert b"[@click=app.quit]" in seen
    assert b"[/]" in seen


@pytest.mark.long
def test_without_the_gate_the_same_walk_would_obey(copies: Copies, tmp_path: Path) -> None:
    address = copies("sqlite")
    hostile(address)
    try:
        seen = bytes_of_a_walk(address, _UNSAFE, tmp_path, [*WALK[:4], WALK[-1]])
    except Astray as astray:  # as the text of such a register may well lead it
        seen = astray.seen
    assert [each for each in FORBIDDEN if each in seen]


@pytest.mark.parametrize("file", sorted((ROOT / "registry/screens").glob("*.py")), ids=lambda file: file.stem)
def test_no_widget_of_a_screen_reads_markup(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for widget in ("Static(", "OptionList("):
        for at, line in enumerate(text.splitlines(), 1):
            made = widget in line and "class " not in line and "query_one" not in line and "import" not in line
            whole = "\n".join(text.splitlines()[at - 1 : at + 3])
            assert not made or "markup=" in whole or "SelectionList" in line, f"{file.name}:{at}: {line.strip()}"
    assert ".notify(" not in text


@pytest.mark.parametrize("case", ["a day that is none", "no title", "data that are nothing", "no JSON, decide"])
def test_an_altered_entry_is_told_and_ends_no_screen(copies: Copies, case: str) -> None:
    address = copies("sqlite", with_all_sorts)
    number = alter(address, *CASES[case])

    async def steps(at: Driven) -> None:
        await at.press("1", "enter")
        assert any(f"entry {number} " in message for message in at.messages())
        assert f"entry {number} " in at.told(), "and it stays, for nothing else is shown"
        told = at.messages()
        await at.press("]", "w", "u", "e", "a", "d", "y", "h", "/", "v")
        assert (at.on(MeasurePage), at.messages()) == (True, told), "of a measure that is not there nothing is said"
        await at.press("escape", "2", "enter", "escape", "3", "4", "1")
        assert at.rows(), "whatever does not rest on that entry is shown"

    drive(address, steps, settings=Settings(language="en"))

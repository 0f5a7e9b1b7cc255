"""Files for other programs: whatever a document says, it stays text. What a spreadsheet would obey is the control."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from registry import calendar_file as calendar
from registry import gate
from registry.calendar_file import calendar_file
from registry.gate import cell, markdown
from registry.sheets import csv_text, json_lines, xlsx
from tests.test_reporting import obeyed

FORMULAS = [
    "=1+1", "+1", "-1+2", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", " =1", "\t=1", "\r=1", "\n=1", "\u200b=1",  # noqa: RUF001 - full-width forms are meant
    "\u00a0=1", "\u202e=1", "\x00=1", "=cmd|'/c calc'!A0", "\ttext", "\rtext",
]  # fmt: skip
HARMLESS = ["", "gewoon", "3 = 3", "a,b", 'zeg "ja"', "twee\nregels", "é", "m-1", "'=1"]
HOSTILE = [*FORMULAS, *HARMLESS, "\x1b[31mrood", "\u202etxet", "https://example.org", "x" * 40_000]
COLUMNS = ("text", "day", "number", "flag")
ROWS: list[dict[str, Any]] = [
    {"text": text, "day": date(2026, 1, 2), "number": -5, "flag": at % 2 == 0} for at, text in enumerate(HOSTILE)
]
OBEYED = re.compile(r"^[\s\x00\u200b\u202e\u00a0]*[=+\-@＝＋－＠]")  # noqa: RUF001 - the same


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert cell(text).startswith("'")
    assert OBEYED.match(text) or text[:1] in "\t\r"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_csv_comes_back_as_it_was_written() -> None:
    text = csv_text(COLUMNS, ROWS)
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text[1:], newline=""))
    assert tuple(head) == COLUMNS
    assert [row[0] for row in rows] == [cell(each) for each in HOSTILE]
    assert {tuple(row[1:3]) for row in rows} == {("2026-01-02", "-5")}
    assert {row[3] for row in rows} == {"true", "false"}
    assert not [row[0] for row in rows if OBEYED.match(row[0])]


def test_the_csv_module_alone_leaves_formulas() -> None:
    """The negative control."""
    made = io.StringIO()
    csv.writer(made).writerows([[text] for text in HOSTILE])
    found = [row[0] for row in csv.reader(io.StringIO(made.getvalue(), newline="")) if row]
    assert len([text for text in found if OBEYED.match(text)]) > 10


def test_a_workbook_holds_text_as_text() -> None:
    made = xlsx(COLUMNS, ROWS)
    assert made == xlsx(COLUMNS, ROWS), "the same rows make the same bytes"
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
        assert "hyperlink" not in sheet
    assert "<f>" not in sheet
    assert "⟨U+001B⟩[31mrood" in strings
    assert "⟨U+202E⟩txet" in strings
    assert ">=1+1<" in strings, "no mark is needed where the type says that it is text"
    assert "\x1b" not in strings + sheet
    assert max(len(each) for each in re.findall(r"<t[^>]*>([^<]*)", strings)) <= 32_767
    assert re.findall(r'<c r="B2" s="\d+"><v>46024</v>', sheet), "a day is a day: 2 January 2026"


def test_json_lines_say_the_same() -> None:
    lines = list(json_lines(ROWS))
    assert all(line.isprintable() for line in lines)
    assert [json.loads(line)["text"] for line in lines] == HOSTILE


def row(**changed: Any) -> dict[str, Any]:
    day = {"written": "2026-11-25", "first": "2026-11-25", "last": "2026-11-25"}
    on = [{"instrument": "a/b", "instrument_name": "iets", "parts": ["deel"]}]
    made = {"kind": "end", "advice": False, "day": day, "when": "coming", "measure": "m", "title": "t", "on": on}
    return {**made, "law": "wbmgp", "citation": "5 lid 4", "says": "Laatste dag.", "record": "proposal", **changed}


def events(*rows: dict[str, Any]) -> list[Any]:
    made = calendar_file(rows, "nl", datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    return list(Calendar.from_ical(made).walk("VEVENT"))


def test_a_deadline_is_a_day_in_a_calendar() -> None:
    month = {"written": "2026-12", "first": "2026-12-01", "last": "2026-12-31"}
    none = {"written": "none", "first": None, "last": None}
    one, other = events(row(), row(day=month, advice=True), row(day=None), row(day=none))
    assert (one.start, one.end) == (date(2026, 11, 25), date(2026, 11, 26))
    assert (other.start, other.end) == (date(2026, 12, 1), date(2027, 1, 1))
    assert "advies" in other["SUMMARY"]
    assert str(one["UID"]) == str(events(row(says="in other words"))[0]["UID"]), "imported again it is the same"
    assert str(one["UID"]) != str(events(row(measure="n"))[0]["UID"])


@pytest.mark.parametrize("text", ["x\r\nATTACH:http://example.org", "x\nEND:VEVENT", "a;b,c\\d", "\x1b[31m", "é" * 200])
def test_no_text_breaks_out_of_its_property(text: str) -> None:
    [event] = events(row(title=text, says=text, measure=text))
    assert "ATTACH" not in event
    assert {"SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "UID", "DTSTAMP", "CATEGORIES", "TRANSP"} == set(event)


def test_no_line_of_a_cell_is_taken_for_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may go to stdout, and stdout into the log of a runner."""
    text = "a\n::error::b\n  ::warning::c\n##[error]d"
    [line] = csv_text(["text"], [{"text": text}]).splitlines()[1:2]
    assert line == '"a'
    assert obeyed(csv_text(["text"], [{"text": text}])) == []
    assert obeyed(markdown(text)) == obeyed(markdown("::error::b")) == []
    monkeypatch.setattr(gate, "inert", lambda line: line)  # the controls
    assert len(obeyed(csv_text(["text"], [{"text": text}]))) == 3
    assert obeyed("::error::b")


def test_wherever_a_line_of_a_calendar_is_broken_it_is_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> list[str]:
        rows = [row(title="x" * at + "::error::b ##[error]c") for at in range(75)]
        made = calendar_file(rows, "nl", datetime(2026, 11, 25, 12, tzinfo=UTC))
        return obeyed(made.decode())

    assert told() == []
    monkeypatch.setattr(calendar, "folded", gate.show)  # the control
    assert any(line.startswith(" ::error::b") for line in told())
    assert any("##[" in line for line in told())

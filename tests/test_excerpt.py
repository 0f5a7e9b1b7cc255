"""The caret stands under the character that is meant: behind tabs, wide letters and accents, and in lines cut short."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.excerpt import pointed, sources
from registry.lines import columns_of
from registry.report_text import report_text
from rules.reader import MAX_BYTES
from tests.conftest import Run
from tests.reports import checked
from tests.samples import MEASURE
from tests.test_cli import HOSTILE


def under(text: str, column: int, columns: int = 60) -> str:
    """What stands above the caret and to the right of it."""
    found = pointed(text, column, columns)
    assert found
    line, caret = found
    before = ""
    for at in range(len(line) + 1):
        before = line[:at]
        if columns_of(before) == len(caret) - 1 and not (line[at:] and columns_of(line[at]) == 0):
            break
    return line[len(before) :]


@pytest.mark.parametrize(
    ("text", "column", "begins"),
    [
        ("title: Proef", 8, "Proef"),
        ("title: Proef", 13, ""),  # behind the last character, where something is missing
        ("\ttitle: Proef", 2, "title"),
        ("naam: 東京, domein: wonen", 11, "domein"),
        ("naam: café\u0301, domein: wonen", 13, " domein"),
        ("naam: \u202eesrever, domein: x", 7, "⟨U+202E⟩"),
        ("naam: \u202eesrever, domein: x", 17, "domein"),
    ],
)
def test_the_caret_stands_under_what_is_meant(text: str, column: int, begins: str) -> None:
    assert under(text, column).startswith(begins) if begins else under(text, column) == ""


def test_a_long_line_is_cut_around_its_column() -> None:
    text = "a" * 300 + "HERE" + "b" * 300
    found = pointed(text, 301, 60)
    assert found
    assert found[0].startswith("…a")
    assert found[0].endswith("b…")
    assert columns_of(found[0]) <= 60
    assert under(text, 301).startswith("HERE")


@given(st.text(st.characters(exclude_characters="\n"), max_size=500), st.integers(1, 501), st.integers(30, 90))
def test_whatever_the_line_it_fits_and_hides_nothing(text: str, column: int, columns: int) -> None:
    found = pointed(text, column, columns)
    if column > len(text) + 1:
        assert found is None
        return
    assert found
    line, caret = found
    assert line.isprintable()
    assert columns_of(line) <= columns
    assert len(caret) <= columns


@pytest.mark.parametrize(("text", "column"), [("title: x", 99), ("title: x", 0)])
def test_no_caret_where_there_is_no_such_place(text: str, column: int) -> None:
    assert pointed(text, column, 60) is None


def test_a_line_counts_as_the_reader_counts(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfone\r\ntwo\x85three\nfour")
    line = sources()
    assert [line(str(file), number) for number in range(5)] == [None, "one", "two\ufffdthree", "four", None]


def test_what_is_no_document_is_not_read(tmp_path: Path) -> None:
    large, pipe = tmp_path / "large.yaml", tmp_path / "pipe"
    large.write_bytes(b"x" * (MAX_BYTES + 1))
    os.mkfifo(pipe)  # opening it would wait for ever
    line = sources({"<stdin>": b"typed"})
    assert [line(str(each), 1) for each in (large, pipe, tmp_path, tmp_path / "gone", "nul\0")] == [None] * 5
    assert line("<stdin>", 1) == "typed"


def test_check_shows_the_line_of_each_problem(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(MEASURE.replace("domains: [wonen]", "domains: [wonen, woonen]"), encoding="utf-8")
    out = run("check", str(file))[1].splitlines()
    at = next(number for number, line in enumerate(out) if "[wrong-choice]" in line)
    assert out[at + 2 : at + 5][-2:] == ["    5 | domains: [wonen, woonen]", "      |                  ^"]
    assert "^" not in run("check", str(file), "--format", "json")[1]
    assert run("explain", str(file))[2].splitlines()[-1] == "      |                  ^"


def test_a_finding_against_a_measure_shows_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(
        MEASURE.replace("testwet/permit", "wbmgp/priority").replace("2030-12-31", "2031-12-31"), encoding="utf-8"
    )
    out = run("check", str(file))[1].splitlines()
    at = out.index("      11 | term: {from: 2027-01-01, until: 2031-12-31}")
    assert out[at - 1].endswith("[wbmgp/5.4.term]")
    assert out[at + 1].strip() == "| " + " " * out[at][11:].index("{") + "^"


def test_foreign_text_in_the_line_is_made_visible(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(MEASURE.replace("domains: [wonen]", f"domains: [wonen] # {HOSTILE}"), encoding="utf-8")
    out = run("check", str(file))[1]
    assert "⟨U+001B⟩" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert max(columns_of(line) for line in out.splitlines() if " | " in line) <= 80


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("title: {nl: Proef, en: Test}\n", "", ""),  # a key is missing: there is no line to look at
        ("schema:", "shcema:", ""),  # of a document without a schema nothing else is known
        ("title:", "titel:", "    5 | titel: {nl: Proef, en: Test}"),
    ],
)
def test_what_is_about_all_of_a_document_shows_no_line(
    run: Run, tmp_path: Path, old: str, new: str, shown: str
) -> None:
    file = tmp_path / "one.yaml"
    assert old in MEASURE
    file.write_text("# first a remark\n" + MEASURE.replace(old, new), encoding="utf-8")
    code, out, _ = run("check", str(file))
    assert code == 3
    assert "[missing-key]" in out
    assert [line for line in out.splitlines() if " | " in line][:1] == ([shown] if shown else [])


def test_a_name_that_two_documents_have_is_pointed_at(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(MEASURE, encoding="utf-8")
    out = run("check", str(tmp_path))[1]
    assert "    3 | measure: test-measure\n      |          ^\n" in out


@pytest.mark.parametrize("document", ["k: 1\n" * 110, "schema: regelruimte/measure/v1\n"], ids=["keys", "missing"])
def test_no_line_is_looked_at_again_for_each_problem(tmp_path: Path, document: str) -> None:
    """A megabyte of remarks above a hundred problems took eighteen seconds."""
    above, file = 2_000, tmp_path / "one.yaml"
    file.write_text("#\n" * above + document, encoding="utf-8")
    made = checked((str(file),))
    looked: Counter[int] = Counter()
    read = sources()

    def counted(name: str, line: int) -> str | None:
        looked[line] += 1
        return read(name, line)

    told = "\n".join(report_text(made, "nl", False, counted))
    assert len(made["problems"]) > 2
    assert told.count("one.yaml:") == len(made["problems"])
    assert max(looked[line] for line in range(1, above)) <= 1

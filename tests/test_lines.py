"""Lines for a terminal: whole words in any width; a legend keeps each mark with its meaning."""

import pytest

from registry.lines import in_columns, legend, wrapped

ENTRIES = [
    ("█", "toegewezen"),
    ("░", "gevraagd, geen besluit bij de hand"),
    ("‹", "eerste dag onbekend"),
    ("+", "meer"),
]


@pytest.mark.parametrize(("columns", "lines"), [("60", 2), ("80", 2), ("100", 1)])
def test_a_legend_fits_and_parts_no_mark_from_its_meaning(
    monkeypatch: pytest.MonkeyPatch, columns: str, lines: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    made = list(legend(ENTRIES))
    assert len(made) == lines
    assert max(map(len, made)) <= int(columns)
    assert "   ".join(made) == "   ".join(f"{mark} {means}" for mark, means in ENTRIES)


def test_an_empty_legend_is_no_line() -> None:
    assert list(legend([])) == []


def test_the_same_text_in_every_width() -> None:
    text = "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien " * 3
    for columns in (60, 70, 100, 60):
        with in_columns(columns):
            lines = list(wrapped(text, 2, "- "))
        assert all(len(line) <= columns for line in lines)
        assert max(map(len, lines)) > columns - len(" vijftien"), "as wide as it may be"
        assert [line[:4] for line in lines] == ["  - ", *["    "] * (len(lines) - 1)]
        assert " ".join(" ".join(lines).split()) == f"- {text.strip()}"

"""Lines for a terminal: a legend keeps each mark with its meaning, whatever the width."""

import pytest

from registry.lines import legend

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

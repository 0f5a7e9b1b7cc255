"""The pictures of the README show the screens as they are now."""

from pathlib import Path

import pytest

from tests.screens.pictures import FOLDER, PICTURES, drawn, filled


@pytest.mark.long
def test_the_pictures_show_the_screens_as_they_are(tmp_path: Path) -> None:
    address = str(tmp_path / "register.db")
    filled(address)
    for name, svg in drawn(address).items():
        stored = (FOLDER / f"{name.replace('_', '-')}.svg").read_text(encoding="utf-8")
        assert svg == stored, f"{name}: draw anew with `uv run python -m tests.screens.pictures`, and look at it"
    assert len(list(FOLDER.glob("*.svg"))) == len(PICTURES)

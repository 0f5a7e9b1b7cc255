"""What every test of the screens needs: a user without settings or drafts, and registers with something in them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.database import Database
from registry.history import load_history
from rules.engine import twin_engine
from tests.conftest import Copies
from tests.registers import nobody
from tests.samples import ROOT


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings and no drafts of whoever runs the tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def history(copies: Copies) -> str:
    """The address of a register with the history, recorded halfway June 2019."""
    address = copies("sqlite", nobody)
    database = Database(address)
    load_history(database, ROOT / "measures", datetime(2019, 6, 15, tzinfo=UTC), twin_engine)
    database.close()
    return address

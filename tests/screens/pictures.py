"""Pictures of the screens, for the README and as snapshots.

`uv run python -m tests.screens.pictures` draws them anew.
"""

import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from registry.database import Database
from registry.history import load_history
from rules.engine import twin_engine
from tests.registers import MEASURE, add_people, do
from tests.samples import ROOT
from tests.screens.driving import Driven, drive

FOLDER = Path(__file__).parent / "pictures"
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # they would be fetched from somebody's server
SIZE = (110, 30)


async def measures(at: Driven) -> None:
    """The list, with the preview."""
    await at.press("p", "end", "up", "up")


async def measure(at: Driven) -> None:
    """Why a measure fails."""
    await at.press("/")
    await at.type("work-with-a-home")
    await at.press("enter", "enter", "]", "]")


async def what_if(at: Driven) -> None:
    """What another value would do."""
    await measure(at)
    await at.press("/")
    await at.type("measure.motivation.necessity")
    await at.press("enter", "w")
    await at.write("Zonder dit lukt het niet.")


async def draft(at: Driven) -> None:
    """The form."""
    await measure(at)
    await at.press("e", "]", "/")
    await at.type("motivation.necessity")
    await at.press("enter", "enter")
    await at.type("Zonder dit")


async def register(at: Driven) -> None:
    """In force on a day."""
    await at.press("2", "d")
    await at.write("2019-06-01")


async def area(at: Driven) -> None:
    """Figures against thresholds."""
    await at.press("4", *["down"] * 14)


PICTURES = (measures, measure, what_if, draft, register, area)


def drawn(address: str) -> dict[str, str]:
    """Every picture by its name, of a register that `filled` made."""
    made: dict[str, str] = {}
    for picture in PICTURES:

        async def steps(at: Driven, picture: object = picture) -> None:
            await picture(at)  # type: ignore[operator]
            at.app.clear_notifications()
            await at.settled()
            made[picture.__name__] = _FONTS.sub("", at.app.export_screenshot(title="Regelruimte"))  # type: ignore[attr-defined]

        drive(address, steps, SIZE, person="eva")
    return made


def filled(address: str) -> None:
    """A register with the history and one measure that fails on what its proposer forgot."""
    database = Database(address, create=True)
    load_history(database, ROOT / "measures", datetime(2019, 6, 15, tzinfo=UTC), twin_engine)
    add_people(database)
    do(database, "eva", "submit", MEASURE.replace("necessity: {text: Voorbeeld.}", "necessity: none"))
    database.close()


def main() -> None:
    """Draws the pictures anew."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder, "TEXTUAL_ANIMATIONS": "none"}
        filled(f"{folder}/register.db")
        FOLDER.mkdir(exist_ok=True)
        for name, svg in drawn(f"{folder}/register.db").items():
            (FOLDER / f"{name.replace('_', '-')}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()

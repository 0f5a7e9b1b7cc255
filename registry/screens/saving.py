"""Saving what a screen shows: the ending of the file says as what."""

from collections.abc import Callable, Mapping
from pathlib import Path

from registry.screens.page import Page


def save_as(page: Page, file: str, made: Mapping[str, Callable[[], bytes]]) -> None:
    """Writes the file in a worker, in the form that its ending asks for, and says where it is or why not."""
    target = Path(file.strip()).expanduser()
    make = made.get(target.suffix.lower())
    if make is None:
        page.regel.tell(page.said("save as", kinds=" ".join(made)), severity="error")
        return

    def write() -> str:
        with target.open("xb") as opened:  # never over a file that is there
            opened.write(make())
        return str(target)

    page.ask(write, lambda at: page.regel.tell(page.said("saved", at=at)), group="saving")

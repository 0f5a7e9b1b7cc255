"""The names of all keys that a user can change."""

from importlib import import_module
from pkgutil import iter_modules

from textual.binding import Binding
from textual.dom import DOMNode

from registry import screens
from registry.screens.lines_view import LinesView
from registry.screens.page import Page
from registry.screens.record_table import RecordTable


def key_names() -> list[str]:
    """Every name, of every screen and of what they are made of, in order."""
    from tui import RegelruimteApp

    for each in iter_modules(screens.__path__):
        import_module(f"{screens.__name__}.{each.name}")

    holders: list[type[DOMNode]] = [RegelruimteApp, *_pages(), RecordTable, LinesView]
    found = {each.id for holder in holders for each in holder.BINDINGS if isinstance(each, Binding) and each.id}
    return sorted(found)


def _pages() -> list[type[Page]]:
    waiting: list[type[Page]] = [Page]
    found: list[type[Page]] = []
    while waiting:
        page = waiting.pop()
        found.append(page)
        waiting.extend(page.__subclasses__())
    return found

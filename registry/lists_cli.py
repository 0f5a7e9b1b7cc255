"""`regelruimte lists`: the closed lists that measures choose from, with what each word means."""

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from registry.arguments import Parser, formats, shared
from registry.gate import show
from registry.lines import painted, wants_colour, wrapped
from registry.printing import print_json, print_lines
from registry.words import word

if TYPE_CHECKING:
    from rules.text import Language

LISTS = ("domains", "target_groups", "rights", "effects", "funding_lines")


def add_lists(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The command `lists`."""
    made = commands.add_parser("lists", parents=[shared()], help="de gesloten lijsten / the closed lists")
    made.add_argument("list", nargs="?", choices=LISTS, metavar="LIST", help=", ".join(LISTS))
    formats(made)
    made.set_defaults(run=_lists)


def _lists(asked: argparse.Namespace) -> int:
    made = lists_row((asked.list,) if asked.list else LISTS, asked.lang)
    if asked.format == "json":
        print_json(made)
    else:
        print_lines(lists_lines(made, asked.lang, wants_colour(sys.stdout)))
    return 0


def lists_row(names: tuple[str, ...], language: "Language") -> dict[str, Any]:
    """Those lists as data."""
    from rules.lists import shipped_lists
    from rules.vocabulary import reading

    stated = shipped_lists().by_name
    return {
        name: [
            {
                "word": entry.word,
                "name": reading(entry.word).read(language),
                "means": entry.means.text.read(language),
                "contains": list(entry.contains),
                "overlaps": list(entry.overlaps),
                "source": entry.source.named if entry.source else None,
            }
            for entry in stated[name]
        ]
        for name in names
    }


def lists_lines(made: dict[str, Any], language: "Language", colour: bool) -> Iterator[str]:
    """Those lists as text: each word, its meaning, whom it shares people with, and its source."""
    for name, entries in made.items():
        yield painted(f"{word(name, language)} ({name})", "bold", colour)
        for entry in entries:
            reads = f" ({entry['name']})" if entry["name"] != entry["word"] else ""
            yield from wrapped(f"{entry['word']}{reads}: {entry['means']}", 2, "- ")
            for relation in ("contains", "overlaps"):
                if entry[relation]:
                    yield from wrapped(f"{word(relation, language)}: {', '.join(entry[relation])}", 4)
            if entry["source"]:
                yield from wrapped(f"{word('source', language)}: {show(entry['source'])}", 4)
        yield ""

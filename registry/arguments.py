"""What may be written on the command line: days, laws, numbers; and a parser that ends with our exit code."""

import argparse
import sys
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from registry.gate import show
from registry.printing import COULD_NOT_RUN, could_not_run

if TYPE_CHECKING:
    from rules.check import LawChoice


class Parser(argparse.ArgumentParser):
    """As argparse has it, with the usage and one line on what is wrong, shown safely."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(COULD_NOT_RUN, f"regelruimte: {show(message)}\n")


def shared() -> Parser:
    """The options of every command."""
    made = Parser(add_help=False)
    made.add_argument("--lang", choices=("nl", "en"), default="nl", help="taal / language (nl)")
    return made


def formats(parser: argparse.ArgumentParser) -> None:
    """The option that chooses between text and JSON."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def day(written: str) -> date:
    """The day written as 2018-04-05."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"verwacht / expected 2018-04-05: {written}") from None


def jobs(written: str) -> int:
    """A number of worker processes."""
    if not written.isdecimal() or not 1 <= int(written) <= 64:
        raise argparse.ArgumentTypeError(f"verwacht / expected 1-64: {written}")
    return int(written)


def kind(written: str) -> str:
    """A kind of document that has a JSON Schema."""
    from rules.schema import KINDS

    if written not in KINDS:
        raise argparse.ArgumentTypeError(f"verwacht / expected {', '.join(KINDS)}: {written}")
    return written


def law(written: str) -> "LawChoice":
    """A law, or one version of it: wbmgp, wbmgp@2017-07-01."""
    from rules.check import LawChoice

    name, _, version = written.partition("@")
    return LawChoice(name, day(version) if version else None)


def unknown_law(chosen: "LawChoice | None") -> int:
    """Exit code 2, with what there is, when a law or a version is named that is not at hand; else 0."""
    if chosen is None:
        return 0
    from rules.lawbook import shipped_lawbook
    from rules.problems import nearest

    book = shipped_lawbook()
    known = book.versions(chosen.law)
    if known and (chosen.version is None or chosen.version in known):
        return 0
    named = chosen.law + (f"@{chosen.version}" if chosen.version else "")
    valid = [f"{chosen.law}@{first}" for first in known] or list(book.laws())
    near = nearest(named, valid)
    hint = f" ({near}?)" if near else ""
    return could_not_run(f"{named}: niet bij de hand / not at hand{hint}: {', '.join(valid)}")

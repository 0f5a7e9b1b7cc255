"""What may be written on the command line: days, laws, numbers; and a parser that ends with our exit code."""

import argparse
import re
import sys
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from registry.gate import inert, show
from registry.printing import COULD_NOT_RUN, could_not_run

if TYPE_CHECKING:
    from collections.abc import Collection

    from registry.checking import Options
    from rules.basis import LawChoice
    from rules.period import Duration


class Parser(argparse.ArgumentParser):
    """As argparse has it, with the usage and one line on what is wrong, shown safely."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(COULD_NOT_RUN, inert(f"regelruimte: {show(message)}\n"))

    def configure(self, option: str, value: object, command: str | None = None) -> "Collection[object] | None":
        """Makes a value the default of an option, of one command or of all; its choices, where the value is none."""
        wrong = None
        for action in self._actions:
            if isinstance(action.choices, dict):  # what holds commands
                for name, under in action.choices.items():
                    if command in (None, name):
                        wrong = under.configure(option, value) or wrong
            elif action.dest == option:
                if action.choices is not None and value not in action.choices:
                    return list(action.choices)
                self.set_defaults(**{option: value})
        return wrong


def shared() -> Parser:
    """The options of every command."""
    made = Parser(add_help=False)
    made.add_argument("--lang", choices=("nl", "en"), default="nl", help="taal / language (nl)")
    made.add_argument(
        "--no-config", "--isolated", action="store_true", help="zonder / without [tool.regelruimte] (pyproject.toml)"
    )
    return made


REPORTS = ("text", "concise", "json", "github", "gitlab", "junit", "markdown", "sarif")
WHOLE = ("json", "sarif")  # reports that tell every outcome; the others tell what stands in the way


def formats(parser: argparse.ArgumentParser) -> None:
    """The option that chooses between text and JSON."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def day(written: str) -> date:
    """The day written as 2018-04-05."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"verwacht / expected 2018-04-05: {written}") from None


def setting(written: str) -> tuple[str, str]:
    """A name and its value, as name=value."""
    name, equals, value = written.partition("=")
    if not (name.strip() and equals):
        raise argparse.ArgumentTypeError(f"verwacht / expected naam=waarde / name=value: {written}")
    return name.strip(), value


_LENGTH = re.compile(r"(\d{1,4})([dwmy])")


def length(written: str) -> "Duration":
    """A length of time: 30d, 8w, 6m, 1y."""
    from rules.period import Duration

    found = _LENGTH.fullmatch(written)
    if not found:
        raise argparse.ArgumentTypeError(f"verwacht / expected 30d, 8w, 6m, 1y: {written}")
    number = int(found[1])
    days = {"d": number, "w": 7 * number}.get(found[2], 0)
    return Duration(number if found[2] == "y" else 0, number if found[2] == "m" else 0, days)


def jobs(written: str) -> int:
    """A number of worker processes."""
    if not written.isdecimal() or not 1 <= int(written) <= 64:
        raise argparse.ArgumentTypeError(f"verwacht / expected 1-64: {written}")
    return int(written)


def number(written: str) -> int:
    """How many: one or more."""
    if not (written.isascii() and written.isdecimal()) or int(written) < 1:
        raise argparse.ArgumentTypeError(f"verwacht een getal vanaf 1 / expected a number from 1: {written}")
    return int(written)


def kind(written: str) -> str:
    """A kind of document that has a JSON Schema."""
    from rules.schema import KINDS

    if written not in KINDS:
        raise argparse.ArgumentTypeError(f"verwacht / expected {', '.join(KINDS)}: {written}")
    return written


def domain(written: str) -> str:
    """One of the five domains."""
    from typing import get_args

    from rules.vocabulary import Domain

    if written not in get_args(Domain):
        raise argparse.ArgumentTypeError(f"verwacht / expected {', '.join(get_args(Domain))}: {written}")
    return written


def law(written: str) -> "LawChoice":
    """A law, or one version of it: wbmgp, wbmgp@2017-07-01."""
    from rules.basis import LawChoice

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


def options_of(asked: argparse.Namespace) -> "Options":
    """What a check was asked to do."""
    from registry.checking import Options

    exclude = tuple(getattr(asked, "exclude", None) or ())
    whole = asked.format in WHOLE if "format" in asked else True
    return Options(asked.today, asked.on, asked.law, asked.portfolio, asked.cross_check, asked.lang, exclude, whole)

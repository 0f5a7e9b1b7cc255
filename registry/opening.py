"""Which register a command is about, opening it and telling what was refused, and who acts on it."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from registry.arguments import Parser, formats, shared
from registry.lines import wrapped
from registry.printing import could_not_run, print_lines, refused
from registry.words import word

if TYPE_CHECKING:
    from registry.database import Database

REFUSED = 1
DEFAULT = "regelruimte.db"
VARIABLE = "REGELRUIMTE_DATABASE"


def register_address() -> str:
    """The register that is meant where none is named."""
    return os.environ.get(VARIABLE, DEFAULT)


def register_place() -> Parser:
    """The options that say which register, and how to print."""
    place = register_only()
    formats(place)
    return place


def register_only() -> Parser:
    """The option that says which register."""
    place = Parser(add_help=False, parents=[shared()])
    place.add_argument(
        "--register", metavar="FILE|URL", default=register_address(),
        help=f"het register / the register ({DEFAULT}; {VARIABLE})",
    )  # fmt: skip
    return place


def with_register(asked: argparse.Namespace, do: "Callable[[Database], int]", **how: bool) -> int:
    """Opens the register, does that with it and closes it; what is refused is told, with the exit code for it.

    `how` is what registry.database.Database takes: create, upgrade, any_version.
    """
    return with_no_password_shown(asked, lambda: _with_register(asked, do, how))


def with_no_password_shown(asked: argparse.Namespace, do: "Callable[[], int]") -> int:
    """Does it, unless a password stands on the command line."""
    return could_not_run(word("password shows", asked.lang)) if _password_shows(asked.register) else do()


def _with_register(asked: argparse.Namespace, do: "Callable[[Database], int]", how: dict[str, bool]) -> int:
    from registry.database import Database
    from registry.refusals import ActRefused, DatabaseRefused, EntryUnreadable
    from rules.problems import Refused

    try:
        database = Database(asked.register, **how)
        try:
            return do(database)
        finally:
            database.close()
    except (DatabaseRefused, EntryUnreadable) as refusal:
        return could_not_run(refusal.why.read(asked.lang))
    except ActRefused as refusal:
        says = f"{word('refused', asked.lang)} [{refusal.code}]: {refusal.why.read(asked.lang)}"
        print_lines(wrapped(says), sys.stderr)
        return REFUSED
    except Refused as refusal:
        return refused(refusal, asked.lang)


def _password_shows(register: str) -> bool:
    """Whether a password stands on the command line, where every user of the machine can read it."""
    if "://" not in register or register == os.environ.get(VARIABLE):
        return False
    stated = urlsplit(register)
    return bool(stated.password) or "password" in parse_qs(stated.query)


def without_password(address: str) -> str:
    """The address of a register on a server as any program that speaks to one takes it, without the password."""
    stated = urlsplit(address)
    query = urlencode([(name, value) for name, value in parse_qsl(stated.query) if name != "password"])
    user, at, server = stated.netloc.rpartition("@")
    return urlunsplit(("postgresql", f"{user.partition(':')[0]}{at}{server}", stated.path, query, ""))


def acting_person(asked: argparse.Namespace) -> str | None:
    """Who acts: as given, as said before, or as the user answers now."""
    from registry.who import asked_person, kept_person

    at = register_name(asked.register)
    return asked.person or kept_person(at) or asked_person(at, asked.lang)


def register_name(register: str) -> str:
    """The register by a name without a password, the same from every folder."""
    if "://" not in register:
        return str(Path(register).resolve())
    stated = urlsplit(register)
    query = [(name, value) for name, value in parse_qsl(stated.query) if name != "password"]
    return f"{stated.hostname or ''}{stated.path}?{urlencode(query)}"

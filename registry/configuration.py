"""What a user's pyproject.toml says under [tool.regelruimte]: other defaults for the command line, which still wins.

    [tool.regelruimte]
    paths = ["voorstellen"]      # what check looks at
    portfolio = "maatregelen"    # every command that has --portfolio
    lang = "en"                  # every command
    strict = true
    format = "json"
    baseline = "known.json"
    exclude = ["concepten", "voorstellen/oud-*.yaml"]
    jobs = 2

Paths are seen from the folder of the file. The nearest file upward that has the table counts. What it cannot mean is
refused with its line: a key that is passed over would be a check that somebody thinks is stricter than it is.
"""

import os
import re
from collections.abc import Callable, Mapping
from glob import escape
from pathlib import Path
from typing import Any, NamedTuple

from registry.arguments import Parser
from registry.printing import CouldNotRun
from rules.text import Text

FILE = "pyproject.toml"
_TABLE = "regelruimte"


class Kind(NamedTuple):
    """What a value must be, in words; whether it is; and what it comes to, seen from the folder of the file."""

    expected: Text
    holds: Callable[[Any], bool]
    seen_from: Callable[[Path, Any], Any] = lambda _folder, value: value


def _here(folder: Path, path: str) -> str:
    return os.path.relpath(folder / path)


def _pattern(folder: Path, pattern: str) -> str:
    return f"{escape(folder.as_posix())}/{pattern.removeprefix('./')}" if "/" in pattern else pattern


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


_TEXT, _TEXTS = Text("tekst", "text"), Text("een lijst van teksten", "a list of texts")
_KEYS: Mapping[str, Kind] = {
    "paths": Kind(_TEXTS, _are_texts, lambda folder, paths: [_here(folder, path) for path in paths]),
    "portfolio": Kind(_TEXT, _is_text, _here),
    "lang": Kind(_TEXT, _is_text),
    "strict": Kind(Text("true of false", "true or false"), lambda value: isinstance(value, bool)),
    "format": Kind(_TEXT, _is_text),
    "baseline": Kind(_TEXT, _is_text, _here),
    "exclude": Kind(_TEXTS, _are_texts, lambda folder, patterns: [_pattern(folder, each) for each in patterns]),
    "jobs": Kind(Text("een getal van 1 tot 64", "a number from 1 to 64"), lambda n: type(n) is int and 1 <= n <= 64),
}
_EVERYWHERE = frozenset({"lang", "portfolio"})


class Configuration(NamedTuple):
    """The values of a file, by option, and its text: an error names the line."""

    file: str
    text: str
    values: Mapping[str, Any]


def configuration(start: Path) -> Configuration | None:
    """What holds in that folder; None where no file says anything. CouldNotRun where one says what cannot be."""
    for folder in (start, *start.parents):
        try:
            data = (folder / FILE).read_bytes()
        except OSError:
            continue
        if _TABLE.encode() in data and (found := _stated(folder, data)):
            return found
    return None


def _stated(folder: Path, data: bytes) -> Configuration | None:
    import tomllib  # here: most runs meet no such table, and start without it

    file = _here(folder, FILE)
    try:
        text = data.decode()
        tool = tomllib.loads(text).get("tool")
    except ValueError as error:  # what TOML and UTF-8 say of themselves, with the line
        raise CouldNotRun(Text(f"{file}: geen geldige TOML: {error}", f"{file}: not valid TOML: {error}")) from None
    if not isinstance(tool, dict) or _TABLE not in tool:
        return None
    table = tool[_TABLE]
    if not isinstance(table, dict):
        raise CouldNotRun(Text(f"{file}: tool.regelruimte is geen tabel", f"{file}: tool.regelruimte is no table"))
    for key, value in table.items():
        if key not in _KEYS:
            raise _unknown(file, text, key)
        if not _KEYS[key].holds(value):
            raise _wrong(file, text, key, value, _KEYS[key].expected)
    return Configuration(file, text, {key: _KEYS[key].seen_from(folder, value) for key, value in table.items()})


def configure(parser: Parser, found: Configuration) -> None:
    """Makes what the file says the defaults of the commands; CouldNotRun where an option has no such choice."""
    for key, value in found.values.items():
        choices = parser.configure(key, value, None if key in _EVERYWHERE else "check")
        if choices is not None:
            listed = ", ".join(map(str, choices))
            raise _wrong(found.file, found.text, key, value, Text(f"een van {listed}", f"one of {listed}"))


def _unknown(file: str, text: str, key: str) -> CouldNotRun:
    from rules.problems import with_nearest

    says = Text(f"onbekende sleutel «{key}»", f"unknown key '{key}'")
    says = with_nearest(says, key, _KEYS)
    listed, place = ", ".join(_KEYS), f"{file}:{_line(text, key)}"
    return CouldNotRun(Text(f"{place}: {says.nl} (er zijn: {listed})", f"{place}: {says.en} (there are: {listed})"))


def _wrong(file: str, text: str, key: str, value: object, expected: Text) -> CouldNotRun:
    place = f"{file}:{_line(text, key)}: {key}"
    return CouldNotRun(
        Text(
            f"{place}: verwacht {expected.nl}, gevonden {value!r}", f"{place}: expected {expected.en}, found {value!r}"
        )
    )


def _line(text: str, key: str) -> int:
    """The line of that key in the table, or of the table: TOML as Python reads it does not tell."""
    lines = text.splitlines()
    table = re.compile(rf"""\s*\[\s*["']?tool["']?\s*\.\s*["']?{_TABLE}["']?\s*\]""")
    stated = re.compile(rf"""(?:.*[.{{,\s])?["']?{re.escape(key)}["']?\s*=""")
    start = next((at for at, line in enumerate(lines) if table.match(line)), 0)
    return next((at for at, line in enumerate(lines[start:], start + 1) if stated.match(line)), start + 1)

"""YAML bytes to plain values that remember where they stand, in one pass; the only way in for a document.

bytes ── size, UTF-8, hidden characters ──▶ str ── PyYAML events ──▶ values + spots        Refused at any step

PyYAML's loaders are not used: they take the last of two equal keys, read NO as False and 3.10 as 3.1, build
what tags ask for, and end the process on 60 KB of '['. Events come one at a time, so the limits below hold
before anything large exists. A scalar means what it looks like: true, false, null and short whole numbers are
themselves, everything else is text, and a number whose digits could get lost has to be quoted.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple, NoReturn, TypeAlias

import yaml
from yaml import events

from rules.hidden import HIDDEN, hidden_code, hidden_message
from rules.problems import Place, Problem, Refused
from rules.text import Text
from rules.yaml_syntax import syntax_problem

Value: TypeAlias = dict[str, "Value"] | list["Value"] | str | int | bool | None
Path: TypeAlias = tuple[str | int, ...]

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 32
MAX_KEY: Final = 200
MAX_PROBLEMS: Final = 100

CODES: Final[dict[str, Text]] = {
    "yaml-too-large": Text(
        nl=f"het bestand is groter dan {MAX_BYTES} bytes", en=f"the file is larger than {MAX_BYTES} bytes"
    ),
    "yaml-encoding": Text(nl="het bestand is geen UTF-8", en="the file is not UTF-8"),
    "yaml-control-character": Text(
        nl="er staat een besturingsteken in het bestand", en="the file holds a control character"
    ),
    "yaml-invisible-character": Text(
        nl="er staat een onzichtbaar teken in het bestand, of een dat de leesrichting omkeert",
        en="the file holds a character that nobody can see, or that turns the reading direction",
    ),
    "yaml-syntax": Text(nl="het bestand is geen geldige YAML", en="the file is not valid YAML"),
    "yaml-empty": Text(nl="het bestand bevat geen document", en="the file holds no document"),
    "yaml-documents": Text(nl="het bestand bevat meer dan één document", en="the file holds more than one document"),
    "yaml-root": Text(
        nl="het document is geen blok van sleutels met waarden", en="the document is not a block of keys with values"
    ),
    "yaml-too-deep": Text(
        nl=f"het document is dieper dan {MAX_DEPTH} niveaus", en=f"the document is deeper than {MAX_DEPTH} levels"
    ),
    "yaml-alias": Text(
        nl="er staat een anker (&) of een verwijzing (*) in het document",
        en="the document holds an anchor (&) or an alias (*)",
    ),
    "yaml-tag": Text(nl="er staat een YAML-tag (!) in het document", en="the document holds a YAML tag (!)"),
    "yaml-merge-key": Text(
        nl="er staat een samenvoegsleutel (<<) in het document", en="the document holds a merge key (<<)"
    ),
    "yaml-key": Text(nl="een sleutel is geen gewone tekst", en="a key is not plain text"),
    "yaml-duplicate-key": Text(
        nl="een sleutel staat twee keer in hetzelfde blok", en="a key stands twice in the same block"
    ),
    "yaml-unquoted-decimal": Text(
        nl="een decimaal getal staat niet tussen aanhalingstekens", en="a decimal number is not in quotes"
    ),
    "yaml-too-many-problems": Text(
        nl=f"het lezen is gestopt na {MAX_PROBLEMS} problemen", en=f"reading stopped after {MAX_PROBLEMS} problems"
    ),
}


class Spot(NamedTuple):
    """Where a value stands, and where its key stands if it has one; line and column from 1.

    `inside` holds the spots of the members of a mapping (by key) or a list (by index), None for a scalar.
    """

    line: int
    column: int
    key: tuple[int, int] | None = None
    inside: dict[str | int, "Spot"] | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """One document as it was read: `sha256` is that of the bytes received, byte order mark included."""

    file: str
    sha256: str
    value: dict[str, Value]
    spots: Spot


def read(data: bytes, file: str) -> Parsed:
    """The document in `data`; `file` is only its name. Refused with all problems that could be found."""
    text = _text(data, file)
    reading = _Reading(file)
    try:
        next_event: Callable[[], events.Event | None] = _LOADER(text).get_event
        while event := next_event():
            reading.take(event)
    except yaml.YAMLError as error:
        reading.stop(*syntax_problem(error, text))
    value, spots = reading.document()
    return Parsed(file, hashlib.sha256(data).hexdigest(), value, spots)


def spot_of(parsed: Parsed, path: Path, *, key: bool = False) -> Place:
    """The place of the value at `path` (of its key, with `key`), or of the nearest value around it that exists."""
    spot, reached = parsed.spots, 0
    for part in path:
        inner = spot.inside.get(part) if spot.inside else None
        if inner is None:
            break
        spot, reached = inner, reached + 1
    line, column = spot.line, spot.column
    if key and spot.key and reached == len(path):
        line, column = spot.key
    return Place(parsed.file, line, column, path_text(path[:reached]))


@lru_cache(maxsize=4096)
def path_text(path: Path) -> str:
    """The path as people write it: `asks[0].parts[2]`; a key that is no plain word stands in `["…"]`."""
    written = ""
    for part in path:
        if isinstance(part, str) and part.replace("-", "_").isidentifier():
            written += f".{part}" if written else part
        else:
            written += f"[{json.dumps(part, ensure_ascii=False)}]"
    return written


def short(text: str, longest: int = 60) -> str:
    """Text fit to quote in a message: whole, or its beginning with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NUMBER_START = frozenset("+-.0123456789")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


def refuse_too_large(size: int, file: str) -> None:
    """Refused when a file of that many bytes is too large to be a document: nobody has to read it to know that."""
    if size > MAX_BYTES:
        message = Text(
            nl=f"het bestand is {size} bytes groot, hoogstens {MAX_BYTES} is toegestaan: splits het",
            en=f"the file has {size} bytes, at most {MAX_BYTES} are allowed: split it",
        )
        raise Refused([Problem("yaml-too-large", Place(file), message)])


def _text(data: bytes, file: str) -> str:
    """The bytes as text without byte order mark; Refused when too large, not UTF-8 or with hidden characters."""
    refuse_too_large(len(data), file)
    body = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = body.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        found = "UTF-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else f"byte 0x{body[error.start]:02X}"
        message = Text(
            nl=f"verwacht UTF-8, gevonden {found}: sla het bestand op als UTF-8 (niet als Windows-1252 of UTF-16)",
            en=f"expected UTF-8, found {found}: save the file as UTF-8 (not as Windows-1252 or UTF-16)",
        )
        raise Refused([Problem("yaml-encoding", Place(file, *_spot_at(before, len(before))), message)]) from None
    # the first test is true of nearly every file, and costs a tenth of the second
    if not (text.isascii() and text.replace("\n", "").isprintable()) and not HIDDEN.isdisjoint(text):
        raise Refused(_hidden_in(text, file))
    # libyaml compares each directive with all before it: 50,000 of them take six seconds before the first event
    if (at := f"\n{text}".find("\n%TAG")) >= 0:
        message = Text(
            nl="gevonden een %TAG-regel, verwacht gewone tekst: haal de regel weg",
            en="found a %TAG line, expected plain text: remove the line",
        )
        raise Refused([Problem("yaml-tag", Place(file, *_spot_at(text, at)), message)])
    return text


def _hidden_in(text: str, file: str) -> list[Problem]:
    """One problem for each character that may not stand in a file, up to the limit."""
    problems = []
    for at, character in islice(((at, c) for at, c in enumerate(text) if c in HIDDEN), MAX_PROBLEMS):
        problems.append(Problem(hidden_code(character), Place(file, *_spot_at(text, at)), hidden_message(character)))
    if len(problems) == MAX_PROBLEMS:
        problems.append(Problem("yaml-too-many-problems", problems[-1].place, _TOO_MANY))
    return problems


def _spot_at(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1, of the character with that index."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


class _Level:
    """A mapping or list that is still open: its name in the one around it, its value, the spots of its members.

    `keys` holds the line of each key so far, `key` is the one that waits for its value.
    """

    __slots__ = ("inside", "key", "key_at", "keys", "name", "value")

    def __init__(self, name: str | int, value: dict[str, Value] | list[Value], inside: dict[str | int, Spot]) -> None:
        self.name, self.value, self.inside = name, value, inside
        self.keys: dict[str, int] = {}
        self.key: str | None = None
        self.key_at: tuple[int, int] | None = None


class _Reading:
    """One document in the making: events go in, a value with its spots comes out, problems pile up.

    After the first problem the value no longer matters; reading goes on only to find more of them.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []
        self._documents: list[Value] = []
        self._spots: dict[str | int, Spot] = {}
        self._levels = [_Level("", self._documents, self._spots)]

    def take(self, event: events.Event) -> None:
        """Work one event in; Refused where going on would be unsafe or pointless."""
        if isinstance(event, events.ScalarEvent):
            level = self._levels[-1]
            if event.anchor or event.tag or level is self._levels[0]:
                self._node(event)
            if level.key is None and isinstance(level.value, dict):
                self._key(level, event)
            else:
                self._add(self._scalar(event), _at(event), None)
        elif isinstance(event, events.CollectionStartEvent):
            self._node(event)
            self._open({} if isinstance(event, events.MappingStartEvent) else [], event)
        elif isinstance(event, events.CollectionEndEvent):
            self._levels.pop()
        elif isinstance(event, events.AliasEvent):
            self._alias(event)
        elif isinstance(event, events.DocumentStartEvent) and self._documents:
            self.stop(
                "yaml-documents",
                _at(event),
                Text(
                    nl="hier begint een tweede document, verwacht één document per bestand: maak er twee bestanden van",
                    en="a second document begins here, expected one document per file: make two files of it",
                ),
            )

    def document(self) -> tuple[dict[str, Value], Spot]:
        """What was read; Refused when there were problems, or nothing at all."""
        if not self._documents:
            self._problem("yaml-empty", (1, 1), _EMPTY)
        if self._problems:
            raise Refused(self._problems)
        root = self._documents[0]
        assert isinstance(root, dict)
        return root, self._spots[0]

    def stop(self, code: str, at: tuple[int, int], message: Text) -> NoReturn:
        """Refuse here and now, with what was found before."""
        place = Place(self._file, *at, path=path_text(self._path()))
        raise Refused([*self._problems, Problem(code, place, message)])

    def _problem(self, code: str, at: tuple[int, int], message: Text) -> None:
        self._problems.append(Problem(code, Place(self._file, *at, path=path_text(self._path())), message))
        if len(self._problems) == MAX_PROBLEMS:
            self.stop("yaml-too-many-problems", at, _TOO_MANY)

    def _path(self) -> Path:
        """The path of what is being read: the levels below the document, and the member that comes next."""
        if len(self._levels) == 1:
            return ()
        around: Path = tuple(level.name for level in self._levels[2:])
        level = self._levels[-1]
        if isinstance(level.value, list):
            return (*around, len(level.value))
        return around if level.key is None else (*around, level.key)

    def _node(self, event: events.ScalarEvent | events.CollectionStartEvent) -> None:
        """What no node may have, and what the root has to be."""
        if event.anchor is not None:
            self._problem("yaml-alias", _at(event), _alias_message("&", event.anchor))
        if event.tag is not None:
            shown = short(event.tag)
            message = Text(
                nl=f"gevonden de tag «{shown}», verwacht een gewone waarde: haal de tag weg, "
                "of zet tekst die met ! begint tussen aanhalingstekens",
                en=f"found the tag '{shown}', expected a plain value: remove the tag, or quote text that begins with !",
            )
            self._problem("yaml-tag", _at(event), message)
        if len(self._levels) == 1 and not isinstance(event, events.MappingStartEvent):
            if isinstance(event, events.ScalarEvent) and event.value == "" and not event.style:
                self.stop("yaml-empty", _at(event), _EMPTY)
            found = (
                Text(nl="een lijst", en="a list")
                if isinstance(event, events.SequenceStartEvent)
                else Text(nl="losse tekst", en="bare text")
            )
            message = Text(
                nl=f"verwacht sleutels met waarden zoals «title: …», gevonden {found.nl}: begin met een sleutel",
                en=f"expected keys with values such as 'title: …', found {found.en}: begin with a key",
            )
            self.stop("yaml-root", _at(event), message)

    def _open(self, value: dict[str, Value] | list[Value], event: events.CollectionStartEvent) -> None:
        at = _at(event)
        if len(self._levels) > MAX_DEPTH:
            message = Text(
                nl=f"dieper dan {MAX_DEPTH} niveaus in elkaar: schrijf het vlakker",
                en=f"nested deeper than {MAX_DEPTH} levels: write it flatter",
            )
            self.stop("yaml-too-deep", at, message)
        level, inside = self._levels[-1], dict[str | int, Spot]()
        if level.key is None and isinstance(level.value, dict):
            message = Text(
                nl="gevonden een lijst of blok als sleutel, verwacht gewone tekst: "
                "zet tekst met accolades of haken tussen aanhalingstekens",
                en="found a list or block as a key, expected plain text: quote text with braces or brackets",
            )
            self._problem("yaml-key", at, message)
            # read on inside, but in mid-air: what is found there belongs to nobody
            level.key, level.key_at = "?", at
            self._levels.append(_Level("?", value, inside))
        else:
            self._levels.append(_Level(self._add(value, at, inside), value, inside))

    def _add(self, value: Value, at: tuple[int, int], inside: dict[str | int, Spot] | None) -> str | int:
        """Put a value where it belongs; returns its key or index there."""
        level = self._levels[-1]
        name: str | int
        if isinstance(level.value, list):
            name = len(level.value)
            level.inside[name] = Spot(*at, None, inside)
            level.value.append(value)
        else:
            assert level.key is not None
            name = level.key
            level.inside[name] = Spot(*at, level.key_at, inside)
            level.value[name] = value
            level.key = None
        return name

    def _alias(self, event: events.AliasEvent) -> None:
        level = self._levels[-1]
        self._problem("yaml-alias", _at(event), _alias_message("*", event.anchor or ""))
        if level.key is None and isinstance(level.value, dict):
            level.key, level.key_at = "?", _at(event)
        else:
            self._add(None, _at(event), None)

    def _key(self, level: _Level, event: events.ScalarEvent) -> None:
        name, at = event.value, _at(event)
        level.key, level.key_at = name[:MAX_KEY], at
        if len(name) > MAX_KEY:
            message = Text(
                nl=f"sleutel van {len(name)} tekens, hoogstens {MAX_KEY} is toegestaan: zet lange tekst in de waarde",
                en=f"key of {len(name)} characters, at most {MAX_KEY} are allowed: put long text in the value",
            )
            self._problem("yaml-key", at, message)
            return
        if not event.style:
            self._plain_key(name, at)
        elif event.style == '"':
            self._escapes(event)
        # two keys that look the same are the same, whichever way an accent was typed
        same = name if name.isascii() else unicodedata.normalize("NFC", name)
        first = level.keys.get(same)
        if first is None:
            level.keys[same] = at[0]
        else:
            message = Text(
                nl=f"sleutel «{short(name)}» staat al op regel {first}: houd er één over",
                en=f"key '{short(name)}' already stands on line {first}: keep one of them",
            )
            self._problem("yaml-duplicate-key", at, message)

    def _plain_key(self, name: str, at: tuple[int, int]) -> None:
        """Problems of a key without quotes."""
        if name == "<<":
            message = Text(
                nl="gevonden een samenvoegsleutel «<<», verwacht een gewone sleutel: schrijf de sleutels uit",
                en="found a merge key '<<', expected an ordinary key: write the keys out",
            )
            self._problem("yaml-merge-key", at, message)
        elif not name:
            message = Text(nl="hier ontbreekt een sleutel vóór de dubbele punt", en="no key stands before the colon")
            self._problem("yaml-key", at, message)
        elif name in _WORDS or (name[0] in _NUMBER_START and (_INTEGER.fullmatch(name) or _DECIMAL.fullmatch(name))):
            message = Text(
                nl=f'sleutel {short(name)} is geen tekst: zet haar tussen aanhalingstekens, "{short(name)}"',
                en=f'key {short(name)} is not text: write it in quotes, "{short(name)}"',
            )
            self._problem("yaml-key", at, message)

    def _scalar(self, event: events.ScalarEvent) -> Value:
        written: str = event.value
        if event.style:
            if event.style == '"':
                self._escapes(event)
            return written
        if written in _WORDS:
            return _WORDS[written]
        if written[0] not in _NUMBER_START:
            return written
        if _INTEGER.fullmatch(written):
            return int(written)
        if _DECIMAL.fullmatch(written):
            shown = short(written)
            message = Text(
                nl=f"getal {shown} zonder aanhalingstekens kan cijfers verliezen (3.10 wordt 3.1): "
                f'schrijf het tussen aanhalingstekens, "{shown}"',
                en=f'number {shown} without quotes may lose digits (3.10 becomes 3.1): write it in quotes, "{shown}"',
            )
            self._problem("yaml-unquoted-decimal", _at(event), message)
        return written

    def _escapes(self, event: events.ScalarEvent) -> None:
        """Between double quotes an escape such as \\0 or \\u202E brings in what the bytes may not hold."""
        if not HIDDEN.isdisjoint(event.value):
            character = next(c for c in event.value if c in HIDDEN)
            self._problem(hidden_code(character), _at(event), hidden_message(character))


def _at(event: events.Event) -> tuple[int, int]:
    mark = event.start_mark
    assert mark is not None
    return mark.line + 1, mark.column + 1


_TOO_MANY = Text(
    nl="te veel problemen om verder te lezen: los deze eerst op", en="too many problems to read on: solve these first"
)
_EMPTY = Text(
    nl="verwacht een document met sleutels en waarden, gevonden niets: vul het bestand of haal het weg",
    en="expected a document of keys and values, found nothing: fill the file or remove it",
)


def _alias_message(sign: str, name: str) -> Text:
    shown = sign + short(name)
    return Text(
        nl=f"gevonden «{shown}» (een YAML-verwijzing), verwacht de waarde zelf: schrijf haar uit, "
        f"of zet tekst die met {sign} begint tussen aanhalingstekens",
        en=f"found '{shown}' (a YAML reference), expected the value itself: write it out, "
        f"or quote text that begins with {sign}",
    )

"""Files that mean harm, each made from its number; and a process that checks them one by one under hard limits.

    python -m tests.faults.hostile_files FOLDER FIRST LAST [CONTROL]

prints for each file its number, the exit code, and one hash of every report on it. The kernel ends the process at a
file that takes more than two seconds of a processor; what wants more than 200 MB gets no memory, and says so.
"""

import hashlib
import json
import os
import random
import re
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import yaml

from registry.arguments import REPORTS
from registry.excerpt import sources
from registry.gate import show
from registry.report import counts
from registry.reporting import rendered
from rules import reader
from rules.hidden import HIDDEN
from tests.faults.shims import ON_LINUX
from tests.reports import HARMS, checked
from tests.samples import ROOT
from tests.test_format_github import understood
from tests.test_format_markdown import strange, tokens
from tests.test_reporting import obeyed

SECONDS, MEGABYTES = 2, 200
Harm = Callable[[bytes, random.Random], bytes]


# ---- how a file is made ----


@cache
def sound() -> list[bytes]:
    """Documents of every kind that mean no harm, none of them large."""
    folders = ("measures", "tests/data/formats", "tests/city/maatregelen", "rules/laws")
    found = (file.read_bytes() for folder in folders for file in sorted((ROOT / folder).rglob("*.yaml")))
    return [content for content in found if len(content) < 12_000]


_SAID = (
    *(harm.encode("utf-8", "surrogatepass") for harm in HARMS),
    *(b"\x00", b"\x1b[2J", b"\x9b1m", b"\xff", b"\xc3", "\u202e\u2066\u200b\ufeff\u2028\x85".encode()),
    *(b"=cmd|' /C calc'!A0", b"&a [*a]", b"*a", b"!!python/object:os.system [x]", b"<<: {a: 1}", b"? [a]", b"{{}}"),
    *(b"1e999", b"-0", b"0x1F", b"9" * 400, b"\xe2\x82\xac 9999999999999999", b"99999-99-99", b"2027-02-30", b"25 %%"),
    *(b"%0A::error::x", b'"', b"'", b"#", b": ", b"- ", b"---\n", b"...\n", b"\t", b"\r", b"|\n", b"@", b"`"),
)


def _at(content: bytes, dice: random.Random) -> int:
    return dice.randrange(len(content) + 1)


def _flipped(content: bytes, dice: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        if made:
            made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    return bytes(made)


def _cut(content: bytes, dice: random.Random) -> bytes:
    first, last = sorted((_at(content, dice), _at(content, dice)))
    return content[:first] + content[last:] if dice.random() < 0.5 else content[first:last]


def _lines(content: bytes, dice: random.Random) -> bytes:
    """Lines twice, swapped, left out, or deeper than they were."""
    lines = content.split(b"\n")
    for _ in range(dice.randint(1, 4)):
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        match dice.randrange(4):
            case 0:
                lines.insert(other, lines[at])
            case 1:
                lines[at], lines[other] = lines[other], lines[at]
            case 2:
                lines[at] = b""
            case _:
                lines[at] = b" " * dice.randint(1, 9) + lines[at]
    return b"\n".join(lines)


def _put_in(content: bytes, dice: random.Random) -> bytes:
    at = _at(content, dice)
    return content[:at] + dice.choice(_SAID) * dice.choice((1, 1, 1, 2, 500)) + content[at:]


def _valued(content: bytes, dice: random.Random) -> bytes:
    """Another value behind a key; as text, so that what is said arrives, or as it stands."""
    keys = list(re.finditer(rb"(?m)(?<=: )[^\n{}\[\]]+", content))
    if not keys:
        return content
    found, said = dice.choice(keys), dice.choice(_SAID)
    if dice.random() < 0.6:
        said = json.dumps(said.decode("utf-8", "replace")).encode()
    return content[: found.start()] + said + content[found.end() :]


def _spoken(content: bytes, dice: random.Random) -> bytes:
    """Harm that can be seen, in a text where anything may stand: the document stays sound, and all of it arrives."""
    texts = re.finditer(rb"\b(?:text|nl|en|reasons|name|publisher): ([\w\"][^\n{}\[\],]*)", content)
    for found in reversed(list(texts)):
        if dice.random() < 0.5:
            said = "".join(c for c in dice.choice(HARMS) if c not in HIDDEN and c.isprintable())
            content = (
                content[: found.start(1)] + json.dumps(said, ensure_ascii=False).encode() + content[found.end(1) :]
            )
    return content


def _renamed(content: bytes, dice: random.Random) -> bytes:
    keys = list(re.finditer(rb"(?m)\b[a-z_]+(?=:)", content))
    if not keys:
        return content
    found = dice.choice(keys)
    return content[: found.start()] + dice.choice((*_SAID, b"measure", b"title", b"x")) + content[found.end() :]


@cache
def _directives() -> bytes:
    """As many as a document has room for. Each has a name of its own: of two that are the same the second is wrong."""
    return b"".join(b"%%TAG !%x! x\n" % at for at in range(65_000)) + b"---\n"


def _grown(content: bytes, dice: random.Random) -> bytes:
    """Much of something: depth, keys, members, one long line, anchors that multiply, directives."""
    bomb = b"\n".join(b"k%d: &k%d [%s]" % (at, at, b", ".join([b"*k%d" % (at - 1)] * 9)) for at in range(1, 10))
    return dice.choice((
        content + b"\nx: " + b"[" * 20_000,
        content + b"\nx: " + b"{a: " * 20_000,
        content + b"\n" + b"".join(b"k%d: 1\n" % at for at in range(20_000)),
        content + b"\nx: [" + b"1, " * 100_000 + b"]",
        content + b"\nx: " + b"y" * 900_000,
        content + b"\nx: \"" + b"\\u202e" * 50_000 + b"\"",
        content + b"\nk0: &k0 x\n" + bomb,
        _directives() + content,
        content + b"\n- " * 20_000,
        content + b" " * 900_000,
        content * 300,
        b"#\n" * 450_000 + content,
        b"#\n" * 490_000 + b"k: 1\n" * 110,
    ))  # fmt: skip


def _encoded(content: bytes, dice: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return dice.choice((
        b"\xef\xbb\xbf" + content, text.encode("utf-16"), text.encode("utf-32-le"), text.encode("cp1252", "replace"),
        content.replace(b"\n", b"\r\n"), content.replace(b"\n", b"\r"), content.replace(b" ", b"\xc2\xa0"),
    ))  # fmt: skip


def _nothing_of_it(_: bytes, dice: random.Random) -> bytes:
    return dice.choice((b"", b"\n", b"null", b"[]", b"# x", dice.randbytes(dice.randint(1, 2_000)), dice.choice(_SAID)))


_HARMS: tuple[Harm, ...] = (
    *(_flipped, _cut, _lines, _put_in, _put_in, _valued, _valued, _valued, _renamed, _encoded, _nothing_of_it),
)
_NAMES = (
    *("a", "::error::x", "##[error]y", "=1+1", "x\x1b[31m", "\u202egnp", "a\nb", "<b>&", "|`*_", "-rf", "x:1:2: y"),
    *("\"'$(id)", "%0A::error::x", "%2e%2e%2f", "..\\x", "a.yaml:3:1: b", "y" * 200, "x,line=1::z", "\x9b2J\x7f"),
    *((os.fsdecode(b"\xff\x80"),) if ON_LINUX else ()),  # elsewhere a name has to be UTF-8
)


def hostile(number: int) -> tuple[str, bytes]:
    """The name and the bytes of that file; one in forty is large, and of those half have nothing else that is wrong."""
    dice = random.Random(number)
    content = _spoken(dice.choice(sound()), dice)
    for _ in range(dice.choice((0, 0, 1, 1, 2, 3)) if number % 80 else 0):
        content = dice.choice(_HARMS)(content, dice)
    if number % 40 == 0:
        content = _grown(content, dice)
    return f"{dice.choice(_NAMES)}-{number}.yaml", content


# ---- what a reader of each format makes of its report ----


def misread(made: dict[str, Any], form: str, text: str) -> str:
    """What a reader of that format takes otherwise than the report has it; nothing ("") where all is well."""
    problems = [each for each in made["problems"] if form in ("json", "text") or counts(each)]
    if form == "junit":  # has what is wrong with documents by line, and what stands against a measure by its part
        problems = [each for each in problems if each["about"] == "document"]
    if not text.replace("\n", "").isprintable():
        return "characters that nobody sees"
    if form != "github" and (stray := obeyed(text)):
        return f"a runner obeys {stray[0]!r}"
    if form == "markdown" and (more := strange(re.sub(r"(?m)^- ! ", "- ", text))):  # our mark of a warning
        return f"more than text: {more}"
    expected = Counter((show(each["file"]), each["line"]) for each in problems)
    try:
        found = Counter((_unmarked(file), int(line)) for file, line in READERS[form](text))
        failed = form == "junit" and _failed(text) != (made["summary"]["exit"] in (1, 3))
    except (ValueError, KeyError, ET.ParseError) as error:
        return f"not to be read: {error!r}"
    if failed:
        return "fails where the exit code does not, or the other way round"
    if form == "markdown" and "\n- … " in text and found < expected:
        return ""  # it says how many did not fit
    return "" if found == expected else f"{found - expected} more, {expected - found} less"


def _unmarked(file: str) -> str:
    """The name of a file as it is, where that of a place or a command was kept from looking like one."""
    return file.replace("⟨U+003A⟩", ":").replace("⟨U+0023⟩", "#")


Places = Iterable[tuple[str, int | str]]


def _json(text: str) -> Places:
    return [(show(each["file"]), each["line"]) for each in json.loads(text)["problems"]]


def _sarif(text: str) -> Places:
    [run] = json.loads(text)["runs"]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    return [
        (show(unquote(each["artifactLocation"]["uri"], errors="surrogateescape")), each["region"]["startLine"])
        for each in places
    ]


def _gitlab(text: str) -> Places:
    return [(each["location"]["path"], each["location"]["lines"]["begin"]) for each in json.loads(text)]


def _github(text: str) -> Places:
    return [(each.properties["file"], each.properties["line"]) for each in understood(text)]


def _concise(text: str) -> Places:
    """As compilers are read: the file ends at the first number of a line."""
    return [_place(line, r"(.+?):(\d+):\d+: .*") for line in text.splitlines()]


def _text(text: str) -> Places:
    """Problems of documents stand at the margin, with a level; those of a measure below it, without."""
    wrong, against = r"(\S.*?):(\d+):\d+: [^\[]+ \[[^\]]+\]", r" {6}(?!\d* *\|)(\S.*?):(\d+):\d+ \[[^\]]+\]"
    return [_place(line, way) for line in text.splitlines() for way in (wrong, against) if re.fullmatch(way, line)]


def _markdown(text: str) -> Places:
    """The first span of code in each item with three: place, code and message."""
    inside = [each for each in tokens(text) if each.type == "inline" and each.content.startswith(("✗", "!", "–"))]
    spans = [[part.content for part in each.children or () if part.type == "code_inline"] for each in inside]
    places = (found[0] for found in spans if len(found) == 3)
    return [_place(each, r"(.+?):(\d+):\d+") for each in places if re.search(r":\d+:\d+$", each)]


def _junit(text: str) -> Places:
    found = [each for tag in ("error", "system-out") for each in _xml(text).iter(tag)]
    return [_place(line, r"– (.+?):(\d+):\d+ .*") for each in found for line in (each.text or "").splitlines()]


def _xml(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own writer made it


def _failed(text: str) -> bool:
    root = _xml(text)
    return any(next(root.iter(tag), None) is not None for tag in ("error", "failure"))


def _place(line: str, way: str) -> tuple[str, str]:
    found = re.fullmatch(way, line)
    if not found:
        raise ValueError(line)
    return found[1], found[2]


READERS: dict[str, Callable[[str], Places]] = {
    "text": _text, "concise": _concise, "json": _json, "github": _github,
    "gitlab": _gitlab, "junit": _junit, "markdown": _markdown, "sarif": _sarif,
}  # fmt: skip


# ---- the process ----


def came_to(file: Path) -> Iterator[str]:
    """Every report on that file, read back; AssertionError where a reader takes one otherwise."""
    made = checked((str(file),))
    yield str(made["summary"]["exit"])
    for form in REPORTS:
        text = rendered(made, form, "nl", sources())
        wrong = misread(made, form, text)
        assert not wrong, f"{form}: {wrong}"
        yield text


def _unguarded(file: Path) -> Iterator[str]:
    """Our reader without what it looks at before it parses."""
    reader._text = lambda data, file: data.decode()
    yield from came_to(file)


def _unlimited(file: Path) -> Iterator[str]:
    """A reader of YAML as it comes, and somebody who looks at what it read."""
    yield repr(yaml.load(file.read_bytes(), yaml.CSafeLoader))


def _wavers(file: Path) -> Iterator[str]:
    yield from {*came_to(file)}


CONTROLS: dict[str, Callable[[Path], Iterator[str]]] = {
    "unguarded": _unguarded,
    "unlimited": _unlimited,
    "wavers": _wavers,
}


def main(folder: Path, first: int, last: int, control: str = "") -> None:
    """Checks those files one after the other, each where no other is."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES * 1_000_000,) * 2)
    proposals = folder / "proposals"
    proposals.mkdir()
    os.chdir(folder)
    for number in range(first, last):
        name, content = hostile(number)
        file = proposals / name
        file.write_bytes(content)
        sys.stdout.write(f"{number} ")
        sys.stdout.flush()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of a processor; nobody catches it, so that it also ends C
        code, *reports = CONTROLS.get(control, came_to)(Path("proposals", name))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(f"{code[:1]} {hashlib.sha256(''.join(reports).encode()).hexdigest()}\n")
        file.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])

"""A register full of words that mean harm, through every command there is: what comes out is text and nothing else."""

import argparse
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from icalendar import Calendar

from registry.cli import parser
from tests.conftest import Copies, Run
from tests.registers import DECISION, MEASURE, NAME
from tests.samples import ROOT
from tests.test_format_markdown import tokens
from tests.test_reporting import obeyed

SEEN = "=1+1 ::error::x ##[error]y [l](http://a.nl) ![i](http://a.nl) <script>x</script> `c` | @all #1"
HARM = f"{SEEN} \x1b[31m\x9b2J\u202e\r\n::error::z\r\nEND:VEVENT\n- a\n# b\n@c,\"d';"
APART = {"tui": "tests/screens/test_hostile.py", "protect": "no word of anybody is in what it says"}
REFUSE: set[tuple[str, ...]] = {("audit", "witness"), ("audit", "bundle"), ("code",), ("schema",), ("settings",)}
REFUSE |= {("law", each) for each in ("show", "diff", "test", "coverage", "lint", "doc")}
"""Commands whose own words are asked for, or files of an auditor: harm is no such word."""
FORMATS = {
    "csv",
    "ics",
    "json",
    "jsonl",
    "md",
    "odt",
    "text",
    "xlsx",
    *("concise", "github", "gitlab", "junit", "markdown", "sarif"),
}


def commands(
    of: argparse.ArgumentParser, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every command, with the formats that it knows."""
    below = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for name, under in action.choices.items():
            yield from commands(under, (*path, name))
    if not below:
        formats = (tuple(a.choices or ()) for a in of._actions if "--format" in a.option_strings)
        yield path, next(formats, ())


KNOWN = dict(commands(parser()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Documents that are sound and mean harm, under names that do."""
    for kind, text in (("proposals", MEASURE.replace("Voorbeeld.", json.dumps(SEEN))), ("decisions", _decision())):
        (tmp_path / "city" / kind).mkdir(parents=True)
        (tmp_path / "city" / kind / f"{kind[0]} ::error::x.yaml").write_text(_titled(text), encoding="utf-8")
    area = (ROOT / "measures/areas/heerlen-noord.yaml").read_text(encoding="utf-8")
    figures = (ROOT / "measures/figures/heerlen.yaml").read_text(encoding="utf-8")
    for kind, text in (("areas", area), ("figures", figures)):
        (tmp_path / "city" / kind).mkdir()
        told = re.sub(
            r"(title|publisher|name): (\"[^\"\n]*\"|[^{},\n]+)", lambda found: f"{found[1]}: {json.dumps(SEEN)}", text
        )
        (tmp_path / "city" / kind / f"{kind}.yaml").write_text(told, encoding="utf-8")
    (tmp_path / "=cmd ::error::x ##[error]y.txt").write_text(HARM, encoding="utf-8", newline="")
    return tmp_path


def _titled(text: str) -> str:
    return re.sub(r"(?m)^  (nl|en): .*$", lambda found: f"  {found[1]}: {json.dumps(SEEN)}", text)


def _decision() -> str:
    conditions = f"outcome: granted\nconditions:\n  - {json.dumps(SEEN)}"
    return (
        DECISION.replace("outcome: granted", conditions)
        .replace("made for a test", "x")
        .replace("nodig en geschikt", json.dumps(SEEN))
    )


def course(folder: Path) -> list[tuple[str, ...]]:
    """Every command once or more, in an order in which acts are possible."""
    measure, decision = (str(next((folder / "city" / kind).iterdir())) for kind in ("proposals", "decisions"))
    attached, city, on = str(next(folder.glob("=cmd*"))), str(folder / "city"), ("--on", "2026-11-24")
    said = ("--reasons", HARM)
    portfolio = ("--portfolio", city)
    return [
        ("init", "--register", str(folder / "::error::x ##[error]y.db")),
        ("upgrade",),
        ("person", HARM, "--name", HARM, "--role", "adviser", "--body", "vro", "--mandate", HARM),
        ("person", "ada", "--name", HARM, "--role", "auditor", "--body", "bzk", "--mandate", HARM),
        ("person", "eva", "--name", HARM, "--role", "submitter", "--body", "gm0917", "--mandate", HARM),
        ("person", HARM, "--name", HARM, "--role", HARM, "--body", HARM),
        ("who", HARM),
        ("submit", measure, "--as", "eva", "--key", HARM),
        ("advise", NAME, *said, "--attach", attached, "--as", "abel"),
        ("agree", NAME, "--on", "2026-11-10", "--as", "sam"),
        ("agree", NAME, "--on", "2026-11-10", "--as", HARM),
        ("decide", decision, "--seen", "1", "--mandate", HARM, *said, "--as", "vera"),
        ("publish", NAME, "--on", "2026-11-21", "--where", HARM, "--as", "vera"),
        ("condition", NAME, "--condition", "1", "--kept", "not-kept", *on, *said, "--attach", attached, "--as", "rik"),
        ("finding", NAME, "--entry", "10", "--weight", "serious", *said, "--as", "ada"),
        ("answer", NAME, "--finding", "14", *said, "--attach", attached, "--as", "vera"),
        ("follow-up", NAME, "--finding", "14", "--state", "open", *said, "--as", "ada"),
        ("evaluate", NAME, *on, *said, "--attach", attached, "--as", "eva"),
        ("note", NAME, *said, "--attach", attached, "--as", "eva"),
        ("correct", NAME, "--entry", "12", "--set", "on=2026-11-22", *said, "--as", "rik"),
        ("suspend", NAME, *on, *said, "--as", "rik"),
        ("resume", NAME, *on, *said, "--as", "rik"),
        ("deem", NAME, *said, "--as", "rik"),
        *((name, NAME) for name in ("show", "history")),
        *((name, HARM) for name in ("show", "history", "search", "timeline", "code", "lists", "schema", "settings")),
        ("in-force", "--on", "2027-06-01"),
        ("search",),
        ("people",),
        *(("export", "--what", what, "--on", "2027-06-01") for what in ("measures", "exemptions", "log")),
        ("check", city),
        ("explain", measure),
        ("draft", measure, "--fields"),
        ("draft", "--new", HARM, "--set", f"title.nl={HARM}"),
        ("advice", measure, "--says", HARM, "--by", HARM),
        ("timeline", "heerlen-noord", *portfolio),
        ("area", "list", *portfolio),
        ("area", "show", "heerlen-noord", *portfolio),
        ("deadlines", city),
        ("law", "list"),
        *(("law", name, HARM) for name in ("show", "test", "coverage", "lint", "doc")),
        ("law", "diff", HARM, HARM),
        ("lists",),
        ("lifecycle",),
        ("audit", "key", "x", "--output", str(folder / "key")),
        ("audit", "checkpoint", "--key", str(folder / "key"), "--output", str(folder / "kept.txt")),
        ("audit", "proof", "10", "--checkpoint", str(folder / "kept.txt")),
        ("audit", "witness", attached, "--key", HARM),
        ("audit", "verify", "--checkpoint", attached),
        ("audit", "verify"),
        ("audit", "replay"),
        ("audit", "sample", "5", "--seed", HARM),
        ("audit", "remarks"),
        ("audit", "report", "--seed", HARM),
        ("audit", "bundle", str(folder / "bundle.zip"), "--checkpoint", str(folder / "kept.txt")),
        ("withdraw", NAME, *on, "--mandate", HARM, *said, "--as", "vera"),
        ("annul", NAME, *on, *said, "--as", "rik"),
        ("rebuild",),
        ("person", HARM, "--name", HARM, "--role", "adviser", "--body", "vro", "--until", "2026-11-01"),
        ("erase", HARM, *said, "--as", "rik"),
        ("backup", str(folder / "::error::b.db")),
    ]  # fmt: skip


def named(said: tuple[str, ...]) -> tuple[str, ...]:
    """The command in those words."""
    return said[:2] if said[:2] in KNOWN else said[:1]


def harm_in(told: str, form: str) -> list[str]:
    """What of that output is more than text, to a terminal, a runner of CI, or whoever reads that format."""
    if form == "csv":
        told = told.removeprefix("\ufeff")  # by which spreadsheets know that it is UTF-8
    found = [
        f"U+{ord(c):04X}" for c in told if not (c.isprintable() or c == "\n" or (c == "\r" and form in ("csv", "ics")))
    ]
    found += obeyed(told) if form != "github" else []
    if form in ("json", "sarif", "gitlab") and told:
        json.loads(told)
    if form == "csv":
        cells = [cell for row in csv.reader(io.StringIO(told)) for cell in row]
        found += [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@")) and len(cell) > 1]
    if form == "ics" and told:
        events = Calendar.from_ical(told).walk("VEVENT")
        found += [] if len(events) == told.count("BEGIN:VEVENT") else ["an event more or less"]
    if form in ("md", "markdown"):
        found += [
            each.type for each in tokens(told) if each.type in ("link_open", "image", "html_inline", "html_block")
        ]
    return found


def test_every_command_is_tried(folder: Path) -> None:
    """A new command has to say here what it makes of harmful words."""
    tried = {named(said) for said in course(folder)}
    assert set(KNOWN) - tried == {(name,) for name in APART}
    assert {form for formats in KNOWN.values() for form in formats} == FORMATS


@pytest.fixture
def on_register(copies: Copies, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REGELRUIMTE_DATABASE", copies("sqlite"))
    return run


def test_what_comes_out_is_text(on_register: Run, folder: Path) -> None:
    outcomes: dict[tuple[str, ...], set[int]] = {}
    arrived = 0
    for said in course(folder):
        for form in KNOWN[named(said)] or ("",):
            acts = "--as" in said or said[0] in ("init", "person", "settings")
            if acts and form not in ("", "text"):
                continue  # once is enough to act
            binary = form in ("odt", "xlsx")
            output = ("--output", str(folder / f"out.{form}")) if binary else ()
            code, out, err = on_register(*said, *(("--format", form) if form else ()), *output)
            outcomes.setdefault(named(said), set()).add(code)
            assert harm_in(out, form) == [], (said, form)
            assert harm_in(err, "") == [], (said, form)
            arrived += "script" in out
            if binary and code == 0:
                arrived += 1
                assert opened(folder / f"out.{form}") == [], (said, form)
    refused = {name for name, codes in outcomes.items() if not codes & {0, 1}}
    assert refused == REFUSE, "the others do what they are for at least once"
    assert arrived > 40, "the words are there"


def opened(file: Path) -> list[str]:
    """What of a file for an office is more than text."""
    with zipfile.ZipFile(file) as archive:
        inside = {
            name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if name.endswith("xml")
        }
    assert any("script" in text for text in inside.values())
    tags = re.compile(r"<f>|<hyperlink\b|<text:a\b|<script\b|<office:script\b|<text:script\b|TargetMode=\"External\"")
    return [found for text in inside.values() for found in tags.findall(text)]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("text", "\x1b[2J"), ("text", "::error::x"), ("json", '{"a": "##[error]x"}'), ("csv", "a,=1+1\r\n"),
        ("md", "[l](http://a.nl)"), ("md", "<script>x</script>"),
        ("ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"),
    ],
    ids=["a-code", "a-command", "a-command-in-json", "a-formula", "a-link", "html", "an-event"],
)  # fmt: skip
def test_harm_is_seen(form: str, told: str) -> None:
    """The controls."""
    assert harm_in(told, form)


def test_without_the_gate_it_comes_out(on_register: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the whole: the same commands without the one gate for foreign text."""
    plain: Callable[..., str] = lambda text, **_: text  # noqa: E731
    monkeypatch.setattr("registry.lines.show", plain)
    told = [on_register(*said)[1:] for said in course(folder) if said[0] in ("person", "submit", "note", "show")]
    assert any(harm_in(out + err, "") for out, err in told)

"""A register full of words that mean harm, through every command there is: what comes out is text and nothing else."""

import argparse
import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar
from odfdo import Document, Element
from xlsxwriter import Workbook

from registry.audit.note import LOG, WITNESS, new_signer
from registry.cli import parser
from tests.conftest import Copies, Run
from tests.registers import DECISION, MEASURE, NAME
from tests.samples import ROOT
from tests.test_format_github import understood
from tests.test_format_markdown import tokens
from tests.test_law_page import harm_of, of_harm
from tests.test_reporting import obeyed

SEEN = "=1+1 ::error::x ##[error]y [l](http://a.nl) ![i](http://a.nl) <script>x</script> `c` | @all #1"
HARM = f"{SEEN} \x1b[31m\x9b2J\u202e\r\n::error::z\r\nEND:VEVENT\n- a\n# b\n@c,\"d';"
APART = {"tui": "tests/screens/test_hostile.py", "protect": "its logins have plain names: test_roles.py"}
REFUSE: set[tuple[str, ...]] = {("code",), ("schema",), ("settings",), ("law", "show"), ("law", "diff")}
"""Commands that tell of our own words alone: harm is no such word."""
UNSAID: dict[tuple[str, ...], tuple[str, ...]] = {("audit", "report"): ("md",), ("law", "doc"): ("page",)}
"""What comes out of commands that do not ask for a format."""
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
    (tmp_path / "wrong").mkdir()
    wrong = MEASURE.replace("domains: [", f"domains: [{json.dumps(SEEN)}, ")
    (tmp_path / "wrong" / "::error::x ##[error]y\x1b[2J.yaml").write_text(_titled(wrong), encoding="utf-8")
    of_harm(tmp_path / "laws")
    log, own = new_signer("register.example", LOG), new_signer("auditor", WITNESS)
    for name, content in {
        "log.key": log, "log.pub": log.verifier, "own.key": own,
        "policy.txt": f"log {log.verifier}\nwitness w {own.verifier}\nquorum w",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(f"{content}\n", encoding="utf-8")
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
    portfolio, laws = ("--portfolio", city), ("--laws", str(folder / "laws"))
    key, checkpoint, policy = (str(folder / name) for name in ("log.key", "##[error]k.txt", "policy.txt"))
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
        ("check", str(folder / "wrong")),
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
        *(("law", name, "gemeentewet", *laws) for name in ("test", "coverage", "lint", "doc")),
        ("lists",),
        ("lifecycle",),
        ("audit", "key", "x", "--output", str(folder / "key")),
        ("audit", "checkpoint", "--key", key, "--output", checkpoint),
        ("audit", "proof", "10", "--checkpoint", checkpoint),
        ("audit", "witness", attached, "--key", HARM, "--log", HARM, "--kept", HARM),
        ("audit", "witness", checkpoint, "--key", str(folder / "own.key"), "--first",
         "--log", (folder / "log.pub").read_text(encoding="utf-8").strip(), "--kept", str(folder / "kept.txt")),
        ("audit", "verify", "--checkpoint", attached),
        ("audit", "verify", "--checkpoint", checkpoint),
        ("audit", "replay"),
        ("audit", "sample", "5", "--seed", HARM),
        ("audit", "remarks"),
        ("audit", "report", "--seed", HARM),
        ("audit", "report", "--seed", SEEN, "--checkpoint", checkpoint, "--output", str(folder / "out.odt")),
        ("audit", "bundle", str(folder / "bundle.zip"), "--checkpoint", checkpoint, "--policy", attached),
        ("audit", "bundle", str(folder / "bundle.zip"), "--checkpoint", checkpoint, "--policy", policy),
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
    if form == "page":
        found += harm_of(told)
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
        for form in KNOWN[named(said)] or UNSAID.get(named(said), ("",)):
            acts = "--as" in said or said[0] in ("init", "person", "settings")
            if acts and form not in ("", "text"):
                continue  # once is enough to act
            binary = next((each for each in ("odt", "xlsx") if form == each or said[-1].endswith(f".{each}")), "")
            output = ("--output", str(folder / f"out.{form}")) if binary and binary == form else ()
            asked = ("--format", form) if form in KNOWN[named(said)] else ()
            code, out, err = on_register(*said, *asked, *output)
            outcomes.setdefault(named(said), set()).add(code)
            assert harm_in(out, form) == [], (said, form)
            assert harm_in(err, "") == [], (said, form)
            arrived += "script" in out
            if binary and code == 0:
                arrived += 1
                assert opened(folder / f"out.{binary}") == [], (said, form)
    refused = {name for name, codes in outcomes.items() if not codes & {0, 1}}
    assert refused == REFUSE, "the others do what they are for at least once"
    assert arrived > 40, "the words are there"
    assert taken(folder / "bundle.zip") == []


def opened(file: Path) -> list[str]:
    """What of a file for an office is more than text."""
    found, words = [], ""
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith((".xml", ".rels")) and content:  # a text has an empty file for keys of its own
                root = ET.fromstring(content)  # noqa: S314 - our own writer made it
                tags = ((each.tag.rpartition("}")[2], each) for each in root.iter())
                found += [tag for tag, each in tags if tag in _ACTIVE or each.get("TargetMode") == "External"]
                words += "".join(root.itertext())
    assert "script" in words
    return found


_ACTIVE = {"f", "hyperlink", "hyperlinks", "a", "script", "event-listener", "object", "image", "ddeLink"}


def taken(bundle: Path) -> list[str]:
    """What of a bundle is more than files beside one another and text about them, also when it is verified."""
    with zipfile.ZipFile(bundle) as archive:
        found = [name for name in archive.namelist() if "\\" in name or ".." in name or name.startswith("/")]
        assert any("error" in name for name in archive.namelist()), "names of files are in it"
        found += harm_in(archive.read("README.md").decode(), "md")
        (bundle.parent / "verify.py").write_bytes(archive.read("verify.py"))
    said = [sys.executable, "-I", str(bundle.parent / "verify.py"), str(bundle)]
    done = subprocess.run(said, capture_output=True, text=True, check=False)
    assert "result: all that was checked holds" in done.stdout
    return found + harm_in(done.stdout + done.stderr, "")


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


def test_harm_is_seen_in_files_for_an_office(tmp_path: Path) -> None:
    """The controls of those: a formula and a link."""
    with Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=1+1")
        sheet.write_url(1, 0, "http://a.nl", string="script")
    text = Document("text")
    text.body.append(Element.from_tag('<text:p><text:a xlink:href="http://a.nl">script</text:a></text:p>'))
    text.save(tmp_path / "x.odt")
    assert {"f", "hyperlink"} <= {*opened(tmp_path / "x.xlsx")}
    assert opened(tmp_path / "x.odt") == ["a"]


def test_inside_actions_a_problem_is_an_annotation_and_the_summary_is_text(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = folder / "summary"
    asked = ("check", str(folder / "wrong"))
    problems = json.loads(run(*asked, "--format", "json")[1])["problems"]
    for name, value in (("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", str(summary))):
        monkeypatch.setenv(name, value)
    _, out, err = run(*asked)
    assert len(understood(out)) == len(out.splitlines()) == len(problems) > 0
    assert harm_in(err, "") == []
    told = summary.read_text(encoding="utf-8")
    assert "![i]" in told
    assert harm_in(told, "markdown") == []


def plain(text: str, **_: object) -> str:
    return text


WRITERS = {
    "csv": ("registry.sheets.cell", ("export", "--what", "exemptions", "--on", "2027-06-01")),
    "jsonl": ("registry.sheets.json_text", ("export", "--what", "exemptions", "--on", "2027-06-01")),
    "json": ("registry.printing.json_text", ("show", NAME)),
    "text": ("registry.lines.show", ("history", NAME)),
    "ics": ("registry.calendar_file.folded", ("deadlines", "{}/city")),
    "md": ("registry.advice.markdown", ("audit", "report", "--seed", HARM)),
    "markdown": ("registry.formats.markdown.code", ("check", "{}/wrong")),
    "page": ("registry.law_page.address", ("law", "doc", "gemeentewet", "--laws", "{}/laws")),
}


def test_a_writer_without_its_gate_is_seen(on_register: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The controls: the same commands, each without the one function that makes text of what it is given."""
    for said in course(folder):
        if said[0] in ("submit", "person", "agree", "advise", "decide", "publish", "note"):
            on_register(*said)
    for form, (gate, words) in WRITERS.items():
        said = tuple(word.format(folder) for word in words)
        asked = (*said, "--format", form) if form in KNOWN[named(said)] else said
        assert harm_in(on_register(*asked)[1], form) == [], form
        with monkeypatch.context() as without:
            without.setattr(gate, plain)
            assert harm_in(on_register(*asked)[1], form), form

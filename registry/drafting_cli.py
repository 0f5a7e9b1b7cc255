"""`draft`: a document made and changed field by field, comments and order kept; `advice`: a note on a measure."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.arguments import Parser, formats, options_of, setting, shared, unknown_law
from registry.gate import show
from registry.lines import wrapped
from registry.opening import acting_person, register_address, with_register
from registry.printing import could_not_run, path_missing, print_json, print_lines, print_problems, refused, written
from registry.shipped import SHIPPED_MEASURES
from registry.words import word

if TYPE_CHECKING:
    from registry.database import Database
    from registry.form import FormField
    from rules.problems import Problem
    from rules.text import Language


def add_drafting(commands: "argparse._SubParsersAction[Parser]", judging: Parser) -> None:
    """The commands `draft` and `advice`; `judging` has the options of a check."""
    draft = commands.add_parser("draft", parents=[shared()], help="maak of wijzig een document / make or change one")
    draft.add_argument("file", metavar="FILE")
    start = draft.add_mutually_exclusive_group()
    start.add_argument("--new", metavar="NAME", help="een nieuwe maatregel met die naam / a new measure of that name")
    start.add_argument(
        "--decision-on", metavar="MEASURE", help="een besluit over die maatregel / a decision on that measure"
    )
    draft.add_argument("--municipality", metavar="CODE", default="", help="(GM0599)")
    draft.add_argument("--set", type=setting, action="append", default=[], metavar="PLACE=VALUE")
    draft.add_argument("--add", action="append", default=[], metavar="LIST", help="nog één / one more: place.parts")
    draft.add_argument("--remove", action="append", default=[], metavar="PLACE")
    draft.add_argument("--fields", action="store_true", help="alle velden met uitleg / all fields with help")
    draft.add_argument("--register", metavar="FILE|URL", default=register_address(), help="(--decision-on)")
    draft.add_argument("--as", dest="person", metavar="PERSON", default=os.environ.get("REGELRUIMTE_PERSON"))
    formats(draft)
    draft.set_defaults(run=_draft)

    note = commands.add_parser("advice", parents=[judging], help="een adviesnota / an advice note")
    note.add_argument("file", metavar="FILE")
    note.add_argument("--says", metavar="TEXT", default="", help="uw oordeel / what you have to say")
    note.add_argument("--by", metavar="NAME", default="")
    note.add_argument("--format", choices=("md", "odt"), default="md")
    note.add_argument("--output", metavar="FILE", help="(stdout)")
    note.set_defaults(run=_advice)


def _draft(asked: argparse.Namespace) -> int:
    file = Path(asked.file)
    if asked.new or asked.decision_on:
        if file.exists():
            return could_not_run(f"{show(asked.file)}: {word('draft exists', asked.lang)}")
        return _decision(asked, file) if asked.decision_on else _changed(asked, file, _measure(asked), new=True)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return could_not_run(f"{show(asked.file)}: {word('cannot be read', asked.lang)}")
    return _changed(asked, file, text, new=False)


def _measure(asked: argparse.Namespace) -> str:
    from registry.drafting import new_measure

    return new_measure(asked.new, asked.municipality)


def _decision(asked: argparse.Namespace, file: Path) -> int:
    person = acting_person(asked)
    if not person:
        return could_not_run(word("who acts", asked.lang))

    def made(database: "Database") -> int:
        from registry.deciding import decision_to_write
        from rules.engine import durable_engine

        around = SHIPPED_MEASURES
        text = decision_to_write(database, asked.decision_on, person, asked.today, durable_engine(), around)
        return _changed(asked, file, text, new=True)

    return with_register(asked, made)


def _changed(asked: argparse.Namespace, file: Path, text: str, *, new: bool) -> int:
    """Makes every change or none, writes the file where it changed, and tells its fields and what is wrong."""
    from registry.drafting import edited, removed, with_item
    from registry.form import path_of
    from registry.yaml_edit import NoSuchPlace
    from rules.problems import Refused
    from rules.reader import read

    try:
        before, kind = text, _kind(read(text.encode(), asked.file).value.get("schema"))
        for place in asked.add:
            text, _ = with_item(text, kind, path_of(place) or ())
        for place, value in asked.set:
            text = edited(text, kind, path_of(place) or (), value)
        for place in asked.remove:
            text = removed(text, kind, path_of(place) or ())
    except Refused as refusal:
        return refused(refusal, asked.lang)
    except NoSuchPlace as nowhere:
        return could_not_run(f"{nowhere.path or '–'}: {word('no such place', asked.lang)} (--fields)")
    if new or text != before:
        made = file.with_name(f".{file.name}.new")
        try:
            made.write_text(text, encoding="utf-8", newline="")
            made.replace(file)
        except OSError as error:
            return could_not_run(f"{show(asked.file)}: {error.strerror}")
    return _told(asked, kind, text)


def _kind(schema: object) -> str:
    parts = str(schema).split("/")
    return parts[1] if len(parts) == 3 and parts[1] in ("measure", "decision", "area", "figures") else "measure"


def _told(asked: argparse.Namespace, kind: str, text: str) -> int:
    from registry.form import fields, problems_at
    from rules.documents import document
    from rules.problems import Refused
    from rules.reader import read

    wrong: tuple[Problem, ...] = ()
    try:
        document(text.encode(), asked.file)
    except Refused as refusal:
        wrong = refusal.problems
    listed = fields(kind, read(text.encode(), asked.file).value)
    at = problems_at(listed, wrong)
    if asked.format == "json":
        print_json({"fields": [_field_row(each, at.get(each.path), asked.lang) for each in listed]})
    elif asked.fields:
        print_lines(line for each in listed for line in _field_lines(each, asked.lang))
    if asked.format != "json":
        print_problems(wrong, asked.lang, {asked.file: text.encode()})
    return 0


def _field_row(field: "FormField", problem: "Problem | None", language: "Language") -> dict[str, Any]:
    from registry.form import in_language

    return {
        "place": field.name,
        "kind": field.kind,
        "help": in_language(field.help, language),
        "value": field.value if field.present else None,
        "required": field.required,
        "choices": [{"word": each, "means": in_language(means, language)} for each, means in field.choices],
        "problem": problem.message.read(language) if problem else None,
    }


def _field_lines(field: "FormField", language: "Language") -> list[str]:
    from registry.form import in_language

    needed = f" ({word('required', language)})" if field.required and not field.shown else ""
    choices = f": {', '.join(each for each, _ in field.choices)}" if field.choices else ""
    return [
        *wrapped(f"{field.name} = {field.shown or '–'}{needed}", 0, "· " if field.present else "  "),
        *wrapped(f"{in_language(field.help, language)}{choices}", 6),
    ]


def _advice(asked: argparse.Namespace) -> int:
    from registry.advice import advice, as_markdown, as_odt
    from registry.checking import NothingToCheck, check_one
    from registry.collection import PathMissing
    from rules.chain import EngineFault
    from rules.problems import Refused

    if wrong := unknown_law(asked.law):
        return wrong
    if asked.format == "odt" and not asked.output:
        return could_not_run(word("odt needs a file", asked.lang))
    try:
        received = sys.stdin.buffer.read() if asked.file == "-" else b""
        checked = check_one(asked.file, options_of(asked), received)
    except PathMissing as missing:
        return path_missing(missing, asked.lang)
    except Refused as refusal:
        return refused(refusal, asked.lang)
    except EngineFault as fault:
        return could_not_run(str(fault))
    except NothingToCheck:
        return could_not_run(f"{asked.law.law}: geen maatregel vraagt erom / no measure asks for it")
    blocks = advice(checked, asked.says, asked.by, asked.today, asked.lang)
    content = as_odt(blocks) if asked.format == "odt" else as_markdown(blocks).encode()
    return written(asked.output, content, asked.lang)

"""Where the report of a check goes: to stdout or into a file, in the format that was asked for."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from registry.collection import STDIN, shown_path
from registry.excerpt import Source
from registry.gate import inert, show
from registry.lines import in_columns, wants_colour, width, wrapped
from registry.printing import could_not_run, json_lines, print_lines
from registry.report import counts
from registry.report_text import report_text, summary
from registry.words import word
from registry.writing import whole
from rules.text import Language

Row = dict[str, Any]
Render = Callable[[Row, Language], str]


def deliver(made: Row, form: str | None, output: str | None, language: Language, source: Source) -> int:
    """Writes the report; 0, or the exit code when it could not be written.

    Without a format it is text, and on stdout inside GitHub Actions annotations with a summary of the job.
    """
    actions = os.environ.get("GITHUB_ACTIONS") == "true" and output is None
    form = form or ("github" if actions else "text")
    if output is None:
        if form == "text":
            with in_columns(width()):  # looked up once, not for every line
                print_lines(report_text(made, language, wants_colour(sys.stdout), source))
        else:
            sys.stdout.write(rendered(made, form, language, source))
            sys.stdout.flush()
    elif wrong := _kept(output, rendered(made, form, language, source), language):
        return wrong
    else:
        print_lines(wrapped(summary(made, language)), sys.stderr)
    if form == "github" and (job := os.environ.get("GITHUB_STEP_SUMMARY")):
        _append(job, rendered(made, "markdown", language, source))
    return 0


def rendered(made: Row, form: str, language: Language, source: Source) -> str:
    """The report in that format. Only text and JSON tell of problems that were passed over or accepted."""
    if form == "text":
        return "".join(f"{inert(line)}\n" for line in report_text(made, language, False, source))
    if form == "json":
        return json_lines(made) + "\n"
    made = made | {"problems": [problem for problem in made["problems"] if counts(problem)]}
    render: Render = import_module(f"registry.formats.{form}").render
    return render(made if form == "concise" else from_root(made, _root()), language)


def from_root(made: Row, root: str) -> Row:
    """The report with its files named from that folder: a program that reads it is not where the check ran."""
    named = {file: _from(root, file) for key in _WITH_FILE for file in {row["file"] for row in made[key]}}
    moved = {key: [{**row, "file": named[row["file"]]} for row in made[key]] for key in _WITH_FILE}
    return made | moved


_WITH_FILE = ("measures", "results", "problems")


def _from(root: str, file: str) -> str:
    return file if file == shown_path(STDIN) else shown_path(os.path.relpath(file, root))


def _root() -> str:
    """The folder of the checkout, where a runner of CI tells it and we are in it; else where we are."""
    here = os.path.realpath(".")
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        told = os.environ.get(name)
        if told and Path(here).is_relative_to(os.path.realpath(told)):
            return os.path.realpath(told)
    return here


def _kept(output: str, text: str, language: Language) -> int:
    path = Path(os.path.realpath(output))  # a link stays one
    try:
        if path.exists() and not path.is_file():
            return could_not_run(f"{output}: {word('no plain file', language)}")
        with whole(path) as out:
            out.write(text.encode())
    except OSError as error:
        return could_not_run(f"{output}: {error.strerror}")
    print_lines([f"{word('written', language)}: {show(output)}"], sys.stderr)
    return 0


def _append(job: str, text: str) -> None:
    """Adds to the summary of the job; what it cannot hold is told, and makes no check fail."""
    try:
        with Path(job).open("a", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        print_lines([show(f"GITHUB_STEP_SUMMARY: {job}: {error.strerror}")], sys.stderr)

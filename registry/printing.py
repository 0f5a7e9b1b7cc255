"""What a command writes: lines or JSON to stdout, what went wrong to stderr, and the exit code that goes with it."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from registry.gate import inert, json_text, show
from registry.lines import wants_colour

if TYPE_CHECKING:
    from rules.problems import Problem, Refused
    from rules.text import Language, Text

COULD_NOT_RUN, INVALID = 2, 3


class CouldNotRun(Exception):
    """Nothing was done, and why: the command ends with that and exit code 2."""

    def __init__(self, why: "Text") -> None:
        self.why = why
        super().__init__(why.en)


def print_json(data: Any) -> None:
    """The data as JSON, to stdout."""
    print(json_lines(data))


def json_lines(data: Any) -> str:
    """The data as JSON for people and programs."""
    return json_text(json.dumps(data, ensure_ascii=False, indent=2))


def print_lines(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """The lines, to stdout unless another stream is given. No runner of CI that reads them obeys one."""
    out = stream or sys.stdout
    out.write("".join(f"{inert(line)}\n" for line in lines))
    out.flush()


def print_progress(line: str) -> None:
    """How far it is, on a terminal: in place of what stood there, to be written over by what comes."""
    sys.stderr.write(f"\r{line}\x1b[K\r")
    sys.stderr.flush()


LONG = 1.0  # seconds after which somebody who waits wants to know how far it is


@contextmanager
def progress(of: str) -> Iterator[Callable[[int], None]]:
    """Tells how many of that are done, on a terminal and once it takes long; at the end the line is empty again."""
    wanted = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    started, told = monotonic(), False

    def tell(done: int) -> None:
        nonlocal told
        if wanted and monotonic() - started >= LONG:
            print_progress(f"{done} / {of}")
            told = True

    try:
        yield tell
    finally:
        if told:
            print_progress("")


def could_not_run(why: str) -> int:
    """Says why nothing was done; the exit code for that."""
    print(inert(f"regelruimte: {show(why)}"), file=sys.stderr)
    return COULD_NOT_RUN


def path_missing(missing: Any, language: "Language") -> int:
    """Says which path does not exist or holds nothing (a PathMissing); the exit code for that."""
    path = missing.path
    if missing.empty:
        return could_not_run(f"{path}: {'geen YAML-bestand gevonden' if language == 'nl' else 'no YAML file found'}")
    return could_not_run(f"{path}: {'bestaat niet' if language == 'nl' else 'does not exist'}")


def refused(refusal: "Refused", language: "Language", texts: Mapping[str, bytes] | None = None) -> int:
    """Tells the problems of a document that cannot be used; the exit code for that."""
    print_problems(refusal.problems, language, texts)
    return INVALID


def print_problems(
    problems: "Iterable[Problem]", language: "Language", texts: Mapping[str, bytes] | None = None
) -> None:
    """The problems, each with the line that it is on, to stderr; `texts` holds what is on no disk."""
    from registry.excerpt import sources
    from registry.report import problem_row
    from registry.report_text import problem_lines

    source, colour = sources(texts), wants_colour(sys.stderr)
    for problem in problems:
        print_lines(problem_lines(problem_row(problem, language), language, colour, source), sys.stderr)


def written(output: str | None, content: bytes, language: "Language") -> int:
    """Writes what was made to the file that was asked for, or to stdout; the exit code."""
    from registry.words import word

    if not output:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return 0
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        return could_not_run(f"{output}: {error.strerror}")
    print_lines([f"{word('written', language)}: {show(output)}"], sys.stderr)
    return 0

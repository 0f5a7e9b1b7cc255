"""Annotations of GitHub Actions: a command to the runner for each problem, shown beside the line that it is about.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
GitHub shows ten errors and ten warnings of a step: the summary of the job has them all (registry/reporting.py).
"""

from collections.abc import Mapping
from typing import Any

from registry.collection import STDIN, shown_path
from registry.gate import show
from rules.text import Language

Row = dict[str, Any]

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def render(made: Row, language: Language) -> str:  # noqa: ARG001 - every format takes the same
    """The problems in the order of the report; nothing where there are none."""
    return "".join(f"{_line(problem)}\n" for problem in made["problems"])


def _line(problem: Row) -> str:
    place = {"file": problem["file"], "line": problem["line"], "col": problem["column"]}
    if problem["file"] == shown_path(STDIN):
        place = {}  # not a file that anybody can open
    named = {**place, "title": problem["code"]}
    stated = ",".join(f"{name}={_escaped(str(value), _PROPERTY)}" for name, value in named.items())
    return f"::{COMMANDS[problem['level']]} {stated}::{_escaped(problem['message'], _DATA)}"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in show(text))

"""One line for each problem, as compilers write them: `file:line:column: code message`."""

from typing import Any

from registry.gate import inert, show
from registry.report import placed
from rules.text import Language

Row = dict[str, Any]


def render(made: Row, language: Language) -> str:  # noqa: ARG001 - every format takes the same
    """The problems in the order of the report; nothing where there are none."""
    return "".join(f"{_line(problem)}\n" for problem in made["problems"])


def _line(problem: Row) -> str:
    return inert(show(f"{placed(problem)}: {problem['code']} {problem['message']}"))

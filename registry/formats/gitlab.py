"""Code Quality of GitLab: a list of problems, which a merge request compares with those of its target.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from typing import Any

from registry.formats.identity import fingerprints
from registry.gate import show
from registry.printing import json_lines
from rules.text import Language

Row = dict[str, Any]

SEVERITIES = {
    ("document", "error"): "critical",  # nothing was judged
    ("verdict", "error"): "major",
    ("document", "warning"): "minor",
    ("verdict", "warning"): "minor",
    ("document", "note"): "info",
    ("verdict", "note"): "info",
}


def render(made: Row, language: Language) -> str:  # noqa: ARG001 - every format takes the same
    """The problems in the order of the report; an empty list where there are none, so that old ones count as mended."""
    problems = made["problems"]
    rows = [_row(*each) for each in zip(problems, fingerprints(problems), strict=True)]
    return json_lines(rows) + "\n"


def _row(problem: Row, fingerprint: str) -> Row:
    return {
        "description": show(problem["message"]),
        "check_name": show(problem["code"]),
        "fingerprint": fingerprint,
        "severity": SEVERITIES[problem["about"], problem["level"]],
        "location": {"path": show(problem["file"]), "lines": {"begin": problem["line"]}},
    }

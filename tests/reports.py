"""Reports that the formats are tried on: of the documents in tests/data/formats, and of documents that mean harm.

`GOLDEN` has what each format makes of the first kind; `python -m tests.write_expected` writes it down.
"""

import contextlib
import re
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from registry.arguments import REPORTS, WHOLE
from registry.checking import Options, checked_by_engine, doubles, run_of
from registry.excerpt import sources
from registry.report import report
from registry.reporting import rendered
from rules.text import Language
from tests.samples import ROOT

FOLDER = ROOT / "tests" / "data" / "formats"
TODAY = date(2026, 11, 24)
CASES = {
    "right": ("right",),
    "wrong": ("wrong",),
    "unmet": ("unmet",),
    "open": ("open",),
    "several": ("open", "right", "unmet", "wrong"),
}
FORMATS = tuple(form for form in REPORTS if form not in ("text", "json"))
EXTENSIONS = {"concise": "txt", "github": "txt", "gitlab": "json", "junit": "xml", "markdown": "md", "sarif": "json"}


@cache
def report_on(case: str, language: Language = "nl", *, whole: bool = True) -> dict[str, Any]:
    """The report on those documents, as from their folder."""
    with contextlib.chdir(FOLDER):
        return checked(CASES[case], language, whole=whole)


def checked(
    paths: tuple[str, ...],
    language: Language = "nl",
    strict: bool = False,
    on: date | None = None,
    *,
    whole: bool = True,
) -> dict[str, Any]:
    """The report on what is under those paths, as `check` makes it; the program has no number, so that no file ages."""
    run = run_of(paths, Options(TODAY, on, language=language, whole=whole))
    rows = checked_by_engine(run, run.files)
    problems = [*doubles(run), *(problem for row in rows for problem in row.problems)]
    measures = [row.measure for row in rows if row.measure]
    return report(measures, problems, len(rows), TODAY, "0", strict)


def made(case: str, form: str, language: Language) -> str:
    """That report in that format, as from their folder."""
    with contextlib.chdir(FOLDER):
        return rendered(report_on(case, language, whole=form in WHOLE), form, language, sources())


def golden(case: str, form: str, language: Language) -> Path:
    """The file that holds it."""
    return FOLDER / "expected" / f"{case}.{language}.{form}.{EXTENSIONS[form]}"


_LANGUAGES: tuple[tuple[str, Language], ...] = (*((case, "nl") for case in CASES), ("several", "en"))
GOLDEN: dict[Path, Callable[[], str]] = {
    golden(case, form, language): partial(made, case, form, language)
    for form in FORMATS
    for case, language in _LANGUAGES
}


HARMS = (
    "a\n::error::b\r\n##[error]c %0A::warning::d",
    "x,title=y::z:1",
    "]]><failure/>&lt;b&gt;\"'",
    "| a | <script>alert(1)</script> <b>b</b> <!--",
    "![i](http://evil.example/i) [l](http://evil.example) https://evil.example www.evil.example a@evil.example",
    "@everyone #1 !2 ~3 org/repo#4 GH-5 `code` ``more`` $x$ :bomb: [^1] - [ ] a",
    "[link](1) {0} {{1}} \\[a](sarif:/runs/0)",
    "\x1b]8;;http://evil.example\x07owned\x1b[2J \u202egnp.exe \u2066\u200b\ufffe\0 \udc80 \U000e0041",
    "`",
    "  # head",
    "",
)
_FOREIGN = re.findall(
    r"\w+",
    "file path message title measure part part_name instrument instrument_name on_because citation says value note"
    " source asks code rule jci blockers",
)


def hostile(case: str, harm: str) -> dict[str, Any]:
    """That report with harm at the end of every text that could come from a document, a name or a path."""

    def turned(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: turned(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [turned(each, key) for each in value]
        return f"{value}{harm}" if isinstance(value, str) and key in _FOREIGN else value

    found: dict[str, Any] = turned(report_on(case))
    return found

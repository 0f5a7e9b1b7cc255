"""Problems that a document asks to pass over, with the reason; pure.

    term: {from: 2027-01-01, until: 2031-12-31} # regelruimte: ignore wbmgp/5.4.term - the act of 2026 gives five years
    # regelruimte: ignore-file area-missing - the figures of this area come in March

What may be passed over are warnings and what stands against a measure. What makes a document unreadable or invalid may
not: of such a document nothing was judged, and a run that is green for it would have checked nothing. Passing over
changes no verdict: the results say unmet as before, and only the exit code no longer counts the problem. A comment that
hits nothing is told, and that warning cannot be passed over in its turn.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from registry.codes import code_entries, rule_code, rule_codes
from registry.report import may_be_passed_over, problem_row
from rules.lawbook import Lawbook
from rules.problems import Place, Problem, with_nearest
from rules.reader import short
from rules.text import Language, Text

Row = dict[str, Any]
MARK = "regelruimte:"
MOST = 100  # comments in one document: with more of them it is the document that wants to be changed
_COMMENT = re.compile(
    r"(?:^|(?<=[ \t]))#[ \t]*regelruimte:[ \t]*(ignore-file|ignore)(?![\w-])[ \t]*(.*)$", re.MULTILINE
)
_ASKS = re.compile(r"(\S+)(?:[ \t]+[-–—][ \t]*(.*\S))?[ \t]*")
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Ignore(NamedTuple):
    """One comment: which code it passes over and why, in which line (None: in the whole document)."""

    place: Place
    code: str
    reason: str
    line: int | None

    def meets(self, problem: Row, files: Collection[str]) -> bool:
        """Whether it passes over that problem, which belongs to those files."""
        if self.line is None:
            return self.place.file in files
        return (self.place.file, self.line) == (problem["file"], problem["line"])


def ignores(text: str, file: str, book: Lawbook) -> tuple[list[Ignore], list[Problem]]:
    """The comments of a sound document that pass something over, and what is wrong with others."""
    found: list[Ignore] = []
    wrong: list[Problem] = []
    lines = text.replace("\r\n", "\n").split("\n")
    meant = _lines_meant(lines)
    for number, (at, column, whole, asked) in enumerate(_comments(lines)):
        place = Place(file, at, column)
        if number == MOST:
            wrong.append(Problem("ignore-not-possible", place, _TOO_MANY))
            break
        stated = _ASKS.fullmatch(asked)
        code, reason = (stated[1], stated[2]) if stated else ("", None)
        if not reason:
            wrong.append(Problem("ignore-without-reason", place, _NO_REASON))
        elif why := _not_possible(code, book):
            wrong.append(Problem("ignore-not-possible", place, why))
        elif whole and at > meant[0]:
            wrong.append(Problem("ignore-not-possible", place, _NOT_AT_THE_TOP))
        else:
            found.append(Ignore(place, code, reason, None if whole else meant[at - 1]))
    return found, wrong


def _lines_meant(lines: Sequence[str]) -> list[int]:
    """For each line the number of the one that a comment in it is about: itself, or the first below with content."""
    meant = [len(lines)] * (len(lines) + 1)
    for at in range(len(lines) - 1, -1, -1):
        content = lines[at].lstrip()
        meant[at] = at + 1 if content and not content.startswith("#") else meant[at + 1]
    return meant


def _comments(lines: Sequence[str]) -> Iterator[tuple[int, int, bool, str]]:
    """Line, column, whether it is for the whole file, and what follows; text in quotes and blocks is no comment."""
    quoted = [
        ((token.start_mark.line, token.start_mark.column), (token.end_mark.line, token.end_mark.column))
        for token in yaml.scan("\n".join(lines), _LOADER)
        if isinstance(token, yaml.ScalarToken) and token.style
    ]
    for number, line in enumerate(lines):
        if MARK in line and (found := _COMMENT.search(line)):
            at = (number, found.start())
            before = bisect_right(quoted, at, key=lambda each: each[0])
            if not (before and at < quoted[before - 1][1]):
                yield number + 1, at[1] + 1, found[1] == "ignore-file", found[2]


def _not_possible(code: str, book: Lawbook) -> Text | None:
    entry = code_entries().get(code)
    if entry is None and rule_code(book, code) is None:
        shown = short(code)
        says = Text(f"onbekende code «{shown}»", f"unknown code '{shown}'")
        return with_nearest(says, code, (*code_entries(), *rule_codes(book)))
    if entry and (code.startswith("ignore-") or (entry.level == "error" and entry.about == "document")):
        return Text(
            nl=f"«{code}» is niet te negeren: alleen waarschuwingen en wat tegen een maatregel staat; los het op",
            en=f"'{code}' cannot be ignored: only warnings and what stands against a measure can; solve it",
        )
    return None


_TOO_MANY = Text(
    nl=f"meer dan {MOST} keer iets negeren in één document: los het op",
    en=f"more than {MOST} times something ignored in one document: solve it",
)
_NO_REASON = Text(
    nl="een reden ontbreekt; verwacht «# regelruimte: ignore CODE - reden»",
    en="a reason is missing; expected '# regelruimte: ignore CODE - reason'",
)
_NOT_AT_THE_TOP = Text(
    nl="«ignore-file» staat bovenaan, vóór de eerste sleutel; zet het daar, of schrijf «ignore» bij de regel",
    en="'ignore-file' stands at the top, before the first key; put it there, or write 'ignore' at the line",
)


def passed_over(
    problems: Iterable[Row],
    comments: Sequence[Ignore],
    own: Mapping[str, str],
    told: Collection[str],
    language: Language,
) -> list[Row]:
    """The problems, with `ignored` on those that a comment passes over; and a warning for each comment that hit none.

    `own` gives the file of a measure by its name: what is found against it may stand in another file. Comments in
    files of `told` are the ones that would have hit, had there been anything.
    """
    by_code: dict[str, list[Ignore]] = {}
    for comment in comments:
        by_code.setdefault(comment.code, []).append(comment)
    used: set[Ignore] = set()
    made: list[Row] = []
    for problem in problems:
        files = (problem["file"], own.get(problem.get("measure") or "", problem["file"]))
        asked = by_code.get(problem["code"], ()) if may_be_passed_over(problem) else ()
        hits = [comment for comment in asked if comment.meets(problem, files)]
        used.update(hits)
        made.append({**problem, "ignored": hits[0].reason} if hits else problem)
    unused = [each for each in comments if each not in used and each.place.file in told]
    return [*made, *(problem_row(_unused(each), language) for each in unused)]


def _unused(comment: Ignore) -> Problem:
    says = Text(
        nl=f"«{comment.code}» komt hier niet voor: haal het commentaar weg",
        en=f"'{comment.code}' does not occur here: remove the comment",
    )
    return Problem("ignore-unused", comment.place, says, "warning")

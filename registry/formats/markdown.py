"""A report for a merge request or the summary of a job: what is wrong, and each measure with what stands in its way.

All that could come from a document stands in code spans. Escapes would not do: platforms look for @names, #numbers and
addresses in what is left of the text.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from registry.gate import code, inert
from registry.lines import VERDICT_MARKS
from registry.report import by_file, placed
from registry.report_text import blockers, questions, summary
from registry.words import word
from rules.text import Language
from rules.vocabulary import reading

Row = dict[str, Any]

LIMIT = 60_000  # characters: a comment on GitHub holds 65,536, a summary of a job 1 MiB
_WORST_FIRST = tuple(VERDICT_MARKS)
_LEVELS = {"error": "✗", "warning": "!", "note": "–"}


def render(made: Row, language: Language) -> str:
    """What is wrong with documents, then the measures, worst first; what does not fit is counted."""
    lines = [f"## Regelruimte: {summary(made, language)}", ""]
    of_measures = {measure["file"] for measure in made["measures"]}
    others = [each for each in made["problems"] if each["about"] == "document" or each["file"] not in of_measures]
    room = LIMIT
    for title, items in (("problems", _problems(others, language)), ("measures asked", _measures(made, language))):
        told, room = _fitting(list(items), room, language)
        if told:
            lines += [f"### {word(title, language)}", "", *told, ""]
    return "".join(f"{inert(line)}\n" for line in lines)


def _fitting(items: list[list[str]], room: int, language: Language) -> tuple[list[str], int]:
    """The lines of the items for which there is room, and the room that is left; of the others, how many."""
    told: list[str] = []
    for at, item in enumerate(items):
        room -= sum(len(line) + 1 for line in item)
        if room < 0:
            return [*told, f"- … {word('and more', language).format(n=len(items) - at)}"], 0
        told += item
    return told, room


def _problems(problems: Iterable[Row], language: Language) -> Iterator[list[str]]:
    for problem in sorted(problems, key=lambda each: list(_LEVELS).index(each["level"])):
        yield [f"- {_LEVELS[problem['level']]} {word(problem['level'], language)} {_problem(problem)}"]


def _problem(problem: Row) -> str:
    path = f"{problem['path']}: " if problem["path"] else ""
    return f"{code(placed(problem))} {code(problem['code'])} {code(path + problem['message'])}"


def _measures(made: Row, language: Language) -> Iterator[list[str]]:
    results = by_file(made["results"])
    against = by_file(problem for problem in made["problems"] if problem["about"] == "verdict")
    for measure in sorted(made["measures"], key=lambda each: _WORST_FIRST.index(each["verdict"])):
        file = measure["file"]
        yield [*_measure(measure, results.get(file, []), against.get(file, []), language)]


def _measure(measure: Row, results: list[Row], against: list[Row], language: Language) -> Iterator[str]:
    mark, _ = VERDICT_MARKS[measure["verdict"]]
    said = reading(measure["verdict"]).read(language)
    shown = f", {word('as shown', language)}" if measure["expected"] else ""
    yield f"- {mark} {said}{shown}: {code(measure['measure'])} {code(measure['title'])} {code(measure['file'])}"
    yield from (f"  - ✗ {_problem(problem)}" for problem in against)
    if not against:
        yield from (f"  - ✗ {code(text)}" for text in blockers(results))
    yield from (f"  - ? {word('open', language)}: {code(text)}" for text in questions(results, language))

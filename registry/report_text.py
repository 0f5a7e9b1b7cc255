"""The report of `check` for people: verdict first, then what stands in the way, what is open, what is assumed."""

from collections.abc import Container, Iterator
from functools import lru_cache
from typing import Any

from registry.excerpt import Source, pointed
from registry.gate import show
from registry.lines import VERDICT_MARKS, painted, width, wrapped
from registry.report import by_file, counts, placed
from registry.words import counted, word
from rules.text import Language
from rules.vocabulary import reading

Row = dict[str, Any]


def report_text(made: Row, language: Language, colour: bool, source: Source) -> Iterator[str]:
    """The lines of a report; `source` gives the line of a file that a problem is about."""
    results = by_file(made["results"])
    findings: dict[str, list[Row]] = {}
    others: list[Row] = []
    of_measures = {measure["file"] for measure in made["measures"]}
    for problem in made["problems"]:
        if problem["about"] == "verdict" and problem["file"] in of_measures:
            findings.setdefault(problem["file"], []).append(problem)
        else:
            others.append(problem)
    for measure in made["measures"]:
        yield from _measure(
            measure, results.get(measure["file"], []), findings.get(measure["file"], []), language, colour, source
        )
        yield ""
    told = [problem for problem in others if "baseline" not in problem]
    if told:
        yield painted(word("problems", language), "bold", colour)
        for problem in told:
            yield from problem_lines(problem, language, colour, source)
        yield ""
    yield from wrapped(summary(made, language))
    for gone in made.get("baseline", {}).get("gone", ()):
        named = " ".join(each for each in (gone["measure"], gone["part"], gone["path"]) if each)
        yield from wrapped(f"{word('gone', language)}: {gone['file']}: {named} [{gone['code']}]", 0, "– ")


def problem_lines(problem: Row, language: Language, colour: bool, source: Source) -> Iterator[str]:
    """One problem: place and code on a line that tools can parse, the message below it, then the line that it is on."""
    level = word(problem["level"] if counts(problem) else "ignored", language)
    yield f"{show(placed(problem))}: {painted(level, _tint(problem), colour)} [{show(problem['code'])}]"
    path = f"{problem['path']}: " if problem["path"] else ""
    yield from wrapped(path + problem["message"], 4)
    yield from _passed_over(problem, 4, language)
    yield from _excerpt(problem, 4, colour, source)


def _passed_over(problem: Row, indent: int, language: Language) -> Iterator[str]:
    if "ignored" in problem:
        yield from wrapped(f"{word('ignored', language)}: {problem['ignored']}", indent, "– ")
    elif "baseline" in problem:
        yield from wrapped(word("in baseline", language), indent, "– ")


def _tint(problem: Row) -> str:
    return "dim" if not counts(problem) else "red" if problem["level"] == "error" else "yellow"


def _excerpt(problem: Row, indent: int, colour: bool, source: Source) -> Iterator[str]:
    """The line of the document with a caret under the column, where there is one to show."""
    if _about_all(problem, source):
        return
    text, number = source(problem["file"], problem["line"]), str(problem["line"])
    margin = " " * indent
    found = pointed(text, problem["column"], width() - indent - len(number) - 3) if text else None
    if found:
        line, caret = found
        yield f"{margin}{number} | {line}"
        yield f"{margin}{' ' * len(number)} | {painted(caret, _tint(problem), colour)}"


def _about_all(problem: Row, source: Source) -> bool:
    """Whether it stands where the document begins, and at nothing in it: there is no line to look at."""
    return not problem["path"] and problem["column"] == 1 and _begins(source, problem["file"], problem["line"])


@lru_cache(maxsize=1)  # many problems stand on one line, one after the other
def _begins(source: Source, file: str, line: int) -> bool:
    """Whether all above that line is empty or a comment; looked at from below, where it is known soonest."""
    above = ((source(file, number) or "").lstrip() for number in range(line - 1, 0, -1))
    return all(not text or text.startswith("#") for text in above)


def _measure(
    measure: Row, results: list[Row], findings: list[Row], language: Language, colour: bool, source: Source
) -> Iterator[str]:
    mark, tint = VERDICT_MARKS[measure["verdict"]]
    said = reading(measure["verdict"]).read(language)
    yield f"{painted(f'{mark} {said}', tint, colour)}: {painted(show(measure['measure']), 'bold', colour)}"
    yield from wrapped(measure["title"], 2)
    day = f"{word('day', language)} {measure['on']} ({measure['on_because']})"
    yield from wrapped(f"{measure['file']}, {day}", 2)
    if measure["expected"]:
        yield from wrapped(word("as shown", language), 2, "= ")
    for instrument, parts in _by_instrument(results).items():
        yield from _instrument(instrument, parts, language, colour)
    for problem in findings:
        yield from wrapped(problem["message"], 4, "✗ " if counts(problem) else "– ")
        yield from _passed_over(problem, 6, language)
        yield " " * 6 + show(f"{placed(problem)} [{problem['code']}]")
        yield from _excerpt(problem, 6, colour, source)
    if not findings:
        for text in blockers(results):
            yield from wrapped(text, 4, "✗ ")
    for text in questions(results, language):
        yield from wrapped(f"{word('open', language)}: {text}", 4, "? ")
    for says in dict.fromkeys(each["says"] for result in results for each in result["assumptions"]):
        yield from wrapped(f"{word('assumed', language)}: {says}", 4, "! ")
    for duty in {duty["rule"]: duty for result in results for duty in result["duties"] if duty.get("due")}.values():
        act = reading(duty["act"]).read(language)
        yield from wrapped(f"{act}: {word('due', language)} {duty['due']} ({duty['citation']})", 4, "» ")


def _by_instrument(results: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for result in results:
        if result["instrument"]:
            grouped.setdefault(result["instrument"], []).append(result)
    return grouped


def _instrument(instrument: str, results: list[Row], language: Language, colour: bool) -> Iterator[str]:
    name = results[0]["instrument_name"] or instrument
    law = f", {results[0]['law']}" if results[0]["law"] else ""
    for verdict in dict.fromkeys(result["verdict"] for result in results):
        parts = [result["part_name"] for result in results if result["verdict"] == verdict]
        mark, tint = VERDICT_MARKS[verdict]
        listed = parts[0] if len(parts) == 1 else f"{len(parts)} {word('parts', language)}"
        if 1 < len(parts) < len(results):
            listed = ", ".join(parts)
        lines = list(wrapped(f"{name}{law}: {listed}", 2, f"{mark} "))
        yield lines[0].replace(mark, painted(mark, tint, colour), 1)
        yield from lines[1:]


def blockers(results: list[Row], codes: Container[str] | None = None) -> Iterator[str]:
    """What stands in the way, each once; with `codes` only what is a problem of one of those."""
    told: dict[str, None] = {}
    for result in results:
        for outcome in result["outcomes"]:
            stands = outcome["outcome"] == "unmet" and outcome["rule"] in (None, *result["blockers"])
            if stands and (codes is None or _is_one_of(codes, outcome, result)):
                found = " – ".join(each for each in (outcome["value"], outcome["note"]) if each)
                told[f"{_law(result)}{outcome['citation']}: {outcome['says']} {found}".rstrip()] = None
    yield from told


def _is_one_of(codes: Container[str], outcome: Row, result: Row) -> bool:
    """Whether the problem that this outcome is has one of those codes."""
    name = outcome["rule"]
    if name is None:  # a provision that no measure can set aside
        return "barred" in codes
    return name in codes or f"{_law(result).rstrip()}/{name}" in codes  # of general law it names the law itself


def questions(results: list[Row], language: Language) -> Iterator[str]:
    """What is open and for whom, each once."""
    asked: dict[str, None] = {}
    for result in results:
        for question in result["open"]:
            who = f" – {reading(question['who']).read(language)}" if question["who"] else ""
            cite = f"{_law(result)}{question['citation']}: " if question["citation"] and question["rule"] else ""
            asked[f"{cite}{question['asks']}{who}"] = None
    yield from asked


def _law(result: Row) -> str:
    return f"{result['law'].partition('@')[0]} " if result["law"] else ""


def summary(made: Row, language: Language) -> str:
    """How many files, measures by verdict, errors and warnings: one line, all of it in our own words."""
    numbers = made["summary"]
    told = ", ".join(f"{number} {reading(verdict).read(language)}" for verdict, number in numbers["verdicts"].items())
    parts = [
        counted(numbers["files"], "file", language),
        counted(numbers["measures"], "measure", language) + (f" ({told})" if told else ""),
    ]
    if numbers["examples_as_expected"]:
        parts.append(counted(numbers["examples_as_expected"], "example", language))
    parts += [counted(numbers["errors"], "error", language), counted(numbers["warnings"], "warning", language)]
    for key, name in (("ignored", "ignored"), ("baseline", "in baseline")):
        if numbers[key]:
            parts.append(f"{numbers[key]} {word(name, language)}")
    return " · ".join(parts)

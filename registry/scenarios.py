"""`law test` and `law coverage`: what the scenarios of a law come to, and what they show of its rules."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from registry.gate import show
from registry.lines import painted, wrapped
from registry.words import counted, word
from rules.coverage import Coverage, coverage
from rules.engine import Engine
from rules.lawbook import Lawbook
from rules.scenario import scenarios_of
from rules.scenario_run import Run, run
from rules.text import Language
from rules.vocabulary import reading

Row = dict[str, Any]


class Runs(NamedTuple):
    """All runs of the scenarios of some laws; `untested` are the laws that have none."""

    runs: tuple[Run, ...]
    untested: tuple[str, ...]


def runs_of(book: Lawbook, laws: Sequence[str], engines: Sequence[Engine]) -> Runs:
    """The scenarios of those laws, run by every engine; Refused where a law or a scenario cannot be right."""
    found = {law: scenarios_of(book, law) for law in laws}
    runs = [each for one in found.values() for scenario in one for each in run(scenario, book, engines)]
    return Runs(tuple(runs), tuple(law for law, one in found.items() if not one))


def runs_row(made: Runs, language: Language) -> Row:
    """The runs as data."""
    return {
        "runs": [
            {
                "law": each.scenario.law,
                "version": each.law.version.isoformat() if each.law else None,
                "scenario": each.scenario.name,
                "says": each.scenario.says.read(language),
                "on": each.day.isoformat(),
                "instrument": each.scenario.instrument,
                "verdict": each.verdict,
                "passed": not each.wrong,
                "wrong": [text.read(language) for text in each.wrong],
                "bucket": each.bucket,
                "reread": [{"rule": rule.name, "citation": rule.cited, "jci": rule.jci} for rule in each.reread],
                "file": each.scenario.place.file,
                "line": each.scenario.place.line,
            }
            for each in made.runs
        ],
        "untested": list(made.untested),
        "passed": sum(not each.wrong for each in made.runs),
        "failed": sum(bool(each.wrong) for each in made.runs),
    }


def runs_lines(made: Runs, language: Language, colour: bool) -> Iterator[str]:
    """What failed, by file and line, and a count."""
    for each in made.runs:
        if each.wrong:
            place, law = each.scenario.place, each.law.name if each.law else each.scenario.law
            failed = painted(word("failed", language), "red", colour)
            yield f"{show(place.file)}:{place.line}: {failed} [{each.scenario.name}]"
            yield from wrapped(f"{law}/{each.scenario.instrument}, {each.day}: {each.scenario.says.read(language)}", 4)
            for text in each.wrong:
                yield from wrapped(text.read(language), 4, "✗ ")
            yield from _what_now(each, language)
    for law in made.untested:
        yield from wrapped(f"{law}: {word('no scenarios', language)}")
    bad = sum(bool(each.wrong) for each in made.runs)
    names = {(each.scenario.law, each.scenario.name) for each in made.runs}
    mark, tint = ("✗", "red") if bad or made.untested else ("✓", "green")
    said = f"{counted(len(names), 'scenario', language)}, {counted(len(made.runs), 'case', language)}: "
    said += f"{len(made.runs) - bad} {word('passed', language)}, {bad} {word('failed', language)}"
    yield painted(f"{mark} {said}", tint, colour)


def _what_now(run: Run, language: Language) -> Iterator[str]:
    """Who has to look: whoever makes the program, or a lawyer, and at which article."""
    if run.bucket == "engine":
        yield from wrapped(word("bucket engine", language), 4, "→ ")
    else:
        yield from wrapped(word("bucket law", language), 4, "→ ")
        for rule in run.reread:
            yield from wrapped(f"{rule.cited}: {rule.says.read(language)} ({rule.jci})", 8, "- ")


def covered(book: Lawbook, laws: Sequence[str], made: Runs) -> tuple[Coverage, ...]:
    """The coverage of every version of those laws."""
    return tuple(coverage(book.version(law, first), made.runs) for law in laws for first in book.versions(law))


def coverage_rows(found: Sequence[Coverage]) -> list[Row]:
    """The coverage as data."""
    return [
        {
            "law": each.law.law,
            "version": each.law.version.isoformat(),
            "seen": each.counted[0],
            "wanted": each.counted[1],
            "rules": [
                {
                    "rule": rule.rule.name,
                    "citation": str(rule.rule.cite),
                    "seen": sorted(rule.seen & rule.wanted),
                    "missing": sorted(rule.missing),
                }
                for rule in each.rules
            ],
        }
        for each in found
    ]


def _counted(seen: int, wanted: int, language: Language) -> str:
    return f"{100 * seen // wanted:>3} % ({seen} {word('of', language)} {wanted})"


def coverage_lines(found: Sequence[Coverage], language: Language, colour: bool) -> Iterator[str]:
    """A bar for each version, and under it what no scenario has shown."""
    longest = max(len(each.law.name) for each in found)
    told = [_counted(*each.counted, language) for each in found]
    whole = min(30, 78 - longest - max(map(len, told)))
    for each, counts in zip(found, told, strict=True):
        seen, wanted = each.counted
        filled = whole * seen // wanted
        tint = "green" if seen == wanted else "yellow"
        bar = painted("█" * filled, tint, colour) + "·" * (whole - filled)
        yield f"{each.law.name:<{longest}} {bar} {counts}"
        for rule in each.rules:
            if rule.missing:
                names = ", ".join(reading(name).read(language) for name in sorted(rule.missing))
                yield from wrapped(
                    f"{rule.rule.cite} ({rule.rule.name}): {word('not seen', language)}: {names}", 4, "- "
                )

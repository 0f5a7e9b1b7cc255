"""`law lint`: what is odd about the laws, by file and line."""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.gate import show
from registry.lines import painted, wrapped
from registry.words import counted, word
from rules.lint import Finding
from rules.text import Language

Row = dict[str, Any]


def finding_rows(found: Sequence[Finding], language: Language) -> list[Row]:
    """The findings as data."""
    return [
        {
            "code": each.code,
            "level": each.level,
            "about": each.about,
            "file": each.place.file,
            "line": each.place.line,
            "says": each.says.read(language),
        }
        for each in found
    ]


def finding_lines(found: Sequence[Finding], language: Language, colour: bool) -> Iterator[str]:
    """Each finding with its place, and a count."""
    for each in found:
        tint = "yellow" if each.level == "warning" else "dim"
        level = painted(word(f"lint {each.level}", language), tint, colour)
        yield f"{show(each.place.file)}:{each.place.line}: {level} [{each.code}]"
        yield from wrapped(f"{each.about}: {each.says.read(language)}", 4)
    warnings = sum(each.level == "warning" for each in found)
    mark, tint = ("!", "yellow") if warnings else ("✓", "green")
    said = f"{counted(warnings, 'warning', language)}, {counted(len(found) - warnings, 'remark', language)}"
    yield painted(f"{mark} {said}", tint, colour)

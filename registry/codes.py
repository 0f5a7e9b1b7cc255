"""A page for each code that a report can carry, from registry/codes.yaml; of a rule it is made from its law."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from registry.law_page import Spell, spells
from rules.fields import Line, Model, Prose, Wording
from rules.lawbook import Lawbook
from rules.problems import Level, Wrong
from rules.reader import read
from rules.text import Text
from rules.validation import checked

FILE = "registry/codes.yaml"


class CodeEntry(Model):
    """What a code means and what to do; shown by lines that are wrong and right, or by a situation."""

    code: Line
    level: Level = "error"
    about: Literal["document", "verdict"] = "document"
    means: Wording
    wrong: Prose | None = None
    right: Prose | None = None
    example: Wording | None = None
    do: Wording

    @model_validator(mode="after")
    def _shown(self) -> Self:
        if (self.wrong is None) != (self.right is None) or (self.wrong is None) == (self.example is None):
            raise Wrong(Text("geef wrong en right, of example", "give wrong and right, or example"))
        return self


class CodesDocument(Model):
    schema_: Literal["regelruimte/codes/v1"] = Field(alias="schema")
    codes: tuple[CodeEntry, ...]


class RuleCode(NamedTuple):
    """The code of a rule: its law, its name there, and how it read over time, newest last."""

    code: str
    law: str
    spells: tuple[Spell, ...]


@cache
def code_entries() -> Mapping[str, CodeEntry]:
    """The pages inside this package, by code."""
    stated = checked(CodesDocument, read(files("registry").joinpath("codes.yaml").read_bytes(), FILE))
    return {entry.code: entry for entry in stated.codes}


@lru_cache(maxsize=2)
def rule_codes(book: Lawbook) -> Mapping[str, RuleCode]:
    """Every rule of every version of every law at hand, by the code that a problem has when it is unmet."""
    return {
        f"{law}/{name}": RuleCode(f"{law}/{name}", law, tuple(over_time))
        for law in book.laws()
        for name, over_time in spells([book.version(law, first) for first in book.versions(law)]).items()
    }


@lru_cache(maxsize=1024)
def rule_code(book: Lawbook, code: str) -> RuleCode | None:
    """The rule of that code, of which only its own law is read; None where there is none."""
    law, _, name = code.partition("/")
    over_time = spells([book.version(law, first) for first in book.versions(law)]).get(name) if name else None
    return RuleCode(code, law, tuple(over_time)) if over_time else None

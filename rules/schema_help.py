"""What each field of each document means, in words that an editor or a form can show: rules/schema_help.yaml."""

from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from rules.fields import Line, Model, Prose, Wording
from rules.reader import read
from rules.text import Text
from rules.validation import checked

FILE = "rules/schema_help.yaml"


class FieldHelp(Model):
    """What a field means, how it may be written, and what words mean in it that elsewhere mean something else."""

    nl: Prose
    en: Prose
    examples: tuple[Any, ...] = ()
    words: dict[Line, Wording] = Field(default_factory=dict)

    @property
    def text(self) -> Text:
        return Text(self.nl, self.en)


class HelpDocument(Model):
    """Help by model and field, and readings of words from closed lists that rules/vocabulary.py does not have."""

    schema_: Literal["regelruimte/schema-help/v1"] = Field(alias="schema")
    models: dict[Line, dict[Line, FieldHelp]]
    words: dict[Line, Wording] = Field(default_factory=dict)


@cache
def shipped_help() -> HelpDocument:
    """The help inside this package."""
    return checked(HelpDocument, read(files("rules").joinpath("schema_help.yaml").read_bytes(), FILE))

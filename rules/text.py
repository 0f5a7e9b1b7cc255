"""Wording in the two languages that people read here."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One wording in Dutch and in English; never part of a hash."""

    nl: str
    en: str

    def read(self, language: Language) -> str:
        """The wording in that language."""
        return self.nl if language == "nl" else self.en

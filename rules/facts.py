"""What is known in one case: a value or one of the two kinds of nothing, and where it was read."""

from collections.abc import Callable
from dataclasses import dataclass

from rules.catalogue import FactDefinition
from rules.fields import Missing
from rules.period import Day, Term
from rules.problems import Place
from rules.quantity import Quantity, Yearly
from rules.text import Text

Value = Quantity | Yearly | Day | Term | str | bool | tuple[str, ...]
GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a case. `note` says why it is missing, or what made it so, where that is known."""

    value: Value | Missing
    place: Place | None = None
    source: str | None = None
    as_of: Day | None = None
    illustration: bool = False
    note: Text | None = None

    @property
    def written(self) -> str:
        """The value as a document would write it."""
        match self.value:
            case Missing():
                return self.value.value
            case bool():
                return "true" if self.value else "false"
            case tuple():
                return ", ".join(self.value)
            case _:
                return str(self.value)


Facts = Callable[[FactDefinition], Fact]

"""Why the register refuses: a database that cannot be used, an entry that is none, an act that cannot be done now."""

from rules.text import Text


class DatabaseRefused(Exception):
    """A database that cannot be used, and why; `missing` where there is none yet."""

    def __init__(self, why: Text, *, missing: bool = False) -> None:
        self.why, self.missing = why, missing
        super().__init__(why.en)


class ActRefused(Exception):
    """An act that cannot be done now: the guard or the step that forbids it, why, and what would help."""

    def __init__(self, code: str, why: Text) -> None:
        self.code, self.why = code, why
        super().__init__(f"{code}: {why.en}")


class EntryUnreadable(ValueError):
    """An entry that does not state what an act of its kind states: written past this program, or altered."""

    def __init__(self, named: str, error: Exception, number: int | None) -> None:
        self.number = number
        self.why = Text(
            f"regel {named} staat niet in het log zoals dit programma schrijft ({error!r}): buiten het programma om"
            " geschreven, of veranderd. Wat er niet klopt zegt regelruimte audit verify",
            f"entry {named} does not stand in the log as this program writes ({error!r}): written past it, or altered."
            " What does not hold, regelruimte audit verify tells",
        )
        super().__init__(self.why.en)

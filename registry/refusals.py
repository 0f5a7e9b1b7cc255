"""Why the register refuses: a database that cannot be used, an act that cannot be done now."""

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

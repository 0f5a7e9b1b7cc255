"""What people ask for: some of the measures and in which order, or one of them."""

from typing import NamedTuple

ORDERS = ("name", "municipality", "verdict", "procedure", "decided", "published")  # that a list of measures can have


class Wanted(NamedTuple):
    """Which measures are asked for; what is empty asks nothing."""

    area: str = ""
    domain: str = ""
    municipality: str = ""
    instrument: str = ""
    state: str = ""
    words: str = ""
    verdict: str = ""
    laws: tuple[str, ...] | None = None


ALL = Wanted()


class Subject(NamedTuple):
    """A measure that somebody looks at: of the register by its name, or of a file."""

    name: str
    file: str | None = None

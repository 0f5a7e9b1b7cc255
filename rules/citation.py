"""Where a provision stands: Dutch short citation, and the same as a Juriconnect link (JCI 1.3).

`3 lid 1 onderdeel a onder 1°` becomes `jci1.3:c:BWBR0019388&artikel=3&lid=1&o=a&o=1&z=…&g=…`. The standard has `o`
for onderdeel; repeating it for the level below is our reading, as its text was not at hand (facts: certainty C).
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from rules.problems import Wrong
from rules.text import Text

# without names, so that the JSON Schema can have the same pattern: article, lid, onderdeel, onder
SHORT = re.compile(r"(\d+[a-z]*(?:[.:]\d+[a-z]*)*)(?: lid (\d+[a-z]?))?(?: onderdeel ([a-z]{1,2}))?(?: onder (\d+)°)?")
BWB = re.compile(r"BWB[RV]\d{7}")
JCI = re.compile(
    r"jci1\.3:c:(?P<bwb>BWB[RV]\d{7})(?:&hoofdstuk=[0-9A-Za-z.]+)?&artikel=(?P<article>[0-9a-z.:]+)(?:&lid=(?P<lid>\d+[a-z]?))?"
    r"(?:&o=[0-9a-z]+)*(?:&z=\d{4}-\d{2}-\d{2})?(?:&g=\d{4}-\d{2}-\d{2})?"
)


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """An article, and as deep as the text goes: lid, onderdeel, onder."""

    article: str
    paragraph: str | None = None
    item: str | None = None
    subitem: str | None = None

    @cache  # noqa: B019 - there are as many as laws have provisions, and a verdict names each of them many times
    def __str__(self) -> str:
        deeper = (("lid", self.paragraph), ("onderdeel", self.item), ("onder", self.subitem and f"{self.subitem}°"))
        return " ".join([self.article, *(f"{word} {part}" for word, part in deeper if part)])


def place_in_law(cited: Citation) -> tuple[int, str, str, str, int]:
    """Sort key: the order in which provisions stand in a law (2 before 10, 10 before 10a, lid 2 before lid 10)."""
    number = "".join(char for char in cited.article if char.isdigit())
    paragraph = f"{cited.paragraph or '':>4}"
    return (int(number or 0), cited.article, paragraph, cited.item or "", int(cited.subitem or 0))


def citation(written: str) -> Citation:
    """The citation written as `3 lid 1 onderdeel a onder 1°`; Wrong otherwise."""
    if not (found := SHORT.fullmatch(written)):
        raise Wrong(
            Text(
                nl=f"verwacht een vindplaats zoals «3 lid 1 onderdeel a onder 1°», gevonden «{written}»",
                en=f"expected a citation such as '3 lid 1 onderdeel a onder 1°', found '{written}'",
            ),
            code="wrong-citation",
        )
    return Citation(*found.groups())


def jci(bwb: str | None, cited: Citation, version: date) -> str:
    """The Juriconnect link to that provision as it read on the first day of that version; empty for a proposal."""
    if bwb is None:
        return ""
    parts = [("artikel", cited.article), ("lid", cited.paragraph), ("o", cited.item), ("o", cited.subitem)]
    place = "".join(f"&{name}={value}" for name, value in parts if value)
    return f"jci1.3:c:{bwb}{place}&z={version.isoformat()}&g={version.isoformat()}"

"""The catalogue of provisions that measures set aside: whose they are, and whether anything may depart from them."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from pydantic import Field

from rules import period
from rules.citation import JCI, Citation
from rules.fields import Cited, ExactDay, Identifier, Line, Model, Wording
from rules.ministers import Holding
from rules.reader import read
from rules.text import Text
from rules.validation import checked
from rules.vocabulary import Domain, Hierarchy

FILE = "rules/provisions.yaml"


class Departure(Model):
    """What may depart from a provision: by which kind of regulation, on which basis, and for how long at most."""

    by: Literal["decree", "regulation"]
    basis: Line
    most: Line | None = None
    says: Wording

    @property
    def longest(self) -> Text | None:
        """How long a departure may last, in words; None where the basis sets no number."""
        return period.in_words(period.duration(self.most)) if self.most else None


class ProvisionEntry(Model):
    cite: Cited
    domain: Domain
    says: Wording
    departs: Departure | None = None


class LawOfProvisions(Model):
    """One law, as it was read on the day `read`; its ministers by date."""

    law: Identifier
    bwb: Line
    title: Wording
    hierarchy: Hierarchy
    read: ExactDay
    ministers: tuple[Holding, ...]
    provisions: tuple[ProvisionEntry, ...]


class ProvisionsDocument(Model):
    schema_: Literal["regelruimte/provisions/v1"] = Field(alias="schema")
    laws: tuple[LawOfProvisions, ...]


class Provision(NamedTuple):
    """A provision of the catalogue, in its law."""

    law: LawOfProvisions
    entry: ProvisionEntry

    @property
    def name(self) -> Text:
        """How a lawyer would name it: artikel 9 lid 1 Participatiewet."""
        title, cite = self.law.title.text, self.entry.cite
        return Text(f"artikel {cite} {title.nl}", f"article {cite} {title.en}")

    @property
    def key(self) -> str:
        """How a law names the provision that an instrument opens: participatiewet 9 lid 1."""
        return f"{self.law.law} {self.entry.cite}"

    def ministers(self, day: date) -> tuple[Holding, ...]:
        """The ministers responsible on that day; none where the catalogue does not say."""
        return tuple(holding for holding in self.law.ministers if period.in_force(holding.term, day))


def provision(link: str) -> Provision | None:
    """The provision that a Juriconnect link names, or the one around it; None when the catalogue has neither."""
    found = JCI.fullmatch(link)
    if found is None:
        return None
    named = _parts(link, found["article"], found["lid"])
    law = _by_bwb().get(found["bwb"])
    holds = [entry for entry in law.provisions if _within(named, entry.cite)] if law else []
    deepest = max(holds, key=lambda entry: str(entry.cite).count(" "), default=None)
    return Provision(law, deepest) if law and deepest else None


def _parts(link: str, article: str, paragraph: str | None) -> Citation:
    items = [part.removeprefix("o=") for part in link.split("&") if part.startswith("o=")]
    return Citation(article, paragraph, *items[:2])


def _within(named: Citation, entry: Citation) -> bool:
    """Whether what is named is that provision, or lies in it: article 9 lid 1 in article 9, not the other way round."""
    stated = (named.article, named.paragraph, named.item, named.subitem)
    wanted = (entry.article, entry.paragraph, entry.item, entry.subitem)
    return all(part is None or part == other for part, other in zip(wanted, stated, strict=True))


def same(one: str, other: str) -> bool:
    """Whether two links name the same provision, or one of them lies in the other."""
    if one == other:
        return True
    mine, theirs = JCI.fullmatch(one), JCI.fullmatch(other)
    if not mine or not theirs or mine["bwb"] != theirs["bwb"]:
        return False
    first, second = _parts(one, mine["article"], mine["lid"]), _parts(other, theirs["article"], theirs["lid"])
    return _within(first, second) or _within(second, first)


def every_provision() -> tuple[Provision, ...]:
    """All provisions in the catalogue."""
    return tuple(Provision(law, entry) for law in _by_bwb().values() for entry in law.provisions)


def keys() -> frozenset[str]:
    """The keys of all provisions in the catalogue."""
    return frozenset(each.key for each in every_provision())


@cache
def _by_bwb() -> dict[str, LawOfProvisions]:
    parsed = read(files("rules").joinpath("provisions.yaml").read_bytes(), FILE)
    return {law.bwb: law for law in checked(ProvisionsDocument, parsed).laws}

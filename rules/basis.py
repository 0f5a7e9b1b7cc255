"""Which version of which law an ask is judged under, and what is taken for granted or wrong with that.

The version in force on the day, whose text is known for that day; never a guess where there is none.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from rules.documents import Document
from rules.general import with_general_law
from rules.law import LawVersion
from rules.lawbook import Lawbook
from rules.measure import Measure
from rules.period import Day, no_later, on
from rules.problems import Problem, with_nearest
from rules.text import Text
from rules.verdict import Assumption


class LawChoice(NamedTuple):
    """Only the asks under this law; with a version, under that version whatever the day."""

    law: str
    version: date | None = None


class Basis(NamedTuple):
    """The law version that an ask is judged under, and what is taken for granted or wrong with that.

    `no_power`: that version does not have the instrument, though another version of the same law does.
    """

    law: LawVersion | None
    assumptions: tuple[Assumption, ...] = ()
    problems: tuple[Problem, ...] = ()
    no_power: Problem | None = None


def basis_of(
    measure: Document[Measure], at: int, book: Lawbook, day: date, stated: Day, choice: LawChoice | None
) -> Basis:
    """The law version for that ask on that day; `stated` holds all days that the day can be."""
    place = measure.place("asks", at, "instrument")
    law, _, instrument = measure.model.asks[at].instrument.partition("/")
    if not book.versions(law):
        says = Text(f"wet «{law}» is niet bij de hand", f"law '{law}' is not at hand")
        return Basis(None, problems=(Problem("unknown-law", place, with_nearest(says, law, book.laws())),))
    chosen = choice.version if choice else None
    version = book.version(law, chosen) if chosen else book.on(law, day)
    if version is None:
        return Basis(None, problems=(Problem("law-text-missing", place, _text_missing(book, law, day), "warning"),))
    if not chosen and (earlier := book.on(law, stated.first)) is not version:
        names = [each.name if each else "–" for each in (earlier, version)]
        says = Text(
            nl=f"de dag is niet verder bekend dan {stated}, en in die tijd gold eerst {names[0]} en later {names[1]}",
            en=f"the day is known no further than {stated}; in that time first {names[0]} and later {names[1]} held",
        )
        return Basis(None, problems=(Problem("law-day-unknown", place, says, "warning"),))
    if instrument in version.instruments:
        joined = with_general_law(version, instrument, book, day)
        assumed = (*_assumed(book, version, chosen is not None, day, measure), *_without(joined.missing, day))
        return Basis(joined.law, assumed)
    first = next((first for first in book.versions(law) if instrument in book.version(law, first).instruments), None)
    if first is None:
        says = Text(f"{version.name} kent geen instrument «{instrument}»", f"{version.name} has no '{instrument}'")
        says = with_nearest(says, instrument, version.instruments)
        return Basis(None, problems=(Problem("unknown-instrument", place, says),))
    name = book.version(law, first).instruments[instrument].says
    says = Text(
        nl=f"{version.name}, de tekst op {day}, kent geen {name.nl}; {law} kent dat sinds {first}",
        en=f"{version.name}, the text on {day}, has no {name.en}; {law} has had it since {first}",
    )
    return Basis(version, no_power=Problem("no-such-power", place, says, about="verdict"))


def _without(missing: tuple[str, ...], day: date) -> Iterator[Assumption]:
    for name in missing:
        says = Text(
            nl=f"de tekst van {name} op {day} is niet bij de hand: daaraan is niet getoetst",
            en=f"the text of {name} on {day} is not at hand: it was not judged by",
        )
        yield Assumption("general-law-missing", says)


def _text_missing(book: Lawbook, law: str, day: date) -> Text:
    """Which day has no text, what is nearest, and why, where that is known."""
    versions = book.versions(law)
    earlier = [book.version(law, first) for first in versions if first <= day][-1:]
    near = [(f"{law}@{each.version}", f"{each.text_known.first} – {each.text_known.last}") for each in earlier]
    near += [(f"{law}@{first}", f"{first} – …") for first in versions if first > day][:1]
    listed = ", ".join(f"{name} ({days})" for name, days in near)
    gap = earlier[0].text_gap if earlier else None
    return Text(
        nl=f"de tekst van {law} op {day} is niet bij de hand: niets te beslissen. Het naast: {listed}"
        + (f"; {gap.nl}" if gap else ""),
        en=f"the text of {law} on {day} is not at hand: nothing can be decided. Nearest: {listed}"
        + (f"; {gap.en}" if gap else ""),
    )


def _assumed(
    book: Lawbook, version: LawVersion, chosen: bool, day: date, measure: Document[Measure]
) -> Iterator[Assumption]:
    if chosen and book.on(version.law, day) is not version:
        says = Text(
            nl=f"getoetst aan {version.name}, gekozen met --law; die tekst geldt niet op {day}",
            en=f"judged under {version.name}, chosen with --law; that text is not in force on {day}",
        )
        yield Assumption("law-not-in-force", says)
    received = measure.model.asked.received
    if not chosen and isinstance(received, Day) and no_later(on(version.version), received) is False:
        says = Text(
            nl=f"de aanvraag is van {received}, voor {version.name} gold; overgangsrecht is niet bekend, dus is aan de"
            f" tekst van {day} getoetst",
            en=f"the request is of {received}, before {version.name} was in force; transitional law is not known, so it"
            f" is judged under the text of {day}",
        )
        yield Assumption("transition-unknown", says)
    if version.status == "proposal":
        says = Text(f"{version.name} is een voorstel, geen recht", f"{version.name} is a proposal, not law")
        yield Assumption("law-is-proposal", says)

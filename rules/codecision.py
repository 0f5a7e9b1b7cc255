"""Who must agree: the ministers of all provisions that are set aside on a day, but for the one who decides."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from rules.hierarchy import barring
from rules.law import LawVersion
from rules.measure import Lift, Measure
from rules.ministers import ministers
from rules.period import Day, no_later, on
from rules.provisions import provision
from rules.text import Text


class CoDecision(NamedTuple):
    """Ministers who must agree, each with the provisions that are theirs; who of them agreed, and since when.

    `unknown` holds the provisions of which the catalogue does not say whose they are on that day. Source: Aanwijzingen
    voor de regelgeving 2.28 lid 3 and 3.24 (acting in agreement with the ministers whom it also concerns).
    """

    ministers: Mapping[str, tuple[Text, ...]]
    agreed: Mapping[str, Day]
    unknown: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The ministers who have not agreed."""
        return tuple(minister for minister in self.ministers if minister not in self.agreed)


def lead(law: LawVersion, instrument: str, day: date) -> str | None:
    """The minister who decides under that instrument on that day, as far as the table says; None where none does."""
    if law.instruments[instrument].decided_by != "minister":
        return None
    competent = ministers(law.law, day).competent
    return competent.minister if competent else None


def co_decision(measure: Measure, lifts: Iterable[Lift], day: date, decides: str | None) -> CoDecision:
    """Who must agree to setting those provisions aside on that day; `decides` is the minister who decides, if any."""
    concerned: dict[str, list[Text]] = {}
    unknown: list[str] = []
    for lift in lifts:
        if barring(lift.provision):
            continue
        found = provision(lift.provision)
        responsible = found.ministers(day) if found else ()
        if found is None or not responsible:
            unknown.append(lift.provision)
            continue
        for holding in responsible:
            if holding.minister != decides:
                concerned.setdefault(holding.minister, []).append(found.name)
    agreed: dict[str, Day] = {
        agreement.minister: agreement.given
        for agreement in measure.agreements
        if agreement.minister in concerned and no_later(agreement.given, on(day))
    }
    return CoDecision({minister: tuple(names) for minister, names in concerned.items()}, agreed, tuple(unknown))

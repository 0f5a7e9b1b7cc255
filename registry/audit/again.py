"""What is in force today, judged anew under the law of today: is it still needed, does what it rests on still stand."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from registry.deadlines import instrument_of
from registry.entries import Record
from registry.guards import with_agreements
from registry.questions import in_force_on
from registry.registered import Registered
from rules import period
from rules.check import Setting, check
from rules.engine import twin_engine
from rules.lawbook import shipped_lawbook
from rules.outcome import Outcome
from rules.portfolio import Members
from rules.text import Text
from rules.verdict import Result


class Again:
    """What is in force today; each measure is judged when it is asked for, among those that are or may be in force.

    By the twin alone: it concludes what the rules engine does, and nothing is decided here.
    """

    def __init__(self, session: Session, registered: Registered, today: date) -> None:
        book, found = shipped_lawbook(), in_force_on(session, today)
        may_be = {each.exemption.measure for each in found}
        self._in_force = {each.exemption.measure for each in found if each.holds}
        self._registered = registered
        others = Members(lambda: (m for m in registered.measures() if m.model.measure in may_be), registered, book)
        self._setting = Setting(book, registered, twin_engine, today, on=today, others=others)

    def of(self, record: Record) -> Iterator[tuple[str, Text]]:
        """What stands out for that measure, if it is certainly in force today."""
        measure = self._registered.measure(record.name) if record.name in self._in_force else None
        if measure is None:
            return
        checked = check(with_agreements(measure, record), self._setting)
        if checked.verdict == "unneeded":
            yield (
                "unneeded",
                Text(
                    "niet meer nodig: vandaag volstaat een gewone bevoegdheid",
                    "no longer needed: today an ordinary power will do",
                ),
            )
        yield from dict.fromkeys(said for result in checked.results for said in self._of(result))

    def _of(self, result: Result) -> Iterator[tuple[str, Text]]:
        if result.no_power:
            yield "law-gone", result.no_power.message
        elif result.law is None and (last := self._ended(instrument_of(result)[0])):
            law = instrument_of(result)[0]
            yield "law-gone", Text(f"{law} verviel na {last}", f"{law} ended after {last}")
        for each in result.blockers:
            if result.law and _asks_support(each):
                says = each.rule.says
                yield (
                    "rests-on-nothing",
                    Text(
                        f"wat haar moet dragen geldt vandaag niet ({result.law.name} {each.rule.cited}): {says.nl}",
                        f"what should carry it is not in force today ({result.law.name} {each.rule.cited}): {says.en}",
                    ),
                )

    def _ended(self, law: str) -> date | None:
        """The last day of a law that has none today; None where its text is merely not at hand."""
        book, today = self._setting.lawbook, self._setting.today
        versions = book.versions(law)
        last = book.version(law, versions[-1]).in_force.last if versions else None
        return last.last if last and period.no_later(period.on(today), last) is False else None


def _asks_support(outcome: Outcome) -> bool:
    """Whether what is unmet is that some other measure is there."""
    inquiries = [each.comparison.fact.inquiry for each in outcome.evidence if each.held is False]
    return any(each is not None and each.kind == "some" for each in inquiries)

"""What stands in the way of an act on the register: one function for each guard of registry/lifecycle.yaml."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import Session

from registry.collection import Collection, files_under
from registry.entries import Record, exemption_of
from registry.lifecycle import guard_says
from registry.store import Actor, ActRefused, bytes_of, other_documents, overlapping
from rules import period
from rules.check import Checked, Setting, check
from rules.documents import Document, document
from rules.engine import Engine
from rules.fields import StatedTerm
from rules.lawbook import shipped_lawbook
from rules.measure import Agreement, Measure
from rules.period import Day, on
from rules.portfolio import Members
from rules.text import Text
from rules.vocabulary import reading


class Act(NamedTuple):
    """What is asked. `key` is made by the client, so that a repeated request is recorded once.

    `document` holds the bytes of the measure or decision; `data` what else the kind of act needs, as plain data.
    """

    kind: str
    subject: str
    key: str
    document: bytes | None = None
    data: Mapping[str, Any] = {}


class Asked:
    """An act with all that guards look at; the check is made once, when the first of them asks."""

    def __init__(
        self,
        session: Session,
        act: Act,
        actor: Actor,
        record: Record,
        today: Day,
        engine: Engine,
        surroundings: Path,
    ) -> None:
        self.session, self.act, self.actor, self.record = session, act, actor, record
        self.today, self._engine, self._surroundings = today, engine, surroundings
        self.checked: Checked | None = None

    def measure(self) -> Document[Measure]:
        """The measure as it stands in the register, with the agreements that were recorded."""
        found = document(bytes_of(self.session, self.record.document or ""), f"{self.record.name}.yaml")
        assert isinstance(found.model, Measure)
        given = tuple(
            Agreement.model_construct(minister=each, given=on(day)) for each, day in self.record.agreements.items()
        )
        kept = tuple(each for each in found.model.agreements if each.minister not in self.record.agreements)
        return Document(found.model.model_copy(update={"agreements": (*kept, *given)}), found.parsed)

    def check(self, measure: Document[Measure], decision: bytes | None, day: date | None) -> Checked:
        """The verdict, among all that is in the register."""
        if self.checked is None:
            texts = dict(other_documents(self.session, without=self.record.name))
            if decision is not None:
                texts["decision.yaml"] = decision
            around = files_under([str(self._surroundings / name) for name in ("areas", "figures")])
            collection = Collection([*texts, *around], texts=texts)
            book = shipped_lawbook()
            others = Members(collection.measures, collection, book)
            setting = Setting(book, collection, self._engine, self.today.first, day, None, others)
            self.checked = check(measure, setting)
        return self.checked


Guard = Callable[[Asked, Mapping[str, Any]], None]


def _refuse(code: str, nl: str = "", en: str = "") -> ActRefused:
    says = guard_says(code)
    return ActRefused(code, Text(f"{says.nl}{f': {nl}' if nl else ''}", f"{says.en}{f': {en}' if en else ''}"))


def _own_measure(asked: Asked, data: Mapping[str, Any]) -> None:
    submitted = asked.record.bodies.get("submit")
    body = str(data["of"]).lower()
    if (submitted and submitted != asked.actor.body) or body != asked.actor.body:
        raise _refuse(
            "own-measure", f"{body}, u handelt voor {asked.actor.body}", f"{body}, you act for {asked.actor.body}"
        )


def _reasons(_: Asked, data: Mapping[str, Any]) -> None:
    if not str(data.get("reasons", "")).strip():
        raise _refuse("reasons", "geef ze met --reasons", "give them with --reasons")


def _mandate(_: Asked, data: Mapping[str, Any]) -> None:
    if not str(data.get("mandate", "")).strip():
        raise _refuse("mandate", "geef het met --mandate", "give it with --mandate")


def _version_seen(asked: Asked, data: Mapping[str, Any]) -> None:
    if data.get("seen") != asked.record.version:
        now, seen = asked.record.version, data.get("seen")
        raise _refuse(
            "version-seen", f"gezien {seen}, nu {now}: lees haar opnieuw", f"seen {seen}, now {now}: read it again"
        )


def _other_than(kind: str, guard: str) -> Guard:
    def refuse(asked: Asked, _: Mapping[str, Any]) -> None:
        if asked.record.actors.get(kind) == asked.actor.person:
            raise _refuse(guard, asked.actor.person, asked.actor.person)

    return refuse


def _concerned(asked: Asked, data: Mapping[str, Any]) -> None:
    ministers = _deciding(asked, date.fromisoformat(data["on"]))
    if data["minister"] not in ministers:
        listed = ", ".join(sorted(ministers)) or "–"
        raise _refuse("concerned", f"{data['minister']} (wel: {listed})", f"{data['minister']} (concerned: {listed})")


def _deciding(asked: Asked, day: date) -> set[str]:
    """The ministers of what the measure sets aside on that day, but for who decides."""
    checked = asked.check(asked.measure(), None, day)
    return {minister for each in checked.results if each.co_decision for minister in each.co_decision.ministers}


def _agreed(asked: Asked, data: Mapping[str, Any]) -> None:
    assert asked.checked is not None
    if data["outcome"] == "granted":
        missing = {m for each in asked.checked.results if each.co_decision for m in each.co_decision.missing}
        if missing:
            names = [reading(minister) for minister in sorted(missing)]
            raise _refuse("agreed", ", ".join(name.nl for name in names), ", ".join(name.en for name in names))


def _exact_term(asked: Asked, data: Mapping[str, Any]) -> None:
    if data["outcome"] == "granted":
        term = asked.measure().model.term
        exact = isinstance(term, StatedTerm) and all(
            isinstance(day, Day) and day.exact for day in (term.first, term.last)
        )
        if not exact or not data["exemptions"]:
            raise _refuse("exact-term")


def _no_overlap(asked: Asked, data: Mapping[str, Any]) -> None:
    """The database forbids it too; this says of which measure."""
    wanted = [exemption_of(asked.record.name, each) for each in data["exemptions"]]
    if other := overlapping(asked.session, wanted):
        raise _refuse("no-overlap", f"{other.measure}, {other.part}", f"{other.measure}, {other.part}")


def _verdict(_: Asked, data: Mapping[str, Any]) -> None:
    if (
        data["outcome"] == "granted"
        and data["verdict"] not in ("eligible", "unneeded")
        and not data.get("against_verdict")
    ):
        verdict = reading(data["verdict"])
        raise _refuse(
            "verdict",
            f"{verdict.nl}; geef een reden met --against-verdict",
            f"{verdict.en}; give a reason with --against-verdict",
        )


def _not_before(name: str, since: Callable[[Record], date | None]) -> Guard:
    def refuse(asked: Asked, data: Mapping[str, Any]) -> None:
        earliest, day = since(asked.record), date.fromisoformat(data["on"])
        if earliest and period.no_later(on(earliest), on(day)) is False:
            raise _refuse(name, f"{day}, {earliest}", f"{day}, {earliest}")

    return refuse


GUARDS: dict[str, Guard] = {
    "own-measure": _own_measure,
    "reasons": _reasons,
    "mandate": _mandate,
    "version-seen": _version_seen,
    "other-than-submitter": _other_than("submit", "other-than-submitter"),
    "other-than-adviser": _other_than("advise", "other-than-adviser"),
    "concerned": _concerned,
    "agreed": _agreed,
    "exact-term": _exact_term,
    "no-overlap": _no_overlap,
    "verdict": _verdict,
    "not-before-decision": _not_before("not-before-decision", lambda record: record.decided_on),
    "not-before-suspension": _not_before("not-before-suspension", lambda record: record.suspensions[-1][0]),
}

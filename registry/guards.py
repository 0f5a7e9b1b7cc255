"""What stands in the way of an act on the register: one function for each guard of registry/lifecycle.yaml."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import Session

from registry.act_inputs import ACTS, INPUTS
from registry.entries import Entry, Record, exemption_of, record
from registry.findings import AUDIT, DIALOGUE, WORK, finding_numbered, findings, numbered
from registry.lifecycle import guard_says
from registry.refusals import ActRefused
from registry.registered import Registered, parsed, surroundings
from registry.store import Actor, entries_in, overlapping
from rules import period
from rules.check import Checked, Setting, check
from rules.documents import Document
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

    `document` holds the bytes of the measure or decision, and `file` how errors name it; `data` what else the kind of
    act needs, as plain data.
    """

    kind: str
    subject: str
    key: str
    document: bytes | None = None
    data: Mapping[str, Any] = {}
    file: str = "<stdin>"


class Asked:
    """An act with all that guards look at; the check is made once, when the first of them asks."""

    def __init__(
        self,
        session: Session,
        act: Act,
        actor: Actor,
        entries: list[Entry],
        today: date,
        engine: Engine,
        around: Path,
    ) -> None:
        self.session, self.act, self.actor, self.entries, self.today = session, act, actor, entries, on(today)
        self.record = record(act.subject, entries)
        self._engine, self._around = engine, around
        self.checked: Checked | None = None
        self._looked: list[Registered] = []

    def measure(self) -> Document[Measure]:
        """The measure as it stands in the register, with the agreements that were recorded."""
        found = parsed(self.session, self.record.document or "", f"{self.record.name}.yaml")
        assert isinstance(found.model, Measure)
        return with_agreements(Document(found.model, found.parsed), self.record)

    def received(self, sha256: str) -> bytes | None:
        """The area or the figures with that hash, as a check here read them."""
        return surroundings(self._around).received(sha256)

    def check(self, measure: Document[Measure], decision: bytes | None, day: date | None) -> Checked:
        """The verdict, among all that is in the register."""
        if self.checked is None:
            portfolio = self._registered(decision)
            others = Members(portfolio.measures, portfolio, shipped_lawbook())
            self.checked = check(measure, self._setting(portfolio, day, others))
        return self.checked

    def alone(self, day: date) -> Checked:
        """The check of the measure without a question to all others: for what does not depend on them."""
        return check(self.measure(), self._setting(self._registered(None), day, None))

    def _registered(self, decision: bytes | None) -> Registered:
        made = Registered(self.session, surroundings(self._around), self.record.name, decision)
        self._looked.append(made)
        return made

    def _setting(self, portfolio: Registered, day: date | None, others: Members | None) -> Setting:
        return Setting(shipped_lawbook(), portfolio, self._engine, self.today.first, day, None, others)

    def holds(self, session: Session) -> bool:
        """Whether what the act and its check rest on is the same in another transaction."""
        if entries_in(session, self.act.subject) != self.entries:
            return False
        return all(each.holds(session) for each in self._looked)


def with_agreements(measure: Document[Measure], record: Record) -> Document[Measure]:
    """The measure with the agreements that the register has of ministers, in the place of those it states."""
    given = tuple(Agreement.model_construct(minister=each, given=on(day)) for each, day in record.agreements.items())
    kept = tuple(each for each in measure.model.agreements if each.minister not in record.agreements)
    return Document(measure.model.model_copy(update={"agreements": (*kept, *given)}), measure.parsed)


Guard = Callable[[Asked, Mapping[str, Any]], None]


def _refuse(code: str, nl: str = "", en: str = "") -> ActRefused:
    says = guard_says(code)
    return ActRefused(code, Text(f"{says.nl}{f': {nl}' if nl else ''}", f"{says.en}{f': {en}' if en else ''}"))


def _own_measure(asked: Asked, data: Mapping[str, Any]) -> None:
    body = data["about"]["municipality"].lower()
    earlier = {each.data["body"] for each in asked.entries if each.kind == "submit"}
    if earlier - {asked.actor.body} or body != asked.actor.body:
        raise _refuse(
            "own-measure", f"{body}, u handelt voor {asked.actor.body}", f"{body}, you act for {asked.actor.body}"
        )


def _reasons(_: Asked, data: Mapping[str, Any]) -> None:
    if not str(data.get("reasons", "")).strip():
        raise _refuse("reasons", "geef ze met --reasons", "give them with --reasons")


def _basis(asked: Asked, data: Mapping[str, Any]) -> None:
    assert asked.checked is not None
    if data["outcome"] == "granted":
        without = [each.instrument or "–" for each in asked.checked.results if each.law is None or each.no_power]
        if without or not asked.checked.results:
            raise _refuse("basis", ", ".join(dict.fromkeys(without)), ", ".join(dict.fromkeys(without)))


def _mandate(_: Asked, data: Mapping[str, Any]) -> None:
    if not str(data.get("mandate", "")).strip():
        raise _refuse(
            "mandate",
            "geef het met --mandate, of bij de persoon",
            "give it with --mandate, or with the person",
        )


def _version_seen(asked: Asked, data: Mapping[str, Any]) -> None:
    if data.get("seen") != asked.record.version:
        now, seen = asked.record.version, data.get("seen")
        raise _refuse(
            "version-seen", f"gezien {seen}, nu {now}: lees haar opnieuw", f"seen {seen}, now {now}: read it again"
        )


def _other_than(guard: str, *kinds: str) -> Guard:
    """Whoever did that once, on whichever version, is one of the four eyes already."""

    def refuse(asked: Asked, _: Mapping[str, Any]) -> None:
        if any(each.kind in kinds and each.actor == asked.actor.person for each in asked.entries):
            raise _refuse(guard, asked.actor.person, asked.actor.person)

    return refuse


def _concerned(asked: Asked, data: Mapping[str, Any]) -> None:
    ministers = _deciding(asked, date.fromisoformat(data["on"]))
    if data["minister"] not in ministers:
        listed = ", ".join(sorted(ministers)) or "–"
        raise _refuse("concerned", f"{data['minister']} (wel: {listed})", f"{data['minister']} (concerned: {listed})")


def _deciding(asked: Asked, day: date) -> set[str]:
    """The ministers of what the measure sets aside on that day, but for who decides."""
    return {
        minister for each in asked.alone(day).results if each.co_decision for minister in each.co_decision.ministers
    }


def _agreed(asked: Asked, data: Mapping[str, Any]) -> None:
    assert asked.checked is not None
    if data["outcome"] == "granted":
        missing = {m for each in asked.checked.results if each.co_decision for m in each.co_decision.missing}
        if missing:
            names = [reading(minister) for minister in sorted(missing)]
            raise _refuse("agreed", ", ".join(name.nl for name in names), ", ".join(name.en for name in names))


def _exact_term(asked: Asked, data: Mapping[str, Any]) -> None:
    if data["outcome"] in ("granted", "deemed"):
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


def _not_before(name: str, since: Callable[[Record], Day | None]) -> Guard:
    def refuse(asked: Asked, data: Mapping[str, Any]) -> None:
        earliest, day = since(asked.record), date.fromisoformat(data["on"])
        if earliest and period.no_later(earliest, on(day)) is False:
            raise _refuse(name, f"{day}, {earliest}", f"{day}, {earliest}")

    return refuse


def _silence(asked: Asked, data: Mapping[str, Any]) -> None:
    """The last day was looked up when the act was prepared: it must be past, and nothing made known by then."""
    due = data["due"]
    if due is None or not data["exemptions"]:
        raise _refuse("silence", "er is geen laatste dag bekend", "no last day is known")
    last, known = on(date.fromisoformat(due)), asked.record.published
    if period.no_later(asked.today, last) is not False or (known and period.no_later(known, last) is not False):
        raise _refuse("silence", f"die dag is {due}", f"that day is {due}")


CORRECTABLE = ("on", "from", "where")


def _correctable(asked: Asked, data: Mapping[str, Any]) -> None:
    found = _corrected(asked, data)
    wrong = [name for name in data["set"] if name not in CORRECTABLE or name not in (found.data if found else {})]
    if found is None or found.kind in ("decide", "submit", "deem", "correct") or wrong or not data["set"]:
        what = f"{data['entry']}: {', '.join(wrong) or '–'}"
        raise _refuse("correctable", what, what)


def _corrected(asked: Asked, data: Mapping[str, Any]) -> Entry | None:
    return numbered(asked.entries, data["entry"])


def _other_than_recorder(asked: Asked, data: Mapping[str, Any]) -> None:
    found = _corrected(asked, data)
    if found and found.actor == asked.actor.person:
        raise _refuse("other-than-recorder", found.actor, found.actor)


def _days_in_order(asked: Asked, data: Mapping[str, Any]) -> None:
    """What has happened has come, nothing is known before it is decided, a suspension ends after it began."""
    made = record(asked.record.name, [*asked.entries, _as_entry(asked, data)])
    pairs: list[tuple[Day | date | None, Day | date | None]] = [
        (made.decided, made.published),
        (made.decided, made.withdrawn),
        (made.published, asked.today),
        *made.suspensions,
        *((given, asked.today) for given in made.agreements.values()),
    ]
    for earlier, later in pairs:
        if earlier and later and period.no_later(_day(earlier), _day(later)) is False:
            raise _refuse("days-in-order", f"{earlier}, {later}", f"{earlier}, {later}")


def _as_entry(asked: Asked, data: Mapping[str, Any]) -> Entry:
    last = asked.entries[-1]
    return last._replace(kind="correct", number=last.number + 1, document=None, data=data)


def _day(day: Day | date) -> Day:
    return day if isinstance(day, Day) else on(day)


def _listed(asked: Asked, data: Mapping[str, Any]) -> None:
    for each in (INPUTS[name] for name in ACTS[asked.act.kind]):
        if each.choices and data.get(each.name) not in each.choices:
            listed = f"{each.name}: {', '.join(each.choices)}"
            raise _refuse("listed", listed, listed)


def _condition_of_grant(asked: Asked, data: Mapping[str, Any]) -> None:
    there = len(asked.record.conditions)
    if data["condition"] not in range(1, there + 1):
        raise _refuse(
            "condition-of-grant", f"{data['condition']} (er zijn er {there})", f"{data['condition']} of {there}"
        )


def _about_an_act(asked: Asked, data: Mapping[str, Any]) -> None:
    found = numbered(asked.entries, data["entry"])
    if found is None or found.kind in DIALOGUE:
        listed = ", ".join(str(each.number) for each in asked.entries if each.kind not in DIALOGUE)
        raise _refuse("about-an-act", f"{data['entry']} (wel: {listed})", f"{data['entry']} (there are: {listed})")


def _open_finding(asked: Asked, data: Mapping[str, Any]) -> None:
    still = [each.entry.number for each in findings(asked.entries) if not each.closed]
    if data["finding"] not in still:
        listed = ", ".join(map(str, still)) or "–"
        raise _refuse("open-finding", f"{data['finding']} (wel: {listed})", f"{data['finding']} (open: {listed})")


def _body_concerned(asked: Asked, data: Mapping[str, Any]) -> None:
    if not answering(asked.act, asked.entries)(asked.actor):
        found = finding_numbered(asked.entries, data["finding"])
        body = (found.body if found else "") or "registrar"
        raise _refuse("body-concerned", f"{body}, u: {asked.actor.body}", f"{body}, you: {asked.actor.body}")


def answering(act: Act, entries: Sequence[Entry]) -> Callable[[Actor], bool]:
    """Who may do that act, of those who have its role: an answer is of the body that the finding concerns."""
    found = finding_numbered(entries, act.data.get("finding")) if act.kind == "answer" else None
    if found is None:
        return lambda _: True
    return lambda actor: actor.body == found.body if found.body else actor.role == "registrar"


GUARDS: dict[str, Guard] = {
    "own-measure": _own_measure,
    "reasons": _reasons,
    "basis": _basis,
    "mandate": _mandate,
    "version-seen": _version_seen,
    "other-than-submitter": _other_than("other-than-submitter", "submit"),
    "other-than-adviser": _other_than("other-than-adviser", "advise"),
    "other-than-auditor": _other_than("other-than-auditor", *AUDIT),
    "independent": _other_than("independent", *WORK),
    "listed": _listed,
    "condition-of-grant": _condition_of_grant,
    "about-an-act": _about_an_act,
    "open-finding": _open_finding,
    "body-concerned": _body_concerned,
    "concerned": _concerned,
    "agreed": _agreed,
    "exact-term": _exact_term,
    "no-overlap": _no_overlap,
    "verdict": _verdict,
    "silence": _silence,
    "correctable": _correctable,
    "other-than-recorder": _other_than_recorder,
    "days-in-order": _days_in_order,
    "not-before-decision": _not_before("not-before-decision", lambda found: found.decided),
    "not-before-suspension": _not_before("not-before-suspension", lambda found: on(found.suspensions[-1][0])),
}

"""Acts on the register: what is asked, prepared and guarded, and recorded whole or refused whole.

Nothing here knows a clock or a screen.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from sqlmodel import Session, select

from registry import lifecycle
from registry.bodies import ministries, tooi
from registry.database import Database
from registry.days import legal_day
from registry.deadlines import dues, instrument_of
from registry.entries import Entry, Exemption, Record, entry_of, record
from registry.guards import GUARDS, Act, Asked
from registry.lifecycle import WrongStep
from registry.store import Actor, ActRefused, actor_of, append, entries_in, project, set_role
from registry.tables import EntryRow, PersonRow, RoleRow
from registry.words import word
from rules import period
from rules.check import Checked
from rules.decision import Decision
from rules.documents import Document, document
from rules.engine import Engine
from rules.fields import Missing, StatedTerm
from rules.measure import Measure, parts_of
from rules.period import FAR_AHEAD, LONG_AGO, Day, on
from rules.problems import Problem, Refused
from rules.text import Language, Text


class Recorded(NamedTuple):
    """What was recorded: the entry, the measure after it, and the check where one was made."""

    entry: Entry
    record: Record
    checked: Checked | None = None
    repeated: bool = False


def add_person(
    database: Database,
    person: str,
    name: str,
    role: str,
    body: str,
    now: datetime,
    *,
    mandate: str = "",
    first: date | None = None,
    last: date | None = None,
) -> Entry:
    """Lets a person act in that role for that body, on the days of the mandate; the name stays out of the log.

    The same role given again is replaced: to end it, or under another mandate.
    """
    _refuse_unknown(role, body)
    with database.transaction() as session:
        known = session.get(RoleRow, (person, role))
        begins, ends = first or (known.first if known else legal_day(now)), last or FAR_AHEAD
        if period.no_later(on(begins), on(ends)) is False:
            raise ActRefused(
                "wrong-term", Text("de laatste dag ligt voor de eerste", "the last day is before the first")
            )
        days = {"first": begins.isoformat(), "last": ends.isoformat()}
        data = {"role": role, "body": body, "tooi": tooi(body), "mandate": mandate, **days}
        entry = append(session, "person", str(uuid4()), person, Actor(person, role, body), now, None, data)
        session.merge(PersonRow(id=person, name=name))
        set_role(session, entry)
        return entry


def _refuse_unknown(role: str, body: str) -> None:
    roles = {each.role for each in lifecycle.lifecycle().acts} - {"any"}
    if role not in roles:
        listed = ", ".join(sorted(roles))
        raise ActRefused(
            "unknown-role", Text(f"rol «{role}» bestaat niet; wel: {listed}", f"no role '{role}'; there are: {listed}")
        )
    if tooi(body) is None:
        listed = ", ".join(sorted(ministries()))
        raise ActRefused(
            "unknown-body",
            Text(
                f"instantie «{body}» is niet bekend: een gemeente (gm0599) of een ministerie ({listed})",
                f"body '{body}' is not known: a municipality (gm0599) or a ministry ({listed})",
            ),
        )


def perform(database: Database, act: Act, person: str, now: datetime, engine: Engine, around: Path) -> Recorded:
    """Records the act, or raises ActRefused (or Refused, where a document is wrong).

    `around` is the folder with areas and figures that checks look up. A key that was recorded before gives what was
    recorded then. An act with a check is prepared on a view of the register, so that a long check keeps nobody waiting,
    and recorded if all that it rests on still holds; where others were first it is prepared anew, at last with the
    register held.
    """
    for _ in range(_TRIES if act.kind in _CHECKED else 0):
        with database.reading() as session:
            prepared = _prepared(session, act, person, now, engine, around)
            if isinstance(prepared, Recorded):
                return prepared
        with database.transaction() as session:
            if (known := _known(session, act)) or prepared.asked.holds(session):
                return known or _record(session, prepared, now)
    with database.transaction() as session:
        prepared = _prepared(session, act, person, now, engine, around)
        return prepared if isinstance(prepared, Recorded) else _record(session, prepared, now)


_CHECKED = ("submit", "agree", "decide", "deem")
_TRIES = 2
LANGUAGES: tuple[Language, ...] = ("nl", "en")


class _Prepared(NamedTuple):
    """An act that every guard let pass, and what the log will say of it."""

    asked: Asked
    data: dict[str, Any]


def _prepared(
    session: Session, act: Act, person: str, now: datetime, engine: Engine, around: Path
) -> _Prepared | Recorded:
    if known := _known(session, act):
        return known
    today = legal_day(now)
    actor = actor_of(session, person, lifecycle.act_named(act.kind).role, today)
    asked = Asked(session, act, actor, entries_in(session, act.subject), today, engine, around)
    data = _DATA.get(act.kind, _plain)(asked)
    moved = lifecycle.step(asked.record.lines, act.kind, data.get("outcome"))
    if isinstance(moved, WrongStep):
        raise ActRefused("wrong-step", _wrong_step(act, moved))
    for name in lifecycle.act_named(act.kind).guards:
        GUARDS[name](asked, data)
    return _Prepared(asked, data)


def _known(session: Session, act: Act) -> Recorded | None:
    """What was recorded under the same key."""
    found = session.exec(select(EntryRow).where(EntryRow.id == act.key)).first()
    if found is None:
        return None
    entry = entry_of(found.content)
    if (entry.kind, entry.subject) != (act.kind, act.subject):
        says = Text("deze sleutel is al voor iets anders gebruikt", "this key was used for something else")
        raise ActRefused("key-used", says)
    return Recorded(entry, record(act.subject, entries_in(session, act.subject)), repeated=True)


def _record(session: Session, prepared: _Prepared, now: datetime) -> Recorded:
    """Writes the act, for a person who still has the role."""
    asked = prepared.asked
    act, actor = asked.act, asked.actor
    actor_of(session, actor.person, actor.role, asked.today.first)
    entry = append(session, act.kind, act.key, act.subject, actor, now, act.document, prepared.data)
    made = record(act.subject, [*asked.entries, entry])
    project(session, made, entry.number)
    return Recorded(entry, made, asked.checked)


def _wrong_step(act: Act, wrong: WrongStep) -> Text:
    stands, line = (Text(word(name, "nl"), word(name, "en")) for name in (wrong.stands, wrong.line))
    asks = Text(*(", ".join(word(each, language) for each in wrong.asks) for language in LANGUAGES))
    return Text(
        f"{act.kind} kan niet: {line.nl} staat op «{stands.nl}», en moet staan op: {asks.nl}",
        f"cannot {act.kind}: {line.en} is '{stands.en}', and has to be: {asks.en}",
    )


def _plain(asked: Asked) -> dict[str, Any]:
    data = dict(asked.act.data)
    if asked.act.kind == "agree":
        data["minister"] = asked.actor.body
    if asked.act.kind == "withdraw":
        data = {"mandate": asked.actor.mandate, **data}
    if "on" in asked.act.data:
        day = date.fromisoformat(asked.act.data["on"])
        if asked.act.kind in ("publish", "agree"):
            _refuse_future(asked, day)
    return data


def _refuse_future(asked: Asked, day: date) -> None:
    """What has happened has a day that has come."""
    if period.no_later(on(day), asked.today) is False:
        raise ActRefused("in-the-future", Text(f"{day} is nog niet geweest", f"{day} has not come yet"))


def _submission(asked: Asked) -> dict[str, Any]:
    found = _sound(asked.act.document)
    if not isinstance(found.model, Measure):
        raise ActRefused("no-measure", Text("dit is geen maatregel", "this is no measure"))
    if found.model.record != "proposal":
        raise ActRefused(
            "not-a-proposal",
            Text(
                "alleen een aanvraag (record: proposal) wordt ingediend",
                "only a request (record: proposal) is submitted",
            ),
        )
    checked = asked.check(found, None, None)
    _refuse_wrong(checked)
    return {**judged(checked), "about": about(found.model), "of": found.model.place.municipality}


def about(measure: Measure) -> dict[str, Any]:
    """What lists show and look for, as the measure states it."""
    place, title = measure.place, measure.title.text
    areas = dict.fromkeys(each for each in (place.area, *(part.area for part in place.parts)) if each)
    return {
        "title": {"nl": title.nl, "en": title.en},
        "municipality": place.municipality,
        "areas": list(areas),
        "parts": [each.part for each in place.parts] or [place.area or ""],
        "names": [each.name for each in place.parts],
        "domains": list(measure.domains),
        "instruments": sorted({each.instrument for each in measure.asks}),
    }


def judged(checked: Checked) -> dict[str, Any]:
    """What the log keeps of a check: verdict, hash of each result, SHA-256 of each document that was read."""
    return {
        "verdict": checked.verdict,
        "hashes": sorted(each.hash for each in checked.results),
        "receipt": dict(checked.documents),
    }


def _decision(asked: Asked) -> dict[str, Any]:
    found = _sound(asked.act.document)
    if not isinstance(found.model, Decision) or found.model.on_measure != asked.record.name:
        raise ActRefused(
            "no-decision", Text("dit is geen besluit over deze maatregel", "this is no decision on this measure")
        )
    decision = found.model
    if asked.record.document is None:
        return {**asked.act.data, "on": decision.decided.last.isoformat(), "outcome": decision.outcome}
    assert asked.act.document is not None
    _refuse_future(asked, decision.decided.last)
    measure = asked.measure()
    checked = asked.check(measure, asked.act.document, decision.decided.last)
    _refuse_wrong(checked)
    body = decision.by.competent if decision.by.role == "minister" else measure.model.place.municipality.lower()
    if body != asked.actor.body:
        raise ActRefused(
            "other-body",
            Text(
                f"het besluit is van {body}, u handelt voor {asked.actor.body}",
                f"the decision is of {body}, you act for {asked.actor.body}",
            ),
        )
    granted = exemptions(measure.model, decision.parts) if decision.outcome == "granted" else ()
    return {
        "mandate": asked.actor.mandate,
        **asked.act.data,
        **judged(checked),
        "outcome": decision.outcome,
        "on": decision.decided.last.isoformat(),
        "conditions": list(decision.conditions),
        "exemptions": [each.data for each in granted],
    }


def _silence(asked: Asked) -> dict[str, Any]:
    """Prepares a grant by silence: the last day to make a decision known, and what counts as granted from the next."""
    if asked.record.document is None:
        return {"outcome": "deemed"}
    measure = asked.measure()
    found = [
        each
        for each in dues(asked.alone(asked.today.first))
        if each.day and each.rule and each.rule.deadline and each.rule.deadline.silence == "granted"
    ]
    days = [each.day.last for each in found if each.day]
    due = max(days, default=None)
    covered = {(each.result.part, "/".join(instrument_of(each.result))) for each in found}
    deemed = [each for each in exemptions(measure.model, "all") if (each.part, each.instrument) in covered]
    return {
        **asked.act.data,
        "outcome": "deemed",
        "due": due.isoformat() if due else None,
        "on": (due + timedelta(days=1)).isoformat() if due else None,
        "cite": sorted(
            {f"{each.result.law.name} {each.rule.cited}" for each in found if each.rule and each.result.law}
        ),
        "exemptions": [each.data for each in deemed],
    }


_DATA: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "submit": _submission,
    "decide": _decision,
    "deem": _silence,
}


def exemptions(measure: Measure, parts: Sequence[str] | str) -> Iterator[Exemption]:
    """One for each of those parts (or all) of each ask, for the term of the measure; of what is not known, all days."""
    term = measure.term if isinstance(measure.term, StatedTerm) else None
    first, last = (_any_day(end) for end in ((term.first, term.last) if term else (Missing.UNKNOWN, Missing.UNKNOWN)))
    place = measure.place
    for ask in measure.asks:
        for at in parts_of(measure, ask):
            part = place.parts[at].part if at is not None else place.area or ""
            area = (place.parts[at].area if at is not None else None) or place.area or ""
            if parts == "all" or part in parts:
                yield Exemption(measure.measure, part, area, ask.instrument, place.municipality, first, last)


def _any_day(stated: Day | Missing) -> Day:
    """The day itself; all days for one that is not known, none that ever comes for one that does not exist."""
    if isinstance(stated, Day):
        return stated
    return Day(FAR_AHEAD if stated is Missing.NONE else LONG_AGO, FAR_AHEAD)


def _sound(data: bytes | None) -> Document[Any]:
    assert data is not None
    return document(data, "<stdin>")


def _refuse_wrong(checked: Checked) -> None:
    wrong: list[Problem] = [each for each in checked.problems if each.about == "document" and each.level == "error"]
    if wrong:
        raise Refused(wrong)

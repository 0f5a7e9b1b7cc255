"""Acts on the register: what is asked, prepared and guarded, and recorded whole or refused whole.

Nothing here knows a clock or a screen.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import select

from registry import lifecycle
from registry.database import Database
from registry.entries import Entry, Exemption, Record, after, entry_of, folded
from registry.guards import GUARDS, Act, Asked
from registry.lifecycle import WrongStep
from registry.store import Actor, ActRefused, actor_of, append, entries_in, project
from registry.tables import EntryRow, PersonRow
from rules import period
from rules.check import Checked
from rules.decision import Decision
from rules.documents import Document, document
from rules.engine import Engine
from rules.fields import StatedTerm
from rules.measure import Measure, parts_of
from rules.period import Day, on
from rules.problems import Problem, Refused
from rules.text import Text


class Recorded(NamedTuple):
    """What was recorded: the entry, the measure after it, and the check where one was made."""

    entry: Entry
    record: Record
    checked: Checked | None = None
    repeated: bool = False


def add_person(database: Database, person: str, name: str, role: str, body: str, now: datetime) -> None:
    """Lets a person act. The name stays out of the log."""
    roles = {each.role for each in lifecycle.lifecycle().acts} - {"any"}
    if role not in roles:
        listed = ", ".join(sorted(roles))
        raise ActRefused(
            "unknown-role", Text(f"rol «{role}» bestaat niet; wel: {listed}", f"no role '{role}'; there are: {listed}")
        )
    with database.transaction() as session:
        if session.get(PersonRow, (person, role)):
            raise ActRefused("person-exists", Text(f"{person} is al {role}", f"{person} is already {role}"))
        session.add(PersonRow(id=person, name=name, role=role, body=body))
        append(
            session,
            "person",
            f"person/{person}/{role}",
            person,
            Actor(person, role, body),
            now,
            None,
            {"role": role, "body": body},
        )


def perform(database: Database, act: Act, person: str, now: datetime, engine: Engine, surroundings: Path) -> Recorded:
    """Records the act, or raises ActRefused (or Refused, where a document is wrong).

    `surroundings` is the folder with areas and figures that checks look up. A key that was recorded before gives what
    was recorded then.
    """
    with database.transaction() as session:
        known = session.exec(select(EntryRow).where(EntryRow.id == act.key)).first()
        record = folded(entries_in(session, act.subject)).get(act.subject, Record(act.subject))
        if known:
            return _repeated(act, entry_of(known.content), record)
        actor = actor_of(session, person, lifecycle.act_named(act.kind).role)
        asked = Asked(session, act, actor, record, on(now.date()), engine, surroundings)
        data = _PREPARED.get(act.kind, _plain)(asked)
        moved = lifecycle.step(record.lines, act.kind, data.get("outcome"))
        if isinstance(moved, WrongStep):
            raise ActRefused("wrong-step", _wrong_step(act, moved))
        for name in lifecycle.act_named(act.kind).guards:
            GUARDS[name](asked, data)
        entry = append(session, act.kind, act.key, act.subject, actor, now, act.document, {**data, "body": actor.body})
        made = after(record, entry)
        project(session, made)
        return Recorded(entry, made, asked.checked)


def _wrong_step(act: Act, wrong: WrongStep) -> Text:
    asks = ", ".join(wrong.asks)
    return Text(
        f"{act.kind} kan niet: {wrong.line} staat op «{wrong.stands}», en moet staan op {asks}",
        f"cannot {act.kind}: {wrong.line} is '{wrong.stands}', and has to be {asks}",
    )


def _plain(asked: Asked) -> dict[str, Any]:
    data = dict(asked.act.data)
    if asked.act.kind == "agree":
        data["minister"] = asked.actor.body
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
    return {
        "verdict": checked.verdict,
        "hashes": _hashes(checked),
        "receipt": dict(checked.documents),
        "of": found.model.place.municipality,
    }


def _decision(asked: Asked) -> dict[str, Any]:
    found = _sound(asked.act.document)
    if not isinstance(found.model, Decision) or found.model.on_measure != asked.record.name:
        raise ActRefused(
            "no-decision", Text("dit is geen besluit over deze maatregel", "this is no decision on this measure")
        )
    decision = found.model
    if asked.record.document is None:
        return {**asked.act.data, "outcome": decision.outcome, "exemptions": []}
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
    return {
        **asked.act.data,
        "outcome": decision.outcome,
        "on": decision.decided.last.isoformat(),
        "verdict": checked.verdict,
        "hashes": _hashes(checked),
        "receipt": dict(checked.documents),
        "exemptions": [_exemption(each) for each in _exemptions(measure.model, decision)]
        if decision.outcome == "granted"
        else [],
    }


_PREPARED: dict[str, Callable[[Asked], dict[str, Any]]] = {"submit": _submission, "decide": _decision}


def _exemptions(measure: Measure, decision: Decision) -> Iterator[Exemption]:
    """One for each part of each ask that the decision covers, for the term of the measure."""
    term = measure.term
    if not isinstance(term, StatedTerm) or not (isinstance(term.first, Day) and isinstance(term.last, Day)):
        return
    for ask in measure.asks:
        for at in parts_of(measure, ask):
            part = measure.place.parts[at].part if at is not None else measure.place.area or ""
            if decision.parts == "all" or part in decision.parts:
                yield Exemption(
                    measure.measure, part, ask.instrument, measure.place.municipality, term.first.first, term.last.last
                )


def _exemption(each: Exemption) -> dict[str, str]:
    return {
        "part": each.part,
        "instrument": each.instrument,
        "municipality": each.municipality,
        "first": each.first.isoformat(),
        "last": each.last.isoformat(),
    }


def _sound(data: bytes | None) -> Document[Any]:
    assert data is not None
    return document(data, "<stdin>")


def _refuse_wrong(checked: Checked) -> None:
    wrong: list[Problem] = [each for each in checked.problems if each.about == "document" and each.level == "error"]
    if wrong:
        raise Refused(wrong)


def _hashes(checked: Checked) -> list[str]:
    return sorted(each.hash for each in checked.results)


def _repeated(act: Act, entry: Entry, record: Record) -> Recorded:
    if (entry.kind, entry.subject) != (act.kind, act.subject):
        raise ActRefused(
            "key-used", Text("deze sleutel is al voor iets anders gebruikt", "this key was used for something else")
        )
    return Recorded(entry, record, repeated=True)

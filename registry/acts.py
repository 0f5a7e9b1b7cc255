"""Acts on the register: what is asked, prepared and guarded, and recorded whole or refused whole.

Nothing here knows a clock or a screen.
"""

from datetime import date, datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any, NamedTuple
from unicodedata import normalize
from uuid import uuid4

from sqlmodel import Session, col, select

from registry import lifecycle
from registry.bodies import ministries, tooi
from registry.commitment import SALT, commitment
from registry.database import BOUND, Database
from registry.days import legal_day
from registry.entries import Entry, Record, entry_of, record
from registry.entry_data import DATA, plain
from registry.evidence import evidence
from registry.guards import GUARDS, Act, Asked, answering
from registry.lifecycle import WrongStep
from registry.refusals import ActRefused
from registry.store import Actor, NewEntry, actor_of, append, entries_in, erase_names, record_act, set_role
from registry.tables import EntryRow, PersonRow, RoleRow
from registry.words import WORDS
from rules import period
from rules.check import Checked
from rules.engine import Engine
from rules.period import FAR_AHEAD, on
from rules.text import Text


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
    """Lets a person act in that role for that body, on the days of the mandate; of the name the log has a commitment.

    The same role given again is replaced: to end it, or under another mandate.
    """
    _refuse_unknown(role, body)
    with database.transaction() as session:
        if session.info.get(BOUND):
            says = Text(
                "wie mag handelen zegt de beheerder van de database", "who may act is for the administrator to say"
            )
            raise ActRefused("administrator", says)
        known = session.get(RoleRow, (person, role))
        begins, ends = first or (known.first if known else legal_day(now)), last or FAR_AHEAD
        if period.no_later(on(begins), on(ends)) is False:
            raise ActRefused(
                "wrong-term", Text("de laatste dag ligt voor de eerste", "the last day is before the first")
            )
        days = {"first": begins.isoformat(), "last": ends.isoformat()}
        salt, named = token_bytes(SALT), normalize("NFC", name)
        data = {"role": role, "body": body, "tooi": tooi(body), "mandate": mandate, **days}
        data["name"] = commitment(salt, named)
        new = NewEntry("person", str(uuid4()), person, Actor(person, role, body), now, None, data)
        entry = append(session, new)
        session.add(PersonRow(id=person, entry=entry.number, salt=salt, name=named))
        set_role(session, entry)
        return entry


def erase_person(database: Database, person: str, by: str, reasons: str, now: datetime) -> Entry:
    """Erases every name that was given for that person, who acts no more. What they did stays, under their id.

    The log says that it was done, by which registrar and why, so that a name which is merely gone is seen.
    """
    today = legal_day(now)
    if not reasons.strip():
        raise ActRefused("reasons", lifecycle.guard_says("reasons"))
    with database.transaction() as session:
        actor = actor_of(session, by, "registrar", today)
        roles = session.exec(select(RoleRow).where(RoleRow.person == person)).all()
        running = [each.role for each in roles if period.no_later(on(today), on(each.last))]
        if running:
            listed = ", ".join(running)
            says = Text(
                f"{person} is nog {listed}: beëindig dat eerst (regelruimte person {person} … --until DAG)",
                f"{person} is still {listed}: end that first (regelruimte person {person} … --until DAY)",
            )
            raise ActRefused("still-acts", says)
        names = session.exec(select(PersonRow).where(PersonRow.id == person).order_by(col(PersonRow.entry))).all()
        if not names:
            raise ActRefused("no-name", Text(f"van {person} is geen naam bekend", f"no name is known of {person}"))
        return erase_names(session, person, str(uuid4()), actor, now, names, reasons)


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
    and recorded if all that it rests on still holds; where others were first it is prepared anew, the register held.
    """
    if act.kind in _CHECKED:
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


class _Prepared(NamedTuple):
    """An act that every guard let pass, and what the log will say of it."""

    asked: Asked
    data: dict[str, Any]


def _prepared(
    session: Session, act: Act, person: str, now: datetime, engine: Engine, around: Path
) -> _Prepared | Recorded:
    if known := _known(session, act):
        return known
    asked, data = _looked_up(session, act, person, now, engine, around)
    for name in lifecycle.act_named(act.kind).guards:
        GUARDS[name](asked, data)
    return _Prepared(asked, data)


def _looked_up(
    session: Session, act: Act, person: str, now: datetime, engine: Engine, around: Path
) -> tuple[Asked, dict[str, Any]]:
    """An act that fits where the measure stands, with what the log will say of it; no guard has looked at it yet."""
    today = legal_day(now)
    entries = entries_in(session, act.subject)
    actor = actor_of(session, person, lifecycle.act_named(act.kind).role, today, answering(act, entries))
    asked = Asked(session, act, actor, entries, today, engine, around)
    if not asked.entries and act.kind != "submit":
        raise ActRefused("unknown-measure", _unknown(act.subject))
    moved = lifecycle.step(asked.record.lines, act.kind)
    if isinstance(moved, WrongStep):
        raise ActRefused("wrong-step", _wrong_step(act, moved))
    return asked, DATA.get(act.kind, plain)(asked)


def _known(session: Session, act: Act) -> Recorded | None:
    """What was recorded under the same key."""
    found = session.exec(select(EntryRow).where(EntryRow.id == act.key)).first()
    if found is None:
        return None
    entry = entry_of(found.content, found.number)
    if (entry.kind, entry.subject) != (act.kind, act.subject):
        says = Text("deze sleutel is al voor iets anders gebruikt", "this key was used for something else")
        raise ActRefused("key-used", says)
    return Recorded(entry, record(act.subject, entries_in(session, act.subject)), repeated=True)


def _record(session: Session, prepared: _Prepared, now: datetime) -> Recorded:
    """Writes the act, for a person who still has the role."""
    asked = prepared.asked
    act, actor = asked.act, asked.actor
    actor_of(session, actor.person, actor.role, asked.today.first)
    beside = list(evidence(session, prepared.data, asked.received))
    new = NewEntry(act.kind, act.key, act.subject, actor, now, act.document, prepared.data)
    entry, made = record_act(session, new, beside, asked.entries)
    return Recorded(entry, made, asked.checked)


def _unknown(measure: str) -> Text:
    says = WORDS["not in the register"]
    return Text(f"{measure}: {says.nl}", f"{measure}: {says.en}")


def _wrong_step(act: Act, wrong: WrongStep) -> Text:
    line, stands, asks = WORDS[wrong.line], WORDS[wrong.stands], [WORDS[each] for each in wrong.asks]
    return Text(
        f"{act.kind} kan niet: {line.nl} staat op «{stands.nl}», en moet staan op: {', '.join(e.nl for e in asks)}",
        f"cannot {act.kind}: {line.en} is '{stands.en}', and has to be: {', '.join(e.en for e in asks)}",
    )


class Guarded(NamedTuple):
    """One guard of an act: what it asks, and why it stands in the way (None: it lets the act pass)."""

    name: str
    says: Text
    refuses: Text | None


class Preview(NamedTuple):
    """What an act would record, and everything that stands in its way; nothing is recorded."""

    data: dict[str, Any] | None
    refused: ActRefused | None
    guards: tuple[Guarded, ...]
    checked: Checked | None

    @property
    def passes(self) -> bool:
        """Whether the act would be recorded now."""
        return self.refused is None and not any(each.refuses for each in self.guards)


def preview(database: Database, act: Act, person: str, now: datetime, engine: Engine, around: Path) -> Preview:
    """What `perform` would do, with every guard asked, not only the first that refuses. Raises Refused as it does."""
    with database.reading() as session:
        try:
            asked, data = _looked_up(session, act, person, now, engine, around)
        except ActRefused as refusal:
            return Preview(None, refusal, (), None)
        guards = tuple(_guarded(name, asked, data) for name in lifecycle.act_named(act.kind).guards)
        return Preview(data, None, guards, asked.checked)


def _guarded(name: str, asked: Asked, data: dict[str, Any]) -> Guarded:
    try:
        GUARDS[name](asked, data)
    except ActRefused as refusal:
        return Guarded(name, lifecycle.guard_says(name), refusal.why)
    return Guarded(name, lifecycle.guard_says(name), None)

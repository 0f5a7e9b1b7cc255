"""Whether whoever acted was allowed to, nobody had a say in their own work twice, and names are whole."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel

from registry.audit.level import Finding, Level, Told, rows_told
from registry.audit.names import Names
from registry.audit.rows import as_bytes
from registry.lifecycle import lifecycle
from rules.text import Text

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def people_level(session: Session, total: int, told: Told) -> Level:
    """Whoever acted had that role for that body that day, and the role that the act asks; nobody decided on what they
    submitted or advised on, nobody audited their own work, and findings were answered by the body concerned."""
    roles: dict[tuple[str, str], tuple[str, str, str]] = {}
    asks = {"erase": "registrar", **{each.act: each.role for each in lifecycle().acts}}
    worked: dict[str, set[str]] = {}
    audits = _Audits(session)
    findings: list[Finding] = []
    names = Names()
    acts = loaded = 0
    for row in rows_told(session, "people", total, told):
        entry = json.loads(row.content)
        actor, role, data = entry["actor"], entry["role"], entry["data"]
        names.add(entry)
        if entry["kind"] == "person":
            given, *term = (str(data.get(name, "")) for name in ("role", "body", "first", "last"))
            roles[entry["subject"], given] = (term[0], term[1], term[2])
            continue
        if data.get("history"):
            loaded += 1
            if acts:
                says = Text(
                    f"regel {entry['number']}: zegt geladen te zijn van vroeger, en komt na wat hier is gedaan",
                    f"entry {entry['number']}: says to be loaded from the past, and comes after what was done here",
                )
                findings.append(Finding("history", says, entry["number"], entry["subject"]))
            continue
        acts += 1
        day = datetime.fromisoformat(entry["recorded"]).astimezone(_AMSTERDAM).date().isoformat()
        body, first, last = roles.get((actor, role), ("", "", ""))
        if not first <= day <= last or body != data.get("body"):
            says = Text(
                f"regel {entry['number']}: {actor} was op {day} geen {role} voor {data.get('body')}",
                f"entry {entry['number']}: {actor} was no {role} for {data.get('body')} on {day}",
            )
            findings.append(Finding("role", says, entry["number"], entry["subject"]))
        if asks.get(entry["kind"], role) not in ("any", role):
            says = Text(
                f"regel {entry['number']}: {entry['kind']} is aan een {asks[entry['kind']]}, niet aan een {role}",
                f"entry {entry['number']}: {entry['kind']} is for a {asks[entry['kind']]}, not for a {role}",
            )
            findings.append(Finding("role", says, entry["number"], entry["subject"]))
        findings += audits.wrong_in(entry)
        if entry["kind"] in ("submit", "advise"):
            worked.setdefault(entry["subject"], set()).add(actor)
        if entry["kind"] == "decide" and actor in worked.get(entry["subject"], ()):
            says = Text(
                f"regel {entry['number']}: {actor} besloot over wat {actor} indiende of waarover die adviseerde",
                f"entry {entry['number']}: {actor} decided on what {actor} submitted or advised on",
            )
            findings.append(Finding("four-eyes", says, entry["number"], entry["subject"]))
    proved = Text(
        f"wie handelde had die rol op die dag, in elk van de {acts} handelingen; niemand besloot over eigen werk of"
        " controleerde het",
        f"whoever acted had that role on that day, in each of {acts} acts; nobody decided on their own work or"
        " audited it",
    )
    keyboard = Text(
        "dat die mens aan het toetsenbord zat: er is geen persoonlijke handtekening",
        "that this was who sat at the keyboard: there is no personal signature",
    )
    earlier = Text(
        f"wie handelde in {loaded} regels over vroeger: die zijn geladen, niet hier gedaan",
        f"who acted in {loaded} entries about the past: those were loaded, not done here",
    )
    findings += [Finding("name", each.says, each.entry, each.person) for each in names.wrong(session)]
    committed = Text(
        f"elk van de {len(names.committed)} namen is die waaraan het log zich bond, of is door een handeling gewist",
        f"each of {len(names.committed)} names is the one that the log commits to, or was erased by an act",
    )
    unbound = Text(
        f"{names.uncommitted} namen van toen het log zich nog niet aan namen bond",
        f"{names.uncommitted} names of when the log did not commit to names yet",
    )
    open_ = (keyboard, *([earlier] if loaded else []), *([unbound] if names.uncommitted else []))
    return Level("people", (proved, committed) if names.committed else (proved,), open_, tuple(findings))


class _Audits:
    """Who audited each measure, and which body each finding concerns, as far as the log has come.

    Audits are few: what was done before one is looked up, and not kept for every measure.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._audited: dict[str, set[str]] = {}
        self._concerned: dict[object, tuple[str, str]] = {}  # by the number of the finding: its measure, and the body

    def wrong_in(self, entry: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with the act where audits are concerned."""
        kind, actor, data, number, subject = (entry[name] for name in ("kind", "actor", "data", "number", "subject"))
        own = kind in _WORK and actor in self._audited.get(subject, ())
        if kind in _AUDIT:
            self._audited.setdefault(subject, set()).add(actor)
            own = any(
                each["actor"] == actor
                for each in self._before(entry, _entry.subject == subject, _entry.kind.in_(_WORK))
            )
        if own:
            says = Text(
                f"regel {number}: {actor} controleerde werk waar {actor} zelf aan deed",
                f"entry {number}: {actor} audited what {actor} worked on",
            )
            yield Finding("own-audit", says, number, subject)
        if kind == "finding":
            bodies = [
                each["data"].get("body", "") for each in self._before(entry, _entry.number == _whole(data.get("entry")))
            ]
            self._concerned[number] = (subject, bodies[0] if bodies else "")
        if kind == "answer":
            about, body = self._concerned.get(_whole(data.get("finding")), ("", ""))
            suits = data.get("body") == body if body else entry["role"] == "registrar"
            if about != subject or not suits:
                says = Text(
                    f"regel {number}: {actor} beantwoordde namens {data.get('body')} een bevinding over {body or '–'}",
                    f"entry {number}: {actor} answered for {data.get('body')} a finding that concerns {body or '–'}",
                )
                yield Finding("answer", says, number, subject)

    def _before(self, entry: Mapping[str, Any], *asked: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
        for content in self._session.execute(
            sa_select(_entry.content).where(_entry.number < entry["number"], *asked)
        ).scalars():
            yield json.loads(as_bytes(content))


def _whole(number: object) -> int:
    """The number of an entry, or one that none has."""
    return number if isinstance(number, int) and 0 <= number < 2**62 else -1


_AUDIT = ("finding", "follow-up")
_WORK = ("submit", "advise", "agree", "decide", "deem", "condition", "answer")
_entry = SQLModel.metadata.tables["entry"].c

"""Whether whoever acted was allowed to, nobody had a say in their own work twice, and names are whole.

The log is read measure by measure: never more than one of them is in memory, whatever the size of the register.
"""

import json
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session

from registry.audit.level import Finding, Level, Told
from registry.audit.names import ABOUT_PEOPLE, names_found
from registry.audit.rows import log_rows, rows_by_subject, rows_of_kind
from registry.lifecycle import lifecycle
from rules.text import Text

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_AUDIT = ("finding", "follow-up")
_FIXED, _CORRECTABLE = ("submit", "decide", "deem", "correct"), {"on", "from", "where"}
_WORK = ("submit", "advise", "agree", "decide", "deem", "condition", "answer")
Entry = Mapping[str, Any]


class _Given(NamedTuple):
    """A role as an entry gave it: for which body, on which days."""

    entry: int
    body: str
    first: str
    last: str


_NOTHING = _Given(0, "", "", "")
_Roles = Mapping[tuple[str, str], Sequence[_Given]]  # by person and role, in the order of the log


def people_level(session: Session, total: int, told: Told) -> Level:
    """Whoever acted had that role for that body that day, and it is the role that the act asks; nobody decided on what
    they submitted or advised on, nobody audited their own work, and findings were answered by the body concerned."""
    about_people = [json.loads(row.content) for row in rows_of_kind(session, ABOUT_PEOPLE)]
    roles, names, first = _roles(about_people), names_found(session, about_people), _first_act(session)
    findings: list[Finding] = []
    acts = loaded = seen = 0
    for _, rows in groupby(rows_by_subject(session), lambda row: row.subject):
        entries = [json.loads(row.content) for row in rows]
        entries = [each for each in entries if each["kind"] != "person"]
        past = sum(bool(each["data"].get("history")) for each in entries)
        acts, loaded, seen = acts + len(entries) - past, loaded + past, seen + len(entries)
        findings += _on_one(entries, roles, first)
        told("people", seen, total)
    findings.sort(key=lambda each: each.entry or 0)
    findings += [Finding("name", each.says, each.entry, each.person) for each in names.wrong]
    proved = Text(
        f"wie handelde had die rol op die dag, in elk van de {acts} handelingen; niemand besloot over eigen werk of"
        " controleerde het",
        f"whoever acted had that role on that day, in each of {acts} acts; nobody decided on their own work or"
        " audited it",
    )
    committed = Text(
        f"elk van de {names.committed} namen is die waaraan het log zich bond, of is door een handeling gewist",
        f"each of {names.committed} names is the one that the log commits to, or was erased by an act",
    )
    keyboard = Text(
        "dat die mens aan het toetsenbord zat: er is geen persoonlijke handtekening",
        "that this was who sat at the keyboard: there is no personal signature",
    )
    earlier = Text(
        f"wie handelde in {loaded} regels over vroeger: die zijn geladen, niet hier gedaan",
        f"who acted in {loaded} entries about the past: those were loaded, not done here",
    )
    unbound = Text(
        f"{names.uncommitted} namen van toen het log zich nog niet aan namen bond",
        f"{names.uncommitted} names of when the log did not commit to names yet",
    )
    hidden = Text(
        f"{names.hidden} namen die de server deze login niet laat zien: een auditor ziet ze",
        f"{names.hidden} names that the server does not show to this login: an auditor sees them",
    )
    open_ = (
        keyboard,
        *([earlier] if loaded else []),
        *([unbound] if names.uncommitted else []),
        *([hidden] if names.hidden else []),
    )
    return Level("people", (proved, committed) if names.committed else (proved,), open_, tuple(findings))


def _roles(about_people: Iterable[Entry]) -> _Roles:
    roles: dict[tuple[str, str], list[_Given]] = defaultdict(list)
    for entry in about_people:
        if entry["kind"] == "person":
            role, *given = (str(entry["data"].get(name, "")) for name in ("role", "body", "first", "last"))
            roles[entry["subject"], role].append(_Given(entry["number"], *given))
    return roles


def _first_act(session: Session) -> int:
    """The number of the first thing that was done here, and not loaded from the past."""
    with closing(log_rows(session)) as rows:
        for row in rows:
            entry = json.loads(row.content)
            if entry["kind"] != "person" and not entry["data"].get("history"):
                return int(entry["number"])
    return 0


def _on_one(entries: Sequence[Entry], roles: _Roles, first_act: int) -> Iterator[Finding]:
    """What is wrong with who did what to one measure."""
    asks: dict[str, str] = {"erase": "registrar", **{each.act: each.role for each in lifecycle().acts}}
    sought, worked, audited = set[str](), set[str](), set[str]()
    concerned: dict[object, str] = {}  # by the number of a finding: the body that it concerns, none where it is history
    bodies: dict[object, str] = {}
    earlier: dict[object, Entry] = {}
    for entry in entries:
        kind, actor, data, number = (entry[name] for name in ("kind", "actor", "data", "number"))
        yield from _for_others(entry, earlier)
        earlier[number] = entry
        if data.get("history"):
            if number > first_act:
                says = "zegt geladen te zijn van vroeger, en komt na wat hier is gedaan"
                yield _found("history", entry, says, "says to be loaded from the past, after what was done here")
            continue
        bodies[number] = str(data.get("body", ""))
        yield from _role_of(entry, roles, asks.get(kind, "any"))
        if kind == "decide" and actor in sought:
            nl = f"{actor} besloot over wat {actor} indiende of waarover die adviseerde"
            yield _found("four-eyes", entry, nl, f"{actor} decided on what {actor} submitted or advised on")
        if (kind in _AUDIT and actor in worked) or (kind in _WORK and actor in audited):
            nl = f"{actor} controleerde werk waar {actor} zelf aan deed"
            yield _found("own-audit", entry, nl, f"{actor} audited what {actor} worked on")
        if kind == "finding":
            concerned[number] = bodies.get(_whole(data.get("entry")), "")
        if kind == "answer":
            yield from _answer(entry, concerned.get(_whole(data.get("finding"))))
        for kinds, whom in ((("submit", "advise"), sought), (_WORK, worked), (_AUDIT, audited)):
            if kind in kinds:
                whom.add(actor)


def _role_of(entry: Entry, roles: _Roles, asked: str) -> Iterator[Finding]:
    """Whether the actor had that role for that body that day, and whether the act asks that role."""
    actor, role, body = entry["actor"], entry["role"], entry["data"].get("body")
    day = datetime.fromisoformat(entry["recorded"]).astimezone(_AMSTERDAM).date().isoformat()
    given = roles.get((actor, role), ())
    at = bisect(given, entry["number"], key=lambda each: each.entry)
    _, of, first, last = given[at - 1] if at else _NOTHING
    if not first <= day <= last or of != body:
        nl, en = f"{actor} was op {day} geen {role} voor {body}", f"{actor} was no {role} for {body} on {day}"
        yield _found("role", entry, nl, en)
    if asked not in ("any", role):
        nl = f"{entry['kind']} is aan een {asked}, niet aan een {role}"
        yield _found("role", entry, nl, f"{entry['kind']} is for a {asked}, not for a {role}")


def _answer(entry: Entry, concerned: str | None) -> Iterator[Finding]:
    """Whether the body that a finding concerns answered; on what was loaded from the past, the registrar does."""
    actor, body = entry["actor"], entry["data"].get("body")
    suits = body == concerned if concerned else entry["role"] == "registrar"
    if concerned is None or not suits:
        nl = f"{actor} beantwoordde namens {body} een bevinding over {concerned or '–'}"
        yield _found("answer", entry, nl, f"{actor} answered for {body} a finding that concerns {concerned or '–'}")


def _found(code: str, entry: Entry, nl: str, en: str) -> Finding:
    number = entry["number"]
    return Finding(code, Text(f"regel {number}: {nl}", f"entry {number}: {en}"), number, entry["subject"])


def _for_others(entry: Entry, earlier: Mapping[object, Entry]) -> Iterator[Finding]:
    """An agreement in the name of another minister; a correction of a decision, of something else than days and place,
    or of one's own act: each would say what only others can."""
    kind, data = entry["kind"], entry["data"]
    if kind == "agree" and data.get("minister") != data.get("body"):
        nl = f"{data.get('body')} stemde in namens {data.get('minister')}"
        yield _found("agreement", entry, nl, f"{data.get('body')} agreed for {data.get('minister')}")
    if kind == "correct":
        about, stated = earlier.get(_whole(data.get("entry"))), data.get("set")
        correctable = about is not None and about["kind"] not in _FIXED and about["actor"] != entry["actor"]
        if not (correctable and isinstance(stated, dict) and set(stated) <= _CORRECTABLE):
            nl = f"{entry['actor']} verbeterde regel {data.get('entry')}, en dat kan zo niet"
            yield _found("correction", entry, nl, f"{entry['actor']} corrected entry {data.get('entry')} as nobody can")


def _whole(number: object) -> int:
    """The number of an entry, or one that none has."""
    return number if isinstance(number, int) else -1

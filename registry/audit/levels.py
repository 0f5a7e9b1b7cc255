"""What an audit finds in a register: each level says what it proved, what it did not, and every place that is wrong.

The levels trust nothing that the register says of itself beyond the bytes of its entries. What follows from those is
made anew, by code that the writer does not use (registry/audit/state.py).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache, partial
from types import MappingProxyType, UnionType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, String, text, type_coerce
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, select

from registry.audit.note import Checkpoint, Verifier, signs
from registry.audit.past import Gone
from registry.audit.rows import Row, as_bytes, log_rows
from registry.audit.rulebooks import files_of, replays
from registry.audit.state import differences
from registry.audit.tree import EMPTY, Range, leaf, parent
from registry.lifecycle import lifecycle
from registry.tables import DocumentRow, ExemptionRow, HeadRow, MeasureRow, RoleRow
from rules.canonical import canonical
from rules.text import Text

Told = Callable[[str, int, int], None]  # the level, how many entries it has seen, and how many there are


class Finding(NamedTuple):
    """One thing that is wrong. `entry` is its number in the log, `subject` the measure or person that it is about."""

    code: str
    says: Text
    entry: int | None = None
    subject: str = ""


class Level(NamedTuple):
    """What one level came to; `roots` holds the root at each size that was asked for."""

    name: str
    proved: tuple[Text, ...]
    not_proved: tuple[Text, ...]
    findings: tuple[Finding, ...]
    entries: int = 0
    roots: Mapping[int, bytes] = MappingProxyType({})


_Rules = Callable[[str], tuple[str, ...]]  # the files of some rules by hash, their manifest first
_Documents = dict[str, tuple[int, str] | None]  # by SHA-256: the first entry that names it, and what that is about


def bytes_level(session: Session, sizes: Iterable[int], told: Told) -> Level:
    """Each entry is canonical and in its place, and the tree is that of the entries; documents are what they say."""
    findings: list[Finding] = []
    wanted, roots = set(sizes), {0: EMPTY}
    within, tree, before = Range(), _Tree(session), ""
    rules = cache(partial(_rules, session))
    documents: _Documents = dict.fromkeys(session.exec(select(DocumentRow.sha256)))
    total = session.exec(select(HeadRow.size)).first() or 0  # the row may be gone as well
    for row in log_rows(session):
        number, hashed = within.size, leaf(row.content)
        findings += _wrong_entry(row, number, documents, rules)
        findings += tree.wrong_at(number, hashed, row.subject)
        if row.recorded < before:
            says = Text(f"regel {number}: vastgelegd voor de regel ervoor", f"entry {number}: recorded before the last")
            findings.append(Finding("time", says, number, row.subject))
        before = max(before, row.recorded)
        within.add(hashed)
        if within.size in wanted:
            roots[within.size] = within.root
        told("bytes", number, total)
    findings += tree.left_over()
    if total != within.size:
        says = Text(
            f"het register zegt {total} regels te hebben en heeft er {within.size}",
            f"the register says that it has {total} entries, and has {within.size}",
        )
        findings.append(Finding("size", says))
    findings += _wrong_documents(session, documents)
    roots[within.size] = within.root
    return Level(
        "bytes",
        (
            Text(
                f"elke van de {within.size} regels is canoniek, staat op haar plaats en ligt in de boom",
                f"each of the {within.size} entries is canonical, in its place and in the tree",
            ),
            Text(
                f"elk van de {len(documents)} documenten heeft de inhoud die de regels noemen",
                f"each of the {len(documents)} documents has the content that the entries name",
            ),
        ),
        (
            Text(
                "dat niemand het log als geheel herschreef: dat zegt alleen een checkpoint van buiten",
                "that nobody rewrote the log as a whole: only a checkpoint from outside tells that",
            ),
        ),
        tuple(findings),
        within.size,
        roots,
    )


class _Tree:
    """The stored nodes, read along with the entries in the order in which appending makes them.

    Each node is held to the stored nodes under it, so that one that was changed is told once, and where it is.
    """

    def __init__(self, session: Session) -> None:
        query = "SELECT level, position, hash FROM node ORDER BY (position + 1) << level, level"
        self._rows = session.execute(text(query).execution_options(yield_per=1000))
        self._next = next(self._rows, None)
        self._left: dict[int, bytes] = {}  # by level: the last node that still awaits the one to its right

    def wrong_at(self, number: int, hashed: bytes, subject: str) -> Iterator[Finding]:
        """What is wrong with the nodes that entry `number` completes."""
        level, position, expected = 0, number, hashed
        while True:
            stored = self._taken(level, position)
            if stored != expected:
                gone = stored is None
                nl = f"knoop {level}/{position} {'ontbreekt' if gone else 'is niet die van wat eronder ligt'}"
                en = f"node {level}/{position} {'is missing' if gone else 'is not that of what lies under it'}"
                says = Text(f"regel {number}: {nl}", f"entry {number}: {en}")
                yield Finding("tree", says, number, subject)
            here = stored or expected
            if position % 2 == 0:
                self._left[level] = here
                return
            expected = parent(self._left.pop(level), here)
            level, position = level + 1, position // 2

    def _taken(self, level: int, position: int) -> bytes | None:
        row = self._next
        if row is None or (row[0], row[1]) != (level, position):
            return None
        self._next = next(self._rows, None)
        return as_bytes(row[2])

    def left_over(self) -> Iterator[Finding]:
        """A node that belongs to no entry. Nothing is read after this."""
        self._rows.close()
        if self._next is not None:
            level, position, _ = self._next
            yield Finding(
                "tree",
                Text(f"knoop {level}/{position} hoort bij geen regel", f"node {level}/{position} is of no entry"),
            )


def _wrong_entry(row: Row, number: int, documents: _Documents, rules: _Rules) -> Iterator[Finding]:
    def found(code: str, nl: str, en: str) -> Finding:
        return Finding(code, Text(f"regel {row.number}: {nl}", f"entry {row.number}: {en}"), row.number, row.subject)

    if row.number != number:
        yield found("number", f"op de plaats van regel {number}", f"in the place of entry {number}")
    try:
        stated = json.loads(row.content)
        if canonical(stated) != row.content:
            yield found("not-canonical", "de bytes zijn niet canoniek", "the bytes are not canonical")
    except ValueError:
        yield found("not-canonical", "de bytes zijn geen JSON", "the bytes are no JSON")
        return
    if not _is_entry(stated):
        yield found("no-entry", "de bytes zijn geen regel van een log", "the bytes are no entry of a log")
        return
    for column in ("number", "id", "kind", "subject", "recorded"):
        if stated.get(column) != getattr(row, column):
            yield found(
                "column",
                f"kolom {column} zegt «{getattr(row, column)}», de bytes «{stated.get(column)}»",
                f"column {column} says '{getattr(row, column)}', the bytes '{stated.get(column)}'",
            )
    for document in _named(stated, rules):
        if document not in documents:
            yield found("document", f"document {document} is weg", f"document {document} is gone")
        else:
            documents[document] = documents[document] or (row.number, row.subject)


def _rules(session: Session, sha: str) -> tuple[str, ...]:
    """The manifest of some rules, and every file that it names."""
    with suppress(Gone):
        return (sha, *files_of(session, sha).values())
    return (sha,)


def _named(stated: Mapping[str, Any], rules: _Rules) -> Iterator[str]:
    """The documents that an entry names by hash: its own, and since rules are kept all that its check rested on."""
    if stated["document"]:
        yield stated["document"]
    data = stated["data"]
    receipt = data.get("receipt")
    if isinstance(data.get("rules"), str) and isinstance(receipt, dict):
        yield from rules(data["rules"])
        yield from (str(sha) for name, sha in receipt.items() if name != "portfolio")


def _is_entry(stated: object) -> bool:
    if not isinstance(stated, dict) or stated.keys() != _TYPES.keys():
        return False
    try:
        datetime.fromisoformat(stated["recorded"])
    except (TypeError, ValueError):
        return False
    return all(isinstance(stated[key], kind) for key, kind in _TYPES.items())


_TYPES: dict[str, type | UnionType] = {
    **dict.fromkeys(("kind", "id", "subject", "actor", "role", "recorded"), str),
    "number": int,
    "v": int,
    "document": str | None,
    "data": dict,
}


def _wrong_documents(session: Session, documents: _Documents) -> Iterator[Finding]:
    for row in session.exec(select(DocumentRow).execution_options(yield_per=100)):
        if hashlib.sha256(as_bytes(row.content)).hexdigest() != row.sha256:
            says = Text(f"document {row.sha256} heeft andere inhoud", f"document {row.sha256} has other content")
            yield Finding("document", says, *(documents[row.sha256] or ()))
        session.expunge(row)


def history_level(found: Level, kept: Sequence[tuple[str, Checkpoint]], log: Verifier | None) -> Level:
    """Each checkpoint that was kept lies on this log: its size, its root, and the key of the log under it."""
    findings: list[Finding] = []
    for name, checkpoint in kept:
        findings += _off_the_log(name, checkpoint, found)
        if log and not signs(log, checkpoint):
            says = Text(f"{name}: niet getekend door {log.name}", f"{name}: not signed by {log.name}")
            findings.append(Finding("signature", says))
    sizes = ", ".join(str(checkpoint.size) for _, checkpoint in kept)
    proved = Text(
        f"het log ging door waar de bewaarde checkpoints ophielden: {sizes}",
        f"the log went on where the checkpoints that were kept ended: {sizes}",
    )
    none = Text(
        "dat het log niet werd herschreven: er is geen bewaard checkpoint genoemd (--checkpoint)",
        "that the log was not rewritten: no checkpoint that was kept is named (--checkpoint)",
    )
    unsigned = Text(
        "wie de checkpoints tekende: er is geen sleutel van het log genoemd (--log)",
        "who signed the checkpoints: no key of the log is named (--log)",
    )
    after = Text(
        "wat na het nieuwste bewaarde checkpoint is gebeurd", "what happened after the newest checkpoint that was kept"
    )
    open_ = (none,) if not kept else (after,) if log else (after, unsigned)
    return Level("history", (proved,) if kept else (), open_, tuple(findings))


def _off_the_log(name: str, checkpoint: Checkpoint, found: Level) -> Iterator[Finding]:
    if checkpoint.size > found.entries:
        yield Finding(
            "cut",
            Text(
                f"{name}: het log had {checkpoint.size} regels en heeft er nu {found.entries}: er is een eind af",
                f"{name}: the log had {checkpoint.size} entries and now has {found.entries}: its end was cut off",
            ),
        )
    elif found.roots[checkpoint.size] != checkpoint.root:
        yield Finding(
            "rewritten",
            Text(
                f"{name}: de eerste {checkpoint.size} regels zijn niet meer die van toen: het log is herschreven",
                f"{name}: the first {checkpoint.size} entries are no longer those of then: the log was rewritten",
            ),
        )


def _rows_told(session: Session, level: str, total: int, told: Told) -> Iterator[Row]:
    for number, row in enumerate(log_rows(session)):
        told(level, number, total)
        yield row


def state_level(session: Session, total: int, told: Told) -> Level:
    """The tables hold what the log comes to, both ways, by a second hand."""
    tables = {str(table.__tablename__): _rows(session, table) for table in (MeasureRow, ExemptionRow, RoleRow)}
    findings = []
    for each in differences((row.content for row in _rows_told(session, "state", total, told)), tables):
        where = f"{each.table} {each.name}" + (f", {each.column}" if each.column else "")
        since = Text("", "") if each.entry is None else Text(f" sinds regel {each.entry}", f" since entry {each.entry}")
        says = Text(
            f"tabel {where}{since.nl}: staat «{each.found}», het log zegt «{each.expected}»",
            f"table {where}{since.en}: holds '{each.found}', the log says '{each.expected}'",
        )
        findings.append(Finding("state", says, each.entry, each.name))
    proved = Text(
        "maatregelen, ontheffingen en rollen in de tabellen zijn precies wat het log zegt",
        "measures, exemptions and roles in the tables are exactly what the log says",
    )
    not_proved = Text(
        "dat namen van mensen juist zijn: die staan niet in het log",
        "that names of people are right: those are not in the log",
    )
    return Level("state", (proved,), (not_proved,), tuple(findings))


def _rows(session: Session, table: type[SQLModel]) -> Iterator[dict[str, object]]:
    """The rows of a table as plain data, one by one: objects of a million would not fit.

    A day stays the text that stands there where it is none, for SQLite takes any.
    """
    columns = SQLModel.metadata.tables[str(table.__tablename__)].c
    days = {column.name for column in columns if isinstance(column.type, Date)}
    raw = [type_coerce(column, String).label(column.name) if column.name in days else column for column in columns]
    for row in session.execute(sa_select(*raw).execution_options(yield_per=1000)).mappings():
        yield {name: _day(value) if name in days else value for name, value in row.items()}


def _day(stored: object) -> object:
    try:
        return date.fromisoformat(stored) if isinstance(stored, str) else stored
    except ValueError:
        return stored


def law_level(session: Session, total: int, told: Told) -> Level:
    """Each check came to what it comes to again, from the documents and under the rules of then."""
    findings: list[Finding] = []
    rules: set[str] = set()
    again = unkept = 0
    for each in replays(session, lambda number: told("law", number, total)):
        rules.add(each.rules)
        if each.came_to == "reproduced":
            again += 1
        elif each.came_to == "cannot" and not each.rules:
            unkept += 1
        else:
            for why in each.says:
                says = Text(f"regel {each.entry}, toets: {why.nl}", f"entry {each.entry}, check: {why.en}")
                findings.append(Finding(f"check-{each.came_to}", says, each.entry, each.measure))
    kinds = len(rules - {""})
    proved = Text(
        f"elk van de {again} toetsen komt weer zo uit, op de stukken en onder de regels van toen (soorten: {kinds}),"
        " en wat is besloten is wat het besluit zegt",
        f"each of {again} checks comes out the same, on the documents and under the rules of then ({kinds} sets),"
        " and what was decided is what the decision says",
    )
    code = Text(
        "dat de stukken waar zijn; en getoetst is met de programmatuur van nu",
        "that the documents are true; and the software that checked is that of now",
    )
    earlier = Text(
        f"{unkept} toetsen van toen regels en stukken nog niet werden bewaard",
        f"{unkept} checks of when rules and documents were not kept yet",
    )
    return Level("law", (proved,) if again else (), (code, earlier) if unkept else (code,), tuple(findings))


_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def people_level(session: Session, total: int, told: Told) -> Level:
    """Whoever acted had that role for that body that day, and the role that the act asks; nobody decided on what they
    submitted or advised on, nobody audited their own work, and findings were answered by the body concerned."""
    roles: dict[tuple[str, str], tuple[str, str, str]] = {}
    asks = {each.act: each.role for each in lifecycle().acts}
    worked: dict[str, set[str]] = {}
    audits = _Audits(session)
    findings: list[Finding] = []
    acts = loaded = 0
    for row in _rows_told(session, "people", total, told):
        entry = json.loads(row.content)
        actor, role, data = entry["actor"], entry["role"], entry["data"]
        if entry["kind"] == "person":
            given, *term = (str(data.get(name, "")) for name in ("role", "body", "first", "last"))
            roles[entry["subject"], given] = (term[0], term[1], term[2])
            continue
        if data.get("history"):
            loaded += 1
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
    return Level("people", (proved,), (keyboard, earlier) if loaded else (keyboard,), tuple(findings))


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


def file_level(session: Session) -> Level:
    """The database itself is sound, and what keeps the log from being changed is there."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    findings = list(_unsound(session) if sqlite else ())
    standing = {str(row[0]) for row in session.execute(text(_TRIGGERS[sqlite]))}
    for trigger in sorted(_GUARDS[sqlite] - standing):
        says = Text(
            f"trigger {trigger} is weg of uit: het log kan onopgemerkt worden gewijzigd",
            f"trigger {trigger} is gone or off: the log can be changed unnoticed",
        )
        findings.append(Finding("trigger", says))
    sound = Text("de database is gaaf, en haar triggers staan", "the database is sound, and its triggers stand")
    on_server = Text("de triggers van het log staan aan", "the triggers of the log are on")
    not_proved = Text(
        "dat de triggers er altijd stonden: wie de database beheert kan ze weghalen en terugzetten",
        "that the triggers always stood: whoever administers the database can take them away and put them back",
    )
    return Level("file", (sound if sqlite else on_server,), (not_proved,), tuple(findings))


def _unsound(session: Session) -> Iterator[Finding]:
    for (says,) in session.execute(text("PRAGMA integrity_check")):
        if says != "ok":
            yield Finding("file", Text(f"SQLite: {says}", f"SQLite: {says}"))
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield Finding(
            "file", Text(f"SQLite: verwijzing zonder doel: {row}", f"SQLite: reference without target: {row}")
        )


_LOG = ("entry", "document", "node")
_GUARDS = {
    True: {f"{table}_{act}" for table in _LOG for act in ("update", "delete", "replace")}
    | {"exemption_overlap_insert", "exemption_overlap_update"},
    False: {f"{table}_append_only" for table in _LOG},
}
_TRIGGERS = {
    True: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    False: "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND NOT tgisinternal",
}


def verify(
    session: Session, kept: Sequence[tuple[str, Checkpoint]], log: Verifier | None, told: Told = lambda *_: None
) -> list[Level]:
    """Every level in turn; `kept` are checkpoints from outside by name, `log` the public key that they must carry."""
    found = bytes_level(session, (checkpoint.size for _, checkpoint in kept), told)
    history = history_level(found, kept, log)
    if any(each.code in _UNREADABLE for each in found.findings):
        untold = Text(
            "alles: wat uit het log volgt, als zijn bytes niet kloppen",
            "anything: what follows from a log whose bytes are wrong",
        )
        return [
            found,
            history,
            *(Level(name, (), (untold,), ()) for name in ("state", "law", "people")),
            file_level(session),
        ]
    following = (level(session, found.entries, told) for level in (state_level, law_level, people_level))
    return [found, history, *following, file_level(session)]


_UNREADABLE = {"number", "not-canonical", "no-entry"}

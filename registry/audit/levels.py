"""What an audit finds in a register: each level says what it proved, what it did not, and every place that is wrong.

The levels trust nothing that the register says of itself beyond the bytes of its entries. What follows from those is
made anew, by code that the writer does not use (registry/audit/state.py, past.py, replay.py).
"""

from collections.abc import Callable, Container, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial

from sqlalchemy import Date, String, text, type_coerce
from sqlalchemy import select as sa_select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, SQLModel

from registry.audit.bytes_level import bytes_level
from registry.audit.level import Finding, Level, Told
from registry.audit.note import Checkpoint, Verifier, signs, witnessed_at
from registry.audit.people_level import people_level
from registry.audit.rows import by_code_points, rows_by_subject
from registry.audit.rulebooks import replays
from registry.audit.state import differences
from registry.sqlite import damaged
from registry.tables import ExemptionRow, MeasureRow, RoleRow
from rules.text import Text


def history_level(
    found: Level, kept: Sequence[tuple[str, Checkpoint]], log: Verifier | None, witness: Verifier | None = None
) -> Level:
    """Each checkpoint that was kept lies on this log: its size, its root, the key of the log under it, and its time."""
    findings: list[Finding] = []
    for name, checkpoint in kept:
        findings += _off_the_log(name, checkpoint, found)
        if log and not signs(log, checkpoint):
            says = Text(f"{name}: niet getekend door {log.name}", f"{name}: not signed by {log.name}")
            findings.append(Finding("signature", says))
        if witness:
            findings += _out_of_time(name, checkpoint, found, witness)
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
    untimed = Text(
        "wanneer regels echt zijn vastgelegd: er is geen sleutel van een getuige genoemd (--witness)",
        "when entries were really recorded: no key of a witness is named (--witness)",
    )
    timed = Text(
        "de tijden van het log zijn die van de getuige: wat erna kwam zegt niet van eerder te zijn",
        "the times of the log are those of the witness: what came after does not say that it is from before",
    )
    open_ = (none,) if not kept else (after, *(() if log else (unsigned,)), *(() if witness else (untimed,)))
    return Level("history", (proved, *((timed,) if witness else ())) if kept else (), open_, tuple(findings))


_SKEW = 300  # seconds that two honest clocks may differ


def _out_of_time(name: str, checkpoint: Checkpoint, found: Level, witness: Verifier) -> Iterator[Finding]:
    """An entry under the checkpoint that is younger than the witness's time, or one above it that is older."""
    seconds = witnessed_at(witness, checkpoint)
    if seconds is None:
        yield Finding(
            "signature", Text(f"{name}: niet getekend door {witness.name}", f"{name}: not signed by {witness.name}")
        )
        return
    seen = datetime.fromtimestamp(seconds, UTC)
    for number, above in ((checkpoint.size - 1, False), (checkpoint.size, True)):
        stated = found.recorded.get(number)
        try:
            ahead = (datetime.fromisoformat(stated) - seen).total_seconds() if stated else 0.0
        except (TypeError, ValueError):
            continue  # no time at all: the bytes say so
        if above and ahead < -_SKEW:
            nl = f"{name}: regel {number} zegt van {stated} te zijn; zij was er niet toen {witness.name} keek, {seen}"
            en = f"{name}: entry {number} says to be of {stated}; it was not there when {witness.name} looked, {seen}"
            yield Finding("back-dated", Text(nl, en), number)
        elif not above and ahead > _SKEW:
            nl = f"{name}: regel {number} zegt van {stated} te zijn; zij was er al toen {witness.name} keek, {seen}"
            en = f"{name}: entry {number} says to be of {stated}; it was there when {witness.name} looked, {seen}"
            yield Finding("post-dated", Text(nl, en), number)


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


def state_level(session: Session, total: int, told: Told) -> Level:
    """The tables hold what the log comes to, both ways, by a second hand."""
    tables = {"role": _rows(session, RoleRow)}
    tables |= {"measure": _rows(session, MeasureRow, "name"), "exemption": _rows(session, ExemptionRow, "measure")}
    findings = []
    for each in differences(_by_subject(session, total, told), tables):
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
        "dat de documenten achter het log kloppen: dat zegt het niveau wet",
        "that the documents behind the log are right: the level law tells that",
    )
    return Level("state", (proved,), (not_proved,), tuple(findings))


def _by_subject(session: Session, total: int, told: Told) -> Iterator[tuple[int, bytes]]:
    for at, row in enumerate(rows_by_subject(session)):
        told("state", at, total)
        yield row.number, row.content


def _rows(session: Session, table: type[SQLModel], by: str | None = None) -> Iterator[dict[str, object]]:
    """The rows of a table as plain data, one by one: objects of a million would not fit.

    A day stays the text that stands there where it is none, for SQLite takes any.
    """
    columns = SQLModel.metadata.tables[str(table.__tablename__)].c
    days = {column.name for column in columns if isinstance(column.type, Date)}
    raw = [type_coerce(column, String).label(column.name) if column.name in days else column for column in columns]
    asked = sa_select(*raw).order_by(text(by_code_points(session, by))) if by else sa_select(*raw)
    for row in session.execute(asked.execution_options(yield_per=1000)).mappings():
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
    | {"exemption_overlap_insert", "exemption_overlap_update", "person_update"},
    False: {f"{table}_append_only" for table in _LOG} | {"person_only_erased"},
}
_TRIGGERS = {
    True: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    False: "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND NOT tgisinternal",
}


def verify(
    session: Session,
    kept: Sequence[tuple[str, Checkpoint]],
    log: Verifier | None,
    told: Told = lambda *_: None,
    witness: Verifier | None = None,
    without: Container[str] = (),
) -> list[Level]:
    """Every level in turn; `kept` are checkpoints from outside by name; `log` and `witness` must have signed.

    What is left out (`without`: state, law, people) is told as not proved.
    """
    sizes = [checkpoint.size for _, checkpoint in kept]
    found = _read("bytes", lambda: bytes_level(session, sizes, told))
    wrong = {each.code for each in found.findings}
    history = (
        history_level(found, kept, log, witness) if "damaged" not in wrong else Level("history", (), (_UNTOLD,), ())
    )
    if wrong & _UNREADABLE:
        untold = (Level(name, (), (_UNTOLD,), ()) for name in FOLLOWING)
        return [found, history, *untold, _read("file", lambda: file_level(session))]
    following = [
        _read(name, partial(level, session, found.entries, told))
        if name not in without
        else Level(name, (), (_LEFT,), ())
        for name, level in FOLLOWING.items()
    ]
    return [found, history, *following, _read("file", lambda: file_level(session))]


FOLLOWING = {"state": state_level, "law": law_level, "people": people_level}  # what is read once the bytes are right
_LEFT = Text("alles: niet nagegaan, zo gevraagd (--without)", "anything: not looked at, as asked (--without)")


_UNTOLD = Text(
    "alles: wat uit het log volgt, als zijn bytes niet kloppen",
    "anything: what follows from a log whose bytes are wrong",
)
_UNREADABLE = {"damaged", "number", "not-canonical", "no-entry", "subject"}


def _read(name: str, level: Callable[[], Level]) -> Level:
    """The level, or that the database is too damaged to be read for it."""
    try:
        return level()
    except (DatabaseError, UnicodeDecodeError) as error:
        if not damaged(error):
            raise
        why = " ".join(str(error.orig if isinstance(error, DatabaseError) else error).split())
        says = Text(f"de database is niet te lezen: {why}", f"the database cannot be read: {why}")
        return Level(name, (), (), (Finding("damaged", says),))

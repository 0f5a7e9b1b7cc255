"""The register: from proposal to exemption, each wrong act refused with its reason, and nothing lost."""

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from registry.acts import Recorded, add_person, perform
from registry.database import NETWORK, Database, DatabaseRefused, mounted_as
from registry.entries import Exemption, Record, entry_of, folded, in_force
from registry.guards import GUARDS, Act
from registry.lifecycle import WrongStep, act_named, guard_says, lifecycle, lifecycle_hash, start, step
from registry.store import ActRefused, in_force_on, rebuild, record_of
from rules.engine import twin_engine
from tests.conftest import ROOT, Run

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
NAME = "heerlen-work-with-a-home"
SURROUNDINGS = ROOT / "measures"
PEOPLE = {
    "eva": ("submitter", "gm0917"),
    "abel": ("adviser", "gm0917"),
    "sam": ("co-decider", "szw"),
    "olaf": ("co-decider", "ocw"),
    "vera": ("decider", "vro"),
    "rik": ("registrar", "vro"),
}


def example(name: str) -> str:
    """A measure of Heerlen as somebody would ask it: no example, nobody has agreed yet, no right is limited."""
    text = (ROOT / f"measures/proposals/heerlen/{name}.yaml").read_text(encoding="utf-8")
    left_out = ("expect:", "limits:", "agreements:", "  - {minister: szw")
    kept = [line for line in text.splitlines() if not line.startswith(left_out)]
    return "\n".join(kept).replace("record: example", "record: proposal") + "\n"


MEASURE = example("work-with-a-home")
DECISION = f"""
schema: regelruimte/decision/v1
decision: heerlen-grant
on_measure: {NAME}
by: {{role: minister, competent: vro}}
decided: 2026-11-20
outcome: granted
judgements:
  - {{rule: "renewed@2026-07-01/4.1", outcome: met, reasons: nodig en geschikt}}
  - {{rule: "grondwet@2023-02-22/1", outcome: met, reasons: gelijke gevallen gelijk}}
source: {{title: made for a test}}
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "register.db", create=True)
    for person, (role, body) in PEOPLE.items():
        add_person(made, person, person.title(), role, body, NOW)
    yield made
    made.close()


KEYS = iter(range(10**6))


def do(database: Database, person: str, kind: str, text: str | None = None, **data: Any) -> Recorded:
    """One act; `now`, `key` and `name` are when, under which key and on which measure, where that matters."""
    now, key = data.pop("now", NOW), data.pop("key", "")
    document = text.encode() if text else None
    stated = (line.split(": ")[1] for line in (text or "").splitlines() if line.startswith(("measure:", "on_measure:")))
    name = next(stated, data.pop("name", NAME))
    act = Act(kind, name, key or f"key-{next(KEYS)}", document, data)
    return perform(database, act, person, now, twin_engine, SURROUNDINGS)


def granted(database: Database, **more: Any) -> Recorded:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    return do(database, "vera", "decide", DECISION, **{**GOOD, **more})


GOOD: dict[str, Any] = {"seen": 1, "mandate": "mandaatbesluit", "reasons": "het gebied heeft dit nodig"}


def refusal(database: Database, *arguments: Any, **data: Any) -> str:
    """The code with which an act is refused; the log has not grown by it."""
    before = len(log(database))
    with pytest.raises(ActRefused) as refused:
        do(database, *arguments, **data)
    assert len(log(database)) == before
    assert refused.value.why.nl != refused.value.why.en
    return refused.value.code


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """The database past our code, as anybody with the file could open it."""
    connection = sqlite3.connect(path)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def log(database: Database) -> list[bytes]:
    with raw(database.path) as connection:
        return [row[0] for row in connection.execute("SELECT content FROM entry ORDER BY number")]


def holds(database: Database, on: str, known_on: str | None = None) -> bool:
    """Whether anything is in force; without `known_on` the tables must say what the whole log says."""
    day = date.fromisoformat(on)
    if known_on:
        return bool(in_force_on(database, day, date.fromisoformat(known_on)))
    by_tables, by_log = in_force_on(database, day), in_force_on(database, day, date.max)
    assert sorted(each.exemption.instrument for each in by_tables) == sorted(
        each.exemption.instrument for each in by_log
    )
    return bool(by_tables)


# ---- the story ----


def test_from_proposal_to_exemption(database: Database) -> None:
    first = do(database, "eva", "submit", MEASURE)
    assert first.checked is not None
    assert first.checked.verdict == "ineligible", "the minister of Social Affairs has not agreed yet"
    do(database, "abel", "advise", reasons="past in het gebiedsplan")
    do(database, "sam", "agree", on="2026-11-10")
    made = do(database, "vera", "decide", DECISION, **GOOD)
    assert made.checked is not None
    assert made.checked.verdict == "eligible"
    assert {(each.part, each.instrument) for each in made.record.exemptions} == {
        ("heerlen-noord", "renewed/experiment"), ("heerlen-noord", "renewed-decree/experiment")
    }  # fmt: skip
    assert not holds(database, "2027-03-01"), "no effect before it is made known (Awb 3:40)"
    do(database, "vera", "publish", on="2026-11-24")
    assert [holds(database, day) for day in ("2026-12-31", "2027-01-01", "2030-12-31", "2031-01-01")] == [
        False, True, True, False
    ]  # fmt: skip


def test_what_was_known_on_an_earlier_day(database: Database) -> None:
    granted(database)
    do(database, "vera", "publish", on="2026-11-24")
    do(database, "rik", "annul", now=NOW + timedelta(days=30), on="2026-12-20", reasons="de rechter")
    assert not holds(database, "2027-03-01")
    assert holds(database, "2027-03-01", known_on="2026-12-24")
    assert not holds(database, "2027-03-01", known_on="2026-11-24"), "before anything was recorded"


def test_withdrawal_works_forward_and_annulment_from_the_start(database: Database) -> None:
    granted(database)
    do(database, "vera", "publish", on="2026-11-24")
    do(database, "vera", "withdraw", on="2028-01-01", reasons="klaar", mandate="mandaatbesluit")
    assert [holds(database, day) for day in ("2027-06-01", "2027-12-31", "2028-01-01")] == [True, True, False]
    do(database, "rik", "annul", on="2027-06-01", reasons="de rechter")
    assert not holds(database, "2027-01-01")


def test_an_annulment_may_leave_what_was(database: Database) -> None:
    granted(database)
    do(database, "vera", "publish", on="2026-11-24")
    do(database, "rik", "annul", on="2027-06-01", reasons="de rechter", **{"from": "2027-06-01"})
    assert [holds(database, day) for day in ("2027-05-31", "2027-06-01")] == [True, False]


def test_a_suspension_and_its_end(database: Database) -> None:
    granted(database)
    do(database, "vera", "publish", on="2026-11-24")
    do(database, "rik", "suspend", on="2027-02-01", reasons="voorlopige voorziening")
    assert refusal(database, "rik", "resume", on="2027-01-31", reasons="opgeheven") == "not-before-suspension"
    do(database, "rik", "resume", on="2027-03-01", reasons="opgeheven")
    days = ("2027-01-31", "2027-02-01", "2027-02-28", "2027-03-01")
    assert [holds(database, day) for day in days] == [True, False, False, True]


def test_a_refusal_is_a_decision(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    made = do(database, "vera", "decide", DECISION.replace("outcome: granted", "outcome: refused"), **GOOD)
    assert made.record.lines["procedure"] == "refused"
    assert made.record.exemptions == ()
    do(database, "vera", "publish", on="2026-11-24")
    assert not holds(database, "2027-03-01")


# ---- wrong acts ----


def test_each_guard_refuses(database: Database) -> None:
    """One wrong act for each guard of the table; a guard that nothing tries fails the test."""
    tried = {
        refusal(database, "eva", "submit", MEASURE.replace("of: GM0917", "of: GM0202").replace(MUNICIPALITY, ELSEWHERE))
    }
    do(database, "eva", "submit", MEASURE)
    tried.add(refusal(database, "olaf", "agree", on="2026-11-10"))
    tried.add(refusal(database, "vera", "decide", DECISION, **GOOD))  # nobody has agreed
    do(database, "sam", "agree", on="2026-11-10")
    tried |= {
        refusal(database, "vera", "decide", DECISION, **{**GOOD, missing: " "}) for missing in ("reasons", "mandate")
    }
    tried.add(refusal(database, "vera", "decide", DECISION, **{**GOOD, "seen": 2}))
    pending = DECISION.replace(
        '  - {rule: "grondwet@2023-02-22/1", outcome: met, reasons: gelijke gevallen gelijk}\n', ""
    )
    tried.add(refusal(database, "vera", "decide", pending, **GOOD))
    for person in ("eva", "abel"):
        add_person(database, person, person, "decider", "vro", NOW)
    tried.add(refusal(database, "eva", "decide", DECISION, **GOOD))
    do(database, "abel", "advise", reasons="past in het gebiedsplan")
    tried.add(refusal(database, "abel", "decide", DECISION, **GOOD))
    do(database, "vera", "decide", DECISION, **GOOD)
    tried.add(refusal(database, "vera", "publish", on="2026-11-19"))
    do(database, "rik", "suspend", on="2027-02-01", reasons="voorziening")
    tried.add(refusal(database, "rik", "resume", on="2027-01-01", reasons="opgeheven"))

    other = MEASURE.replace(NAME, "other")
    do(database, "eva", "submit", other.replace("lid=1", "lid=1"))
    do(database, "sam", "agree", on="2026-11-10", name="other")
    elsewhere = DECISION.replace(NAME, "other")
    tried.add(refusal(database, "vera", "decide", elsewhere, **GOOD, against_verdict="toch"))
    later = other.replace("until: 2030-12-31", "until: 2030")
    do(database, "eva", "submit", later)
    do(database, "sam", "agree", on="2026-11-10", name="other")
    tried.add(refusal(database, "vera", "decide", elsewhere, **{**GOOD, "seen": 2}, against_verdict="toch"))
    assert tried == set(GUARDS) == set(lifecycle().guards)


MUNICIPALITY, ELSEWHERE = "municipality: GM0917", "municipality: GM0202"


@pytest.mark.parametrize(
    ("person", "kind", "data", "code"),
    [
        ("vera", "decide", {"text": DECISION, **GOOD}, "wrong-step"),  # twice
        ("eva", "submit", {"text": MEASURE}, "wrong-step"),  # after the decision
        ("eva", "publish", {"on": "2026-11-24"}, "wrong-role"),
        ("vera", "publish", {"on": "2026-11-26"}, "in-the-future"),
        ("nobody", "note", {"reasons": "x"}, "unknown-person"),
        ("rik", "resume", {"on": "2026-11-24", "reasons": "x"}, "wrong-step"),
    ],
)
def test_wrong_acts_after_a_grant(database: Database, person: str, kind: str, data: dict[str, Any], code: str) -> None:
    granted(database)
    assert refusal(database, person, kind, **data) == code


def test_nothing_is_made_known_before_it_is_decided(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    assert refusal(database, "vera", "publish", on="2026-11-24") == "wrong-step"
    assert refusal(database, "vera", "decide", DECISION.replace("2026-11-20", "2026-11-26"), **GOOD) == "in-the-future"
    assert (
        refusal(database, "vera", "decide", DECISION.replace("competent: vro", "competent: bzk"), **GOOD)
        == "other-body"
    )


def test_a_screen_that_has_gone_stale(database: Database) -> None:
    """The decider saw version 1; the city submitted another since."""
    do(database, "eva", "submit", MEASURE)
    do(database, "eva", "submit", MEASURE.replace("2028, amount: € 900000", "2028, amount: € 950000"))
    do(database, "sam", "agree", on="2026-11-10")
    assert refusal(database, "vera", "decide", DECISION, **GOOD) == "version-seen"
    assert do(database, "vera", "decide", DECISION, **{**GOOD, "seen": 2}).record.version == 2


def test_a_new_version_needs_the_agreements_anew(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    do(database, "eva", "submit", MEASURE)
    assert refusal(database, "vera", "decide", DECISION, **{**GOOD, "seen": 2}) == "agreed"


def test_a_grant_against_the_verdict_stays_visible(database: Database) -> None:
    pending = DECISION.replace("outcome: met, reasons: nodig", "outcome: unmet, reasons: niet nodig")
    made = granted_with(database, pending)
    assert made.checked is not None
    assert made.checked.verdict == "ineligible"
    assert made.record.against_verdict == "de minister wil het"
    found = record_of(database, NAME)
    assert found is not None
    assert found[0].against_verdict == "de minister wil het"
    do(database, "vera", "publish", on="2026-11-24")
    assert {each.against_verdict for each in in_force_on(database, date(2027, 6, 1))} == {"de minister wil het"}


def granted_with(database: Database, decision: str) -> Recorded:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    return do(database, "vera", "decide", decision, **GOOD, against_verdict="de minister wil het")


def test_the_same_request_twice_is_recorded_once(database: Database) -> None:
    first = do(database, "eva", "submit", MEASURE, key="once")
    again = do(database, "eva", "submit", MEASURE, key="once")
    assert (first.repeated, again.repeated) == (False, True)
    assert again.entry == first.entry
    assert again.record.version == 1
    with pytest.raises(ActRefused, match="key-used"):
        do(database, "abel", "advise", key="once", reasons="x")


# ---- the table ----


def test_every_guard_has_words_and_a_function() -> None:
    named = {guard for act in lifecycle().acts for guard in act.guards}
    assert named == set(GUARDS) == set(lifecycle().guards)
    assert all(guard_says(name).nl != guard_says(name).en for name in named)


def test_the_table_only_moves_lines_that_exist() -> None:
    lines = lifecycle().lines
    for act in lifecycle().acts:
        assert {*act.from_, *act.to} <= set(lines[act.line])
        assert all(set(states) <= set(lines[line]) for line, states in act.needs.items())
        for state in lines[act.line]:
            found = step({**start(), act.line: state, **{line: needs[0] for line, needs in act.needs.items()}}, act.act)
            assert isinstance(found, WrongStep) is (state not in act.from_)


def test_the_hash_is_of_what_the_table_says() -> None:
    assert len(lifecycle_hash()) == 64
    assert act_named("publish").needs == {"procedure": ("granted", "refused")}


# ---- the log, and the tables made from it ----


def test_the_log_is_canonical_and_has_no_gaps(database: Database) -> None:
    granted(database)
    entries = [entry_of(stored) for stored in log(database)]
    assert [entry.number for entry in entries] == list(range(len(entries)))
    assert [entry.content for entry in entries] == log(database), "what is stored is the canonical form"
    assert not any("Eva" in stored.decode() for stored in log(database)), "names stay out of the log"


def test_the_tables_are_what_the_log_says(database: Database) -> None:
    granted(database)
    do(database, "vera", "publish", on="2026-11-24")
    assert rebuild(database) == 0
    with raw(database.path) as connection:
        connection.execute("UPDATE exemption SET last = '2040-12-31', ends = '2040-12-31'")
    assert rebuild(database) == 4, "two rows that were there and should not, two the other way round"
    assert rebuild(database) == 0


@pytest.mark.parametrize("table", ["entry", "document"])
@pytest.mark.parametrize("act", ["UPDATE {} SET content = x'00'", "DELETE FROM {}"])
def test_the_log_only_grows(database: Database, table: str, act: str) -> None:
    granted(database)
    with raw(database.path) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(act.format(table))


def test_the_database_itself_forbids_an_overlap(database: Database) -> None:
    granted(database)
    columns = "measure, part, instrument, municipality, first, last, ends"
    row = f"INSERT INTO exemption ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - names written above
    same = ("heerlen-noord", "renewed/experiment", "GM0917")
    with raw(database.path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="overlapping"):
            connection.execute(row, ("other", *same, "2030-12-31", "2032-12-31", "2032-12-31"))
        connection.execute(row, ("other", *same, "2031-01-01", "2032-12-31", "2032-12-31"))  # the day after


def test_a_dossier_holds_every_act(database: Database) -> None:
    granted(database)
    found = record_of(database, NAME)
    assert found is not None
    record, entries = found
    assert [entry.kind for entry in entries] == ["submit", "agree", "decide"]
    assert record == folded(entries)[NAME]
    assert record_of(database, "nothing") is None


# ---- in force: against an oracle that looks at each day ----


def test_in_force_as_an_oracle_sees_it() -> None:
    dice = random.Random(7)
    for _ in range(300):
        days = sorted(dice.sample(range(60), 6))
        exemption = made_exemption(days[0], days[-1])
        record = Record(
            "m",
            published_on=day(dice.choice([None, dice.randrange(60)])),
            withdrawn_from=day(dice.choice([None, dice.randrange(60)])),
            annulled_from=day(dice.choice([None, None, dice.randrange(60)])),
            suspensions=((day(days[1]), day(dice.choice([None, days[2]]))),) if dice.random() < 0.5 else (),
        )
        for number in range(-2, 65):
            today = START + timedelta(days=number)
            since = record.suspensions[0] if record.suspensions else None
            expected = (
                days[0] <= number <= days[-1]
                and record.published_on is not None
                and record.published_on <= today
                and not (record.withdrawn_from and record.withdrawn_from <= today)
                and not (record.annulled_from and record.annulled_from <= today)
                and not (since and since[0] <= today and not (since[1] and since[1] <= today))
            )
            assert in_force(record.effect, exemption, today) is expected


START = date(2027, 1, 1)


def day(number: int | None) -> Any:
    return None if number is None else START + timedelta(days=number)


def made_exemption(first: int, last: int) -> Any:
    return Exemption("m", "a", "renewed/experiment", "GM0917", day(first), day(last))


# ---- faults ----

WRITERS = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from registry.acts import perform
from registry.database import Database
from registry.guards import Act
from rules.engine import twin_engine

def write(name, number, early):
    database = Database(Path(sys.argv[1]))
    for at in range(number):
        key = f"{name}-{at}"
        if early:
            os.write(1, f"{key}\\n".encode())
        act = Act("note", sys.argv[2], key, None, {"reasons": "x"})
        perform(database, act, "eva", datetime.now(UTC), twin_engine, Path("."))
        if not early:
            os.write(1, f"{key}\\n".encode())

running = []
for line in sys.stdin:
    order, *rest = line.split()
    if order == "start":
        running.append(os.fork())
        if running[-1] == 0:
            try:
                write(rest[0], int(rest[1]), rest[2] == "early")
            finally:
                os._exit(0)
    else:
        for pid in running:
            if order == "kill":
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        running.clear()
        os.write(1, b"done\\n")
"""


class Writers:
    """Processes that make notes, forked from one that has loaded all it needs, and told what they acknowledge."""

    def __init__(self, path: Path, subject: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WRITERS, str(path), subject],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._orders, self.said = self._process.stdin, self._process.stdout

    def start(self, name: str, number: int, mode: str = "late") -> None:
        self._orders.write(f"start {name} {number} {mode}\n")

    def end(self, order: str) -> list[str]:
        """What they still said after `wait` or `kill`."""
        self._orders.write(f"{order}\n")
        return [line.strip() for line in iter(self.said.readline, "done\n")]

    def close(self) -> None:
        self._process.communicate()


def test_eight_writers_lose_nothing(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    before = len(log(database))
    writers = Writers(database.path, NAME)
    for number in range(8):
        writers.start(f"w{number}", 6)
    acknowledged = writers.end("wait")
    writers.close()
    assert len(acknowledged) == 48
    entries = [entry_of(stored) for stored in log(database)][before:]
    assert sorted(entry.id for entry in entries) == sorted(acknowledged)
    assert [entry.number for entry in entries] == list(range(before, before + 48))


def test_the_driver_s_own_transactions_do_lose_updates(tmp_path: Path) -> None:
    """The negative control: read, add one, write back, as the driver has it by default."""
    path = tmp_path / "counter.db"
    with raw(path) as connection:
        connection.execute("CREATE TABLE head (size INTEGER)")
        connection.execute("INSERT INTO head VALUES (0)")
    program = (
        "import sqlite3, sys, time\nconnection = sqlite3.connect(sys.argv[1], timeout=30)\nfor _ in range(20):\n"
        "    size = connection.execute('SELECT size FROM head').fetchone()[0]\n    time.sleep(0.002)\n"
        "    connection.execute('UPDATE head SET size = ?', (size + 1,))\n    connection.commit()\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(path)]) for _ in range(4)]
    assert [each.wait(120) for each in running] == [0] * 4
    with raw(path) as connection:
        assert connection.execute("SELECT size FROM head").fetchone()[0] < 80


@pytest.mark.parametrize("mode", ["late", "early"])
def test_killed_writers(database: Database, mode: str) -> None:
    """What was acknowledged is in the log; told too early (the negative control), some of it is not."""
    seed = random.randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    dice = random.Random(seed)
    do(database, "eva", "submit", MEASURE)
    acknowledged: list[str] = []
    writers = Writers(database.path, NAME)
    for turn in range(10):
        writers.start(f"k{turn}", 10_000, mode)
        acknowledged.append(writers.said.readline().strip())
        time.sleep(dice.random() / 4)
        acknowledged += writers.end("kill")
        told = {entry_of(stored).id for stored in log(database)}
        if mode == "early" and set(acknowledged) - told:
            writers.close()
            return
    writers.close()
    entries = [entry_of(stored) for stored in log(database)]
    assert mode == "late", "a writer that tells too early was never caught"
    assert set(acknowledged) <= {entry.id for entry in entries}
    assert [entry.number for entry in entries] == list(range(len(entries)))
    with raw(database.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert rebuild(database) == 0


# ---- the database ----


def test_what_is_no_register_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match="init"):
        Database(tmp_path / "none.db")
    text = tmp_path / "text.db"
    text.write_text("this is no database, and long enough to be looked at as one " * 20, encoding="utf-8")
    with pytest.raises(DatabaseRefused, match="no register"):
        Database(text)
    with pytest.raises(DatabaseRefused, match="already exists"):
        Database(text, create=True)
    assert text.read_text(encoding="utf-8").startswith("this is no database")


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/srv/data/r", "nfs4"), ("/srv", "ext4"), ("/home/x", "ext4"), ("/mnt/share", "cifs"), ("/srvx", "ext4")],
)
def test_network_drives_are_seen(folder: str, kind: str) -> None:
    mounts = "/dev/a / ext4 rw 0 0\nserver:/x /srv/data nfs4 rw 0 0\n//server/y /mnt/share cifs rw 0 0\n"
    assert mounted_as(Path(folder), mounts) == kind
    assert (kind in NETWORK) is (kind != "ext4")


def test_the_settings_that_keep_what_was_acknowledged(database: Database) -> None:
    with database.reading() as session, pytest.raises(OperationalError, match="readonly"):
        session.connection().exec_driver_sql("UPDATE head SET size = 0")
    with database.transaction() as session:
        connection = session.connection()
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]


# ---- the commands ----


def test_the_commands(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGELRUIMTE_DATABASE", str(tmp_path / "r.db"))
    measure, decision = tmp_path / "m.yaml", tmp_path / "d.yaml"
    measure.write_text(MEASURE, encoding="utf-8")
    decision.write_text(DECISION.replace("2026-11-20", "2026-11-10"), encoding="utf-8")
    assert run("show", NAME)[0] == 2
    assert run("init")[0] == 0
    assert run("init")[0] == 2
    for person, (role, body) in PEOPLE.items():
        assert run("person", person, "--name", person, "--role", role, "--body", body)[0] == 0
    assert run("submit", str(measure))[0] == 2, "nobody said who acts"
    code, out, _ = run("submit", str(measure), "--as", "eva")
    assert (code, "komt niet in aanmerking" in out) == (0, True)
    assert run("agree", NAME, "--on", "2026-11-09", "--as", "sam")[0] == 0
    code, _, err = run("decide", str(decision), "--as", "vera", "--lang", "en")
    assert (code, "[reasons]" in err) == (1, True)
    assert run("decide", str(decision), "--as", "vera", "--seen", "1", "--mandate", "m", "--reasons", "goed")[0] == 0
    assert run("publish", NAME, "--on", "2026-11-11", "--as", "vera")[0] == 0
    found = json.loads(run("in-force", "--on", "2027-06-01", "--format", "json")[1])
    assert {each["instrument"] for each in found["exemptions"]} == {"renewed/experiment", "renewed-decree/experiment"}
    assert json.loads(run("in-force", "--on", "2026-12-31", "--format", "json")[1])["exemptions"] == []
    shown = json.loads(run("show", NAME, "--format", "json")[1])
    assert [each["kind"] for each in shown["entries"]] == ["submit", "agree", "decide", "publish"]
    assert all(len(line) <= 80 for line in run("show", NAME)[1].splitlines())
    assert run("rebuild")[0] == 0
    assert "SHA-256" in run("lifecycle")[1]

"""Names of people: the log commits to each without saying it; one that is erased leaves log and checkpoints whole."""

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError

from registry.acts import add_person, erase_person
from registry.audit.people_level import people_level
from registry.commitment import commitment
from registry.database import Database
from registry.entries import entry_of
from registry.questions import people
from registry.refusals import ActRefused
from registry.store import rebuild
from rules.canonical import canonical
from tests.conftest import Copies, Run
from tests.faults.test_tampering import administrator, checkpoint_of, grown_anew, levels, put, seen, stored
from tests.registers import NOW, address_of, do, log, raw, turned_back

NAME, LATER = "Ada Lovelace-Überschär", NOW + timedelta(days=2)


def person(database: Database, name: str = NAME, **more: Any) -> int:
    return add_person(database, "ada", name, "adviser", "gm0917", NOW, **more).number


def gone(database: Database) -> None:
    """Ada acts no more."""
    person(database, first=date(2026, 1, 1), last=date(2026, 11, 25))


def erased(database: Database) -> None:
    gone(database)
    erase_person(database, "ada", "rik", "AVG artikel 17", LATER)


def shown(database: Database) -> dict[str, str | None]:
    with database.reading() as session:
        return {row["person"]: row["name"] for row in people(session)}


def refusal(database: Database, *said: Any) -> str:
    with pytest.raises(ActRefused) as refused:
        erase_person(database, *said)
    return refused.value.code


def test_a_name_is_in_no_entry_and_the_entry_commits_to_it(database: Database) -> None:
    number = person(database)
    assert not [each for each in log(database) if NAME.encode() in each or b"berschar" in each]
    stated = entry_of(log(database)[number]).data["name"]
    with raw(database) as connection:
        [(salt, name)] = connection.exec_driver_sql("SELECT salt, name FROM person WHERE id = 'ada'").all()
    assert (len(salt), name) == (32, NAME)
    spelled = b"\x02" + bytes(salt) + json.dumps(NAME, ensure_ascii=False).encode()
    assert stated == hashlib.sha256(spelled).hexdigest() == commitment(bytes(salt), NAME), "as audit.md has it"
    again = person(database)
    assert entry_of(log(database)[again]).data["name"] != stated, "the same name twice cannot be told"


def test_a_new_name_leaves_the_one_of_then(database: Database) -> None:
    first, second = person(database), person(database, "Ada Byron")
    assert shown(database)["ada"] == "Ada Byron"
    with raw(database) as connection:
        rows = connection.exec_driver_sql("SELECT entry, name FROM person WHERE id = 'ada' ORDER BY entry").all()
    assert [tuple(row) for row in rows] == [(first, NAME), (second, "Ada Byron")]
    assert seen(database) == {}


def test_who_acts_is_not_erased(database: Database) -> None:
    person(database)
    before = log(database)
    assert refusal(database, "ada", "rik", "AVG", NOW) == "still-acts"
    person(database, first=date(2027, 1, 1))
    assert refusal(database, "ada", "rik", "AVG", NOW) == "still-acts", "nor who will"
    gone(database)
    assert refusal(database, "ada", "rik", "AVG", NOW) == "still-acts", "on the last day"
    assert refusal(database, "ada", "rik", " ", LATER) == "reasons"
    assert refusal(database, "ada", "vera", "AVG", LATER) == "wrong-role"
    assert refusal(database, "nobody", "rik", "AVG", LATER) == "no-name"
    assert len(log(database)) == len(before) + 2
    assert shown(database)["ada"] == NAME


def test_erased_by_an_act_and_old_checkpoints_hold(register: Database) -> None:
    person(register)
    do(register, "ada", "note", reasons="gezien")
    kept = checkpoint_of(register)
    erased(register)
    last = entry_of(log(register)[-1])
    assert (last.kind, last.subject, last.actor, last.role) == ("erase", "ada", "rik", "registrar")
    assert last.data["reasons"] == "AVG artikel 17"
    assert shown(register)["ada"] is None
    assert seen(register, kept, checkpoint_of(register, last=kept)) == {}
    assert rebuild(register) == 0
    assert refusal(register, "ada", "rik", "AVG", LATER) == "no-name"
    person(register, "Ada weer")
    assert shown(register)["ada"] == "Ada weer", "who comes back has a name again"
    assert seen(register, kept) == {}


TAMPERED = [
    "UPDATE person SET name = 'Iemand anders' WHERE id = 'ada'",
    "UPDATE person SET salt = id || 'x' WHERE id = 'ada'",
    "UPDATE person SET id = 'eve' WHERE id = 'ada'",
    "UPDATE person SET entry = entry + 100 WHERE id = 'ada'",
    "DELETE FROM person WHERE id = 'ada'",
    "INSERT INTO person SELECT id, entry + 100, salt, name FROM person WHERE id = 'ada'",
]


@pytest.mark.parametrize("statement", TAMPERED)
def test_a_name_that_is_other_than_the_log_has_it(copies: Copies, statement: str) -> None:
    database = Database(copies("sqlite"))
    number = person(database)
    assert seen(database) == {}, "the control"
    if not statement.startswith(("DELETE", "INSERT")):
        with pytest.raises(DatabaseError, match="erased, not changed"), raw(database) as connection:
            connection.exec_driver_sql(statement)
    with administrator(database) as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1
    assert seen(database) == {"people": {"name"}}
    assert {each.entry for each in levels(database)["people"].findings} <= {number, number + 100}
    database.close()


def test_names_cannot_be_changed_on_a_server_either(database: Database) -> None:
    person(database)
    with pytest.raises(DatabaseError, match="erased, not changed"), raw(database) as connection:
        connection.exec_driver_sql(TAMPERED[0])


def test_only_a_registrar_erases(database: Database) -> None:
    erased(database)
    with administrator(database) as connection:
        *_, last = stored(connection)
        entry = {**json.loads(last), "actor": "eva", "role": "submitter"}
        entry["data"]["body"] = "gm0917"
        put(connection, entry["number"], canonical(entry))
        grown_anew(connection)
    assert seen(database) == {"people": {"role"}}


def test_an_erased_name_that_is_put_back(database: Database) -> None:
    number = person(database)
    with raw(database) as connection:
        connection.exec_driver_sql("CREATE TABLE aside AS SELECT * FROM person WHERE id = 'ada'")
    erased(database)
    assert seen(database) == {}, "the control"
    with raw(database) as connection:
        connection.exec_driver_sql("INSERT INTO person SELECT * FROM aside")
        connection.exec_driver_sql("DROP TABLE aside")
    assert [each.entry for each in levels(database)["people"].findings] == [number]


def files_with(database: Database, text: str) -> list[str]:
    path = Path(address_of(database))
    return [each.name for each in path.parent.glob(f"{path.name}*") if text.encode() in each.read_bytes()]


@pytest.mark.parametrize("secure", [True, False])
def test_what_was_erased_is_in_no_file(copies: Copies, secure: bool) -> None:
    """The control: without secure_delete, SQLite leaves it where it was."""
    database = Database(copies("sqlite"))
    if not secure:
        event.listen(database._writer, "begin", lambda found: found.exec_driver_sql("PRAGMA secure_delete = OFF"))
    for at in range(30):
        add_person(database, f"p{at}", f"Iemand {at}", "adviser", "gm0917", NOW)
    person(database)
    database.sweep()
    assert files_with(database, NAME)
    erased(database)
    assert database.sweep()
    assert bool(files_with(database, NAME)) is not secure
    database.close()


def test_a_reader_holds_what_was_erased_and_that_is_told(copies: Copies, run: Run) -> None:
    database = Database(copies("sqlite"))
    gone(database)
    said = ("erase", "ada", "--reasons", "AVG 17", "--as", "rik", "--lang", "en", "--register", address_of(database))
    with closing(sqlite3.connect(address_of(database))) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM person").fetchone()
        code, out, told = run(*said)
    assert (code, "name erased of ada" in out, "-wal" in told, "backups" in told) == (0, True, True, True)
    person(database)
    gone(database)
    code, out, told = run(*said)
    assert (code, "-wal" in told, "backups" in told) == (0, False, True), "the control: nobody reads"
    database.close()


def test_names_of_before_commitments_stay_and_are_counted(register: Database) -> None:
    turned_back(register, "0002")
    upgraded = Database(address_of(register), upgrade=True)
    assert shown(upgraded)["eva"] == "Eva"
    do(upgraded, "vera", "note", reasons="x")
    with upgraded.reading() as session:
        level = people_level(session, 0, lambda *_: None)
    assert "6 names of when" in level.not_proved[-1].en
    upgraded.close()

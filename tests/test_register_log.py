"""The log only grows, and the tables are what it says: in our code, and where the database itself holds it."""

import pytest
from sqlalchemy.exc import DBAPIError

from registry.audit.bytes_level import bytes_level
from registry.audit.tree import root
from registry.database import Database
from registry.entries import entry_of
from registry.refusals import DatabaseRefused
from registry.store import nodes_in, rebuild
from tests.registers import address_of, do, log, raw, turned_back


def test_the_log_is_canonical_and_has_no_gaps(register: Database) -> None:
    entries = [entry_of(stored) for stored in log(register)]
    assert [entry.number for entry in entries] == list(range(len(entries)))
    assert [entry.content for entry in entries] == log(register), "what is stored is the canonical form"
    assert not any("Eva" in stored.decode() for stored in log(register)), "names stay out of the log"


def test_the_tables_are_what_the_log_says(register: Database) -> None:
    do(register, "vera", "publish", on="2026-11-24")
    assert rebuild(register) == 0
    with raw(register) as connection:
        connection.exec_driver_sql("UPDATE exemption SET last = '2040-12-31', ends = '2040-12-31'")
    assert rebuild(register) == 4, "two rows that were there and should not, two the other way round"
    assert rebuild(register) == 0


REPLACING = {
    (
        "sqlite",
        "entry",
    ): "INSERT OR REPLACE INTO entry SELECT 0, id, kind, subject, recorded, content FROM entry LIMIT 1",
    ("sqlite", "document"): "INSERT OR REPLACE INTO document SELECT sha256, 'x' FROM document LIMIT 1",
    ("postgresql", "entry"): "INSERT INTO entry SELECT * FROM entry ON CONFLICT (number) DO UPDATE SET content = ''",
    (
        "postgresql",
        "document",
    ): "INSERT INTO document SELECT * FROM document ON CONFLICT (sha256) DO UPDATE SET content = ''",
}


@pytest.mark.parametrize("table", ["entry", "document"])
def test_the_log_only_grows(register: Database, table: str) -> None:
    before, kind = log(register), register._writer.dialect.name
    acts = ["UPDATE {} SET content = content", "DELETE FROM {}", REPLACING[kind, table]]
    for act in [*acts, *(["TRUNCATE {}"] if kind == "postgresql" else [])]:
        with pytest.raises(DBAPIError, match="append-only"), raw(register) as connection:
            connection.exec_driver_sql(act.format(table))
    assert log(register) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_its_trigger_an_entry_is_replaced_without_a_word(database: Database) -> None:
    """The negative control: the trigger on DELETE is not asked."""
    with raw(database) as connection:
        connection.exec_driver_sql("DROP TRIGGER entry_replace")
    before = log(database)
    with raw(database) as connection:
        last = "SELECT 0, 'another', kind, subject, recorded, content FROM entry WHERE number = 5"
        connection.exec_driver_sql(f"INSERT OR REPLACE INTO entry {last}")
    assert log(database) != before


def test_the_database_itself_forbids_an_overlap(register: Database) -> None:
    with pytest.raises(DBAPIError, match="exemption_overlap"):
        put(register, "other", "2030-12-31", "2032-12-31")
    put(register, "other", "2031-01-01", "2032-12-31")  # the day after
    with pytest.raises(DBAPIError, match="exemption_overlap"), raw(register) as connection:
        connection.exec_driver_sql("UPDATE exemption SET begins = '2030-12-31' WHERE measure = 'other'")


def put(database: Database, measure: str, begins: str, ends: str) -> None:
    """An exemption for the subject of the tests, past our code."""
    columns = "measure, part, area, instrument, municipality, since, first, first_last, last_first, last, begins, ends"
    subject = f"'{measure}', 'heerlen-noord', 'heerlen-noord', 'renewed/experiment', 'GM0917', 99"
    days = f"'{begins}', '{begins}', '{ends}', '{ends}', '{begins}', '{ends}'"
    with raw(database) as connection:
        connection.exec_driver_sql(f"INSERT INTO exemption ({columns}) VALUES ({subject}, {days})")  # noqa: S608 - written above


def test_what_was_annulled_from_the_start_stands_in_nobody_s_way(register: Database) -> None:
    with pytest.raises(DBAPIError, match="exemption_overlap"):
        put(register, "wider", "2026-12-01", "2032-12-31")
    do(register, "rik", "annul", on="2026-11-25", reasons="de rechter")
    put(register, "wider", "2026-12-01", "2032-12-31")


def test_an_older_register_gets_its_tree(register: Database) -> None:
    """What was in the log before there was a tree is in it after `upgrade`; without it nothing is read."""
    turned_back(register, "0001")
    with pytest.raises(DatabaseRefused, match="upgrade"):
        Database(address_of(register))
    upgraded = Database(address_of(register), upgrade=True)
    do(upgraded, "vera", "note", reasons="x")
    with upgraded.reading() as session:
        found = bytes_level(session, (), lambda *_: None)
        assert found.findings == ()
        assert root(found.entries, nodes_in(session)) == found.roots[found.entries]
    upgraded.close()

"""Opening a register: what is none, what is of another version, what could lose something, and what nobody may see."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg import connect
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from registry.database import VERSION, Database
from registry.migrations import config
from registry.postgresql import wrong_settings
from registry.refusals import DatabaseRefused
from registry.sqlite import NETWORK, mounted_as
from tests.conftest import Copies, Run


def test_what_is_no_register_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match="init"):
        Database(tmp_path / "none.db")
    text = tmp_path / "text.db"
    text.write_text("this is no database, and long enough to be looked at as one " * 20, encoding="utf-8")
    for foreign in (text, tmp_path):
        with pytest.raises(DatabaseRefused, match="no register"):
            Database(foreign)
    with pytest.raises(DatabaseRefused, match="postgresql://server"):
        Database("mysql://server/register")
    with pytest.raises(DatabaseRefused, match="there is a register"):
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


def test_who_reads_cannot_write(database: Database) -> None:
    with pytest.raises((DatabaseRefused, DBAPIError), match=r"readonly|read-only"), database.reading() as session:
        session.connection().exec_driver_sql("UPDATE head SET size = 0")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_settings_that_keep_what_was_acknowledged(database: Database) -> None:
    with database.transaction() as session:
        connection = session.connection()
        told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert told == ["wal", 2]


def test_a_server_that_could_lose_something_is_refused(copies: Copies) -> None:
    good = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"}
    assert wrong_settings(good) is None
    for name, value in (("fsync", "off"), ("full_page_writes", "off"), ("server_encoding", "SQL_ASCII")):
        says = wrong_settings({**good, name: value})
        assert says is not None
        assert f"{name} = {value}" in says.nl
    address = copies("postgresql")
    name = str(make_url(address).database)
    with connect(address) as connection:
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(DatabaseRefused, match="synchronous_commit = off"):
        Database(address)


def test_the_tables_are_those_of_the_migrations(database: Database) -> None:
    """`alembic check`: what the models say and what the scripts make are one thing, and the version is the newest."""
    with database._writer.begin() as connection:
        command.check(config(connection))
        assert ScriptDirectory.from_config(config(connection)).get_current_head() == VERSION


def test_a_register_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    Database(path, create=True).close()
    for version, says in (("0000", "older tables"), ("9999", "newer version")):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            connection.commit()
        with pytest.raises(DatabaseRefused, match=says):
            Database(path)


@pytest.mark.parametrize(
    "address", ["postgresql://eva:geheim@localhost:1/none", "postgresql://localhost:1/none?password=geheim"]
)
def test_a_password_is_never_shown(address: str, monkeypatch: pytest.MonkeyPatch, run: Run, tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused) as refused:
        Database(address)
    assert "geheim" not in f"{refused.value.why}"
    code, out, err = run("show", "x", "--register", address)
    assert (code, "geheim" in out + err, ".pgpass" in err) == (2, False, True)
    monkeypatch.setenv("REGELRUIMTE_DATABASE", address)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    code, out, err = run("show", "x")
    assert (code, "geheim" in out + err, "localhost" in err) == (2, False, True)
    assert run("who", "eva")[0] == 0
    assert "geheim" not in "".join(file.read_text() for file in tmp_path.rglob("*.json"))

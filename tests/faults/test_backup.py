"""Backups of a register that is being written to: each is one state of it that the log goes on from."""

import os
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from registry.audit import tree
from registry.audit.levels import verify
from registry.audit.note import LOG, new_signer
from registry.audit.signing import log_size, next_checkpoint
from registry.database import Database
from registry.refusals import DatabaseRefused
from registry.store import nodes_in
from tests.conftest import Copies, Run
from tests.registers import NAME, Writers, address_of, do, granted, log, turned_back
from tests.servers import program

WRITERS = 4
LOG_KEY = new_signer("register.example/test", LOG)
Copy = Callable[[str, Path], None]


def head_of(path: str | Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT size FROM head").fetchone()[0])


def plain(register: str, target: Path) -> None:
    """What many would do: the file, and nothing beside it."""
    shutil.copy(register, target)


def under_load(database: Database, folder: Path, number: int, copy: Copy) -> list[tuple[int, Path]]:
    """Copies made while writers work, each with how many entries had been acknowledged before it was begun."""
    made: list[tuple[int, Path]] = []
    writers = Writers()
    try:
        for each in range(WRITERS):
            writers.start(database, NAME, f"b{each}", 10_000)
        acknowledged = head_of(address_of(database))
        for each in range(number):
            before = max(head_of(address_of(database)), acknowledged + 1)
            while acknowledged < before:
                assert writers.said.readline()
                acknowledged += 1
            copy(address_of(database), folder / f"copy-{each}.db")
            made.append((before, folder / f"copy-{each}.db"))
    finally:
        writers.end("kill")
        writers.close()
    return made


def prefix(database: Database, copy: Database) -> int:
    """How many entries the copy has; the log of the register provably goes on from them."""
    with database.reading() as session, copy.reading() as older:
        size, old = log_size(session), log_size(older)
        proof = tree.consistency(old, size, nodes_in(session))
        now, then = tree.root(size, nodes_in(session)), tree.root(old, nodes_in(older))
    assert tree.extends(old, then, size, now, proof), old
    return old


def sound(copy: Database) -> None:
    """Every level of an audit holds, also with a checkpoint of the copy itself."""
    with copy.reading() as session:
        levels = verify(session, [("kept.txt", next_checkpoint(session, LOG_KEY, None))], LOG_KEY.verifier)
    assert [(level.name, level.findings) for level in levels if level.findings] == []


@pytest.fixture
def register(copies: Copies) -> Database:
    made = Database(copies("sqlite"))
    granted(made)
    return made


def saved(address: str, target: Path) -> None:
    """As the command does it."""
    opened = Database(address)
    opened.copy(target)
    opened.close()


def backups(database: Database, folder: Path, number: int) -> None:
    made = under_load(database, folder, number, saved)
    sizes = []
    for at, (before, path) in enumerate(made):
        copy = Database(path)
        sizes.append(prefix(database, copy))
        assert sizes[-1] >= before, f"{path}: entries that were acknowledged before it are not in it"
        if at % 10 == 0:
            sound(copy)
        copy.close()
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1], "the writers went on meanwhile"
    database.close()


def test_backups_while_writers_work(register: Database, tmp_path: Path) -> None:
    backups(register, tmp_path, 20)


@pytest.mark.long
def test_many_backups_while_writers_work(register: Database, tmp_path: Path) -> None:
    backups(register, tmp_path, 500)


def test_a_plain_copy_lags(register: Database, tmp_path: Path) -> None:
    """The negative control: without what stands in the write-ahead log, entries that were acknowledged are gone."""
    made = under_load(register, tmp_path, 20, plain)
    lost = 0
    for before, path in made:
        try:
            lost += head_of(path) < before
        except sqlite3.DatabaseError:
            lost += 1
    assert lost
    register.close()


def test_a_backup_takes_the_place_of_the_register(register: Database, tmp_path: Path, run: Run) -> None:
    address, saved = address_of(register), str(tmp_path / "saved.db")
    Path(address).chmod(0o600)
    code, out, _ = run("backup", saved, "--register", address)
    assert (code, out) == (0, f"geschreven: {saved} ({len(log(register))} regels)\n")
    assert Path(saved).stat().st_mode & 0o777 == 0o600, "names of people stand in it"
    assert [each.name for each in tmp_path.iterdir()] == ["saved.db"], "nothing is left beside it"
    register.close()
    for each in ("", "-wal", "-shm"):
        Path(f"{address}{each}").unlink(missing_ok=True)
    shutil.copy(saved, address)
    code, _, _ = run("audit", "verify", "--register", address)
    assert code == 0
    restored = Database(address)
    do(restored, "eva", "note", reasons="it goes on")
    restored.close()


def test_what_stands_there_stays_unless_it_is_to_be_replaced(register: Database, tmp_path: Path, run: Run) -> None:
    address, saved = address_of(register), tmp_path / "saved.db"
    saved.write_text("something else", encoding="utf-8")
    code, _, err = run("backup", str(saved), "--register", address)
    assert (code, saved.read_text(encoding="utf-8")) == (2, "something else")
    assert "--replace" in err
    assert run("backup", str(saved), "--replace", "--register", address)[0] == 0
    assert head_of(saved) == len(log(register))
    (tmp_path / "link.db").symlink_to(address)
    for itself in (address, str(tmp_path / "link.db")):
        code, _, err = run("backup", itself, "--replace", "--register", address, "--lang", "en")
        assert (code, "the register itself" in err) == (2, True)
    code, _, err = run("backup", str(tmp_path / "none" / "saved.db"), "--register", address)
    assert (code, "No such file" in err) == (2, True)
    assert run("backup", str(tmp_path / "new.db"), "--register", str(tmp_path / "none.db"))[0] == 2
    assert not (tmp_path / "new.db").exists()
    register.close()


def test_a_backup_that_is_in_use_is_not_replaced(register: Database, tmp_path: Path) -> None:
    """SQLite would play the old write-ahead log into the new file."""
    saved, before = tmp_path / "saved.db", len(log(register))
    register.copy(saved)
    opened = Database(saved)
    do(opened, "eva", "note", reasons="in the copy, by mistake")
    do(register, "eva", "note", reasons="in the register")
    with pytest.raises(DatabaseRefused, match="in use"):
        register.copy(saved, replace=True)
    left = tmp_path / "left"  # the control: what comes of it where somebody died with the copy open
    left.mkdir()
    register.copy(left / "saved.db")
    whole = (left / "saved.db").read_bytes()
    shutil.copy(f"{saved}-wal", left / "saved.db-wal")
    with closing(sqlite3.connect(left / "saved.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert (left / "saved.db").read_bytes() != whole
    assert before == head_of(saved) - 1
    for each in (opened, register):
        each.close()


def test_a_register_of_an_older_version_can_be_saved_before_it_is_changed(tmp_path: Path, run: Run) -> None:
    address, saved = str(tmp_path / "old.db"), str(tmp_path / "saved.db")
    Database(address, create=True).close()
    database = Database(address)
    turned_back(database, "0001")
    database.close()
    assert run("people", "--register", address)[0] == 2, "it can be used for nothing else"
    assert run("backup", saved, "--register", address)[0] == 0
    assert run("upgrade", "--register", saved)[0] == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_command_that_a_server_is_saved_with(
    database: Database, fresh: Callable[[str], str], tmp_path: Path, run: Run
) -> None:
    granted(database)
    saved, secret = tmp_path / "it's saved", "geheim"
    address = address_of(database).replace("postgresql+psycopg", "postgresql")
    code, out, err = run("backup", str(saved), "--register", address)
    assert (code, out) == (2, "")
    command = err[err.index("pg_dump") :].strip()
    subprocess.run([program("pg_dump"), *shlex.split(command)[1:]], check=True)
    empty = fresh("postgresql")
    subprocess.run([program("pg_restore"), f"--dbname={empty}", str(saved)], check=True)
    copy = Database(empty)
    assert prefix(database, copy) == len(log(database))
    sound(copy)
    copy.close()
    os.environ["REGELRUIMTE_DATABASE"] = f"postgresql://eva:{secret}@server/register?password={secret}"
    try:
        code, _, err = run("backup", str(saved))
    finally:
        del os.environ["REGELRUIMTE_DATABASE"]
    assert code == 2
    assert "postgresql://eva@server/register" in err
    assert secret not in err

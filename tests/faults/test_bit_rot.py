"""One bit of the file flips: whatever row of data it changes, an audit tells, and never with a traceback."""

import random
import re
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from registry.database import Database
from tests.conftest import Copies, Run
from tests.registers import address_of, do, granted

Rows = dict[str, list[tuple[object, ...]]]


class Rotten(NamedTuple):
    """A register with one bit of it flipped, and the rows of every table before that."""

    path: Path
    before: Rows

    def changed(self) -> set[str]:
        """The tables of which a row changed, or "unreadable" where SQLite gives no rows."""
        try:
            now = rows(self.path)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return {"unreadable"}
        return {name for name in self.before | now if self.before.get(name) != now.get(name)}

    def silent(self) -> bool:
        """Whether SQLite's own check finds nothing."""
        try:
            with closing(sqlite3.connect(self.path)) as connection:
                connection.text_factory = bytes
                return bool(connection.execute("PRAGMA integrity_check").fetchall() == [(b"ok",)])
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return False


def rows(path: Path) -> Rows:
    """All data, read from the tables themselves and not from an index; without numbers that mean nothing."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").fetchall()
        found: Rows = {}
        for name in (str(name, "utf-8", "replace") for (name,) in names):
            read = connection.execute(f'SELECT * FROM "{name}" NOT INDEXED')  # noqa: S608
            means = [at for at, column in enumerate(read.description) if (name, column[0]) != ("exemption", "id")]
            found[name] = sorted((tuple(row[at] for at in means) for row in read), key=repr)
        return found


@pytest.fixture(scope="module")
def sound(copies: Copies) -> Path:
    """A register with a granted measure, closed: all of it is in one file."""
    database = Database(copies("sqlite"))
    granted(database)
    do(database, "vera", "publish", on="2026-11-21", source="Staatscourant")
    for number in range(5):
        do(database, "eva", "note", reasons=f"{number}" * 50)
    database.close()
    return Path(address_of(database))


def flips(sound: Path, folder: Path, seed: int, number: int, run: Run) -> tuple[Counter[str], list[str]]:
    """How many flips changed data, how many of those SQLite was silent on, and which the audit did not tell."""
    sys.stdout.write(f"seed {seed}\n")
    dice, content, path = random.Random(seed), sound.read_bytes(), folder / "rotten.db"
    rotten, counted, untold = Rotten(path, rows(sound)), Counter[str](), []
    for _ in range(number):
        bit = dice.randrange(len(content) * 8)
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        for old in folder.glob(f"{path.name}*"):
            old.unlink()
        path.write_bytes(flipped)
        changed, silent = rotten.changed(), rotten.silent()
        code, out, err = run("audit", "verify", "--register", str(path), "--lang", "en")
        assert "Traceback" not in out + err, bit
        told = (code == 1 and bool(re.search(r"\[[a-z-]+\]", out))) or (code == 2 and str(path) in err)
        counted["changed"] += bool(changed)
        counted["silent"] += bool(changed) and silent
        if changed and not told:
            untold.append(f"bit {bit}: {changed}, exit {code}: {out}{err}")
    return counted, untold


@pytest.mark.parametrize("seed", range(3))
def test_every_flip_that_changes_data_is_told(sound: Path, tmp_path: Path, run: Run, seed: int) -> None:
    """The control: SQLite's own check is silent on many of them."""
    counted, untold = flips(sound, tmp_path, seed, 30, run)
    assert untold == []
    assert counted["changed"] > 12
    assert counted["silent"] > counted["changed"] / 4, "integrity_check alone would do"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_every_one_of_thousands_of_flips_is_told(sound: Path, tmp_path: Path, run: Run, seed: int) -> None:
    counted, untold = flips(sound, tmp_path, seed, 300, run)
    assert untold == []
    assert counted["silent"] > counted["changed"] / 4


def flipped_in(sound: Path, folder: Path, text: bytes) -> Path:
    """The register with a bit flipped in the first place where those bytes stand."""
    content = bytearray(sound.read_bytes())
    content[content.index(text)] ^= 0x80
    path = folder / "rotten.db"
    path.write_bytes(content)
    return path


def test_a_flip_in_an_entry_is_told_with_its_number(sound: Path, tmp_path: Path, run: Run) -> None:
    path = flipped_in(sound, tmp_path, b"3" * 50)
    code, out, _ = run("audit", "verify", "--register", str(path), "--lang", "en")
    assert code == 1
    assert f"entry {len(rows(sound)['entry']) - 2}:" in out


@pytest.mark.parametrize("command", ["in-force", "search", "people", "rebuild", "backup"])
@pytest.mark.parametrize("text", [b"CREATE TABLE entry", b"EATE TABLE entry"])
def test_what_cannot_be_read_is_told_by_every_command(
    sound: Path, tmp_path: Path, run: Run, command: str, text: bytes
) -> None:
    path = flipped_in(sound, tmp_path, text)
    code, out, err = run(
        command, *([str(tmp_path / "copy.db")] if command == "backup" else []), "--register", str(path)
    )
    assert (code, out) == (2, "")
    assert "beschadigd" in err
    assert not (tmp_path / "copy.db").exists()


def test_a_document_that_lost_its_name_is_told(sound: Path, tmp_path: Path, run: Run) -> None:
    """No statement can do this: the column takes no NULL. A bit that flips in the head of a row can."""
    path = tmp_path / "rotten.db"
    path.write_bytes(sound.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in rows:
            connection.execute(f"DROP TRIGGER {name}")
        (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'document'").fetchone()
        assert "sha256 VARCHAR NOT NULL" in sql
        connection.execute("PRAGMA writable_schema = ON")
        change = "UPDATE sqlite_master SET sql = ? WHERE name = 'document'"
        connection.execute(change, (sql.replace("sha256 VARCHAR NOT NULL", "sha256 VARCHAR"),))
        connection.commit()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE document SET sha256 = NULL WHERE rowid = 1")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(change, (sql,))
        for _, trigger in rows:
            connection.execute(trigger)
        connection.commit()
    code, out, err = run("audit", "verify", "--register", str(path), "--lang", "en")
    assert (code, err) == (1, "")
    assert "[document]" in out


def test_text_that_is_none_is_told(sound: Path, tmp_path: Path, run: Run) -> None:
    """A name of a person; the driver gives up on such a column, and what else there is is still checked."""
    path = flipped_in(sound, tmp_path, b"Olaf")
    code, out, _ = run("audit", "verify", "--register", str(path), "--lang", "en")
    assert (code, "Could not decode to UTF-8 column 'name'" in " ".join(out.split())) == (1, True)
    assert "✓ law" in out
    code, _, err = run("people", "--register", str(path))
    assert (code, "beschadigd" in err) == (2, True)

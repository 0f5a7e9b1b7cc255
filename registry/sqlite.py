"""A register in one file: durable, one writer at a time, on no network drive."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from rules.text import Text

NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "9p", "afs", "fuse.sshfs", "fuse.davfs"}
SETTINGS: tuple[str, ...] = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "secure_delete=ON",
)


def writing(path: Path) -> Engine:
    """Connections whose transactions hold the write lock from their start."""
    return _engine(path, "BEGIN IMMEDIATE")


def reading(path: Path) -> Engine:
    """Connections that cannot write, and stand in nobody's way."""
    return _engine(path, "BEGIN", "query_only=ON")


def _engine(path: Path, begin: str, *more: str) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _set(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own transactions lose updates in silence
        cursor = connection.cursor()
        for setting in (*SETTINGS, *more):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def swept(path: Path) -> bool:
    """Takes what was deleted out of the write-ahead log; False where somebody who reads needs some of it still."""
    with closing(sqlite3.connect(path, timeout=2)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def copied(path: Path, target: Path) -> int:
    """Copies the register into that file while others go on writing; how many entries the copy has.

    The copy is one state of the register, what stands in its write-ahead log included. Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(path, timeout=30)) as register, closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode=OFF")  # it is not there yet for anybody: half of it is thrown away
        register.backup(copy)
        return int(copy.execute("SELECT size FROM head").fetchone()[0])


def blank(path: Path) -> bool:
    """Whether nothing was ever kept in that file: all that is left of a register that could not be made."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))
    except (sqlite3.Error, UnicodeDecodeError):
        return False


_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)  # the second: of the memory that all who open it share


def full(error: BaseException | None) -> bool:
    """Whether that is how SQLite tells that the disk is full."""
    return getattr(error, "sqlite_errorcode", None) in _FULL


_DAMAGED = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def damaged(error: Exception) -> bool:
    """Whether that is how a file tells that it is damaged: not that it is locked, or the disk full or gone.

    A table that is no longer found, or text that is none, is an error like any other to SQLite or its driver.
    """
    found = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(found, sqlite3.DatabaseError):
        return getattr(found, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _DAMAGED
    return isinstance(found, UnicodeDecodeError)  # what a damaged schema says of itself may be no text


def unsafe(path: Path) -> Text | None:
    """Why no register can stand there: WAL needs memory that all writers share, which a network drive does not give."""
    mounts = Path("/proc/mounts")
    kind = mounted_as(path.resolve().parent, mounts.read_text(encoding="utf-8")) if mounts.exists() else ""
    if kind not in NETWORK:
        return None
    return Text(
        nl=f"{path} staat op een netwerkschijf ({kind}), waar SQLite schrijven niet veilig is: kies een eigen schijf of"
        " PostgreSQL",
        en=f"{path} is on a network drive ({kind}), where SQLite cannot write safely: choose a local disk or"
        " PostgreSQL",
    )


def mounted_as(folder: Path, mounts: str) -> str:
    """The kind of file system that the folder is on, by a table of mounts such as /proc/mounts."""
    stated = (line.split()[1:3] for line in mounts.splitlines())
    around = [(point, kind) for point, kind in stated if folder.is_relative_to(point)]
    return max(around, key=lambda each: len(each[0]), default=("", ""))[1]

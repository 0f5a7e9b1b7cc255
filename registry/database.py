"""The only module that opens a database and a transaction. SQLite: durable, one writer at a time, no network drive."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, SQLModel, select

from registry.tables import HeadRow
from rules.text import Text

NETWORK = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "9p", "afs", "fuse.sshfs", "fuse.davfs"}


class DatabaseRefused(Exception):
    """A database that cannot be used, and why."""

    def __init__(self, why: Text) -> None:
        self.why = why
        super().__init__(why.en)


class Database:
    """One register. Writers wait for each other; what was acknowledged survives a power cut."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if create == path.exists():
            says = _EXISTS if create else _MISSING
            raise DatabaseRefused(Text(says.nl.format(path=path), says.en.format(path=path)))
        _refuse_network(path)
        self.path = path
        self._engine = _engine(path, "BEGIN IMMEDIATE")
        self._reader = _engine(path, "BEGIN", "query_only=ON")
        try:
            self._begin(create)
        except BaseException:
            self.close()
            raise

    def _begin(self, create: bool) -> None:
        if create:
            with self._engine.begin() as connection:
                SQLModel.metadata.create_all(connection)
        with self.transaction() as session:
            try:
                head = session.exec(select(HeadRow)).first()
            except DatabaseError as error:
                raise _foreign(self.path) from error
            if head is None:
                session.add(HeadRow(size=0))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction that holds the write lock from its start: what it read is still true when it commits."""
        with Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One view of the register that no writer changes; it stands in nobody's way, and cannot write."""
        with Session(self._reader) as session, session.begin():
            yield session

    def close(self) -> None:
        self._engine.dispose()
        self._reader.dispose()


def _engine(path: Path, begin: str, *more: str) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _set(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own transactions lose updates in silence
        cursor = connection.cursor()
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", *more):
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _refuse_network(path: Path) -> None:
    """WAL needs memory that all writers share, which a network drive does not give."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return
    kind = mounted_as(path.resolve().parent, mounts.read_text(encoding="utf-8"))
    if kind in NETWORK:
        raise DatabaseRefused(
            Text(
                nl=f"{path} staat op een netwerkschijf ({kind}), waar SQLite schrijven niet veilig is: kies een eigen"
                " schijf",
                en=f"{path} is on a network drive ({kind}), where SQLite cannot write safely: choose a local disk",
            )
        )


def mounted_as(folder: Path, mounts: str) -> str:
    """The kind of file system that the folder is on, by a table of mounts such as /proc/mounts."""
    stated = (line.split()[1:3] for line in mounts.splitlines())
    around = [(point, kind) for point, kind in stated if folder.is_relative_to(point)]
    return max(around, key=lambda each: len(each[0]), default=("", ""))[1]


def _foreign(path: Path) -> DatabaseRefused:
    return DatabaseRefused(Text(_FOREIGN.nl.format(path=path), _FOREIGN.en.format(path=path)))


_EXISTS = Text("{path} bestaat al", "{path} already exists")
_MISSING = Text(
    "er is geen register op {path}: maak het met regelruimte init",
    "there is no register at {path}: make it with regelruimte init",
)
_FOREIGN = Text("{path} is geen register", "{path} is no register")

"""The only module that opens a register and a transaction: a file (SQLite) or an address (PostgreSQL), alike in use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Error as SQLiteError

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlmodel import Session, select

from registry import postgresql, server_roles, sqlite
from registry.refusals import DatabaseRefused
from registry.tables import HeadRow
from registry.writing import whole
from rules.text import Text

VERSION = "0003"  # of the tables: the newest script of registry/migrations/versions


BOUND = "bound"  # in the info of a session: its login records through a function of the server alone


class Database:
    """One register. Writers wait for each other; what was acknowledged survives a power cut.

    `address` is a path or a postgresql:// address. `create` makes the tables where there are none, `upgrade` brings
    those of an older version up to date, `any_version` leaves them as they are: for a copy, and for nothing else.
    """

    def __init__(
        self, address: str | Path, *, create: bool = False, upgrade: bool = False, any_version: bool = False
    ) -> None:
        self._open_engines(str(address), create)
        try:
            self._prepare(create, upgrade, any_version)
        except UnicodeDecodeError as error:  # SQLite, of a damaged schema, in bytes that are no text
            self.close()
            raise _told_by(error, self.shown) from error
        except BaseException:
            self.close()
            raise

    def _open_engines(self, address: str, create: bool) -> None:
        if not address.startswith(postgresql.SCHEMES):
            path = Path(address)
            self.shown = str(path)
            if "://" in address:
                raise DatabaseRefused(_NO_ADDRESS)
            if path.is_dir():
                raise _refused(_FOREIGN, self.shown)
            there = path.exists() and not (create and sqlite.blank(path))
            if create == there:
                refusal = _refused(_EXISTS if create else _MISSING, self.shown)
                refusal.missing = not create
                raise refusal
            if why := sqlite.unsafe(path):
                raise DatabaseRefused(why)
            self._writer, self._reader = sqlite.writing(path), sqlite.reading(path)
            return
        url = postgresql.url_of(address)
        if url is None:
            raise DatabaseRefused(_NO_ADDRESS)
        plain = url.set(drivername="postgresql").difference_update_query(["password"])
        self.shown = plain.render_as_string(hide_password=True)
        self._writer, self._reader = postgresql.writing(url), postgresql.reading(url)

    def _prepare(self, create: bool, upgrade: bool, any_version: bool) -> None:
        """Opening holds nothing: only making the tables, or changing them, takes the register for itself."""
        with self._told(), (self._writer if create or upgrade else self._reader).begin() as connection:
            if connection.dialect.name == "postgresql" and (why := postgresql.unsafe(connection)):
                raise DatabaseRefused(why)
            tables = set(inspect(connection).get_table_names())
            if create and "entry" in tables:
                raise _refused(_EXISTS, self.shown)
            if not create:
                self._refuse_version(connection, tables, upgrade, any_version)
            server = connection.dialect.name == "postgresql"
            if create or upgrade:
                from registry.migrations import migrate

                migrate(connection)
                if server and server_roles.is_protected(connection):
                    server_roles.protect(connection)
            self._bound = server and server_roles.is_bound(connection)

    def protect(self) -> None:
        """Leaves each login one function to record through; DatabaseRefused where there are no logins."""
        if self._writer.dialect.name != "postgresql":
            raise DatabaseRefused(_ONE_DOMAIN)
        with self._told(), self._writer.begin() as connection:
            server_roles.protect(connection)

    def let_in(self, person: str) -> bool:
        """Makes the login of a person, on a register that is protected; whether it is."""
        if self._writer.dialect.name != "postgresql":
            return False
        with self._told(), self._writer.begin() as connection:
            if protected := server_roles.is_protected(connection):
                server_roles.let_in(connection, person)
            return protected

    def _refuse_version(self, connection: Connection, tables: set[str], upgrade: bool, any_version: bool) -> None:
        if not {"alembic_version", "head"} <= tables:
            raise _refused(_FOREIGN, self.shown)
        if any_version:
            return
        found = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
        if found > VERSION or (found < VERSION and not upgrade):
            raise _refused(_OLDER if found < VERSION else _NEWER, self.shown)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction that holds the head of the log from its start: what it read is still true when it commits.

        A check reads what stands on other measures; two grants at once could both be right alone and wrong together.
        """
        with self._told(), Session(self._writer, info={BOUND: self._bound}) as session, session.begin():
            if self._bound:
                session.connection().exec_driver_sql("SELECT regelruimte_hold()")
            else:
                session.exec(select(HeadRow).with_for_update()).one()
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One view of the register that no writer changes; it stands in nobody's way, and cannot write."""
        with self._told(), Session(self._reader) as session, session.begin():
            yield session

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the database itself reports, such as a full disk or a server that is gone, as a reason."""
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise _told_by(error.orig, self.shown) from error
        except DatabaseError as error:
            if getattr(error.orig, "sqlstate", "") == _NOT_ALLOWED:
                says = " ".join(str(error.orig).partition("CONTEXT:")[0].split())
                raise DatabaseRefused(
                    Text(f"de server weigert dit: {says}", f"the server refuses this: {says}")
                ) from error
            if not sqlite.damaged(error):
                raise
            foreign = "not a database" in str(error.orig)
            raise (_refused(_FOREIGN, self.shown) if foreign else _told_by(error.orig, self.shown)) from error

    def sweep(self) -> bool:
        """Takes what was deleted out of the files themselves; False where somebody who reads holds some of it still."""
        url = self._writer.url
        if self._bound:
            return False  # only who owns the table can; the server warns others, and does nothing
        with self._told():
            if url.drivername == "sqlite":
                return sqlite.swept(Path(str(url.database)))
            with self._writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM FULL person")
                return True

    def copy(self, target: Path, *, replace: bool = False) -> int:
        """A whole copy in that file, of a register that is in use; how many entries it has. Raises OSError.

        Where a file stands already it is refused, unless it is to be replaced. SQLite only: a server has its own means.
        """
        path = Path(str(self._writer.url.database))
        if target.exists() and target.samefile(path):
            raise _refused(_ITSELF, str(target))
        if target.exists() and not replace:
            raise _refused(_THERE, str(target))
        for beside in (target.with_name(f"{target.name}{end}") for end in ("-wal", "-journal")):
            if beside.exists():  # SQLite would take it for what was last written to the copy, and garble it
                raise _refused(_IN_USE, str(beside))
        try:
            with whole(target) as out:
                os.chmod(out.name, path.stat().st_mode & 0o777)  # noqa: PTH101 - names of people: for the same eyes
                return sqlite.copied(path, Path(out.name))
        except SQLiteError as error:
            raise _told_by(error, str(target)) from error

    def close(self) -> None:
        for engine in (self._writer, self._reader):
            engine.dispose()


def address_of(session: Session) -> str:
    """Where the register of that session is, password and all: for another process to open, and never to show."""
    url = session.get_bind().engine.url
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _told_by(error: BaseException | None, shown: str) -> DatabaseRefused:
    """What the database itself says, with what to do where that is known."""
    if sqlite.full(error):
        return _refused(_FULL, shown)
    says, more = " ".join(str(error).split()), Text("", "")
    if isinstance(error, Exception) and sqlite.damaged(error):
        more = _BROKEN
    return DatabaseRefused(Text(f"{shown}: {says}{more.nl}", f"{shown}: {says}{more.en}"))


def _refused(says: Text, shown: str) -> DatabaseRefused:
    return DatabaseRefused(Text(says.nl.format(at=shown), says.en.format(at=shown)))


_NOT_ALLOWED = "42501"  # insufficient_privilege
_ONE_DOMAIN = Text(
    "een bestand is één domein: wie het kan schrijven kan alles; kies PostgreSQL voor een login per persoon",
    "a file is one domain: whoever can write it can do all; choose PostgreSQL for a login for each person",
)
_EXISTS = Text("op {at} is al een register", "there is a register at {at} already")
_MISSING = Text(
    "er is geen register op {at}: maak het met regelruimte init",
    "there is no register at {at}: make it with regelruimte init",
)
_FOREIGN = Text("{at} is geen register", "{at} is no register")
_FULL = Text(
    "{at}: de schijf is vol. Er is niets vastgelegd of geschreven: maak ruimte en doe het opnieuw",
    "{at}: the disk is full. Nothing was recorded or written: make room, and do it again",
)
_BROKEN = Text(
    ". Het bestand is beschadigd: zet een reservekopie terug. Wat er nog van te lezen is, gaat audit verify na",
    ". The file is damaged: put a backup back. What can still be read of it, audit verify checks",
)
_ITSELF = Text("{at} is het register zelf", "{at} is the register itself")
_THERE = Text(
    "{at} bestaat al: kies een andere naam, of geef --replace",
    "{at} exists already: choose another name, or give --replace",
)
_IN_USE = Text(
    "{at} hoort bij een kopie die in gebruik is, of die niet werd afgesloten: kies een andere naam",
    "{at} is of a copy that is in use, or was not closed: choose another name",
)
_OLDER = Text(
    "het register op {at} heeft oudere tabellen: breng ze bij met regelruimte upgrade",
    "the register at {at} has older tables: bring them up to date with regelruimte upgrade",
)
_NEWER = Text(
    "het register op {at} is van een nieuwere versie van regelruimte",
    "the register at {at} is of a newer version of regelruimte",
)
_NO_ADDRESS = Text(
    "verwacht een bestand, of een adres zoals postgresql://server/register",
    "expected a file, or an address such as postgresql://server/register",
)

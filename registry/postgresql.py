"""A register on a PostgreSQL server, for several bodies that share one."""

from collections.abc import Mapping

from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError

from rules.text import Text

SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
_MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")  # else what was acknowledged can be lost
_WAIT = "-c lock_timeout=30000"  # milliseconds: as long as SQLite waits for another writer


def url_of(address: str) -> URL | None:
    """The address with the driver that we use; None where it is no address."""
    try:
        return make_url(address).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        return None


def writing(url: URL) -> Engine:
    """Connections that see what was committed before each statement; whoever writes takes the head of the log first."""
    options = {"options": _WAIT}
    return create_engine(url, isolation_level="READ COMMITTED", connect_args=options, hide_parameters=True)


def reading(url: URL) -> Engine:
    """Connections whose transactions see one state of the register, and cannot write."""
    engine = create_engine(url, isolation_level="REPEATABLE READ", hide_parameters=True)
    return engine.execution_options(postgresql_readonly=True)


def unsafe(connection: Connection) -> Text | None:
    """Which settings of that server could lose what it acknowledged, or garble names."""
    names = (*_MUST_BE_ON, "server_encoding")
    return wrong_settings({name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in names})


def wrong_settings(found: Mapping[str, str]) -> Text | None:
    """What is wrong with those settings."""
    wrong = [f"{name} = {found[name]}" for name in _MUST_BE_ON if found[name] == "off"]
    if found["server_encoding"] != "UTF8":
        wrong.append(f"server_encoding = {found['server_encoding']}")
    if not wrong:
        return None
    listed = ", ".join(wrong)
    return Text(
        nl=f"deze instellingen van de server zijn niet veilig voor een register: {listed}",
        en=f"these settings of the server are not safe for a register: {listed}",
    )

"""What is tried here takes nearly as long as all the rest: it is marked, and run by itself."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest

from registry.database import Database
from tests.faults.logins import Server, protected_register
from tests.servers import database_of

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder; before pytest looks which marks were asked for."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("faults")


# ---- a register with a login for each person ----


@pytest.fixture(scope="session")
def place(server: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """The address of a new register: a copy of one that is made once by each test process.

    Logins are of the whole server, so that one process at a time makes them.
    """
    base, numbers = tmp_path_factory.getbasetemp(), count()
    lock = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "roles.lock"
    template = f"roles_{os.getpid()}"

    def sql(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)

    sql(f"CREATE DATABASE {template}")
    with lock.open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        protected_register(database_of(server, template))

    def new() -> str:
        name = f"{template}_{next(numbers)}"
        sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        with closing(Database(database_of(server, name))) as database:
            database.protect()  # the rights on a database itself are in no template
        return database_of(server, name)

    return new


@pytest.fixture(scope="session")
def shared(place: Callable[[], str]) -> Iterator[Server]:
    """One for each test process: nothing that is tried on it stays."""
    yield (found := Server(place()))
    found.admin.close()


@pytest.fixture
def own(place: Callable[[], str]) -> Iterator[Server]:
    """One to change."""
    yield (found := Server(place()))
    found.admin.close()

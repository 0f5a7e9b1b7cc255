"""What many tests need: the repository's documents, and small laws and measures made on the spot."""

import gc
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from psycopg import connect
from psycopg.sql import SQL, Identifier

from registry.cli import main
from registry.collection import Collection, files_under
from registry.database import Database
from rules.basis import LawChoice
from rules.catalogue import shipped_catalogue
from rules.check import Checked, Setting, check
from rules.documents import Document, document
from rules.engine import Engine, cross_checked, durable_engine
from rules.lawbook import Lawbook, shipped_lawbook
from rules.measure import Measure
from rules.portfolio import Members
from tests.registers import add_people, with_a_grant
from tests.samples import LAW_HEAD, ROOT
from tests.servers import database_of, postgresql

# Tests start hundreds of processes: what one of them compiled, the others need not, whatever the environment says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.pop("PYTHONUNBUFFERED", None)  # users have none: with it what fails at the end of a process fails before
sys.dont_write_bytecode = False
# Nor do they say other things where CI runs them.
for name in ("CI_PROJECT_DIR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
    os.environ.pop(name, None)
gc.set_threshold(100_000, 20, 20)  # most of what tests make lives as long as they do: looking at it anew takes a tenth
Run = Callable[..., tuple[int, str, str]]
Fill = Callable[[Database], object]
Copies = Callable[..., str]
BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The rules engine, every answer compared with its twin."""
    return cross_checked(durable_engine())


@pytest.fixture
def lawbook(tmp_path: Path) -> Callable[..., Lawbook]:
    """A lawbook with one law of the given rules, or with the given files as they are."""

    def made(rules: str = "", **versions: str) -> Lawbook:
        stated = versions or {"2020-01-01": LAW_HEAD + textwrap.dedent(rules)}
        folder = tmp_path / "laws" / "testwet"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in stated.items():
            (folder / f"{name.replace('_', '-').strip('v')}.yaml").write_text(text, encoding="utf-8")
        return Lawbook(tmp_path / "laws", shipped_catalogue(), "laws")

    return made


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a PostgreSQL server, which all test processes share; the last of them stops it."""
    base = tmp_path_factory.getbasetemp()
    return postgresql(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture
def fresh(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """The address of a place without a register on that database."""

    def place(kind: str) -> str:
        if kind == "sqlite":
            return str(tmp_path / "r.db")
        server: str = request.getfixturevalue("server")
        name = f"fresh_{uuid4().hex}"
        with connect(server, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return database_of(server, name)

    return place


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Copies:
    """The address of a new register on that database: a copy of one that is filled once."""
    folder = tmp_path_factory.mktemp("registers")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw")
    made: dict[tuple[str, Fill], str] = {}
    numbers = count()

    def address(kind: str, name: str, original: str | None = None) -> str:
        if kind == "sqlite":
            place = folder / f"{name}.db"
            return str(shutil.copy(folder / f"{original}.db", place) if original else place)
        server: str = request.getfixturevalue("server")
        with connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy TEMPLATE {original or 'template1'}")
        return database_of(server, name)

    def copy(kind: str, by: Fill = add_people) -> str:
        if (kind, by) not in made:
            made[kind, by] = f"{worker}_original_{len(made)}"
            register = Database(address(kind, made[kind, by]), create=True)
            by(register)
            register.close()
        return address(kind, f"{worker}_copy_{next(numbers)}", made[kind, by])

    return copy


def filled(by: Fill) -> Any:
    """A fixture: a new register on each of both databases, filled by that function."""

    @pytest.fixture(params=BOTH)
    def made(request: pytest.FixtureRequest, copies: Copies) -> Iterator[Database]:
        database = Database(copies(request.param, by))
        yield database
        database.close()

    return made


database = filled(add_people)
register = filled(with_a_grant)


@cache
def shipped() -> Collection:
    """The shipped documents: read once, for nothing changes them."""
    return Collection(files_under([str(ROOT / "measures")]))


@cache
def members() -> Members:
    """The portfolio of the shipped documents under the shipped laws."""
    return Members(shipped().measures, shipped(), shipped_lawbook())


@pytest.fixture
def judged(engine: Engine) -> Callable[..., Checked]:
    """The check of a measure written as YAML, among the shipped documents unless others are given."""

    def made(
        text: str,
        on: date | None = None,
        book: Lawbook | None = None,
        law: LawChoice | None = None,
        portfolio: Collection | None = None,
    ) -> Checked:
        found = document(text.encode(), "measure.yaml")
        assert isinstance(found.model, Measure)
        around = portfolio or shipped()
        laws = book or shipped_lawbook()
        others = members() if portfolio is None and book is None else Members(around.measures, around, laws)
        setting = Setting(laws, around, engine, date(2026, 11, 24), on, law, others)
        return check(Document(found.model, found.parsed), setting)

    return made


@pytest.fixture
def rotterdam() -> str:
    """The measure of Rotterdam of 2018, as it is shipped."""
    return (ROOT / "measures/proposals/rotterdam/2018-designation.yaml").read_text(encoding="utf-8")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in the repository; its exit code, stdout and stderr."""
    monkeypatch.chdir(ROOT)

    def made(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(list(arguments))
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return made

"""What many tests need: the repository's documents, and small laws and measures made on the spot."""

import textwrap
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from registry.cli import main
from registry.collection import Collection, files_under
from rules.basis import LawChoice
from rules.catalogue import shipped_catalogue
from rules.check import Checked, Setting, check
from rules.documents import Document, document
from rules.engine import Engine, cross_checked, durable_engine
from rules.lawbook import Lawbook, shipped_lawbook
from rules.measure import Measure
from rules.portfolio import Members
from tests.samples import LAW_HEAD

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., tuple[int, str, str]]


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

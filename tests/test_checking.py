"""A run over many files: the same answer in one process and in several, and a lost worker costs nothing."""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.checking import Chunk, Options, Rows, checked_by_engine, checked_by_twin, chunks, lost_row
from registry.workers import Lost, run_chunks
from tests.samples import MEASURE
from tests.write_expected import ROOT

FILES = 120


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of many measures; every third asks for too long a term."""
    folder = tmp_path_factory.mktemp("many") / "proposals"
    folder.mkdir()
    for at in range(FILES):
        text = MEASURE.replace("testwet/permit", "wbmgp/priority").replace("test-measure", f"measure-{at}")
        folder.joinpath(f"{at:04}.yaml").write_text(
            text.replace("2030", "2031") if at % 3 == 0 else text, encoding="utf-8"
        )
    return folder


@pytest.fixture(scope="module")
def work(many: Path) -> list[Chunk]:
    """Its work, in chunks."""
    made = chunks([str(many)], Options(date(2026, 11, 24)))
    assert len(made) > 2
    return made


def rows(work: list[Chunk], how: Callable[[Chunk], list[Rows]], limit: float = 60.0) -> tuple[list[Rows], list[Lost]]:
    made: list[Rows] = []
    lost: list[Lost] = []
    for _, found, loss in run_chunks(how, work, jobs=2, time_limit=limit, redo=checked_by_twin):
        made.extend(found)
        lost.extend([loss] if loss else [])
    return made, lost


def dies_on_the_first(chunk: Chunk) -> list[Rows]:
    """As if the engine crashed: no exception, no message, the process is gone."""
    if chunk.files[0].endswith("0000.yaml"):
        os.kill(os.getpid(), signal.SIGKILL)
    return checked_by_engine(chunk)


def hangs_on_the_first(chunk: Chunk) -> list[Rows]:
    """As the engine hangs: in C, holding the interpreter, deaf to Ctrl-C and to threads that watch."""
    if chunk.files[0].endswith("0000.yaml"):
        ctypes.PyDLL(None).pause()
    return checked_by_engine(chunk)


def test_one_process_or_several(work: list[Chunk]) -> None:
    here = [row for chunk in work for row in checked_by_engine(chunk)]
    there, lost = rows(work, checked_by_engine)
    assert there == here
    assert lost == []
    too_long = ["wbmgp/5.4.term" in {problem["code"] for problem in row.problems} for row in here]
    assert too_long == [at % 3 == 0 for at in range(FILES)]


@pytest.mark.parametrize(
    ("how", "why", "limit"), [(dies_on_the_first, "died", 60.0), (hangs_on_the_first, "hung", 5.0)]
)
def test_a_lost_worker_costs_nothing(
    work: list[Chunk], how: Callable[[Chunk], list[Rows]], why: str, limit: float
) -> None:
    here = [row for chunk in work for row in checked_by_engine(chunk)]
    there, lost = rows(work, how, limit)
    assert there == here, "its files are done again by the twin, with the same hashes"
    assert [(loss.index, loss.why) for loss in lost] == [(0, why)]


def test_the_negative_control(work: list[Chunk]) -> None:
    """Without the workers the same crash takes the whole run with it."""
    code = "import tests.test_checking as t; from pathlib import Path; import sys\n"
    code += "from registry.checking import Options, chunks; from datetime import date\n"
    code += "[t.dies_on_the_first(chunk) for chunk in chunks([sys.argv[1]], Options(date(2026, 11, 24)))]"
    folder = str(Path(work[0].files[0]).parent)
    done = subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_lost_worker_is_told(work: list[Chunk]) -> None:
    """By the row that the command adds to the report: which files were done again, and by what."""
    row = lost_row(work[0], Lost(0, "died", "SIGKILL"), "en")
    assert (row["code"], row["level"]) == ("worker-lost", "warning")
    assert f"{len(work[0].files) - 1} other files" in row["message"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_command_over_many_files(many: Path, jobs: str) -> None:
    command = [sys.executable, "-m", "registry.cli", "check", str(many), "--jobs", jobs, "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["summary"]["measures"] == FILES
    assert [row["measure"] for row in report["results"]] == [f"measure-{at}" for at in range(FILES)]


def test_chunks_carry_their_options(work: list[Chunk]) -> None:
    """Chunks carry all that a worker needs: a changed option changes its answer, and no other's."""
    later = work[0]._replace(options=work[0].options._replace(on=date(2012, 1, 1)))
    [first, *_] = checked_by_engine(later)
    assert first.measure is not None
    assert first.measure["verdict"] == "undecided"

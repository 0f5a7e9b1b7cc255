"""A run over many files: the same answer in one process and in several, and a lost worker costs nothing."""

import ctypes
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from registry.checking import Options, Rows, Run, checked_by_engine, checked_by_twin, lost_row, run_of
from registry.collection import STDIN, others_than
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


How = Callable[[Run, Sequence[str]], list[Rows]]


@pytest.fixture(scope="module")
def run(many: Path) -> Run:
    """The run over them, of more than one chunk for each of two workers."""
    made = run_of([str(many)], Options(date(2026, 11, 24)))
    assert len(made.chunks) > 2
    return made


def rows(run: Run, how: How, limit: float = 60.0) -> tuple[list[Rows], list[Lost]]:
    made: list[Rows] = []
    lost: list[Lost] = []
    work, redo = partial(how, run), partial(checked_by_twin, run)
    for _, found, loss in run_chunks(work, run.chunks, jobs=2, time_limit=limit, redo=redo):
        made.extend(found)
        lost.extend([loss] if loss else [])
    return made, lost


def dies_on_the_first(run: Run, files: Sequence[str]) -> list[Rows]:
    """As if the engine crashed: no exception, no message, the process is gone."""
    if files[0].endswith("0000.yaml"):
        os.kill(os.getpid(), signal.SIGKILL)
    return checked_by_engine(run, files)


def hangs_on_the_first(run: Run, files: Sequence[str]) -> list[Rows]:
    """As the engine hangs: in C, holding the interpreter, deaf to Ctrl-C and to threads that watch."""
    if files[0].endswith("0000.yaml"):
        ctypes.PyDLL(None).pause()
    return checked_by_engine(run, files)


def test_one_process_or_several(run: Run) -> None:
    here = checked_by_engine(run, run.files)
    there, lost = rows(run, checked_by_engine)
    assert there == here
    assert lost == []
    too_long = ["wbmgp/5.4.term" in {problem["code"] for problem in row.problems} for row in here]
    assert too_long == [at % 3 == 0 for at in range(FILES)]


@pytest.mark.parametrize(
    ("how", "why", "limit"), [(dies_on_the_first, "died", 60.0), (hangs_on_the_first, "hung", 5.0)]
)
def test_a_lost_worker_costs_nothing(run: Run, how: How, why: str, limit: float) -> None:
    here = checked_by_engine(run, run.files)
    there, lost = rows(run, how, limit)
    assert there == here, "its files are done again by the twin, with the same hashes"
    assert [(loss.index, loss.why) for loss in lost] == [(0, why)]


def test_the_negative_control(run: Run) -> None:
    """Without the workers the same crash takes the whole run with it."""
    code = "import tests.test_checking as t; import sys\n"
    code += "from registry.checking import Options, run_of; from datetime import date\n"
    code += "run = run_of([sys.argv[1]], Options(date(2026, 11, 24)))\n"
    code += "[t.dies_on_the_first(run, files) for files in run.chunks]"
    folder = str(Path(run.files[0]).parent)
    done = subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL


def test_what_a_worker_is_sent_does_not_grow_with_the_run(run: Run) -> None:
    """A chunk is the names of its files: all the rest goes to a worker once, and not again with each of them."""
    assert all(len(pickle.dumps(files)) < 200 * len(files) for files in run.chunks)
    sent: Run = pickle.loads(pickle.dumps(run))  # noqa: S301 - its own
    assert "entries" in vars(sent.documents), "what each file is goes along: no worker reads all of them again"
    assert checked_by_engine(sent, run.chunks[0]) == checked_by_engine(run, run.chunks[0])


def test_a_file_is_itself_by_whatever_path_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "city" / "proposals"
    folder.mkdir(parents=True)
    for name in ("one.yaml", "two.yaml"):
        (folder / name).write_text(name, encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to(folder / "one.yaml")
    (tmp_path / "linked").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    found = ["city/proposals/one.yaml", "city/proposals/two.yaml"]
    for name in ("link.yaml", "linked/one.yaml", "city/../linked/one.yaml", str(folder / "one.yaml")):
        assert others_than([name], found) == found[1:], name
    assert others_than([STDIN], found) == found


def test_a_lost_worker_is_told(run: Run) -> None:
    """By the row that the command adds to the report: which files were done again, and by what."""
    row = lost_row(run.chunks[0], Lost(0, "died", "SIGKILL"), "en")
    assert (row["code"], row["level"]) == ("worker-lost", "warning")
    assert f"{len(run.chunks[0]) - 1} other files" in row["message"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_command_over_many_files(many: Path, jobs: str) -> None:
    command = [sys.executable, "-m", "registry.cli", "check", str(many), "--jobs", jobs, "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["summary"]["measures"] == FILES
    assert [row["measure"] for row in report["results"]] == [f"measure-{at}" for at in range(FILES)]


def test_a_run_carries_its_options(run: Run) -> None:
    """A run carries all that a worker needs: a changed option changes its answer, and no other's."""
    later = Run(run.files, run.documents, run.options._replace(on=date(2012, 1, 1)))
    [first, *_] = checked_by_engine(later, run.files[:1])
    assert first.measure is not None
    assert first.measure["verdict"] == "undecided"

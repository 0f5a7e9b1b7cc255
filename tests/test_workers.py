"""Chunks of work whose workers are killed, hang, raise, or lose their parent; and what the usual pool makes of that."""

import ctypes
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from multiprocessing.connection import Pipe
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from registry import workers
from registry.workers import Lost, WorkFailed, run_chunks

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _workers_find_this_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No child, dead or alive, is left by any test."""
    yield
    assert children() == []


def children() -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.append(int(entry.parent.name))
    return found


# What workers are given to do. A chunk is a number; what a function does to it follows from the number.


def square_of(_shared: bytes, number: int) -> int:
    return square(number)


def square(chunk: int) -> int:
    return chunk * chunk


def slow_square(chunk: int) -> int:
    time.sleep(0.3 if chunk == 0 else 0)
    return chunk * chunk


def who(chunk: int) -> int:
    return os.getpid()


def die(chunk: int) -> int:
    """By the signal in the chunk, or with that exit status; otherwise as square."""
    if chunk >= 1000:
        os._exit(chunk - 1000)
    if chunk > 100:
        os.kill(os.getpid(), chunk - 100)
    return chunk * chunk


def crash(chunk: int) -> int:
    return ctypes.string_at(0)[0] if chunk == 1 else chunk * chunk


def leave(chunk: int) -> int:
    sys.exit(7)


def hang(chunk: int) -> int:
    """Chunk 1 sleeps in C with the interpreter's lock in hand: no signal handler and no other thread runs."""
    if chunk == 1:
        ctypes.PyDLL(None).sleep(600)
    return chunk * chunk


def wait_for_ever(chunk: int) -> int:
    time.sleep(600)
    return chunk


class Odd(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def fail(chunk: int) -> int:
    if chunk == 3:
        raise LookupError("nothing there", chunk)
    return chunk


def fail_oddly(chunk: int) -> int:
    raise Odd(1, 2)


def unsendable(chunk: int) -> Callable[[], int]:
    return lambda: chunk


def long_answer(chunk: int) -> bytes:
    return b"x" * 3_000_000


prepared: list[int] = []


def prepare() -> None:
    prepared.append(os.getpid())


def prepare_badly() -> None:
    raise OSError("no such engine")


def prepare_and_die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def preparations(chunk: int) -> list[int]:
    return prepared


def loaded(chunk: int) -> list[str]:
    return sorted(sys.modules)


def redone(chunk: int) -> int:
    return -chunk


def never(chunk: Any) -> Any:
    raise AssertionError(f"chunk {chunk} was redone")


def in_workers(extra: str) -> str:
    """The program of a worker, with something changed in it before it serves."""
    begin = "from registry.workers import _serve;"
    assert begin in workers._PROGRAM
    return workers._PROGRAM.replace(begin, f"from registry import workers; {extra} {begin}")


# The ordinary course


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_come_in_order(jobs: int) -> None:
    found = list(run_chunks(slow_square, range(20), jobs=jobs, time_limit=20, redo=never))
    assert found == [(index, index * index, None) for index in range(20)]


def test_no_chunks_need_no_workers() -> None:
    assert list(run_chunks(square, [], jobs=2, time_limit=1, redo=never)) == []


def test_workers_start_when_asked_and_never_more_than_there_is_work(monkeypatch: pytest.MonkeyPatch) -> None:
    results = run_chunks(who, range(2), jobs=8, time_limit=20, redo=never)
    assert children() == []
    next(results)
    assert 1 <= len(children()) <= 2
    results.close()
    assert children() == []


def test_a_worker_keeps_its_process_and_prepares_once() -> None:
    found = list(run_chunks(preparations, range(9), jobs=2, time_limit=20, redo=never, prepare=prepare))
    assert all(len(pids) == 1 for _, pids, _ in found)
    assert len({pids[0] for _, pids, _ in found}) <= 2
    assert os.getpid() not in {pids[0] for _, pids, _ in found}


def test_a_worker_loads_what_its_work_needs_and_no_more() -> None:
    modules = next(run_chunks(loaded, [0], jobs=1, time_limit=20, redo=never))[1]
    assert __name__ in modules
    assert {"registry.cli", "rules.kernel", "pydantic", "concurrent.futures"} & set(modules) == set()


def test_long_answers_do_not_block_anyone() -> None:
    results = run_chunks(long_answer, range(6), jobs=2, time_limit=20, redo=never)
    assert [len(answer) for _, answer, _ in results] == [3_000_000] * 6


def test_a_long_answer_waits_for_a_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PROGRAM", in_workers("workers._GRACE = 0.1;"))
    for _, _, lost in run_chunks(long_answer, range(3), jobs=2, time_limit=0.4, redo=never):
        assert lost is None
        time.sleep(0.8)


@pytest.mark.parametrize(
    ("jobs", "limit"), [(0, 1.0), (-1, 1.0), (1, 0.0), (1, -1.0), (1, float("inf")), (1, float("nan"))]
)
def test_senseless_bounds_are_refused_at_once(jobs: int, limit: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        run_chunks(square, [1], jobs=jobs, time_limit=limit, redo=never)


def test_work_of_the_main_program_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(square, "__module__", "__main__")
    for work in (square, partial(square)):
        with pytest.raises(ValueError, match="main program"):
            run_chunks(work, [1], jobs=1, time_limit=1, redo=never)


# Loss


@pytest.mark.parametrize(
    ("chunk", "detail"),
    [
        (100 + signal.SIGKILL, "SIGKILL"),
        (100 + signal.SIGSEGV, "SIGSEGV"),
        (1003, "exit status 3"),
        (1000, "exit status 0"),
    ],
    ids=["killed", "segfault", "exit 3", "exit 0"],
)
def test_the_chunk_of_a_dead_worker_is_redone_and_named(chunk: int, detail: str) -> None:
    found = list(run_chunks(die, [1, chunk, 3, 4, 5], jobs=1, time_limit=20, redo=redone))
    assert found == [(0, 1, None), (1, -chunk, Lost(1, "died", detail)), (2, 9, None), (3, 16, None), (4, 25, None)]


def test_a_real_crash_costs_one_chunk() -> None:
    found = list(run_chunks(crash, range(4), jobs=2, time_limit=20, redo=redone))
    assert found == [(0, 0, None), (1, -1, Lost(1, "died", "SIGSEGV")), (2, 4, None), (3, 9, None)]


def test_every_worker_may_die() -> None:
    found = list(run_chunks(leave, range(5), jobs=2, time_limit=20, redo=redone))
    assert found == [(index, -index, Lost(index, "died", "exit status 7")) for index in range(5)]


def test_workers_that_die_before_they_begin_cost_their_first_chunk() -> None:
    found = list(run_chunks(square, range(3), jobs=2, time_limit=20, redo=redone, prepare=prepare_and_die))
    assert found == [(index, -index, Lost(index, "died", "SIGKILL")) for index in range(3)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_that_hangs_in_c_is_killed_and_its_chunk_redone(jobs: int) -> None:
    began = time.monotonic()
    found = list(run_chunks(hang, range(5), jobs=jobs, time_limit=1, redo=redone))
    assert found == [(0, 0, None), (1, -1, Lost(1, "hung", "1 s")), (2, 4, None), (3, 9, None), (4, 16, None)]
    assert time.monotonic() - began < 15


def test_a_worker_that_does_not_start_is_killed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "START_LIMIT", 0.5)
    monkeypatch.setattr(workers, "_PROGRAM", "import time; time.sleep(600)")
    found = list(run_chunks(square, [2], jobs=1, time_limit=20, redo=redone))
    assert found == [(0, -2, Lost(0, "hung", "0.5 s"))]
    # also where there is much to tell it: nobody waits for the pipe of one that does not listen
    found = list(run_chunks(partial(square_of, b" " * 10_000_000), [2], jobs=1, time_limit=20, redo=redone))
    assert found == [(0, -2, Lost(0, "hung", "0.5 s"))]


def test_the_negative_control_of_a_full_pipe() -> None:
    """As much, sent to somebody who does not listen: the sender is stuck until the other is gone."""
    ours, theirs = Pipe()

    def send() -> None:
        with suppress(OSError):
            ours.send_bytes(b" " * 10_000_000)

    sending = Thread(target=send)
    sending.start()
    sending.join(0.5)
    assert sending.is_alive()
    theirs.close()
    sending.join(20)
    assert not sending.is_alive()


def test_a_worker_killed_while_it_has_nothing_to_do_is_replaced() -> None:
    results = run_chunks(who, range(3), jobs=1, time_limit=20, redo=redone)
    _, pid, _ = next(results)
    os.kill(pid, signal.SIGKILL)
    # the second chunk was with that worker by then, finished or not
    rest = list(results)
    assert [index for index, _, _ in rest] == [1, 2]
    assert rest[1][1] != pid


# Exceptions are no loss


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_is_raised_when_its_chunk_is_due_with_the_traceback(jobs: int) -> None:
    results = run_chunks(fail, range(9), jobs=jobs, time_limit=20, redo=never)
    assert list(islice(results, 3)) == [(0, 0, None), (1, 1, None), (2, 2, None)]
    with pytest.raises(LookupError, match="nothing there") as raised:
        next(results)
    assert raised.value.args == ("nothing there", 3)
    assert 'raise LookupError("nothing there", chunk)' in raised.value.__notes__[0]


@pytest.mark.parametrize(
    ("work", "said"),
    [(fail_oddly, "Odd: 1 and 2"), (unsendable, "pickle")],
    ids=["exception that cannot travel", "result that cannot travel"],
)
def test_what_cannot_travel_is_an_exception_too(work: Callable[[int], Any], said: str) -> None:
    with pytest.raises((WorkFailed, AttributeError, TypeError, pickle.PicklingError), match=said) as raised:
        list(run_chunks(work, [1], jobs=1, time_limit=20, redo=never))
    assert "Traceback" in raised.value.__notes__[0]


def test_an_exception_in_prepare_is_raised() -> None:
    with pytest.raises(OSError, match="no such engine"):
        list(run_chunks(square, range(5), jobs=2, time_limit=20, redo=never, prepare=prepare_badly))


def test_an_exception_in_redo_is_raised() -> None:
    with pytest.raises(AssertionError, match="chunk 1003 was redone"):
        list(run_chunks(die, [1, 1003, 2], jobs=2, time_limit=20, redo=never))


# However it ends


@pytest.mark.parametrize("work", [hang, wait_for_ever])
def test_closing_early_ends_everyone_at_once(work: Callable[[int], int]) -> None:
    results = run_chunks(work, [0 if work is hang else 1, 1, 1], jobs=2, time_limit=600, redo=redone)
    if work is hang:
        assert next(results) == (0, 0, None)
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < 2


def test_a_consumer_that_raises_leaves_no_one() -> None:
    def consume() -> None:
        for _ in run_chunks(hang, [0, 1, 1], jobs=2, time_limit=600, redo=redone):
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        consume()


# In a process of its own: a parent that is interrupted, or gone

PARENT = """
import os, sys, time
sys.path.insert(0, ROOT)
from registry import workers
from tests.test_workers import crash, hang, redone, square
workers._PROGRAM = PROGRAM
"""


def parent(code: str, extra: str = "") -> "subprocess.Popen[str]":
    program = PARENT.replace("ROOT", repr(str(ROOT))).replace("PROGRAM = PROGRAM", f"PROGRAM = {in_workers(extra)!r}")
    program += code
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def alive(pid: int) -> bool:
    """A process whose parent is gone may stay as a name in the table until someone collects it: that is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def gone(pid: int, within: float) -> bool:
    end = time.monotonic() + within
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


INTERRUPTED = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background start with interrupts ignored
results = workers.run_chunks(hang, [0, 1, 1], jobs=2, time_limit=600, redo=redone)
next(results)
print(*(worker.process.pid for worker in results.gi_frame.f_locals["crew"]._workers), flush=True)
next(results)
"""


def test_ctrl_c_ends_the_workers_promptly_and_quietly() -> None:
    with parent(INTERRUPTED) as process:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(alive, pids))
        time.sleep(0.3)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert time.monotonic() - began < 5
    assert process.returncode == -signal.SIGINT
    assert said.count("Traceback") == 1, said
    assert not any(map(alive, pids))


ABANDONED = """
results = workers.run_chunks(hang, CHUNKS, jobs=1, time_limit=0.5, redo=redone)
next(results)
print(results.gi_frame.f_locals["crew"]._workers[0].process.pid, flush=True)
time.sleep(0.3)
os._exit(0)  # nothing is cleared up, as if killed
"""


def abandoned(chunks: str, extra: str = "") -> int:
    """The worker of a parent that went without a word. (It holds the output open: no end to wait for there.)"""
    program = ABANDONED.replace("CHUNKS", chunks)
    with parent(program, f"workers._GRACE = 1.0; {extra}") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert process.wait(timeout=30) == 0
    return pid


def test_workers_outlive_a_killed_parent_by_no_more_than_the_limit() -> None:
    assert gone(abandoned("[0]"), 5)
    assert gone(abandoned("[0, 1]"), 10)


def test_without_its_timer_a_hung_orphan_would_stay() -> None:
    pid = abandoned("[0, 1]", "import signal; signal.setitimer = lambda *given: None;")
    try:
        assert not gone(pid, 3)
    finally:
        os.kill(pid, signal.SIGKILL)
    assert gone(pid, 5)


# The usual pool, on the same work

POOL = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
    for future in [pool.submit(WORK, chunk) for chunk in range(4)]:
        try:
            print(future.result(timeout=LIMIT), flush=True)
        except Exception as error:
            print(type(error).__name__, flush=True)
"""


def pooled(work: str, limit: float, seconds: float) -> tuple[str, bool]:
    """What it printed, and whether it came to an end."""
    with parent(POOL.replace("WORK", work).replace("LIMIT", str(limit))) as process:
        try:
            return process.communicate(timeout=seconds)[0], True
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.communicate()[0], False


def test_the_usual_pool_loses_everything_to_one_crash_and_never_ends_on_one_hang() -> None:
    said, ended = pooled("square", 20, 30)
    assert (said.split(), ended) == (["0", "1", "4", "9"], True)
    said, ended = pooled("crash", 20, 30)
    assert ended
    assert "BrokenProcessPool" in said.split()
    said, ended = pooled("hang", 1, 5)
    assert not ended

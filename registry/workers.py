"""Work in chunks, by processes that may hang or die: each chunk has a time limit, and a lost one is redone over here.

Threads and the usual pools will not do. Code in C that hangs while it holds the interpreter's lock hears no signal that
Python handles and lets no other thread run; only the operating system can end it. So each worker is a fresh interpreter
at the other end of a pipe, does one chunk at a time, and is killed without asking.
"""

import math
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, Pipe, wait
from time import monotonic
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")
R = TypeVar("R")

START_LIMIT = 60.0  # seconds to start and prepare in: much, for a machine that is busy with something else
_GRACE = 5.0  # seconds over a limit after which a worker that nobody killed ends by itself: no orphan hangs for ever
_PROGRAM = "import sys; sys.path[:] = sys.argv[2:]; from registry.workers import _serve; _serve(int(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class Lost:
    """A chunk that took its worker with it, or did not end; `detail` is a signal, an exit status or a time."""

    index: int
    why: Literal["died", "hung"]
    detail: str


class WorkFailed(Exception):
    """Stands for an exception in a worker that cannot travel; the traceback is a note on it."""


def run_chunks(
    work: Callable[[T], R],
    chunks: Sequence[T],
    *,
    jobs: int,
    time_limit: float,
    redo: Callable[[T], R],
    prepare: Callable[[], None] | None = None,
) -> Generator[tuple[int, R, Lost | None], None, None]:
    """What `work` makes of each chunk, in order, by at most `jobs` processes, within `time_limit` seconds a chunk.

    `work`, and `prepare` that runs once in every worker, stand in modules; workers import those and no others. What a
    partial `work` holds is sent to each worker once. A lost chunk is done by `redo`, in this process. An exception in
    work or prepare is raised when its chunk is due, with the worker's traceback as a note. However this ends, no
    process remains.
    """
    if jobs < 1 or not 0 < time_limit < math.inf:
        raise ValueError(f"{jobs} jobs, {time_limit} seconds for a chunk: both must be above 0 and have an end")
    for function in filter(None, (work.func if isinstance(work, partial) else work, prepare)):
        if function.__module__ == "__main__":
            raise ValueError(f"{function.__qualname__} stands in the main program, which workers do not import")
    return _results(_Crew(work, prepare, chunks, jobs, time_limit), redo)


def _results(crew: "_Crew[T, R]", redo: Callable[[T], R]) -> Generator[tuple[int, R, Lost | None], None, None]:
    try:
        for due, chunk in enumerate(crew.chunks):
            answer = crew.answer(due)
            if isinstance(answer, Lost):
                yield due, redo(chunk), answer
            elif isinstance(answer, _Raised):
                raise answer.error
            else:
                yield due, answer.result, None
    finally:
        crew.end()


@dataclass(frozen=True, slots=True)
class _Done(Generic[R]):
    result: R


@dataclass(frozen=True, slots=True)
class _Raised:
    error: Exception


@dataclass(slots=True)
class _Worker:
    process: "subprocess.Popen[bytes]"
    pipe: "Connection[Any, Any]"
    deadline: float
    index: int | None  # of the chunk that it has; of its first one while it starts
    told: bool = False  # what the work is: once it listens, for what is long would fill the pipe of one that hangs
    started: bool = False


class _Crew(Generic[T, R]):
    """The workers, who has which chunk, and the answers that are not due yet."""

    def __init__(
        self,
        work: Callable[[T], R],
        prepare: Callable[[], None] | None,
        chunks: Sequence[T],
        jobs: int,
        time_limit: float,
    ) -> None:
        self.chunks = chunks
        self._task, self._jobs, self._limit = pickle.dumps((work, prepare, time_limit)), jobs, time_limit
        self._todo = iter(range(len(chunks)))
        self._workers: list[_Worker] = []
        self._answers: dict[int, _Done[R] | _Raised | Lost] = {}

    def answer(self, index: int) -> _Done[R] | _Raised | Lost:
        """Waits for it; nobody is left idle, while waiting or after."""
        self._hand_out()
        while index not in self._answers:
            self._listen()
            self._hand_out()
        return self._answers.pop(index)

    def end(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        while self._workers:
            self._dismiss(self._workers[-1])

    def _hand_out(self) -> None:
        idle = [worker for worker in self._workers if worker.index is None]
        while idle or len(self._workers) < self._jobs:
            index = next(self._todo, None)
            if index is None:
                return
            if idle:
                self._send(idle.pop(), index)
            else:
                self._start(index)

    def _start(self, index: int) -> None:
        ours, theirs = Pipe()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - this interpreter, with a program written above
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno()), *sys.path],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C in the terminal is for this process, which then ends them all
            )
        self._workers.append(_Worker(process, ours, monotonic() + START_LIMIT, index))

    def _send(self, worker: _Worker, index: int) -> None:
        worker.index, worker.deadline = index, monotonic() + self._limit
        self._tell(worker, pickle.dumps(self.chunks[index]))

    def _tell(self, worker: _Worker, what: bytes) -> None:
        try:
            worker.pipe.send_bytes(what)
        except OSError:
            self._lose(worker, hung=False)

    def _listen(self) -> None:
        """Waits until someone answers, dies, or has had all his time."""
        busy = [worker for worker in self._workers if worker.index is not None]
        soonest = min(worker.deadline for worker in busy)
        heard = wait([worker.pipe for worker in busy], max(0.0, soonest - monotonic()))
        for worker in busy:
            if worker.pipe in heard:
                self._hear(worker)
            elif worker.deadline <= monotonic() and not worker.pipe.poll():
                self._lose(worker, hung=True)

    def _hear(self, worker: _Worker) -> None:
        try:
            said: _Done[R] | _Raised = worker.pipe.recv()
        except (EOFError, OSError):
            self._lose(worker, hung=False)
            return
        assert worker.index is not None
        if worker.started:
            self._answers[worker.index], worker.index = said, None
        elif isinstance(said, _Raised):
            self._answers[worker.index] = said
            self._dismiss(worker)
        elif not worker.told:
            worker.told = True
            self._tell(worker, self._task)
        else:
            worker.started = True
            self._send(worker, worker.index)

    def _lose(self, worker: _Worker, *, hung: bool) -> None:
        assert worker.index is not None
        limit = self._limit if worker.started else START_LIMIT
        with suppress(subprocess.TimeoutExpired):
            # a pipe closes a moment before its process is gone, and then tells why
            worker.process.wait(0 if hung else 1)
        status = worker.process.returncode
        if status is None or status == -signal.SIGALRM:
            self._answers[worker.index] = Lost(worker.index, "hung", f"{limit:g} s")
        else:
            self._answers[worker.index] = Lost(worker.index, "died", _ending(status))
        self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.wait()
        worker.pipe.close()
        self._workers.remove(worker)


def _ending(status: int) -> str:
    try:
        return signal.Signals(-status).name if status < 0 else f"exit status {status}"
    except ValueError:
        return f"signal {-status}"


def _serve(pipe_number: int) -> None:
    """What a worker does: it says that it listens, then answers the task, then each chunk, until the pipe closes."""
    # by default this signal ends the process, even where code in C would let no handler run
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    pipe: Connection[Any, Any] = Connection(pipe_number)
    act: Callable[[Any], object]
    limit = START_LIMIT

    def begin(task: tuple[Callable[[Any], object], Callable[[], None] | None, float]) -> None:
        nonlocal act, limit
        act, prepare, limit = task
        if prepare is not None:
            prepare()

    act = begin
    with suppress(EOFError, OSError):  # nobody at the other end any more
        pipe.send_bytes(pickle.dumps(_Done(None)))
        while True:
            sent = pipe.recv_bytes()
            signal.setitimer(signal.ITIMER_REAL, limit + _GRACE)
            answer = _answer(act, sent)
            signal.setitimer(signal.ITIMER_REAL, 0)  # a long answer may stand in the pipe for a while
            pipe.send_bytes(answer)


def _answer(act: Callable[[Any], object], sent: bytes) -> bytes:
    try:
        return pickle.dumps(_Done(act(pickle.loads(sent))))  # noqa: S301 - from the process that started this one
    except Exception as error:  # noqa: BLE001 - it is raised where the chunk came from
        return pickle.dumps(_Raised(_fit_to_travel(error)))


def _fit_to_travel(error: Exception) -> Exception:
    """The exception with its traceback as a note; another in its place if pickle cannot bring it over whole."""
    note = traceback.format_exc()
    error.add_note(note)
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - its own
    except Exception:  # noqa: BLE001 - whatever its own code does
        error = WorkFailed("".join(traceback.format_exception_only(error)).splitlines()[0])
        error.add_note(note)
    return error

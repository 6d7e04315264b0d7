"""Worker processes: an ordered parallel map over jobs.

The function to run is passed in and must be picklable. Processes communicate over anonymous pipes;
a worker exits as soon as its pipe closes, even if the process that started it was killed.

The first worker is spawned and loads the weights. If it still has a single thread (on Linux, with
the weights on the CPU), it forks the other workers, which share its memory. Otherwise they are
spawned too and load their own weights.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from vnsum import require
from vnsum.errors import InputError, VnsumError
from vnsum.forking import sharing_weights, use_one_thread

Tag = TypeVar("Tag")
WarningRecord = tuple[str, type[Warning], str, int]

MAX_WORKERS = 61 if sys.platform == "win32" else 512  # Windows cannot wait for more pipes at once
PREFETCH = 2  # jobs per worker: the current and the next one
MAX_PENDING = 2 * PREFETCH  # jobs per worker whose replies are not yet yielded
JOIN_TIMEOUT = 2.0  # seconds to wait for a worker to exit
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The outcome of a job: an answer or an error, and the warnings issued."""

    answer: Any = None
    error: BaseException | None = None
    warnings: tuple[WarningRecord, ...] = ()

    def get(self) -> Any:
        """Return the answer, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass(slots=True, kw_only=True)
class Job:
    """A submitted job; `tag` is yielded with its reply."""

    tag: Any
    reply: Reply | None = None


def require_count(workers: object) -> int:
    """Return the number of workers; `InputError` unless it is an integer of at least 1.

    >>> require_count(2)
    2
    """
    count = require.whole_number(workers, "workers", least=1)
    if count > MAX_WORKERS:
        raise InputError(f"workers must be at most {MAX_WORKERS}, not {count}")
    return count


def pack(work: Callable[[Any], Any], load: Callable[[], object]) -> bytes:
    """Pickle `work` and `load` for `map_ordered`; `InputError` if they cannot be pickled.

    `work` runs one job; `load` loads what all jobs share. Errors of `load` are ignored, so a job
    that needs what could not be loaded must raise its own error.
    """
    try:
        return pickle.dumps((work, load))
    except Exception as error:
        raise InputError(
            "workers= sends the pipeline to other processes, and this one cannot be pickled "
            f"({error}): define its classes and functions in a module, or use workers=1"
        ) from error


def map_ordered(
    packed: bytes, jobs: Iterable[tuple[Tag, Any]], *, workers: int
) -> Generator[tuple[Tag, Reply], None, None]:
    """Yield `(tag, reply)` for every job `(tag, payload)`, in order; close it to stop the workers.

    `packed` is the result of `pack`; `tag` stays in this process. Jobs are consumed as workers
    become free, with a few pending per worker. An error of the iterable `jobs` is raised after all
    earlier replies. Raises `VnsumError` if a worker process dies.
    """
    source = iter(jobs)
    stop: Exception | None = None
    pending: deque[Job] = deque()
    pool: _Pool | None = None
    try:
        while True:
            if (
                stop is None
                and len(pending) < MAX_PENDING * workers
                and (pool is None or pool.has_room)
            ):
                try:
                    tag, payload = next(source)
                except Exception as error:
                    stop = error
                    continue
                pool = pool or _Pool(packed, workers)
                pending.append(pool.submit(tag, payload))
            elif pool is None or not pending:
                break
            elif (reply := pending[0].reply) is None:
                pool.receive()
            else:
                yield pending.popleft().tag, reply
    finally:
        if pool is not None:
            pool.close()
    if stop is not None and not isinstance(stop, StopIteration):
        raise stop


def make_picklable(error: BaseException) -> BaseException:
    """Return `error` in a form that can be pickled, with its traceback as a note.

    An error that cannot be pickled becomes the nearest base class in vnsum, or a `VnsumError` that
    names its type.
    """
    if hasattr(error, "add_note"):  # from Python 3.11 on
        error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled in the same line
    except Exception:
        copy = None
    if type(copy) is type(error) and str(copy) == str(error):
        return error
    for kind in type(error).__mro__:
        if issubclass(kind, VnsumError) and kind.__module__ == VnsumError.__module__:
            return kind(str(error))
    return VnsumError(f"{type(error).__name__}: {error}")


class _Pool:
    """The worker processes, seen from the process that started them."""

    def __init__(self, packed: bytes, count: int) -> None:
        if multiprocessing.current_process().daemon:
            raise InputError(
                "workers= starts processes, which a daemonic process of multiprocessing cannot "
                "do: use workers=1 here"
            )
        context = multiprocessing.get_context("spawn")
        pipes = [context.Pipe() for _ in range(count)]
        self._jobs: dict[Connection, deque[Job]] = {ours: deque() for ours, _ in pipes}
        self._has_replied = False
        self._warned: set[tuple[str, type[Warning]]] = set()
        theirs = [end for _, end in pipes]
        self._process = context.Process(target=_start, args=(packed, theirs), name="vnsum-worker")
        with _blocking_interrupts():
            self._process.start()
        # Runs before the handler of multiprocessing, which would wait for the process.
        atexit.register(self.close)
        for end in theirs:  # an open copy would hide the death of a worker
            end.close()

    @property
    def has_room(self) -> bool:
        """Whether a worker can take another job."""
        return any(len(jobs) < PREFETCH for jobs in self._jobs.values())

    def submit(self, tag: object, payload: object) -> Job:
        """Send a job to the worker with the fewest."""
        end = min(self._jobs, key=lambda end: len(self._jobs[end]))
        job = Job(tag=tag)
        self._jobs[end].append(job)
        data = pickle.dumps(payload)
        with self._reporting_death():
            end.send_bytes(data)
        return job

    def receive(self) -> None:
        """Wait for replies and assign them to their jobs."""
        ready = wait([*self._jobs])
        for end, jobs in self._jobs.items():
            if end not in ready:
                continue
            with self._reporting_death():
                data = end.recv_bytes()
            self._has_replied = True
            reply = pickle.loads(data)  # noqa: S301 - from our own process
            jobs.popleft().reply = reply
            self._warn(reply.warnings)

    def close(self) -> None:
        """Stop the workers, even if they are busy."""
        atexit.unregister(self.close)
        for end in self._jobs:
            end.close()
        _join(self._process)

    def _warn(self, found: Iterable[WarningRecord]) -> None:
        """Issue the warnings of the workers in this process, each once."""
        for message, category, file, line in found:
            if (message, category) not in self._warned:
                self._warned.add((message, category))
                warnings.warn_explicit(message, category, file, line)

    @contextlib.contextmanager
    def _reporting_death(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            reason = (
                "the system may have run out of memory: use fewer workers; with cache= the same "
                "call resumes where it stopped"
                if self._has_replied
                else "if it could not start: a script that uses workers= must run its work under "
                "`if __name__ == '__main__':`, because every worker imports the script"
            )
            raise VnsumError(f"a worker process has died; {reason}") from error


def _start(packed: bytes, ends: Sequence[Connection]) -> None:
    """Start a worker for every pipe; this process becomes the first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent closes the pipe instead
    os.environ.update(ONE_THREAD)
    use_one_thread()
    work, load = _unpack(packed)
    own, *others = ends
    if others and _has_one_thread():
        with contextlib.suppress(Exception):  # see `pack`
            load()
        gc.freeze()  # the collector would write to shared memory
    children: list[BaseProcess] = []
    if _has_one_thread():
        context = multiprocessing.get_context("fork")
        for end in others:
            inherited = [other for other in ends if other is not end]
            children.append(context.Process(target=_serve, args=(work, end, (), inherited)))
    else:
        spawning = multiprocessing.get_context("spawn")
        children += [spawning.Process(target=_start, args=(packed, [end])) for end in others]
    with sharing_weights():
        for child in children:
            child.start()
    _serve(work, own, children, others)


def _serve(
    work: Callable[[Any], Any],
    end: Connection,
    children: Sequence[BaseProcess],
    inherited: Iterable[Connection],
) -> None:
    """Run jobs until the pipe closes; `inherited` are pipes of other workers."""
    for other in inherited:
        other.close()
    use_one_thread()
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_pipe, args=(end, inbox, children), daemon=True).start()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")  # the parent applies the filters
        while True:
            caught.clear()
            try:
                payload = pickle.loads(inbox.get())  # noqa: S301 - from our own process
                reply = Reply(answer=work(payload))
                pickle.dumps(reply)
            except BaseException as error:  # interrupts, too, are raised in the parent
                reply = Reply(error=make_picklable(error))
            found = tuple((str(w.message), w.category, w.filename, w.lineno) for w in caught)
            with contextlib.suppress(OSError):  # the pipe is closed; `_read_pipe` will exit
                end.send_bytes(pickle.dumps(replace(reply, warnings=found)))


def _read_pipe(
    end: Connection, inbox: queue.SimpleQueue[bytes], children: Sequence[BaseProcess]
) -> None:
    """Put received jobs into `inbox`; exit the process as soon as the pipe closes."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            inbox.put(end.recv_bytes())
    for child in children:
        _join(child)
    os._exit(0)


def _unpack(packed: bytes) -> tuple[Callable[[Any], Any], Callable[[], object]]:
    """Return the arguments of `pack`, or functions that raise why they cannot be unpickled."""
    try:
        work, load = pickle.loads(packed)  # noqa: S301 - from the parent process
    except Exception as error:
        message = (
            "workers= sends the pipeline to other processes, where it cannot be unpickled "
            f"({error}): define its classes and functions in a module, or use workers=1"
        )

        def refuse(*_: object) -> None:
            raise InputError(message)

        return refuse, refuse
    return work, load


def _has_one_thread() -> bool:
    """Return whether this process has a single thread and can be forked; `False` if unknown."""
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and len([*tasks.iterdir()]) == 1


def _join(process: BaseProcess) -> None:
    process.join(JOIN_TIMEOUT)
    if process.is_alive():
        process.kill()
        process.join()


@contextlib.contextmanager
def _blocking_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, on which they would print tracebacks."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # starting it later would unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

"""The parent side of worker processes: the pool, and an ordered parallel map over jobs."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from vnsum import require
from vnsum.errors import InputError, VnsumError
from vnsum.forking import ForkDelayingLock
from vnsum.workers.process import SAFE_PATH, STOP, Reply, WarningRecord, join, start

Tag = TypeVar("Tag")

MAX_WORKERS = 61 if sys.platform == "win32" else 512  # Windows cannot wait for more pipes at once
PREFETCH = 2  # jobs per worker: the current and the next one
_starting = ForkDelayingLock()  # of processes, for which the environment is changed
MAX_PENDING = 2 * PREFETCH  # jobs per worker whose replies are not yet yielded


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
    become free, with a few pending per worker. An error of the iterable `jobs`, and `InputError`
    for a payload that cannot be pickled, is raised after all earlier replies. Raises `VnsumError`
    if the workers cannot be started or one of them dies.
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
                    data = _pack_job(payload)
                except Exception as error:
                    stop = error
                    continue
                pool = pool or _start_pool(packed, workers)
                pending.append(pool.submit(tag, data))
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


def _pack_job(payload: object) -> bytes:
    try:
        return pickle.dumps(payload)
    except Exception as error:
        raise InputError(
            f"workers= sends the texts to other processes, and one cannot be pickled ({error}): "
            "pass a str, a vnsum.Article or a vnsum.Document, or use workers=1"
        ) from error


def _start_pool(packed: bytes, count: int) -> _Pool:
    try:
        return _Pool(packed, count)
    except OSError as error:
        raise VnsumError(
            f"cannot start {count} worker processes ({error}): use fewer workers, or raise the "
            "limits of processes and open files"
        ) from error


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
        self._owner = os.getpid()
        self._warned: set[tuple[str, type[Warning]]] = set()
        theirs = [end for _, end in pipes]
        unset = SAFE_PATH not in os.environ
        self._process = context.Process(
            target=start, args=(packed, theirs, unset), name="vnsum-worker"
        )
        try:
            with _excluding_current_folder(), _blocking_interrupts():
                self._process.start()
                # Runs before the handler of multiprocessing, which would wait for the process.
                atexit.register(self.close)
            for end in theirs:  # an open copy would hide the death of a worker
                end.close()
        except (KeyboardInterrupt, SystemExit):  # perhaps pending since signals were blocked
            if self._process.is_alive():
                self.close()
            raise

    @property
    def has_room(self) -> bool:
        """Whether a worker can take another job."""
        return any(len(jobs) < PREFETCH for jobs in self._jobs.values())

    def submit(self, tag: object, data: bytes) -> Job:
        """Send a pickled job to the worker with the fewest."""
        end = min(self._jobs, key=lambda end: len(self._jobs[end]))
        job = Job(tag=tag)
        self._jobs[end].append(job)
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
        """Stop the workers, even if they are busy; a copy in a forked process leaves them."""
        atexit.unregister(self.close)
        is_owner = os.getpid() == self._owner
        for end in self._jobs:
            if is_owner:
                # A process that was forked meanwhile has a copy of the end, which keeps it open.
                with contextlib.suppress(OSError):
                    if os.name == "posix":
                        os.set_blocking(end.fileno(), False)  # the pipe may be full
                    end.send_bytes(STOP)
            end.close()
        if is_owner:
            join(self._process)

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


@contextlib.contextmanager
def _excluding_current_folder() -> Iterator[None]:
    """Start processes that import no modules from the current folder, which may not be trusted.

    multiprocessing starts them with `python -c`, which puts that folder first. They get the path of
    this process afterwards. Python 3.10 does not know the variable.
    """
    with _starting.lock:
        before = os.environ.get(SAFE_PATH)
        os.environ[SAFE_PATH] = "1"
        try:
            yield
        finally:
            if before is None:
                os.environ.pop(SAFE_PATH, None)
            else:
                os.environ[SAFE_PATH] = before


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

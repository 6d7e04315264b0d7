"""Jobs done by several processes, with the answers in the order of the jobs.

Knows neither texts nor pipelines: what is done with a job is handed in and has to pickle. The
processes talk over anonymous pipes, and a worker whose pipe closes ends at once, whatever became
of the process that started it.

The first worker is spawned. If it still has one thread when the weights are loaded (on Linux, with
weights on the processor), it forks the other workers, which share its memory. Otherwise they are
spawned as well and load their own weights.
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

Kept = TypeVar("Kept")
Warned = tuple[str, type[Warning], str, int]

MOST = 61 if sys.platform == "win32" else 512  # Windows waits for no more pipes at once
AHEAD = 2  # jobs that a worker has: the one that it does, and the next
HELD = 2 * AHEAD  # jobs a worker that are begun and not yet given out
PATIENCE = 2.0  # seconds that a worker may take to end
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of a job: an answer or an error, and the warnings on the way."""

    answer: Any = None
    error: BaseException | None = None
    warnings: tuple[Warned, ...] = ()

    def get(self) -> Any:
        """Return the answer, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass(slots=True, kw_only=True)
class Job:
    """A job that is begun; `kept` comes back with its answer."""

    kept: Any
    reply: Reply | None = None


def require_count(workers: object) -> int:
    """Return the number of workers; `InputError` for anything but a whole number from 1 up.

    >>> require_count(2)
    2
    """
    count = require.whole_number(workers, "workers", least=1)
    if count > MOST:
        raise InputError(f"workers must be at most {MOST}, not {count}")
    return count


def pack(work: Callable[[Any], Any], load: Callable[[], object]) -> bytes:
    """Return, for `map_ordered`, what workers do with a job; `InputError` if it does not pickle.

    `load` loads what all jobs need. An error of it is not raised: the job that needs what is
    missing has to raise it again.
    """
    try:
        return pickle.dumps((work, load))
    except Exception as error:
        raise InputError(
            "workers= sends the pipeline to other processes, and this one cannot be pickled "
            f"({error}): define its classes and functions in a module, or use workers=1"
        ) from error


def map_ordered(
    packed: bytes, jobs: Iterable[tuple[Kept, Any]], *, workers: int
) -> Generator[tuple[Kept, Reply], None, None]:
    """Yield `(kept, reply)` for every job `(kept, sent)`, in order; close it to end the workers.

    `packed` comes from `pack`; `kept` stays in this process. Jobs are taken when a worker has room
    for them, and only a few a worker are held. An error of `jobs` itself is raised when all replies
    before it are out. `VnsumError` where a worker process dies.
    """
    source = iter(jobs)
    ended: Exception | None = None
    begun: deque[Job] = deque()
    crew: _Crew | None = None
    try:
        while True:
            if ended is None and len(begun) < HELD * workers and (crew is None or crew.has_room):
                try:
                    kept, sent = next(source)
                except Exception as error:
                    ended = error
                    continue
                crew = crew or _Crew(packed, workers)
                begun.append(crew.give(kept, sent))
            elif crew is None or not begun:
                break
            elif (reply := begun[0].reply) is None:
                crew.collect()
            else:
                yield begun.popleft().kept, reply
    finally:
        if crew is not None:
            crew.close()
    if ended is not None and not isinstance(ended, StopIteration):
        raise ended


def carry(error: BaseException) -> BaseException:
    """Return `error` as it can go to another process, with its traceback as a note.

    One that does not pickle becomes the nearest error of vnsum, or one that names its type.
    """
    if hasattr(error, "add_note"):  # from Python 3.11 on
        error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made in the same line
    except Exception:
        copy = None
    if type(copy) is type(error) and str(copy) == str(error):
        return error
    for kind in type(error).__mro__:
        if issubclass(kind, VnsumError) and kind.__module__ == VnsumError.__module__:
            return kind(str(error))
    return VnsumError(f"{type(error).__name__}: {error}")


class _Crew:
    """The worker processes as the process that started them sees them."""

    def __init__(self, packed: bytes, count: int) -> None:
        if multiprocessing.current_process().daemon:
            raise InputError(
                "workers= starts processes, and this one is a daemonic process of "
                "multiprocessing, which may not: use workers=1 here"
            )
        context = multiprocessing.get_context("spawn")
        pipes = [context.Pipe() for _ in range(count)]
        self._jobs: dict[Connection, deque[Job]] = {ours: deque() for ours, _ in pipes}
        self._heard = False
        self._warned: set[tuple[str, type[Warning]]] = set()
        theirs = [end for _, end in pipes]
        self._process = context.Process(target=_start, args=(packed, theirs), name="vnsum-worker")
        with _blocking_interrupts():
            self._process.start()
        # Runs before multiprocessing's own, which would wait for the process.
        atexit.register(self.close)
        for end in theirs:  # a copy here would keep the pipe of a dead worker open
            end.close()

    @property
    def has_room(self) -> bool:
        """Whether a worker can be given another job."""
        return any(len(jobs) < AHEAD for jobs in self._jobs.values())

    def give(self, kept: object, sent: object) -> Job:
        """Send a job to the worker that has the fewest."""
        end = min(self._jobs, key=lambda end: len(self._jobs[end]))
        job = Job(kept=kept)
        self._jobs[end].append(job)
        data = pickle.dumps(sent)
        with self._naming_death():
            end.send_bytes(data)
        return job

    def collect(self) -> None:
        """Wait until there are replies, and give them to their jobs."""
        ready = wait([*self._jobs])
        for end, jobs in self._jobs.items():
            if end not in ready:
                continue
            with self._naming_death():
                data = end.recv_bytes()
            self._heard = True
            reply = pickle.loads(data)  # noqa: S301 - from a process of our own
            jobs.popleft().reply = reply
            self._warn(reply.warnings)

    def close(self) -> None:
        """End the workers, whatever they are doing."""
        atexit.unregister(self.close)
        for end in self._jobs:
            end.close()
        _join(self._process)

    def _warn(self, found: Iterable[Warned]) -> None:
        """Issue the warnings of the workers here, each of them once."""
        for message, category, file, line in found:
            if (message, category) not in self._warned:
                self._warned.add((message, category))
                warnings.warn_explicit(message, category, file, line)

    @contextlib.contextmanager
    def _naming_death(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            reason = (
                "the system may have run out of memory: try fewer workers; with cache= the same "
                "call goes on where it stopped"
                if self._heard
                else "if it could not start: a script that uses workers= must do its work under "
                "`if __name__ == '__main__':`, as every worker imports the script"
            )
            raise VnsumError(f"a worker process has died; {reason}") from error


def _start(packed: bytes, ends: Sequence[Connection]) -> None:
    """Start a worker for every pipe, and be the first of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it closes the pipe
    os.environ.update(ONE_THREAD)
    use_one_thread()
    work, load = _unpack(packed)
    own, *others = ends
    if others and _has_one_thread():
        with contextlib.suppress(Exception):  # see `pack`
            load()
        gc.freeze()  # the collector would write to what is shared
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
    """Do jobs until the pipe closes; `inherited` are pipes of other workers."""
    for other in inherited:
        other.close()
    use_one_thread()
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(end, inbox, children), daemon=True).start()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")  # the process that started it knows what is shown
        while True:
            caught.clear()
            try:
                sent = pickle.loads(inbox.get())  # noqa: S301 - from a process of our own
                reply = Reply(answer=work(sent))
                pickle.dumps(reply)
            except BaseException as error:  # interrupts, too, go where they would have gone
                reply = Reply(error=carry(error))
            found = tuple((str(w.message), w.category, w.filename, w.lineno) for w in caught)
            with contextlib.suppress(OSError):  # nobody is there any more, as `_receive` will see
                end.send_bytes(pickle.dumps(replace(reply, warnings=found)))


def _receive(
    end: Connection, inbox: queue.SimpleQueue[bytes], children: Sequence[BaseProcess]
) -> None:
    """Put what comes into `inbox`; end the process as soon as the pipe closes."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            inbox.put(end.recv_bytes())
    for child in children:
        _join(child)
    os._exit(0)


def _unpack(packed: bytes) -> tuple[Callable[[Any], Any], Callable[[], object]]:
    """Return what `pack` was given, or functions that say why that cannot be."""
    try:
        work, load = pickle.loads(packed)  # noqa: S301 - from the process that started this one
    except Exception as error:
        message = (
            "workers= sends the pipeline to other processes, where it cannot be made again "
            f"({error}): define its classes and functions in a module, or use workers=1"
        )

        def refuse(*_: object) -> None:
            raise InputError(message)

        return refuse, refuse
    return work, load


def _has_one_thread() -> bool:
    """Return whether this process has one thread, so that it may be forked; false if unknown."""
    tasks = Path("/proc/self/task")
    return tasks.is_dir() and len([*tasks.iterdir()]) == 1


def _join(process: BaseProcess) -> None:
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()


@contextlib.contextmanager
def _blocking_interrupts() -> Iterator[None]:
    """Start processes to which Ctrl-C does not come, as they could only print a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # or the start would start it, and unblock the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

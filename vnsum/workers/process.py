"""The child side of worker processes: starting, forking and running jobs."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import queue
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from vnsum.errors import InputError, VnsumError
from vnsum.forking import sharing_weights, use_one_thread

WarningRecord = tuple[str, type[Warning], str, int]

JOIN_TIMEOUT = 2.0  # seconds to wait for a worker to exit
SAFE_PATH = "PYTHONSAFEPATH"
STOP = b""  # sent to a worker so that it exits
PARENT_SECONDS = 5.0  # between two looks whether the parent process is still there
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


def make_picklable(error: BaseException) -> BaseException:
    """Return `error` in a form that can be pickled, with its traceback as a note.

    An error that cannot be pickled becomes the nearest base class in vnsum, or a `VnsumError` that
    names its type.
    """
    message = _describe(error)
    if hasattr(error, "add_note"):  # from Python 3.11 on
        error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled in the same line
    except Exception:
        copy = None
    if type(copy) is type(error) and _describe(copy) == message:
        return error
    for kind in type(error).__mro__:
        if issubclass(kind, VnsumError) and kind.__module__ == VnsumError.__module__:
            return kind(message)
    return VnsumError(f"{type(error).__name__}: {message}")


def _describe(error: BaseException) -> str:
    """Return the message of an error, whose `__str__` may fail."""
    try:
        return str(error)
    except Exception as failure:
        return f"its message cannot be shown, because of {type(failure).__name__}"


def _record(warning: warnings.WarningMessage) -> WarningRecord:
    """Return a warning in a form that can be pickled; a local class becomes its base class."""
    kind = next(kind for kind in warning.category.__mro__ if _can_pickle(kind))
    return str(warning.message), kind, warning.filename, warning.lineno


def _can_pickle(kind: type) -> bool:
    try:
        return pickle.loads(pickle.dumps(kind)) is kind  # noqa: S301 - pickled in the same line
    except Exception:
        return False


def start(packed: bytes, ends: Sequence[Connection], unset: bool = False) -> None:
    """Start a worker for every pipe; this process becomes the first.

    With `unset`, `SAFE_PATH` was set for the start only, and is not for programs that workers run.
    """
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
        if unset:
            os.environ.pop(SAFE_PATH, None)
        context = multiprocessing.get_context("fork")
        for end in others:
            inherited = [other for other in ends if other is not end]
            children.append(context.Process(target=_serve, args=(work, end, (), inherited)))
    else:
        spawning = multiprocessing.get_context("spawn")
        args = [(packed, [end], unset) for end in others]
        children += [spawning.Process(target=start, args=each) for each in args]
    with sharing_weights():
        for child in children:
            child.start()
    if unset:
        os.environ.pop(SAFE_PATH, None)
    _serve(work, own, children, others)


def _serve(
    work: Callable[[Any], Any],
    end: Connection,
    children: Sequence[BaseProcess],
    inherited: Iterable[Connection],
) -> None:
    """Run jobs until told to stop; `inherited` are pipes of other workers."""
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
            found = tuple(map(_record, caught))
            with contextlib.suppress(OSError):  # the pipe is closed; `_read_pipe` will exit
                end.send_bytes(pickle.dumps(replace(reply, warnings=found)))


def _read_pipe(
    end: Connection, inbox: queue.SimpleQueue[bytes], children: Sequence[BaseProcess]
) -> None:
    """Put received jobs into `inbox`; exit the process once it is told to stop.

    The pipe alone does not tell that the parent has died: a process that the parent forked
    meanwhile has a copy of its end.
    """
    parent = os.getppid()
    with contextlib.suppress(EOFError, OSError):
        while True:
            if not end.poll(PARENT_SECONDS):
                if os.getppid() != parent:
                    break
                continue
            job = end.recv_bytes()
            if job == STOP:
                break
            inbox.put(job)
    for child in children:
        join(child)
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


def join(process: BaseProcess) -> None:
    """Wait for a process to exit, and kill it after `JOIN_TIMEOUT`."""
    process.join(JOIN_TIMEOUT)
    if process.is_alive():
        process.kill()
        process.join()

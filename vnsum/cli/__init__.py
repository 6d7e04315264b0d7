"""The command line: `vnsum` with its commands.

They are `summarize`, `digest`, `translate`, `segment`, `check`, `models`, `cache`, `evaluate` and
`train`. This package handles arguments, streams and exit statuses; the library does the work.
`vnsum --help` imports no model library.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vnsum.cli.commands import Load

__all__ = ["main"]

INTERRUPTED = 130
SIGNALS = ("SIGTERM", "SIGHUP")  # the second one does not exist on Windows


def main(argv: Sequence[str] | None = None, *, load: Load | None = None) -> int:
    """Run a command and return its exit status.

    0: success; 1: an error, a file that failed, or findings of `check`; 2: invalid usage;
    130: interrupted; 141: the reader closed the output pipe. Raises `SystemExit` with status 143
    when the process is terminated (SIGTERM), 129 when its terminal is closed (SIGHUP). `load`
    builds the pipeline, by default `vnsum.load`.

    >>> main(["segment", "no-such-file.txt"])
    1
    """
    try:
        # Inside the `try`: the import takes long enough to be interrupted.
        from vnsum.cli.running import run

        with _stopped_by_signals():
            return run([*(sys.argv[1:] if argv is None else argv)], load)
    except KeyboardInterrupt:
        return INTERRUPTED


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """End the command by an exception at signals that end a process, to remove its drafts."""
    numbers = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():  # which alone gets signals
        numbers = []
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _stop(number: int, frame: object) -> None:
    raise SystemExit(128 + number)

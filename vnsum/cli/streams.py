"""Standard output and standard error of a command: they may be closed, full or without a reader."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any


class OutputError(Exception):
    """What a command has to write cannot be written; the message says where and why."""

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(f"cannot write {name}: {error.strerror or error}")
        # The reader has what it wanted, as `head` has: nothing to complain about.
        self.is_reader_gone = isinstance(error, BrokenPipeError)


@contextlib.contextmanager
def writing(name: object) -> Iterator[None]:
    """Raise an `OutputError` about `name` in place of an `OSError`."""
    try:
        yield
    except OSError as error:
        raise OutputError(str(name), error) from error


class _Stream:
    """A text stream that does not mind how it was opened; all else is as the stream itself has it.

    `stream` is `None` where the process was started with a closed one.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper):
            # UTF-8 whatever the locale says; what has no UTF-8 form is shown as an escape.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        """Return whether a person is looking."""
        return self._stream is not None and self._stream.isatty()

    def drop(self) -> None:
        """Let what is still in the buffer go nowhere, so that Python does not complain at exit."""
        if self._stream is None:
            return
        with contextlib.suppress(io.UnsupportedOperation):
            descriptor = self._stream.fileno()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)


class Output(_Stream):
    """Standard output: what cannot be written is an `OutputError`."""

    def write(self, text: str) -> int:
        """Write `text`."""
        with writing("to standard output"):
            if self._stream is None:
                raise OSError(errno.EBADF, "it is closed")
            return int(self._stream.write(text))

    def flush(self) -> None:
        """Write what is still in the buffer."""
        if self._stream is not None:
            with writing("to standard output"):
                self._stream.flush()


class Messages(_Stream):
    """Standard error: the work goes on where nobody can be told about it.

    `is_lost` says that something could not be written, though the stream was not closed on purpose.
    """

    is_lost = False

    def write(self, text: str) -> int:
        """Write `text`."""
        self._attempt("write", text)
        return len(text)

    def flush(self) -> None:
        """Write what is still in the buffer."""
        self._attempt("flush")

    def _attempt(self, action: str, *arguments: str) -> None:
        if self._stream is None:
            return
        try:
            getattr(self._stream, action)(*arguments)
        except OSError:
            self.is_lost = True
            self.drop()


@contextlib.contextmanager
def standard_streams() -> Iterator[tuple[Output, Messages]]:
    """Put an `Output` and `Messages` in the places of `sys.stdout` and `sys.stderr`."""
    before = sys.stdout, sys.stderr
    _occupy_descriptors()
    output, messages = Output(sys.stdout), Messages(sys.stderr)
    sys.stdout, sys.stderr = output, messages  # type: ignore[assignment] # as far as is needed
    try:
        yield output, messages
    finally:
        sys.stdout, sys.stderr = before


def _occupy_descriptors() -> None:
    """Open what is closed, lest a file gets its number and a C library's messages."""
    for descriptor, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            try:
                os.fstat(descriptor)
            except OSError:
                os.open(os.devnull, os.O_RDWR)

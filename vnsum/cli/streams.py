"""Standard output and standard error of a command, which may be closed, full or broken pipes."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any


class OutputError(Exception):
    """Output cannot be written; the message says where and why."""

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(f"cannot write {name}: {error.strerror or error}")
        # A reader such as `head` may close the pipe early, which is no failure.
        self.is_reader_gone = isinstance(error, BrokenPipeError)


@contextlib.contextmanager
def writing(name: object) -> Iterator[None]:
    """Turn an `OSError` into an `OutputError` about `name`."""
    try:
        yield
    except OSError as error:
        raise OutputError(str(name), error) from error


class _Stream:
    """A wrapper around a text stream that may be closed; other attributes are those of the stream.

    `stream` is `None` if it was closed when the process started.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        if isinstance(stream, io.TextIOWrapper):
            # UTF-8 in every locale; lone surrogates are written as escapes.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return self._stream is not None and self._stream.isatty()

    def drop(self) -> None:
        """Discard the buffer, so that Python does not fail to flush it at exit."""
        if self._stream is None:
            return
        with contextlib.suppress(io.UnsupportedOperation):
            descriptor = self._stream.fileno()
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, descriptor)
            os.close(null)


class Output(_Stream):
    """Standard output; raises `OutputError` if it cannot be written."""

    def write(self, text: str) -> int:
        """Write `text`."""
        with writing("to standard output"):
            if self._stream is None:
                raise OSError(errno.EBADF, "it is closed")
            return int(self._stream.write(text))

    def flush(self) -> None:
        """Flush the buffer."""
        if self._stream is not None:
            with writing("to standard output"):
                self._stream.flush()


class Messages(_Stream):
    """Standard error; the command continues if it cannot be written.

    `is_lost` is set if a message could not be written to an open stream.
    """

    is_lost = False

    def write(self, text: str) -> int:
        """Write `text`."""
        self._attempt("write", text)
        return len(text)

    def flush(self) -> None:
        """Flush the buffer."""
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
    """Replace `sys.stdout` and `sys.stderr` by `Output` and `Messages`."""
    before = sys.stdout, sys.stderr
    _occupy_descriptors()
    output, messages = Output(sys.stdout), Messages(sys.stderr)
    sys.stdout, sys.stderr = output, messages
    try:
        yield output, messages
    finally:
        sys.stdout, sys.stderr = before


def _occupy_descriptors() -> None:
    """Open closed standard descriptors, so that no other file gets their numbers."""
    for descriptor, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            try:
                os.fstat(descriptor)
            except OSError:
                os.open(os.devnull, os.O_RDWR)

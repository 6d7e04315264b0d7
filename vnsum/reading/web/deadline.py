"""`Deadline`: a time limit for a whole fetch, so that a slow server cannot extend it."""

from __future__ import annotations

import io
import socket
import time

from vnsum.errors import FetchError


class Deadline:
    """A time limit in seconds, counted from its creation."""

    def __init__(self, seconds: float) -> None:
        self._seconds = float(seconds)  # a float32 is too imprecise
        self._end = time.monotonic() + self._seconds

    def remaining(self) -> float:
        """Return the remaining seconds. Raises `FetchError` if there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def error(self, what: str = "the page did not arrive") -> FetchError:
        """Return an error that says that `what` within the time limit."""
        return FetchError(
            f"{what} within {self._seconds:g} seconds: try again later, or allow more with timeout="
        )


class TimedSocket:
    """A connected socket for `http.client` whose operations share one deadline."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send all of `data`."""
        self._socket.settimeout(self._deadline.remaining())
        self._socket.sendall(data)

    def makefile(self, mode: str = "rb", buffering: int = -1) -> io.BufferedReader:
        """Return a buffered reader of the received data."""
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        """Do nothing: `http.client` calls this before it reads the response."""


class _TimedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        self._socket.settimeout(self._deadline.remaining())
        return self._socket.recv_into(buffer)  # type: ignore[arg-type]

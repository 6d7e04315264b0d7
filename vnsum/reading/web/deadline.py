"""One deadline for everything a fetch does, so that no server can drip it longer."""

from __future__ import annotations

import io
import socket
import time

from vnsum.errors import FetchError


class Deadline:
    """A number of seconds that starts to run when this is made."""

    def __init__(self, seconds: float) -> None:
        self._seconds = float(seconds)  # a float32 would not tell one second from the next
        self._end = time.monotonic() + self._seconds

    def remaining(self) -> float:
        """Return the seconds that are left; `FetchError` where none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def error(self, what: str = "the page did not arrive") -> FetchError:
        """Return the error that names the limit and `what` did not happen within it."""
        return FetchError(
            f"{what} within {self._seconds:g} seconds: try again later, or allow more with timeout="
        )


class TimedSocket:
    """What `http.client` needs of a connected socket, every wait of it bound by one deadline."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send all of `data`."""
        self._socket.settimeout(self._deadline.remaining())
        self._socket.sendall(data)

    def makefile(self, mode: str = "rb", buffering: int = -1) -> io.BufferedReader:
        """Return a buffered reader of what arrives."""
        return io.BufferedReader(_TimedReader(self._socket, self._deadline))

    def close(self) -> None:
        """Do nothing: the connection closes before its answer is read, and its owner closes it."""


class _TimedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        self._socket.settimeout(self._deadline.remaining())
        return self._socket.recv_into(buffer)  # type: ignore[arg-type]

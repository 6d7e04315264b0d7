"""What a URL looks like and how much a page may cost; imports nothing that opens a connection."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vnsum import require
from vnsum.errors import InputError

MAX_BYTES = 10_000_000
SECONDS = 20.0

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a page may cost: bytes (sent and unpacked), seconds in all, redirects, places.

    `allow_private=True` fetches from addresses that are not public too.
    """

    max_bytes: int = MAX_BYTES
    timeout: float = SECONDS
    redirects: int = 5
    allow_private: bool = False

    def __post_init__(self) -> None:
        require.whole_number(self.max_bytes, "max_bytes", least=1)
        require.whole_number(self.redirects, "redirects", least=0)
        require.number(self.timeout, "timeout")
        require.flag(self.allow_private, "allow_private")
        if self.max_bytes < 1 or self.timeout <= 0 or self.redirects < 0:
            raise InputError(
                f"limits must allow something: max_bytes={self.max_bytes!r} and "
                f"timeout={self.timeout!r} must be above 0, redirects={self.redirects!r} not below"
            )


def is_url(source: str) -> bool:
    """Return whether `source` looks like a URL of any kind, and not like a path.

    >>> is_url("https://vidu.vn/bai.html"), is_url("bai.html"), is_url("C:/bai.html")
    (True, False, False)
    """
    return _URL.match(source) is not None

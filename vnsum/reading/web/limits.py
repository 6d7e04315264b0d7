"""`Limits` of fetching a web page, and recognizing URLs."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from vnsum.errors import InputError

MAX_BYTES = 10_000_000
SECONDS = 20.0
# Field, type, exclusive minimum, maximum, and description. Some systems do not support time limits
# of more than a day.
NUMBERS = (
    ("max_bytes", Integral, 0, 1_000_000_000, "a whole number from 1 to 1,000,000,000"),
    ("timeout", Real, 0, 86_400, "a number of seconds above 0 and up to 86,400"),
    ("redirects", Integral, -1, 100, "a whole number from 0 to 100"),
)

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of fetching a web page.

    `max_bytes` applies before and after decompression, `timeout` is in seconds for the whole fetch.
    `allow_private=True` also allows addresses that are not public. Raises `InputError` for a limit
    out of range.
    """

    max_bytes: int = MAX_BYTES
    timeout: float = SECONDS
    redirects: int = 5
    allow_private: bool = False

    def __post_init__(self) -> None:
        for name, kind, above, most, words in NUMBERS:
            value: Any = getattr(self, name)
            fits = isinstance(value, kind) and not isinstance(value, bool)
            if not fits:
                found = type(value).__name__
            elif above < value <= most:
                continue
            else:
                found = f"{float(value):g}" if abs(value) < sys.maxsize else "a number out of range"
            raise InputError(f"{name} must be {words}, not {found}")
        if not isinstance(self.allow_private, bool):
            found = type(self.allow_private).__name__
            raise InputError(f"allow_private must be True or False, not {found}")


def is_url(source: str) -> bool:
    """Return whether `source` is a URL, with any scheme, rather than a path.

    >>> is_url("https://vidu.vn/bai.html"), is_url("bai.html"), is_url("C:/bai.html")
    (True, False, False)
    """
    return _URL.match(source) is not None

"""Imports of large libraries, which are most of the time to a first result."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def pausing_collection() -> Iterator[None]:
    """Keep Python's garbage collector from walking again and again over what is being imported.

    Modules make many objects and hardly any garbage; the walks took a sixth of the time. The
    collector is left as it was found.

    >>> with pausing_collection():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

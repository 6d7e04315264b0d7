"""Resetting state in forked child processes.

Threads of the parent do not exist in the child: locks that they held are never released, and the
first multithreaded torch operation would wait forever for the threads of its pool.
"""

from __future__ import annotations

import contextlib
import os
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

_lost_threads = False
_resets: dict[weakref.WeakMethod[Callable[[], Any]], bool] = {}
_shares = False


def reset_after_fork(reset: Callable[[], None], *, shareable: bool = False) -> None:
    """Call the bound method `reset` in every forked child while its object is alive.

    It must replace locks of the object without acquiring them. Methods that are `shareable` are not
    called in children forked within `sharing_weights`.
    """
    _resets[weakref.WeakMethod(reset, lambda reference: _resets.pop(reference, None))] = shareable


@contextlib.contextmanager
def sharing_weights() -> Iterator[None]:
    """Let children forked in this block keep the loaded weights; requires a single thread."""
    global _shares  # noqa: PLW0603
    _shares = True
    try:
        yield
    finally:
        _shares = False


def has_lost_threads() -> bool:
    """Return whether this process was forked from one that had imported torch."""
    return _lost_threads


def _reset_child() -> None:
    global _lost_threads, _shares  # noqa: PLW0603
    _lost_threads = "torch" in sys.modules
    for reference, shareable in [*_resets.items()]:
        reset = reference()
        if reset is not None and not (shareable and _shares):
            reset()
    _shares = False  # does not apply to the child's own children
    use_one_thread()


def use_one_thread() -> None:
    """Limit torch to one thread, if it is imported."""
    torch = sys.modules.get("torch")
    # Without the attribute, another thread was importing torch at the time of the fork.
    if torch is not None and hasattr(torch, "set_num_threads"):
        torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_child)

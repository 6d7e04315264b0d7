"""What a forked child must not take over from its parent.

Locks that other threads held stay locked for ever in the child, where those threads are not, and
neither are the threads of torch's pool: the first operation on several threads would wait for them.
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
    """Call the bound method `reset` in every forked child, as long as its object lives.

    It must not wait for a lock of the object, only replace it. What is `shareable` is kept by the
    children that are forked within `sharing_weights`.
    """
    _resets[weakref.WeakMethod(reset, lambda dead: _resets.pop(dead, None))] = shareable


@contextlib.contextmanager
def sharing_weights() -> Iterator[None]:
    """Let children that are forked meanwhile keep the weights; this process has one thread."""
    global _shares  # noqa: PLW0603
    _shares = True
    try:
        yield
    finally:
        _shares = False


def has_lost_threads() -> bool:
    """Return whether this process was forked from one that had torch loaded."""
    return _lost_threads


def _start_over() -> None:
    global _lost_threads, _shares  # noqa: PLW0603
    _lost_threads = "torch" in sys.modules
    for reference, shareable in [*_resets.items()]:
        reset = reference()
        if reset is not None and not (shareable and _shares):
            reset()
    _shares = False  # its own children are another matter
    use_one_thread()


def use_one_thread() -> None:
    """Keep torch, where it is loaded, from a pool of threads."""
    torch = sys.modules.get("torch")
    # Without the attribute it was being imported by another thread, and is of no use here.
    if torch is not None and hasattr(torch, "set_num_threads"):
        torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_over)

"""What a forked child must not take over from its parent.

Locks that other threads held stay locked for ever in the child, where those threads are not, and
neither are the threads of torch's pool: the first operation on several threads would wait for them.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Callable
from typing import Any

_lost_threads = False
_resets: set[weakref.WeakMethod[Callable[[], Any]]] = set()


def reset_after_fork(reset: Callable[[], None]) -> None:
    """Call the bound method `reset` in every forked child, as long as its object lives.

    It must not wait for a lock of the object, only replace it.
    """
    _resets.add(weakref.WeakMethod(reset, _resets.discard))


def has_lost_threads() -> bool:
    """Return whether this process was forked from one that had torch loaded."""
    return _lost_threads


def _start_over() -> None:
    global _lost_threads  # noqa: PLW0603
    _lost_threads = "torch" in sys.modules
    for reference in [*_resets]:
        reset = reference()
        if reset is not None:
            reset()
    use_one_thread()


def use_one_thread() -> None:
    """Keep torch, where it is loaded, from a pool of threads."""
    torch = sys.modules.get("torch")
    # Without the attribute it was being imported by another thread, and is of no use here.
    if torch is not None and hasattr(torch, "set_num_threads"):
        torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_over)

"""Resetting state in forked child processes.

Threads of the parent do not exist in the child: locks that they held are never released, and the
first multithreaded torch operation would wait forever for the threads of its pool.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Reset:
    """A method to call in forked children while its object is alive."""

    owner: weakref.ref[Any]
    function: Callable[[Any], None]
    shareable: bool


FORK_SECONDS = 60.0  # loading of large weights may take some of them
_lost_threads = False
_resets: list[_Reset] = []
_shares = False


def reset_after_fork(reset: Callable[[], None], *, shareable: bool = False) -> None:
    """Call the bound method `reset` in every forked child while its object is alive.

    It must replace locks of the object without acquiring them. Methods that are `shareable` are not
    called in children forked within `sharing_weights`.
    """
    owner = weakref.ref(reset.__self__)  # type: ignore[attr-defined]
    function = reset.__func__  # type: ignore[attr-defined]
    # Removed here, as callbacks of weak references can fail while the interpreter exits.
    for gone in [known for known in [*_resets] if known.owner() is None]:
        with contextlib.suppress(ValueError):  # another thread removed it
            _resets.remove(gone)
    _resets.append(_Reset(owner=owner, function=function, shareable=shareable))


class ForkSafeLock:
    """A lock that is free in forked children, in which its owner may not exist."""

    def __init__(self) -> None:
        self._begin()
        reset_after_fork(self._begin)

    def _begin(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()


class ForkDelayingLock:
    """A `lock` for which forks wait: its owner changes what a child would never change back.

    A fork waits at most `FORK_SECONDS`, as the thread that forks may hold what the owner needs; it
    does not wait for itself. In the child the lock is free, unless that thread is the owner.
    `prepare` is called before a fork that has the lock.
    """

    def __init__(self, prepare: Callable[[], None] = lambda: None) -> None:
        self._lock = threading.RLock()
        self._prepare = prepare
        self._is_registered = not hasattr(os, "register_at_fork")

    @property
    def lock(self) -> threading.RLock:
        """The lock itself, which an exception of a signal handler cannot leave taken in `with`."""
        self.register()
        return self._lock

    def register(self) -> None:
        """Let forks wait from now on, instead of from the first use on."""
        if not self._is_registered:
            # A fork waits first for what was registered last: it must wait here before it has taken
            # the locks of these modules, which the owner may need.
            importlib.import_module("logging")
            importlib.import_module("concurrent.futures.thread")
            os.register_at_fork(
                before=self._wait,
                after_in_parent=self._go_on,
                after_in_child=self._begin_child,
            )
            self._is_registered = True

    def _wait(self) -> None:
        if self._lock.acquire(timeout=FORK_SECONDS):
            self._prepare()

    def _go_on(self) -> bool:
        """Release what the fork acquired; return whether it did."""
        try:
            self._lock.release()
        except RuntimeError:  # the time was up
            return False
        return True

    def _begin_child(self) -> None:
        if not self._go_on():
            self._lock = threading.RLock()


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
    for reset in [*_resets]:
        owner = reset.owner()
        if owner is not None and not (reset.shareable and _shares):
            reset.function(owner)
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

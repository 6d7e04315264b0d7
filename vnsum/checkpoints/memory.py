"""Loads that failed: the same error again instead of the same work again."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator

from vnsum.errors import VnsumError


class LoadMemory:
    """Remembers how a load of weights failed, for as long as the weights are the same.

    `identify` returns a line that is another one when the weights are (a mended folder, a model
    that was downloaded in the meantime).

    >>> from vnsum.errors import ModelError
    >>> memory, loads = LoadMemory(lambda: "the same"), []
    >>> for _ in range(2):
    ...     try:
    ...         with memory.guarding():
    ...             loads.append("weights")
    ...             raise ModelError("damaged")
    ...     except ModelError as error:
    ...         print(error, len(loads))
    damaged 1
    damaged 1
    """

    def __init__(self, identify: Callable[[], str | None]) -> None:
        self._identify = identify
        self._failed: tuple[VnsumError, str | None] | None = None

    @contextlib.contextmanager
    def guarding(self) -> Iterator[None]:
        """Raise what the last load raised, unless the weights are others; remember a failure."""
        if self._failed is not None and self._failed[1] == self._find_state():
            raise copy.copy(self._failed[0])
        try:
            yield
        except VnsumError as error:
            # A copy has no traceback, which would keep all in memory that was loaded by then.
            self._failed = (copy.copy(error), self._find_state())
            raise
        self._failed = None

    def _find_state(self) -> str | None:
        try:
            return self._identify()
        except VnsumError as error:
            return str(error)

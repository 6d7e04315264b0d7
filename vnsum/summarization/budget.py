"""How long a summary may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vnsum.errors import InputError

DEFAULT_SENTENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The length of a summary: at most `sentences`, or a `ratio` of the document's sentences.

    Give one of the two; with neither it is 3 sentences. A `ratio` lies in (0, 1] and is rounded
    up, so that a document that has a sentence gets one.

    >>> Budget(ratio=0.2).limit(12)
    3
    """

    sentences: int | None = None
    ratio: float | None = None

    def __post_init__(self) -> None:
        if self.sentences is not None and self.ratio is not None:
            raise InputError(
                "a budget is either sentences=... or ratio=..., not both: leave one out"
            )
        if self.sentences is not None and (
            isinstance(self.sentences, bool)
            or not isinstance(self.sentences, int)
            or self.sentences < 1
        ):
            raise InputError(f"sentences must be a whole number from 1 up, not {self.sentences!r}")
        if self.ratio is not None and not (
            isinstance(self.ratio, int | float)
            and not isinstance(self.ratio, bool)
            and 0 < self.ratio <= 1
        ):
            raise InputError(f"ratio must be a number above 0 and at most 1, not {self.ratio!r}")

    def limit(self, available: int) -> int:
        """Return how many of `available` sentences the summary may have."""
        if self.ratio is not None:
            return math.ceil(available * self.ratio)
        return min(available, self.sentences or DEFAULT_SENTENCES)

"""The maximum length of a summary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vnsum import require
from vnsum.errors import InputError
from vnsum.results.document import Document

DEFAULT_SENTENCES = 3
# Name -> number of sentences, and share of the document's sentences; the larger one counts.
LENGTHS: dict[str, tuple[int, float]] = {
    "headline": (1, 0.0),
    "brief": (2, 0.0),
    "standard": (DEFAULT_SENTENCES, 0.0),
    "full": (DEFAULT_SENTENCES, 0.3),
}


LengthName = Literal["headline", "brief", "standard", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The maximum length of a summary, as `sentences`, a `ratio`, a named `length` or `words`.

    Give at most one of the four; the default is 3 sentences. `ratio` is a share of the document's
    sentences in (0, 1], rounded up, so that a non-empty document gets at least one sentence.
    `length` is `"headline"` (1 sentence), `"brief"` (2), `"standard"` (3) or `"full"` (30 % of the
    document, at least 3 sentences). `words` is a number of words between spaces, which are
    syllables in Vietnamese, of the summary in the language of the document; sentences that do not
    fit are skipped.

    >>> Budget(ratio=0.2).limit(12)
    3
    """

    sentences: int | None = None
    ratio: float | None = None
    length: str | None = None
    words: int | None = None

    def __post_init__(self) -> None:
        given = (self.sentences, self.ratio, self.length, self.words)
        if sum(value is not None for value in given) > 1:
            raise InputError(
                "a budget takes one of sentences=..., ratio=..., length=... and words=...: "
                "remove the others"
            )
        if self.length is not None:
            require.one_of(self.length, LENGTHS, "length")
        if self.sentences is not None:
            require.whole_number(self.sentences, "sentences", least=1)
        if self.words is not None:
            require.whole_number(self.words, "words", least=1)
        if self.ratio is not None and not 0 < require.number(self.ratio, "ratio") <= 1:
            raise InputError(f"ratio must be a number above 0 and at most 1, not {self.ratio!r}")

    @classmethod
    def of(cls, length: Length | None) -> Budget:
        """Return the budget for a `length` argument of the public functions.

        An `int` is a number of sentences, a `float` a share of the document's sentences, a `str` a
        named length, `None` the default. Raises `InputError` for anything else.

        >>> Budget.of(2), Budget.of(0.2).ratio, Budget.of("brief").limit(12)
        (Budget(sentences=2, ratio=None, length=None, words=None), 0.2, 2)
        """
        if isinstance(length, Budget):
            return length
        if isinstance(length, str):
            return cls(length=require.exact(length))
        if isinstance(length, float):
            return cls(ratio=length)
        if length is None or (isinstance(length, int) and not isinstance(length, bool)):
            return cls(sentences=length)
        raise InputError(
            "length must be a number of sentences such as 3, a share of the text such as 0.2, one "
            f"of {', '.join(LENGTHS)}, or a vnsum.Budget, not {require.show(length)}"
        )

    def limit(self, available: int) -> int:
        """Return the maximum number of sentences for a document of `available` sentences.

        With `words`, that many sentences of one word; see `fill`.

        >>> Budget(sentences=3).limit(2)
        2
        """
        require.whole_number(available, "available", least=0)
        if self.words is not None:
            return min(available, self.words)
        if self.ratio is not None:
            return math.ceil(available * self.ratio)
        least, part = LENGTHS[self.length] if self.length else (self.sentences or 0, 0.0)
        return min(available, max(least or DEFAULT_SENTENCES, math.ceil(available * part)))

    def fill(self, texts: Sequence[str], available: int) -> list[int]:
        """Return the indices of the sentences to use, given `texts` from the best to the worst.

        `available` is the number of sentences of the document. With `words`, a sentence that is
        too long for what is left is skipped.

        >>> Budget(words=4).fill(["Trời mưa to.", "Đường ngập.", "Lụt."], 9)
        [0, 2]
        """
        limit = self.limit(available)
        texts = [require.text(text, "a text") for text in require.items(texts, "texts", "texts")]
        if self.words is None:
            return [*range(min(limit, len(texts)))]
        left = self.words
        kept = []
        for index, text in enumerate(texts):
            if (length := count_words(text)) <= left:
                kept.append(index)
                left -= length
        return kept


def require_task(document: object, budget: object) -> None:
    """Raise `InputError` unless a summarizer is given a document and a budget.

    >>> require_task("Mưa.", Budget())
    Traceback (most recent call last):
    vnsum.errors.InputError: document must be a vnsum.Document (see vnsum.segment), not str 'Mưa.'
    """
    require.instance(document, Document, "document", "a vnsum.Document (see vnsum.segment)")
    require.instance(budget, Budget, "budget", "a vnsum.Budget")


def count_words(text: str) -> int:
    """Return the number of words between spaces, as counted by `Budget.words`.

    >>> count_words("Trời mưa to ở TP.HCM.")
    5
    """
    return len(text.split())


Length = int | float | LengthName | Budget

"""The sentences of all articles of a digest, with their syllables and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.reading.boilerplate.captions import is_caption
from vnsum.reading.boilerplate.lines import is_pointer
from vnsum.results.document import Document
from vnsum.results.findings import Place
from vnsum.summarization.budget import count_words
from vnsum.summarization.extractive.tfidf import Vector, syllables

Numbers = NDArray[np.int64]
FEWEST_SYLLABLES = 6  # of a sentence that can be printed
_ENDS = (".", "!", "?", "…")
_CLOSERS = "\"”’'») "


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The sentences of several articles, in the order of the articles.

    Sentence `k` has the index `position[k]` in article `article[k]`, `lengths[k]` words between
    spaces, and the lower-cased syllables `units[k]`. `origin` numbers the independent origins of
    the articles: near copies of one text, and articles of one newspaper, have the same one.
    `printable` marks the sentences that a digest may print: those of `printed` articles that are
    neither captions, pointers, headlines nor fragments, unless there are no others.
    """

    documents: tuple[Document, ...]
    origin: Numbers
    article: Numbers
    position: Numbers
    units: tuple[tuple[str, ...], ...]
    titles: tuple[tuple[str, ...], ...]
    lengths: Vector
    printable: NDArray[np.bool_]

    @classmethod
    def of(
        cls, documents: Sequence[Document], *, origin: Sequence[int], printed: Sequence[bool]
    ) -> Pool:
        """Return the sentences of `documents`; one entry of `origin` and `printed` for each."""
        places = [(a, s) for a, one in enumerate(documents) for s in range(len(one.sentences))]
        texts = [sentence.text for one in documents for sentence in one.sentences]
        units = tuple(tuple(syllables(text)) for text in texts)
        titles = tuple(tuple(syllables(one.title or "")) for one in documents)
        usable = [
            printed[article] and own != titles[article] and _is_prose(text, own)
            for (article, _), text, own in zip(places, texts, units, strict=True)
        ]
        if not any(usable):  # rather a fragment than nothing
            usable = [
                printed[article] and bool(own)
                for (article, _), own in zip(places, units, strict=True)
            ]
        article, position = np.asarray(places, dtype=np.int64).reshape(-1, 2).T
        return cls(
            documents=tuple(documents),
            origin=np.asarray(origin, dtype=np.int64),
            article=article,
            position=position,
            units=units,
            titles=titles,
            lengths=np.asarray([count_words(text) for text in texts], dtype=np.float64),
            printable=np.asarray(usable, dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.units)

    def text(self, index: int) -> str:
        """Return the text of a sentence."""
        return self.documents[self.article[index]].sentences[self.position[index]].text

    def place(self, index: int) -> Place:
        """Return the place of a sentence."""
        return Place(article=int(self.article[index]), sentence=int(self.position[index]))


def _is_prose(text: str, units: Sequence[str]) -> bool:
    ended = text.rstrip(_CLOSERS).endswith(_ENDS)
    return (
        len(units) >= FEWEST_SYLLABLES and ended and not is_pointer(text) and not is_caption(text)
    )

"""The sentences of all articles of a digest, with their syllables, scores and places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.reading.boilerplate.captions import is_caption
from vnsum.reading.boilerplate.lines import is_pointer
from vnsum.results.document import Document
from vnsum.results.findings import Place
from vnsum.summarization.budget import count_words
from vnsum.summarization.digests.articles import Articles
from vnsum.summarization.extractive.tfidf import Vector, syllables
from vnsum.summarization.ranker.ranker import Ranker
from vnsum.summarization.ranker.salience import Numbers

FEWEST_SYLLABLES = 6  # of a sentence that is more than a fragment
_ENDS = (".", "!", "?", "…")
_CLOSERS = "\"”’'») "
# Capitalized words that open a sentence, after text without an end such as a caption or a headline.
_GLUED = re.compile(
    r"(?<=[^\W_] )(?:Theo|Trước đó|Sau đó|Tuy nhiên|Như vậy|Việc|Ngoài ra|Trong khi|Đồng thời|"
    r"Được biết|Liên quan|Hôm qua|Hôm nay|Sáng nay|Chiều nay|Mới đây|Ngày|Hiện tại|However|"
    r"According to|Earlier)(?= [^\W_])|>>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The sentences of the articles that a digest prints, in the order of the articles.

    Sentence `k` has the index `position[k]` in article `article[k]`, `lengths[k]` words between
    spaces, the lower-cased syllables `units[k]`, and is a part of the summary of its article with
    the probability `scores[k]`. `vocabulary` numbers the syllables. `origin` numbers the
    independent origins of the articles: near copies of one text have the same one. `printable`
    marks the sentences that a digest may print: those that are neither captions, pointers,
    headlines nor fragments, have no text before their beginning and whole quotations, unless
    there are no others.
    """

    documents: tuple[Document, ...]
    origin: Numbers
    article: Numbers
    position: Numbers
    units: tuple[tuple[str, ...], ...]
    titles: tuple[tuple[str, ...], ...]
    vocabulary: dict[str, int]
    lengths: Vector
    scores: Vector
    printable: NDArray[np.bool_]

    @classmethod
    def of(cls, articles: Articles) -> Pool:
        """Return the sentences of the articles to print."""
        documents, printed = articles.documents, np.flatnonzero(articles.printed).tolist()
        places = [(k, s) for k in printed for s in range(len(documents[k].sentences))]
        article, position = np.asarray(places, dtype=np.int64).reshape(-1, 2).T
        texts = [documents[k].sentences[s].text for k, s in places]
        units = tuple(tuple(syllables(text)) for text in texts)
        titles = tuple(
            tuple(syllables(one.title or "")) if own else ()
            for one, own in zip(documents, articles.printed, strict=True)
        )
        vocabulary: dict[str, int] = {}
        for syllable in (syllable for unit in units for syllable in unit):
            vocabulary.setdefault(syllable, len(vocabulary))
        printable = np.asarray(
            [
                own != titles[one] and _is_prose(text, own)
                for one, text, own in zip(article, texts, units, strict=True)
            ],
            dtype=bool,
        )
        if not printable.any():
            printable = np.asarray([bool(own) for own in units], dtype=bool)
        ranker = Ranker()
        return cls(
            documents=documents,
            origin=np.asarray(articles.origin, dtype=np.int64),
            article=article,
            position=position,
            units=units,
            titles=titles,
            vocabulary=vocabulary,
            lengths=np.asarray([count_words(text) for text in texts], dtype=np.float64),
            scores=np.concatenate([np.zeros(0), *(ranker.scores(documents[k]) for k in printed)]),
            printable=printable,
        )

    def __len__(self) -> int:
        return len(self.units)

    def text(self, index: int) -> str:
        """Return the text of a sentence."""
        text: str = self.documents[self.article[index]].sentences[self.position[index]].text
        return text

    def place(self, index: int) -> Place:
        """Return the place of a sentence."""
        return Place(article=int(self.article[index]), sentence=int(self.position[index]))


def _is_prose(text: str, units: Sequence[str]) -> bool:
    ended = text.rstrip(_CLOSERS).endswith(_ENDS)
    return (
        len(units) >= FEWEST_SYLLABLES
        and ended
        and not is_pointer(text)
        and not is_caption(text)
        and not _GLUED.search(text)
        and text.count("“") == text.count("”")
        and text.count('"') % 2 == 0
    )

"""TextRank: graph centrality of sentences by shared words.

Mihalcea & Tarau 2004, "TextRank: Bringing Order into Texts", https://aclanthology.org/W04-3252:
the similarity of two sentences is the number of shared words divided by the sum of the logarithms
of their lengths. Memory is quadratic in the number of sentences (36 MB for 3,000); use LexRank for
long texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.results.document import Document
from vnsum.results.result import Summary
from vnsum.summarization.budget import Budget, require_task
from vnsum.summarization.extractive import selection
from vnsum.summarization.extractive.tfidf import Terms, Vector, unit_of

TOLERANCE = 1e-10
MOST_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRank:
    """Rank sentences by weighted PageRank over shared words.

    `damping` is the probability of following an edge (0.85 in the paper); `unit` is a key of
    `vnsum.summarization.extractive.tfidf.UNITS`.
    """

    damping: float = 0.85
    unit: str = "syllables"

    @property
    def signature(self) -> str:
        """The method and its settings."""
        return f"textrank|damping:{self.damping:g}|unit:{self.unit}"

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the best-connected sentences within `budget`, in document order."""
        require_task(document, budget)
        split = unit_of(self.unit)
        similarity = overlap([split(s.text, document.lang) for s in document.sentences])
        scores = selection.scaled(_pagerank(similarity, self.damping))
        chosen = selection.by_score(scores, len(scores))
        return selection.write(document, chosen, scores, budget, signature=self.signature)


def overlap(sentences: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """Return the matrix of similarities, 0 on the diagonal."""
    terms = Terms.of(sentences)
    count = len(terms)
    by_word = np.argsort(terms.columns, kind="stable")
    users = terms.rows[by_word]
    ends = np.cumsum(np.bincount(terms.columns, minlength=len(terms.vocabulary)))
    lengths = np.log([max(1, len(words)) for words in sentences])
    similarity = np.zeros((count, count), dtype=np.float32)
    for row in range(count):
        for column in terms.columns[terms.starts[row] : terms.starts[row + 1]]:
            first = ends[column - 1] if column else 0
            similarity[row, users[first : ends[column]]] += 1.0
        # For two sentences of one word the denominator would be 0; the paper does not cover it.
        similarity[row] /= np.maximum(lengths[row] + lengths, np.log(2))
        similarity[row, row] = 0.0
    return similarity


def _pagerank(similarity: NDArray[np.float32], damping: float) -> Vector:
    count = len(similarity)
    if not count:
        return np.zeros(0)
    degree = similarity.sum(axis=1, dtype=np.float64)
    outgoing = 1.0 / np.where(degree > 0, degree, 1.0)
    rank = np.ones(count)
    for _ in range(MOST_STEPS):
        # einsum without optimization does not call BLAS: same result for any number of threads.
        step = np.einsum("ij,j->i", similarity, (rank * outgoing).astype(np.float32))
        new = (1.0 - damping) + damping * step.astype(np.float64)
        change = float(np.abs(new - rank).mean())
        rank = new
        if change < TOLERANCE:
            break
    return rank

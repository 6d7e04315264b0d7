"""LexRank: graph centrality of sentences by cosine similarity.

Erkan & Radev 2004, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization",
https://doi.org/10.1613/jair.1523, in its continuous form (cosines as edge weights, no threshold).
The matrix of cosines is never built: it is multiplied through the term vectors, so that a step is
linear in the length of the text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vnsum.results.document import Document
from vnsum.results.result import Summary
from vnsum.summarization.budget import Budget, require_task
from vnsum.summarization.extractive import selection
from vnsum.summarization.extractive.tfidf import Terms, Vector

TOLERANCE = 1e-10
MOST_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LexRank:
    """Rank sentences by the stationary distribution of a random walk over cosine similarities.

    `damping` is the probability of a jump to a random sentence (0.15 in the paper); `unit` is a
    key of `vnsum.summarization.extractive.tfidf.UNITS`.
    """

    damping: float = 0.15
    unit: str = "syllables"

    @property
    def signature(self) -> str:
        """The method and its settings."""
        return f"lexrank|damping:{self.damping:g}|unit:{self.unit}"

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the most central sentences within `budget`, in document order."""
        require_task(document, budget)
        scores = selection.scaled(centrality(Terms.read(document, self.unit), self.damping))
        chosen = selection.by_score(scores, len(scores))
        return selection.write(document, chosen, scores, budget, signature=self.signature)


def centrality(terms: Terms, damping: float = 0.15) -> Vector:
    """Return the stationary probability of each sentence."""
    count = len(terms)
    if not count:
        return np.zeros(0)
    degree = terms.compare(terms.mix(np.ones(count)))
    # A sentence without words has no neighbours: the walk continues at a random sentence.
    alone = degree <= 0
    outgoing = 1.0 / np.where(alone, 1.0, degree)
    rank = np.full(count, 1.0 / count)
    for _ in range(MOST_STEPS):
        lost = float(rank[alone].sum()) / count
        step = terms.compare(terms.mix(rank * outgoing)) + lost
        new = damping / count + (1.0 - damping) * step
        change = float(np.abs(new - rank).sum())
        rank = new
        if change < TOLERANCE:
            break
    return rank

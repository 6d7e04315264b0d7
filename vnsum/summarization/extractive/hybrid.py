"""Hybrid: a weighted sum of position, headline similarity and centrality.

It needs no model file and works for any language; the trained ranker
(`vnsum.summarization.ranker.ranker`) scores higher on Vietnamese news.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vnsum.results.document import Document
from vnsum.results.result import Summary
from vnsum.summarization.budget import Budget, require_task
from vnsum.summarization.extractive import selection
from vnsum.summarization.extractive.lexrank import centrality
from vnsum.summarization.extractive.tfidf import Terms, Vector, unit_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hybrid:
    """Rank sentences by position, headline similarity and centrality, and select them by MMR.

    The score is a weighted sum of three scores in [0, 1]: `position` is the weight of the position
    in the document (1 at the start, halved every `half` sentences), `headline` that of the cosine
    similarity to the headline, `central` that of LexRank. Without a headline its term is 0.
    `novelty` is the penalty for repeating a selected sentence, 0 to 1; `unit` is a key of
    `vnsum.summarization.extractive.tfidf.UNITS`.
    """

    position: float = 0.4
    headline: float = 0.4
    central: float = 0.2
    half: float = 4.0
    novelty: float = 0.9
    unit: str = "syllables"

    @property
    def signature(self) -> str:
        """The method and its weights."""
        return (
            f"hybrid|position:{self.position:g}|headline:{self.headline:g}"
            f"|central:{self.central:g}|half:{self.half:g}|novelty:{self.novelty:g}"
            f"|unit:{self.unit}"
        )

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the best sentences within `budget`, in document order."""
        require_task(document, budget)
        terms = Terms.read(document, self.unit)
        scores = self._scores(document, terms)
        count = budget.limit(len(scores))
        chosen = selection.by_relevance_and_novelty(scores, terms, count, novelty=self.novelty)
        return selection.write(document, chosen, scores, budget, signature=self.signature)

    def _scores(self, document: Document, terms: Terms) -> Vector:
        place = 0.5 ** (np.arange(len(terms)) / self.half)
        title = unit_of(self.unit)(document.title or "", document.lang)
        headline = selection.scaled(terms.compare(terms.weigh(title)))
        central = selection.scaled(centrality(terms))
        mixed = self.position * place + self.headline * headline + self.central * central
        return selection.scaled(mixed * selection.fullness(terms))

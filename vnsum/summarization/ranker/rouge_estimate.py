"""Reference-free ROUGE estimate of any text as a summary of a document.

The estimate is the expected overlap with a reference summary, from the probabilities of syllables
and of pairs of syllables of `vnsum.summarization.ranker.salience`. It also rates texts that are
not sentences of the document, such as generated summaries.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vnsum.summarization.extractive.tfidf import syllables
from vnsum.summarization.ranker.features import Features
from vnsum.summarization.ranker.salience import UnitProbabilities
from vnsum.summarization.ranker.units import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class RougeEstimator:
    """Estimates ROUGE of summaries of one document."""

    features: Features

    def estimate(self, text: str) -> tuple[float, float]:
        """Return the estimated ROUGE-1 and ROUGE-2 of `text` (F1, 0 to 1).

        >>> import vnsum
        >>> from vnsum.summarization.ranker.ranker import Ranker
        >>> document = vnsum.segment("Mưa lớn gây ngập ở Huế. Có 12 người bị thương.")
        >>> estimator = Ranker().rouge_estimator(document)
        >>> estimator.estimate("Mưa lớn ở Huế") > estimator.estimate("Trời đẹp ở Đà Lạt")
        True
        """
        places, pairs = self.features.find(syllables(text))
        singles_chance, pairs_chance = self.features.unit_probabilities
        return _f1(singles_chance, places), _f1(pairs_chance, pairs)


def _f1(likely: UnitProbabilities, keys: Numbers) -> float:
    """Return the expected F1 of a text with these units; -1 marks units not in the document."""
    used = np.isin(likely.units.keys, keys)
    hits = float(likely.probabilities[used].sum())
    return float(likely.f1(np.asarray(hits), np.asarray(float(len(keys)))))

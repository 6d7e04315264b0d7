"""The ROUGE to expect of any text as a summary of a document, before anybody wrote a reference.

What a summary of the document is likely to use, syllables and pairs of neighbouring ones, is known
from `vnsum.summarization.ranker.salience`; a text is worth what it has of these for its length.
Sentences are chosen by this and more in `ranker`; here texts are compared that are nobody's
sentences, such as what a model might have written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vnsum.summarization.extractive.tfidf import syllables
from vnsum.summarization.ranker.features import Features
from vnsum.summarization.ranker.salience import Likely, Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a summary of one document is likely to use."""

    features: Features

    def rate(self, text: str) -> tuple[float, float]:
        """Return the ROUGE-1 and ROUGE-2 (F1, 0 to 1) to expect of a text.

        >>> import vnsum
        >>> from vnsum.summarization.ranker.ranker import Ranker
        >>> document = vnsum.segment("Mưa lớn gây ngập ở Huế. Có 12 người bị thương.")
        >>> expectation = Ranker().expect(document)
        >>> expectation.rate("Mưa lớn ở Huế") > expectation.rate("Trời đẹp ở Đà Lạt")
        True
        """
        places, pairs = self.features.find(syllables(text))
        singles_chance, pairs_chance = self.features.likely
        return _f1(singles_chance, places), _f1(pairs_chance, pairs)


def _f1(likely: Likely, keys: Numbers) -> float:
    """Return the F1 to expect of a text with these units, -1 for those the document lacks."""
    used = np.isin(likely.units.keys, keys)
    hits = float(likely.chances[used].sum())
    return float(likely.f1(np.asarray(hits), np.asarray(float(len(keys)))))

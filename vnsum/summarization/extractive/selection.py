"""From scores to a summary: which sentences are taken, in which order they are written.

The sentences are put in one order of preference and a budget takes the first of them, so that a
shorter summary is always part of a longer one. Nothing here scores a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vnsum.results.document import Document
from vnsum.results.result import Summary, SummarySentence
from vnsum.summarization.budget import Budget
from vnsum.summarization.extractive.tfidf import Terms, Vector
from vnsum.summarization.shape import note_shape

# Sentences with fewer different units rarely stand alone ("Vì sao?", a byline, a crosshead).
FULL_LENGTH = 12
# Cosine from which on two sentences have the same words, rounding allowed for.
SAME = 1.0 - 1e-6


def fullness(terms: Terms) -> Vector:
    """Return for every sentence how near it is to a length that stands alone, above 0 to 1.

    One without any word comes after all others.
    """
    distinct = np.maximum(1e-3, np.diff(terms.starts))
    return np.minimum(1.0, distinct / FULL_LENGTH)


def by_score(scores: Vector, count: int) -> list[int]:
    """Return the `count` best sentences, the best first; of equal ones the earlier.

    >>> by_score(np.array([0.5, 0.9, 0.5]), 2)
    [1, 0]
    """
    return [int(i) for i in np.argsort(-scores, kind="stable")[:count]]


def by_relevance_and_novelty(
    scores: Vector, terms: Terms, count: int, *, novelty: float, taken: Sequence[int] = ()
) -> list[int]:
    """Return `count` sentences by marginal relevance, the best first.

    Each next sentence has the best `score * (1 - novelty * similarity)`, where the similarity is
    the cosine to the closest sentence already taken. This is the product form of maximal marginal
    relevance (Carbonell & Goldstein 1998): unlike the difference, it does not depend on the scale
    of the scores, and a sentence of no worth does not win for being unlike the others. `novelty` 0
    is plain ranking. `taken` are sentences that are chosen already; they come first and count.
    A sentence of the same words as one that is taken is never taken, so that there may be fewer.
    """
    chosen = list(taken)
    closest = np.zeros(len(scores))
    free = np.ones(len(scores), dtype=bool)
    for index in chosen:
        free[index] = False
        closest = np.maximum(closest, terms.compare(terms.sentence(index)))
    while len(chosen) < min(count, len(scores)):
        free &= closest < SAME
        if not free.any():
            break
        value = np.where(free, scores * (1.0 - novelty * closest), -np.inf)
        best = int(value.argmax())  # the earliest of equal ones
        chosen.append(best)
        free[best] = False
        closest = np.maximum(closest, terms.compare(terms.sentence(best)))
    return chosen


def scaled(values: Vector) -> Vector:
    """Scale to [0, 1] by the largest value; all zeros stay zeros."""
    top = float(values.max(initial=0.0))
    return values / top if top > 0 else np.zeros_like(values)


def write(
    document: Document, chosen: Sequence[int], scores: Vector, budget: Budget, *, signature: str
) -> Summary:
    """Return the first sentences of `chosen` that `budget` allows, in document order.

    A sentence that the document has several times is written once, from its first place. A text
    that is no running prose gets a finding.
    """
    texts = [sentence.text for sentence in document.sentences]
    first = {texts[i]: i for i in reversed(range(len(texts)))}
    unlike = list(dict.fromkeys(first[texts[i]] for i in chosen))
    kept = sorted(unlike[: budget.limit(len(document.sentences))])
    return Summary(
        lang=document.lang,
        sentences=tuple(
            SummarySentence(text=document.sentences[i].text, evidence=(i,), score=float(scores[i]))
            for i in kept
        ),
        signature=signature,
        findings=note_shape(document),
    )

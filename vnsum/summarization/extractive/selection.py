"""Selection of sentences by score and construction of the summary.

Sentences are ranked once and a budget takes the first ones, so that a shorter summary is always a
subset of a longer one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from vnsum.results.document import Document
from vnsum.results.result import Finding, Summary, SummarySentence
from vnsum.summarization.budget import Budget
from vnsum.summarization.extractive.tfidf import Terms, Vector
from vnsum.summarization.text_type import text_type_findings

# Shorter sentences are rarely self-contained ("Vì sao?", a byline, a crosshead).
FULL_LENGTH = 12
# Cosine above which two sentences have the same words, up to rounding.
SAME = 1.0 - 1e-6


def fullness(terms: Terms) -> Vector:
    """Return a length factor in (0, 1] per sentence: 1 for `FULL_LENGTH` distinct units or more.

    Sentences without words get a factor near 0, so that they rank last.
    """
    distinct = np.maximum(1e-3, np.diff(terms.starts))
    return np.minimum(1.0, distinct / FULL_LENGTH)


def by_score(scores: Vector, count: int) -> list[int]:
    """Return the indices of the `count` best sentences, best first; ties go to the earlier one.

    >>> by_score(np.array([0.5, 0.9, 0.5]), 2)
    [1, 0]
    """
    return [int(i) for i in np.argsort(-scores, kind="stable")[:count]]


def by_relevance_and_novelty(
    scores: Vector,
    terms: Terms,
    count: int,
    *,
    novelty: float,
    overlap: Callable[[Sequence[int]], Vector] | None = None,
    taken: Sequence[int] = (),
) -> list[int]:
    """Return `count` sentences by maximal marginal relevance (MMR), best first.

    Each step selects the sentence with the highest `score * (1 - novelty * overlap)`, where
    `overlap` maps the selected sentences to the overlap of every sentence with them, by default the
    cosine with the one that is most similar. Unlike the difference of Carbonell & Goldstein (1998),
    the product does not depend on the scale of the scores, and an irrelevant sentence is not
    selected for being dissimilar. `novelty=0` ranks by score alone.
    `taken` are already selected; they come first and count towards `count`. A sentence with the
    same words as a selected one is skipped, also in `taken`, so that fewer than `count` may be
    returned. Sentences without words, which may repeat each other, count as one.
    """
    chosen: list[int] = []
    told = np.zeros(len(scores))
    free = np.ones(len(scores), dtype=bool)
    wordless = np.diff(terms.starts) == 0
    repeats = 0  # of sentences without words
    queue = list(taken)
    while queue or (len(chosen) - repeats < min(count, len(scores)) and free.any()):
        value = np.where(free, scores * (1.0 - novelty * told), -np.inf)
        best = queue.pop(0) if queue else int(value.argmax())  # ties go to the earliest
        if not free[best]:
            continue
        repeats += bool(wordless[best] and wordless[chosen].any())
        chosen.append(best)
        alike = terms.compare(terms.sentence(best))
        told = overlap(chosen) if overlap else np.maximum(told, alike)
        free &= alike < SAME
        free[best] = False
    return chosen


def scaled(values: Vector) -> Vector:
    """Divide by the largest value; zeros stay zeros."""
    top = float(values.max(initial=0.0))
    return values / top if top > 0 else np.zeros_like(values)


def write(
    document: Document, chosen: Sequence[int], scores: Vector, budget: Budget, *, signature: str
) -> Summary:
    """Return the summary of the first sentences of `chosen` within `budget`, in document order.

    A repeated sentence is included once, at its first position. Texts other than prose get a
    finding, and so does a budget of words that is too small for any sentence.
    """
    texts = [sentence.text for sentence in document.sentences]
    first = {texts[i]: i for i in reversed(range(len(texts)))}
    unlike = list(dict.fromkeys(first[texts[i]] for i in chosen))
    fitting = budget.fill([texts[i] for i in unlike], len(texts))
    kept = sorted(unlike[k] for k in fitting)
    return Summary(
        lang=document.lang,
        sentences=tuple(
            SummarySentence(text=document.sentences[i].text, evidence=(i,), score=float(scores[i]))
            for i in kept
        ),
        signature=signature,
        findings=(*text_type_findings(document), *no_room(budget, texts, kept)),
    )


def no_room(budget: Budget, texts: Sequence[object], kept: Sequence[int]) -> tuple[Finding, ...]:
    """Return a warning if every sentence is longer than a budget of words, and nothing is kept."""
    if kept or not texts or budget.words is None:
        return ()
    message = f"No sentence has at most {budget.words} words, so the summary is empty."
    return (Finding(kind="length", severity="warning", message=message),)

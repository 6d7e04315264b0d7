"""What the learned ranker knows of one or two sentences taken together as a summary.

A pair is worth less than its parts where they repeat each other or grow too long, and more where
the second has what the first lacks; that is what the set model sees here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.summarization.features import HEADLINE, NAMES, PLAIN, Features, Matrix
from vnsum.summarization.terms import Vector

CANDIDATES = 6  # the best sentences of which sets are formed: 6 alone and 15 pairs

# Features of a sentence that add up in a set.
SUMS = ("length", "new_numbers", "new_names", "title_recall", "title_rest", "title_precision")
TOGETHER = ("pair", "first_score", "second_score", "first_gap", "second_gap", "first_place",
            "second_place", "alike", "distance", "in_order")  # fmt: skip

_COLUMN = {name: i for i, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Candidate summaries of one or two sentences.

    `rows` are their features; `first` and `second` are sentence indices, the better-scored one
    first, equal where the set is a single sentence.
    """

    rows: Matrix
    first: NDArray[np.intp]
    second: NDArray[np.intp]


def set_names(headline: bool) -> tuple[str, ...]:
    """Return the names of the columns, with or without those that need a headline."""
    own = NAMES if headline else PLAIN
    sums = [name for name in SUMS if headline or name not in HEADLINE]
    return (
        *(f"first.{name}" for name in own),
        *(f"second.{name}" for name in own),
        *TOGETHER,
        *(f"sum.{name}" for name in sums),
        *(("max.title_recall",) if headline else ()),
    )


def combine(features: Features, scores: Vector, *, headline: bool) -> Sets:
    """Return every set of one or two of the `CANDIDATES` best-scored sentences."""
    order = np.argsort(-scores, kind="stable")[:CANDIDATES]
    i, j = np.triu_indices(len(order))
    single = i == j
    own = features.rows[:, : len(NAMES if headline else PLAIN)]
    first = own[order[i]]
    second = np.where(single[:, None], np.float32(0), own[order[j]])
    score = scores[order]
    alike = np.array([features.terms.compare(features.terms.sentence(k))[order] for k in order])
    place = order.astype(np.float64)
    together = [
        ~single,
        score[i],
        np.where(single, -10.0, score[j]),
        score[i] - score[0],
        np.where(single, 0.0, score[j] - score[0]),
        i,
        np.where(single, -1, j),
        np.where(single, 0.0, alike[i, j]),
        np.abs(place[i] - place[j]),
        place[i] <= place[j],
    ]
    for name in SUMS:
        if headline or name not in HEADLINE:
            together.append(first[:, _COLUMN[name]] + second[:, _COLUMN[name]])
    if headline:
        recall = _COLUMN["title_recall"]
        together.append(np.maximum(first[:, recall], second[:, recall]))
    rows = np.hstack([first, second, np.stack(together, axis=1).astype(np.float32)])
    return Sets(rows=rows, first=order[i], second=order[j])

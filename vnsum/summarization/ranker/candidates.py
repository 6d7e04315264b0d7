"""What the learned ranker knows of one or two sentences taken together as a summary.

A pair is worth less than its parts where they repeat each other or grow too long, and more where
the second has what the first lacks; that is what the set model sees here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.summarization.extractive.tfidf import Vector, common_subsequence
from vnsum.summarization.ranker.features import Features, Matrix, names
from vnsum.summarization.ranker.salience import Likely

CANDIDATES = 8  # the best sentences of which sets are formed: 8 alone and 28 pairs

# Features of a sentence that add up in a set, with a headline and without.
SUMS = {
    True: ("length", "new_numbers", "new_names", "title_recall", "title_rest", "title_precision"),
    False: ("length", "new_numbers", "new_names"),
}
LIKELY = ("likely", "likely_mean", "likely_f1", "likely_pairs", "likely_pairs_mean",
          "likely_pairs_f1", "f1_gap", "likely_total", "likely_shared")  # fmt: skip
TOGETHER = ("pair", "first_score", "second_score", "first_gap", "second_gap", "first_place",
            "second_place", "alike", "distance", "in_order")  # fmt: skip
# What the text of a set has in common with the headline, in the headline's order and in any.
HEADLINE = ("title_order", "title_order_share", "title_order_f1", "title_order_gap", "title_all",
            "title_all_pairs")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Candidate summaries of one or two sentences.

    `rows` are their features; `first` and `second` are sentence indices, the better-scored one
    first, equal where the set is a single sentence.
    """

    rows: Matrix
    first: NDArray[np.intp]
    second: NDArray[np.intp]


def set_names(*, headline: bool) -> tuple[str, ...]:
    """Return the names of the columns, for documents with a headline or without."""
    own = names(headline=headline)
    return (
        *(f"first.{name}" for name in own),
        *(f"second.{name}" for name in own),
        *TOGETHER,
        *LIKELY,
        *(f"sum.{name}" for name in SUMS[headline]),
        *(("max.title_recall",) if headline else ()),
        *(HEADLINE if headline else ()),
    )


def join(units: Sequence[Sequence[str]], first: int, second: int) -> list[str]:
    """Return the syllables of one or two sentences in document order."""
    return [unit for i in sorted({first, second}) for unit in units[i]]


def combine(features: Features, scores: Vector, likely: Sequence[Likely]) -> Sets:
    """Return every set of one or two of the `CANDIDATES` best-scored sentences.

    `likely` is what a summary is likely to use, now that the scores are known.
    """
    order = np.argsort(-scores, kind="stable")[:CANDIDATES]
    i, j = np.triu_indices(len(order))
    single = i == j
    first = features.rows[order[i]]
    second = np.where(single[:, None], np.float32(0), features.rows[order[j]])
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
    column = {name: k for k, name in enumerate(names(headline=features.headline))}
    length = first[:, column["length"]] + second[:, column["length"]]
    together += _likely(likely, order, length.astype(np.float64))
    for name in SUMS[features.headline]:
        together.append(first[:, column[name]] + second[:, column[name]])
    if features.headline:
        recall = column["title_recall"]
        together.append(np.maximum(first[:, recall], second[:, recall]))
        together += _headline(features, order[i], order[j])
    rows = np.hstack([first, second, np.stack(together, axis=1).astype(np.float32)])
    return Sets(rows=rows, first=order[i], second=order[j])


def _likely(expected: Sequence[Likely], order: NDArray[np.intp], length: Vector) -> list[Vector]:
    """Return what the sets have of what a summary is likely to use, once where both have it."""
    i, j = np.triu_indices(len(order))
    single = i == j
    found: list[Vector] = []
    for likely in expected:
        alone = likely.sums[order]
        both = np.where(single, 0.0, likely.shared(order)[i, j])
        union = alone[i] + np.where(single, 0.0, alone[j]) - both
        f1 = likely.f1(union, length)
        found += [union, union / np.maximum(1.0, length), f1]
    return [*found, f1 - f1.max(initial=0.0), np.full(len(i), likely.total), both]


def _headline(
    features: Features, first: NDArray[np.intp], second: NDArray[np.intp]
) -> list[Vector]:
    """Return what the texts of the sets have in common with the headline."""
    title = features.title
    wanted, pairs = set(title), set(itertools.pairwise(title))
    rows: list[tuple[float, ...]] = []
    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        text = join(features.units, i, j)
        order = common_subsequence(text, title)
        rows.append(
            (
                order / len(title),
                order / max(1, len(text)),
                2.0 * order / (len(title) + len(text)),
                len(wanted.intersection(text)) / len(wanted),
                len(pairs.intersection(itertools.pairwise(text))) / max(1, len(pairs)),
            )
        )
    recall, precision, f1, everything, neighbours = np.asarray(rows, dtype=np.float64).T
    return [recall, precision, f1, f1 - f1.max(), everything, neighbours]

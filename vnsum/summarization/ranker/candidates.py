"""Candidate summaries of one or two sentences and their features.

The features of a pair measure redundancy, length and complementarity, which sentence features
cannot express.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.summarization.extractive.tfidf import Vector, common_subsequence
from vnsum.summarization.ranker.features import Features, Matrix, names
from vnsum.summarization.ranker.salience import UnitProbabilities

CANDIDATES = 8  # best sentences to combine: 8 single sentences and 28 pairs

# Sentence features that are summed over a candidate, with and without a headline.
SUMS = {
    True: ("length", "new_numbers", "new_names", "title_recall", "title_rest", "title_precision"),
    False: ("length", "new_numbers", "new_names"),
}
LIKELY = ("likely", "likely_mean", "likely_f1", "likely_pairs", "likely_pairs_mean",
          "likely_pairs_f1", "f1_gap", "likely_total", "likely_shared")  # fmt: skip
TOGETHER = ("pair", "first_score", "second_score", "first_gap", "second_gap", "first_place",
            "second_place", "alike", "distance", "in_order")  # fmt: skip
# Overlap of a candidate with the headline: common subsequence, syllables, pairs of syllables.
HEADLINE = ("title_order", "title_order_share", "title_order_f1", "title_order_gap", "title_all",
            "title_all_pairs")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFeatures:
    """Features of candidate summaries of one or two sentences.

    `rows` has one row per candidate; `first` and `second` are sentence indices, the one with the
    higher score first, and equal for a single sentence.
    """

    rows: Matrix
    first: NDArray[np.intp]
    second: NDArray[np.intp]


def candidate_names(*, headline: bool) -> tuple[str, ...]:
    """Return the column names for documents with or without a headline."""
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


def build_candidates(
    features: Features, scores: Vector, likely: Sequence[UnitProbabilities]
) -> CandidateFeatures:
    """Return all candidates of one or two of the `CANDIDATES` sentences with the highest scores.

    `likely` are the probabilities of syllables and of pairs, revised with the scores.
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
    return CandidateFeatures(rows=rows, first=order[i], second=order[j])


def _likely(
    expected: Sequence[UnitProbabilities], order: NDArray[np.intp], length: Vector
) -> list[Vector]:
    """Return expected-overlap features; a unit in both sentences counts once."""
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
    """Return the features of the overlap with the headline."""
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

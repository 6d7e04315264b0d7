"""Fit the weights of `vnsum.summarization.ranker.salience` on articles with reference summaries.

Logistic regression with the label of whether a unit occurs in the reference. The large table is
fitted by Adagrad (Duchi et al. 2011) in mini-batches of articles, for which two epochs suffice; the
three weights of a revision are fitted by Newton's method.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.evaluation import vietnews
from vnsum.summarization.extractive.tfidf import Vector, syllables
from vnsum.summarization.ranker.features import Features, read_stream
from vnsum.summarization.ranker.salience import Revision, Salience
from vnsum.summarization.ranker.units import TABLE, Units, Weights, logistic

PASSES = 2
BATCH = 40  # articles
RATE = 0.15
START = 1e-2  # initial value of Adagrad's sum of squared gradients
NEWTON_STEPS = 12
RIDGE = 1e-3  # L2 penalty, which keeps weights finite for few articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The units of one article: their weight indices, and whether the reference uses them."""

    indices: NDArray[np.int32]
    used: NDArray[np.bool_]


def fit(articles: Iterable[vietnews.ReferenceArticle]) -> Salience:
    """Fit weights to articles, rounded to the 16 bits in which they are stored."""
    singles: list[Sample] = []
    pairs: list[Sample] = []
    for article in articles:
        stream = read_stream(article.document)
        wanted = stream.find(syllables(article.abstract))
        singles.append(mark(stream.singles(), wanted))
        pairs.append(mark(stream.pairs(), stream.number(wanted)))
    fitted = Salience(syllables=weigh(singles), pairs=weigh(pairs))
    return Salience.unpack(fitted.pack("fitted"), "fitted")


def mark(units: Units, wanted: NDArray[np.int64]) -> Sample:
    """Label the units whose keys are in `wanted`."""
    return Sample(indices=units.indices, used=np.isin(units.keys, wanted[wanted >= 0]))


def weigh(samples: Sequence[Sample]) -> Weights:
    """Fit the weights of a classifier of used units."""
    weights, squares = np.zeros(TABLE), np.full(TABLE, START)
    generator = np.random.default_rng(1)
    for _ in range(PASSES):
        order = generator.permutation(len(samples))
        for start in range(0, len(order), BATCH):
            batch = [samples[i] for i in order[start : start + BATCH]]
            step = gradient(weights, batch)
            squares += step * step
            weights -= RATE * step / np.sqrt(squares)
    return weights.astype(np.float32)


def gradient(weights: Vector, batch: Sequence[Sample]) -> Vector:
    """Return the gradient of the logistic loss divided by the batch size."""
    indices = np.concatenate([sample.indices for sample in batch])
    used = np.concatenate([sample.used for sample in batch])
    wrong = logistic(weights[indices].sum(axis=1)) - used
    total = np.bincount(indices.ravel(), np.repeat(wrong, indices.shape[1]), minlength=TABLE)
    return np.asarray(total / BATCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An article with the log-odds of its sentences, and the syllables of its reference."""

    features: Features
    scores: Vector
    reference: Sequence[str]


def fit_revision(articles: Iterable[Scored]) -> Revision:
    """Fit the weights of a classifier of used units given the scores of the sentences."""
    evidence: list[list[Vector]] = [[], []]
    used: list[list[NDArray[np.bool_]]] = [[], []]
    for article in articles:
        wanted = article.features.find(article.reference)
        for kind, likely in enumerate(article.features.unit_probabilities):
            evidence[kind].append(likely.evidence(article.scores))
            used[kind].append(np.isin(likely.units.keys, wanted[kind]))
    if not evidence[0]:
        return Revision.blank()
    weights = [
        _newton(np.concatenate(rows), np.concatenate(targets))
        for rows, targets in zip(evidence, used, strict=True)
    ]
    return Revision(weights=np.asarray(weights, dtype=np.float32))


def _newton(rows: Vector, used: NDArray[np.bool_]) -> Vector:
    """Fit a logistic regression, starting from the weights 1, 0, 0, ..."""
    weights = np.eye(rows.shape[1])[0]
    for _ in range(NEWTON_STEPS):
        probabilities = logistic(rows @ weights)
        slope = rows.T @ (probabilities - used) + RIDGE * weights
        curve = (rows * (probabilities * (1.0 - probabilities))[:, None]).T @ rows
        weights = weights - np.linalg.solve(curve + RIDGE * np.eye(len(weights)), slope)
    return np.asarray(weights)

"""The concepts of a digest: syllables and pairs of syllables, with the chance that it needs them.

A logistic regression predicts whether a person who summarizes the articles uses a concept, from the
number of articles with independent origins that have it, from where it occurs, from the headlines
and from the scores of its sentences. Selection by the weights of pairs follows Gillick & Favre
2009, "A Scalable Global Model for Summarization", https://aclanthology.org/W09-1802, and learning
these weights Li, Qian & Liu 2013, "Using Supervised Bigram-based ILP for Extractive
Summarization", https://aclanthology.org/P13-1099.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from vnsum.summarization.digests.pool import Pool
from vnsum.summarization.extractive.tfidf import Vector
from vnsum.summarization.ranker.units import Numbers, logistic

# Feature -> its weights for syllables and for pairs, fitted on the development clusters with
# `python -m vnsum.evaluation.digests fit`.
WEIGHTS: dict[str, tuple[float, float]] = {
    "constant": (2.562, 2.051),
    "articles": (0.120, 0.509),
    "share_of_articles": (-0.201, -0.454),
    "sentences": (0.704, 0.553),
    "first_position": (-0.328, -0.485),
    "mean_position": (-0.503, -0.355),
    "leads": (0.003, -0.314),
    "titles": (0.464, 0.236),
    "rarer_syllable": (0.120, 0.075),
    "commoner_syllable": (0.120, 0.004),
    "sentence_scores": (0.533, 0.511),
    "sentence_length": (0.249, 0.234),
    "number_of_articles": (-0.305, -0.453),
    "number_of_words": (-0.358, -0.242),
}
LEAST_SCORE = 1e-3  # added to the summed scores of sentences before the logarithm


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """The distinct concepts of one kind: sentence `rows[k]` has concept `columns[k]`, once each.

    `keys` are the concepts: the number of a syllable, or that of the first one of a pair times the
    size of the vocabulary plus that of the second. `features` has one row per concept, with the
    columns of `WEIGHTS`. `articles` is the number of independent origins that have each concept,
    and `place` the mean of the logarithms of the positions of its sentences.
    """

    keys: Numbers
    rows: Numbers
    columns: Numbers
    features: Vector
    articles: Numbers
    place: Vector

    def chances(self, weights: Vector) -> Vector:
        """Return the chance that a person's summary has each concept."""
        return logistic(self.features @ weights)


def weights(*, pairs: bool) -> Vector:
    """Return the fitted weights of the features of pairs or of syllables."""
    return np.asarray([row[pairs] for row in WEIGHTS.values()])


def find_concepts(pool: Pool) -> tuple[Concepts, Concepts]:
    """Return the syllables and the pairs of syllables of a pool."""
    numbers = [pool.vocabulary[syllable] for unit in pool.units for syllable in unit]
    syllables = np.asarray(numbers, dtype=np.int64)
    sentence = np.repeat(np.arange(len(pool)), [len(unit) for unit in pool.units])
    size = max(1, len(pool.vocabulary))
    inside = sentence[:-1] == sentence[1:]
    pairs = (syllables[:-1] * size + syllables[1:])[inside]
    titles = [[pool.vocabulary.get(unit, -1) for unit in title] for title in pool.titles]
    title_pairs = [
        [a * size + b for a, b in itertools.pairwise(title) if a >= 0 and b >= 0]
        for title in titles
    ]
    singles = _Counts(pool, syllables, sentence, titles)
    spread = singles.articles
    doubles = _Counts(pool, pairs, sentence[:-1][inside], title_pairs)
    left, right = spread[doubles.keys // size], spread[doubles.keys % size]
    return (
        singles.concepts(spread, spread),
        doubles.concepts(np.minimum(left, right), np.maximum(left, right)),
    )


class _Counts:
    """The distinct concepts of one kind, and in how many articles and sentences they are."""

    def __init__(
        self, pool: Pool, keys: Numbers, sentence: Numbers, titles: list[list[int]]
    ) -> None:
        self.pool = pool
        self.keys, inverse = np.unique(keys, return_inverse=True)
        self.size = len(self.keys)
        count = max(1, len(pool))
        met = np.unique(inverse.reshape(-1) * count + sentence)
        self.columns, self.rows = met // count, met % count
        self.sentences = self._sum(np.ones(len(met)))
        self.articles = self._count_origins()
        self.titles = sum((np.isin(self.keys, title) for title in titles), np.zeros(self.size))

    def _sum(self, values: Vector) -> Vector:
        """Return the sum over the sentences of each concept."""
        sums = np.bincount(self.columns, values, minlength=self.size)
        return sums.astype(np.float64, copy=False)

    def _count_origins(self) -> Numbers:
        origin = self.pool.origin[self.pool.article[self.rows]]
        width = int(self.pool.origin.max(initial=0)) + 1
        distinct = np.unique(self.columns * width + origin)
        return np.bincount(distinct // width, minlength=self.size)

    def concepts(self, rarer: Numbers, commoner: Numbers) -> Concepts:
        """Return the concepts; `rarer` and `commoner` are the article counts of their syllables."""
        pool, ones = self.pool, np.ones(self.size)
        origins = max(1, len(np.unique(pool.origin[pool.article])))
        position = pool.position[self.rows].astype(np.float64)
        first = np.full(self.size, np.inf)
        np.minimum.at(first, self.columns, position)
        place = self._sum(np.log1p(position)) / self.sentences
        lengths = np.log(np.maximum(1.0, pool.lengths))
        columns = {
            "constant": ones,
            "articles": np.log(self.articles),
            "share_of_articles": self.articles / origins,
            "sentences": np.log(self.sentences),
            "first_position": np.log1p(first),
            "mean_position": place,
            "leads": np.log1p(self._sum((position == 0).astype(np.float64))),
            "titles": np.log1p(self.titles),
            "rarer_syllable": np.log(rarer),
            "commoner_syllable": np.log(commoner),
            "sentence_scores": np.log(LEAST_SCORE + self._sum(pool.scores[self.rows])),
            "sentence_length": self._sum(lengths[self.rows]) / self.sentences,
            "number_of_articles": ones * np.log(origins),
            "number_of_words": ones * np.log(max(1.0, float(pool.lengths.sum()))),
        }
        return Concepts(
            keys=self.keys,
            rows=self.rows,
            columns=self.columns,
            features=np.stack([columns[name] for name in WEIGHTS], axis=1),
            articles=self.articles,
            place=place,
        )

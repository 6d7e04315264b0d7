"""The concepts of a digest: syllables and pairs of syllables, with the chance that it needs them.

A logistic regression predicts whether a person who summarizes the articles uses a concept, from the
number of articles with independent origins that have it, from where it occurs, and from the
headlines. Selection by the weights of pairs follows Gillick & Favre 2009, "A Scalable Global Model
for Summarization", https://aclanthology.org/W09-1802, and their supervision Li, Qian & Liu 2013,
"Using Supervised Bigram-based ILP for Extractive Summarization",
https://aclanthology.org/P13-1099.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from vnsum.summarization.digests.pool import Numbers, Pool
from vnsum.summarization.extractive.tfidf import Vector
from vnsum.summarization.ranker.salience import logistic

FEATURES = (
    "constant", "articles", "articles_share", "sentences", "first", "lead", "titles", "rarer_part",
    "commoner_part", "pool", "length",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Concepts:
    """The distinct concepts of one kind: sentence `rows[k]` has concept `columns[k]`, once each.

    `features` has one row per concept, with the columns `FEATURES`; `keys` are the concepts.
    """

    rows: Numbers
    columns: Numbers
    features: Vector
    keys: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The syllables of a pool as numbers, with the sentence of each."""

    vocabulary: dict[str, int]
    syllables: Numbers
    sentence: Numbers

    @classmethod
    def of(cls, pool: Pool) -> Reading:
        """Number the syllables of a pool."""
        vocabulary: dict[str, int] = {}
        numbers = [vocabulary.setdefault(s, len(vocabulary)) for unit in pool.units for s in unit]
        lengths = [len(unit) for unit in pool.units]
        return cls(
            vocabulary=vocabulary,
            syllables=np.asarray(numbers, dtype=np.int64),
            sentence=np.repeat(np.arange(len(pool), dtype=np.int64), lengths),
        )

    def pairs(self) -> tuple[Numbers, Numbers]:
        """Return a key for each pair of adjacent syllables, and its sentence."""
        inside = self.sentence[:-1] == self.sentence[1:]
        keys = self.syllables[:-1] * len(self.vocabulary) + self.syllables[1:]
        return keys[inside], self.sentence[:-1][inside]


def find_concepts(pool: Pool) -> tuple[Concepts, Concepts]:
    """Return the syllables and the pairs of syllables of a pool."""
    reading = Reading.of(pool)
    size = max(1, len(reading.vocabulary))
    singles = _Kind(
        pool, reading.syllables, reading.sentence, _title_keys(pool, reading, pair=False)
    )
    spread = singles.articles
    pairs = _Kind(pool, *reading.pairs(), _title_keys(pool, reading, pair=True))
    left, right = spread[pairs.keys // size], spread[pairs.keys % size]
    return (
        singles.concepts(spread, spread),
        pairs.concepts(np.minimum(left, right), np.maximum(left, right)),
    )


def _title_keys(pool: Pool, reading: Reading, *, pair: bool) -> list[set[int]]:
    known = reading.vocabulary
    found = []
    for title in pool.titles:
        numbers = [known.get(syllable, -1) for syllable in title]
        if pair:
            both = itertools.pairwise(numbers)
            found.append({a * len(known) + b for a, b in both if a >= 0 and b >= 0})
        else:
            found.append({number for number in numbers if number >= 0})
    return found


class _Kind:
    """The distinct concepts of one kind and their counts."""

    def __init__(
        self, pool: Pool, keys: Numbers, sentence: Numbers, titles: list[set[int]]
    ) -> None:
        self.pool = pool
        self.keys, inverse = np.unique(keys, return_inverse=True)
        self.size = len(self.keys)
        count = max(1, len(pool))
        met = np.unique(inverse.reshape(-1) * count + sentence)
        self.columns, self.rows = met // count, met % count
        self.articles = self._spread(pool.origin[pool.article[self.rows]])
        self.sentences = np.bincount(self.columns, minlength=self.size)
        self.first = np.full(self.size, np.inf)
        np.minimum.at(self.first, self.columns, pool.position[self.rows])
        lead = pool.position[self.rows] == 0
        self.lead = np.bincount(self.columns, lead.astype(np.float64), minlength=self.size)
        self.titles = np.zeros(self.size)
        for title in titles:
            self.titles += np.isin(self.keys, np.asarray(sorted(title), dtype=np.int64))

    def _spread(self, origin: Numbers) -> Numbers:
        """Return the number of independent origins of every concept."""
        width = int(self.pool.origin.max(initial=0)) + 1
        distinct = np.unique(self.columns * width + origin)
        return np.bincount(distinct // width, minlength=self.size)

    def concepts(self, rarer: Numbers, commoner: Numbers) -> Concepts:
        """Return the concepts with their features; the parts are counts of their syllables."""
        origins = max(1, len(set(self.pool.origin.tolist())))
        ones = np.ones(self.size)
        columns = {
            "constant": ones,
            "articles": np.log(self.articles),
            "articles_share": self.articles / origins,
            "sentences": np.log(self.sentences),
            "first": np.log1p(self.first),
            "lead": np.log1p(self.lead),
            "titles": np.log1p(self.titles),
            "rarer_part": np.log(rarer),
            "commoner_part": np.log(commoner),
            "pool": ones * np.log(origins),
            "length": ones * np.log(max(1.0, float(self.pool.lengths.sum()))),
        }
        features = np.stack([columns[name] for name in FEATURES], axis=1)
        return Concepts(rows=self.rows, columns=self.columns, features=features, keys=self.keys)


# Fitted on the development clusters with `python -m vnsum.evaluation.digests --fit`.
WEIGHTS: dict[str, tuple[float, ...]] = {
    "syllables": (3.66, -0.02, 1.04, 0.69, -1.05, -0.10, 0.80, -0.02, -0.02, 0.23, -0.66),
    "pairs": (3.06, 0.28, 0.51, 0.49, -1.17, -0.38, 0.63, 0.13, 0.06, -0.31, -0.44),
}


def chance(concepts: Concepts, weights: Vector) -> Vector:
    """Return the chance that a person's summary has each concept."""
    return np.asarray(logistic(concepts.features @ weights))

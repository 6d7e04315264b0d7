"""Syllables and pairs of adjacent syllables of a document, with the features of word salience.

The features are the number of sentences with the unit, its first position, whether the headline
contains it, whether it is capitalized, and its syllables (hashed, for a table of fixed size).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.summarization.extractive.tfidf import Terms, Vector

Numbers = NDArray[np.int64]
Weights = NDArray[np.float32]

# Feature classes. Number of sentences with the unit: 1, 2, 3, 4, 5 or 6, more.
SPREAD = np.array([0, 0, 1, 2, 3, 4, 4, 5])
SPREADS = 6
# First sentence with the unit: the first five one by one, then in growing bins.
FIRST = np.array([0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7, 7, 8])
FIRSTS = 9
# Number of sentences in the document: upper bounds of the bins.
LENGTHS = np.array([6, 10, 16, 26])
SIZES = len(LENGTHS) + 1
NAMES = 4  # capitalized syllables: none, left, right, both
# Syllables in the headline: none, left, right, both, both and adjacent.
HEADS = 5
HASHED = (
    1 << 12,
    1 << 12,
    1 << 15,
)  # hash buckets: left syllable, right one, pair

_WIDTHS = (SPREADS, FIRSTS, SPREADS * SIZES, SPREADS * FIRSTS, NAMES, *HASHED,
           HEADS * FIRSTS, HEADS * SPREADS)  # fmt: skip

_STARTS = np.cumsum((0, *_WIDTHS[:-1]))
TABLE = sum(_WIDTHS)  # number of weights of one model


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The distinct units of a document.

    Sentence `rows[k]` contains unit `columns[k]`, each pair once. `indices[u]` are the indices of
    the weights of unit `u`, and `keys[u]` is its key.
    """

    rows: Numbers
    columns: Numbers
    indices: NDArray[np.int32]
    keys: Numbers

    def likelihood(self, weights: Weights) -> Vector:
        """Return the probability of each unit to be used in a summary."""
        return logistic(weights[self.indices].sum(axis=1, dtype=np.float64))


def number_pairs(places: Numbers, size: int) -> Numbers:
    """Return one key per pair of adjacent indices below `size`, -1 if one of them is negative."""
    left, right = places[:-1], places[1:]
    return np.where((left < 0) | (right < 0), -1, left * size + right)


def logistic(odds: Vector) -> Vector:
    """Return the logistic function of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The sequence of syllables of a document, as indices into the vocabulary of its `Terms`.

    `title` are the indices of the headline's syllables, -1 for those not in the document.
    """

    syllables: Numbers
    sentence: Numbers
    count: int
    codes: Numbers
    names: NDArray[np.bool_]
    vocabulary: Mapping[str, int]
    title: Numbers

    @classmethod
    def of(
        cls,
        units: Sequence[Sequence[str]],
        terms: Terms,
        names: set[str],
        title: Sequence[str] = (),
    ) -> Stream:
        """Index the syllables; `names` are those capitalized within a sentence."""
        places = terms.vocabulary
        return cls(
            syllables=np.asarray([places[u] for unit in units for u in unit], dtype=np.int64),
            sentence=np.repeat(np.arange(len(units)), [len(unit) for unit in units]),
            count=len(units),
            codes=np.asarray([zlib.crc32(u.encode()) for u in places], dtype=np.int64),
            names=np.asarray([u in names for u in places], dtype=bool),
            vocabulary=places,
            title=np.asarray([places.get(u, -1) for u in title], dtype=np.int64),
        )

    @property
    def size(self) -> int:
        """The size of the vocabulary, at least 1."""
        return max(1, len(self.vocabulary))

    def find(self, syllables: Sequence[str]) -> Numbers:
        """Return the indices of `syllables`, -1 for those not in the document."""
        return np.asarray([self.vocabulary.get(u, -1) for u in syllables], dtype=np.int64)

    def singles(self) -> Units:
        """Return the syllables as units."""
        keys, rows, columns, first = _distinct(self.syllables, self.sentence, self.size)
        codes = self.codes[keys]
        names = self.names[keys].astype(np.int64)
        heads = self._titled[keys].astype(np.int64)
        indices = _weight_indices(
            columns, first, self.count, names, heads, (codes, codes >> 12, codes >> 3)
        )
        return Units(rows=rows, columns=columns, indices=indices, keys=keys)

    def pairs(self) -> Units:
        """Return the pairs of adjacent syllables as units."""
        inside = self.sentence[:-1] == self.sentence[1:]
        keys, rows, columns, first = _distinct(
            self.number(self.syllables)[inside], self.sentence[:-1][inside], self.size**2
        )
        left, right = keys // self.size, keys % self.size
        names = self.names[left] + 2 * self.names[right]
        one, other = self.codes[left], self.codes[right]
        codes = (one, other, (one * 31 + other * 17) >> 2)
        heads = self._titled[left] + 2 * self._titled[right]
        heads[np.isin(keys, self.number(self.title))] = HEADS - 1
        indices = _weight_indices(columns, first, self.count, names, heads, codes)
        return Units(rows=rows, columns=columns, indices=indices, keys=keys)

    @property
    def _titled(self) -> NDArray[np.bool_]:
        """Mask of the syllables that occur in the headline."""
        return np.isin(np.arange(len(self.vocabulary)), self.title)

    def number(self, syllables: Numbers) -> Numbers:
        """Return one key per pair of adjacent syllables, -1 if one is not in the document."""
        return number_pairs(syllables, self.size)


def _distinct(
    keys: Numbers, sentence: Numbers, size: int
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return distinct keys, the sentence and key of each occurrence, and first sentences."""
    met = np.unique(sentence * size + keys)
    rows = met // size
    found, first, columns = np.unique(met % size, return_index=True, return_inverse=True)
    return found, rows, columns.reshape(-1), rows[first]


def _weight_indices(
    columns: Numbers,
    first: Numbers,
    sentences: int,
    names: Numbers,
    heads: Numbers,
    codes: Sequence[Numbers],
) -> NDArray[np.int32]:
    """Return the weight indices of every unit, one column per feature."""
    spread = SPREAD[np.minimum(np.bincount(columns, minlength=len(first)), len(SPREAD) - 1)]
    place = FIRST[np.minimum(first, len(FIRST) - 1)]
    size = int(np.searchsorted(LENGTHS, sentences))
    classes = (
        spread,
        place,
        spread * SIZES + size,
        spread * FIRSTS + place,
        names,
        *(code % width for code, width in zip(codes, HASHED, strict=True)),
        heads * FIRSTS + place,
        heads * SPREADS + spread,
    )
    return np.asarray(np.stack(classes, axis=1) + _STARTS, dtype=np.int32)

"""Word salience: the probability that a summary uses a syllable or a pair of adjacent syllables.

A logistic regression over the units of a document. Its features are the number of sentences with
the unit, its first position, whether the headline contains it, whether it is capitalized, and its
syllables (hashed, for a table of fixed size). The expected overlap with a summary is a cheap
estimate of ROUGE, as in Gillick & Favre 2009, "A Scalable Global Model for Summarization"
(https://aclanthology.org/W09-1802).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

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
LONGER = 1.3  # measured ratio of a summary's length to its overlap with the document
LEAST = 1e-3  # probabilities are clipped to [LEAST, 1 - LEAST]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProbabilities:
    """Units with their probabilities; `sums` is the expected number of hits per sentence."""

    units: Units
    probabilities: Vector
    sums: Vector

    @classmethod
    def of(cls, units: Units, weights: Weights, sentences: int) -> UnitProbabilities:
        """Return the probabilities of the units of a document with `sentences` sentences."""
        return cls.expect(units, units.likelihood(weights), sentences)

    @classmethod
    def expect(cls, units: Units, probabilities: Vector, sentences: int) -> UnitProbabilities:
        """Return the units with the sum of their probabilities per sentence."""
        sums = np.bincount(units.rows, probabilities[units.columns], minlength=sentences)
        return cls(
            units=units, probabilities=probabilities, sums=sums.astype(np.float64, copy=False)
        )

    @property
    def total(self) -> float:
        """The expected number of distinct units in a summary."""
        return float(self.probabilities.sum())

    def f1(self, hits: Vector, length: Vector) -> Vector:
        """Return the expected F1 of texts with `hits` expected hits and `length` syllables."""
        return np.asarray(2.0 * hits / np.maximum(1.0, length + LONGER * self.total))

    def revised(self, scores: Vector, weights: Vector) -> UnitProbabilities:
        """Return the probabilities updated with the log-odds of the sentences.

        `weights` are the coefficients of the unit's own log-odds, of the logarithm of the summed
        probabilities of its sentences, and of the constant.
        """
        return UnitProbabilities.expect(
            self.units, logistic(self.evidence(scores) @ weights), len(scores)
        )

    def evidence(self, scores: Vector) -> Vector:
        """Return the features of `revised`, one row per unit."""
        probabilities = np.clip(self.probabilities, LEAST, 1.0 - LEAST)
        units = self.units
        heard = np.bincount(
            units.columns, logistic(scores)[units.rows], minlength=len(probabilities)
        )
        known = (
            np.log(probabilities / (1.0 - probabilities)),
            np.log(heard + LEAST),
            np.ones(len(probabilities)),
        )
        return np.stack(known, axis=1)

    def shared(self, sentences: Numbers) -> Vector:
        """Return the matrix of expected hits that each two of these sentences share."""
        table = np.zeros((len(sentences), len(self.probabilities)))
        for row, sentence in enumerate(sentences):
            first, last = np.searchsorted(self.units.rows, (sentence, sentence + 1))
            table[row, self.units.columns[first:last]] = 1.0
        # einsum without optimization does not call BLAS: same result for any number of threads.
        return np.asarray(np.einsum("iu,ju->ij", table * self.probabilities, table))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Salience:
    """The weights for syllables and for pairs of syllables."""

    syllables: Weights
    pairs: Weights

    @classmethod
    def blank(cls) -> Salience:
        """Return zero weights, with which all units are equally likely."""
        return cls(**{field.name: np.zeros(TABLE, dtype=np.float32) for field in fields(cls)})

    @classmethod
    def unpack(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Salience:
        """Return the weights named `prefix.field`; raises `ValueError` if the shape is wrong."""
        tables = {field.name: arrays[f"{prefix}.{field.name}"] for field in fields(cls)}
        for name, table in tables.items():
            if table.shape != (TABLE,) or not np.isfinite(table).all():
                raise ValueError(f"{prefix}.{name} must have {TABLE} finite weights")
        return cls(**{name: table.astype(np.float32) for name, table in tables.items()})

    def pack(self, prefix: str) -> dict[str, NDArray[np.float16]]:
        """Return the weights in 16 bits under the names that `unpack` reads."""
        return {
            f"{prefix}.{field.name}": getattr(self, field.name).astype(np.float16)
            for field in fields(self)
        }

    def predict(self, stream: Stream) -> tuple[UnitProbabilities, UnitProbabilities]:
        """Return the probabilities of the syllables and of the pairs of a document."""
        return (
            UnitProbabilities.of(stream.singles(), self.syllables, stream.count),
            UnitProbabilities.of(stream.pairs(), self.pairs, stream.count),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Weights of `UnitProbabilities.revised`, which updates probabilities with sentence scores.

    `weights` has one row for syllables and one for pairs.
    """

    weights: Weights

    @classmethod
    def blank(cls) -> Revision:
        """Return weights that leave the probabilities unchanged."""
        return cls(weights=np.asarray([[1, 0, 0]] * 2, dtype=np.float32))

    @classmethod
    def unpack(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Revision:
        """Return the weights named `prefix`; raises `ValueError` if the shape is wrong."""
        weights = arrays[prefix]
        if weights.shape != (2, 3) or not np.isfinite(weights).all():
            raise ValueError(f"{prefix} must have 2 x 3 finite weights")
        return cls(weights=weights.astype(np.float32))

    def pack(self, prefix: str) -> dict[str, Weights]:
        """Return the weights under the name that `unpack` reads."""
        return {prefix: self.weights}

    def predict(
        self, likely: Sequence[UnitProbabilities], scores: Vector
    ) -> tuple[UnitProbabilities, ...]:
        """Return the probabilities updated with the log-odds of the sentences."""
        return tuple(
            found.revised(scores, weights.astype(np.float64))
            for found, weights in zip(likely, self.weights, strict=True)
        )

"""Which syllables, and which pairs of neighbouring ones, a summary of the document would use.

A logistic model over the units of a document: how many sentences have the unit, where it stands
first, whether the headline has it, whether it is written as a name, and which syllables it is made
of (hashed, so that the table has one size). What a sentence has of the likely units is the best
cheap guess of its ROUGE; Gillick & Favre 2009, "A Scalable Global Model for
Summarization" (https://aclanthology.org/W09-1802), weigh pairs of words for the same reason.
Nothing here chooses a sentence.
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

# Classes of a unit. How many sentences have it: 1, 2, 3, 4, 5 or 6, more.
SPREAD = np.array([0, 0, 1, 2, 3, 4, 4, 5])
SPREADS = 6
# The first sentence that has it: each of the first five, then wider and wider.
FIRST = np.array([0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7, 7, 8])
FIRSTS = 9
# The sentences of the document: up to each of these, or more.
LENGTHS = np.array([6, 10, 16, 26])
SIZES = len(LENGTHS) + 1
NAMES = 4  # which of its syllables are written as names: none, the left, the right, both
# The headline's part in it: none, the left syllable, the right one, both, the two as they stand.
HEADS = 5
HASHED = (1 << 12, 1 << 12, 1 << 15)  # classes by the left syllable, the right one, and both

_WIDTHS = (SPREADS, FIRSTS, SPREADS * SIZES, SPREADS * FIRSTS, NAMES, *HASHED,
           HEADS * FIRSTS, HEADS * SPREADS)  # fmt: skip
LONGER = 1.3  # a summary to what it shares with the text, measured
LEAST = 1e-3  # chance below which nothing is told apart

_STARTS = np.cumsum((0, *_WIDTHS[:-1]))
TABLE = sum(_WIDTHS)  # the weights of one model


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The distinct units of a document.

    Sentence `rows[k]` has unit `columns[k]`, each once; `known[u]` are the places in a table of
    weights that speak about unit `u`, and `keys[u]` is its number.
    """

    rows: Numbers
    columns: Numbers
    known: NDArray[np.int32]
    keys: Numbers

    def likelihood(self, weights: Weights) -> Vector:
        """Return for every unit the chance that a summary uses it."""
        return logistic(weights[self.known].sum(axis=1, dtype=np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """Units with the chance of each; `sums` is for every sentence what to expect it has of them."""

    units: Units
    chances: Vector
    sums: Vector

    @classmethod
    def of(cls, units: Units, weights: Weights, sentences: int) -> Likely:
        """Judge the units of a document of so many sentences."""
        return cls.expect(units, units.likelihood(weights), sentences)

    @classmethod
    def expect(cls, units: Units, chances: Vector, sentences: int) -> Likely:
        """Add up for every sentence the chances of the units that it has."""
        sums = np.bincount(units.rows, chances[units.columns], minlength=sentences)
        return cls(units=units, chances=chances, sums=sums.astype(np.float64, copy=False))

    @property
    def total(self) -> float:
        """How many different units a summary is likely to use."""
        return float(self.chances.sum())

    def f1(self, hits: Vector, length: Vector) -> Vector:
        """Return the F1 to expect of texts with so many hits among so many syllables."""
        return np.asarray(2.0 * hits / np.maximum(1.0, length + LONGER * self.total))

    def revised(self, scores: Vector, weights: Vector) -> Likely:
        """Judge the units again, knowing the log-odds of every sentence to be in a summary.

        `weights` are for a unit's own log-odds, for the logarithm of the chances of the sentences
        that have it, added up, and a constant.
        """
        return Likely.expect(self.units, logistic(self.evidence(scores) @ weights), len(scores))

    def evidence(self, scores: Vector) -> Vector:
        """Return what `revised` goes by, a row for each unit."""
        chances = np.clip(self.chances, LEAST, 1.0 - LEAST)
        units = self.units
        heard = np.bincount(units.columns, logistic(scores)[units.rows], minlength=len(chances))
        known = (np.log(chances / (1.0 - chances)), np.log(heard + LEAST), np.ones(len(chances)))
        return np.stack(known, axis=1)

    def shared(self, sentences: Numbers) -> Vector:
        """Return a square table of what to expect that each two of these sentences both have."""
        table = np.zeros((len(sentences), len(self.chances)))
        for row, sentence in enumerate(sentences):
            first, last = np.searchsorted(self.units.rows, (sentence, sentence + 1))
            table[row, self.units.columns[first:last]] = 1.0
        # einsum without optimisation does not call BLAS: the same sum on any number of threads.
        return np.asarray(np.einsum("iu,ju->ij", table * self.chances, table))


def number_pairs(places: Numbers, size: int) -> Numbers:
    """Return one number for each two neighbours among `size` places, -1 where one is negative."""
    left, right = places[:-1], places[1:]
    return np.where((left < 0) | (right < 0), -1, left * size + right)


def logistic(odds: Vector) -> Vector:
    """Return the chances of these log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The syllables of a document in a row, as places in the vocabulary of its `Terms`.

    `title` are those of its headline, -1 for one that the document does not have.
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
        """Number the syllables; `names` are those written with a capital within a sentence."""
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
        """How many syllables there are to tell apart."""
        return max(1, len(self.vocabulary))

    def find(self, syllables: Sequence[str]) -> Numbers:
        """Return the numbers of other syllables, -1 for those that the document does not have."""
        return np.asarray([self.vocabulary.get(u, -1) for u in syllables], dtype=np.int64)

    def singles(self) -> Units:
        """Return the syllables as units."""
        keys, rows, columns, first = _distinct(self.syllables, self.sentence, self.size)
        codes = self.codes[keys]
        names = self.names[keys].astype(np.int64)
        heads = self._titled[keys].astype(np.int64)
        known = _known(columns, first, self.count, names, heads, (codes, codes >> 12, codes >> 3))
        return Units(rows=rows, columns=columns, known=known, keys=keys)

    def pairs(self) -> Units:
        """Return the pairs of neighbouring syllables as units."""
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
        known = _known(columns, first, self.count, names, heads, codes)
        return Units(rows=rows, columns=columns, known=known, keys=keys)

    @property
    def _titled(self) -> NDArray[np.bool_]:
        """Which syllables of the vocabulary the headline has."""
        return np.isin(np.arange(len(self.vocabulary)), self.title)

    def number(self, syllables: Numbers) -> Numbers:
        """Return one number for each two neighbours, negative where the document lacks one."""
        return number_pairs(syllables, self.size)


def _distinct(
    keys: Numbers, sentence: Numbers, size: int
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return the distinct keys, the sentence and key of each meeting, each key's first sentence."""
    met = np.unique(sentence * size + keys)
    rows = met // size
    found, first, columns = np.unique(met % size, return_index=True, return_inverse=True)
    return found, rows, columns.reshape(-1), rows[first]


def _known(
    columns: Numbers,
    first: Numbers,
    sentences: int,
    names: Numbers,
    heads: Numbers,
    codes: Sequence[Numbers],
) -> NDArray[np.int32]:
    """Return the places in the table for every unit, one column for each thing known of it."""
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
    """The weights for syllables and for pairs."""

    syllables: Weights
    pairs: Weights

    @classmethod
    def blank(cls) -> Salience:
        """Return weights that call every unit equally likely."""
        return cls(**{field.name: np.zeros(TABLE, dtype=np.float32) for field in fields(cls)})

    @classmethod
    def unpack(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Salience:
        """Return the weights named `prefix.field`; `ValueError` where one is no table of them."""
        tables = {field.name: arrays[f"{prefix}.{field.name}"] for field in fields(cls)}
        for name, table in tables.items():
            if table.shape != (TABLE,) or not np.isfinite(table).all():
                raise ValueError(f"{prefix}.{name} is no table of {TABLE} weights")
        return cls(**{name: table.astype(np.float32) for name, table in tables.items()})

    def pack(self, prefix: str) -> dict[str, NDArray[np.float16]]:
        """Return the weights in 16 bits under names that `unpack` reads."""
        return {
            f"{prefix}.{field.name}": getattr(self, field.name).astype(np.float16)
            for field in fields(self)
        }

    def judge(self, stream: Stream) -> tuple[Likely, Likely]:
        """Return the syllables and the pairs of a document with the chance of each."""
        return (
            Likely.of(stream.singles(), self.syllables, stream.count),
            Likely.of(stream.pairs(), self.pairs, stream.count),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What to make of likely units once every sentence has a score: weights for `Likely.revised`.

    What likely sentences have is likelier than the words alone tell. `weights` has a row for
    syllables and one for pairs.
    """

    weights: Weights

    @classmethod
    def blank(cls) -> Revision:
        """Return weights that leave every unit as likely as it was."""
        return cls(weights=np.asarray([[1, 0, 0]] * 2, dtype=np.float32))

    @classmethod
    def unpack(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Revision:
        """Return the weights named `prefix`; `ValueError` where there are not three for each."""
        weights = arrays[prefix]
        if weights.shape != (2, 3) or not np.isfinite(weights).all():
            raise ValueError(f"{prefix} is no table of two by three weights")
        return cls(weights=weights.astype(np.float32))

    def pack(self, prefix: str) -> dict[str, Weights]:
        """Return the weights under the name that `unpack` reads."""
        return {prefix: self.weights}

    def judge(self, likely: Sequence[Likely], scores: Vector) -> tuple[Likely, ...]:
        """Return the units judged again, knowing the log-odds of every sentence."""
        return tuple(
            found.revised(scores, weights.astype(np.float64))
            for found, weights in zip(likely, self.weights, strict=True)
        )

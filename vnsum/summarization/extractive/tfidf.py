"""Sparse TF-IDF vectors of sentences, tokenization into syllables, and common subsequences.

Time and memory are linear in the length of the text; no matrix of sentence pairs is built. Sums
are computed in a fixed order on one thread (`bincount`, not BLAS), so that results do not depend
on the number of threads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum import languages
from vnsum.errors import InputError
from vnsum.normalization import compose
from vnsum.results.document import Document

Vector = NDArray[np.float64]
Unit = Callable[[str, str], list[str]]  # text, language -> lower-cased units

_RUN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """TF-IDF vectors of sentences, normalized to length 1, as a sparse matrix.

    `weights[k]` is the weight of term `columns[k]` in sentence `rows[k]`, ordered by row;
    `starts[i]:starts[i + 1]` is the slice of sentence `i`. A sentence without words has a zero
    vector.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    weights: Vector
    starts: NDArray[np.intp]
    vocabulary: dict[str, int]
    idf: Vector

    @classmethod
    def read(cls, document: Document, unit: str = "syllables") -> Terms:
        """Return the vectors of a document; `unit` is a key of `UNITS`."""
        split = unit_of(unit)
        return cls.of([split(sentence.text, document.lang) for sentence in document.sentences])

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]]) -> Terms:
        """Return the vectors with weights `tf * (1 + ln(n / df))`, normalized to length 1."""
        vocabulary: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        counts: list[int] = []
        starts = [0]
        for row, words in enumerate(sentences):
            for word, count in Counter(words).items():
                rows.append(row)
                columns.append(vocabulary.setdefault(word, len(vocabulary)))
                counts.append(count)
            starts.append(len(rows))
        row_index = np.asarray(rows, dtype=np.intp)
        column_index = np.asarray(columns, dtype=np.intp)
        frequency = np.bincount(column_index, minlength=len(vocabulary))
        idf = 1.0 + np.log(len(sentences) / np.maximum(frequency, 1))
        weights = np.asarray(counts, dtype=np.float64) * idf[column_index]
        length = np.sqrt(_sums(row_index, weights * weights, len(sentences)))
        return cls(
            rows=row_index,
            columns=column_index,
            weights=weights / length[row_index],
            starts=np.asarray(starts, dtype=np.intp),
            vocabulary=vocabulary,
            idf=idf,
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def mix(self, shares: Vector) -> Vector:
        """Return the weighted sum of the sentence vectors."""
        return _sums(self.columns, self.weights * shares[self.rows], len(self.vocabulary))

    def compare(self, vector: Vector) -> Vector:
        """Return the dot product of every sentence with `vector`."""
        return _sums(self.rows, self.weights * vector[self.columns], len(self))

    def sentence(self, index: int) -> Vector:
        """Return the vector of one sentence."""
        vector = np.zeros(len(self.vocabulary))
        own = slice(self.starts[index], self.starts[index + 1])
        vector[self.columns[own]] = self.weights[own]
        return vector

    def weigh(self, words: Sequence[str]) -> Vector:
        """Return the normalized vector of other words; words not in the document are ignored."""
        vector = np.zeros(len(self.vocabulary))
        for word, count in Counter(words).items():
            if (column := self.vocabulary.get(word)) is not None:
                vector[column] = count * self.idf[column]
        length = float(np.sqrt((vector * vector).sum()))
        return vector / length if length else vector


def _sums(places: NDArray[np.intp], values: Vector, size: int) -> Vector:
    """Return the sum of the values of each index."""
    return np.bincount(places, values, minlength=size).astype(np.float64, copy=False)


def syllables(text: str) -> list[str]:
    """Return the lower-cased runs of letters and digits of `text` after NFC normalization.

    >>> syllables("Chó cắn mèo ở TP.HCM!")
    ['chó', 'cắn', 'mèo', 'ở', 'tp', 'hcm']
    """
    return _RUN.findall(compose(text).lower())


def common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the length of the longest common subsequence.

    >>> common_subsequence(["mưa", "lớn", "ở", "huế"], ["mưa", "ở", "huế"])
    3
    """
    rows = subsequence_rows(first, second)
    return len(second) - rows[-1].bit_count()


def subsequence_rows(first: Sequence[str], second: Sequence[str]) -> list[int]:
    """Return the bit-parallel LCS table of `first` and `second`, one integer per row.

    The number of zero bits among the lowest `j` bits of row `i` is the length of the longest
    common subsequence of `first[:i]` and `second[:j]` (Hyyrö 2004, "Bit-parallel LCS-length
    computation revisited").
    """
    places: dict[str, int] = {}
    for j, unit in enumerate(second):
        places[unit] = places.get(unit, 0) | 1 << j
    full = (1 << len(second)) - 1
    row = full
    rows = [row]
    for unit in first:
        match = row & places.get(unit, 0)
        row = (row + match | row - match) & full
        rows.append(row)
    return rows


def unit_of(name: str) -> Unit:
    """Return the tokenizer `name` of `UNITS`; raises `InputError` if it is unknown."""
    if name not in UNITS:
        raise InputError(f"unknown unit {name!r}: choose one of {', '.join(sorted(UNITS))}")
    return UNITS[name]


def _words(text: str, lang: str) -> list[str]:
    return [word for word in languages.words(text, lang) if any(c.isalnum() for c in word)]


# On VietNews, the words of underthesea rank slightly worse than syllables and take fifteen times as
# long, so syllables are the default.
UNITS: dict[str, Unit] = {
    "syllables": lambda text, lang: syllables(text),
    "words": _words,
}

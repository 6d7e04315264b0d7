"""Word salience: the probability that a summary uses a syllable or a pair of adjacent syllables.

A logistic regression over the units of a document (`vnsum.summarization.ranker.units`). The
expected overlap with a summary is a cheap estimate of ROUGE, as in Gillick & Favre 2009, "A
Scalable Global Model for Summarization" (https://aclanthology.org/W09-1802).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnsum.summarization.extractive.tfidf import Vector
from vnsum.summarization.ranker.units import TABLE, Numbers, Stream, Units, Weights, logistic

LONGER = 1.3  # measured ratio of a summary's length to its overlap with the document
LEAST = 1e-3  # probabilities are clipped to [LEAST, 1 - LEAST]


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

    def covered(self, chosen: Sequence[int]) -> Vector:
        """Return the share of the expected hits of every sentence that `chosen` sentences have."""
        columns, rows = self.units.columns, self.units.rows
        selected = np.zeros(len(self.sums), dtype=bool)
        selected[list(chosen)] = True
        told = np.zeros(len(self.probabilities), dtype=bool)
        told[columns[selected[rows]]] = True
        hits = np.bincount(rows, (self.probabilities * told)[columns], minlength=len(self.sums))
        return hits / np.where(self.sums > 0, self.sums, 1.0)

    def shared(self, sentences: Numbers) -> Vector:
        """Return the matrix of expected hits that each two of these sentences share."""
        table = np.zeros((len(sentences), len(self.probabilities)))
        for row, sentence in enumerate(sentences):
            first, last = np.searchsorted(self.units.rows, (sentence, sentence + 1))
            table[row, self.units.columns[first:last]] = 1.0
        # einsum without optimization does not call BLAS: same result for any number of threads.
        return np.asarray(np.einsum("iu,ju->ij", table * self.probabilities, table))


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

"""Selection of sentences that cover the most valuable concepts within a budget.

The value of a set of sentences is the total weight of the concepts that it has, each counted once.
This function is monotone and submodular, so that repetition adds nothing. The greedy algorithm
takes the sentence with the highest gain per word to the power of `SCALING`, as in Lin & Bilmes
2010, "Multi-document Summarization via Budgeted Maximization of Submodular Functions",
https://aclanthology.org/N10-1134, and exchanges improve its result. The guarantee of the paper,
1 - 1/sqrt(e) of the optimum, is for the power 1; 0.7 scores higher on development data. A sentence
that mostly repeats others is not taken even if there is room.

The weights of concepts that a new sentence covers are subtracted from all sentences that have them,
once per concept, so that the time is linear in the length of the articles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnsum.summarization.budget import Budget
from vnsum.summarization.extractive.tfidf import Vector
from vnsum.summarization.ranker.units import Numbers

SCALING = 0.7
REPEATED = 0.3  # least share of its value that a further sentence must add
MOST_EXCHANGES = 20  # sentences that are tried to be replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The room of a digest: a number of words or of sentences."""

    words: float
    sentences: int

    @classmethod
    def of(cls, budget: Budget, available: int) -> Room:
        """Return the room that `budget` gives if there are `available` sentences."""
        words = float(budget.words) if budget.words is not None else np.inf
        return cls(words=words, sentences=budget.limit(available))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Sentences with the concepts that they have.

    Sentence `rows[k]` has concept `columns[k]`; `weights` are those of the concepts. `lengths` are
    words, and `free` marks the sentences that may be selected.
    """

    rows: Numbers
    columns: Numbers
    weights: Vector
    lengths: Vector
    free: NDArray[np.bool_]

    def select(self, room: Room) -> list[int]:
        """Return the sentences of the best set that was found, in the order of selection."""
        index = _Index(self)
        best = self._fill(index, room, [])
        value = self.value(index, best)
        for dropped in best[:MOST_EXCHANGES]:
            if dropped in best:
                rest = [sentence for sentence in best if sentence != dropped]
                other = self._fill(index, room, rest, without=dropped)
                if (found := self.value(index, other)) > value:
                    best, value = other, found
        return best

    def value(self, index: _Index, chosen: Sequence[int]) -> float:
        """Return the value of a set of sentences."""
        covered = np.unique(np.concatenate([index.concepts(s) for s in chosen] or [self.rows[:0]]))
        return float(self.weights[covered].sum())

    def _fill(
        self, index: _Index, room: Room, chosen: Sequence[int], *, without: int | None = None
    ) -> list[int]:
        """Add sentences to `chosen` while there is room; never the sentence `without`."""
        gains = np.bincount(self.rows, self.weights[self.columns], minlength=len(self.lengths))
        least = REPEATED * gains
        covered = np.zeros(len(self.weights), dtype=bool)
        free = self.free.copy()
        if without is not None:
            free[without] = False
        found: list[int] = []
        left = room.words
        queue = list(chosen)
        cost = np.maximum(1.0, self.lengths) ** SCALING
        while len(found) < room.sentences:
            if queue:
                pick = queue.pop(0)
            else:
                free &= (self.lengths <= left) & (gains > least)
                value = np.where(free, gains / cost, -np.inf)
                pick = int(value.argmax()) if len(value) else -1
                if pick < 0 or value[pick] == -np.inf:
                    break
            found.append(pick)
            free[pick] = False
            left -= self.lengths[pick]
            for concept in index.concepts(pick):
                if not covered[concept]:
                    covered[concept] = True
                    gains[index.sentences(concept)] -= self.weights[concept]
        return found


class _Index:
    """The concepts of every sentence and the sentences of every concept."""

    def __init__(self, coverage: Coverage) -> None:
        by_sentence = np.argsort(coverage.rows, kind="stable")
        by_concept = np.argsort(coverage.columns, kind="stable")
        self._concepts = coverage.columns[by_sentence]
        self._sentences = coverage.rows[by_concept]
        places = np.arange(len(coverage.lengths) + 1)
        self._rows = np.searchsorted(coverage.rows[by_sentence], places)
        places = np.arange(len(coverage.weights) + 1)
        self._columns = np.searchsorted(coverage.columns[by_concept], places)

    def concepts(self, sentence: int) -> Numbers:
        """Return the concepts of a sentence."""
        return self._concepts[self._rows[sentence] : self._rows[sentence + 1]]

    def sentences(self, concept: int) -> Numbers:
        """Return the sentences that have a concept."""
        return self._sentences[self._columns[concept] : self._columns[concept + 1]]

"""Splitting a pile of articles into events.

Articles are compared by the cosine of their pairs of syllables, weighted by TF-IDF with a fixed
number of articles in the background, so that similarities do not depend on the size of the pile.
Events are the clusters of average linkage. In a large pile only articles that share some of their
most characteristic pairs are compared, so that the time is nearly linear in its size.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vnsum.reading.article import Article
from vnsum.results.document import Document
from vnsum.summarization.extractive.tfidf import Vector, syllables
from vnsum.summarization.ranker.units import Numbers

BACKGROUND = 10_000  # articles that are assumed not to have a pair, besides those of the pile
ALIKE = 0.08  # mean cosine of the articles on one event
WINDOW = 2  # days between articles on one event
SMALL_PILE = 200  # articles that are all compared with each other
CHARACTERISTIC = 40  # pairs of an article by which it is found in a large pile
FEWEST_SHARED = 2  # of these pairs, for a comparison
NEIGHBOURS = 100  # articles with the same pair, in the order of dates, that are compared


def group_texts(texts: Sequence[Article | Document]) -> list[list[int]]:
    """Return the indices of the texts on each event, events in the order of their first texts."""
    days = [one.published.toordinal() if one.published else np.nan for one in texts]
    similarities = Vectors.of(texts).similarities(np.asarray(days, dtype=np.float64))
    return sorted(sorted(group) for group in cluster(len(texts), similarities))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """TF-IDF vectors of length 1 of the pairs of syllables of texts.

    Text `k` has the pairs `columns[starts[k]:starts[k + 1]]`, in order, with these `weights`;
    `frequency` is the number of texts that have each pair.
    """

    starts: Numbers
    columns: Numbers
    weights: Vector
    frequency: Numbers

    @classmethod
    def of(cls, texts: Iterable[Article | Document]) -> Vectors:
        """Return the vectors of texts."""
        vocabulary: dict[str, int] = {}
        keys, counts = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        starts = [0]
        for one in texts:
            units = syllables(f"{one.title or ''}\n{one.text}")
            numbers = np.asarray(
                [vocabulary.setdefault(unit, len(vocabulary)) for unit in units], dtype=np.int64
            )
            found, count = np.unique((numbers[:-1] << 32) + numbers[1:], return_counts=True)
            keys.append(found)
            counts.append(count)
            starts.append(starts[-1] + len(found))
        known, columns = np.unique(np.concatenate(keys), return_inverse=True)
        columns = columns.reshape(-1)
        frequency = np.bincount(columns, minlength=len(known))
        idf = np.log((len(starts) - 1 + BACKGROUND) / np.maximum(1, frequency))
        weights = (1.0 + np.log(np.concatenate(counts))) * idf[columns]
        rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        norms = np.sqrt(np.bincount(rows, weights * weights, minlength=len(starts) - 1))
        return cls(
            starts=np.asarray(starts, dtype=np.int64),
            columns=columns,
            weights=weights / norms[rows],
            frequency=frequency,
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def similarities(self, days: Vector) -> Iterator[tuple[int, int, float]]:
        """Yield texts of nearby days with their cosine; `days` are NaN where unknown."""
        first, second = self._candidates(days)
        near = ~(np.abs(days[first] - days[second]) > WINDOW)
        first, second = first[near], second[near]
        vector = np.zeros(len(self.frequency))
        ends = np.searchsorted(first, np.arange(len(self) + 1))
        for index in range(len(self)):
            others = second[ends[index] : ends[index + 1]]
            own = slice(self.starts[index], self.starts[index + 1])
            vector[self.columns[own]] = self.weights[own]
            for other in others:
                theirs = slice(self.starts[other], self.starts[other + 1])
                cosine = float((vector[self.columns[theirs]] * self.weights[theirs]).sum())
                if cosine > 0:
                    yield index, int(other), cosine
            vector[self.columns[own]] = 0.0

    def _candidates(self, days: Vector) -> tuple[Numbers, Numbers]:
        """Return the texts to compare, ordered by the first one, which is the smaller index."""
        count = len(self)
        if count <= SMALL_PILE:
            first, second = np.triu_indices(count, 1)
            return first.astype(np.int64), second.astype(np.int64)
        text, column = self._characteristic()
        by_pair = np.lexsort((text, days[text], column))
        text, column = text[by_pair], column[by_pair]
        found = []
        for shift in range(1, NEIGHBOURS + 1):
            same = np.flatnonzero(column[shift:] == column[:-shift])
            if not len(same):
                break
            ends = np.sort(np.stack([text[same], text[same + shift]]), axis=0)
            found.append(ends[0] * count + ends[1])
        keys, shared = np.unique(np.concatenate(found or [text[:0]]), return_counts=True)
        keys = keys[shared >= FEWEST_SHARED]
        return keys // count, keys % count

    def _characteristic(self) -> tuple[Numbers, Numbers]:
        """Return the texts and their most characteristic pairs that another text has, too."""
        rows = np.repeat(np.arange(len(self)), np.diff(self.starts))
        shared = self.frequency[self.columns] > 1
        rows, columns, weights = rows[shared], self.columns[shared], self.weights[shared]
        best = np.lexsort((columns, -weights, rows))
        rows, columns = rows[best], columns[best]
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        kept = rank < CHARACTERISTIC
        return rows[kept], columns[kept]


def cluster(count: int, similarities: Iterable[tuple[int, int, float]]) -> list[list[int]]:
    """Return clusters of average linkage; items that are not listed have a similarity of 0."""
    sums: list[dict[int, float]] = [{} for _ in range(count)]
    members = {index: [index] for index in range(count)}
    queue = []
    for first, second, value in similarities:
        sums[first][second] = sums[second][first] = value
        if value >= ALIKE:
            queue.append((-value, first, second))
    heapq.heapify(queue)
    fresh = itertools.count(count)
    while queue:
        _, first, second = heapq.heappop(queue)
        if first not in members or second not in members:
            continue
        new = next(fresh)
        members[new] = members.pop(first) + members.pop(second)
        merged: dict[int, float] = {}
        for old in (first, second):
            for other, value in sums[old].items():
                if other in members:
                    merged[other] = merged.get(other, 0.0) + value
            sums[old] = {}
        sums.append(merged)
        for other, value in merged.items():
            sums[other][new] = value
            mean = value / (len(members[new]) * len(members[other]))
            if mean >= ALIKE:
                heapq.heappush(queue, (-mean, other, new))
    return [*members.values()]

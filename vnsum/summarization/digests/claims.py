"""What articles say of one thing, and whether two sentences say it of the same thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnsum.summarization.digests.pool import Pool
from vnsum.summarization.extractive.tfidf import Terms, syllables

NEAR = 4  # words on each side that tell what is counted or named
FEWEST_SHARED = 4  # of these words
FEWEST_AMONG_OTHERS = 5  # of these words, if the sentence has others of the same kind
SAME_SENTENCE = 0.4  # cosine of the sentences without their figures
MOST_COMPARED = 20  # claims with the same context
REACH = 100  # characters on each side that have these words


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A figure or name in a sentence of the pool, with the words before and after it.

    `alone` says whether no other one of its sentence is of the same kind.
    """

    noun: ClassVar[str]  # what the message calls it
    changes: ClassVar[bool]  # whether it can be different at another time
    sentence: int
    start: int
    end: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    alone: bool

    @property
    def value(self) -> object:
        """What two claims about the same thing have in common if they agree."""
        raise NotImplementedError

    @property
    def words(self) -> frozenset[str]:
        """The words around it that tell what is counted or named."""
        return frozenset((*self.before, *self.after))

    def contexts(self) -> Iterator[Hashable]:
        """Yield what claims about the same thing are likely to share."""
        raise NotImplementedError

    def quote(self, text: str) -> str:
        """Return what a message quotes of the sentence."""
        raise NotImplementedError


def words_beside(text: str, start: int, end: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lower-case words before and after a span."""
    before = syllables(text[max(0, start - REACH) : start])[-NEAR:]
    return tuple(before), tuple(syllables(text[end : end + REACH])[:NEAR])


def candidates(pool: Pool, claims: Sequence[Claim]) -> Iterator[tuple[int, int]]:
    """Yield claims of independent articles with different values that share a context."""
    index: dict[Hashable, list[int]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for number, claim in enumerate(claims):
        origin = pool.origin[pool.article[claim.sentence]]
        for context in claim.contexts():
            listed = index[context]
            for other in listed:
                apart = origin != pool.origin[pool.article[claims[other].sentence]]
                different = claim.value != claims[other].value
                if apart and different and (other, number) not in seen:
                    seen.add((other, number))
                    yield other, number
            if len(listed) < MOST_COMPARED:
                listed.append(number)


class Sentences:
    """The sentences of a pool as vectors of their words without figures."""

    def __init__(self, pool: Pool) -> None:
        self._terms = Terms.of(
            [[unit for unit in units if not unit.isdigit()] for units in pool.units]
        )

    def are_alike(self, one: int, other: int) -> bool:
        """Return whether two sentences say much the same."""
        first, second = self._vector(one), self._vector(other)
        cosine = sum(weight * second.get(column, 0.0) for column, weight in first.items())
        return cosine >= SAME_SENTENCE

    def _vector(self, index: int) -> dict[int, float]:
        terms = self._terms
        own = slice(terms.starts[index], terms.starts[index + 1])
        return dict(zip(terms.columns[own].tolist(), terms.weights[own].tolist(), strict=True))

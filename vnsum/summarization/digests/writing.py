"""Writing a digest: which articles count, which sentences are printed, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vnsum.results.digest import DigestSentence, DigestSummary
from vnsum.results.document import Document
from vnsum.results.findings import Finding, Place, Span
from vnsum.summarization.budget import Budget
from vnsum.summarization.digests.articles import choose_articles
from vnsum.summarization.digests.concepts import Concepts, find_concepts, weights
from vnsum.summarization.digests.conflicts import Conflict, find_conflicts
from vnsum.summarization.digests.pool import Pool
from vnsum.summarization.digests.selection import Coverage, Room
from vnsum.summarization.extractive.selection import no_room
from vnsum.summarization.extractive.tfidf import Terms, Vector

SIGNATURE = "digest"
SYLLABLES = 0.15  # weight of a syllable relative to a pair
MAJORITY = 0.5  # weight of the place where the other articles tell the same
SAME = 0.5  # cosine of sentences that say the same


def write(documents: Sequence[Document], budget: Budget, *, lang: str | None) -> DigestSummary:
    """Return the digest of `documents` in `lang`, or in the language of most of them."""
    articles = choose_articles(documents, lang=lang)
    pool = Pool.of(articles)
    chosen = select(pool, Room.of(budget, articles.sentences)) if len(pool) else []
    terms = Terms.of(pool.units)
    conflicts = find_conflicts(pool)
    placed = [_place_conflicts(conflicts, index) for index in chosen]
    told = {finding.message for findings in placed for finding in findings}
    return DigestSummary(
        lang=articles.lang,
        documents=articles.documents,
        sentences=tuple(
            DigestSentence(
                text=pool.text(index),
                evidence=(pool.place(index),),
                support=find_support(pool, terms, index),
                score=float(pool.scores[index]),
                findings=findings,
            )
            for index, findings in zip(chosen, placed, strict=True)
        ),
        findings=(
            *articles.findings,
            *no_room(budget, pool.units, chosen),
            *(one.finding for one in conflicts if one.finding.message not in told),
        ),
        signature=SIGNATURE,
    )


def _place_conflicts(conflicts: Sequence[Conflict], index: int) -> tuple[Finding, ...]:
    """Return the conflicts of a printed sentence, with the spans of their figures and names."""
    return tuple(
        replace(one.finding, source=Span(start=claim.start, end=claim.end))
        for one in conflicts
        for claim in one.claims
        if claim.sentence == index
    )


def select(pool: Pool, room: Room) -> list[int]:
    """Return the sentences to print, in the order of the digest."""
    singles, pairs = find_concepts(pool)
    likely = (singles.chances(weights(pairs=False)), pairs.chances(weights(pairs=True)))
    chosen = cover(pool, singles, pairs, likely).select(room)
    return sorted(chosen, key=order(pool, pairs, likely[1]).__getitem__)


def cover(
    pool: Pool, singles: Concepts, pairs: Concepts, chances: tuple[Vector, Vector]
) -> Coverage:
    """Return the sentences with their concepts; `chances` are those of syllables and of pairs."""
    return Coverage(
        rows=np.concatenate([singles.rows, pairs.rows]),
        columns=np.concatenate([singles.columns, pairs.columns + len(singles.keys)]),
        weights=np.concatenate([SYLLABLES * chances[0], chances[1]]),
        lengths=pool.lengths,
        free=pool.printable,
    )


def order(pool: Pool, pairs: Concepts, chances: Vector) -> Vector:
    """Return a number for the place of each sentence in a digest, from the first to the last.

    It is the date of the article in days, plus the logarithm of the position in the article, plus
    where the other articles tell the same: the mean place of the shared pairs of syllables, as in
    the majority ordering of Barzilay, Elhadad & McKeown 2002, "Inferring Strategies for Sentence
    Ordering in Multidocument News Summarization", https://doi.org/10.1613/jair.991.
    """
    own = np.log1p(pool.position)
    shared = chances * (pairs.articles > 1)
    total = np.bincount(pairs.rows, shared[pairs.columns], minlength=len(pool))
    places = np.bincount(pairs.rows, (shared * pairs.place)[pairs.columns], minlength=len(pool))
    told = np.where(total > 0, places / np.maximum(total, 1e-9), own)
    return np.asarray(own + MAJORITY * told + _days(pool)[pool.article])


def _days(pool: Pool) -> Vector:
    """Return the publication date of each article in days after the first, 0 if one has none."""
    dates = {index: pool.documents[index].published for index in set(pool.article.tolist())}
    days = np.zeros(len(pool.documents))
    if all(dates.values()):
        for index, date in dates.items():
            days[index] = date.toordinal() if date else 0
        days -= min((days[index] for index in dates), default=0)
    return days


def find_support(pool: Pool, terms: Terms, index: int) -> tuple[Place, ...]:
    """Return the sentences of other articles that say the same as a sentence."""
    cosine = terms.compare(terms.sentence(index))
    others = np.flatnonzero((cosine >= SAME) & (pool.article != pool.article[index]))
    return tuple(pool.place(int(other)) for other in others)

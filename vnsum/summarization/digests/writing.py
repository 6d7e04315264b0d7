"""Writing a digest: which articles count, which sentences are printed, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from vnsum.results.digest import DigestSentence, DigestSummary
from vnsum.results.document import Document
from vnsum.results.findings import Place
from vnsum.summarization.budget import Budget
from vnsum.summarization.digests.concepts import WEIGHTS, chance, find_concepts
from vnsum.summarization.digests.pool import Pool
from vnsum.summarization.digests.selection import Coverage, Room
from vnsum.summarization.extractive.tfidf import Terms

SAME = 0.5  # cosine of sentences that say the same


def write(documents: Sequence[Document], budget: Budget, *, lang: str | None) -> DigestSummary:
    """Return the digest of `documents` in `lang`, or in the language of most of them."""
    lang = lang or Counter(document.lang for document in documents).most_common(1)[0][0]
    printed = [document.lang == lang for document in documents]
    pool = Pool.of(documents, origin=range(len(documents)), printed=printed)
    available = sum(len(one.sentences) for one, own in zip(documents, printed, strict=True) if own)
    chosen = select(pool, Room.of(budget, available)) if len(pool) else []
    terms = Terms.of(pool.units)
    return DigestSummary(
        lang=lang,
        documents=tuple(documents),
        sentences=tuple(
            DigestSentence(
                text=pool.text(index),
                evidence=(pool.place(index),),
                support=find_support(pool, terms, index),
            )
            for index in sorted(chosen, key=lambda k: (pool.position[k], pool.article[k]))
        ),
        signature="digest",
    )


def select(pool: Pool, room: Room) -> list[int]:
    """Return the sentences to print."""
    _, pairs = find_concepts(pool)
    coverage = Coverage(
        rows=pairs.rows,
        columns=pairs.columns,
        weights=chance(pairs, np.asarray(WEIGHTS["pairs"])),
        own=np.zeros(len(pool)),
        lengths=pool.lengths,
        free=pool.printable,
    )
    return coverage.select(room)


def find_support(pool: Pool, terms: Terms, index: int) -> tuple[Place, ...]:
    """Return the sentences of other articles that say the same as a sentence."""
    cosine = terms.compare(terms.sentence(index))
    others = np.flatnonzero((cosine >= SAME) & (pool.article != pool.article[index]))
    return tuple(pool.place(int(other)) for other in others)

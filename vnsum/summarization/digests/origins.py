"""Independent origins of articles: near copies of one text, and articles of one source, are one.

A text is a near copy if most of its shingles (runs of syllables) are in a longer one, as those of a
shortened agency report are. Shingles are looked up in an index of the texts that are no copies, so
that the time is linear in the length of the articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vnsum.results.document import Document
from vnsum.summarization.extractive.tfidf import syllables

SHINGLE = 5  # syllables
COPIED = 0.7  # share of the shingles of a near copy that are in the longer text
MOST_LISTED = 8  # texts with the same shingle that are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """`copies[k]` is the article that article `k` is a near copy of, or `k` itself.

    `numbers[k]` is a number of the origin of article `k`.
    """

    copies: tuple[int, ...]
    numbers: tuple[int, ...]


def find_origins(documents: Sequence[Document]) -> Origins:
    """Return the origins of articles."""
    shingles = [_shingles(document) for document in documents]
    index: dict[tuple[str, ...], list[int]] = {}
    copies = [*range(len(documents))]
    for own in sorted(copies, key=lambda k: -len(shingles[k])):
        shared = Counter(other for one in shingles[own] for other in index.get(one, ()))
        best, count = min(shared.items(), key=lambda item: (-item[1], item[0]), default=(own, 0))
        if shingles[own] and count >= COPIED * len(shingles[own]):
            copies[own] = best
            continue
        for one in shingles[own]:
            listed = index.setdefault(one, [])
            if len(listed) < MOST_LISTED:
                listed.append(own)
    first: dict[str, int] = {}
    numbers = [first.setdefault(documents[k].source or f"article {k}", k) for k in copies]
    return Origins(copies=tuple(copies), numbers=tuple(numbers))


def _shingles(document: Document) -> set[tuple[str, ...]]:
    units = syllables(" ".join(sentence.text for sentence in document.sentences))
    return {tuple(units[k : k + SHINGLE]) for k in range(len(units) - SHINGLE + 1)}

"""ROUGE for text that is not English: F1 of ROUGE-1, -2, -L and -Lsum over Unicode syllables.

The arithmetic is that of the `rouge-score` package (a test holds every figure to it on the same
tokens); only the tokens differ. `rouge-score` on its own drops every letter outside a-z, which
makes different Vietnamese words equal and scores too high: `ascii_tokens` is here to show that
once, not to be used. Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries",
https://aclanthology.org/W04-1013.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vnsum.summarization.extractive.tfidf import common_subsequence, subsequence_rows, syllables

PROTOCOL = (
    "ROUGE F1, one reference | tokens: NFC, lower-cased, runs of Unicode letters and digits "
    "(Vietnamese syllables), no stemming, no stop words | L over the whole text, Lsum over lines "
    "| mean over articles, x100"
)

Tokenizer = Callable[[str], list[str]]
Tokens = Sequence[str]

_ASCII_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rouge:
    """F1 from 0 to 1 of the four usual ROUGE scores."""

    rouge1: float
    rouge2: float
    rougeL: float  # noqa: N815 - the field's own name
    rougeLsum: float  # noqa: N815 - the field's own name


def ascii_tokens(text: str) -> list[str]:
    """Return what `rouge-score` sees by default: letters outside a-z break words apart.

    >>> ascii_tokens("Chó cắn mèo")
    ['ch', 'c', 'n', 'm', 'o']
    """
    return _ASCII_WORD.findall(text.lower())


def score(reference: str, prediction: str, *, tokens: Tokenizer = syllables) -> Rouge:
    """Return the ROUGE scores of `prediction` against `reference`.

    Line breaks divide sentences, for ROUGE-Lsum only. An empty side scores 0.

    >>> round(score("Mưa lớn ở Huế", "Mưa ở Huế").rouge1, 3)
    0.857
    """
    expected, found = tokens(reference), tokens(prediction)
    return Rouge(
        rouge1=ngram_f1(expected, found, 1),
        rouge2=ngram_f1(expected, found, 2),
        rougeL=lcs_f1(expected, found),
        rougeLsum=lcs_sum_f1(_lines(reference, tokens), _lines(prediction, tokens)),
    )


def ngram_f1(reference: Tokens, prediction: Tokens, size: int) -> float:
    """Return the F1 of the runs of `size` tokens that both sides have, counted with repetition."""
    expected, found = _ngrams(reference, size), _ngrams(prediction, size)
    return _f1((expected & found).total(), found.total(), expected.total())


def lcs_f1(reference: Tokens, prediction: Tokens) -> float:
    """Return the F1 of the longest common subsequence."""
    if not reference or not prediction:
        return 0.0
    return _f1(common_subsequence(reference, prediction), len(prediction), len(reference))


def lcs_sum_f1(reference: Sequence[Tokens], prediction: Sequence[Tokens]) -> float:
    """Return the F1 of the union of common subsequences, sentence by sentence (ROUGE-Lsum)."""
    left_expected = Counter(token for sentence in reference for token in sentence)
    left_found = Counter(token for sentence in prediction for token in sentence)
    total_expected, total_found = left_expected.total(), left_found.total()
    hits = 0
    for sentence in reference:
        places = {i for other in prediction for i in _lcs_places(sentence, other)}
        for place in sorted(places):
            token = sentence[place]
            # A token counts as often as both sides still have it.
            if left_expected[token] > 0 and left_found[token] > 0:
                hits += 1
                left_expected[token] -= 1
                left_found[token] -= 1
    return _f1(hits, total_found, total_expected)


def _lines(text: str, tokens: Tokenizer) -> list[list[str]]:
    return [tokens(line) for line in text.split("\n") if line]


def _ngrams(tokens: Tokens, size: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[i:] for i in range(size)), strict=False))


def _f1(hits: int, predicted: int, expected: int) -> float:
    if not hits:
        return 0.0
    precision, recall = hits / predicted, hits / expected
    return 2 * precision * recall / (precision + recall)


def _unset(row: int, width: int) -> int:
    """Return how many of the lowest `width` bits of `row` are 0."""
    return width - (row & (1 << width) - 1).bit_count()


def _lcs_places(reference: Tokens, prediction: Tokens) -> list[int]:
    """Return the positions in `reference` of one longest common subsequence.

    Where several are as long, this walks back as `rouge-score` does, so that unions agree.
    """
    rows = subsequence_rows(reference, prediction)
    places: list[int] = []
    i, j = len(reference), len(prediction)
    while i and j:
        if reference[i - 1] == prediction[j - 1]:
            places.append(i - 1)
            i, j = i - 1, j - 1
        elif _unset(rows[i], j - 1) > _unset(rows[i - 1], j):
            j -= 1
        else:
            i -= 1
    return places

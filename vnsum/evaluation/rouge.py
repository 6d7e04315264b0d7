"""ROUGE for languages other than English: F1 of ROUGE-1, -2, -L and -Lsum over Unicode syllables.

The scores equal those of the `rouge-score` package on the same tokens; only the tokenizer differs.
The tokenizer of `rouge-score` drops all letters outside a-z, which makes different Vietnamese words
equal and inflates scores; `ascii_tokens` demonstrates that. Lin 2004, "ROUGE: A
Package for Automatic Evaluation of Summaries", https://aclanthology.org/W04-1013.
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
    """F1 of ROUGE-1, -2, -L and -Lsum, 0 to 1."""

    rouge1: float
    rouge2: float
    rougeL: float  # noqa: N815 - the standard name
    rougeLsum: float  # noqa: N815 - the standard name


def ascii_tokens(text: str) -> list[str]:
    """Return the default tokens of `rouge-score`, which splits words at letters outside a-z.

    >>> ascii_tokens("Chó cắn mèo")
    ['ch', 'c', 'n', 'm', 'o']
    """
    return _ASCII_WORD.findall(text.lower())


def score(reference: str, prediction: str, *, tokens: Tokenizer = syllables) -> Rouge:
    """Return the ROUGE scores of `prediction` against `reference`.

    Line breaks separate sentences for ROUGE-Lsum. If a text is empty, all scores are 0.

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
    """Return the F1 of n-grams of `size` tokens, counted with repetition."""
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
            # Clip the count of each token.
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
    """Return the number of zero bits among the lowest `width` bits of `row`."""
    return width - (row & (1 << width) - 1).bit_count()


def _lcs_places(reference: Tokens, prediction: Tokens) -> list[int]:
    """Return the positions in `reference` of one longest common subsequence.

    Ties are resolved as in `rouge-score`, so that unions agree.
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

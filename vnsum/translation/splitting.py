"""Splitting of long texts into halves."""

from __future__ import annotations

import re

from vnsum.segmentation.clauses import split_clauses


def halve_text(text: str, lang: str) -> list[str]:
    """Split `text` near its middle: between clauses, else between words, else anywhere.

    The halves are stripped. A text that cannot be split is returned as the only item.

    >>> halve_text("Trời mưa to, đường ngập sâu", "vi")
    ['Trời mưa to,', 'đường ngập sâu']
    """
    text = text.strip()
    middle = len(text) / 2
    clauses = [cut for cut in _find_clause_ends(text, lang) if abs(cut - middle) < 0.3 * len(text)]
    for cuts in (clauses, _find_word_ends(text), [len(text) // 2]):
        cut = min(cuts, key=lambda c: abs(c - middle), default=0)
        halves = [text[:cut].strip(), text[cut:].strip()]
        if all(halves):
            return halves
    return [text]


def _find_clause_ends(text: str, lang: str) -> list[int]:
    cuts, position = [], 0
    for clause in split_clauses(text, lang):
        position += len(clause)
        cuts.append(position)
    return cuts


def _find_word_ends(text: str) -> list[int]:
    return [match.end() for match in re.finditer(r"\s+", text)]

"""Cutting a text in two where it hurts least; pure functions of the text."""

from __future__ import annotations

import re

from vnsum.segmentation.clauses import split_clauses


def halve_text(text: str, lang: str) -> list[str]:
    """Cut `text` in two near its middle: between clauses, else between words, else anywhere.

    The halves are stripped; a text that cannot be cut comes back alone.

    >>> halve_text("Trời mưa to, đường ngập sâu", "vi")
    ['Trời mưa to,', 'đường ngập sâu']
    """
    text = text.strip()
    middle = len(text) / 2
    clauses = [cut for cut in _clause_cuts(text, lang) if abs(cut - middle) < 0.3 * len(text)]
    for cuts in (clauses, _word_cuts(text), [len(text) // 2]):
        cut = min(cuts, key=lambda c: abs(c - middle), default=0)
        halves = [text[:cut].strip(), text[cut:].strip()]
        if all(halves):
            return halves
    return [text]


def _clause_cuts(text: str, lang: str) -> list[int]:
    cuts, position = [], 0
    for clause in split_clauses(text, lang):
        position += len(clause)
        cuts.append(position)
    return cuts


def _word_cuts(text: str) -> list[int]:
    return [match.end() for match in re.finditer(r"\s+", text)]

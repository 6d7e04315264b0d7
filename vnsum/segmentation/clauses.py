"""Splitting long sentences into clauses that are translated separately."""

from __future__ import annotations

import itertools
import re

from vnsum import languages
from vnsum.languages.rules import conjunctions
from vnsum.require import exact

LONG_CLAUSE = 160  # characters; a longer clause is cut before conjunctions too
LONGEST_CLAUSE = 400  # characters; a longer piece is cut at white space

_AFTER_MARK = re.compile(r"(?<=[,;:–—…])(?=\s)|(?<=\s-)(?=\s)")
_WORDS = re.compile(rf"\s*\S[\s\S]{{0,{LONGEST_CLAUSE}}}(?=\s|$)|\s*\S+|\s+")


def split_clauses(text: str, lang: str) -> list[str]:
    """Split a sentence at clause boundaries; the pieces join to `text` exactly.

    Cuts after commas, semicolons, colons and dashes, and within long clauses before
    conjunctions; a piece that is still longer than 400 characters is cut at white space.

    >>> split_clauses("Trời mưa, đường ngập.", "vi")
    ['Trời mưa,', ' đường ngập.']
    """
    conjunction = conjunctions(languages.require(lang))
    pieces: list[str] = []
    for clause in _cut(exact(text), _AFTER_MARK):
        parts = _cut(clause, conjunction) if len(clause) > LONG_CLAUSE else [clause]
        for part in parts:
            pieces += [part] if len(part) <= LONGEST_CLAUSE else _WORDS.findall(part)
    return pieces


def _cut(text: str, where: re.Pattern[str]) -> list[str]:
    """Cut at the empty matches of `where`; trailing white space is joined to the last piece."""
    places = [match.start() for match in where.finditer(text)]
    edges = [0, *(place for place in places if 0 < place < len(text)), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges) if start < end]
    if len(pieces) > 1 and not pieces[-1].strip():
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    return pieces

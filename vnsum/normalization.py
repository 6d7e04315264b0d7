"""Unicode normalization in linear time.

`unicodedata.normalize` sorts the combining marks after a letter by insertion, which takes quadratic
time. No language has more than a few; like the Stream-Safe Text Format of Unicode (UAX #15), vnsum
allows 30 in a row.
"""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 30  # combining marks in a row
# All combining marks are among these characters.
LONG_RUN = re.compile(rf"[^\w\s!-~]{{{MOST_MARKS + 1},}}")


def compose(text: str) -> str:
    """Return a text in NFC, without the marks that `drop_marks` removes.

    >>> compose("Ha\\u0300 No\\u0302\\u0323i") == "Hà Nội"
    True
    """
    return unicodedata.normalize("NFC", drop_marks(text))


def decompose(text: str) -> str:
    """Return a text in NFD, without the marks that `drop_marks` removes."""
    return unicodedata.normalize("NFD", drop_marks(text))


def drop_marks(text: str) -> str:
    """Return a text without the combining marks after the first 30 of a run.

    >>> len(drop_marks("a" + 500 * "\\u0301"))
    31
    """
    return LONG_RUN.sub(_drop_marks, text)


def _drop_marks(match: re.Match[str]) -> str:
    kept = []
    marks = 0
    for character in match.group():
        marks = marks + 1 if is_mark(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def is_mark(character: str) -> bool:
    """Return whether a character is, or decomposes into, combining marks."""
    return unicodedata.combining(unicodedata.normalize("NFD", character)[0]) > 0

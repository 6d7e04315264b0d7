"""Unicode normalization in linear time.

`unicodedata.normalize` sorts the combining marks after a letter by insertion, which takes quadratic
time. No language has more than a few; like the Stream-Safe Text Format of Unicode (UAX #15), vnsum
allows 30 in a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MOST_MARKS = 30  # combining marks in a row
# All combining marks are among these characters.
LONG_RUN = re.compile(rf"[^\w\s!-~]{{{MOST_MARKS + 1},}}")
# What is written in more than one way: decomposed letters, invisible characters, and spaces.
_FORMS = re.compile(
    r"(?P<letter>\w[\u0300-\u036f]+)|(?P<none>[\u00ad\u200b\u2060\ufeff]+)"
    r"|(?P<line>\r\n?|[\x0b\x0c\u2028\u2029])|(?P<space>[^\S \n][^\S\n]*| [^\S\n]+)"
)
_WRITTEN = {"none": "", "line": "\n", "space": " "}


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


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text in another form, with where each of its characters is in the text as given."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the text as given of a part that is not empty."""
        return self.starts[start], self.ends[end - 1]


def plain(text: str) -> PlainText | None:
    """Return a text with composed letters and single spaces, or `None` if it is such a text.

    >>> found = plain("lu\\u0301c  5\\u00a0giờ")
    >>> found.text, found.locate(4, 9)
    ('lúc 5 giờ', (6, 11))
    """
    changes = []
    for match in _FORMS.finditer(text):
        written = _WRITTEN.get(match.lastgroup or "")
        changes.append((*match.span(), compose(match[0]) if written is None else written))
    return replace_parts(text, changes) if changes else None


def replace_parts(text: str, changes: Iterable[tuple[int, int, str]]) -> PlainText:
    """Return a text with other words at places, each given by start, end and words, in order.

    >>> found = replace_parts("Bộ GTVT họp", [(3, 7, "Giao thông")])
    >>> found.text, found.locate(14, 17)
    ('Bộ Giao thông họp', (8, 11))
    """
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    position = 0
    for start, end, written in changes:
        parts += [text[position:start], written]
        places += [(place, place + 1) for place in range(position, start)]
        places += [(start, end)] * len(written)
        position = end
    parts.append(text[position:])
    places += [(place, place + 1) for place in range(position, len(text))]
    starts, ends = zip(*places, strict=True) if places else ((), ())
    return PlainText(text="".join(parts), starts=starts, ends=ends)

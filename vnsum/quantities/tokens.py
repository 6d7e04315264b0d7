"""Tokenization into words, digit groups and marks with their offsets, in linear time.

These tokens are for reading quantities; for words, see `vnsum.languages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from vnsum.normalization import compose

# Letters include their combining marks, so that decomposed text (NFD) reads like composed text.
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|(?:[^\W\d_][\u0300-\u036f]*)+|[^\w\s]|_")
CHUNK = re.compile(r"\S+")
ADDRESS = ("://", "@", "www.")
DASHES = frozenset("-–—−")
HYPHENS = frozenset("‐‑")  # read like "-"


class Token(NamedTuple):
    """A token: its text, its lower-case composed form, its offsets, and whether no space separates
    it from the token before it. The text of a hyphen is "-"."""

    text: str
    low: str
    start: int
    end: int
    glued: bool

    @property
    def is_digits(self) -> bool:
        """Whether it is a digit group such as 1.234,5."""
        return self.text[0].isdigit()

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters."""
        return self.text[0].isalpha()

    @property
    def is_capital(self) -> bool:
        """Whether it starts with an upper-case letter."""
        return self.text[0].isupper()


END = Token("\n", "", -1, -1, False)


class Tokens:
    """The tokens of a text; an index beyond either end gives `END`, which matches nothing."""

    __slots__ = ("items", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.items = [*_cut(text)]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Token:
        return self.items[index] if 0 <= index < len(self.items) else END

    def low(self, index: int) -> str:
        """Return the lower-case composed form of the token at `index`, or the empty string."""
        return self.items[index].low if 0 <= index < len(self.items) else ""

    def integer(self, index: int, digits: int = 4) -> int | None:
        """Return the token as a whole number of at most `digits` digits, or `None`."""
        text = self[index].text
        return int(text) if text.isdecimal() and len(text) <= digits else None

    def is_dash(self, index: int) -> bool:
        """Return whether the token is a hyphen or dash."""
        return self[index].text in DASHES

    def is_fraction_bar(self, index: int) -> bool:
        """Return whether the token is a slash without spaces around it."""
        return self[index].text == "/" and self[index].glued and self[index + 1].glued

    def after_hyphen(self, index: int) -> int:
        """Return the index after a hyphen without spaces at `index`, or `index` itself."""
        joined = self.is_dash(index) and self[index].glued and self[index + 1].glued
        return index + 1 if joined else index

    def starts_sentence(self, index: int) -> bool:
        """Return whether the token starts the text or follows a full stop, colon or quote."""
        return index == 0 or (
            not (self[index - 1].is_word or self[index - 1].is_digits)
            and (self[index - 1].text not in DASHES and self[index - 1].text not in ",/(")
        )


def words(text: str) -> frozenset[str]:
    """Return the words of a string as a set."""
    return frozenset(text.split())


def numbered(text: str, *, first: int = 1, step: int = 1) -> dict[str, int]:
    """Map the words of a string to the numbers `first * step`, `(first + 1) * step` ...

    >>> numbered("twenty thirty", first=2, step=10)
    {'twenty': 20, 'thirty': 30}
    """
    return {word: step * number for number, word in enumerate(text.split(), first)}


def fold(text: str) -> str:
    """Return the form in which words are compared: composed and lower-case."""
    return text.lower() if text.isascii() else compose(text).lower()


def _cut(text: str) -> Iterable[Token]:
    skip = (
        [match.span() for match in CHUNK.finditer(text) if _is_address(match.group())]
        if any(sign in text for sign in ADDRESS)
        else []
    )
    skips = iter([*skip, (len(text) + 1, len(text) + 1)])
    begin, stop = next(skips)
    previous = -1
    for match in TOKEN.finditer(text):
        start, end = match.span()
        while start >= stop:
            begin, stop = next(skips)
        if start >= begin:
            continue
        piece = "-" if match.group() in HYPHENS else match.group()
        yield Token(piece, fold(piece), start, end, start == previous)
        previous = end


def _is_address(chunk: str) -> bool:
    return any(sign in chunk for sign in ADDRESS)

"""Finding terms in a text: whole words, longest match first, in linear time.

A term is a sequence of tokens, looked up by its folded tokens, so that the time hardly depends on
the number of terms.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from vnsum.languages.tones import place_tones
from vnsum.names.table import plain
from vnsum.normalization import compose
from vnsum.results.result import Span

CaseMode = Literal["smart", "exact", "ignore", "more"]
CASE_MODES = ("smart", "exact", "ignore")

# Letters include their combining marks, so that NFD text is tokenized like NFC text.
TOKEN = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+|\S")
CHUNK = re.compile(r"\S+")
GLUE = "~"  # prefix of the key of a token without white space before it
SENTENCE_OPENERS = frozenset(".!?:;…\"“'‘([-–—•*")


class Token(NamedTuple):
    """A word, number or punctuation mark in NFC; `glued` if no white space precedes it."""

    text: str
    start: int
    end: int
    glued: bool

    @property
    def is_word(self) -> bool:
        """Whether the token consists of letters or digits."""
        return self.text[0].isalnum()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A form found in a text; `owner` is the number that it was added with."""

    owner: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Entry:
    owner: int
    words: tuple[str, ...]  # as written in the glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """A set of forms to find in texts: fill it with `add`, then call `find`.

    `case` is how capitals are compared. `"exact"` requires the same capitals as the form.
    `"smart"` requires the capitals of the form and allows more of them at the start of a sentence,
    in upper-case text, and in forms of several words. `"more"` allows more of them anywhere.
    `"ignore"` ignores case. With `diacritics=False`, words without diacritics match as well.

    >>> matcher = Matcher()
    >>> matcher.add("Biển Đông", 0)
    >>> [match.span for match in matcher.find("Tàu trên BIỂN ĐÔNG, không phải biển đông")]
    [Span(start=9, end=18)]
    """

    case: CaseMode = "smart"
    diacritics: bool = True
    _entries: dict[tuple[str, ...], list[_Entry]] = field(default_factory=dict, repr=False)
    _lengths: dict[str, list[int]] = field(default_factory=dict, repr=False)

    def add(self, form: str, owner: int) -> None:
        """Add a form; its matches have the number `owner`."""
        tokens = cut(form)
        key = tuple(self._key(token, first=not i) for i, token in enumerate(tokens))
        entries = self._entries.setdefault(key, [])
        entries.append(_Entry(owner, tuple(token.text for token in tokens)))
        lengths = self._lengths.setdefault(key[0], [])
        if len(key) not in lengths:
            lengths.append(len(key))

    def find(self, text: str) -> list[Match]:
        """Return the matches in `text`, in order; of overlapping ones, the one with more words."""
        tokens = cut(text)
        found = {(start, end): entries for start, end, entries in self._find_all(tokens)}
        return [
            Match(
                owner=_choose(found[start, end], tokens[start:end]).owner,
                span=Span(start=tokens[start].start, end=tokens[end - 1].end),
            )
            for start, end in _drop_overlapping(found)
        ]

    def find_first(self, text: str) -> dict[int, Span]:
        """Return the first match of each owner that has one, whatever those of others overlap.

        >>> matcher = Matcher(case="ignore")
        >>> matcher.add("East Sea", 0)
        >>> matcher.add("sea", 1)
        >>> matcher.find_first("in the East Sea")
        {0: Span(start=7, end=15), 1: Span(start=12, end=15)}
        """
        tokens = cut(text)
        found: dict[int, list[tuple[int, int]]] = {}
        for start, end, entries in self._find_all(tokens):
            for owner in dict.fromkeys(entry.owner for entry in entries):
                found.setdefault(owner, []).append((start, end))
        firsts = {owner: _drop_overlapping(places)[0] for owner, places in found.items()}
        return {
            owner: Span(start=tokens[start].start, end=tokens[end - 1].end)
            for owner, (start, end) in firsts.items()
        }

    def _find_all(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, list[_Entry]]]:
        """Yield the start, end and entries of every match, including overlapping ones."""
        keys = [self._key(token, first=False) for token in tokens]
        for start, token in enumerate(tokens):
            first = self._key(token, first=True)
            if token.glued and token.is_word and tokens[start - 1].is_word:
                continue
            for length in self._lengths.get(first, ()):
                end = start + length
                entries = self._entries.get((first, *keys[start + 1 : end]))
                if end > len(tokens) or not entries:
                    continue
                words = [token.text for token in tokens[start:end]]
                opens = start == 0 or tokens[start - 1].text in SENTENCE_OPENERS
                allowed = [e for e in entries if self._is_allowed(e.words, words, opens=opens)]
                if allowed:
                    yield start, end, allowed

    def _is_allowed(self, form: Sequence[str], words: Sequence[str], *, opens: bool) -> bool:
        if not self.diacritics and not all(map(_matches, words, form)):
            return False
        if self.case == "ignore":
            return True
        pairs = list(zip("".join(form), "".join(words), strict=False))
        if any(ours.isupper() and not theirs.isupper() for ours, theirs in pairs):
            return False
        more = [i for i, (ours, theirs) in enumerate(pairs) if theirs.isupper() > ours.isupper()]
        if self.case == "exact" or not more:
            return not more
        if self.case == "more":
            return True
        shouted = len(pairs) > 1 and "".join(words).isupper()
        return shouted or len(form) > 1 or (opens and more == [0])

    def _key(self, token: Token, *, first: bool) -> str:
        return (GLUE if token.glued and not first else "") + fold(token.text, self.diacritics)


@functools.lru_cache(maxsize=65536)
def fold(word: str, diacritics: bool) -> str:
    """Return the look-up form of a word, which ignores case and tone placement.

    >>> fold("Thủy", True) == fold("thuỷ", True), fold("Đặng", False)
    (True, 'dang')
    """
    low = place_tones(word.lower(), "new")
    return low if diacritics else plain(low)


def cut(text: str) -> list[Token]:
    """Return the tokens of `text`; URLs and e-mail addresses are single tokens.

    >>> [token.text for token in cut("R&D ở https://example.org/tin.")]
    ['R', '&', 'D', 'ở', 'https://example.org/tin.']
    """
    tokens = []
    for chunk in CHUNK.finditer(text):
        if _is_address(chunk.group()):
            tokens.append(Token(chunk.group(), chunk.start(), chunk.end(), False))
            continue
        for match in TOKEN.finditer(text, chunk.start(), chunk.end()):
            word = match.group()
            composed = word if word.isascii() else compose(word)
            glued = match.start() > chunk.start()
            tokens.append(Token(composed, match.start(), match.end(), glued))
    return tokens


def spell(form: str, case: CaseMode) -> str:
    """Return a key that is equal for forms that match the same text.

    >>> spell("Hòa  Bình", "exact") == spell("Hoà Bình", "exact")
    True
    """
    tokens = (("" if token.glued else " ") + place_tones(token.text, "new") for token in cut(form))
    spelled = "".join(tokens).strip()
    return spelled.lower() if case == "ignore" else spelled


def _drop_overlapping(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the places that do not overlap, in order; of overlapping ones, the longest."""
    taken: set[int] = set()
    kept = []
    for start, end in sorted(places, key=lambda place: (place[0] - place[1], place[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end))
    return sorted(kept)


def _choose(entries: Iterable[_Entry], tokens: Iterable[Token]) -> _Entry:
    """Return the entry whose spelling is most similar to the text."""
    words = [token.text for token in tokens]
    return max(entries, key=lambda entry: _similarity(entry.words, words))


def _matches(word: str, ours: str) -> bool:
    """Return whether a word equals that of the form, with or without diacritics."""
    return fold(word, True) in (fold(ours, True), fold(ours, False))


def _is_address(chunk: str) -> bool:
    return "://" in chunk or "www." in chunk or ("@" in chunk[1:] and "." in chunk)


def _similarity(form: Sequence[str], words: Sequence[str]) -> int:
    return sum(ours == theirs for ours, theirs in zip("".join(form), "".join(words), strict=False))

"""Finding the terms of a glossary in a text: whole words, longest first, in linear time.

A term is a run of tokens. Runs are looked up in a table by their folded tokens, so that ten
thousand terms cost no more than ten. Nothing here knows languages or what a term stands for.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from vnsum.languages.tones import place_tones
from vnsum.names.table import plain
from vnsum.results.result import Span

CaseMode = Literal["smart", "exact", "ignore", "more"]
CASE_MODES = ("smart", "exact", "ignore")

# Letters carry their combining marks, so that decomposed text (NFD) reads like composed text.
TOKEN = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+|\S")
CHUNK = re.compile(r"\S+")
GLUE = "~"  # before the key of a token that touches the one before it
SENTENCE_OPENERS = frozenset(".!?:;…\"“'‘([-–—•*")


class Token(NamedTuple):
    """A word, a number or a mark: as written in NFC, its place, and whether it touches the last."""

    text: str
    start: int
    end: int
    glued: bool

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters or digits."""
        return self.text[0].isalnum()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One of the entered forms in a text: `owner` is the number it was entered with."""

    owner: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Entry:
    owner: int
    words: tuple[str, ...]  # as the glossary writes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """A table of forms that is filled once with `add` and then asked with `find`.

    `case`: `"exact"` wants capitals where the form has them and nowhere else; `"smart"` wants them
    where the form has them and allows more at the start of a sentence, in capitals throughout, and
    in forms of several words; `"more"` allows more anywhere; `"ignore"` does not look. Without
    `diacritics`, words of a text that have none stand for those of the form that have some.

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
        """Enter a form; `find` names it by the number of its owner."""
        tokens = cut(form)
        key = tuple(self._key(token, first=not i) for i, token in enumerate(tokens))
        entries = self._entries.setdefault(key, [])
        entries.append(_Entry(owner, tuple(token.text for token in tokens)))
        lengths = self._lengths.setdefault(key[0], [])
        if len(key) not in lengths:
            lengths.append(len(key))

    def find(self, text: str) -> list[Match]:
        """Return the forms in `text` in order; where two overlap, the one with more words."""
        tokens = cut(text)
        taken = [False] * len(tokens)
        matches = []
        for start, end, owner in sorted(self._list(tokens), key=lambda m: (m[0] - m[1], m[0])):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                span = Span(start=tokens[start].start, end=tokens[end - 1].end)
                matches.append(Match(owner=owner, span=span))
        return sorted(matches, key=lambda match: match.span.start)

    def _list(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
        """Yield start, end and owner of every form, overlapping or not."""
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
                if best := self._choose(entries, tokens, start, end):
                    yield start, end, best.owner

    def _choose(
        self, entries: Iterable[_Entry], tokens: Sequence[Token], start: int, end: int
    ) -> _Entry | None:
        """Return the entry whose spelling is most like the text's among those that may be meant."""
        words = [token.text for token in tokens[start:end]]
        opens = start == 0 or tokens[start - 1].text in SENTENCE_OPENERS
        allowed = [e for e in entries if self._allow(e.words, words, opens=opens)]
        return max(allowed, key=lambda e: _likeness(e.words, words), default=None)

    def _allow(self, form: Sequence[str], words: Sequence[str], *, opens: bool) -> bool:
        if not self.diacritics and not all(map(_may_stand_for, words, form)):
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
    """Return the form under which a word is looked up, whatever its case and tone placement.

    >>> fold("Thủy", True) == fold("thuỷ", True), fold("Đặng", False)
    (True, 'dang')
    """
    low = place_tones(word.lower(), "new")
    return low if diacritics else plain(low)


def cut(text: str) -> list[Token]:
    """Return the words and marks of `text`; web and e-mail addresses stay whole.

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
            composed = word if word.isascii() else unicodedata.normalize("NFC", word)
            glued = match.start() > chunk.start()
            tokens.append(Token(composed, match.start(), match.end(), glued))
    return tokens


def spell(form: str, case: CaseMode) -> str:
    """Return what two forms have in common that can never be told apart in a text.

    >>> spell("Hòa  Bình", "exact") == spell("Hoà Bình", "exact")
    True
    """
    tokens = (("" if token.glued else " ") + place_tones(token.text, "new") for token in cut(form))
    spelled = "".join(tokens).strip()
    return spelled.lower() if case == "ignore" else spelled


def _may_stand_for(word: str, ours: str) -> bool:
    """Whether a word is that of the form, or the same one typed without diacritics."""
    return fold(word, True) in (fold(ours, True), fold(ours, False))


def _is_address(chunk: str) -> bool:
    return "://" in chunk or "www." in chunk or ("@" in chunk[1:] and "." in chunk)


def _likeness(form: Sequence[str], words: Sequence[str]) -> int:
    return sum(ours == theirs for ours, theirs in zip("".join(form), "".join(words), strict=False))

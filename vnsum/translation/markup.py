"""Removal of inline Markdown before translation, and its restoration afterwards.

Models garble links, bold text and code inside sentences. The text inside is translated with the
sentence. If it occurs unchanged in the translation, as names do, its markup is restored there;
otherwise links and code are appended to the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vnsum.results.result import Finding

REACH = 2_000  # characters searched for the words of a mark; longer than any sentence
INLINE = re.compile(
    r"(?<!!)\[(?P<label>[^\[\]\n]{1,300})\]\((?P<url>[^()\s]{1,2000})\)"
    r"|\*\*(?P<bold>[^*\n\s](?:[^*\n]{0,300}[^*\n\s])?)\*\*"
    r"|`(?P<code>[^`\n]{1,300})`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A piece of inline markup: the words inside, and the original with markup."""

    kind: str  # "label", "bold" or "code", as the groups of `INLINE`
    words: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text without inline markup, and its marks in order."""

    text: str
    marks: tuple[Mark, ...]


def strip_marks(text: str) -> Marked:
    """Return `text` without inline markup.

    >>> strip_marks("Xem [VnExpress](https://example.org), **nhanh**.").text
    'Xem VnExpress, nhanh.'
    """
    marks = []
    for match in INLINE.finditer(text):
        kind = match.lastgroup if match.lastgroup != "url" else "label"
        words = match.group(kind or "label")
        marks.append(Mark(kind=kind or "label", words=words, written=match.group()))
    plain = INLINE.sub(lambda m: m.group("label") or m.group("bold") or m.group("code"), text)
    return Marked(text=plain, marks=tuple(marks))


def restore_marks(translation: str, marks: tuple[Mark, ...]) -> tuple[str, list[Finding]]:
    """Return `translation` with its markup restored, and findings for moved or removed markup.

    >>> marks = strip_marks("Theo [VnExpress](https://example.org).").marks
    >>> restore_marks("According to VnExpress.", marks)[0]
    'According to [VnExpress](https://example.org).'
    """
    findings = []
    pieces, appended = [], []
    position = 0  # marks are ordered and not nested
    for mark in marks:
        offset = _find_words(translation, mark.words, position)
        if offset >= 0:
            pieces += [translation[position:offset], mark.written]
            position = offset + len(mark.words)
            continue
        if mark.kind == "bold":
            what = "its markup was removed"
        else:
            appended.append(f" ({mark.written})")
            what = "it was appended to the sentence"
        findings.append(
            Finding(
                kind="markup",
                severity="info",
                message=f"The position of {mark.written!r} in the translation is unknown; {what}.",
            )
        )
    return "".join([*pieces, translation[position:], *appended]), findings


def _find_words(text: str, words: str, start: int) -> int:
    """Return the offset of `words` as whole words within `REACH` characters of `start`, or -1."""
    end = start + REACH
    if text.find(words, start, end) < 0:  # a fast check for the most common case
        return -1
    # One more character, so that the end of the range is not mistaken for a word boundary.
    match = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)").search(text, start, end + 1)
    return match.start() if match and match.end() <= end else -1

"""Inline Markdown in sentences: taken off before translation, put back behind it.

Links, bold and code inside a sentence would come back garbled from a model. The words inside are
translated with the sentence; where they stand unchanged in the translation (names do), they get
their markup back, and links that find no such place are put behind the sentence. Pure functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vnsum.results.result import Finding

REACH = 10_000  # characters in which the words of a mark are looked for: no sentence is as long
INLINE = re.compile(
    r"(?<!!)\[(?P<label>[^\[\]\n]{1,300})\]\((?P<url>[^()\s]{1,2000})\)"
    r"|\*\*(?P<bold>[^*\n\s](?:[^*\n]{0,300}[^*\n\s])?)\*\*"
    r"|`(?P<code>[^`\n]{1,300})`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One piece of inline markup: the words inside and the whole as it was written."""

    kind: str  # "label", "bold" or "code", as the groups of `INLINE`
    words: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text without its inline markup, and that markup in order."""

    text: str
    marks: tuple[Mark, ...]


def strip_marks(text: str) -> Marked:
    """Return `text` with its inline markup taken off.

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
    """Return `translation` with the markup put back, and what could not stay in its place.

    >>> marks = strip_marks("Theo [VnExpress](https://example.org).").marks
    >>> restore_marks("According to VnExpress.", marks)[0]
    'According to [VnExpress](https://example.org).'
    """
    findings = []
    pieces, behind = [], []
    position = 0  # marks come back in order and never inside each other
    for mark in marks:
        place = _find_words(translation, mark.words, position)
        if place >= 0:
            pieces += [translation[position:place], mark.written]
            position = place + len(mark.words)
            continue
        if mark.kind == "bold":
            what = "was left out"
        else:
            behind.append(f" ({mark.written})")
            what = "was put behind the sentence"
        findings.append(
            Finding(
                kind="markup",
                severity="info",
                message=f"the place of {mark.written!r} in the translation is unknown; it {what}",
            )
        )
    return "".join([*pieces, translation[position:], *behind]), findings


def _find_words(text: str, words: str, start: int) -> int:
    """Return where `words` stand as whole words within `REACH` characters from `start`, or -1."""
    end = start + REACH
    if text.find(words, start, end) < 0:  # most often, and much faster
        return -1
    # One character more, so that words at the end are not taken for whole where they are cut.
    match = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)").search(text, start, end + 1)
    return match.start() if match and match.end() <= end else -1

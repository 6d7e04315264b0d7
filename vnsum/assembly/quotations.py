"""Quotations over several sentences, of which a summary may have some."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from vnsum.names.words import ReferenceWords
from vnsum.results.document import Document

REACH = 3000  # characters after a sentence in which its quotation may end
LONGEST = 8  # sentences from one to that in which its quotation certainly begins or ends
STRAIGHT = ('"', '"')
CURLY = ("“", "”")
QUOTES = (CURLY, STRAIGHT)
_CURLY_MARK = re.compile("([“”])")
_QUOTED = re.compile(r"\"[^\"]*(?:\"|$)")
# Around a straight mark that certainly opens or closes a quotation over several sentences.
_BEFORE_OPENING = re.compile(r"(?:^|: ?|, |\b(?:rằng|nói|viết|là) )$")
_LONGEST_BEFORE = 6
_DASH = re.compile(r"[ \t]*[-–—•*+] ")
# A first straight mark that opens a quotation: Trước lời "tố" đó.
_OPENS_FIRST = re.compile(r"[^\"]*(?<![^\s(\[])\"(?=\w)")
_CLOSING = re.compile(r"\" ?(?:[-–—,.;]|$)")


def opening_mark(document: Document, index: int, last: int | None = None) -> str:
    """Return the opening mark of a quotation that began before the sentence and ends in it.

    Or in a later one, up to `last`, if that is certain.
    """
    text = document.sentences[index].text
    for marks in QUOTES:
        if _ends_in_line(document, index, marks):
            return marks[0]
        end = index if _find_closing(text, marks) > 0 else None
        if end is None and _is_neutral(text, marks):
            end = _find_end(document, index, marks)
        within = end is not None and end <= max(index, last or index)
        if within and _find_beginning(document, index, marks) is not None:
            return marks[0]
    return ""


def closing_mark(document: Document, index: int, first: int | None = None) -> str:
    """Return the closing mark of a quotation that begins in the sentence and ends in a later one.

    It may also begin in an earlier one, from `first` on.
    """
    first = index if first is None else first
    for marks in QUOTES:
        if _goes_on_in_line(document, first, index, marks):
            return marks[1]
        for place in range(index, max(first, index - LONGEST) - 1, -1):
            end = None
            if _is_open(document.sentences[place].text, marks):
                end = _find_end(document, place, marks)
            if end is not None and end > index:
                return marks[1]
    return ""


def find_end(document: Document, index: int) -> int | None:
    """Return the sentence in which a quotation ends that a sentence opens or is inside of."""
    text = document.sentences[index].text
    for marks in QUOTES:
        if _began_before(document, index, marks) or _is_open(text, marks):
            end = _find_end(document, index, marks)
            if end is not None:
                return end
    return None


def is_inside(document: Document, index: int) -> bool:
    """Return whether a quotation certainly began before a sentence and ends after it."""
    return any(
        _began_before(document, index, marks) and _find_end(document, index, marks) is not None
        for marks in QUOTES
    )


def lacks_speaker(document: Document, index: int, rules: ReferenceWords) -> bool:
    """Return whether a sentence is a quotation, or has one in the first person, without saying who.

    The rest of a quotation from an earlier sentence counts only in the first person, unless it is
    certain.
    """
    if is_inside(document, index):
        return True
    text = opening_mark(document, index) + document.sentences[index].text
    before = _before(document, index)
    inside = before.count('"') % 2 == 1 or before.count("“") > before.count("”")
    quotes = any(mark in text for mark in (*CURLY, *STRAIGHT))
    if not inside and not quotes and not _is_set_off(document, index, rules):
        return False
    outside = _drop_quotations(text)
    if not any(character.isalpha() for character in outside):
        return True
    told = outside if quotes and not _is_nested(before, text) else ""
    speaker = any_of((rules.according, *rules.speech)).search(told)
    return speaker is None and any_of(rules.first_person).search(text) is not None


def outside_quotations(document: Document, index: int) -> str:
    """Return the words of a sentence outside of quotations, none if it is inside of one."""
    text = opening_mark(document, index) + document.sentences[index].text
    inside = is_inside(document, index) or _is_nested(_before(document, index), text)
    return "" if inside else _drop_quotations(text)


def _is_nested(before: str, text: str) -> bool:
    """Return whether the straight marks of a sentence are inside of others, opened `before` it."""
    pairs = text.count('"') % 2 == 0 and _OPENS_FIRST.match(text)
    return before.count('"') % 2 == 1 and bool(pairs)


def _is_set_off(document: Document, index: int, rules: ReferenceWords) -> bool:
    """Return whether a sentence is in a block with `>`, or in a list after `Ông nói:`."""
    start = document.sentences[index].start
    *before, own = document.text[max(0, start - REACH) : start + 1].split("\n")
    if own.startswith(">"):
        return True
    if not _DASH.match(own):
        return False
    heads = (line for line in reversed(before) if line.strip() and not _DASH.match(line))
    head = next(heads, "").rstrip()
    return head.endswith(":") and any_of(rules.speech).search(head) is not None


def _drop_quotations(text: str) -> str:
    """Return a text without its quotations, also those that begin before it or end after it."""
    kept: list[str] = []
    depth = 0
    text = text[1:] if _CLOSING.match(text) else text  # `", ông nói` is a sentence of some articles
    for piece in _CURLY_MARK.split(text):
        if piece == CURLY[1] and not depth:
            kept.clear()
        elif piece in CURLY:
            depth += 1 if piece == CURLY[0] else -1
        elif not depth:
            kept.append(piece)
    return _QUOTED.sub(" ", " ".join(kept))


def _ends_in_line(document: Document, index: int, marks: tuple[str, str]) -> bool:
    """Return whether a quotation that began before a sentence on its line ends in it."""
    text = document.sentences[index].text
    opening, closing = marks
    first = text.find(closing)
    if first <= 0:
        return False
    before = _before(document, index)
    if opening != closing:
        return opening not in text[:first] and before.count(opening) > before.count(closing)
    odd = text.count(opening) % 2 == 1
    return odd and before.count(opening) % 2 == 1


def _goes_on_in_line(document: Document, first: int, index: int, marks: tuple[str, str]) -> bool:
    """Return whether a quotation of the sentences `first` to `index` ends later on their line."""
    sentences = document.sentences
    end = sentences[index].end
    line_start = document.text.rfind("\n", 0, sentences[index].start) + 1
    while sentences[first].start < line_start:
        first += 1
    text = " ".join(sentence.text for sentence in sentences[first : index + 1])
    line_end = document.text.find("\n", end)
    line_end = line_end if line_end >= 0 else len(document.text)
    after = document.text[end : min(line_end, end + REACH)]
    opening, closing = marks
    if opening != closing:
        return text.rfind(opening) > text.rfind(closing) and closing in after.partition(opening)[0]
    before = _before(document, first)
    odd = (before + text).count(opening) % 2 == 1 and not _is_nested(before, text)
    return odd and opening in text and after.count(closing) % 2 == 1


def _find_beginning(document: Document, index: int, marks: tuple[str, str]) -> int | None:
    """Return the sentence before which no other has marks and which opens a quotation."""
    before = range(index - 1, max(-1, index - 1 - LONGEST), -1)
    place = _nearest_with_marks(document, before, marks)
    return place if place is not None and _is_open(document.sentences[place].text, marks) else None


def _began_before(document: Document, index: int, marks: tuple[str, str]) -> bool:
    """Return whether a quotation began before a sentence that has no marks of its own."""
    text = document.sentences[index].text
    return _is_neutral(text, marks) and _find_beginning(document, index, marks) is not None


def _find_end(document: Document, index: int, marks: tuple[str, str]) -> int | None:
    """Return the next sentence with marks if the first of them closes a quotation."""
    after = range(index + 1, min(len(document.sentences), index + 1 + LONGEST))
    place = _nearest_with_marks(document, after, marks)
    closes = place is not None and _find_closing(document.sentences[place].text, marks) >= 0
    return place if closes else None


def _nearest_with_marks(
    document: Document, places: Iterable[int], marks: tuple[str, str]
) -> int | None:
    texts = ((place, document.sentences[place].text) for place in places)
    return next((place for place, text in texts if not _is_neutral(text, marks)), None)


def _is_neutral(text: str, marks: tuple[str, str]) -> bool:
    """Return whether a sentence does not open or close a quotation in these marks."""
    straight = text.count('"')
    if straight % 2 == 1 or (straight and marks == STRAIGHT):
        return False
    return _find_closing(text, CURLY) < 0 and not _is_open(text, CURLY)


def _find_closing(text: str, marks: tuple[str, str]) -> int:
    """Return the place of the mark that closes a quotation from before the sentence, or -1."""
    opening, closing = marks
    if opening == closing:
        place = text.find(closing)
        closes = _CLOSING.match(text, place) if place else text.startswith('",')
        return place if closes and text.count(closing) % 2 == 1 else -1
    depth = 0
    for match in _CURLY_MARK.finditer(text):
        depth += 1 if match[0] == opening else -1
        if depth < 0:
            return match.start()
    return -1


def _is_open(text: str, marks: tuple[str, str]) -> bool:
    """Return whether a quotation begins in a sentence and does not end in it."""
    opening, closing = marks
    if opening == closing:
        place = text.rfind(opening)
        before = text[max(0, place - _LONGEST_BEFORE) : max(0, place)]
        opens = _BEFORE_OPENING.search(before) and not text[place + 1 : place + 2].isspace()
        return text.count(opening) % 2 == 1 and bool(opens)
    depth = 0
    for match in _CURLY_MARK.finditer(text):
        depth = depth + 1 if match[0] == opening else max(0, depth - 1)
    return depth > 0


def _before(document: Document, index: int) -> str:
    """Return the text before a sentence on its line."""
    start = document.sentences[index].start
    return document.text[document.text.rfind("\n", 0, start) + 1 : start]


@functools.cache
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a case-insensitive pattern that matches the phrases as whole words."""
    choices = "|".join(map(re.escape, phrases)) or r"(?!)"
    return re.compile(rf"\b(?:{choices})\b", re.IGNORECASE)

"""Quotations over several sentences, of which a summary may have one."""

from __future__ import annotations

import functools
import re

from vnsum.names.words import ReferenceWords
from vnsum.results.document import Document

REACH = 3000  # characters after a sentence in which its quotation may end
QUOTES = (("“", "”"), ('"', '"'))
_QUOTED = re.compile(r"“[^“”]*(?:”|$)|\"[^\"]*(?:\"|$)|^[^“”]*”")


def opening_mark(document: Document, index: int) -> str:
    """Return the opening mark of a quotation that began before the sentence and ends in it."""
    sentence = document.sentences[index]
    for opening, closing in QUOTES:
        first = sentence.text.find(closing)
        if first <= 0 or (opening != closing and opening in sentence.text[:first]):
            continue
        if opening == closing:
            before = _before(document, index)
            inside = before.count(opening) % 2 == 1 and sentence.text.count(opening) % 2 == 1
        else:
            inside = True
        if inside:
            return opening
    return ""


def closing_mark(document: Document, index: int) -> str:
    """Return the closing mark of a quotation that begins in the sentence and ends in a later one.

    The later sentence is on the same line.
    """
    sentence = document.sentences[index]
    line_end = document.text.find("\n", sentence.end)
    end = min(line_end if line_end >= 0 else len(document.text), sentence.end + REACH)
    after = document.text[sentence.end : end]
    for opening, closing in QUOTES:
        if opening != closing:
            unclosed = sentence.text.rfind(opening) > sentence.text.rfind(closing)
            ends = closing in after.partition(opening)[0]
        else:
            unclosed = (_before(document, index) + sentence.text).count(opening) % 2 == 1
            unclosed = unclosed and opening in sentence.text
            ends = after.count(closing) % 2 == 1
        if unclosed and ends:
            return closing
    return ""


def lacks_speaker(document: Document, index: int, rules: ReferenceWords) -> bool:
    """Return whether a sentence is a quotation, or has one in the first person, without saying who.

    The rest of a quotation from an earlier sentence counts only in the first person.
    """
    text = document.sentences[index].text
    before = _before(document, index)
    inside = before.count('"') % 2 == 1 or before.count("“") > before.count("”")
    outside = _QUOTED.sub(" ", text)
    if not inside and outside == text:
        return False
    told = "" if inside and outside == text else outside
    if not any(character.isalpha() for character in outside):
        return index > 0
    speaker = any_of((rules.according, *rules.speech)).search(told)
    return speaker is None and any_of(rules.first_person).search(text) is not None


def _before(document: Document, index: int) -> str:
    """Return the text before a sentence on its line."""
    start = document.sentences[index].start
    return document.text[document.text.rfind("\n", 0, start) + 1 : start]


@functools.cache
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a case-insensitive pattern that matches the phrases as whole words."""
    choices = "|".join(map(re.escape, phrases)) or r"(?!)"
    return re.compile(rf"\b(?:{choices})\b", re.IGNORECASE)

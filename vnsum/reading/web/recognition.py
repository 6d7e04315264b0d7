"""Recognizing web pages, and fragments of HTML as the fields of content management systems."""

from __future__ import annotations

import re

BEFORE_PAGE = {"<?xml": "?>", "<!--": "-->"}  # what may stand before the first tag
# Tags that a fragment may begin with, and others between the parts of a fragment.
_PARTS = "article|blockquote|div|figure|h[1-6]|main|ol|p|section|table|ul"
_SPACE = re.compile(r"[\s\ufeff]*")
_PAGE = re.compile(r"<(?:!doctype\s{1,20}html|html)\b[^<>]{0,500}>", re.IGNORECASE)
_PART = re.compile(rf"<({_PARTS})\b[^<>]{{0,2000}}>", re.IGNORECASE)
_VOID = re.compile(r"<(?:br|hr|img)\b[^<>]{0,2000}>", re.IGNORECASE)
_BLOCK = rf"(?:{_PARTS}|li|tr)"
_NEXT = re.compile(
    rf"</{_BLOCK}\s{{0,100}}>\s{{0,100}}(?:<[bh]r\b[^<>]{{0,100}}>\s{{0,100}})?<{_BLOCK}\b",
    re.IGNORECASE,
)
# A tag of Markdown is followed by an empty line and text.
_TEXT_BELOW_EMPTY_LINE = re.compile(r"\n[ \t]{0,100}\r?\n[ \t]{0,100}[^<\s]")


def is_page(text: str) -> bool:
    """Return whether a text is an HTML page, by its doctype or its first tag.

    >>> is_page("<!-- 12:00 --><!DOCTYPE html><html><body><p>Mưa.</p></body></html>")
    True
    """
    return _PAGE.match(text, skip_declarations(text)) is not None


def is_fragment(text: str) -> bool:
    """Return whether a text is HTML without a page around it.

    All its text is in paragraphs, headings, lists and so on with closing tags. One such element is
    a text with tags, which its translation keeps. Markdown, which may begin with such an element,
    has text below an empty line.

    >>> is_fragment("<p>Mưa to.</p><p>Nước lên.</p>"), is_fragment("<p>Mưa to.</p> Nước lên.")
    (True, False)
    """
    place = skip_declarations(text)
    if not (_PART.match(text, place) and _NEXT.search(text, place)):
        return False
    if _TEXT_BELOW_EMPTY_LINE.search(text):
        return False
    while place < len(text):
        if void := _VOID.match(text, place):
            end: int | None = void.end()
        else:
            part = _PART.match(text, place)
            end = _find_end(text, part) if part is not None else None
        if end is None:
            return False
        place = skip_declarations(text, end)
    return True


def skip_declarations(text: str, place: int = 0) -> int:
    """Return the place after white space, byte order marks, XML declarations and comments."""
    while True:
        if match := _SPACE.match(text, place):
            place = match.end()
        ends = (end for start, end in BEFORE_PAGE.items() if text.startswith(start, place))
        end = next(ends, None)
        closed = text.find(end, place) if end is not None else -1
        if end is None or closed < 0:
            return place
        place = closed + len(end)


def _find_end(text: str, part: re.Match[str]) -> int | None:
    """Return the end of an element, or `None` if its closing tag is missing."""
    name = part[1].lower()
    tags = re.compile(rf"<(/?){name}\b[^<>]{{0,2000}}>", re.IGNORECASE)
    depth = 1
    for tag in tags.finditer(text, part.end()):
        depth += -1 if tag[1] else name != "p"  # a paragraph ends where the next one begins
        if depth == 0:
            return tag.end()
    return None

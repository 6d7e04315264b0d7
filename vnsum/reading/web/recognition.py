"""Recognizing web pages by their beginning."""

from __future__ import annotations

import re

BEFORE_PAGE = {"<?xml": "?>", "<!--": "-->"}  # what may stand before the first tag
_SPACE = re.compile(r"[\s\ufeff]*")
_PAGE = re.compile(r"<(?:!doctype\s{1,20}html|html)\b[^<>]{0,500}>", re.IGNORECASE)


def is_page(text: str) -> bool:
    """Return whether a text is an HTML page, by its doctype or its first tag.

    >>> is_page("<!-- 12:00 --><!DOCTYPE html><html><body><p>Mưa.</p></body></html>")
    True
    """
    return _PAGE.match(text, skip_declarations(text)) is not None


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

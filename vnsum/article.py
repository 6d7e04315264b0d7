"""`read()`: a cleaned article with its headline, date and named furniture, nothing thrown away.

Finds what is not a sentence of the article; splitting the rest is `vnsum.segmentation`. The
patterns are in `vnsum.furniture`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from vnsum.document import Furniture
from vnsum.furniture import FURNITURE_KINDS as FURNITURE_KINDS
from vnsum.furniture import find_furniture
from vnsum.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cleaned text with what was found around its sentences.

    `published` is the date the page gives, `source` the agency or paper it names; furniture is
    ordered and `text[piece.start:piece.end] == piece.text`.
    """

    text: str
    title: str | None = None
    published: datetime.date | None = None
    source: str | None = None
    furniture: tuple[Furniture, ...] = ()


def read(text: str) -> Article:
    """Clean `text` and find its headline, date, agency marks, captions and teasers.

    >>> article = read("date 2026-01-10 Trời mưa to.")
    >>> article.published, [piece.kind for piece in article.furniture]
    (datetime.date(2026, 1, 10), ['date'])
    """
    cleaned = clean(text)
    found = find_furniture(cleaned)
    return Article(
        text=cleaned,
        title=found.title,
        published=found.published,
        source=found.source,
        furniture=found.pieces,
    )


def is_prose(kind: str) -> bool:
    """Return whether furniture of this kind is prose, which a translation translates."""
    return FURNITURE_KINDS[kind].handling == "translate"

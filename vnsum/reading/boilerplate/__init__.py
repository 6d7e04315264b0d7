"""What stands on a news page and is no sentence of the article; one file per group of patterns."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from vnsum.reading.boilerplate import markdown, news
from vnsum.reading.boilerplate.crossheads import claim_crossheads
from vnsum.reading.boilerplate.dates import date_within
from vnsum.reading.boilerplate.kinds import FURNITURE_KINDS, FurnitureKind
from vnsum.reading.boilerplate.page import Page
from vnsum.results.document import Furniture

__all__ = ["FURNITURE_KINDS", "Found", "FurnitureKind", "find_furniture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What `find_furniture` found in a text."""

    title: str | None
    published: datetime.date | None
    source: str | None
    pieces: tuple[Furniture, ...]


def find_furniture(text: str) -> Found:
    """Return the furniture of a cleaned text, ordered, with the title, date and source it gives.

    >>> find_furniture("Mưa to ở Huế\\n\\nTrời mưa to từ sáng ở thành phố Huế.").title
    'Mưa to ở Huế'
    """
    page = Page(text)
    published = news.claim_header_date(page)
    markdown.claim_marks(page)
    published = published or news.claim_date_lines(page)
    source = news.claim_end_mark(page)
    news.claim_lines(page)
    title = news.claim_headline(page)
    source = source or news.claim_datelines(page)
    source = news.claim_endings(page) or source
    claim_crossheads(page)
    pieces = page.pieces()
    for piece in pieces:
        if published is None and piece.kind == "dateline":
            published = date_within(piece.text)
    return Found(title=title, published=published, source=source, pieces=pieces)

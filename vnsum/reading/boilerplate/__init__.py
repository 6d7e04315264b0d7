"""Recognizing boilerplate of news pages: datelines, captions, signatures, teasers, Markdown."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from vnsum.reading.boilerplate import markdown, news
from vnsum.reading.boilerplate.crossheads import claim_crossheads
from vnsum.reading.boilerplate.dates import date_within
from vnsum.reading.boilerplate.kinds import BOILERPLATE_KINDS, BoilerplateKind
from vnsum.reading.boilerplate.page import Page
from vnsum.results.document import Boilerplate

__all__ = ["BOILERPLATE_KINDS", "BoilerplateKind", "Found", "find_boilerplate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The boilerplate of a text, with the title, publication date and source."""

    title: str | None
    published: datetime.date | None
    source: str | None
    pieces: tuple[Boilerplate, ...]


def find_boilerplate(text: str) -> Found:
    """Return the boilerplate of a cleaned text, in order, with its title, date and source.

    >>> find_boilerplate("Mưa to ở Huế\\n\\nTrời mưa to từ sáng ở thành phố Huế.").title
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

"""Recognizing boilerplate of news articles, such as datelines, captions, bylines and teasers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from vnsum.reading.boilerplate import (
    captions,
    datelines,
    endings,
    headings,
    leads,
    lines,
    markdown,
    signatures,
)
from vnsum.reading.boilerplate.dates import date_within
from vnsum.reading.boilerplate.kinds import BOILERPLATE_KINDS, BoilerplateKind
from vnsum.reading.boilerplate.page import Page
from vnsum.results.document import Boilerplate

__all__ = ["BOILERPLATE_KINDS", "BoilerplateKind", "Found", "find_boilerplate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The boilerplate of a text in text order, and the metadata that it contains."""

    title: str | None
    published: datetime.date | None
    source: str | None
    author: str | None
    pieces: tuple[Boilerplate, ...]


def find_boilerplate(text: str, *, place: str | None = None) -> Found:
    """Return the boilerplate and the metadata of a cleaned text.

    `place` is the place before the lead, if it is known.

    >>> find_boilerplate("Mưa to ở Huế\\n\\nTrời mưa to từ sáng ở thành phố Huế.").title
    'Mưa to ở Huế'
    """
    page = Page(text)
    published = datelines.claim_header_date(page)
    markdown.claim_marks(page)
    published = published or datelines.claim_date_lines(page)
    source = endings.claim_end_mark(page)
    lines.claim_lines(page)
    captions.claim_credited(page)
    title = headings.claim_headline(page)
    source = source or datelines.claim_datelines(page, place=place)
    source = endings.claim_endings(page) or source
    headings.claim_crossheads(page)
    leads.claim_opening(page)
    leads.claim_placed(page)
    pieces = page.pieces()
    for piece in pieces:
        if published is None and piece.kind == "dateline":
            published = date_within(piece.text)
    return Found(
        title=title,
        published=published,
        source=source,
        author=signatures.find_author(pieces),
        pieces=pieces,
    )

"""`read()`: a cleaned article with its headline, date and named furniture, nothing thrown away.

Reads text, web pages, files and URLs. The patterns are in `vnsum.furniture`, the limits of fetching
in `vnsum.web`; splitting what is left into sentences is `vnsum.segmentation`.
"""

from __future__ import annotations

import dataclasses
import datetime
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from vnsum import require
from vnsum.charsets import decode
from vnsum.document import Furniture
from vnsum.errors import InputError
from vnsum.furniture import FURNITURE_KINDS, FurnitureKind, find_furniture
from vnsum.text import clean
from vnsum.web.limits import Limits, is_url

__all__ = [
    "FURNITURE_KINDS",
    "Article",
    "FurnitureKind",
    "handling",
    "is_prose",
    "read",
    "read_file",
    "read_html",
    "read_source",
    "read_url",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A cleaned text with what was found around its sentences.

    `published` is the date the page gives, `source` the agency or paper it names, `author` who
    signs it and `url` where it was fetched; furniture is ordered and
    `text[piece.start:piece.end] == piece.text`.
    """

    text: str
    title: str | None = None
    published: datetime.date | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    furniture: tuple[Furniture, ...] = ()


def handling(kind: str) -> str:
    """Return what a translation does with this kind: `"translate"`, `"keep"` or `"drop"`.

    >>> handling("caption"), handling("date"), handling("end_mark")
    ('translate', 'keep', 'drop')
    """
    if not isinstance(kind, str) or kind not in FURNITURE_KINDS:
        raise InputError(
            f"unknown kind of furniture {require.show(kind)}: expected one of {[*FURNITURE_KINDS]}"
        )
    return FURNITURE_KINDS[kind].handling


def is_prose(kind: str) -> bool:
    """Return whether furniture of this kind is prose, which a translation translates."""
    return handling(kind) == "translate"


def read(text: str) -> Article:
    """Clean `text`, plain or Markdown, and find its headline, date, credits and teasers.

    A whole web page goes to `read_html`. `InputError` for what `vnsum.text.clean` refuses.

    >>> article = read("date 2026-01-10 Trời mưa to.")
    >>> article.published, [piece.kind for piece in article.furniture]
    (datetime.date(2026, 1, 10), ['date'])
    """
    if isinstance(text, str) and _WEB_PAGE.match(text):
        return read_html(text)
    cleaned = clean(text)
    found = find_furniture(cleaned)
    return Article(
        text=cleaned,
        title=found.title,
        published=found.published,
        source=found.source,
        furniture=found.pieces,
    )


_WEB_PAGE = re.compile(r"\ufeff?\s{0,100}<(?:!doctype\s+html|html)\b[^<>]{0,500}>", re.IGNORECASE)


def read_html(page: str, *, url: str | None = None) -> Article:
    """Extract the article of a web page with trafilatura and read it.

    Needs the extra `web`. The text of the article is its headline, an empty line and its
    paragraphs, the lead first. `url` is where the page is from. `InputError` where the page has no
    article.
    """
    from vnsum.web import extraction

    require.encodable(page, "a page")
    found = extraction.extract(page, url=url)
    title = clean(found.title).strip() if found.title else None
    body = clean(found.text)
    if title and body.split("\n", 1)[0].strip() != title:
        body = f"{title}\n\n{body}"
    article = read(body)
    return dataclasses.replace(
        article,
        title=article.title or title,
        published=article.published or _iso_date(found.date),
        source=article.source or found.source,
        author=found.author,
        url=url,
    )


def read_url(url: str, *, limits: Limits | None = None, offline: bool | None = None) -> Article:
    """Fetch a web page or a plain text and read it; see `vnsum.web.fetching.fetch`."""
    from vnsum.web import extraction, fetching

    extraction.require_trafilatura()  # before the network is troubled
    page = fetching.fetch(url, limits=limits, offline=offline)
    text = decode(page.data, name=page.url, label=page.charset, is_html=page.is_html)
    if page.is_html:
        return read_html(text, url=page.url)
    return dataclasses.replace(read(text), url=page.url)


def read_source(
    source: str | os.PathLike[str], *, limits: Limits | None = None, offline: bool | None = None
) -> Article:
    """Read the article at a URL or in a file."""
    require.optional_flag(offline, "offline")
    if isinstance(source, str) and is_url(source):
        return read_url(source, limits=limits, offline=offline)
    return read_file(source)


def _iso_date(value: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if value else None
    except ValueError:  # a page may call anything its date
        return None


READERS: dict[str, Callable[[str], Article]] = {
    ".txt": read,
    ".md": read,
    ".markdown": read,
    ".html": read_html,
    ".htm": read_html,
}


def read_file(path: str | os.PathLike[str]) -> Article:
    """Read an article from a `.txt`, `.md`, `.html` file in UTF-8, UTF-16 or legacy Vietnamese.

    `InputError` for another kind of file, a missing one, or bytes in no encoding that is known.
    """
    file = require.path(path, "a source")
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise InputError(
            f"cannot read {file.name!r}: expected a file ending in {', '.join(READERS)}"
        )
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {str(file)!r}: {error.strerror}") from error
    return reader(decode(data, name=file.name, is_html=reader is read_html))

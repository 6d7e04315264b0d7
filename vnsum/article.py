"""`read()`: a cleaned article with its headline, date and named furniture, nothing thrown away.

Reads text, web pages and files. The patterns are in `vnsum.furniture`; splitting what is left
into sentences is `vnsum.segmentation`.
"""

from __future__ import annotations

import dataclasses
import datetime
import importlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnsum.document import Furniture
from vnsum.errors import InputError, MissingExtraError
from vnsum.furniture import FURNITURE_KINDS, FurnitureKind, find_furniture
from vnsum.languages import legacy
from vnsum.text import clean

__all__ = [
    "FURNITURE_KINDS",
    "Article",
    "FurnitureKind",
    "handling",
    "is_prose",
    "read",
    "read_file",
    "read_html",
]


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


def handling(kind: str) -> str:
    """Return what a translation does with this kind: `"translate"`, `"keep"` or `"drop"`.

    >>> handling("caption"), handling("date"), handling("end_mark")
    ('translate', 'keep', 'drop')
    """
    if kind not in FURNITURE_KINDS:
        raise InputError(
            f"unknown kind of furniture {kind!r}: expected one of {[*FURNITURE_KINDS]}"
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


def read_html(page: str) -> Article:
    """Extract the article of a web page with trafilatura and read it.

    Needs the extra `web`. The text of the article is its headline, an empty line and its
    paragraphs. `InputError` where the page has no article.
    """
    try:
        trafilatura: Any = importlib.import_module("trafilatura")
    except ImportError as error:
        raise MissingExtraError(
            'reading web pages needs trafilatura: run  pip install "vnsum[web]"'
        ) from error
    body = trafilatura.extract(page, include_comments=False, include_tables=False)
    if not body:
        raise InputError("the web page has no article that trafilatura can find: pass its text")
    about = trafilatura.extract_metadata(page)
    title = clean(about.title) if about is not None and about.title else None
    body = clean(body)
    if title and body.split("\n", 1)[0].strip() != title:
        body = f"{title}\n\n{body}"
    article = read(body)
    return dataclasses.replace(
        article,
        title=article.title or title,
        published=article.published or _iso_date(about.date if about is not None else None),
        source=article.source or (about.sitename if about is not None else None),
    )


def _iso_date(value: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if value else None
    except ValueError:  # a page may call anything its date
        return None


READERS = {".txt": read, ".md": read, ".markdown": read, ".html": read_html, ".htm": read_html}
# Longer marks first: the mark of UTF-32 begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def read_file(path: str | os.PathLike[str]) -> Article:
    """Read an article from a `.txt`, `.md`, `.html` file in UTF-8, UTF-16 or legacy Vietnamese.

    `InputError` for another kind of file, a missing one, or bytes in no encoding that is known.
    """
    file = Path(path)
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise InputError(
            f"cannot read {file.name!r}: expected a file ending in {', '.join(READERS)}"
        )
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {str(file)!r}: {error.strerror}") from error
    return reader(_decode(data, file.name))


def _decode(data: bytes, name: str) -> str:
    encoding = next((code for mark, code in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        text = data.decode("latin-1")
        if legacy.detect_standard(text) is not None:
            return text  # `clean` converts it
        raise InputError(
            f"{name!r} is not valid {encoding} (byte {error.start}) and in no legacy Vietnamese "
            "encoding that is recognised: save it as UTF-8, or decode it and pass the text"
        ) from error

"""Documents from whatever a caller has: texts, articles, files and documents built by hand."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from vnsum import languages, require
from vnsum.errors import InputError, VnsumError
from vnsum.reading.article import Article, is_prose, read_file
from vnsum.results.document import Document
from vnsum.results.serialization import require_fields
from vnsum.segmentation.sentences import open_article, require_language, segment

# What the functions that take several articles accept as one.
Source = str | Article | Document | os.PathLike[str]
Opened = TypeVar("Opened")


def open_document(
    text: str | Article | Document, *, lang: str | None = None, title: str | None = None
) -> Document:
    """Return `text` as a document; a `Document` is checked and returned unchanged.

    >>> open_document("Trời mưa. Đường ngập.").sentences[1].text
    'Đường ngập.'
    """
    if not isinstance(text, Document):
        return segment(text, lang=lang, title=title)
    require_fields(text, "document")
    languages.require(text.lang)
    for piece in (text.title or "", text.text, *list_texts(text)):
        require.encodable(piece, "a text of the document")
    return text


def open_articles(articles: Iterable[Source]) -> list[Document]:
    """Return several articles as documents, in order; paths are read as by `vnsum.read`.

    A string is always a text, so that a text from elsewhere cannot make vnsum read a file or a
    page. Raises `InputError` if there is no article; errors name the article by its index.

    >>> [document.lang for document in open_articles(["Trời mưa to ở Huế.", "It rained in Hue."])]
    ['vi', 'en']
    """
    return _open_each(articles, open_document)


def open_texts(articles: Iterable[Source]) -> list[Article | Document]:
    """Return several articles as `open_articles` does, but not split into sentences.

    >>> open_texts(["Trời mưa to ở Huế.", "It rained in Hue."])[1].text
    'It rained in Hue.'
    """
    return _open_each(articles, _open_text)


def _open_text(text: str | Article | Document) -> Article | Document:
    if isinstance(text, Document):
        return open_document(text)
    opened = open_article(text)
    if opened is not text:
        require_language(opened)
    return opened


def _open_each(
    articles: Iterable[Source], open_one: Callable[[str | Article | Document], Opened]
) -> list[Opened]:
    """Open every article, after reading it if it is a path."""
    found = []
    for index, article in enumerate(_require_some(articles)):
        with _naming(index):
            text = read_file(article) if isinstance(article, os.PathLike) else article
            found.append(open_one(text))
    return found


def _require_some(articles: Iterable[Source]) -> list[Source]:
    found = list(require.items(articles, "articles", "texts, articles or paths"))
    if not found:
        raise InputError("articles is empty: expected at least one article")
    return found


@contextlib.contextmanager
def _naming(index: int) -> Iterator[None]:
    """Name the article in errors."""
    try:
        yield
    except VnsumError as error:
        raise type(error)(f"articles[{index}]: {error}") from error


def list_texts(document: Document) -> list[str]:
    """Return every text of `document` that is translated."""
    prose = [piece.text for piece in document.boilerplate if is_prose(piece.kind)]
    return [*filter(None, [document.title]), *(s.text for s in document.sentences), *prose]

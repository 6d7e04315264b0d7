"""Documents from whatever a caller has: texts, articles, files and documents built by hand."""

from __future__ import annotations

import os
from collections.abc import Iterable

from vnsum import languages, require
from vnsum.errors import InputError, VnsumError
from vnsum.reading.article import Article, is_prose, read_file
from vnsum.results.document import Document
from vnsum.results.serialization import require_fields
from vnsum.segmentation.sentences import segment

# What the functions that take several articles accept as one.
Source = str | Article | Document | os.PathLike[str]


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
    return [_open(index, article) for index, article in enumerate(_require_some(articles))]


def open_texts(articles: Iterable[Source]) -> list[Article | Document]:
    """Return several articles as `open_articles` does, but an `Article` as it is.

    This is faster where sentences are not needed.
    """
    found: list[Article | Document] = []
    for index, article in enumerate(_require_some(articles)):
        if isinstance(article, Article):
            require_fields(article, f"articles[{index}]")
            found.append(article)
        else:
            found.append(_open(index, article))
    return found


def _require_some(articles: Iterable[Source]) -> list[Source]:
    found = list(require.items(articles, "articles", "texts, articles or paths"))
    if not found:
        raise InputError("articles is empty: expected at least one article")
    return found


def _open(index: int, article: Source) -> Document:
    try:
        is_path = isinstance(article, os.PathLike)
        return open_document(read_file(article) if is_path else article)  # type: ignore[arg-type]
    except VnsumError as error:
        raise type(error)(f"articles[{index}]: {error}") from error


def list_texts(document: Document) -> list[str]:
    """Return every text of `document` that is translated."""
    prose = [piece.text for piece in document.boilerplate if is_prose(piece.kind)]
    return [*filter(None, [document.title]), *(s.text for s in document.sentences), *prose]

"""Digests: several articles on one event in one text, and piles of articles split into events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vnsum import languages, require
from vnsum.summarization.budget import Budget, Length

if TYPE_CHECKING:
    from vnsum.results.digest import DigestSummary
    from vnsum.segmentation.documents import Source


def digest(
    documents: Iterable[Source], budget: Length | None = None, *, lang: str | None = None
) -> DigestSummary:
    """Return one summary of several articles on one event, in their language.

    `documents` are texts, articles or documents; `budget` is a length as for `vnsum.summarize`, of
    which a ratio is a share of the sentences of all articles. `lang` is the language of the digest,
    by default that of most articles; sentences are taken from articles in this language only.
    Near copies of one text count once. Raises `InputError` if there is no article.

    >>> digest(["Mưa to gây ngập ở thành phố Huế sáng nay."], 1).text
    'Mưa to gây ngập ở thành phố Huế sáng nay.'
    """
    from vnsum.segmentation.documents import open_articles
    from vnsum.summarization.digests.writing import write

    if lang is not None:
        lang = languages.require(lang)
    length = Budget.of(budget)
    require.items(documents, "documents", "texts, articles or documents")
    return write(open_articles(documents), length, lang=lang)


def group(articles: Iterable[Source]) -> list[list[int]]:
    """Return the indices of the articles on each event.

    Articles are in the order given, events in the order of their first article. `articles` are
    texts, articles or documents, mixed as they come from a feed.

    >>> group(["Mưa to gây ngập ở thành phố Huế.", "Giá vàng tăng mạnh ở Hà Nội."])
    [[0], [1]]
    """
    from vnsum.segmentation.documents import open_texts
    from vnsum.summarization.digests.grouping import group_texts

    return group_texts(open_texts(articles))

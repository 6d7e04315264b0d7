"""The public functions, which use one default pipeline built on first use."""

from __future__ import annotations

import datetime
import functools
import os
from collections.abc import Iterable

from vnsum import checkpoints, segmentation, summarization
from vnsum.checkpoints import ModelSpec
from vnsum.languages import LanguageCode
from vnsum.pipeline import Pipeline, load
from vnsum.pipeline.streaming import OnError, Text
from vnsum.reading.article import Article, read_source
from vnsum.reading.web.limits import MAX_BYTES, SECONDS, Limits
from vnsum.results.digest import Digest
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Translation
from vnsum.segmentation.documents import Source
from vnsum.summarization import Length


@functools.cache
def default_pipeline() -> Pipeline:
    """Return the pipeline that the public functions use: `vnsum.load()`."""
    return load()


def read(
    source: str | os.PathLike[str],
    *,
    max_bytes: int = MAX_BYTES,
    timeout: float = SECONDS,
    allow_private: bool = False,
    offline: bool | None = None,
) -> Article:
    """Read the article at a URL or in a `.txt`, `.md`, `.html`, `.srt` or `.vtt` file.

    The other functions accept the result. HTML needs the extra `web`. A URL is limited to
    `max_bytes` bytes and to `timeout` seconds for fetching and extraction, which runs in a process
    of its own; saved pages are read in this process, without limits. Only `http` and `https` URLs
    are allowed, and addresses that are not public (loopback, private, link-local) only with
    `allow_private=True`. Raises `FetchError` for a page that cannot be fetched or read in time, and
    for every URL with `offline=True` (or `VNSUM_OFFLINE=1`); `InputError` for a file that cannot be
    read or a page without an article.

    >>> article = read("https://example.org/tin-tuc.html")           # doctest: +SKIP
    >>> article.title, article.published, article.source             # doctest: +SKIP
    ('Chợ nổi mở lại', datetime.date(2026, 1, 9), 'Báo Vidu')
    """
    limits = Limits(max_bytes=max_bytes, timeout=timeout, allow_private=allow_private)
    return read_source(source, limits=limits, offline=offline)


def segment(
    text: str | Article,
    *,
    lang: LanguageCode | None = None,
    title: str | None = None,
    published: datetime.date | None = None,
) -> Document:
    """Return `text` as a document of sentences with exact spans; uses no model.

    `lang` (`"vi"` or `"en"`) is detected unless given. `title` and `published` are used if the text
    does not contain them.

    >>> segment("Trời mưa. Đường ngập.").sentences[1].text
    'Đường ngập.'
    """
    return segmentation.segment(text, lang=lang, title=title, published=published)


def translate(
    text: Text,
    *,
    to: LanguageCode = "en",
    source_lang: LanguageCode | None = None,
    title: str | None = None,
) -> Translation:
    """Return the translation of `text` into `to`; see `vnsum.Pipeline.translate`.

    >>> translate("Trời mưa. Đường ngập.").text
    'It rained. The street was flooded.'
    """
    return default_pipeline().translate(text, to=to, source_lang=source_lang, title=title)


def translate_many(
    texts: Iterable[Text],
    *,
    to: LanguageCode = "en",
    on_error: OnError = "raise",
    progress: bool = False,
    workers: int = 1,
) -> list[Translation]:
    """Return the translations of many texts, in order; see `vnsum.Pipeline.translate_stream`.

    >>> [translation.text for translation in translate_many(["Trời mưa.", "Đường ngập."])]
    ['It rained.', 'The street was flooded.']
    """
    return default_pipeline().translate_many(
        texts, to=to, on_error=on_error, progress=progress, workers=workers
    )


def summarize(
    text: Text,
    length: Length | None = None,
    *,
    to: LanguageCode | None = None,
    source_lang: LanguageCode | None = None,
    title: str | None = None,
) -> BilingualSummary:
    """Return a summary of `text` in both languages; see `vnsum.Pipeline.summarize`.

    >>> summary = summarize("Trời mưa. Đường ngập.", 1)
    >>> summary.vi.text, summary.en.text
    ('Trời mưa.', 'It rained.')
    """
    return default_pipeline().summarize(text, length, to=to, source_lang=source_lang, title=title)


def summarize_many(
    texts: Iterable[Text],
    length: Length | None = None,
    *,
    to: LanguageCode | None = None,
    on_error: OnError = "raise",
    progress: bool = False,
    workers: int = 1,
) -> list[BilingualSummary]:
    """Return bilingual summaries of many texts, in order; see `vnsum.Pipeline.summarize_stream`.

    >>> [summary.en.text for summary in summarize_many(["Trời mưa. Đường ngập."], 1)]
    ['It rained.']
    """
    return default_pipeline().summarize_many(
        texts, length, to=to, on_error=on_error, progress=progress, workers=workers
    )


def digest(
    articles: Iterable[Source],
    length: Length | None = None,
    *,
    to: LanguageCode | None = None,
    title: str | None = None,
) -> Digest:
    """Return one digest of several articles on an event; see `vnsum.Pipeline.digest`.

    >>> result = digest(["Trời mưa. Đường ngập.", "Trời mưa. Đường ngập."], 2)
    >>> result.en.text
    'It rained. The street was flooded.'
    """
    return default_pipeline().digest(articles, length, to=to, title=title)


def group(articles: Iterable[Source]) -> list[list[int]]:
    """Return the indices of the articles of each event in a mixed pile; uses no model.

    `articles` are as for `digest`. Events are in the order of their first articles.

    >>> group(["Huế mưa to và ngập.", "Giá vàng ở Hà Nội tăng.", "Huế mưa to và ngập."])
    [[0, 2], [1]]
    """
    return summarization.group(articles)


def models() -> tuple[ModelSpec, ...]:
    """Return the known models with their directions, sizes, licences and origins.

    >>> models()[0].directions
    ('vi->en', 'en->vi')
    """
    return checkpoints.known_models()

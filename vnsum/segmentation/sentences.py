"""Sentences of a text: lines first, then proposals of the language, then rules that repair them.

Adds no model of its own and changes no character: every sentence is a span of the text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vnsum import languages, require
from vnsum.errors import LanguageError
from vnsum.languages import Language
from vnsum.reading.article import Article, read_text
from vnsum.results.document import Document, Sentence
from vnsum.results.serialization import require_fields
from vnsum.segmentation.boundaries import sentence_ends
from vnsum.segmentation.clauses import split_clauses

__all__ = ["segment", "split_clauses"]

_LINE = re.compile(r"[^\n]+")
_EXCERPT = 40
_SAMPLE = 20_000  # characters of prose that decide the language
WRAPPED_LINE = 40  # a line at least this long may go on in the next one


def segment(
    text: str | Article,
    *,
    lang: str | None = None,
    title: str | None = None,
    published: datetime.date | None = None,
) -> Document:
    """Split a text into a `Document` of sentences, with its boilerplate set apart.

    The text is cleaned first, so that spans point into `document.text`. `lang` is `"vi"` or
    `"en"` and is detected when not given; `title` and `published` win over what the text says.
    `LanguageError` for a text in neither language. A blank text gives an empty Vietnamese
    document.

    >>> [s.text for s in segment("Trời mưa. Đường ngập.").sentences]
    ['Trời mưa.', 'Đường ngập.']
    """
    if isinstance(text, Article):
        require_fields(text, "the article")
    if title is not None:
        require.encodable(title, "title")
    require.date(published, "published")
    article = text if isinstance(text, Article) else read_text(text)
    stretches = list(_prose(article))
    lang = languages.require(lang) if lang is not None else _detect(article, stretches)
    return Document(
        text=article.text,
        lang=lang,
        title=title if title is not None else article.title,
        published=published if published is not None else article.published,
        sentences=tuple(_sentences(article.text, stretches, languages.LANGUAGES[lang])),
        boilerplate=article.boilerplate,
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Prose between boilerplate: `paragraph` tells lines apart, whole lines may be joined."""

    paragraph: int
    start: int
    end: int


def _prose(article: Article) -> Iterator[_Stretch]:
    """Yield each stretch of prose, one a line, and wrapped lines of a paragraph as one."""
    wrapped: _Stretch | None = None
    for stretch in _lines(article):
        if wrapped is None:
            wrapped = stretch
        elif _goes_on(article.text, wrapped, stretch):
            wrapped = _Stretch(wrapped.paragraph, wrapped.start, stretch.end)
        else:
            yield wrapped
            wrapped = stretch
    if wrapped is not None:
        yield wrapped


def _lines(article: Article) -> Iterator[_Stretch]:
    """Yield each stretch of a line that is no boilerplate and not blank."""
    text = article.text
    pieces = iter(article.boilerplate)
    piece = next(pieces, None)
    for number, match in enumerate(_LINE.finditer(text)):
        position = match.start()
        while piece is not None and piece.start < match.end():
            if position < piece.start and not text[position : piece.start].isspace():
                yield _Stretch(number, position, piece.start)
            position = max(position, piece.end)
            if piece.end > match.end():
                break
            piece = next(pieces, None)
        if position < match.end() and not text[position : match.end()].isspace():
            yield _Stretch(number, position, match.end())


def _goes_on(text: str, before: _Stretch, after: _Stretch) -> bool:
    """Return whether a line was only wrapped: long, without a stop, and a small letter follows.

    A list or a poem has short lines, and a paragraph begins with a capital.
    """
    between = text[before.end : after.start]
    if (
        between.strip(" \t") != "\n"
        or not text[after.start : after.start + 20].lstrip()[:1].islower()
    ):
        return False
    last_line = text.rfind("\n", before.start, before.end) + 1
    line = text[max(last_line, before.start) : before.end].rstrip()
    return len(line) >= WRAPPED_LINE and line[-1] not in '.!?…:;”"'


def _sentences(text: str, stretches: list[_Stretch], language: Language) -> Iterator[Sentence]:
    rules = language.rules()
    paragraph = -1
    current = -1
    for stretch in stretches:
        if stretch.paragraph != current:
            current = stretch.paragraph
            paragraph += 1
        part = text[stretch.start : stretch.end]
        begin = 0
        for end in sentence_ends(part, language.propose(part), rules):
            piece = part[begin:end]
            content = piece.strip()
            start = stretch.start + begin + len(piece) - len(piece.lstrip())
            begin = end
            yield Sentence(text=content, start=start, end=start + len(content), paragraph=paragraph)


def _detect(article: Article, stretches: list[_Stretch]) -> str:
    """Return the language of the prose, or of all there is where there is no prose."""
    sample = ""
    for stretch in stretches:
        sample += article.text[stretch.start : min(stretch.end, stretch.start + _SAMPLE)] + "\n"
        if len(sample) >= _SAMPLE:
            break
    if not sample:
        return languages.detect(article.text) or "vi"
    lang = languages.detect(sample)
    if lang is None:
        excerpt = " ".join(sample.split())[:_EXCERPT]
        raise LanguageError(
            f"the text is neither Vietnamese nor English, as far as its letters and words tell: "
            f"{excerpt!r}; pass lang='vi' or lang='en' if it is"
        )
    return lang

"""Sentences of a text: lines first, then proposals of the language, then rules that repair them.

Adds no model of its own and changes no character: every sentence is a span of the text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from vnsum import languages
from vnsum.article import Article, read
from vnsum.boundaries import sentence_ends
from vnsum.document import Document, Sentence
from vnsum.errors import LanguageError

_LINE = re.compile(r"[^\n]+")
_CLAUSE = re.compile(r"(?<=[,;:–—])(?=\s)")
_EXCERPT = 40


def segment(
    text: str | Article,
    *,
    lang: str | None = None,
    title: str | None = None,
    published: datetime.date | None = None,
) -> Document:
    """Split a text into a `Document` of sentences, with its furniture set apart.

    `lang` is `"vi"` or `"en"` and is detected when not given; `title` and `published` win over
    what the text says. `LanguageError` for a text in neither language. A blank text gives an
    empty Vietnamese document.

    >>> [s.text for s in segment("Trời mưa. Đường ngập.").sentences]
    ['Trời mưa.', 'Đường ngập.']
    """
    article = text if isinstance(text, Article) else read(text)
    stretches = list(_prose(article))
    lang = languages.require(lang) if lang is not None else _detect(article, stretches)
    language = languages.LANGUAGES[lang]
    rules = language.rules()
    sentences: list[Sentence] = []
    paragraph = -1
    last_line = -1
    for line, start, end in stretches:
        part = article.text[start:end]
        begin = 0
        for stop in sentence_ends(part, language.propose(part), rules):
            piece = part[begin:stop]
            stripped = piece.strip()
            if stripped:
                if line != last_line:
                    paragraph += 1
                    last_line = line
                at = start + begin + len(piece) - len(piece.lstrip())
                sentences.append(
                    Sentence(text=stripped, start=at, end=at + len(stripped), paragraph=paragraph)
                )
            begin = stop
    return Document(
        text=article.text,
        lang=lang,
        title=title if title is not None else article.title,
        published=published if published is not None else article.published,
        sentences=tuple(sentences),
        furniture=article.furniture,
    )


def _prose(article: Article) -> Iterator[tuple[int, int, int]]:
    """Yield line number, start and end of each stretch of a line that is no furniture."""
    pieces = iter(article.furniture)
    piece = next(pieces, None)
    for number, match in enumerate(_LINE.finditer(article.text)):
        position = match.start()
        while piece is not None and piece.start < match.end():
            if position < piece.start:
                yield number, position, piece.start
            position = max(position, piece.end)
            if piece.end > match.end():
                break
            piece = next(pieces, None)
        if position < match.end():
            yield number, position, match.end()


def _detect(article: Article, stretches: list[tuple[int, int, int]]) -> str:
    prose = "\n".join(article.text[start:end] for _, start, end in stretches)
    sample = prose if prose.strip() else article.text
    if not sample.strip():
        return "vi"
    lang = languages.detect(sample)
    if lang is None:
        excerpt = sample.strip()[:_EXCERPT]
        raise LanguageError(
            f"the text is neither Vietnamese nor English as far as its letters and words tell "
            f"({excerpt!r}…); pass lang='vi' or lang='en' if it is"
        )
    return lang


def split_clauses(text: str, lang: str) -> list[str]:
    """Cut an over-long sentence where a clause may end; the pieces join to `text` again.

    >>> split_clauses("Trời mưa, đường ngập.", "vi")
    ['Trời mưa,', ' đường ngập.']
    """
    languages.require(lang)
    pieces = _CLAUSE.split(text)
    return [piece for piece in pieces if piece]

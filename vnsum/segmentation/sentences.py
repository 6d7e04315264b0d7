"""Sentence segmentation: lines are split at the ends proposed for the language, with corrections.

Sentences are exact spans of the text.
"""

from __future__ import annotations

import datetime
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vnsum import languages, require
from vnsum.errors import InputError, LanguageError
from vnsum.languages import Language
from vnsum.languages.detection import Guess, guess_language
from vnsum.reading.article import Article, read_text
from vnsum.reading.front_matter import find_front_matter
from vnsum.reading.web.limits import is_url
from vnsum.reading.web.urls import show
from vnsum.reading.wrapping import unwrap
from vnsum.results.document import Boilerplate, Document, Sentence
from vnsum.results.findings import Finding, Severity
from vnsum.results.serialization import require_fields
from vnsum.segmentation.boundaries import sentence_ends
from vnsum.segmentation.clauses import split_clauses

__all__ = ["segment", "split_clauses"]

_LINE = re.compile(r"[^\n]+")
_EXCERPT = 40
FILE_SUFFIXES = (".txt", ".md", ".html", ".htm", ".srt", ".vtt", ".pdf", ".docx")
LONGEST_PATH = 255  # characters; a longer string is not checked for being a path
CERTAIN = {"vi": 1.0, "en": 0.9}  # a lower certainty of the language is a finding
LIKELY = 0.9  # and below this one a warning
_FIRST_LINES = 3
_SAMPLE = 20_000  # characters of prose used for language detection


def open_article(text: str | Article) -> Article:
    """Return the article of a text; an `Article` is checked and returned unchanged.

    Raises `InputError` for anything but text, including a path, URL or list of texts.

    >>> open_article("Trời mưa to ở Huế.").text
    'Trời mưa to ở Huế.'
    """
    if isinstance(text, Article):
        require_fields(text, "the article")
        return text
    return read_text(_require_text(require.exact(text)))


def segment(
    text: str | Article,
    *,
    lang: str | None = None,
    title: str | None = None,
    published: datetime.date | None = None,
) -> Document:
    """Split a text into a `Document` of sentences and boilerplate.

    The text is cleaned first; spans refer to `document.text`. `lang` is `"vi"` or `"en"`, detected
    by default. `title` and `published` override those found in the text. A blank text gives an
    empty Vietnamese document. Raises `LanguageError` for a text in another language, and
    `InputError` for anything but text, including a path, URL or list of texts.

    >>> [s.text for s in segment("Trời mưa. Đường ngập.").sentences]
    ['Trời mưa.', 'Đường ngập.']
    """
    article = open_article(text)
    if title is not None:
        title = require.encodable(title, "title")
    require.date(published, "published")
    joined = unwrap(find_front_matter(article.text).blank(article.text))
    stretches = list(_stretches(joined, article.boilerplate))
    guess = _detect(article, stretches) if lang is None else Guess(languages.require(lang), 1.0)
    lang = guess.lang
    return Document(
        text=article.text,
        lang=lang,
        title=title if title is not None else article.title,
        published=published if published is not None else article.published,
        sentences=tuple(_sentences(article.text, joined, stretches, languages.LANGUAGES[lang])),
        boilerplate=article.boilerplate,
        findings=(*article.findings, *_note_uncertainty(guess)),
        crlf=article.crlf,
        source=article.source,
    )


def _require_text(text: str) -> str:
    """Return `text`. Raises `InputError` for a path, URL or list, with the function to use."""
    given: object = text
    if isinstance(given, list | tuple):
        raise InputError(
            f"expected a text, not a {type(given).__name__}: pass several texts to translate_many "
            "or summarize_many"
        )
    if isinstance(given, os.PathLike) or (isinstance(given, str) and _is_path_or_url(given)):
        name = require.path_text(given, "text").strip()
        shown = repr(show(name)) if is_url(name) else require.show(name)
        kind = "URL" if is_url(name) else "path"
        raise InputError(
            f"expected a text, not the {kind} {shown}: pass the article that vnsum.read returns"
        )
    return text


def _is_path_or_url(text: str) -> bool:
    words = text.split(maxsplit=1)
    if len(words) != 1:
        return False
    (word,) = words
    if is_url(word) or len(word) > LONGEST_PATH:
        return is_url(word)
    # Unlike `Path.is_file`, this accepts any string.
    return word.lower().endswith(FILE_SUFFIXES) or os.path.isfile(word)  # noqa: PTH113


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A span of prose on one line, or on several lines of a wrapped paragraph."""

    paragraph: int
    start: int
    end: int


def _stretches(text: str, boilerplate: tuple[Boilerplate, ...]) -> Iterator[_Stretch]:
    """Yield the non-blank spans of each line that are not boilerplate."""
    pieces = iter(boilerplate)
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


def _sentences(
    text: str, joined: str, stretches: list[_Stretch], language: Language
) -> Iterator[Sentence]:
    """Yield the sentences of `text`; `joined` is the same text with wrapped lines joined."""
    rules = language.rules()
    paragraph = -1
    current = -1
    for stretch in stretches:
        if stretch.paragraph != current:
            current = stretch.paragraph
            paragraph += 1
        part = joined[stretch.start : stretch.end]
        begin = 0
        for end in sentence_ends(part, language.propose, rules):
            piece = part[begin:end]
            start = stretch.start + begin + len(piece) - len(piece.lstrip())
            content = text[start : start + len(piece.strip())]
            begin = end
            yield Sentence(text=content, start=start, end=start + len(content), paragraph=paragraph)


def require_language(article: Article) -> str:
    """Return the language that an article begins in; `LanguageError` for another language."""
    stretches = _stretches(article.text, article.boilerplate)
    return _detect(article, list(itertools.islice(stretches, _FIRST_LINES))).lang


def _detect(article: Article, stretches: list[_Stretch]) -> Guess:
    """Return the probable language of the prose, or of the whole text if it has no prose."""
    sample = ""
    for stretch in stretches:
        sample += article.text[stretch.start : min(stretch.end, stretch.start + _SAMPLE)] + "\n"
        if len(sample) >= _SAMPLE:
            break
    if not sample:
        return Guess(languages.detect(article.text) or "vi", 1.0)
    guess = guess_language(sample)
    if guess is None:
        excerpt = " ".join(sample.split())[:_EXCERPT]
        raise LanguageError(
            f"the text seems to be neither Vietnamese nor English: {excerpt!r}; if it is, pass "
            "source_lang='vi' or 'en' (lang= to segment, --from on the command line)"
        )
    return guess


def _note_uncertainty(guess: Guess) -> tuple[Finding, ...]:
    """Return a finding if a language was guessed from few words or without diacritics."""
    if guess.certainty >= CERTAIN[guess.lang]:
        return ()
    name = languages.LANGUAGES[guess.lang].name
    name += " without diacritics" if guess.lang == "vi" else ""
    message = (
        f"The text is probably {name} (about {guess.certainty:.0%} certain); "
        "give its language if it is not."
    )
    severity: Severity = "info" if guess.certainty >= LIKELY else "warning"
    return (Finding(kind="language", severity=severity, message=message),)

"""Supported languages: codes, detection, word tokenization and word lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from vnsum.errors import LanguageError
from vnsum.languages import en, vi
from vnsum.languages.detection import detect
from vnsum.languages.rules import BoundaryRules
from vnsum.require import exact, show

__all__ = ["LANGUAGES", "Language", "LanguageCode", "detect", "find_direction", "require", "words"]

LanguageCode = Literal["vi", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language: its ISO 639-1 `code`, English `name`, tokenizer and boundary rules."""

    code: str
    name: str
    words: Callable[[str], list[str]]
    propose: Callable[[str], list[int]]
    rules: Callable[[], BoundaryRules]


LANGUAGES = {
    "vi": Language(
        code="vi",
        name="Vietnamese",
        words=vi.words,
        propose=vi.propose_ends,
        rules=vi.rules,
    ),
    "en": Language(
        code="en",
        name="English",
        words=en.words,
        propose=en.propose_ends,
        rules=en.rules,
    ),
}


def find_direction(
    source: str, target: str, source_lang: str | None = None, target_lang: str | None = None
) -> tuple[LanguageCode, LanguageCode]:
    """Return the languages of a text and its translation; a language that is given is kept.

    One that is not given is the other one. If none is, the translation is into English, unless the
    text looks English and the translation Vietnamese. Raises `LanguageError` for another language.

    >>> find_direction("It rains.", "Trời mưa."), find_direction("3", "3", target_lang="vi")
    (('en', 'vi'), ('en', 'vi'))
    """
    given, wanted = (None if lang is None else require(lang) for lang in (source_lang, target_lang))
    if given is None and wanted is None:
        swapped = detect(target) == "vi" and detect(source) == "en"
        return ("en", "vi") if swapped else ("vi", "en")
    other: dict[LanguageCode, LanguageCode] = {"vi": "en", "en": "vi"}
    return given or other[cast(LanguageCode, wanted)], wanted or other[cast(LanguageCode, given)]


def require(lang: str) -> LanguageCode:
    """Return `lang` if it is a language of this library, else raise `LanguageError`.

    >>> require("vi")
    'vi'
    """
    found = exact(lang)
    if not isinstance(found, str) or found not in LANGUAGES:
        known = ", ".join(f"{code!r} ({row.name})" for code, row in LANGUAGES.items())
        raise LanguageError(f"unknown language {show(lang)}: expected one of {known}")
    return cast(LanguageCode, found)


def words(text: str, lang: str) -> list[str]:
    """Return the lower-cased words of `text`, without punctuation.

    Vietnamese words may have several syllables (`"nhà nước"`).

    >>> words("The cat sat.", "en")
    ['the', 'cat', 'sat']
    """
    return LANGUAGES[require(lang)].words(exact(text))

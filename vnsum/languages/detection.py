"""Language detection by letters and function words; needs no model and no network."""

from __future__ import annotations

import re

from vnsum.languages.rules import word_classes
from vnsum.languages.syllables import is_syllable

SAMPLE = 20_000  # characters that are examined
FEW_WORDS = 15  # a shorter text may have no function words

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VIETNAMESE_LETTER = re.compile(r"[ăđĩũơưạ-ỹ]")
_SHARED_LETTER = re.compile(r"[à-ý]")


def detect(text: str) -> str | None:
    """Return `"vi"`, `"en"`, or `None` for a text in neither language or without letters.

    Looks at the first 20,000 characters. Recognizes Vietnamese without diacritics too.

    >>> detect("Trời mưa to ở Hà Nội."), detect("It rains in Hanoi."), detect("Il pleut fort ici.")
    ('vi', 'en', None)
    """
    found = [word.replace("’", "'") for word in _WORD.findall(text[:SAMPLE].lower())]
    known = {lang: _count(found, lang) for lang in ("vi", "en", "other")}
    strong = sum(1 for word in found if _VIETNAMESE_LETTER.search(word))
    marked = strong + sum(1 for word in found if _is_shared_syllable(word))
    foreign = sum(1 for word in found if not word.isascii()) - marked
    sure = (
        strong or not known["other"] or all(len(word) == 1 or is_syllable(word) for word in found)
    )
    if sure and marked > max(foreign, known["en"], 0.12 * len(found)):
        return "vi"
    ascii_words = [word for word in found if word.isascii()]
    if not ascii_words or foreign > 0.2 * len(found):
        return None
    return _detect_plain(ascii_words, known)


def _count(words: list[str], lang: str) -> int:
    frequent = word_classes("function_words.txt", lang)["plain"]
    return sum(1 for word in words if word in frequent)


def _is_shared_syllable(word: str) -> bool:
    """Return whether `word` is a Vietnamese syllable whose only diacritics are also French."""
    plain = _VIETNAMESE_LETTER.search(word) is None
    return plain and _SHARED_LETTER.search(word) is not None and is_syllable(word)


def _detect_plain(words: list[str], counts: dict[str, int]) -> str | None:
    """Return the language of words without diacritics, by function words and spelling."""
    if counts["en"] >= max(counts["other"], counts["vi"], 0.05 * len(words)) and counts["en"]:
        return "en"
    syllables = sum(map(is_syllable, words))
    if syllables >= 0.7 * len(words) and counts["vi"] >= max(counts["other"], 0.1 * len(words)):
        return "vi"
    if len(words) <= FEW_WORDS and not counts["other"]:
        return "vi" if syllables == len(words) > 1 else "en"
    return None

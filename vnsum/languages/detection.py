"""Language detection by letters, function words and word frequencies; needs no model."""

from __future__ import annotations

import functools
import itertools
import math
import re
from dataclasses import dataclass
from importlib import resources

from vnsum.languages.rules import word_classes
from vnsum.languages.syllables import is_syllable, is_unmarked_syllable

SAMPLE = 20_000  # characters that are examined
PRIOR = -1.0  # log ratio of texts without diacritics
UNKNOWN_SYLLABLE = 1.0  # log ratios of words that are not listed
UNKNOWN_WORD = -4.0
MARKED_SYLLABLE = 6.0
CLEAR = 2.0  # log ratio of a word that tells the language
DAMPING = 2.5  # words of a text are not independent, so the sum of their log ratios is too large
HIGHEST = 0.99  # the certainty of a guess without diacritics

# Numbers such as ², ½ and Ⅳ, and º, are no decimal digits, and no letters.
_LETTER = (
    r"[^\W\d_\u00aa\u00b2\u00b3\u00b9\u00ba\u00bc-\u00be\u2070-\u209c\u2150-\u218b\u2460-\u249b]"
)
_WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")
_LIST_MARK = re.compile(r"(?m)^[^\S\n]*(?:[A-Za-zđĐ]|[IVX]{1,5})[.)](?=\s)")
# Symbols of units tell no language: 70 m, 500 ml, 250k; but 9th.
_UNIT = re.compile(
    r"(?<=\d)[^\S\n]?(?!(?:st|nd|rd|th)\b)(?:mAh|[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{1,3})\b"
)
_SENTENCE_START = re.compile(r"(?:[^\W_]{3}[.!?…:]|[\n“\"(-])\s{0,3}$")
_VIETNAMESE_LETTER = re.compile(r"[ăđĩũơưạ-ỹ]")
_SHARED_LETTER = re.compile(r"[à-ý]")


@dataclass(frozen=True, slots=True)
class Guess:
    """The probable language of a text, `"vi"` or `"en"`, and how certain it is, from 0.5 to 1."""

    lang: str
    certainty: float


def detect(text: str) -> str | None:
    """Return `"vi"`, `"en"`, or `None` for a text in neither language or without letters.

    Examines the first 20,000 characters. Recognizes Vietnamese without diacritics too.

    >>> detect("Trời mưa to ở Hà Nội."), detect("It rains in Hanoi."), detect("Il pleut fort ici.")
    ('vi', 'en', None)
    """
    guess = guess_language(text)
    return None if guess is None else guess.lang


def guess_language(text: str) -> Guess | None:
    """Return the probable language of a text, or `None` as `detect` does.

    Names count only in a text of names, as Vietnamese names are usual in English texts.

    >>> guess_language("Trời mưa to ở Hà Nội.")
    Guess(lang='vi', certainty=1.0)
    """
    sample = _LIST_MARK.sub("", text[:SAMPLE]).strip()
    without_units = _UNIT.sub("", sample)
    if _WORD.search(without_units):  # else the text is a measure
        sample = without_units
    words = _list_words(sample)
    of_names = not words and sample != sample.upper()
    words = words or [match.group().lower() for match in _WORD.finditer(sample)]
    other = _count(words, "other")
    strong = sum(1 for word in words if _VIETNAMESE_LETTER.search(word))
    marked = strong + sum(1 for word in words if _is_shared_syllable(word))
    foreign = sum(1 for word in words if not word.isascii()) - marked
    if not strong and other and not all(len(word) == 1 or is_syllable(word) for word in words):
        foreign, marked = foreign + marked, 0
    english = _count_english(words)
    if marked > max(foreign, english, 0.12 * len(words)):
        return Guess("vi", 1.0)
    if english > 1 and english >= marked > foreign:
        return Guess("en", HIGHEST)
    if strong and all(_may_be_vietnamese(word) for word in words):
        return Guess("vi", 1.0)
    if foreign > 0.2 * len(words) or not any(word.isascii() for word in words):
        return None
    return _guess_unmarked(words, of_names=of_names)


def _list_words(sample: str) -> list[str]:
    """Return the lower-cased words of a sample without names, none if all may be names."""
    matches = list(_WORD.finditer(sample))
    words = []
    for match, after in itertools.zip_longest(matches, matches[1:]):
        word = match.group()
        if word[0].isupper() and word.partition("'")[0] != "I":
            before = sample[max(0, match.start() - 6) : match.start()]
            starts = match is matches[0] or _SENTENCE_START.search(before)
            in_name = (
                after is not None
                and after.group()[0].isupper()
                and sample[match.end() : after.start()].isspace()
            )
            if in_name or not starts:
                continue
        words.append(word)
    if len(words) < len(matches) and all(word[0].isupper() for word in words):
        return []
    return [word.replace("’", "'").lower() for word in words]


def _count(words: list[str], lang: str) -> int:
    frequent = word_classes("function_words.txt", lang)["plain"]
    return sum(1 for word in words if word in frequent)


def _count_english(words: list[str]) -> int:
    """Return how many words are much more frequent in English."""
    frequent = word_classes("function_words.txt", "en")["plain"]
    ratios = _log_ratios()
    return sum(1 for word in words if word in frequent or ratios.get(word, 0) <= -CLEAR)


def _is_shared_syllable(word: str) -> bool:
    """Return whether `word` is a Vietnamese syllable whose only diacritics are also French."""
    plain = _VIETNAMESE_LETTER.search(word) is None
    return plain and _SHARED_LETTER.search(word) is not None and is_syllable(word)


def _guess_unmarked(words: list[str], *, of_names: bool) -> Guess | None:
    """Return the language of words without diacritics by their frequencies in both languages.

    In a text of names, Vietnamese words may be Vietnamese names in English.
    """
    ratios = _log_ratios()
    other = word_classes("function_words.txt", "other")["plain"]
    foreign = sum(1 for word in words if word in other and abs(ratios.get(word, 0)) < CLEAR)
    known = sum(1 for word in words if word not in other and abs(ratios.get(word, 0)) >= CLEAR)
    if foreign > known:
        return None
    highest = UNKNOWN_SYLLABLE if of_names else math.inf
    rates = (ratios.get(word, _rate_unknown(word)) for word in dict.fromkeys(words))
    score = PRIOR + sum(min(rate, highest) for rate in rates)
    certainty = min(HIGHEST, 1 / (1 + math.exp(-abs(score) / DAMPING)))
    return Guess("vi" if score > 0 else "en", certainty)


def _rate_unknown(word: str) -> float:
    if not word.isascii():
        return MARKED_SYLLABLE if is_syllable(word) else UNKNOWN_WORD
    return UNKNOWN_SYLLABLE if is_unmarked_syllable(word) else UNKNOWN_WORD


def _may_be_vietnamese(word: str) -> bool:
    return is_syllable(word) or is_unmarked_syllable(word)


@functools.cache
def _log_ratios() -> dict[str, float]:
    """Return the logarithms of the ratio of the frequencies in Vietnamese and in English."""
    data = resources.files(__package__) / "data" / "unmarked_words.txt"
    found = {}
    for line in data.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            ratio, _, words = line.partition("\t")
            found.update(dict.fromkeys(words.split(","), float(ratio)))
    return found

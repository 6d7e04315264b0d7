"""Finding weekdays that only one side tells: "hôm thứ Hai" and no day at all.

`compare_figures` finds those that became another weekday. "Thứ hai" is also "second", and a date,
"today" or "at the weekend" tell the day as well, so that a word of any of these counts as one.
"""

from __future__ import annotations

import re

from vnsum.languages import LanguageCode
from vnsum.results.result import Finding, Span

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
# A weekday and nothing else; one with its date may be left out: Sunday, April 12.
_WEEKDAY = {
    "vi": re.compile(
        r"\b(?:hôm|sáng|trưa|chiều|tối|vào) (?P<day>thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)\b"
        r"(?!,? \(?(?:ngày|mùng|\d|của))",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"(?:(?<!Herald )(?<!Mail )(?<!Post )(?<!Times )\bon (?:last )?(?P<day>{_DAY})"
        rf"|\b(?P<part>{_DAY}) (?:morning|afternoon|evening))\b"
        r"(?!,? \(?(?:the |of |\d|(?-i:[A-Z])))",
        re.IGNORECASE,
    ),
}
_OTHER = {
    "vi": re.compile(
        r"thứ|\b(?:thư|nhật|hôm|nay|qua|mai|ngày|lễ|tết|tuần|phiên|mùng|T[2-7]|CN)\b|"
        r"\d/\d|day\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"day|\b(?:mon|tues?|wed|thu|thurs?|fri|sat|sun)\b|tonight|tomorrow|week|session|"
        r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eve)\b|\d(?:st|nd|rd|th)\b|\d/\d",
        re.IGNORECASE,
    ),
}


def compare_weekdays(
    source: str, target: str, source_lang: LanguageCode, target_lang: LanguageCode
) -> list[Finding]:
    """Return a warning if one text has a weekday and the other no word for a day.

    >>> found = compare_weekdays("Họ gặp nhau hôm thứ Hai.", "They met.", "vi", "en")
    >>> [finding.message for finding in found]
    ['The weekday "thứ Hai" of the source is missing in the translation.']
    """
    if source_lang == target_lang:
        return []
    if place := _find(source, source_lang, target, target_lang):
        told = source[place.start : place.end]
        message = f'The weekday "{told}" of the source is missing in the translation.'
        return [Finding(kind="date", severity="warning", message=message, source=place)]
    if place := _find(target, target_lang, source, source_lang):
        told = target[place.start : place.end]
        message = f'The weekday "{told}" of the translation is not in the source.'
        return [Finding(kind="date", severity="warning", message=message, target=place)]
    return []


def _find(text: str, lang: str, other: str, other_lang: str) -> Span | None:
    """Return the weekday of a text if the other text has none."""
    match = _WEEKDAY[lang].search(text)
    if match is None or _OTHER[other_lang].search(other):
        return None
    name = "day" if match["day"] else "part"
    return Span(start=match.start(name), end=match.end(name))

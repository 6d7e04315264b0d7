"""Finding weekdays that only one side tells: "hôm thứ Hai" and no day at all.

`compare_figures` finds those that became another weekday. "Thứ hai" is also "second", and a date,
"today" or "at the weekend" tell the day as well, so that a word of any of these counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vnsum.checks.sides import Side
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


def compare_weekdays(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning if one text has a weekday and the other no word for a day.

    >>> from vnsum.checks.sides import read_side
    >>> sides = read_side("Họ gặp nhau hôm thứ Hai.", "vi"), read_side("They met.", "en")
    >>> [finding.message for finding in compare_weekdays(*sides)]
    ['The weekday "thứ Hai" of the source is missing in the translation.']
    """
    if place := _find(old, new):
        message = f'The weekday "{old.cut(place)}" of the source is missing in the translation.'
        return [Finding(kind="date", severity="warning", message=message, source=place)]
    if place := _find(new, old):
        message = f'The weekday "{new.cut(place)}" of the translation is not in the source.'
        return [Finding(kind="date", severity="warning", message=message, target=place)]
    return []


def _find(side: Side, other: Side) -> Span | None:
    """Return the weekday of a text if the other text has none."""
    match = _WEEKDAY[side.lang].search(side.text)
    if match is None or _OTHER[other.lang].search(other.text):
        return None
    name = "day" if match["day"] else "part"
    return Span(start=match.start(name), end=match.end(name))

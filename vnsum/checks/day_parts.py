"""Comparing parts of the day: "tối thứ Bảy" is not "Saturday morning".

A finding needs one part of the day on each side and no other word for one. Parts that languages
divide in other ways, such as late morning and noon or afternoon and evening, are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vnsum.languages import LanguageCode
from vnsum.results.findings import is_about
from vnsum.results.result import Finding, Span

# A part of a day that is named beside it: tối thứ Bảy, sáng nay, 3 giờ chiều.
_PART = re.compile(
    r"(?<!rạng )(?<!tờ mờ )\b(?:(?<=giờ )(?:sáng|trưa|chiều|tối)"
    r"|(?:sáng|trưa|chiều|tối)(?= (?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|nay|qua|mai|hôm|"
    r"ngày|mùng|\d{1,2}[/-]\d{1,2})\b))\b",
    re.IGNORECASE,
)
# All words that may tell a part of the day.
_ANY = {
    "vi": re.compile(
        r"\b(?:sáng|trưa|chiều|tối|đêm|khuya|hoàng hôn|bình minh|chập choạng)\b", re.IGNORECASE
    ),
    "en": re.compile(
        r"\b(?:mornings?|(?:mid|after)?noons?|midday|evenings?|(?:mid|over|to)?nights?|nightly|dawn|"
        r"dusk|sun(?:set|rise)|daytime|nighttime|early|late|lunch\w*|dinner|supper|breakfast|dark|"
        r"[ap]m|[ap]\.m)\b",
        re.IGNORECASE,
    ),
}
_OPPOSITES = {
    "sáng": {"afternoon", "evening", "tonight"},
    "trưa": {"evening", "night", "tonight"},
    "chiều": {"morning"},
    "tối": {"morning", "afternoon"},
}


def compare_day_parts(
    source: str,
    target: str,
    source_lang: LanguageCode,
    target_lang: LanguageCode,
    known: Iterable[Finding] = (),
) -> list[Finding]:
    """Return a warning if the only part of the day of one text became another one.

    Nothing is returned about one that a finding in `known` is about.

    >>> found = compare_day_parts("Tối thứ Bảy.", "Saturday morning.", "vi", "en")
    >>> [finding.message for finding in found]
    ['"Tối" of the source became "morning".']
    """
    if source_lang == target_lang:
        return []
    forward = source_lang == "vi"
    vi, en = (source, target) if forward else (target, source)
    part, others = _PART.search(vi), [*_ANY["en"].finditer(en)]
    if part is None or len(others) != 1 or len(_ANY["vi"].findall(vi)) != 1:
        return []
    if others[0][0].lower() not in _OPPOSITES.get(part[0].lower(), ()):
        return []
    old, new = (part, others[0]) if forward else (others[0], part)
    spans = [Span(start=match.start(), end=match.end()) for match in (old, new)]
    if any(is_about(finding, *spans) for finding in known):
        return []
    message = f'"{old[0]}" of the source became "{new[0]}".'
    return [Finding(kind="date", severity="warning", message=message,
                    source=spans[0], target=spans[1])]  # fmt: skip

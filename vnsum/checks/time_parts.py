"""Comparing parts of a day, month or year: "tối thứ Bảy" is not "Saturday morning".

A finding needs one part on each side and no other word for one. Parts that languages divide in
other ways, such as late morning and noon or afternoon and evening, are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from vnsum.languages import LanguageCode
from vnsum.languages.en import MONTHS
from vnsum.results.findings import is_about
from vnsum.results.result import Finding, Span


class _Parts(NamedTuple):
    """Parts of one length: a part named beside it, any word that may tell one, opposites."""

    named: Mapping[str, re.Pattern[str]]
    any: Mapping[str, re.Pattern[str]]
    opposites: Mapping[str, frozenset[str]]


def _patterns(vi: str, en: str) -> dict[str, re.Pattern[str]]:
    return {"vi": re.compile(vi, re.IGNORECASE), "en": re.compile(en, re.IGNORECASE)}


def _opposites(**rows: str) -> dict[str, frozenset[str]]:
    return {part: frozenset(words.split()) for part, words in rows.items()}


# Tối thứ Bảy, sáng nay, 3 giờ chiều.
_OF_DAY = _Parts(
    _patterns(
        r"(?<!rạng )(?<!tờ mờ )\b(?:(?<=giờ )(?:sáng|trưa|chiều|tối)|(?:sáng|trưa|chiều|tối)(?= "
        r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|nay|qua|mai|hôm|ngày|mùng|"
        r"\d{1,2}[/-]\d{1,2})\b))\b",
        r"\b(?:morning|afternoon|evening|night|tonight)\b",
    ),
    _patterns(
        r"\b(?:sáng|trưa|chiều|tối|đêm|khuya|hoàng hôn|bình minh|chập choạng)\b",
        r"\b(?:mornings?|(?:mid|after)?noons?|midday|evenings?|(?:mid|over|to)?nights?|nightly|dawn|"
        r"dusk|sun(?:set|rise)|daytime|nighttime|early|late|lunch\w*|dinner|supper|breakfast|dark|"
        r"[ap]m|[ap]\.m)\b",
    ),
    _opposites(
        sáng="afternoon evening tonight",
        trưa="evening night tonight",
        chiều="morning",
        tối="morning afternoon",
    ),
)
# Cuối năm 2020, đầu tháng 6; the end of 2020, early June.
_LONG = rf"(?:{'|'.join(MONTHS)}|\d{{4}}|(?:the )?(?:year|month|quarter|decade|\w+ century))\b"
_OF_YEAR = _Parts(
    _patterns(
        r"(?<!trước )(?<!đến )(?<!từ )\b(?:đầu|giữa|cuối)"
        r"(?= (?:tháng|quý|năm|thế kỷ|thập niên|thập kỷ|những năm) (?:\d|nay\b|ngoái\b))"
        r"(?!.*\b(?:âm lịch|giêng|chạp|tết)\b)",
        rf"\b(?:(?:early|late|mid)(?=(?:[ -]| in ){_LONG})|"
        rf"(?:beginning|start|middle|end)(?= of {_LONG}))",
    ),
    _patterns(
        r"\b(?:đầu|giữa|cuối)\b",
        r"\b(?:earl(?:y|ier)|late[rst]*|mid\w*|begin\w*|began|start\w*|ends?|first|last|final\w*|"
        r"opening|closing|turn)\b",
    ),
    _opposites(
        đầu="late end mid middle",
        giữa="early beginning start late end",
        cuối="early beginning start mid middle",
    ),
)


def compare_time_parts(
    source: str,
    target: str,
    source_lang: LanguageCode,
    target_lang: LanguageCode,
    known: Iterable[Finding] = (),
) -> list[Finding]:
    """Return a warning if the only part of the day or year of one text became another one.

    Nothing is returned about one that a finding in `known` is about.

    >>> found = compare_time_parts("Tối thứ Bảy.", "Saturday morning.", "vi", "en")
    >>> [finding.message for finding in found]
    ['"Tối" of the source became "morning".']
    """
    if source_lang == target_lang:
        return []
    known = [*known]
    findings = []
    for parts in (_OF_DAY, _OF_YEAR):
        old, new = _find(source, source_lang, parts), _find(target, target_lang, parts)
        if old is None or new is None:
            continue
        told = {source_lang: old[0].lower(), target_lang: new[0].lower()}
        spans = [Span(start=match.start(), end=match.end()) for match in (old, new)]
        if told["en"] not in parts.opposites.get(told["vi"], ()):  # "ſáng" matches, too
            continue
        if any(is_about(finding, *spans) for finding in known):
            continue
        message = f'"{old[0]}" of the source became "{new[0]}".'
        findings.append(
            Finding(kind="date", severity="warning", message=message,
                    source=spans[0], target=spans[1])
        )  # fmt: skip
    return findings


def _find(text: str, lang: LanguageCode, parts: _Parts) -> re.Match[str] | None:
    """Return the named part of a text if it has no other word for one."""
    match = parts.named[lang].search(text)
    return match if match and len(parts.any[lang].findall(text)) == 1 else None

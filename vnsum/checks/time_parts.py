"""Comparing parts of a day, month or year: "tối thứ Bảy" is not "Saturday morning".

A finding needs one part on each side and no other word for one. Parts that languages divide in
other ways, such as late morning and noon or afternoon and evening, are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vnsum.checks.sides import Side, arrange, describe_change
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


def compare_time_parts(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning if the only part of the day or year of one text became another one.

    Nothing is returned about one that a finding in `known` is about.

    >>> from vnsum.checks.sides import read_side
    >>> sides = read_side("Tối thứ Bảy.", "vi"), read_side("Saturday morning.", "en")
    >>> [finding.message for finding in compare_time_parts(*sides)]
    ['"Tối" of the source became "morning".']
    """
    findings = []
    for parts in (_OF_DAY, _OF_YEAR):
        mine, other = _find(old.text, old.lang, parts), _find(new.text, new.lang, parts)
        if mine is None or other is None:
            continue
        vi, en = arrange(old, mine[0].lower(), other[0].lower())
        spans = (
            Span(start=mine.start(), end=mine.end()),
            Span(start=other.start(), end=other.end()),
        )
        if en not in parts.opposites.get(vi, ()):  # "ſáng" matches, too
            continue
        if not any(is_about(finding, *spans) for finding in known):
            findings.append(describe_change(old, new, spans, kind="date"))
    return findings


def _find(text: str, lang: LanguageCode, parts: _Parts) -> re.Match[str] | None:
    """Return the named part of a text if it has no other word for one."""
    match = parts.named[lang].search(text)
    return match if match and len(parts.any[lang].findall(text)) == 1 else None

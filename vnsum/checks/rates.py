"""Comparing what a rate is for: "5 triệu đồng/tháng" is not "5 million dong a year".

A finding needs a value that both sides have once, each with one period or measure that the other
side has in no rate. Speeds such as km/h are units of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from vnsum.checks.sides import Side, describe_change
from vnsum.languages import LanguageCode
from vnsum.quantities.tokens import fold
from vnsum.quantities.units import BASE
from vnsum.quantities.values import Number, Quantity, Range
from vnsum.results.findings import is_about
from vnsum.results.result import Finding, Span

# What a rate is for: a name, and its words in each language.
_PER = {
    "vi": {
        "giây": "second", "s": "second", "phút": "minute", "giờ": "hour", "h": "hour",
        "tiếng": "hour", "ngày": "day", "tuần": "week", "tháng": "month", "quý": "quarter",
        "năm": "year", "tấn": "tonne", "tạ": "quintal", "kg": "kilo", "ký": "kilo", "cân": "kilo",
        "ki-lô-gam": "kilo", "lít": "litre", "thùng": "barrel", "m2": "square metre",
        "m²": "square metre", "mét vuông": "square metre", "ha": "hectare", "héc-ta": "hectare",
        "hecta": "hectare", "người": "person", "đầu người": "person",
    },
    "en": {
        "second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "week",
        "month": "month", "quarter": "quarter", "year": "year", "annum": "year",
        "tonne": "tonne", "ton": "tonne", "metric ton": "tonne", "quintal": "quintal",
        "kg": "kilo", "kilo": "kilo", "kilogram": "kilo", "kilogramme": "kilo", "litre": "litre",
        "liter": "litre", "barrel": "barrel", "square metre": "square metre",
        "square meter": "square metre", "hectare": "hectare", "person": "person",
        "capita": "person", "head": "person",
    },
}  # fmt: skip
PERIODS = frozenset(["second", "minute", "hour", "day", "week", "month", "quarter", "year"])
_ADVERBS = {
    "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month",
    "quarterly": "quarter", "yearly": "year", "annual": "year", "annually": "year",
}  # fmt: skip


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# A rate anywhere; "5 người một năm trước" and "5 days a year ago" are none.
_NOT_AFTER = {
    "vi": r"(?! (?:trước|sau|qua|nay|tới|nữa|rưỡi|gần|đó|này|kia|\d))",
    "en": r"(?!-| (?:ago|later|after|before|earlier|old|long|and a half|from|off)\b)",
}
_RATE = {
    "vi": rf"(?:(?: ?/ ?|\b(?:trên |cho )?(?:một|mỗi|1|hằng|hàng) )(?P<unit>{_any(_PER['vi'])})\b"
    rf"{_NOT_AFTER['vi']})",
    "en": rf"(?:(?: ?/ ?|\b(?:an?|per|each|every)[ -])(?P<unit>{_any(_PER['en'])})\b"
    rf"{_NOT_AFTER['en']}|\b(?P<adverb>{_any(_ADVERBS)})\b)",
}
# Words between a value and what it is for; prepositions begin another phrase: in a day.
_NO_GAP = {
    "vi": "trong|sau|trước|suốt|từ|đến|vào|và|mất|một|mỗi|hằng|hàng",
    "en": "in|for|within|over|after|during|to|by|than|that|and|or|on|at|from|until|an?|per|each|"
    "every",
}
_GAP = {lang: rf"(?: (?!(?:{words})\b)[^\W\d]+){{0,3}}[ -]?" for lang, words in _NO_GAP.items()}
_AFTER = {lang: re.compile(rf"{_GAP[lang]}{_RATE[lang]}", re.IGNORECASE) for lang in ("vi", "en")}
_ANYWHERE = {lang: re.compile(_RATE[lang], re.IGNORECASE) for lang in ("vi", "en")}


class _Rate(NamedTuple):
    """A value and what it is for."""

    per: str
    span: Span


def compare_rates(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning for each value that is told for another period or measure: a month, a year.

    Nothing is returned about a value that one of the findings in `known` is about.

    >>> from vnsum.checks.sides import read_side
    >>> sides = read_side("5 triệu đồng/tháng", "vi"), read_side("5 million dong a year", "en")
    >>> [finding.message for finding in compare_rates(*sides)]
    ['The number "5 triệu đồng/tháng" of the source became "5 million dong a year".']
    """
    mine, others = _read(old), _read(new)
    rates = (_list_rates(old), _list_rates(new))
    return [
        describe_change(old, new, (one.span, other.span), kind="number", noun="number")
        for value, one in mine.items()
        if one and (other := others.get(value)) and one.per != other.per
        if (one.per in PERIODS) == (other.per in PERIODS)  # one side may tell each: a head, a year
        if one.per not in rates[1] and other.per not in rates[0]
        if not any(is_about(found, one.span, other.span) for found in known)
    ]


def _read(side: Side) -> Mapping[object, _Rate | None]:
    """Return the rates of a text by their value; `None` for a value that it has twice."""
    found: dict[object, _Rate | None] = {}
    for quantity in side.quantities:
        value = _value(quantity)
        found[value] = None if value in found else _rate(side, quantity)
    return found


def _value(quantity: Quantity) -> object:
    """Return the value without the unit, equal for 1 km and 1,000 m."""
    value, size = quantity.value, BASE.get(quantity.unit, ("", Fraction(1)))[1]
    ends = (value.low, value.high) if isinstance(value, Range) else (value,)
    return tuple(Fraction(end) * size if isinstance(end, Number) else end for end in ends)


def _rate(side: Side, quantity: Quantity) -> _Rate | None:
    """Return what a value is for, as told after it."""
    match = _AFTER[side.lang].match(side.text, quantity.end)
    per = _per(match, side.lang) if match else ""
    return _Rate(per, Span(start=quantity.start, end=match.end())) if match and per else None


def _list_rates(side: Side) -> set[str]:
    """Return what any value of a text may be for."""
    return {_per(match, side.lang) for match in _ANYWHERE[side.lang].finditer(side.text)}


def _per(match: re.Match[str], lang: LanguageCode) -> str:
    """Return what a rate is for; "" for "ſecond", whose long s matches too."""
    groups = match.groupdict()
    if groups.get("adverb"):
        return _ADVERBS.get(fold(groups["adverb"]), "")
    return _PER[lang].get(fold(groups["unit"]), "")

"""Comparing how often something happens: "ba lần một tuần" is not "once a week".

Only one frequency per text is compared, and only if either the count or the period is the same:
twelve times a year are once a month. "Hai ngày một lần" (every two days) is no such count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from vnsum.checks.sides import Side, describe_change
from vnsum.languages import LanguageCode
from vnsum.quantities.tokens import fold
from vnsum.results.findings import is_about
from vnsum.results.result import Finding, Span

_COUNTS = {
    "en": ["once", "twice", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
    "vi": ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"],
}
_PERIODS = {
    "en": {name: name for name in ("hour", "day", "week", "month", "year")}
    | {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"},
    "vi": {"giờ": "hour", "ngày": "day", "tuần": "week", "tháng": "month", "năm": "year"},
}
# Not the end of a longer number, as in "mười hai lần" and "once or twice", nor a factor.
_VI_BEFORE = ("mười", "mươi", "trăm", "linh", "lẻ", "hoặc", "hay", "đến", "gấp")
_EN_BEFORE = ("twenty", "thirty", "and", "or", "to")
_VI_ALONE, _EN_ALONE = ("".join(f"(?<!{w} )" for w in row) for row in (_VI_BEFORE, _EN_BEFORE))
_VI_COUNT = rf"{_VI_ALONE}(?P<count>\d{{1,2}}|{'|'.join(_COUNTS['vi'])})"
_VI_PERIOD = "(?P<period>giờ|ngày|tuần|tháng|năm)"
_EN_TIMES = rf"(?P<times>\d{{1,2}}|{'|'.join(_COUNTS['en'][2:])}) times"
_EN_COUNT = rf"{_EN_ALONE}(?:(?P<count>once|twice)|{_EN_TIMES})"
_PATTERNS = {
    "en": (
        re.compile(
            rf"(?<![\w.,/-]){_EN_COUNT}[ -]"
            r"(?:(?:a|per|every|each)[ -](?P<period>hour|day|week|month|year)"
            r"|(?P<adverb>daily|weekly|monthly|yearly))\b",
            re.IGNORECASE,
        ),
    ),
    "vi": (
        re.compile(
            rf"(?<![\w.,/-]){_VI_COUNT} lần"
            rf"(?:/| (?:một|1|mỗi|/) ?){_VI_PERIOD}\b",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?:\b(?:mỗi|một|hằng|hàng)|(?<![\w.,/-])1) {_VI_PERIOD}"
            rf" {_VI_COUNT} lần\b"
            r"(?! (?:thứ|đầu|cuối|hoặc|hay|đến))",
            re.IGNORECASE,
        ),
        re.compile(  # uống thuốc ngày ba lần
            rf"(?:(?<=thuốc )|(?<=uống )|(?<=dùng ))(?P<period>ngày) {_VI_COUNT} lần\b"
            r"(?! (?:thứ|đầu|cuối|hoặc|hay|đến))",
            re.IGNORECASE,
        ),
    ),
}  # fmt: skip


class _Frequency(NamedTuple):
    number: int
    period: str
    span: Span


def compare_frequencies(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning if both texts tell how often something happens, and the two differ.

    Nothing is returned about a frequency that one of the findings in `known` is about.

    >>> from vnsum.checks.sides import read_side
    >>> sides = read_side("Ba lần một tuần.", "vi"), read_side("Once a week.", "en")
    >>> [finding.message for finding in compare_frequencies(*sides)]
    ['The number "Ba lần một tuần" of the source became "Once a week".']
    """
    mine, others = _read(old.text, old.lang), _read(new.text, new.lang)
    if len(mine) != 1 or len(others) != 1:
        return []
    before, after = mine[0], others[0]
    changed = (before.number == after.number) != (before.period == after.period)
    if not changed or any(is_about(found, before.span, after.span) for found in known):
        return []
    return [describe_change(old, new, (before.span, after.span), kind="number", noun="number")]


def _read(text: str, lang: LanguageCode) -> list[_Frequency]:
    """Return the frequencies of a text."""
    found = (
        _frequency(match, lang) for pattern in _PATTERNS[lang] for match in pattern.finditer(text)
    )
    return [frequency for frequency in found if frequency]


def _frequency(match: re.Match[str], lang: LanguageCode) -> _Frequency | None:
    groups = {name: fold(value) for name, value in match.groupdict().items() if value}
    count = groups.get("count") or groups["times"]
    period = _PERIODS[lang].get(groups.get("period") or groups["adverb"])
    counts = _COUNTS[lang]
    if period is None or not (count.isdecimal() or count in counts):
        return None  # "ſix", whose long s matches too
    number = int(count) if count.isdecimal() else counts.index(count) + 1
    span = Span(start=match.start(), end=match.end())
    return _Frequency(number, period, span)

"""Comparing the directions of durations: "ba ngày trước" is not "three days later".

A finding needs the same duration on both sides, only forward on one and only back on the other.
Words before an event ("khi", "before she left") turn around in right translations: who waited ten
years before marrying married after ten years. So each form has few opposites, listed in a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from vnsum.checks.sides import Side, arrange, describe_change
from vnsum.quantities.units import BASE
from vnsum.quantities.values import Number, Quantity, Range
from vnsum.results.result import Finding, Span

_LONGEST = 30  # characters of the words before a duration
_UNITS = {
    "vi": {"giây": "second", "phút": "minute", "giờ": "hour", "tiếng": "hour", "ngày": "day",
           "tuần": "week", "tháng": "month", "năm": "year", "thập kỷ": "decade",
           "thập niên": "decade", "thế kỷ": "century"},
    "en": {"second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "week",
           "month": "month", "year": "year", "decade": "decade", "century": "century",
           "centurie": "century"},
}  # fmt: skip
# Durations that are not read as quantities: a day, several days.
_LOOSE = {
    "vi": re.compile(
        rf"\b(?:(?P<one>một)|vài|mấy|nhiều) (?P<unit>{'|'.join(_UNITS['vi'])})\b(?! rưỡi)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"\b(?:(?P<one>an?|one)|several|some|many|a few|a couple of) "
        rf"(?P<unit>{'|'.join(_UNITS['en'])})s?\b",
        re.IGNORECASE,
    ),
}
_ABOUT = {
    "vi": "(?: (?:khoảng|chừng|hơn|gần|đúng|chỉ|ít nhất|tầm))?",
    "en": "(?: (?:about|around|just|only|nearly|almost|over|exactly|more than|less than))?",
}
# What follows a duration that is told from the time that the text is about, and not from an event:
# a mark, or a word that begins a new phrase.
_CLOSED = (
    r"(?=[,.;:?!)”\"]|$| (?:đó|ông|bà|anh|chị|cô|em|tôi|chúng|họ|nó|hắn|y|mình|thì|mới|đã|sẽ|"
    r"vẫn|cũng|lại|trong|ở|tại|và|nhưng|rằng)\b)"
)
# Before a moment rather than after a time: "năm trước 3 tháng" is no such.
_NO_TIME = "".join(f"(?<!{word} )" for word in ("năm", "tháng", "tuần", "ngày", "hôm", "lần", "đó"))


class _Form(NamedTuple):
    """Words around a duration that tell its direction: a name and patterns; one may be empty."""

    name: str
    back: bool
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


def _forms(lang: str, *rows: tuple[str, bool, str, str]) -> tuple[_Form, ...]:
    return tuple(
        _Form(
            name,
            back,
            re.compile(rf"\b(?:{before}){_ABOUT[lang]} $", re.IGNORECASE) if before else None,
            re.compile(after, re.IGNORECASE) if after else None,
        )
        for name, back, before, after in rows
    )


# The first form that fits counts. Those without a name have no certain opposite.
_BACK, _FORWARD = True, False
_FORMS = {
    "vi": _forms(
        "vi",
        ("ago", _BACK, "cách đây|cách nay|cách ngày nay", ""),
        ("ago", _BACK, "", r" (?:trước đây|về trước)\b"),
        ("earlier", _BACK, "", rf" trước{_CLOSED}"),
        ("", _BACK, "", r" trước\b"),
        ("later", _FORWARD, "", rf" sau{_CLOSED}"),
        ("", _FORWARD, "", r" sau\b"),
        ("more", _FORWARD, "", r" nữa\b"),
        ("to come", _FORWARD, "", r" (?:(?:sắp )?tới|tiếp theo|kế tiếp)\b"),
        ("past", _BACK, "", r" (?:(?:vừa )?qua|gần đây|trở lại đây|vừa rồi)\b"),
        ("", _FORWARD, "sau", ""),
        ("", _BACK, f"{_NO_TIME}trước", ""),
    ),
    "en": _forms(
        "en",
        ("ago", _BACK, "", r" ago\b"),
        ("earlier", _BACK, "", r" (?:earlier|previously|beforehand)\b(?! than)"),
        ("earlier", _BACK, "", r" before(?=[,.;:?!)”\"]|$)"),
        ("", _BACK, "", r" (?:before|prior|in advance|ahead)\b"),
        ("later", _FORWARD, "", r" (?:later|afterwards?|hence|thereafter)\b"),
        ("to come", _FORWARD, "", r" (?:from now|to come)\b"),
        ("", _FORWARD, "", r" (?:after|following)\b"),
        ("to come", _FORWARD, "next|coming", ""),
        ("past", _BACK, "past", ""),
        ("", _BACK, "last|before", ""),  # the last days are the final ones, too
        ("", _FORWARD, "after|in|within", ""),
    ),
}
# Vietnamese forms, and the English ones that tell the opposite whatever the sentence is about.
_OPPOSITES = {
    "ago": {"later"},
    "earlier": {"later"},
    "later": {"ago", "earlier"},
    "more": {"ago"},
    "to come": {"ago", "past"},
    "past": {"to come"},
}


class _Told(NamedTuple):
    """A duration with its direction and the words of both."""

    form: str
    back: bool
    span: Span


def compare_durations(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning for each duration that is back on one side and forward on the other.

    >>> from vnsum.checks.sides import read_side
    >>> sides = read_side("Ba ngày trước, ông đến.", "vi"), read_side("He came 3 days later.", "en")
    >>> [finding.message for finding in compare_durations(*sides)]
    ['"Ba ngày trước" of the source seems to have become "3 days later".']
    """
    vi, en = map(_read, arrange(old, old, new))
    findings = []
    for length in vi.keys() & en.keys():
        mine, other = _direction(vi[length]), _direction(en[length])
        if mine and other and other.form in _OPPOSITES.get(mine.form, ()):
            spans = arrange(old, mine.span, other.span)
            # No "opposite", of which other hypotheses are tried: a turn of the sentence may be
            # right.
            findings.append(describe_change(old, new, spans, kind="date", certain=False))
    return findings


def _read(side: Side) -> Mapping[object, list[_Told | None]]:
    """Return the durations of a text by their length, `None` for those without a direction."""
    found: dict[object, list[_Told | None]] = {}
    for length, span in _durations(side):
        found.setdefault(length, []).append(_tell(side.text, span, side.lang))
    return found


def _durations(side: Side) -> Iterator[tuple[object, Span]]:
    """Yield the length and the place of each duration."""
    read = set[int]()
    for quantity in side.quantities:
        read.update(range(quantity.start, quantity.end))
        if length := _length(quantity):
            yield length, Span(start=quantity.start, end=quantity.end)
    for match in _LOOSE[side.lang].finditer(side.text):
        unit = _UNITS[side.lang].get(match["unit"].lower())
        if unit and not read.intersection(range(*match.span())):
            dimension, size = BASE[unit]
            length = (dimension, size) if match["one"] else ("some", unit)
            yield length, Span(start=match.start(), end=match.end())


def _length(quantity: Quantity) -> object:
    """Return the length of a duration, equal for 24 hours and 1 day, or `None`."""
    dimension, size = BASE.get(quantity.unit, ("", Fraction(0)))
    if dimension not in ("time", "calendar") or quantity.kind not in ("measure", "range"):
        return None
    value = quantity.value
    ends = (value.low, value.high) if isinstance(value, Range) else (value,)
    return dimension, *(Fraction(end) * size for end in ends if isinstance(end, Number))


def _tell(text: str, span: Span, lang: str) -> _Told | None:
    """Return what the words next to a duration tell of its direction."""
    first = max(0, span.start - _LONGEST)
    for form in _FORMS[lang]:
        before = form.before.search(text[first : span.start]) if form.before else None
        after = form.after.match(text, span.end) if form.after else None
        if bool(before) == bool(form.before) and bool(after) == bool(form.after):
            start = first + before.start() if before else span.start
            end = after.end() if after else span.end
            return _Told(form.name, form.back, Span(start=start, end=end))
    return None


def _direction(told: Sequence[_Told | None]) -> _Told | None:
    """Return the first of some durations if all have a direction, the same one."""
    known = [one for one in told if one]
    same = len(known) == len(told) and len({one.back for one in known}) == 1
    return known[0] if same else None

"""Dates written in digits (7/1, 7-1-2026, 30.4.1975, 27-29/3, 2026-01-09), for both languages."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Date, Number, Range, exact, is_day

DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?")
FIRST_YEAR, LAST_YEAR = 1000, 2199


class Written(NamedTuple):
    """A date or range of dates in digits, and the token index after it."""

    value: Date | Range
    end: int


def make(first: int, second: int, year: int | None, *, day_first: bool) -> Date | None:
    """Return the date of two numbers in the order of the language, or in the other if only that is
    valid."""
    day, month = (first, second) if day_first else (second, first)
    if is_day(year, month, day):
        return Date(year=year, month=month, day=day)
    if not day_first and is_day(year, day, month):
        return Date(year=year, month=day, day=month)
    return None


def read_written(tokens: Tokens, index: int, *, day_first: bool, cued: bool) -> Written | None:
    """Read a date in digits; `cued` says that a word before it, such as "ngày", announces one.

    A slash needs no cue; a dash or a full stop needs a cue or a year.
    """
    found = _iso(tokens, index) or _dotted(tokens, index, cued=cued)
    if found:
        return found
    if day_first and (days := _day_range(tokens, index)):
        return days
    first = _day(tokens, index, day_first=day_first, cued=cued)
    if first is None:
        return None
    date, end = first
    if isinstance(date, Date) and tokens.is_dash(end) and tokens[end + 1].is_digits:
        other = _day(tokens, end + 1, day_first=day_first, cued=cued)
        if other and isinstance(other.value, Date) and other.value.day and date.day:
            low = date if date.year else Date(year=other.value.year, month=date.month, day=date.day)
            return Written(Range(low=low, high=other.value), other.end)
    return first


def read_scale(tokens: Tokens, index: int, date: Date) -> Number | None:
    """Return the scale of a map that may be meant by a month and year without a cue: 1/2000."""
    if date.month != 1 or date.day or not date.year or tokens[index + 1].text != "/":
        return None
    return exact(Fraction(1, date.year))


def year_number(tokens: Tokens, index: int) -> int | None:
    """Return the token as a year of four digits."""
    value = tokens.integer(index)
    text = tokens[index].text
    return value if value is not None and len(text) == 4 and value >= FIRST_YEAR else None


def read_season(tokens: Tokens, index: int) -> Found | None:
    """Read 2023/24 and 2023/2024, two years in a row."""
    year, text = year_number(tokens, index), tokens[index + 2].text
    if year is None or not tokens.is_fraction_bar(index + 1) or tokens[index - 1].text in "/-":
        return None
    after = tokens[index + 3]
    if text not in (str(year + 1), f"{(year + 1) % 100:02d}"):
        return None
    if after.glued and (after.is_word or after.text in "/-–%"):
        return None
    return Found("range", Range(low=Date(year=year), high=Date(year=year + 1)), "", index + 3)


def _iso(tokens: Tokens, index: int) -> Written | None:
    year, month, day = (
        year_number(tokens, index),
        tokens.integer(index + 2),
        tokens.integer(index + 4),
    )
    marks = tokens[index + 1].text, tokens[index + 3].text
    if year is None or month is None or day is None or marks not in (("-", "-"), ("/", "/")):
        return None
    if not is_day(year, month, day):
        return None
    return Written(Date(year=year, month=month, day=day), index + 5)


def _dotted(tokens: Tokens, index: int, *, cued: bool) -> Written | None:
    match = DOTTED.fullmatch(tokens[index].text)
    if not match or not ((match[3] and len(match[3]) == 4) or cued):
        return None
    year = _full_year(match[3])
    date = make(int(match[1]), int(match[2]), year, day_first=True)
    return Written(date, index + 1) if date else None


def _full_year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) == 4 else int(text) + (2000 if int(text) < 50 else 1900)


def _day(tokens: Tokens, index: int, *, day_first: bool, cued: bool) -> Written | None:  # noqa: PLR0911 - one return per exclusion
    mark = tokens[index + 1].text
    if mark not in ("/", "-", "–") or not (tokens[index + 1].glued or cued):
        return None
    first, second = tokens.integer(index, 2), tokens.integer(index + 2, 4)
    if first is None or second is None or not (tokens[index + 2].glued or cued):
        return None
    if len(tokens[index + 2].text) == 4:
        valid = mark == "/" or cued
        if valid and 1 <= first <= 12 and FIRST_YEAR <= second <= LAST_YEAR:
            return Written(Date(year=second, month=first), index + 3)
        return None
    if len(tokens[index + 2].text) > 2:
        return None
    year, end = _year_after(tokens, index + 3, mark)
    if mark != "/" and year is None and not cued:
        return None
    date = make(first, second, year, day_first=day_first)
    return Written(date, end) if date else None


def _year_after(tokens: Tokens, index: int, mark: str) -> tuple[int | None, int]:
    year = tokens[index + 1]
    joined = tokens[index].text == mark and tokens[index].glued and year.glued
    full = len(year.text) == 4 or (len(year.text) == 2 and mark != "-")
    if joined and full and year.text.isdecimal():
        return _full_year(year.text), index + 2
    return None, index


def _day_range(tokens: Tokens, index: int) -> Written | None:
    """Read two days of one month: 27-29/3."""
    first = tokens.integer(index, 2)
    if first is None or not tokens.is_dash(index + 1) or not tokens[index + 1].glued:
        return None
    last = _day(tokens, index + 2, day_first=True, cued=False)
    if last is None or not isinstance(last.value, Date) or last.value.day is None:
        return None
    year, month = last.value.year, last.value.month
    if month is None or first >= last.value.day or not is_day(year, month, first):
        return None
    return Written(Range(low=Date(year=year, month=month, day=first), high=last.value), last.end)

"""Parsing lines that consist of a publication date, in the formats used by newspapers."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from vnsum.languages.en import MONTHS
from vnsum.reading.boilerplate.names import NAME_WORD, is_place

_WEEKDAY = (
    r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|t[2-7]|chủ nhật|cn|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)"
)
_CLOCK = r"\d{1,2}[:hg]\d{0,2}(?::\d\d)?(?: ?(?:am|pm|sa|ch))?"
_LABEL = (
    r"(?:(?:ngày )?(?:đăng|cập nhật|xuất bản|phát hành|đăng tải)(?: lúc| ngày)?|"
    r"date|published|posted|updated|last updated)"
)
_MONTHS = tuple(month.lower() for month in MONTHS)
_MONTH = r"[a-z]{3,9}"
# Vietnamese months in words, as in the dates of WordPress.
_SPELLED = (
    "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai",
)  # fmt: skip
_VI_MONTH = rf"\d{{1,2}}|{'|'.join(reversed(_SPELLED))}"
_ZONE = (
    r"[(\[]?(?:gmt|utc)\s?[+-]\s?\d{1,2}(?::\d\d)?[)\]]?|[+-]\d\d:?\d\d|"
    r"z|ict|gmt|utc|bst|cest|cet|[ecmp][ds]t"
)
_SEPARATOR = r"[\s,|•·\-–]{0,5}"


@dataclass(frozen=True, slots=True)
class _Format:
    """A date format; the groups `y`, `m` and `d` match the year, month and day."""

    pattern: str

    def line(self) -> re.Pattern[str]:
        zone = rf"(?:{_SEPARATOR}(?:{_ZONE}))?"
        weekday = rf"(?:{_WEEKDAY}{_SEPARATOR})?"
        clock = rf"(?:{_CLOCK}{zone}{_SEPARATOR})?"
        before = rf"(?:{_LABEL}\s?:?\s*)?{weekday}{clock}{weekday}"
        time = rf"(?:{_CLOCK}|\d{{1,2}}\.\d\d(?= (?:{_ZONE})$))"
        after = rf"(?:{_SEPARATOR}{_WEEKDAY})?(?:[t\s,|•·\-–]{{0,5}}(?:lúc |at )?{time})?"
        return re.compile(rf"\(?(?:{before}){self.pattern}{after}{zone}\)?", re.IGNORECASE)


_FORMATS = tuple(
    _Format(pattern).line()
    for pattern in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"(?:ngày )?(?P<d>\d{1,2}) ?[-/.] ?(?P<m>\d{1,2}) ?[-/.] ?(?P<y>\d{4})",
        rf"(?:ngày )?(?P<d>\d{{1,2}}) tháng (?P<m>{_VI_MONTH})(?:,? năm|,)? (?P<y>\d{{4}})",
        rf"tháng (?P<m>{_VI_MONTH}) (?P<d>\d{{1,2}}), (?P<y>\d{{4}})",
        r"(?P<d>\d{1,2}) th(?P<m>\d{1,2}),? (?P<y>\d{4})",
        r"th(?P<m>\d{1,2}) (?P<d>\d{1,2}), (?P<y>\d{4})",
        rf"(?P<m>{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<m>{_MONTH})\.?,? (?P<y>\d{{4}})",
    )
)
_LABEL_OR_CLOCK = re.compile(rf"^\W*{_LABEL}\b|\b{_CLOCK}|\b(?:{_ZONE})\b", re.IGNORECASE)
_PLACE = re.compile(rf"({NAME_WORD}(?:[ -]{{1,3}}{NAME_WORD}){{0,4}})[,:] ?")
_FULL_DATE = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
_HEADER = re.compile(r"(?:date|ngày)[ :]+(\d{4})-(\d\d)-(\d\d)(?=\s|$)", re.IGNORECASE)


def leading_date(line: str) -> tuple[int, datetime.date] | None:
    """Return the length and the date of a header `date 2026-01-10` at the start of a line."""
    match = _HEADER.match(line)
    if match is None:
        return None
    found = _date(*match.groups())
    return None if found is None else (match.end(), found)


def date_line(line: str) -> datetime.date | None:
    """Return the date of a line that consists of a date, such as `Thứ Sáu, 9/1/2026, 10:30`.

    Day-first order is assumed, as in Vietnam, unless only month-first order gives a valid date.

    >>> date_line("Thứ Sáu, 9/1/2026, 10:30 (GMT+7)")
    datetime.date(2026, 1, 9)
    """
    if len(line) > 80:
        return None
    place = _PLACE.match(line)
    if place and (is_place(place[1]) or line[place.end() :].lower().startswith("ngày ")):
        line = line[place.end() :].rstrip(".")
    for date_format in _FORMATS:
        if match := date_format.fullmatch(line):
            year, month, day = match.group("y"), match.group("m"), match.group("d")
            return _date(year, month, day) or _date(year, day, month)
    return None


def bare_date(line: str) -> datetime.date | None:
    """Return the date of a line that has a date, perhaps with its weekday, and nothing else.

    >>> bare_date("2/9/1945"), bare_date("Cập nhật: 2/9/1945")
    (datetime.date(1945, 9, 2), None)
    """
    found = date_line(line)
    return None if found is None or _LABEL_OR_CLOCK.search(line) else found


def date_within(dateline: str) -> datetime.date | None:
    """Return the date in a dateline, or `None` if it has no year."""
    match = _FULL_DATE.search(dateline)
    return None if match is None else _date(*reversed(match.groups()))


def _date(year: str, month: str, day: str) -> datetime.date | None:
    if month.lower() in _SPELLED:
        month = str(_SPELLED.index(month.lower()) + 1)
    if not month.isdigit():
        name = month.lower()
        numbers = [i for i, known in enumerate(_MONTHS, 1) if known.startswith(name[:3])]
        if not numbers or not (_MONTHS[numbers[0] - 1].startswith(name) or name == "sept"):
            return None
        month = str(numbers[0])
    if not day.isdigit():
        return None
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:  # such as 31/2
        return None

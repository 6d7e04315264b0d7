"""`Quantity` and the types of its value.

Numbers are `int`, `Decimal` (a finite decimal) or `Fraction` (one third), never binary floats.
Dates, clock times and ranges have types of their own.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

KINDS = {
    "number": "a plain number: 1.400 người, 1,400 people, mười hai, twelve",
    "percent": "6,5%, 6.5 percent",
    "money": "an amount with its currency as unit: 1,2 triệu đồng, $2.3 billion",
    "measure": "an amount with a unit of measure or time: 160 km/h, 3 tháng, 48 hours",
    "fraction": "2/3, hai phần ba, two-thirds, half of",
    "ordinal": "thứ 190, thứ ba, 190th, third",
    "age": "28 tuổi, 28-year-old, aged 28; the unit is year, month, week or day",
    "label": "a number that is a name; the unit is what it names: Điều 5, Article 5, số 9",
    "magnitude": "an order of size: hàng nghìn, thousands of",
    "score": "2-1 as the result of a match; the value is a Range whose ends may fall",
    "range": "500-700; the value is a Range of numbers, dates or clock times",
    "date": "a day, month, quarter, half-year or year, as far as it is known",
    "lunar": "a day or month of the lunar calendar: 23 tháng Chạp, rằm tháng 8, mùng 1 Tết",
    "decade": "những năm 1970, the 1970s; the value is the first year",
    "century": "thế kỷ 21, the 21st century",
    "weekday": "thứ Hai, Monday; the value is 1 (Monday) to 7 (Sunday)",
    "relative": "hôm qua, last week: relative to a day that is not given",
    "time": "a time of day: 3 giờ chiều, 9h30, 8:46 a.m.",
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Date:
    """A date as far as it is known; unknown parts are `None`."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    half: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LunarDate:
    """A date of the Vietnamese lunar calendar as far as it is known; never equal to a `Date`."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Clock:
    """A time of day on the 24-hour clock, without a time zone."""

    hour: int
    minute: int = 0
    second: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A time relative to today: `offset` steps of `unit` (`"day"`, `"week"`, `"year"` ...)."""

    unit: str
    offset: int


Number = int | Decimal | Fraction
Scalar = Number | Date | LunarDate | Clock | Relative


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From `low` to `high`, inclusive; in a score, the two results in the order of the text."""

    low: Scalar
    high: Scalar


Value = Scalar | Range
Key = tuple[str, Value, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A typed value found in a text; `source[start:end] == text`.

    `kind` is a key of `KINDS`. `unit` is a canonical name that does not depend on the language
    (`"VND"`, `"km"`, `"percent"`, `"year"`), or empty. `alternative` is a second value that the
    same characters can have, if the notation is ambiguous: `3,500` in a Vietnamese text is
    3.5 by the standard, but many authors write 3500 this way. `certain` is false where the reading
    depends on a guess about the context: "2 tỷ 3" is usually 2.3 billion, but the 3 may belong to
    the next word. A reading that is not certain must not be used to change a text.
    """

    kind: str
    value: Value
    unit: str = ""
    text: str
    start: int
    end: int
    alternative: Number | None = None
    certain: bool = True

    @property
    def key(self) -> Key:
        """The kind, value and unit, equal for the same quantity in any language and notation."""
        return self.kind, self.value, self.unit

    @property
    def spelled(self) -> bool:
        """Whether it is written in words, without any digit."""
        return not any(character.isdigit() for character in self.text)


def exact(value: int | Fraction) -> Number:
    """Return the number as `int` if whole, as `Decimal` if its decimal form ends, or unchanged.

    >>> exact(Fraction(13, 2)), exact(Fraction(4, 2)), exact(Fraction(1, 3))
    (Decimal('6.5'), 2, Fraction(1, 3))
    """
    if isinstance(value, int) or value.denominator == 1:
        return int(value)
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest != 1:
        return value
    digits = abs(value.numerator) * 10**places // value.denominator
    sign = 1 if value < 0 else 0
    return Decimal((sign, tuple(int(digit) for digit in str(digits)), -places))


def is_day(year: int | None, month: int, day: int) -> bool:
    """Return whether the day exists; 29 February does if the year is unknown."""
    try:
        datetime.date(2000 if year is None else year, month, day)
    except ValueError:
        return False
    return True

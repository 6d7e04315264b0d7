"""Reading English quantities: the tables and the rules of the language."""

from __future__ import annotations

from fractions import Fraction

from vnsum.quantities import dates, units
from vnsum.quantities.core import (
    NEGATIVE_UNITS,
    read_to_second,
    CODED,
    Amounts,
    Found,
    Grammar,
    Rules,
    read_code,
    read_phone,
)  # fmt: skip
from vnsum.quantities.numerals import Numeral, Numerals
from vnsum.quantities.phrases import Phrases
from vnsum.quantities.resolve import Anchored
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Clock, Date, Range, Relative, exact, is_day


def words(text: str) -> frozenset[str]:
    """Return the words of a table cell."""
    return frozenset(text.split())


ONES = dict(zip(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], range(1, 20), strict=True,
))  # fmt: skip
TENS = dict(zip(
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True,
))  # fmt: skip
ORDINAL_ONES = dict(zip(
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"],
    range(1, 20), strict=True,
))  # fmt: skip
ORDINAL_TENS = {name[:-1] + "ieth": value for name, value in TENS.items()}
ORDINALS = {**ORDINAL_ONES, **ORDINAL_TENS, "hundredth": 100, "thousandth": 1000}
SCALES = Phrases(
    [("hundred", 100), ("thousand", 1000), ("million", 10**6), ("billion", 10**9),
     ("trillion", 10**12), ("quadrillion", 10**15), ("dozen", 12), ("bn", 10**9), ("mn", 10**6),
     ("tn", 10**12), ("k", 1000), ("mln", 10**6), ("bln", 10**9)]
)  # fmt: skip
PLURAL_SCALES = {
    "tens": 10, "dozens": 10, "hundreds": 100, "thousands": 1000, "millions": 10**6,
    "billions": 10**9, "trillions": 10**12,
}  # fmt: skip
SINGLE_SCALES = {"thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"), 1
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thur thurs", "friday fri",
         "saturday sat", "sunday sun"), 1
    )
    for name in names.split()
}  # fmt: skip
SHORT_WEEKDAYS = words("mon tue tues wed thu thur thurs fri sat sun")
MONTH_CUES = words(
    "in of on since until till by from last next this early late mid to and between before after"
    " during through every that every around"
)
YEAR_CUES = words("in since until till by from before after circa early late mid year to and of")
FRACTION_BOTTOMS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4,
    "fourths": 4, "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7,
    "eighth": 8, "eighths": 8, "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10,
}  # fmt: skip
COMMON_BOTTOMS = frozenset([2, 3, 4, 5, 6, 8, 10, 12, 16, 100])
NO_PLURALS = words("was has is its this as does says ends begins his us plus vs versus")
PEOPLE = words("people men women children police sheep fish students more other new different")
DATE_CUES = words("on dated since from until till by before after of")
ORDINAL_SUFFIXES = words("st nd rd th")


def spelled(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return a spelled-out number below a thousand and the index after it."""
    low = tokens.low
    first, end = _below_hundred(tokens, index)
    if not first:
        if low(index) == "a" and low(index + 1) in (
            "hundred",
            "thousand",
            "million",
            "billion",
            "trillion",
            "dozen",
        ):
            first, end = 1, index + 1
        else:
            return None
    if low(end) != "hundred":
        return first, end
    value, end = first * 100, end + 1
    at = end + 1 if low(end) == "and" else end
    rest, after = _below_hundred(tokens, at)
    return (value + rest, after) if rest else (value, end)


def _below_hundred(tokens: Tokens, index: int) -> tuple[int, int]:
    low = tokens.low(index)
    if low in ONES:
        return ONES[low], index + 1
    if low not in TENS:
        return 0, index
    at = index + 2 if tokens.is_dash(index + 1) and tokens[index + 2].glued else index + 1
    unit = ONES.get(tokens.low(at), 10)
    return (TENS[low] + unit, at + 1) if unit < 10 else (TENS[low], index + 1)


NUMERALS = Numerals(decimal=".", scales=SCALES, spelled=spelled, joins=frozenset(["and"]))


def counted(tokens: Tokens, index: int, numeral: Numeral) -> bool:
    """Return whether a bare number word counts something: not the pronoun "one"."""
    token = tokens[index]
    if numeral.words > 1:
        return True
    if token.is_capital and not tokens.starts_sentence(index) and tokens[index + 1].is_capital:
        return False
    return token.low not in ("one", "a") and not (
        tokens.is_dash(index - 1) and tokens[index].glued and tokens[index - 1].glued
    )


def is_year(tokens: Tokens, index: int, numeral: Numeral) -> bool:
    """Return whether an unmarked run of digits is a year: in 2009, but not 2000 people."""
    after = tokens[numeral.end]
    plural = after.low in PEOPLE or (
        after.low.endswith("s") and not after.is_capital and after.low not in NO_PLURALS
        and len(after.low) > 2
    )  # fmt: skip
    if plural:
        return False
    if 1900 <= numeral.value <= 2099:
        return True
    return (
        1100 <= numeral.value < 1900
        and tokens.low(index - 1) in YEAR_CUES
        and (not after.is_word or after.low in words("and to by but he she it they the a was when"))
    )


def _month(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return the month named at the token and the index after it, a full stop included."""
    number = MONTHS.get(tokens.low(index))
    if number is None or not tokens[index].is_capital:
        return None
    short = len(tokens[index].text) <= 4 and tokens[index].low not in ("may", "june", "july")
    return number, index + 2 if short and tokens[index + 1].text == "." else index + 1


ROMAN = {
    "ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xii": 12, "xiii": 13,
    "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21,
}  # fmt: skip


def read_roman(tokens: Tokens, index: int) -> Found | None:
    """Read the capital Roman numeral of "World War II"."""
    token = tokens[index]
    if not token.text.isupper() or token.glued or not tokens[index - 1].is_word:
        return None
    return Found("ordinal", ROMAN[token.low], "", index + 1)


def read_a_decade(tokens: Tokens, index: int) -> Found | None:
    """Read "a decade", "a century" as one of them, as "một thập kỷ" is read."""
    unit = tokens.low(index + 1)
    if unit not in ("decade", "century") or tokens.low(index - 1) in ("once", "twice", "times"):
        return None
    return Found("measure", 1, unit, index + 2)


def read_month(tokens: Tokens, index: int) -> Found | None:
    """Read "January 7, 2026", "January 7-9", "January 2026", "next February", "May"."""
    month = _month(tokens, index)
    if month is None:
        return None
    number, at = month
    day, end = _day(tokens, at)
    if day is not None and is_day(None, number, day):
        last = tokens.integer(end + 1, 2) if tokens.is_dash(end) and tokens[end].glued else None
        if last and last > day and is_day(None, number, last) and tokens[end + 2].text != "-":
            year, after = _year(tokens, end + 2)
            ends = (Date(year=year, month=number, day=part) for part in (day, last))
            return Found("range", Range(low=next(ends), high=next(ends)), "", after)
        return _finish(tokens, index, number, day, end)
    before = tokens.low(index - 1)
    year, end = _year(tokens, at)
    alone = tokens[index].low in (
        "may",
        "march",
        "august",
        "mar",
        "jan",
        "jun",
        "sep",
        "dec",
        "mon",
    )
    if year is None and alone and before not in MONTH_CUES and not tokens.is_dash(index - 1):
        return None
    return _finish(tokens, index, number, None, at)


def _finish(tokens: Tokens, index: int, month: int, day: int | None, end: int) -> Found:
    year, after = _year(tokens, end)
    if year is not None:
        valid = day is None or is_day(year, month, day)
        return Found("date", Date(year=year, month=month, day=day if valid else None), "", after)
    step = {"last": -1, "next": 1}.get(tokens.low(index - 1))
    if step is not None:
        return _anchor(Anchored(month=month, day=day, direction=step), end, index - 1)
    if tokens.low(index - 1) == "this" and day is None:
        return _anchor(Anchored(month=month, years=0), end, index - 1)
    years = {"last": -1, "this": 0, "next": 1}.get(tokens.low(end))
    if years is not None and tokens.low(end + 1) == "year":
        return _anchor(Anchored(month=month, day=day, years=years), end + 2)
    return Found("date", Date(month=month, day=day), "", end)


def _anchor(value: Anchored, end: int, start: int | None = None) -> Found:
    return Found("date", value, "", end, start)  # type: ignore[arg-type]  # resolved on return


def _day(tokens: Tokens, index: int) -> tuple[int | None, int]:
    at = index + 1 if tokens.low(index) == "the" else index
    day = tokens.integer(at, 2)
    if day is None:
        ordinal = _ordinal_words(tokens, at)
        return ordinal if ordinal and 1 <= ordinal[0] <= 31 else (None, index)
    if tokens[at + 1].low in ORDINAL_SUFFIXES and tokens[at + 1].glued:
        return day, at + 2
    after = tokens[at + 1]
    if after.glued and (after.is_word or after.text in "%:/"):
        return None, index
    return day, at + 1


def _year(tokens: Tokens, index: int) -> tuple[int | None, int]:
    at = index + 1 if tokens[index].text == "," or tokens.low(index) == "of" else index
    year = dates.year_number(tokens, at)
    if year is None or SCALES.match(tokens, at + 1) or tokens[at + 1].text == "%":
        return None, index
    if tokens.low(at + 1) in PEOPLE:
        return None, index
    return year, at + 1


def read_day_month(tokens: Tokens, index: int) -> Found | None:
    """Read "7 January 2026", "7th of January", "26-28 September"."""
    first, end = tokens.integer(index, 2), index + 1
    if first is None:
        return None
    last = first
    joined = (tokens.is_dash(end) and tokens[end].glued) or tokens.low(end) in ("to", "and")
    if joined and (tokens.integer(end + 1, 2) or 0) > first:
        last, end = tokens.integer(end + 1, 2) or first, end + 2
    if tokens[end].low in ORDINAL_SUFFIXES and tokens[end].glued:
        end += 1
        if tokens.low(end) == "of":
            end += 1
    month = _month(tokens, end)
    if month is None or not (is_day(None, month[0], first) and is_day(None, month[0], last)):
        return None
    found = _finish(tokens, index, month[0], last, month[1])
    if last > first and isinstance(found.value, Date):
        low = Date(year=found.value.year, month=month[0], day=first)
        return found._replace(kind="range", value=Range(low=low, high=found.value))
    return found


def read_written_date(tokens: Tokens, index: int) -> Found | None:
    """Read 1/7/2026 (month first) and 2026-01-09; a small a/b is a fraction without a cue."""
    if tokens[index + 1].text == "/" and (tokens.integer(index), tokens.integer(index + 2)) == (
        24,
        7,
    ):
        return CODED._replace(end=index + 3)
    top, bottom = tokens.integer(index, 3), tokens.integer(index + 2, 3)
    slash = tokens[index + 1].text == "/" and tokens[index + 1].glued and tokens[index + 2].glued
    cued = tokens.low(index - 1) in DATE_CUES
    if slash and top and bottom and top < bottom and not cued and tokens[index + 3].text != "/":
        if bottom in COMMON_BOTTOMS and not (top == 9 and bottom == 11):
            return Found("fraction", exact(Fraction(top, bottom)), "", index + 3)
    written = dates.read_written(tokens, index, day_first=False, cued=False)
    if written is None:
        if slash and top and bottom and top < bottom:
            return Found("fraction", exact(Fraction(top, bottom)), "", index + 3)
        return None
    kind = "range" if isinstance(written.value, Range) else "date"
    weak = tokens.low(index - 1) not in ("on", "dated", "since")
    open_to = slash and top and bottom and top < bottom and weak and bottom in COMMON_BOTTOMS
    alternative = exact(Fraction(top, bottom)) if open_to and top and bottom else None
    return Found(kind, written.value, "", written.end, None, alternative)


def _meridiem(tokens: Tokens, index: int) -> tuple[int, int] | None:
    low = tokens.low(index)
    if low in ("am", "pm"):
        return (12 if low == "pm" else 0), index + 1
    if low in ("a", "p") and tokens[index + 1].text == "." and tokens.low(index + 2) == "m":
        end = index + 4 if tokens[index + 3].text == "." and tokens[index + 3].glued else index + 3
        return (12 if low == "p" else 0), end
    return None


def read_clock(tokens: Tokens, index: int) -> Found | None:
    """Read 8:46 a.m., 5am, 15:00, 3 o'clock, 9-11 a.m."""
    first = _dotted_clock(tokens, index) or _clock(tokens, index)
    if first is None or not first[2]:
        return _bare_clock_range(tokens, index)
    value, end, _ = first
    if tokens.is_dash(end) or tokens.low(end) == "to":
        last = _clock(tokens, end + 1)
        if last and last[2]:
            return Found("range", Range(low=value, high=last[0]), "", last[1])
    return Found("time", value, "", end)


def _dotted_clock(tokens: Tokens, index: int) -> tuple[Clock, int, bool] | None:
    """12.41 am, the British way."""
    hour, _, minute = tokens[index].text.partition(".")
    half = _meridiem(tokens, index + 1) if len(minute) == 2 and minute.isdecimal() else None
    if half is None or not hour.isdecimal() or len(hour) > 2 or not 1 <= int(hour) <= 12:
        return None
    if int(minute) > 59:
        return None
    return Clock(hour=int(hour) % 12 + half[0], minute=int(minute)), half[1], True


def _bare_clock_range(tokens: Tokens, index: int) -> Found | None:
    low, joined = (
        tokens.integer(index, 2),
        tokens.is_dash(index + 1) or tokens.low(index + 1) == "to",
    )
    if low is None or not joined or low > 12:
        return None
    last = _clock(tokens, index + 2)
    if (
        last is None
        or not last[2]
        or (_meridiem(tokens, last[1] - 1) is None and (_meridiem(tokens, index + 3) is None))
    ):
        return None
    hour = low % 12 + (12 if last[0].hour >= 12 and low % 12 < last[0].hour % 12 else 0)
    return Found("range", Range(low=Clock(hour=hour), high=last[0]), "", last[1])


def _clock(tokens: Tokens, index: int) -> tuple[Clock, int, bool] | None:
    hour, end = tokens.integer(index, 2), index + 1
    if hour is None and tokens.low(index) in ONES and ONES[tokens.low(index)] <= 12:
        hour = ONES[tokens.low(index)]
    if hour is None or hour > 24:
        return None
    minute, sure = 0, False
    mark = tokens[end].text
    if exact_time := read_to_second(tokens, index):
        return exact_time[0], exact_time[1], True
    if mark == ":" and tokens[end].glued and len(tokens[end + 1].text) == 2:
        number = tokens.integer(end + 1, 2)
        if number is None or number > 59 or not tokens[end + 1].glued:
            return None
        minute, end, sure = number, end + 2, True
    elif (half := _meridiem(tokens, end)) and tokens[index].is_digits and hour <= 12:
        return Clock(hour=hour % 12 + half[0]), half[1], True
    if half := _meridiem(tokens, end):
        if not 1 <= hour <= 12:
            return Clock(hour=hour % 24, minute=minute), half[1], True
        return Clock(hour=hour % 12 + half[0], minute=minute), half[1], True
    clock = (
        tokens.low(end) == "o" and tokens[end + 1].text in "'’" and tokens.low(end + 2) == "clock"
    )
    if clock:
        end, sure = end + 3, True
        hour, end = _day_part(tokens, hour, end)
    return Clock(hour=hour % 24, minute=minute), end, sure


def _day_part(tokens: Tokens, hour: int, end: int) -> tuple[int, int]:
    part = tuple(tokens.low(end + i) for i in range(3))
    if part[:2] == ("in", "the") and part[2] in ("morning", "afternoon", "evening"):
        return hour % 12 + (0 if part[2] == "morning" else 12), end + 3
    if part[:2] == ("at", "night"):
        return hour % 12 + (12 if hour % 12 >= 6 else 0), end + 2
    return hour, end


def read_ordinal_digits(tokens: Tokens, index: int) -> Found | None:
    """Read 190th, 21st century, 1970s."""
    number = tokens.integer(index)
    suffix = tokens[index + 1]
    if number is None or not suffix.glued:
        return None
    owner = tokens.low(index - 1) in ("his", "her", "their", "my", "your", "our", "its")
    if suffix.low == "s" and owner and number % 10 == 0 and number < 100:
        return Found("age", number, "year", index + 2)
    if suffix.low == "s" and number % 10 == 0 and (len(tokens[index].text) in (2, 4)):
        return Found("decade", number + (1900 if number < 100 else 0), "", index + 2)
    if suffix.low in ORDINAL_SUFFIXES:
        return _ordinal(tokens, number, index + 2)
    return None


def _ordinal(tokens: Tokens, number: int, end: int) -> Found:
    at = end + 1 if tokens.is_dash(end) else end
    if tokens.low(at) in ("century", "centuries"):
        return Found("century", number, "", at + 1)
    if tokens.low(at) == "quarter" and 1 <= number <= 4:
        year, after = _year(tokens, at + 1)
        return Found("date", Date(year=year, quarter=number), "", after)
    return Found("ordinal", number, "", end)


def _ordinal_words(tokens: Tokens, index: int) -> tuple[int, int] | None:
    low = tokens.low(index)
    if low in ORDINALS:
        return ORDINALS[low], index + 1
    if low in TENS:
        at = index + 2 if tokens.is_dash(index + 1) else index + 1
        unit = ORDINAL_ONES.get(tokens.low(at), 10)
        if unit < 10:
            return TENS[low] + unit, at + 1
    return None


def read_ordinal(tokens: Tokens, index: int) -> Found | None:
    """Read first, third, twenty-first; "second" only where it is no unit of time."""
    found = _ordinal_words(tokens, index)
    if found is None:
        return None
    if tokens.low(index) == "second" and tokens.low(index - 1) in (
        "per",
        "a",
        "one",
        "each",
        "every",
    ):
        return None
    return _ordinal(tokens, found[0], found[1])


def read_parts(tokens: Tokens, index: int) -> Found | None:
    """Read two-thirds, one quarter of, three-fifths."""
    low = tokens.low(index)
    top = 1 if low in ("a", "one") else ONES.get(low, tokens.integer(index, 2) or 0)
    at = index + 2 if tokens.is_dash(index + 1) else index + 1
    bottom = FRACTION_BOTTOMS.get(tokens.low(at))
    if not top or not bottom or top >= bottom:
        return None
    plural = tokens.low(at).endswith("s") or tokens.low(at) == "halves"
    if top == 1 and tokens.low(at + 1) != "of" and not (low == "one" and bottom == 3):
        return None
    if top > 1 and not plural:
        return None
    return Found("fraction", exact(Fraction(top, bottom)), "", at + 1)


def read_half(tokens: Tokens, index: int) -> Found | None:
    """Read "half a million", "half of"."""
    at = index + 2 if tokens.low(index + 1) == "a" else index + 1
    scale, end = NUMERALS.scale(tokens, at)
    if scale >= 1000:
        kind, unit, end = AMOUNTS.unit(tokens, end, Numeral(Fraction(scale), end))
        return Found(kind, exact(Fraction(scale, 2)), unit, end)
    if tokens.low(index + 1) == "of":
        return Found("fraction", exact(Fraction(1, 2)), "", index + 1)
    return None


def read_and_a_half(tokens: Tokens, index: int) -> Found | None:
    """Read "two and a half million", "one and a half years"."""
    number = ONES.get(tokens.low(index), tokens.integer(index, 2))
    if not number or tuple(tokens.low(index + i) for i in (1, 2, 3)) != ("and", "a", "half"):
        return None
    scale, end = NUMERALS.scale(tokens, index + 4)
    numeral = Numeral((number + Fraction(1, 2)) * scale, end)
    kind, unit, end = AMOUNTS.unit(tokens, end, numeral)
    return Found(kind, exact(numeral.value), unit, end)


def read_magnitude(tokens: Tokens, index: int) -> Found | None:
    """Read "thousands of", "tens of millions", "several hundred"."""
    low = tokens.low(index)
    if low in PLURAL_SCALES:
        value, end = PLURAL_SCALES[low], index + 1
        while tokens.low(end) == "of" and tokens.low(end + 1) in PLURAL_SCALES:
            value, end = value * PLURAL_SCALES[tokens.low(end + 1)], end + 2
        return Found("magnitude", value, "", end)
    if low in SINGLE_SCALES:  # without a number: "a couple of thousand", "thousand-year-old"
        return Found("magnitude", SINGLE_SCALES[low], "", index + 1)
    scale, end = NUMERALS.scale(tokens, index + 1)
    return Found("magnitude", scale, "", end) if scale >= 100 else None


def read_age(tokens: Tokens, index: int) -> Found | None:
    """Read "aged 28", "age 28", "at the age of 28"."""
    at = index + 2 if tokens.low(index) == "age" and tokens.low(index + 1) == "of" else index + 1
    if at == index + 1 and tokens.low(index) == "age" and tokens.low(index - 1) in ("the", "an"):
        return None
    numeral = NUMERALS.read(tokens, at)
    if numeral is None or numeral.value > 150 or AMOUNTS.unit(tokens, numeral.end, numeral)[1]:
        return None
    if tokens.is_dash(numeral.end) and tokens[numeral.end + 1].is_digits:
        return None
    return Found("age", exact(numeral.value), "year", numeral.end)


DEICTIC_UNITS = words("week month quarter year")


def read_deictic(tokens: Tokens, index: int) -> Found | None:
    """Read "last week", "this year", "next month"; not "the last year of"."""
    unit = tokens.low(index + 1)
    offset = {"last": -1, "this": 0, "next": 1}[tokens.low(index)]
    if unit not in DEICTIC_UNITS or tokens.low(index - 1) == "the" or tokens.low(index + 2) == "of":
        return None
    return Found("relative", Relative(unit=unit, offset=offset), "", index + 2)


RELATIVE_DAYS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}


def read_relative_day(tokens: Tokens, index: int) -> Found | None:
    """Read yesterday, today, tonight, tomorrow."""
    offset = RELATIVE_DAYS[tokens.low(index)]
    return Found("relative", Relative(unit="day", offset=offset), "", index + 1)


def read_weekday(tokens: Tokens, index: int) -> Found | None:
    """Read Monday, Tues."""
    token = tokens[index]
    if not token.is_capital or (token.low in SHORT_WEEKDAYS and tokens[index + 1].text not in ".,"):
        return None
    return Found("weekday", WEEKDAYS[token.low], "", index + 1)


def read_quarter(tokens: Tokens, index: int) -> Found | None:
    """Read "Q1 2026"."""
    number = tokens.integer(index + 1, 1)
    if number is None or not 1 <= number <= 4 or not tokens[index + 1].glued:
        return None
    at = index + 3 if tokens[index + 2].text == "/" else index + 2
    year, end = _year(tokens, at)
    return Found("date", Date(year=year, quarter=number), "", end if year else index + 2)


def read_minus(tokens: Tokens, index: int) -> Found | None:
    """Read "minus 5 degrees"."""
    amount = AMOUNTS.amount(tokens, index + 1) if tokens[index + 1].is_digits else None
    if amount is None or amount.unit not in NEGATIVE_UNITS:
        return None
    return Found(amount.kind, exact(-amount.value), amount.unit, amount.end)


LABELS = Phrases(units.forms(units.LABELS, "en"))


def read_label(tokens: Tokens, index: int) -> Found | None:
    """Read "Article 5", "No. 9", "Highway 1"; "number 500 people" is none."""
    found = LABELS.match(tokens, index)
    if found is None:
        return None
    name, at = found
    number, follower = tokens.integer(at, 4), tokens[at + 1]
    if number is None or (tokens.low(index) == "p" and tokens[at - 1].text != "."):
        return None
    if follower.glued and (follower.text in "/-–%:" or follower.is_word):
        return None
    if AMOUNTS.unit(tokens, at + 1, Numeral(Fraction(number), at + 1))[1]:
        return None
    return Found("label", number, name, at + 1)


SYMBOLS = Phrases(
    [(form, name) for form, name in units.forms(units.CURRENCIES, "en") if not form[-1].isalpha()]
    + [("US$", "USD")]
    + [(row.name, row.name) for row in units.CURRENCIES if row.name != "cent"] + [("VNĐ", "VND")]
)  # fmt: skip
SHORT_SCALES = {"m": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12, "t": 10**12}


def read_currency_first(tokens: Tokens, index: int) -> Found | None:
    """Read "$5m", "US$14.7 billion", "VND 25,000", "$11,000 to $22,500"."""
    first = _money(tokens, index)
    if first is None:
        return None
    value, unit, end = first
    if tokens.low(end) in ("to", "and") or tokens.is_dash(end):
        opened = tokens.low(index - 1) in ("from", "between") or tokens.is_dash(end)
        other = _money(tokens, end + 1)
        if other is None and (opened or tokens.low(end) == "to") and tokens[end + 1].is_digits:
            more = NUMERALS.read(tokens, end + 1)
            other = (more.value, unit, more.end) if more else None
            if more and more.scaled and value < more.value and value < 1000:
                part = NUMERALS._part(tokens, end + 1)
                value = value * (more.value / part.value) if part and part.value else value
        if other and other[1] == unit and value < other[0] and (tokens.low(end) != "and" or opened):
            return Found("range", Range(low=exact(value), high=exact(other[0])), unit, other[2])
    return Found("money", exact(first[0]), unit, end)


def _money(tokens: Tokens, index: int) -> tuple[Fraction, str, int] | None:
    found = SYMBOLS.match(tokens, index)
    if found is None or not tokens[found[1]].is_digits:
        return None
    letters = tokens[index].is_word  # "a $5 note" is not in Australian dollars
    if letters and not (
        tokens[index].text.isupper() and (tokens[index + 1].glued or found[1] == index + 1)
    ):
        return None
    unit, at = found
    numeral = NUMERALS.read(tokens, at)
    if numeral is None:
        return None
    value, end = numeral.value, numeral.end
    if not numeral.scaled and tokens[end].glued and tokens.low(end) in SHORT_SCALES:
        value, end = value * SHORT_SCALES[tokens.low(end)], end + 1
    at = end + 1 if tokens.is_dash(end) and tokens[end].glued else end
    if not numeral.scaled and at > end and SCALES.match(tokens, at):
        scale, end = NUMERALS.scale(tokens, at)
        value *= scale
    return value, unit, end


def read_fixed_clock(tokens: Tokens, index: int) -> Found | None:
    """Read "at noon", "midnight"."""
    hour = 12 if tokens.low(index) == "noon" else 0
    return Found("time", Clock(hour=hour), "", index + 1)


_AGES = {
    "year": "years old, years-old, year old, year-old, year-olds, years of age, -year-old",
    "month": "months old, month old, month-old, months of age",
    "week": "weeks old, week-old",
    "day": "days old, day-old",
}
GRAMMAR = Grammar(
    numerals=NUMERALS,
    units=Phrases(units.forms(units.UNITS, "en")),
    currencies=Phrases(units.forms(units.CURRENCIES, "en")),
    percents=Phrases(units.forms(units.PERCENT, "en")),
    ages=Phrases([(form.strip().lstrip("-"), unit) for unit, cell in _AGES.items()
                  for form in cell.split(",")]),
    range_words=words("to and"),
    range_openers=words("from between"),
    score_cues=words("score won win wins beat beating beaten lost lose loss draw drew defeat "
                     "victory defeated lead led tie record"),
    not_units={"second": words("place half time team round largest"), "won": words("the a an gold")},
    counted=counted,
    is_year=is_year,
)  # fmt: skip
AMOUNTS = Amounts(GRAMMAR)
_NUMBER_RULES = (read_clock, read_parts, read_and_a_half, AMOUNTS.read)
RULES = Rules(
    digits=(
        read_code, read_phone, read_written_date, read_day_month, read_ordinal_digits, read_clock, 
        read_and_a_half, AMOUNTS.read,
    ),
    words={
        **dict.fromkeys(ONES, _NUMBER_RULES),
        **dict.fromkeys(TENS, (read_ordinal, AMOUNTS.read)),
        **dict.fromkeys([*ORDINAL_ONES, *ORDINAL_TENS, "hundredth", "thousandth"], (read_ordinal,)),
        **dict.fromkeys(MONTHS, (read_month,)),
        **dict.fromkeys(ROMAN, (read_roman,)),
        **dict.fromkeys(WEEKDAYS, (read_weekday,)),
        **dict.fromkeys([*PLURAL_SCALES, *SINGLE_SCALES], (read_magnitude,)),
        **dict.fromkeys(["several", "few"], (read_magnitude,)),
        **dict.fromkeys(["last", "this", "next"], (read_deictic,)),
        **dict.fromkeys(RELATIVE_DAYS, (read_relative_day,)),
        **dict.fromkeys(("article", "art", "clause", "paragraph", "chapter", "section", "part", "page", "p", "floor", "level", "room", "district", "ward", "grade", "highway", "national", "route", "interstate", "lane", "alley", "gate", "round", "episode", "volume", "phase", "stage", "type", "number", "no", "numbers", "nos", "hamlet"), (read_label,)),
        **dict.fromkeys(
            ["$", "us", "€", "£", "¥", "₫", "₩", "฿", "₽", "₹", "₱", "au", "ca", "s", "c", "nz",
             "hk", "nt", *(row.name.lower() for row in units.CURRENCIES), "vnđ"],
            (read_currency_first,)),
        "a": (read_parts, read_a_decade, read_currency_first, AMOUNTS.read),
        "half": (read_half,), "aged": (read_age,), "age": (read_age,), "q": (read_quarter,),
        "minus": (read_minus,), "noon": (read_fixed_clock,), "midnight": (read_fixed_clock,),
    },
)  # fmt: skip

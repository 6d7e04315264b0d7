"""Vietnamese years, half-years and quarters."""

from __future__ import annotations

import re

from vnsum.quantities import dates
from vnsum.quantities.amounts import short_years
from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Date, Range
from vnsum.quantities.vi.days import deictic
from vnsum.quantities.vi.numbers import AMOUNTS, NUMERALS
from vnsum.quantities.vi.spelled import digit_year, spelled
from vnsum.quantities.vi.tables import COUNTED, ROMAN, SCALES


def year_after(tokens: Tokens, index: int) -> tuple[int | None, int]:
    """Read "năm 2026", "/2026" or "-2026" after a day or month."""
    at = index + 1 if tokens[index].text == "," and tokens.low(index + 1) == "năm" else index
    if tokens.low(at) in ("năm", "/", "-", "–"):
        year = dates.year_number(tokens, at + 1)
        if year is not None and (tokens.low(at) == "năm" or tokens[at + 1].glued):
            return year, at + 2
    if tokens.low(at) == "năm" and (word := spelled_year(tokens, at + 1)):
        return word
    return None, index


def spelled_year(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return a year in words: hai không hai ba, một nghìn chín trăm bảy mươi lăm."""
    if year := digit_year(tokens, index):
        return year
    numeral = NUMERALS.read(tokens, index) if tokens[index].is_word else None
    if numeral is None or not numeral.scaled or not 1000 <= numeral.value < 2200:
        return None
    if numeral.value.denominator != 1 or AMOUNTS.unit(tokens, numeral.end)[1]:
        return None
    counts = numeral.words < 4 and tokens.low(numeral.end) in COUNTED  # năm hai nghìn người
    return None if counts else (int(numeral.value), numeral.end)


DOTTED_QUARTER = re.compile(r"([1-4])\.((?:19|20)\d\d)")
NOT_AFTER_SHORT_YEAR = words("trước sau tcn scn")  # từ năm 80 trước công nguyên
SHORT_YEAR_CUES = words("sinh hồi từ hè đầu cuối")  # sinh năm 95, sinh năm chín lăm


def _read_short_year(tokens: Tokens, index: int) -> Found | None:
    """Read "năm hai nghìn", and "sinh năm 95" and "hồi năm chín tám", which are not certain."""
    if word := spelled_year(tokens, index + 1):
        return Found("date", Date(year=word[0]), "", word[1])
    number, word = tokens.integer(index + 1, 2), None
    if tokens.low(index - 1) in SHORT_YEAR_CUES:
        word = spelled(tokens, index + 1) if number is None else (number, index + 2)
    if word is None or not 30 <= word[0] < 100:
        return None
    after, unit = tokens[word[1]], AMOUNTS.unit(tokens, word[1])[1]
    if unit or after.text in "%/-–" or after.low in COUNTED | NOT_AFTER_SHORT_YEAR:
        return None
    return Found("date", Date(year=1900 + word[0]), "", word[1], certain=False)


def read_year(tokens: Tokens, index: int) -> Found | None:
    """Read "năm 2009", "năm 2019-20", "năm ngoái"; "những năm 1970" is a decade."""
    year = dates.year_number(tokens, index + 1)
    decade = tokens.integer(index + 1, 2)
    if tokens.low(index - 1) == "những" and decade and decade % 10 == 0:
        return Found("decade", 1900 + decade, "", index + 2, index - 1)
    if year is None:
        return _read_short_year(tokens, index) or deictic(tokens, index, "year")
    if tokens.low(index - 1) in ("những", "thập"):
        return Found("decade", year, "", index + 2, index - 1) if year % 10 == 0 else None
    joined = tokens.is_dash(index + 2) and tokens[index + 2].glued
    years = short_years(tokens, index + 1) if joined else dates.read_season(tokens, index + 1)
    if years:
        return years
    last = (
        dates.year_number(tokens, index + 3) if joined or tokens.low(index + 2) == "đến" else None
    )
    if last is not None and last > year:
        return Found("range", Range(low=Date(year=year), high=Date(year=last)), "", index + 4)
    return Found("date", Date(year=year), "", index + 2)


def read_quarter(tokens: Tokens, index: int) -> Found | None:
    """Read "quý I", "quý 1/2026", "quý II năm 2026", "quý trước"."""
    at = index + 1
    if dotted := DOTTED_QUARTER.fullmatch(tokens[at].text):  # quý 3.2024
        return Found("date", Date(year=int(dotted[2]), quarter=int(dotted[1])), "", at + 1)
    number = quarter_number(tokens, at) or WORD_QUARTERS.get(tokens.low(at))
    if number is None:
        return deictic(tokens, index, "quarter")
    if tokens.low(at) == "một" and tokens.low(at + 1) == "lần":  # once a quarter
        return None
    if SCALES.match(tokens, at + 1):  # doanh thu quý 4 tỷ đồng
        return None
    year, end = year_after(tokens, at + 1)
    return Found("date", Date(year=year, quarter=number), "", end)


WORD_QUARTERS = {"một": 1, "hai": 2, "ba": 3, "tư": 4, "đầu": 1}


def quarter_number(tokens: Tokens, index: int) -> int | None:
    """Return the quarter at `index`, 1 to 4 or I to IV, if it is one."""
    number = tokens.integer(index, 1) or ROMAN.get(tokens.low(index))
    return number if number and number <= 4 else None


HALVES_OF_YEAR = {"đầu": 1, "cuối": 2}


def read_half_year(tokens: Tokens, index: int) -> Found | None:
    """Read "6 tháng đầu năm", "sáu tháng cuối năm 2025", "nửa đầu năm"."""
    if tokens.low(index) == "nửa":
        at = index + 1
    elif (tokens.integer(index) or tokens.low(index)) in (6, "sáu"):
        at = index + 2 if tokens.low(index + 1) == "tháng" else index
    else:
        return None
    half = HALVES_OF_YEAR.get(tokens.low(at))
    at = at + 2 if tokens.low(at + 1) == "của" else at + 1
    year = dates.year_number(tokens, at)
    if half is None or (tokens.low(at) != "năm" and year is None):
        return None
    if year is not None:
        return Found("date", Date(year=year, half=half), "", at + 1)
    year, end = year_after(tokens, at)
    if year is None and not deictic(tokens, at, "year"):  # "năm nay" is a date of its own
        end = at + 1
    return Found("date", Date(year=year, half=half), "", end)


def read_born(tokens: Tokens, index: int) -> Found | None:
    """Read "SN 1990" as a year."""
    year = dates.year_number(tokens, index + 1)
    return Found("date", Date(year=year), "", index + 2) if year else None

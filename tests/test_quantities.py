"""Properties of reading quantities, and the cases in cases/quantities.json."""

from __future__ import annotations

import calendar
import datetime
import json
import sys
import unicodedata
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum.errors import LanguageError
from vnsum.quantities import KINDS, Clock, Date, LunarDate, Range, Relative, read, read_all
from vnsum.quantities.values import exact

CASES = json.loads((Path(__file__).parent / "cases" / "quantities.json").read_text("utf-8"))
LANGS = ("vi", "en")
MONTHS = tuple(calendar.month_name)[1:]


def show(value: object) -> str:
    """Return a value in the notation of the case file."""
    if isinstance(value, Range):
        return f"{show(value.low)}..{show(value.high)}"
    if isinstance(value, Clock):
        return f"{value.hour:02d}:{value.minute:02d}"
    if isinstance(value, Relative):
        return f"{value.unit}{value.offset:+d}"
    if isinstance(value, LunarDate):
        return f"lunar {show(Date(year=value.year, month=value.month, day=value.day))}"
    if isinstance(value, Date):
        year = "????" if value.year is None else f"{value.year:04d}"
        if value.quarter:
            return f"{year}-Q{value.quarter}"
        if value.half:
            return f"{year}-H{value.half}"
        month = None if value.month is None else f"{value.month:02d}"
        if value.day:
            return f"{year}-{month or '??'}-{value.day:02d}"
        return f"{year}-{month}" if month else year
    return str(value)


def keys(text: str, lang: str) -> list[object]:
    return [quantity.key for quantity in read(text, lang=lang)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['lang']}: {case['label']}")
def test_case(case):
    published = datetime.date.fromisoformat(case["published"]) if "published" in case else None
    found = [
        {"kind": quantity.kind, "value": show(quantity.value), "unit": quantity.unit}
        for quantity in read(case["input"], lang=case["lang"], published=published)
    ]
    assert found == case["expected"]


def test_every_kind_has_a_case():
    assert {item["kind"] for case in CASES for item in case["expected"]} == set(KINDS)


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


@given(st.integers(0, 10**15))
def test_whole_numbers_are_read_alike_in_both_notations(number):
    expected = [("percent", number, "percent")]
    assert keys(f"tăng {grouped(number, '.')}%", "vi") == expected
    assert keys(f"rose {grouped(number, ',')}%", "en") == expected


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_decimals_are_exact_and_read_alike(whole, part):
    value = exact(Fraction(whole * 100 + part, 100))
    assert not isinstance(value, float)
    expected = [("money", value, "USD")]
    assert keys(f"trị giá {grouped(whole, '.')},{part:02d} USD", "vi") == expected
    assert keys(f"worth {grouped(whole, ',')}.{part:02d} USD", "en") == expected


SCALES = {"nghìn": "thousand", "triệu": "million", "tỷ": "billion", "nghìn tỷ": "trillion"}


@given(st.integers(11, 9999), st.sampled_from(sorted(SCALES)))
def test_scales_are_read_alike(tenths, scale):
    whole, part = divmod(tenths, 10)
    vi = keys(f"{grouped(whole, '.')},{part} {scale} đồng", "vi")
    en = keys(f"{grouped(whole, ',')}.{part} {SCALES[scale]} dong", "en")
    assert vi == en
    assert len(vi) == 1


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_dates_are_read_alike(day):
    expected = [("date", Date(year=day.year, month=day.month, day=day.day), "")]
    month = MONTHS[day.month - 1]
    for text in (
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        f"ngày {day.day}/{day.month}/{day.year}",
        f"ngày {day.day:02d}-{day.month:02d}-{day.year}",
        f"Ngày {day.day}.{day.month}.{day.year}",
    ):
        assert keys(text, "vi") == expected
    for text in (
        f"on {month} {day.day}, {day.year}",
        f"on {day.day} {month} {day.year}",
        f"on {day.month}/{day.day}/{day.year}",
        day.isoformat(),
    ):
        assert keys(text, "en") == expected


@given(st.integers(0, 23), st.integers(0, 59))
def test_clock_times_are_read_alike(hour, minute):
    expected = [("time", Clock(hour=hour, minute=minute), "")]
    half = "a.m." if hour < 12 else "p.m."
    assert keys(f"lúc {hour}h{minute:02d}", "vi") == expected
    assert keys(f"lúc {hour}:{minute:02d}", "vi") == expected
    assert keys(f"at {(hour - 1) % 12 + 1}:{minute:02d} {half}", "en") == expected


VI_DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
EN_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
EN_TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def vi_words(number: int, *, full: bool = False) -> str:
    """Spell a number below a billion in Vietnamese."""
    for scale, name in ((10**6, "triệu"), (1000, "nghìn")):
        if number >= scale:
            high, low = divmod(number, scale)
            rest = f" {vi_words(low, full=True)}" if low else ""
            return f"{vi_words(high)} {name}{rest}"
    hundreds, rest = divmod(number, 100)
    parts = [f"{VI_DIGITS[hundreds]} trăm"] if hundreds or full else []
    tens, ones = divmod(rest, 10)
    if tens == 0:
        return " ".join([*parts, *(["linh"] if parts and ones else []), *vi_one(ones, 0)])
    parts.append("mười" if tens == 1 else f"{VI_DIGITS[tens]} mươi")
    return " ".join([*parts, *vi_one(ones, tens)])


def vi_one(ones: int, tens: int) -> list[str]:
    special = {(5, True): "lăm", (1, tens > 1): "mốt" if tens > 1 else "một"}
    return [special.get((ones, tens > 0), VI_DIGITS[ones])] if ones else []


def en_words(number: int) -> str:
    """Spell a number below a billion in English."""
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            high, low = divmod(number, scale)
            return f"{en_words(high)} {name}" + (f" {en_words(low)}" if low else "")
    if number < 20:
        return EN_ONES[number]
    tens, ones = divmod(number, 10)
    return EN_TENS[tens] + (f"-{EN_ONES[ones]}" if ones else "")


@given(st.integers(11, 999_999_999))
def test_spelled_out_numbers_are_read_alike(number):
    expected = [("money", number, "USD")]
    assert keys(f"{vi_words(number)} đô la", "vi") == expected
    assert keys(f"{en_words(number)} dollars", "en") == expected


def test_the_same_amount_has_the_same_key():
    assert keys("1,2 triệu đồng", "vi") == keys("1.2 million dong", "en")


# The words of the cases and confusable pieces, for random texts.
WORDS = {word.strip(",.:;()") for case in CASES for word in case["input"].split()} - {""}
MARKS = "7 1 2026 1.5 1,234.5 / - – . , : % đồng $ US ² ٣ １ ́ ½ Ⅷ @ :// ( ) ' x +84 0912"
PIECES = st.sampled_from(sorted(WORDS) + MARKS.split() * 4)
MESSY = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", "\n"])), max_size=14).map(
    lambda parts: "".join(piece + space for piece, space in parts)
)


@given(st.one_of(st.text(), MESSY), st.sampled_from(LANGS))
def test_any_text_is_read_and_places_are_right(text, lang):
    end = 0
    for quantity in read(text, lang=lang):
        assert text[quantity.start : quantity.end] == quantity.text != ""
        assert quantity.start >= end
        assert quantity.kind in KINDS
        assert not isinstance(quantity.value, float)
        end = quantity.end


PARTS = (
    "5|A320|Covid-19|U23|-|+|/|3.5|84€|$12|quý ba|một nửa|năm ngoái|May 3rd|noon|pm|this May|tỷ|km"
    "|last year|first century|million|12|19h|two|thứ| "
)
GLUED = st.lists(st.sampled_from(PARTS.split("|")), max_size=9).map("".join)


@given(GLUED, st.sampled_from(LANGS))
def test_quantities_and_codes_do_not_overlap(text, lang):
    found = read_all(text, lang=lang)
    ends = [0, *(quantity.end for quantity in found)]
    assert all(before <= q.start < q.end for before, q in zip(ends, found, strict=False))


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("năm ngoái-345", "vi", ["năm ngoái", "345"]),
        ("quý ba09125", "vi", ["quý ba", "09125"]),
        ("3rd12", "en", ["3rd", "12"]),
        ("G7F0this May", "en", ["G7F0this"]),
        ("A320 2024km", "en", ["A320", "2024km"]),
    ],
)
def test_what_is_read_once_is_not_part_of_the_next(text, lang, found):
    assert [quantity.text for quantity in read_all(text, lang=lang)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\ud800 5 người", ["5"]),
        ("\x00 1/1", ["????-01-01"]),
        ("9" * 5000, []),  # too long for a number
        ("1" + ".000" * 3000, []),
    ],
)
def test_strange_text_is_no_error(text, found):
    for lang in LANGS:
        assert [show(quantity.value) for quantity in read(text, lang=lang)] == found


@given(MESSY, st.sampled_from(LANGS))
def test_decomposed_text_reads_the_same(text, lang):
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", composed)
    assert keys(composed, lang) == keys(decomposed, lang)


def count_calls(text, lang):
    """Return the number of calls, a measure of time that does not depend on the machine."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        read(text, lang=lang)
    finally:
        sys.setprofile(None)
    return count


UNITS = ("1", " 1", "1-", "1/", "1.", "hai ", "một trăm ", "1 triệu ", "two ", "$")
VIETNAMESE = (
    "8-3, ",
    "8, ",
    "1tr5-",
    "không phẩy ",
    "trăm ",
    "30 Tết ",
    "rằm tháng ",
    "T2,",
    "7 rưỡi ",
)
ENGLISH = ("first ", "full moon of the ", "half past ", "1/2 Le ", "5 years ")


@pytest.mark.parametrize(
    ("unit", "lang"),
    [
        *((unit, lang) for unit in UNITS for lang in LANGS),
        *((unit, "vi") for unit in VIETNAMESE),
        *((unit, "en") for unit in ENGLISH),
    ],
)
def test_rules_look_at_a_bounded_number_of_tokens(unit, lang):
    read(unit * 5000, lang=lang)  # fills caches
    assert count_calls(unit * 600, lang) <= 2.1 * count_calls(unit * 300, lang)


def test_ambiguous_notation_keeps_the_other_value():
    (quantity,) = read("cao 3,500 m", lang="vi")
    assert (quantity.value, quantity.alternative) == (Decimal("3.500"), 3500)


def test_unknown_language_is_an_error_that_says_what_to_do():
    with pytest.raises(LanguageError, match="unknown language 'fr'"):
        read("5", lang="fr")

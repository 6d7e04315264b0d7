"""Colloquial amounts, spelled-out units, clock times, weekdays and periods in both languages."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum.assembly.dates import resolve_dates
from vnsum.checks import check
from vnsum.quantities import Clock, Date, Range, read
from vnsum.quantities.units import UNITS
from vnsum.quantities.values import exact


def keys(text: str, lang: str = "vi") -> list[tuple[object, ...]]:
    return [quantity.key for quantity in read(text, lang=lang)]


def dates_of(findings):
    return [finding for finding in findings if finding.kind in ("number", "date")]


INNER = st.sampled_from(
    [
        ("tr", "number", 10**6, ""),
        ("tỷ", "number", 10**9, ""),
        ("k", "number", 1000, ""),
        ("kg", "measure", 1, "kg"),
        ("km", "measure", 1, "km"),
        ("tấn", "measure", 1, "t"),
    ]
)


@given(st.integers(1, 999), st.integers(4, 99), INNER)
def test_digits_after_a_unit_are_its_decimals(whole, part, inner):
    name, kind, size, unit = inner
    value = exact((whole + Fraction(part, 10 ** len(str(part)))) * size)
    assert keys(f"Mua hết {whole}{name}{part} thôi.") == [(kind, value, unit)]


@pytest.mark.parametrize(
    ("text", "expected", "certain"),
    [
        ("ship 25K", ("number", 25000, ""), False),
        ("giá 85K/kg", ("number", 85000, ""), True),
        ("trả 30K đồng", ("money", 30000, "VND"), True),
        ("3,4M lượt xem", ("number", 3400000, ""), True),
        ("nhẫn vàng 18K", ("measure", 18, "karat"), True),
        ("bán lại 3tr2 đồng", ("money", 3200000, "VND"), True),
        ("nhà 4t5", ("number", 4500000000, ""), False),
        ("EUR19,50", ("money", exact(Fraction(39, 2)), "EUR"), True),
        ("mặt đất 8m2", ("measure", 8, "m2"), True),
        ("dài 3 ki lô mét", ("measure", 3, "km"), True),
        ("sâu 7 xăng ti mét", ("measure", 7, "cm"), True),
        ("rót 20 mi li lít", ("measure", 20, "ml"), True),
        ("nặng 4 ki lô", ("measure", 4, "kg"), True),
        ("dòng 16 am pe", ("measure", 16, "A"), True),
        ("điện 110v", ("measure", 110, "V"), True),
        ("sâu năm mét hai", ("measure", exact(Fraction(26, 5)), "m"), False),
        ("nặng 6 ký 4 và", ("measure", exact(Fraction(32, 5)), "kg"), False),
        ("cao hơn 1m4", ("measure", exact(Fraction(7, 5)), "m"), True),
        ("tường cao 2m2", ("measure", exact(Fraction(11, 5)), "m"), True),
        ("lô đất 7 tỷ 4 đã cọc", ("number", 7400000000, ""), False),
        ("cách 4 250 km", ("measure", 4250, "km"), True),
        ("8 300 công nhân", ("number", 8300, ""), True),
        ("cao 1 mét 6", ("measure", exact(Fraction(8, 5)), "m"), False),
        ("hẹn 8 rưỡi nhé", ("time", Clock(hour=8, minute=30), ""), False),
        ("giá 3tr2-4tr", ("range", Range(low=3200000, high=4000000), ""), True),
        ("dài 6 đề xi mét", ("measure", 6, "dm"), True),
        ("nhân đôi", ("number", 2, ""), True),
        ("chạy 45s", ("measure", 45, "second"), True),
        ("ba tá bút", ("number", 36, ""), True),
        ("lãi gấp đôi", ("number", 2, ""), True),
        ("án 4 năm 6 tháng tù", ("measure", exact(Fraction(9, 2)), "year"), True),
        ("6 tháng cuối năm 2024", ("date", Date(year=2024, half=2), ""), True),
        ("nửa đầu năm 2024", ("date", Date(year=2024, half=1), ""), True),
        ("9 rưỡi tối", ("time", Clock(hour=21, minute=30), ""), True),
        ("8 giờ kém mười lăm", ("time", Clock(hour=7, minute=45), ""), True),
        ("10 giờ kém 5", ("time", Clock(hour=9, minute=55), ""), True),
        ("tối CN", ("weekday", 7, ""), True),
        ("chúa nhật", ("weekday", 7, ""), True),
        ("sáng T6", ("weekday", 5, ""), True),
    ],
)
def test_vietnamese_forms(text, expected, certain):
    (quantity,) = read(text, lang="vi")
    assert (quantity.key, quantity.certain) == (expected, certain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at half past six", ("time", Clock(hour=6, minute=30), "")),
        ("a quarter to four in the afternoon", ("time", Clock(hour=15, minute=45), "")),
        ("quarter past 10 a.m.", ("time", Clock(hour=10, minute=15), "")),
        ("twenty minutes to one", ("time", Clock(hour=0, minute=40), "")),
        ("the first half of the year", ("date", Date(half=1), "")),
        ("the last six months of the year", ("date", Date(half=2), "")),
        ("the second half of 2024", ("date", Date(year=2024, half=2), "")),
        ("prices quadrupled", ("number", 4, "")),
        ("four years and six months", ("measure", exact(Fraction(9, 2)), "year")),
        ("half-past nine", ("time", Clock(hour=9, minute=30), "")),
        ("half a dozen", ("number", 6, "")),
        ("four-and-a-half-year", ("measure", exact(Fraction(9, 2)), "year")),
        ("H2 2024", ("date", Date(year=2024, half=2), "")),
        ("22K gold", ("measure", 22, "karat")),
        ("3.4M views", ("number", 3400000, "")),
        ("dropped to minus nine", ("number", -9, "")),
        ("some 7 250 km", ("measure", 7250, "km")),
        ("a 6m-pound house", ("measure", 6000000, "pound")),
        ("9m dong", ("money", 9000000, "VND")),
        ("two thousand four hundred million euros", ("money", 2400000000, "EUR")),
    ],
)
def test_english_forms(text, expected):
    assert keys(text, "en") == [expected]


@pytest.mark.parametrize(
    ("text", "lang", "texts"),
    [
        ("màn hình 4K, ga T3, T9/2024, Bộ KHCN", "vi", []),
        ("v.v. và 5 v.v.", "vi", ["5"]),
        ("xe 24k7 - 1821, iPhone 6s, biển 47K-1234", "vi", ["1821"]),
        ("những năm 60s", "vi", ["những năm 60"]),
        ("cần gấp hai người", "vi", ["hai"]),
        ("a 4K screen by 3M", "en", []),
        ("they doubled down twice as often", "en", ["twice"]),
        ("ten to twelve people", "en", ["ten to twelve"]),
        ("ngày 4 250 người", "vi", ["ngày 4", "250"]),
        ("lùi 2 mét 3 người", "vi", ["2 mét", "3"]),
        ("on 4 250 people", "en", ["4", "250"]),
        ("a 9m wide road", "en", ["9m"]),
        ("House number 8/3, No. 14/2, 7/9 Le Loi Street, at 3/4, Le Lai", "en", []),
        ("from 5 years to 6 months", "en", ["5 years", "6 months"]),
        ("a quarter to Hanoi", "en", []),
    ],
)
def test_names_and_other_words_are_not_amounts(text, lang, texts):
    assert [quantity.text for quantity in read(text, lang=lang)] == texts


@pytest.mark.parametrize(
    ("source", "right", "wrong"),
    [
        ("Xe giá 8tr4.", "The bike costs 8.4 million.", "The bike costs 8 million."),
        ("Đường dài 12 ki lô mét.", "The road is 12 kilometres long.", "The load is 12 kg."),
        (
            "Tiệm mở lúc 6 rưỡi sáng.",
            "The shop opens at half past six.",
            "The shop opens at 6 a.m.",
        ),
        (
            "6 tháng đầu năm, hãng lỗ.",
            "The firm lost in the first half.",
            "The firm lost in the second half.",
        ),
        ("Anh lĩnh 3 năm 6 tháng tù.", "He got three and a half years.", "He got three years."),
        ("Giá tăng gấp 4 lần.", "Prices quadrupled.", "Prices doubled."),
        (
            "Tối CN 8/3 có hội.",
            "The fair is on Sunday night, 8 March.",
            "The fair is on Friday, 8 March.",
        ),
    ],
)
def test_checks(source, right, wrong):
    assert dates_of(check(source, right)) == []
    assert [finding.severity for finding in dates_of(check(source, wrong))] == ["error"]


@pytest.mark.parametrize("row", [row for row in UNITS if "-" in row.vi], ids=lambda row: row.name)
def test_units_with_hyphens_are_read_with_spaces(row):
    form = next(form for form in row.vi.split(", ") if "-" in form)
    assert keys(f"đo được 5 {form.replace('-', ' ')}.") == keys(f"đo được 5 {form}.")
    assert keys(f"đo được 5 {form}.")[0][2] == row.name


@given(
    st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)),
    st.integers(-1, 1),
    st.integers(1, 7),
)
def test_a_weekday_of_a_week_resolves_to_that_day(published, week, weekday):
    word = {-1: "trước", 0: "này", 1: "tới"}[week]
    day = "Chủ nhật" if weekday == 7 else f"thứ {weekday + 1}"
    (found,) = resolve_dates(f"Họ gặp nhau {day} tuần {word}.", "vi", published)
    resolved = datetime.date.fromisoformat(found.iso)
    assert resolved.isoweekday() == weekday
    assert (
        resolved.isocalendar()[:2] == (published + datetime.timedelta(weeks=week)).isocalendar()[:2]
    )
    assert found.text == f"{day} tuần {word}"

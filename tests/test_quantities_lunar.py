"""Dates of the lunar calendar are read, compared and written as a kind of their own."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum.assembly.dates import resolve_dates
from vnsum.checks import check
from vnsum.languages.en import MONTHS
from vnsum.quantities import Date, LunarDate, read
from vnsum.quantities.writing import slash_dates, write

PUBLISHED = datetime.date(2026, 2, 20)
DAYS = st.builds(
    lambda month, day: LunarDate(month=month, day=day), st.integers(1, 12), st.integers(1, 30)
)
EXISTING = DAYS.filter(lambda date: (date.month, date.day) != (2, 30))


def name_month(month: int) -> str:
    return {1: "tháng Giêng", 12: "tháng Chạp"}.get(month, f"tháng {month} âm lịch")


def write_vietnamese(date: LunarDate) -> list[str]:
    first = f"mùng {date.day}" if date.day <= 10 else f"ngày {date.day}"
    return [
        f"{first.removeprefix('ngày ')} {name_month(date.month)}",
        f"{date.day}/{date.month} âm lịch",
        f"ngày {date.day}-{date.month} (âm lịch)",
        f"ngày âm lịch {date.day}/{date.month}",
        f"{date.day} tháng {date.month} năm Ất Tỵ",
    ]


def dates_of(findings):
    return [finding for finding in findings if finding.kind in ("number", "date")]


@given(DAYS)
def test_lunar_days_are_read_alike(date):
    for text in write_vietnamese(date):
        assert [q.key for q in read(f"Hội mở {text}.", lang="vi")] == [("lunar", date, "")], text
    for lang in ("vi", "en"):
        (quantity,) = read(write_vietnamese(date)[0], lang="vi")
        for form in write(quantity, lang=lang):
            assert [q.value for q in read(f"({form})", lang=lang)] == [date], form


@given(EXISTING)
def test_a_lunar_day_is_never_a_day_of_the_other_calendar(date):
    gregorian = f"The fair opened on {MONTHS[date.month - 1]} {date.day}."
    for text in write_vietnamese(date):
        source = f"Hội mở {text}."
        assert [f.severity for f in dates_of(check(source, gregorian))] == ["error"], text
        assert resolve_dates(source, "vi", PUBLISHED) == ()
        lunar = write(read(source, lang="vi")[0], lang="en")
        assert not dates_of(check(source, f"The fair opened on {lunar[0]}."))
        assert not any(MONTHS[date.month - 1] in form for form in lunar)


@pytest.mark.parametrize(
    ("text", "date", "certain"),
    [
        ("rằm tháng Bảy", LunarDate(month=7, day=15), True),
        ("rằm tháng mười một", LunarDate(month=11, day=15), True),
        ("ngày rằm", LunarDate(day=15), True),
        ("chiều 29 Tết", LunarDate(month=12, day=29), True),
        ("ba mươi Tết", LunarDate(month=12, day=30), True),
        ("hăm ba tháng Chạp", LunarDate(month=12, day=23), True),
        ("tháng Giêng", LunarDate(month=1), False),
        ("Làng mở hội ngày 20 tháng Giêng", LunarDate(month=1, day=20), True),
        ("Vu Lan là ngày 15/7", LunarDate(month=7, day=15), True),
        ("Tết Đoan Ngọ mùng 5 tháng 5", LunarDate(month=5, day=5), True),
        ("Trung thu vào 25/9", Date(month=9, day=25), True),
        ("Mồng 5 Tết", LunarDate(month=1, day=5), True),
        ("tháng 7 âm lịch", LunarDate(month=7), True),
        ("15-8 ÂL", LunarDate(month=8, day=15), True),
        ("tối 23 Chạp", LunarDate(month=12, day=23), True),
        ("âm lịch là 5-5", LunarDate(month=5, day=5), True),
        ("Giỗ tổ nghề 12-8", LunarDate(month=8, day=12), True),
        ("Giỗ ông nội 12/8", LunarDate(month=8, day=12), False),
        ("12 tháng 8 ta", LunarDate(month=8, day=12), True),
        ("tháng 9 ta trời mát", LunarDate(month=9), False),
        ("ngày 9 tháng 4 ta thắng lớn", LunarDate(month=4, day=9), False),
        ("12/8 theo lịch ta", LunarDate(month=8, day=12), True),
        ("ba mươi tháng hai (tính theo âm lịch)", LunarDate(month=2, day=30), True),
        ("mồng Năm tháng Năm âm lịch", LunarDate(month=5, day=5), True),
        ("sáng mùng 4", LunarDate(day=4), False),
        ("đêm giao thừa", LunarDate(month=12, day=30), False),
        ("mùng 2/9", Date(month=9, day=2), False),
        ("ngày 20 tháng Giêng", LunarDate(month=1, day=20), False),
        ("ngày 20 tháng Giêng năm 2021", Date(year=2021, month=1, day=20), False),
        ("mùng 1 Tết Dương lịch", Date(day=1), True),
        ("15/8 dương lịch", Date(month=8, day=15), True),
        ("tháng 8 năm 2020", Date(year=2020, month=8), True),
    ],
)
def test_vietnamese_words_of_the_lunar_calendar(text, date, certain):
    (quantity,) = read(text, lang="vi")
    assert (quantity.value, quantity.certain) == (date, certain)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("the full moon of the first lunar month", LunarDate(month=1, day=15)),
        ("tenth day of the third month of the lunar calendar", LunarDate(month=3, day=10)),
        ("the last lunar month", LunarDate(month=12)),
        ("the third day of the Lunar New Year", LunarDate(month=1, day=3)),
        ("Tet's Eve", LunarDate(month=12, day=30)),
        ("New Year’s Eve", LunarDate(month=12, day=30)),
        ("the 10th of March in the lunar calendar", LunarDate(month=3, day=10)),
        ("lunar August 15", LunarDate(month=8, day=15)),
        ("10 March", Date(month=3, day=10)),
    ],
)
def test_english_words_of_the_lunar_calendar(text, date):
    (quantity,) = read(text, lang="en")
    assert quantity.value == date


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (
            "Rằm tháng Tám, trẻ em rước đèn.",
            "Children play on the full moon of the eighth lunar month.",
        ),
        ("Mùng 2 Tết, họ về quê.", "They went home on the second day of the new year."),
        ("Tối 30 Tết, chợ vắng.", "The market was empty on New Year's Eve."),
        ("Tháng Giêng, họ trồng cây.", "They plant trees in the first lunar month."),
        ("Tháng Giêng, họ trồng cây.", "They plant trees in the first month of the year."),
        ("Tháng Giêng, họ trồng cây.", "They plant trees in January."),
        (
            "Họ nghỉ từ 26 tháng Chạp đến mùng 6 Tết.",
            "They are off from the 26th day of the twelfth lunar month to the sixth day of Tet.",
        ),
    ],
)
def test_right_translations_have_no_finding(source, target):
    assert dates_of(check(source, target)) == []
    assert dates_of(check(target, source, source_lang="en", target_lang="vi")) == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Mùng 2 Tết, họ về quê.", "They went home on 2 January."),
        ("Ngày 24 tháng Chạp, chợ đóng.", "The market closes on the 24th day of winter."),
        ("Rằm tháng Tám, trẻ em rước đèn.", "Children carry lanterns on August 15."),
        ("Tết Hàn thực là 3/3.", "The Cold Food Festival is on 3 March."),
        ("Ngày 9 tháng Chạp, chợ đóng.", "The market closes on the 8th of the last lunar month."),
    ],
)
def test_wrong_translations_are_errors(source, target):
    assert [finding.severity for finding in dates_of(check(source, target))] == ["error"]


def test_lunar_dates_get_slashes():
    assert slash_dates("Lễ ngày 10-3 âm lịch, thắng 3-1.") == "Lễ ngày 10/3 âm lịch, thắng 3-1."


def test_a_date_that_may_be_lunar_is_not_resolved():
    assert resolve_dates("Hội mở mùng 3 tháng 2.", "vi", PUBLISHED) == ()
    (found,) = resolve_dates("Hội mở ngày 3 tháng 2.", "vi", PUBLISHED)
    assert found.iso == "2026-02-03"

"""Days written with a hyphen, as opposed to ranges and scores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnsum.checks import check
from vnsum.languages.en import MONTHS
from vnsum.quantities import Date, read
from vnsum.quantities.writing import slash_dates

CUES = (
    "kể từ {}, giá tăng",
    "Hạn chót: {}.",
    "hôm nay ({})",
    "sáng sớm {}, xe chạy",
    "Chủ nhật ({}) có mưa",
    "từ 1-1 đến {}.",
    "trong các ngày 1, 2 và {}",
    "lúc 9 giờ {}, mưa",
)


@given(st.dates(), st.sampled_from(CUES))
def test_days_after_a_word_that_announces_them(day, cue):
    text = cue.format(f"{day.day}-{day.month}")
    found = read(text, lang="vi")
    expected = Date(month=day.month, day=day.day)
    assert [(q.kind, q.value, q.certain) for q in found if q.value == expected] != [], text
    assert all(quantity.certain for quantity in found)
    assert f"{day.day}/{day.month}" in slash_dates(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Phiên họp 27-11 bàn về giá.", [(27, 11)]),
        ("Tuần từ 2-3 đến 8-3, mưa ít.", [(2, 3), (8, 3)]),
        ("mở cửa từ 3 đến 6-9 tại Huế", [(3, None), (6, 9)]),
        ("các ngày 3, 4 hoặc 5-6", [(3, None), (4, None), (5, 6)]),
        ("trước 20-7 phải xong", [(20, 7)]),
        ("đến 9-5, họ về", [(9, 5)]),
        ("chủ nhật vừa qua, 7-6", [(7, 6)]),
        ("thứ 7, 9-5, họ gặp nhau", [(9, 5)]),
        ("Hạn nhận bài dự thi là 9-5", [(9, 5)]),
        ("từ 19h 9-5 đến 5h 10-5", [(9, 5), (10, 5)]),
    ],
)
def test_days_by_their_numbers(text, days):
    found = [q for q in read(text, lang="vi") if q.kind == "date"]
    assert [(q.value.day, q.value.month) for q in found] == days
    assert all(quantity.certain for quantity in found)


@pytest.mark.parametrize(
    "text",
    [
        "phạt từ 2-7 năm tù",
        "đội nhà thắng 4-1",
        "có 6-8 người",
        "từ 4-6 học sinh",
        "trước 3-5 ngày",
        "sau 2-3 tuần",
        "giá từ 3-5 triệu đồng",
        "tăng từ 7-9%",
        "gió cấp 6-7",
        "từ 5 đến 7-8 người",
        "hòa 2-2 hôm nay",
        "thua 12-3",
        "giờ 8-11",
        "vượt qua 3-4 vòng",
        "căn 15-3",
        "ván 21-9",
        "ISBN 978-604-1-12345",
    ],
)
def test_ranges_and_scores_are_no_days(text):
    assert "date" not in {quantity.kind for quantity in read(text, lang="vi")}
    assert slash_dates(text) == text


def test_a_range_after_a_word_for_a_time_is_not_certain_to_be_a_day():
    (quantity,) = (q for q in read("đến nay 3-4 kho đã cháy", lang="vi") if "3" in q.text)
    assert not (quantity.kind == "date" and quantity.certain)


def test_a_number_that_may_be_the_set_of_a_match_is_not_certain():
    found = read("Kết quả: 21-9, 21-12.", lang="vi")
    assert [quantity.certain for quantity in found if quantity.kind == "date"] == [False, False]
    assert slash_dates("Kết quả: 21-9, 21-12.") == "Kết quả: 21-9, 21-12."


@given(st.integers(13, 30), st.integers(1, 12).filter(lambda month: month != 2))
def test_the_check_agrees_with_the_translation(day, month):
    source, name = f"Lễ hội kéo dài đến {day}-{month}.", MONTHS[month - 1]
    found = check(source, f"The festival lasts until {name} {day}.")
    assert not [finding for finding in found if finding.kind in ("number", "date")]
    found = check(source, f"The festival lasts until {name} {day - 1}.")
    assert [finding.kind for finding in found] == ["date"]


def test_spans_of_days_get_slashes():
    assert slash_dates("mở từ 8-3 - 10-3, hoặc 5-7 tháng 3") == "mở từ 8/3 - 10/3, hoặc 5-7 tháng 3"


def test_a_street_may_be_named_after_a_day():
    (day, _) = read("đường 30-4, quận 1", lang="vi")
    assert (day.value, day.certain) == (Date(month=4, day=30), False)

"""Properties of reading Vietnamese numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vnsum.quantities import Date, read

DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
SCALES = ((10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn"))
SOUTHERN = {"nghìn": "ngàn", "tỷ": "tỉ", "linh": "lẻ", "bảy": "bẩy"}


def write_ones(ones: int, tens: int) -> str:
    special = {1: "mốt", 4: "tư", 5: "lăm"} if tens > 1 else {5: "lăm"} if tens else {}
    return special.get(ones, DIGITS[ones])


def write_group(number: int, *, full: bool, short: bool) -> str:
    """Write a number below a thousand; `full` adds the hundreds if there are none."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    parts = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    if short and hundreds and tens and not ones and tens not in (1, 5):
        return " ".join([*parts, DIGITS[tens] if tens != 4 else "tư"])  # hai trăm tư
    if tens:
        # "hai mốt", but "năm mươi mốt": "năm" is also the word for year
        drop = short and tens > 1 and tens != 5 and (ones in (1, 4, 5) or (bool(parts) and ones))
        parts += [DIGITS[tens]] if drop else [DIGITS[tens], "mươi"] if tens > 1 else ["mười"]
    elif ones and parts:
        parts.append("linh")
    return " ".join([*parts, write_ones(ones, tens)] if ones else parts)


def write_words(number: int, *, short: bool = False, full: bool = False) -> str:
    for scale, name in SCALES:
        if number < scale:
            continue
        high, low = divmod(number, scale)
        head = f"{write_words(high, short=short, full=full)} {name}"
        if (
            short
            and scale < 10**9
            and low
            and low % (scale // 10) == 0
            and low // (scale // 10) != 5
        ):
            return f"{head} {write_ones(low // (scale // 10), 2)}"  # ba triệu tư
        if not low:
            return head
        # "không nghìn": a group of zeros before the last one is written, so that the
        # hundreds after it do not count thousands
        zero = " không nghìn" if scale >= 10**6 and 0 < low < 1000 else ""
        return f"{head}{zero} {write_words(low, short=short, full=True)}"
    return write_group(number, full=full, short=short)


def write_southern(number: int) -> str:
    return " ".join(SOUTHERN.get(word, word) for word in write_words(number).split())


def write_short(number: int) -> str:
    return write_words(number, short=True)


NUMBERS = st.one_of(
    st.integers(11, 10**15),
    st.integers(11, 9999),
    st.tuples(st.integers(1, 999), st.sampled_from([10, 1000, 10**6, 10**9, 10**12, 10**14])).map(
        lambda pair: max(11, pair[0] * pair[1])
    ),
)  # fmt: skip


@pytest.mark.parametrize("write", [write_words, write_southern, write_short])
@given(number=NUMBERS)
@example(number=10**15)
@example(number=2_000_300)
@example(number=1_200_000_000_000_000)
@example(number=22_700_000_000_000)
@example(number=3_007_000_000_000)
@example(number=1_000_000_005)
def test_numbers_in_words_read_back(write, number):
    words = write(number)
    for unit, key in (
        ("đô la", ("money", number, "USD")),
        ("phần trăm", ("percent", number, "percent")),
    ):
        (quantity,) = read(f"{words} {unit}", lang="vi")
        assert quantity.key == key, words
        assert quantity.certain


def test_the_writers_write_the_usual_forms():
    assert write_words(2_304_021) == "hai triệu ba trăm linh bốn nghìn không trăm hai mươi mốt"
    assert write_southern(1_007) == "một ngàn không trăm lẻ bẩy"
    assert [write_short(n) for n in (21, 84, 120, 3_400_000, 2_136)] == [
        "hai mốt", "tám tư", "một trăm hai", "ba triệu tư", "hai nghìn một trăm ba sáu"
    ]  # fmt: skip


@given(st.integers(1, 99), st.integers(1, 99))
def test_decimals_in_words_read_back(whole, part):
    digits = " ".join(DIGITS[int(digit)] for digit in f"{part:02d}")
    (quantity,) = read(f"{write_words(whole)} phẩy {digits} phần trăm", lang="vi")
    assert quantity.value * 100 == whole * 100 + part
    assert quantity.kind == "percent"


@given(st.integers(1000, 2099))
def test_years_that_are_read_out_digit_by_digit(year):
    digits = " ".join(DIGITS[int(digit)] for digit in str(year))
    (quantity,) = read(f"Từ năm {digits}, giá tăng.", lang="vi")
    assert quantity.key == ("date", Date(year=year), "")
    (quantity,) = read(f"Từ năm {write_words(year)}, giá tăng.", lang="vi")
    assert quantity.key == ("date", Date(year=year), "")


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("hai tư thế ngồi", ["hai"]),
        ("học sinh năm tư", []),
        ("Ba Tư xưa", []),
        ("một trăm năm trước", ["một trăm năm"]),
        ("hai mươi năm qua", ["hai mươi năm"]),
        ("hàng trăm hai bên đường", ["hàng trăm", "hai"]),
        ("nhà 2 triệu 300 người", ["2 triệu", "300"]),
        ("dấu hai chấm", ["hai"]),
    ],
)
def test_words_that_are_no_digits_of_the_number_before(text, texts):
    assert [quantity.text for quantity in read(text, lang="vi")] == texts


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Mười sáu tháng năm là lễ", ("date", Date(month=5, day=16), "")),
        ("Hai mươi tám tháng mười một", ("date", Date(month=11, day=28), "")),
        ("tháng tám năm một chín bốn lăm", ("date", Date(year=1945, month=8), "")),
        ("sinh năm tám mốt", ("date", Date(year=1981), "")),
        ("âm mười ba độ C", ("measure", -13, "celsius")),
        ("trừ hai độ C", ("measure", -2, "celsius")),
        ("trừ hai phần trăm", ("percent", 2, "percent")),
        ("nửa tá", ("number", 6, "")),
        ("trăm mốt", ("number", 110, "")),
        ("ba tư tuổi", ("age", 34, "year")),
        ("hăm mốt tuổi", ("age", 21, "year")),
        ("mười tám phần quà", ("number", 18, "")),
        ("mười hai phần nghìn", ("percent", 12, "permille")),
        ("8 nghìn 450 tỷ", ("number", 8_450_000_000_000, "")),
    ],
)
def test_other_forms_in_words(text, key):
    assert [quantity.key for quantity in read(text, lang="vi")] == [key]


@pytest.mark.parametrize(
    ("text", "value"),
    [("Nhà bán 4 tỷ 6.", 4_600_000_000), ("giá năm triệu hai trăm đồng", 5_000_200)],
)
def test_readings_that_are_not_certain(text, value):
    (quantity,) = read(text, lang="vi")
    assert (quantity.value, quantity.certain) == (value, False)

"""Reading Vietnamese quantities: the tables and the rules of the language."""

from __future__ import annotations

from decimal import Decimal
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


DIGITS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9,
}  # fmt: skip
LAST_DIGITS = {**DIGITS, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
SCALES = Phrases(
    [("chục", 10), ("trăm", 100), ("nghìn", 1000), ("ngàn", 1000), ("vạn", 10_000),
     ("triệu", 10**6), ("tr", 10**6), ("tỷ", 10**9), ("tỉ", 10**9), ("k", 1000)]
)  # fmt: skip
ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
    "xi": 11, "xii": 12, "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18,
    "xix": 19, "xx": 20, "xxi": 21,
}  # fmt: skip
MONTHS = {
    **{name: number for name, number in DIGITS.items() if name not in ("năm", "bốn", "một")},
    "giêng": 1, "tư": 4, "bốn": 4, "năm": 5, "mười": 10, "chạp": 12,
}  # fmt: skip
WEEKDAYS = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6, "bẩy": 6}
DAY_PARTS = {"sáng": 0, "trưa": 11, "chiều": 12, "tối": 12, "đêm": 18, "khuya": 18}
SURE_CUES = words("ngày hôm sáng trưa chiều tối đêm khuya mùng mồng dịp lễ ttxvn")
CLOCK_CUES = words("lúc hồi đúng mốc khoảng vào từ đến tới trước ngay gần") - words("gần")
SPAN_CUES = words("trong mất suốt hơn gần sau dài khoảng tới thêm cách mỗi hàng cả được")
FRACTION_CUES = words("chiếm khoảng hơn gần còn bằng chỉ giảm tăng quá đạt mất có gấp")
FRACTION_NOUNS = words(
    "số người dân diện tổng thời chặng quãng trong lượng dự các thành nhân tài cử đại phiếu"
    " công đường chiều doanh thu học cổ của hộ gia sinh khách bệnh"
)

# Nouns and classifiers that a bare "năm" or "chín" must stand before to be a number.
COUNTED = words(
    "người con cái chiếc ngày tháng tuần giờ phút giây lần em cháu đứa quả trái cuốn quyển bức tờ"
    " tỉnh nước quốc căn ngôi xe tàu máy vụ trận bàn điểm tuổi phần trường bác cán nhân nghi đối"
    " nạn hộ gia khu cây hòn tòa toà phòng tầng bước loại nhóm tổ cấp bên hướng huyện xã quận"
    " phường mét km đồng usd đô tấn tạ lít chuyến cuộc lớp môn câu bài trang dòng chữ mùa năm thập"
    " thế ứng tên vị viên suất chai ly gói hộp đôi cặp mục giải huy thành anh chị ông bà phụ trẻ"
    " cô chú thanh cầu ngư binh chiến lính cảnh công-an kilomet dặm phẩy hình cột vòng tập bộ"
)
NOT_AFTER_YEAR = words("mỗi hằng hàng nhiều các những cuối đầu giữa cả từng vài mấy một thời")
FATHER = words("tôi mẹ má nó mình ơi của bố con-cái hoa gác rọi chỉ trợn lô ba toong hoa")
KIN = words("anh chị em cô chú bác dì cậu mợ ông bà út tía bé")
IDIOMS = frozenset(
    [("hai", "lúa"), ("chín", "chắn"), ("chín", "muồi"), ("chín", "mọng"), ("chín", "cây"),
     ("tám", "chuyện"), ("mười", "mươi"), ("bảy", "núi")]
)  # fmt: skip
NOT_UNITS = {
    "đồng": words("ý chí đội bào nghiệp phạm minh sự loạt tiền tác tính nai bằng hồ tháp"),
    "tấn": words("công"), "độ": words("tuổi"), "tuần": words("tra hành hoàn lộc dương"),
    "tiếng": words("súng nổ động nói hát kêu anh việt pháp trung nhật hàn nga đức vang thơm"),
    "ký": words("tự hiệu kết túc giả"), "kí": words("tự hiệu kết túc"), "cân": words("bằng"),
    "đô": words("thị đốc vật"), "tệ": words("nạn"), "giờ": words("đồng-hồ"),
    "ngày": words("càng"), "năm": words("học-sinh"), "tạ": words("từ"), "yên": words("tâm ổn"),
    "lượng": words("lớn khách mưa"), "phút": words("chốc"), "xu": words("hướng thế"),
    "thùng": words("rác xốp carton hàng loa"),
}  # fmt: skip


def spelled(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return a spelled-out number below a thousand and the index after it."""
    low = tokens.low
    first = DIGITS.get(low(index))
    if first is None and low(index) not in ("mười", "không"):
        return None
    if low(index + 1) == "trăm" and (first is not None or low(index) == "không"):
        rest, end = _below_hundred(tokens, index + 2, after_hundred=True)
        return (first or 0) * 100 + rest, end
    if low(index) == "không":
        return None
    value, end = _below_hundred(tokens, index, after_hundred=False)
    return (value, end) if end > index else None


def _below_hundred(tokens: Tokens, index: int, *, after_hundred: bool) -> tuple[int, int]:
    low = tokens.low
    if low(index) in ("linh", "lẻ") and after_hundred and low(index + 1) in LAST_DIGITS:
        return LAST_DIGITS[low(index + 1)], index + 2
    if low(index) == "mười":
        tens, end = 10, index + 1
    elif low(index) in DIGITS and low(index + 1) in ("mươi", "mười"):
        tens, end = DIGITS[low(index)] * 10, index + 2
    elif low(index) in DIGITS and low(index + 1) == "chục":
        return DIGITS[low(index)] * 10, index + 2
    elif low(index) in DIGITS and not after_hundred:
        return DIGITS[low(index)], index + 1
    else:
        # "một trăm hai" is 120, but "một trăm năm" is a hundred years
        digit = DIGITS.get(low(index)) if after_hundred and low(index) != "năm" else None
        return (
            (0, index)
            if digit is None or SCALES.match(tokens, index + 1)
            else (digit * 10, index + 1)
        )
    unit = low(end)
    # "mười năm" and "hai mươi năm" count years: five is "lăm" there; "mươi tư" but "mười bốn"
    if unit in LAST_DIGITS and unit != "năm" and not _next_number(tokens, end, tens):
        return tens + LAST_DIGITS[unit], end + 1
    return tens, end


def _next_number(tokens: Tokens, index: int, tens: int) -> bool:
    """Whether the digit word at the index starts a number of its own: mười | hai mươi."""
    return tokens.low(index + 1) in ("mươi", "trăm", "phần") or (
        tokens.low(index) in ("ba",) and tokens.low(index + 1) in ("mẹ", "lô")
    )


NUMERALS = Numerals(
    decimal=",", scales=SCALES, spelled=spelled, half="rưỡi", not_scaled=words("phú"), short=True,
    joins=frozenset(["linh", "lẻ"]),
)  # fmt: skip


def counted(tokens: Tokens, index: int, numeral: Numeral) -> bool:
    """Return whether a bare number word is a number here, not a name, a father or a ripe fruit."""
    if numeral.words > 1:  # Lê Văn Mười Hai is a man
        named = tokens[index].is_capital and tokens[index + 1].is_capital
        return not (named and not tokens.starts_sentence(index))
    token, before, after = tokens[index], tokens[index - 1], tokens[index + 1]
    word = token.low
    if word == "một" or (word, after.low) in IDIOMS:
        return False
    if token.is_capital and (not tokens.starts_sentence(index) or after.is_capital):
        return False
    if word == "ba":
        if after.low == "em":
            return tokens.low(index + 2) in words("học bé nhỏ trai gái sinh trong đều")
        return after.low not in FATHER and before.low not in words("bố người-") and after.is_word
    if word == "năm":
        return (
            after.low in COUNTED and not before.is_digits and before.low not in NOT_AFTER_YEAR
            and before.low not in DIGITS
            and not (after.low == "tháng" and before.low not in SPAN_CUES)
        )  # fmt: skip
    if word == "chín":
        return after.low in COUNTED
    if word in ("tám", "bảy", "mười", "sáu", "hai") and before.low in KIN and token.is_capital:
        return False
    return after.is_word or after.text in ",.;:)\n"


def is_year(tokens: Tokens, index: int, numeral: Numeral) -> bool:
    """Return whether an unmarked run of digits is a year: 2008, but not 2000 người."""
    follower = tokens.low(numeral.end)
    return 1900 <= numeral.value <= 2099 and follower not in COUNTED and follower != "học"


def read_written_date(tokens: Tokens, index: int) -> Found | None:
    """Read 7/1, 7-1-2026, 27-29/3, or the fraction 3/4."""
    before = {tokens.low(index - back) for back in (1, 2)}
    if (
        tokens.integer(index) == 24
        and tokens[index + 1].text == "/"
        and tokens.low(index + 2) == "7"
    ) and not before & words("ngày hôm sáng chiều tối đêm trưa mùng"):
        return CODED._replace(end=index + 3)
    if (
        tokens.low(index - 1) in words("số nhà ngõ hẻm ngách kiệt")
        and tokens[index + 1].text == "/"
    ):
        return CODED._replace(end=index + 3)
    fraction = _fraction(tokens, index)
    sure = bool(before & SURE_CUES)
    proper = fraction is not None and isinstance(fraction.value, Decimal | Fraction)
    proper = proper and (tokens.integer(index, 3) or 0) < (tokens.integer(index + 2, 3) or 0)
    if fraction and proper and not sure:
        measured = AMOUNTS.unit(tokens, index + 3, Numeral(Fraction(1), index + 3))[1]
        after = tokens.low(index + 3)
        if measured or after in FRACTION_NOUNS or before & FRACTION_CUES:
            return fraction
    just_before = tokens.low(index - 1)
    cued = sure and (just_before in SURE_CUES or just_before in ("nay", "qua", "kia"))
    cued = cued or _is_bracketed_day(tokens, index)
    written = dates.read_written(tokens, index, day_first=True, cued=cued)
    if written is None:
        return fraction
    if isinstance(written.value, Range):
        return Found("range", written.value, "", written.end)
    if written.value.year is not None:
        return Found("date", written.value, "", written.end)
    year, end = _year(tokens, written.end)
    other = fraction if fraction and proper and not sure and year is None else None
    alternative = other.value if other and isinstance(other.value, Decimal | Fraction) else None
    return Found("date", _with_year(written.value, year), "", end, None, alternative)


def _is_bracketed_day(tokens: Tokens, index: int) -> bool:
    """(30-7) is a day: no score and no range."""
    closed = tokens[index - 1].text == "(" and tokens[index + 3].text == ")"
    return closed and tokens.is_dash(index + 1) and (tokens.integer(index, 2) or 0) > 12


def _with_year(date: Date, year: int | None) -> Date:
    if year is not None and date.day and date.month and not is_day(year, date.month, date.day):
        return date
    return Date(year=year, month=date.month, day=date.day, quarter=date.quarter)


def _fraction(tokens: Tokens, index: int) -> Found | None:
    top, bottom = tokens.integer(index, 3), tokens.integer(index + 2, 3)
    if top is None or not bottom or tokens[index + 1].text != "/":
        return None
    if tokens[index + 3].text == "/" or (tokens[index + 3].glued and tokens[index + 3].is_word):
        return None
    value = exact(Fraction(top, bottom))
    return Found("fraction", value, "", index + 3)


def _year(tokens: Tokens, index: int) -> tuple[int | None, int]:
    """Read "năm 2026", "/2026" or "-2026" after a day or month."""
    at = index + 1 if tokens[index].text == "," and tokens.low(index + 1) == "năm" else index
    if tokens.low(at) in ("năm", "/", "-", "–"):
        year = dates.year_number(tokens, at + 1)
        if year is not None and (tokens.low(at) == "năm" or tokens[at + 1].glued):
            return year, at + 2
    return None, index


def _month(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Read the number or name after "tháng": 1 to 12, Giêng, Tư, Mười Một, Chạp."""
    number = tokens.integer(index, 2)
    if number is not None:
        return (
            (number, index + 1) if 1 <= number <= 12 and not _is_unit(tokens, index + 1) else None
        )
    low = tokens.low(index)
    if low == "mười" and tokens.low(index + 1) in ("một", "hai"):
        return 10 + DIGITS[tokens.low(index + 1)], index + 2
    if low == "một" and tokens[index].is_capital:
        return 1, index + 1
    if low in MONTHS and (
        low != "năm" or tokens[index].is_capital or tokens.low(index + 1) == "năm"
    ):
        return MONTHS[low], index + 1
    return None


def _is_unit(tokens: Tokens, index: int) -> bool:
    return tokens[index].text == "%" or SCALES.match(tokens, index) is not None


def read_month(tokens: Tokens, index: int) -> Found | None:
    """Read "tháng 2", "tháng Hai năm 2026", "tháng 2 tới", "tháng trước"."""
    month = _month(tokens, index + 1)
    if month is None:
        return _deictic(tokens, index, "month")
    value, day, end = month[0], None, month[1]
    return _finish_month(tokens, value, day, end)


NEXT, LAST = words("tới sau"), words("trước ngoái qua")


def _finish_month(tokens: Tokens, month: int, day: int | None, end: int) -> Found:
    year, after = _year(tokens, end)
    if year is not None and (day is None or is_day(year, month, day)):
        return Found("date", Date(year=year, month=month, day=day), "", after)
    low, then = tokens.low(end), tokens.low(end + 1)
    if low == "năm" and then in ("nay", "ngoái", "sau", "tới", "trước"):
        years = {"nay": 0, "ngoái": -1, "trước": -1}.get(then, 1)
        return _anchor(Anchored(month=month, day=day, years=years), end + 2)
    if low == "sang" and then == "năm":
        return _anchor(Anchored(month=month, day=day, years=1), end + 2)
    if low == "tới" or (low == "sắp" and then == "tới") or (low == "sang" and then == "năm"):
        return _anchor(
            Anchored(month=month, day=day, direction=1), end + (1 if low == "tới" else 2)
        )
    if low == "vừa" and then in ("qua", "rồi"):
        return _anchor(Anchored(month=month, day=day, direction=-1), end + 2)
    return Found("date", Date(month=month, day=day), "", end)


def _anchor(value: Anchored, end: int) -> Found:
    return Found("date", value, "", end)  # type: ignore[arg-type]  # resolved before it is returned


DEICTIC = {
    ("nay", ""): 0, ("này", ""): 0, ("ngoái", ""): -1, ("trước", ""): -1, ("rồi", ""): -1,
    ("tới", ""): 1, ("sau", ""): 1, ("vừa", "qua"): -1, ("vừa", "rồi"): -1, ("sắp", "tới"): 1,
}  # fmt: skip


def _deictic(tokens: Tokens, index: int, unit: str) -> Found | None:
    """Read "tuần trước", "tháng tới", "năm ngoái"; not "năm trước đó" or "những năm tới"."""
    if tokens.low(index - 1) in NOT_AFTER_YEAR:
        return None
    one, two = tokens.low(index + 1), tokens.low(index + 2)
    for key, end in (((one, two), index + 3), ((one, ""), index + 2)):
        if key in DEICTIC and tokens.low(end) not in ("đó", "ấy", "nữa", "khi"):
            if unit == "year" and key[0] in ("rồi", "này"):
                return None
            return Found("relative", Relative(unit=unit, offset=DEICTIC[key]), "", end)
    return None


def read_day(tokens: Tokens, index: int) -> Found | None:
    """Read what follows "ngày", "mùng" or "hôm": 7 tháng 1 năm 2026, 20, 7/1, mai, qua."""
    low = tokens.low(index)
    at = index + 1
    if tokens.low(at) in ("mùng", "mồng", "hôm"):
        at += 1
    relative = {
        ("hôm", "qua"): -1, ("hôm", "nay"): 0, ("hôm", "kia"): -2, ("ngày", "mai"): 1,
        ("ngày", "kia"): 2, ("ngày", "mốt"): 2,
    }.get((tokens.low(at - 1), tokens.low(at)))  # fmt: skip
    if relative is not None:
        return Found("relative", Relative(unit="day", offset=relative), "", at + 1)
    if tokens[at].is_digits:
        if _names_days(tokens, at):
            return _finish_day(tokens, index, tokens.integer(at, 2) or 0, at + 1)
        marked = tokens[at + 1].text in "/-–." and tokens[at + 1].glued
        if marked or not tokens[at].text.isdecimal():
            found = read_written_date(tokens, at)
            if found and found.kind in ("date", "range"):
                return found
        day = tokens.integer(at, 2)
        end = at + 1
    else:
        word = spelled(tokens, at) if at > index and tokens.low(at) not in ("năm",) else None
        day, end = word if word else (None, at)
        if word and tokens.low(end) != "tháng" and low == "ngày" and tokens.low(at - 1) == "ngày":
            return None
    if day is None or not 1 <= day <= 31:
        return None
    return _finish_day(tokens, index, day, end)


def _names_days(tokens: Tokens, index: int) -> bool:
    """Whether this is "4-8 tháng 5": two days, not the eighth of April."""
    days = tokens.integer(index, 2), tokens.integer(index + 2, 2)
    return None not in days and tokens.is_dash(index + 1) and tokens.low(index + 3) == "tháng"


def _finish_day(tokens: Tokens, index: int, day: int, end: int) -> Found | None:
    last = _last_day(tokens, end, day)
    month_at = last[1] if last else end
    if tokens.low(month_at) == "tháng":
        month = _month(tokens, month_at + 1)
        if month and is_day(None, month[0], day):
            found = _finish_month(tokens, month[0], last[0] if last else day, month[1])
            if last and isinstance(found.value, Date):
                low = Date(year=found.value.year, month=month[0], day=day)
                return found._replace(kind="range", value=Range(low=low, high=found.value))
            return found
    if last:
        both = Range(low=Date(day=day), high=Date(day=last[0]))
        return Found("range", both, "", last[1])
    if _is_unit(tokens, end) or (tokens.low(index) == "hôm" and tokens[end].is_word and False):
        return None
    return Found("date", Date(day=day), "", end)


def _last_day(tokens: Tokens, index: int, first: int) -> tuple[int, int] | None:
    """Read the end of "ngày 5 đến 7" or "ngày 5-7"."""
    if not (tokens.is_dash(index) or tokens.low(index) in ("đến", "tới")):
        return None
    at = index + 2 if tokens.low(index + 1) == "ngày" else index + 1
    last = tokens.integer(at, 2)
    if last is None or not first < last <= 31 or tokens[at + 1].text in "/-h:":
        return None
    return last, at + 1


def read_day_of_month(tokens: Tokens, index: int) -> Found | None:
    """Read "24 tháng Chín năm 1759" without "ngày" before it."""
    day = tokens.integer(index, 2)
    if day is None or tokens.low(index + 1) != "tháng" or not 1 <= day <= 31:
        return None
    month = _month(tokens, index + 2)
    if month is None or not is_day(None, month[0], day):
        return None
    if tokens.low(index + 2) in ("hai", "ba", "tư", "sáu") and not tokens[index + 2].is_capital:
        return None
    return _finish_month(tokens, month[0], day, month[1])


def read_year(tokens: Tokens, index: int) -> Found | None:
    """Read "năm 2009", "năm 2019-2020", "năm ngoái"; "những năm 1970" is a decade."""
    year = dates.year_number(tokens, index + 1)
    decade = tokens.integer(index + 1, 2)
    if tokens.low(index - 1) == "những" and decade and decade % 10 == 0:
        return Found("decade", 1900 + decade, "", index + 2, index - 1)
    if year is None:
        return _deictic(tokens, index, "year")
    if tokens.low(index - 1) in ("những", "thập"):
        return Found("decade", year, "", index + 2, index - 1) if year % 10 == 0 else None
    joined = tokens.is_dash(index + 2) and tokens[index + 2].glued
    last = (
        dates.year_number(tokens, index + 3) if joined or tokens.low(index + 2) == "đến" else None
    )
    if last is not None and last > year:
        return Found("range", Range(low=Date(year=year), high=Date(year=last)), "", index + 4)
    return Found("date", Date(year=year), "", index + 2)


def read_quarter(tokens: Tokens, index: int) -> Found | None:
    """Read "quý I", "quý 1/2026", "quý II năm 2026", "quý trước"."""
    at = index + 1
    number = tokens.integer(at, 1) or ROMAN.get(tokens.low(at)) or WORD_QUARTERS.get(tokens.low(at))
    if number is None or not 1 <= number <= 4:
        return _deictic(tokens, index, "quarter")
    year, end = _year(tokens, at + 1)
    return Found("date", Date(year=year, quarter=number), "", end)


WORD_QUARTERS = {"một": 1, "hai": 2, "ba": 3, "tư": 4, "đầu": 1}


def read_weekday_or_ordinal(tokens: Tokens, index: int) -> Found | None:
    """Read "thứ Hai" (Monday), "thứ hai" (second), "thứ 190"."""
    low = tokens.low(index + 1)
    if low in ("nhất", "nhì"):
        return Found("ordinal", 1 if low == "nhất" else 2, "", index + 2)
    number = tokens.integer(index + 1, 4)
    weekday = WEEKDAYS.get(low) or (number - 1 if number and 2 <= number <= 7 else None)
    word = spelled(tokens, index + 1)
    if weekday and (word is None or word[1] == index + 2) and _is_weekday(tokens, index):
        return Found("weekday", weekday, "", index + 2)
    if number is not None and tokens[index + 2].text != "%":
        return Found("ordinal", number, "", index + 2)
    if low == "tư":
        return Found("ordinal", 4, "", index + 2)
    return Found("ordinal", word[0], "", word[1]) if word else None


WEEKDAY_CUES = words("sáng trưa chiều tối đêm hôm ngày vào khuya từ đến tới mỗi hằng cuối")


def _is_weekday(tokens: Tokens, index: int) -> bool:
    name, after = tokens[index + 1], index + 2
    if name.is_capital or tokens.low(index - 1) in WEEKDAY_CUES:
        return True
    if tokens.low(after) == "tuần":
        return True
    at = after + 1 if tokens[after].text in ",(" else after
    return tokens.low(at) == "ngày" or (at > after and tokens[at].is_digits)


def read_sunday(tokens: Tokens, index: int) -> Found | None:
    """Read "Chủ nhật"; "chủ nhật" without capital needs no more."""
    return Found("weekday", 7, "", index + 2) if tokens.low(index + 1) == "nhật" else None


def read_clock(tokens: Tokens, index: int) -> Found | None:
    """Read 9h30, 9 giờ 30 phút, 9:30, 3 giờ chiều, 7h-22h; a bare "3 giờ" only after "lúc"."""
    first = _clock(tokens, index)
    if first is None:
        return None
    value, end, sure = first
    if tokens.is_dash(end) or tokens.low(end) == "đến":
        last = _clock(tokens, end + 1)
        if last and (sure or last[2]):
            return Found("range", Range(low=value, high=last[0]), "", last[1])
    return Found("time", value, "", end) if sure else None


def _clock(tokens: Tokens, index: int) -> tuple[Clock, int, bool] | None:
    hour, at = tokens.integer(index, 2), index + 1
    if hour is None and not tokens[index].is_digits and (word := spelled(tokens, index)):
        hour, at = word
    if hour is None or hour > 24:
        return None
    minute, sure = 0, False
    mark = tokens.low(at)
    if exact_time := read_to_second(tokens, index):
        return exact_time[0], exact_time[1], True
    if mark == ":" and tokens[at].glued and len(tokens[at + 1].text) == 2 and tokens[at + 1].glued:
        minute_at, sure = tokens.integer(at + 1, 2), True
        if minute_at is None:
            return None
        minute, end = minute_at, at + 2
        if tokens[end].text == ":" or minute > 59:
            return None
        end += tokens.low(end) in ("giờ", "h")
    elif mark in ("h", "g", "giờ") and not (mark == "g" and not _minute(tokens, at + 1)):
        if mark != "giờ" and not tokens[at].glued and mark != "h":
            return None
        found = _minute(tokens, at + 1)
        minute, end, sure = (found[0], found[1], True) if found else (0, at + 1, False)
        if tokens.low(end) == "rưỡi":
            minute, end, sure = 30, end + 1, _cue(tokens, index)
    else:
        return None
    hour, end, part = _day_part(tokens, hour, end)
    sure = sure or part or _cue(tokens, index) or (mark == "h" and _follows(tokens, index, end))
    return Clock(hour=hour % 24, minute=minute), end, sure


def _minute(tokens: Tokens, index: int) -> tuple[int, int] | None:
    minute = tokens.integer(index, 2)
    end = index + 1
    if minute is None and not tokens[index].is_digits and (word := spelled(tokens, index)):
        minute, end = word
        if tokens.low(end) != "phút":
            return None
    if minute is None or minute > 59:
        return None
    tight = tokens[index].glued
    if tokens.low(end) in ("phút", "'", "’", "p", "ph"):
        return minute, end + 1
    follow = tokens[end]
    if not tight and (len(tokens[index].text) < 2 or (follow.is_word and follow.low in COUNTED)):
        return None
    return (minute, end) if not (follow.text in "/%" and follow.glued) else None


def _day_part(tokens: Tokens, hour: int, end: int) -> tuple[int, int, bool]:
    at = end + 1 if tokens.low(end) == "rạng" else end
    part = tokens.low(at)
    if part not in DAY_PARTS or (part == "sáng" and tokens.low(at + 1) == "kiến"):
        return hour, end, False
    if part in ("đêm", "khuya"):
        hour = 0 if hour == 12 else hour + (12 if 6 <= hour < 12 else 0)
    elif part == "sáng":
        hour = 0 if hour == 12 else hour
    elif part == "trưa":
        hour += 12 if hour < 4 else 0
    elif hour < 12:
        hour += 12
    return hour, at + 1, True


def _cue(tokens: Tokens, index: int) -> bool:
    before = tokens.low(index - 1), tokens.low(index - 2)
    if before[0] == "khoảng":
        return before[1] in ("lúc", "vào", "hồi")
    return before[0] in ("lúc", "hồi", "đúng", "vào") or before in (
        ("sau", "ngay"), ("trước", "ngay"), ("từ", "lúc"),
    )  # fmt: skip


def _follows(tokens: Tokens, index: int, end: int) -> bool:
    if tokens.low(end) in ("ngày", "hôm", "cùng", "qua", "nay"):
        return True
    return tokens.low(index - 1) not in SPAN_CUES - words("khoảng tới")


def read_height(tokens: Tokens, index: int) -> Found | None:
    """Read 1m71 as 1.71 m."""
    whole, part = tokens.integer(index, 1), tokens.integer(index + 2, 2)
    if whole is None or part is None or tokens[index + 1].text != "m":
        return None
    if not (tokens[index + 1].glued and tokens[index + 2].glued):
        return None
    value = whole + Fraction(part, 10 ** len(tokens[index + 2].text))
    return Found("measure", exact(value), "m", index + 3)


def read_parts(tokens: Tokens, index: int) -> Found | None:
    """Read "hai phần ba" and "một nửa"."""
    if tokens.low(index) == "một" and tokens.low(index + 1) == "nửa":
        return Found("fraction", exact(Fraction(1, 2)), "", index + 2)
    top = NUMERALS.read(tokens, index)
    if top is None or tokens.low(top.end) != "phần":
        return None
    at = top.end + 1
    word = spelled(tokens, at) or ((4, at + 1) if tokens.low(at) == "tư" else None)
    number = tokens.integer(at, 3)
    bottom, end = word if word else (number, at + 1)
    if not bottom or bottom < 2 or tokens.low(end) == "trăm":
        return None
    return Found("fraction", exact(top.value / bottom), "", end)


def read_magnitude(tokens: Tokens, index: int) -> Found | None:
    """Read "hàng nghìn", "hàng chục triệu", "vài trăm"."""
    scale, end = SCALES.match(tokens, index + 1) or (1, index + 1)
    if scale == 1 or tokens.low(index + 1) in ("k", "tr"):
        return None
    more, end = NUMERALS.scale(tokens, end)
    return Found("magnitude", scale * more, "", end)


def read_half(tokens: Tokens, index: int) -> Found | None:
    """Read "nửa triệu" as half a million."""
    scale, end = NUMERALS.scale(tokens, index + 1)
    if scale < 1000:
        return None
    kind, unit, end = AMOUNTS.unit(tokens, end, Numeral(Fraction(scale), end))
    return Found(kind, exact(Fraction(scale, 2)), unit, end)


def read_period(tokens: Tokens, index: int) -> Found | None:
    """Read "thế kỷ 21", "thế kỷ XXI", "thập niên 1970"."""
    first, second = tokens.low(index), tokens.low(index + 1)
    number = tokens.integer(index + 2) or ROMAN.get(tokens.low(index + 2))
    end = index + 3
    if number is None and tokens.low(index + 2) == "thứ":
        number, end = ROMAN.get(tokens.low(index + 3)) or tokens.integer(index + 3), index + 4
    if number is None:
        word = spelled(tokens, index + 2)
        number, end = word if word and word[1] > index + 3 else (None, end)
    if number is None:
        return None
    if (first, second) in (("thế", "kỷ"), ("thế", "kỉ")) and number <= 30:
        return Found("century", number, "", end)
    if first == "thập" and second in ("niên", "kỷ", "kỉ") and number % 10 == 0 and number < 2100:
        return Found("decade", number + (1900 if number < 100 else 0), "", end)
    return None


def read_age(tokens: Tokens, index: int) -> Found | None:
    """Read "tuổi 28"."""
    if tokens.low(index) != "tuổi":
        return None
    numeral = NUMERALS.read(tokens, index + 1)
    if (
        numeral is None
        or numeral.value > 150
        or numeral.words == 1
        or tokens[numeral.end].text == "%"
    ):
        return None
    if AMOUNTS.unit(tokens, numeral.end, numeral)[1]:
        return None
    return Found("age", exact(numeral.value), "year", numeral.end)


def read_roman(tokens: Tokens, index: int) -> Found | None:
    """Read the capital Roman numeral of "Thế chiến II"."""
    token = tokens[index]
    if not token.text.isupper() or token.glued or not tokens[index - 1].is_word:
        return None
    return Found("ordinal", ROMAN[token.low], "", index + 1)


def read_first(tokens: Tokens, index: int) -> Found | None:
    """Read "đầu tiên" as first."""
    return Found("ordinal", 1, "", index + 2) if tokens.low(index + 1) == "tiên" else None


def read_this_day(tokens: Tokens, index: int) -> Found | None:
    """Read "sáng nay", "tối qua", "đêm mai"."""
    offset = {"nay": 0, "qua": -1, "mai": 1}.get(tokens.low(index + 1))
    if offset is None or (tokens.low(index), offset) in (("sáng", -1), ("chiều", -1), ("trưa", -1)):
        return None
    return Found("relative", Relative(unit="day", offset=offset), "", index + 2)


def read_next_year(tokens: Tokens, index: int) -> Found | None:
    """Read "sang năm"."""
    if tokens.low(index + 1) != "năm" or tokens[index + 2].is_digits:
        return None
    return Found("relative", Relative(unit="year", offset=1), "", index + 2)


def read_minus(tokens: Tokens, index: int) -> Found | None:
    """Read "âm 5 độ"."""
    amount = AMOUNTS.amount(tokens, index + 1) if tokens[index + 1].is_digits else None
    if amount is None or amount.unit not in NEGATIVE_UNITS:
        return None
    return Found(amount.kind, exact(-amount.value), amount.unit, amount.end)


def read_born(tokens: Tokens, index: int) -> Found | None:
    """Read "SN 1990" as a year."""
    year = dates.year_number(tokens, index + 1)
    return Found("date", Date(year=year), "", index + 2) if year else None


LABELS = Phrases(units.forms(units.LABELS, "vi"))


def read_label(tokens: Tokens, index: int) -> Found | None:
    """Read "Điều 5", "số 9", "quốc lộ 1"; not "số 500 người"."""
    found = LABELS.match(tokens, index)
    if found is None:
        return None
    name, at = found
    number = tokens.integer(at, 4)
    law = name == "article" and tokens[index].is_capital
    if number is None or (
        tokens.low(index) == "điều" and not tokens[index].is_capital and number > 999
    ):
        return None
    follower = tokens[at + 1]
    if follower.glued and (follower.text in "/-–%:" or follower.is_word):
        return None
    amount = AMOUNTS.unit(tokens, at + 1, Numeral(Fraction(number), at + 1))
    if amount[1] or SCALES.match(tokens, at + 1) or (follower.low in COUNTED and not law):
        return None
    return Found("label", number, name, at + 1)


SYMBOLS = Phrases(
    [(form, name) for form, name in units.forms(units.CURRENCIES, "en")
     if not form[-1].isalpha()] + [("US$", "USD"), ("USD", "USD"), ("VND", "VND")]
)  # fmt: skip


def read_currency_first(tokens: Tokens, index: int) -> Found | None:
    """Read "$5 triệu", "US$ 2,3 tỷ"."""
    found = SYMBOLS.match(tokens, index)
    if found is None or not tokens[found[1]].is_digits:
        return None
    letters = tokens[index].is_word  # "a $5 note" is not in Australian dollars
    if letters and not (
        tokens[index].text.isupper() and (tokens[index + 1].glued or found[1] == index + 1)
    ):
        return None
    numeral = NUMERALS.read(tokens, found[1])
    if numeral is None:
        return None
    return Found("money", exact(numeral.value), found[0], numeral.end)


GRAMMAR = Grammar(
    numerals=NUMERALS,
    units=Phrases(units.forms(units.UNITS, "vi")),
    currencies=Phrases(units.forms(units.CURRENCIES, "vi")),
    percents=Phrases(units.forms(units.PERCENT, "vi")),
    ages=Phrases([("tuổi", "year"), ("tháng tuổi", "month"), ("ngày tuổi", "day"),
                  ("tuần tuổi", "week"), ("năm tuổi", "year")]),
    range_words=words("đến tới và"),
    range_openers=words("từ giữa khoảng"),
    score_cues=words("số thắng thua hòa hoà bại đánh-bại dẫn đè trận tỷ-số"),
    not_units=NOT_UNITS,
    counted=counted,
    is_year=is_year,
)  # fmt: skip
AMOUNTS = Amounts(GRAMMAR)
_NUMBER_RULES = (read_clock, read_parts, AMOUNTS.read)
WORD_RULES = {
    **dict.fromkeys([*DIGITS, "mười"], _NUMBER_RULES),
    **dict.fromkeys(("điều", "khoản", "chương", "mục", "phần", "trang", "tầng", "lầu", "phòng", "quận", "q", "phường", "thôn", "ấp", "khu", "tổ", "lớp", "quốc", "tỉnh", "ql", "đường", "ngõ", "hẻm", "ngách", "kiệt", "cổng", "cửa", "vòng", "tập", "giai", "cấp", "tuýp", "týp", "số"), (read_label,)),
    "ngày": (read_day,), "mùng": (read_day,), "mồng": (read_day,), "hôm": (read_day,),
    "tháng": (read_month,), "năm": (read_year, *_NUMBER_RULES), "quý": (read_quarter,),
    "thứ": (read_weekday_or_ordinal,), "chủ": (read_sunday,),
    "tuần": (lambda tokens, index: _deictic(tokens, index, "week"),),
    "thế": (read_period,), "thập": (read_period,), "hàng": (read_magnitude,),
    "vài": (read_magnitude,), "mấy": (read_magnitude,), "nửa": (read_half,),
    "tuổi": (read_age,), "đầu": (read_first,), "sang": (read_next_year,), "âm": (read_minus,),
    "sn": (read_born,), "không": (AMOUNTS.read,),
    **dict.fromkeys(DAY_PARTS, (read_this_day,)),
    **dict.fromkeys([low for low in ROMAN if len(low) > 1], (read_roman,)),
    **dict.fromkeys(["$", "us", "usd", "vnd", "€", "£", "¥", "₫", "a", "s", "c", "nz", "hk", "₩"],
                    (read_currency_first,)),
}  # fmt: skip
RULES = Rules(
    digits=(
        read_code, read_phone, read_written_date, read_clock, read_day_of_month, read_height,
        read_parts, AMOUNTS.read,
    ),
    words=WORD_RULES,
)  # fmt: skip

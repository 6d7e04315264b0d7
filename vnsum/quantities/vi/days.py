"""Vietnamese weekdays, ordinals, centuries, decades, and days relative to today."""

from __future__ import annotations

from vnsum.quantities.numerals import parse_digits
from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Relative, exact
from vnsum.quantities.vi.spelled import spelled
from vnsum.quantities.vi.tables import DAY_PARTS, NOT_AFTER_YEAR, ROMAN, WEEKDAYS

DEICTIC = {
    ("nay", ""): 0, ("này", ""): 0, ("ngoái", ""): -1, ("trước", ""): -1, ("rồi", ""): -1,
    ("tới", ""): 1, ("sau", ""): 1, ("vừa", "qua"): -1, ("vừa", "rồi"): -1, ("sắp", "tới"): 1,
}  # fmt: skip


PARTS = words("đầu giữa cuối")
# What follows a part of a year or month that is counted from today: not "đầu năm tới nay".
TODAY = {"year": words("nay ngoái"), "month": words("này trước sau")}


def deictic(tokens: Tokens, index: int, unit: str) -> Found | None:
    """Read "tuần trước", "tháng tới", "năm ngoái"; not "năm trước đó" or "những năm tới"."""
    before = tokens.low(index - 1)
    part = before in PARTS and tokens.low(index + 1) in TODAY.get(unit, ())  # cuối năm ngoái
    if before in NOT_AFTER_YEAR and not part:
        return None
    one, two = tokens.low(index + 1), tokens.low(index + 2)
    end = index + 3 if two and (one, two) in DEICTIC else index + 2
    key = (one, two) if end == index + 3 else (one, "")
    if key not in DEICTIC or tokens.low(end) in ("đó", "ấy", "nữa", "khi"):
        return None
    if unit == "year" and one in ("rồi", "này"):
        return None
    return Found("relative", Relative(unit=unit, offset=DEICTIC[key]), "", end)


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
    parsed = parse_digits(tokens[index + 1].text, ",") if tokens[index + 1].is_digits else None
    if parsed and tokens[index + 2].text != "%":
        value = parsed[0] if parsed[1] is None else parsed[1]
        return Found("ordinal", exact(value), "", index + 2) if value.denominator == 1 else None
    if low == "tư":
        return Found("ordinal", 4, "", index + 2)
    return Found("ordinal", word[0], "", word[1]) if word else None


WEEKDAY_CUES = words("sáng trưa chiều tối đêm hôm vào khuya từ đến tới mỗi hằng cuối")


def _is_weekday(tokens: Tokens, index: int) -> bool:
    name, after = tokens[index + 1], index + 2
    if name.is_capital or tokens.low(index - 1) in WEEKDAY_CUES:
        return True
    if tokens.low(after) == "tuần":
        return True
    at = after + 1 if tokens[after].text in ",(" else after
    return tokens.low(at) == "ngày" or (at > after and tokens[at].is_digits)


SUN = words("nhật nhựt")


def read_sunday(tokens: Tokens, index: int) -> Found | None:
    """Read "Chủ nhật" and "chúa nhật"."""
    return Found("weekday", 7, "", index + 2) if tokens.low(index + 1) in SUN else None


def read_short_weekday(tokens: Tokens, index: int) -> Found | None:
    """Read CN as Sunday and T2 to T7 as Monday to Saturday; a terminal is T2 as well."""
    short = _short_weekday(tokens, index)
    if short is None:
        return None
    weekday, end = short
    after = end + 1 if tokens[end].text in "(," else end
    dated = tokens[after].is_digits and tokens[after + 1].text in "/-" and tokens[after + 1].glued
    part, week = tokens.low(index - 1) in DAY_PARTS, tokens.low(end) == "tuần"
    if not (dated or part or week or _is_listed(tokens, index, end)):
        return None
    return Found("weekday", weekday, "", end, certain=part or week or (weekday == 7 and dated))


def _short_weekday(tokens: Tokens, index: int) -> tuple[int, int] | None:
    text, number = tokens[index].text, tokens.integer(index + 1, 1)
    if tokens[index].glued and tokens[index - 1].text not in "(-–,/":
        return None
    if text == "CN":
        return None if tokens[index + 1].glued and tokens[index + 1].is_digits else (7, index + 1)
    if text != "T" or number is None or not 2 <= number <= 7 or not tokens[index + 1].glued:
        return None
    glued = tokens[index + 2].glued and (tokens[index + 2].is_word or tokens[index + 2].text == "/")
    return None if glued else (number - 1, index + 2)  # T7/2025 is a month


def _is_listed(tokens: Tokens, index: int, end: int) -> bool:
    """Return whether another short weekday is next to it: T2-T6, T7 và CN."""
    joined = words("- – và đến tới ,")
    after = tokens[end].text in joined and _short_weekday(tokens, end + 1)
    before = tokens[index - 1].text in joined and (
        tokens[index - 2].text == "CN" or _short_weekday(tokens, index - 3)
    )
    return bool(after or before)


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

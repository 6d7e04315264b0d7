"""Vietnamese clock times."""

from __future__ import annotations

from vnsum.quantities.clocks import read_time_of_zone, read_to_second
from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Clock, Range
from vnsum.quantities.vi.hyphens import is_day_and_month
from vnsum.quantities.vi.numbers import AMOUNTS
from vnsum.quantities.vi.spelled import HALVES, spelled
from vnsum.quantities.vi.tables import COUNTED, DAY_PARTS, NOT_COUNTED, SPAN_CUES

HALF = 12  # hours
JOINS = words("đến tới")
ENDS = frozenset(".;!?)\n")
AFTER_MINUTE = NOT_COUNTED | DAY_PARTS | words("mỗi hằng hôm")
LENGTHS = words("trong vòng mất suốt dài")  # before a length
DATED = words("ngày hôm cùng rạng")  # after a time


def read_clock(tokens: Tokens, index: int) -> Found | None:
    """Read 9h30, 9 giờ 30 phút, 9:30, 3 giờ chiều, 7h-22h; "3 giờ" alone only after "lúc"."""
    if zoned := read_time_of_zone(tokens, index):
        return zoned
    first = _clock(tokens, index) or _bare_start(tokens, index)
    if first is None:
        return None
    value, end, sure = first
    between = (tokens.low(index - 1), tokens.low(end)) == ("giữa", "và")
    if tokens.is_dash(end) or tokens.low(end) in JOINS or between:
        last = _clock(tokens, end + 1)
        hours = between or (tokens.low(index - 1) == "từ" and tokens.low(end) in JOINS)
        if last and (sure or last[2] or hours):
            same = tokens.low(end - 1) not in DAY_PARTS and tokens.low(last[1] - 1) in DAY_PARTS
            value = _in_part(value, last[0], tokens.low(last[1] - 1)) if same else value
            return Found("range", Range(low=value, high=last[0]), "", last[1])
    half = tokens.low(end - 1) in HALVES and end == index + 2 and value.hour <= 12
    return Found("time", value, "", end, certain=sure) if sure or half else None


def _bare_start(tokens: Tokens, index: int) -> tuple[Clock, int, bool] | None:
    """Read the 7 of "7-8 giờ tối" and "từ 7 đến 8 giờ sáng"."""
    hour, joined = tokens.integer(index, 2), index + 1
    if not hour or hour > 12 or tokens.low(index - 1) in LENGTHS:
        return None
    if not (tokens.is_dash(joined) or tokens.low(joined) in JOINS):
        return None
    last = _clock(tokens, joined + 1)
    part = last is not None and last[2] and tokens.low(last[1] - 1) in DAY_PARTS
    return (Clock(hour=hour), joined, False) if part else None


def _in_part(low: Clock, high: Clock, part: str) -> Clock:
    """Return the start of a range in the part of the day of its end: 3 giờ đến 5 giờ chiều."""
    if low.hour >= HALF:
        return Clock(hour=0, minute=low.minute) if low.hour == HALF and high.hour < 6 else low
    later = Clock(hour=low.hour + HALF, minute=low.minute)
    night = part in ("đêm", "khuya") and high.hour < 6 <= low.hour  # 11-12 giờ đêm
    over = high.hour < 6 and (low.hour, low.minute) > (high.hour, high.minute)  # 10-2 giờ sáng
    return later if later < high or night or over else low


def read_hours(tokens: Tokens, index: int) -> Found | None:
    """Read "trong 2h" and "kéo dài 48h" as lengths; "sau 22h" is a time."""
    hours, end = tokens.integer(index, 3), index + 2
    if hours is None or tokens.low(index + 1) != "h" or not tokens[index + 1].glued:
        return None
    after = tokens[end]
    if tokens.low(index - 1) not in LENGTHS or after.low in DAY_PARTS or after.low in DATED:
        return None
    if after.is_digits or (after.glued and (after.is_word or after.text in "/-–:")):
        return None
    return Found("measure", hours, "hour", end)


def _clock(tokens: Tokens, index: int) -> tuple[Clock, int, bool] | None:  # noqa: PLR0911 - one return per exclusion
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
        longer = tokens[end].text == ":" and tokens[end + 1].is_digits and tokens[end + 1].glued
        if longer or minute > 59:
            return None
        end += tokens.low(end) in ("giờ", "h")
    elif mark in ("h", "g", "giờ") and not (mark == "g" and not _minute(tokens, at + 1)):
        if mark != "giờ" and not tokens[at].glued and mark != "h":
            return None
        found = _minute(tokens, at + 1)
        minute, end, sure = (found[0], found[1], True) if found else (0, at + 1, False)
        to = _minute_to(tokens, end) if hour else None
        if to:  # 9 giờ kém 15
            hour, minute, end, sure = hour - 1, 60 - to[0], to[1], True
        if tokens.low(end) in HALVES:
            minute, end, sure = 30, end + 1, _cue(tokens, index)
    elif mark in HALVES:  # 7 rưỡi sáng
        minute, end = 30, at + 1
    else:
        return None
    hour, end, part = _day_part(tokens, hour, end)
    sure = sure or part or _cue(tokens, index) or tokens.low(end) in ("ngày", "hôm", "cùng")
    sure = sure or (mark == "h" and _follows(tokens, index, end))
    return Clock(hour=hour % 24, minute=minute), end, sure


def _minute_to(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Read "kém 15" and "kém năm phút"."""
    if tokens.low(index) not in ("kém", "thiếu"):
        return None
    at = index + 1
    number = tokens.integer(at, 2)
    minute, end = (number, at + 1) if number else spelled(tokens, at) or (0, at)
    if not 0 < minute < 60 or AMOUNTS.unit(tokens, end)[1] not in (
        "", "minute"
    ):  # fmt: skip
        return None
    return minute, end + 1 if tokens.low(end) == "phút" else end


def _minute(tokens: Tokens, index: int) -> tuple[int, int] | None:
    minute = tokens.integer(index, 2)
    end = index + 1
    if minute is None and not tokens[index].is_digits and (word := spelled(tokens, index)):
        minute, end = word
        last = tokens[end].text in ENDS or tokens.low(end) in AFTER_MINUTE
        if tokens.low(end) != "phút" and not (minute >= 10 and last):
            return None  # but "chín giờ mười lăm có xe"
    if minute is None or minute > 59 or is_day_and_month(tokens, index):
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

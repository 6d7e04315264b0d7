"""Vietnamese dates of the lunar calendar: 23 tháng Chạp, rằm tháng 8, mùng 1 Tết, 10/3 âm lịch."""

from __future__ import annotations

from itertools import pairwise

from vnsum.quantities.resolve import Anchored
from vnsum.quantities.rules import Found, Rule
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Date, LunarDate, Range
from vnsum.quantities.vi.spelled import spelled
from vnsum.quantities.vi.tables import DIGITS, MONTHS

FULL_MOON = 15
LAST_DAY = 30
STEMS = words("giáp ất bính đinh mậu kỷ kỉ canh tân nhâm quý quí")
BRANCHES = words("tý tí sửu dần mão mẹo thìn tỵ tị ngọ mùi thân dậu tuất hợi")
FIRST_DAYS = words("mùng mồng")
REACH = 7  # tokens from "giỗ" or "mùng" to the date
# Customs of the lunar calendar, for a month that may also be January.
FESTIVE = words("giỗ cúng chùa tết trẩy vía rằm")
NO_DAY = (0, 0)
FESTIVALS = {
    ("lễ", "hội"): NO_DAY, ("hội", "làng"): NO_DAY, ("mở", "hội"): NO_DAY, ("khai", "hội"): NO_DAY,
    ("nguyên", "tiêu"): (15, 1), ("hàn", "thực"): (3, 3), ("hùng", "vương"): (10, 3),
    ("giỗ", "tổ"): (10, 3), ("phật", "đản"): (15, 4), ("đoan", "ngọ"): (5, 5),
    ("thất", "tịch"): (7, 7), ("vu", "lan"): (15, 7), ("trung", "thu"): (15, 8),
    ("trùng", "cửu"): (9, 9), ("ông", "táo"): (23, 12),
}  # fmt: skip
AFTER_OURS = words("là âm tức hằng hàng rơi trùng năm")  # tháng 8 ta là …
GREGORIAN = (("dương", "lịch"), ("tây", "lịch"))


def lunar(rule: Rule) -> Rule:
    """Return a rule whose dates are lunar dates where the words in or around them say so."""

    def read(tokens: Tokens, index: int) -> Found | None:
        found = rule(tokens, index)
        if found is None or found.kind not in ("date", "range"):
            return found
        return _convert(tokens, index if found.start is None else found.start, found)

    return read


def _convert(  # noqa: PLR0911 - one return per mark of the calendar
    tokens: Tokens, start: int, found: Found
) -> Found:
    if not _has_month_or_day(found.value) or _is_gregorian(tokens, found.end):
        return found
    if end := mark_end(tokens, found.end):
        return _as_lunar(found, end)
    if tokens.low(found.end) == "ta":  # "our" calendar, unless it is "we"
        after = tokens[found.end + 1]
        sure = not after.is_word or after.low in AFTER_OURS
        return _as_lunar(found, found.end + 1, certain=sure)
    if end := _tet_end(tokens, found.end):
        return _as_lunar(_days_of_tet(tokens, found), end, tet=True)
    months = {tokens.low(at) for at in range(start, found.end)} & {"giêng", "chạp"}
    dated = _year(found.value) is not None
    near = _around(tokens, start, found.end)
    if "chạp" in months or (months and not dated):
        # "tháng Giêng" and "ngày 20 tháng Giêng" are also of January
        day = getattr(_ends(found.value)[-1], "day", None)
        named = tokens.low(start) != "ngày" or _is_festive(near)
        sure = "chạp" in months or (day is not None and named)
        return _as_lunar(found, found.end, certain=sure)
    if months:
        return found._replace(certain=False)  # "tháng Giêng năm 2021" is also January
    if is_marked_before(tokens, start):
        return _as_lunar(found, found.end)
    if follows_anniversary(tokens, start) and not dated:
        return _as_lunar(found, found.end, certain=follows_anniversary(tokens, start, "tổ"))
    if _is_festival(near, found.value):
        return _as_lunar(found, found.end)
    if tokens.low(start) in FIRST_DAYS or tokens.low(start + 1) in FIRST_DAYS:
        # "mùng 4" is of the lunar calendar, "mùng 2/9" mostly is not
        if _month(found.value) is None:
            return _as_lunar(found, found.end, certain=False)
        return found._replace(certain=False)
    return found


def _around(tokens: Tokens, start: int, end: int) -> list[str]:
    return [tokens.low(at) for at in (*range(start - REACH, start), *range(end, end + REACH))]


def _is_festive(near: list[str]) -> bool:
    """Return whether words tell a custom of the lunar calendar: giỗ, lễ hội."""
    return not FESTIVE.isdisjoint(near) or any(pair in FESTIVALS for pair in pairwise(near))


def _is_festival(near: list[str], value: object) -> bool:
    """Return whether a day is the lunar one of a festival near it: Trung thu là ngày 15/8."""
    day = (value.day, value.month) if isinstance(value, Date) and not value.year else None
    return any(FESTIVALS.get(pair) == day for pair in pairwise(near) if pair in FESTIVALS)


def _days_of_tet(tokens: Tokens, found: Found) -> Found:
    """Return "mùng 1-3 Tết" as a range of days instead of a day and a month."""
    value = found.value
    if not isinstance(value, Date) or not value.month or not tokens.is_dash(found.end - 2):
        return found
    days = Range(low=Date(day=value.day), high=Date(day=value.month))
    return found._replace(kind="range", value=days)


def _ends(value: object) -> tuple[object, ...]:
    return (value.low, value.high) if isinstance(value, Range) else (value,)


def _has_month_or_day(value: object) -> bool:
    ends = _ends(value)
    return all(isinstance(end, Date | Anchored) and (end.month or end.day) for end in ends)


def _year(value: object) -> int | None:
    return getattr(_ends(value)[-1], "year", None)


def _month(value: object) -> int | None:
    return getattr(_ends(value)[-1], "month", None)


def _as_lunar(found: Found, end: int, *, tet: bool = False, certain: bool = True) -> Found:
    dates = [_lunar_date(value, tet=tet) for value in _ends(found.value)]
    value = Range(low=dates[0], high=dates[1]) if len(dates) == 2 else dates[0]
    kind = "range" if len(dates) == 2 else "lunar"
    return found._replace(
        kind=kind, value=value, end=end, alternative=None, certain=certain and found.certain
    )


def _lunar_date(value: object, *, tet: bool) -> LunarDate:
    day: int | None = getattr(value, "day", None)
    month: int | None = getattr(value, "month", None)
    if tet and month is None and day:
        month = 12 if day >= 20 else 1
    return LunarDate(year=getattr(value, "year", None), month=month, day=day)


def follows_anniversary(tokens: Tokens, index: int, word: str = "giỗ") -> bool:
    """Return whether "giỗ", the anniversary of a death, is a few words before the date."""
    return any(tokens.low(at) == word for at in range(index - REACH, index))


def mark_end(tokens: Tokens, index: int) -> int | None:
    """Return the index after "âm lịch", "(âm lịch)", "AL" or "năm Giáp Thìn", or `None`."""
    at = index + 1 if tokens[index].text in "(," else index
    at += tokens.low(at) == "tính" and tokens.low(at + 1) == "theo"
    at += tokens.low(at) == "theo"
    low, after = tokens.low(at), tokens.low(at + 1)
    end: int | None = None
    if (low, after) in (("âm", "lịch"), ("lịch", "âm"), ("lịch", "ta")):
        end = at + 2
    elif tokens[at].text in ("AL", "ÂL") or (low == "âm" and not tokens[at + 1].is_word):
        end = None if tokens[at + 1].is_digits else at + 1
    elif low == "năm" and after in STEMS and tokens.low(at + 2) in BRANCHES:
        end = at + 3
    if end is not None and tokens[index].text == "(" and tokens[end].text == ")":
        end += 1
    return end


def is_marked_before(tokens: Tokens, start: int) -> bool:
    """Return whether "âm lịch" is before the date rather than after an earlier one."""
    at = start - 1 if tokens.low(start - 1) in (":", "là", "vào") else start
    marked = {tokens.low(at - 1), tokens.low(at - 2)} == {"âm", "lịch"}
    return marked and not tokens[at - 3].is_digits


def _is_gregorian(tokens: Tokens, index: int) -> bool:
    at = index + 1 if tokens[index].text == "(" else index
    at = at + 1 if tokens.low(at) == "tết" else at
    return (tokens.low(at), tokens.low(at + 1)) in GREGORIAN or (
        at > index and tokens.low(at) in ("dương", "tây")
    )


def _tet_end(tokens: Tokens, index: int) -> int | None:
    return index + 1 if tokens.low(index) == "tết" and not _is_gregorian(tokens, index) else None


def read_tet_day(tokens: Tokens, index: int) -> Found | None:
    """Read "30 Tết", "ba mươi Tết" and "23 Chạp", and "3 Tết" in a list of days after "mùng"."""
    number = tokens.integer(index, 2)
    day, end = (number, index + 1) if number else spelled(tokens, index) or (0, index)
    if tokens.low(end) == "chạp" and 1 <= day <= 30:
        return Found("lunar", LunarDate(month=12, day=day), "", end + 1)
    tet = _tet_end(tokens, end)
    if tet is None or not 1 <= day <= 30:
        return None
    listed = any(tokens.low(at) in FIRST_DAYS for at in range(index - REACH, index))
    if day < 20 and not listed:
        return None
    return _as_lunar(Found("date", Date(day=day), "", end), tet, tet=True)


def read_thirtieth(tokens: Tokens, index: int) -> Found | None:
    """Read "30 tháng 2 âm lịch" and "30/2 âm lịch", a day that only the lunar calendar has."""
    at = index + 1 if tokens.low(index) in ("ngày", "hôm") else index
    number = tokens.integer(at, 2)
    day, end = (number, at + 1) if number else spelled(tokens, at) or (0, at)
    month = "2" if tokens[end].text in "/-" else "2 hai" if tokens.low(end) == "tháng" else ""
    if day != LAST_DAY or tokens.low(end + 1) not in month.split():
        return None
    marked = mark_end(tokens, end + 2)
    if marked is None and not is_marked_before(tokens, index):
        return None
    return Found("lunar", LunarDate(month=2, day=day), "", marked or end + 2)


def read_full_moon(tokens: Tokens, index: int) -> Found | None:
    """Read "rằm tháng 8" and "rằm"; "trăng rằm" is the moon itself."""
    if tokens.low(index - 1) == "trăng":
        return None
    month, end = None, index + 1
    if tokens.low(end) == "tháng":
        low, number = tokens.low(end + 1), tokens.integer(end + 1, 2)
        if low == "mười" and tokens.low(end + 2) in ("một", "hai"):
            month, end = 10 + DIGITS[tokens.low(end + 2)], end + 3
        else:
            month = number if number and number <= 12 else MONTHS.get(low)
            end = end + 2 if month else end
    return Found("lunar", LunarDate(month=month, day=FULL_MOON), "", mark_end(tokens, end) or end)


def read_eve(tokens: Tokens, index: int) -> Found | None:
    """Read "giao thừa", New Year's Eve, which some texts use for 31 December."""
    if tokens.low(index + 1) != "thừa":
        return None
    return Found("lunar", LunarDate(month=12, day=30), "", index + 2, certain=False)

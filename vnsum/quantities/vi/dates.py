"""Vietnamese days and months."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from vnsum.quantities import dates
from vnsum.quantities.resolve import Anchored
from vnsum.quantities.rules import CODED, Found, Rule
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Date, Range, Relative, exact, is_day
from vnsum.quantities.vi.days import deictic
from vnsum.quantities.vi.hyphens import (
    follows_dotted_day,
    hyphen_day,
    is_decimal,
    is_first_day,
)
from vnsum.quantities.vi.lunar import mark_end
from vnsum.quantities.vi.numbers import AMOUNTS
from vnsum.quantities.vi.rates import counts_per
from vnsum.quantities.vi.spelled import TIME_WORDS, spelled
from vnsum.quantities.vi.tables import (
    DIGITS,
    FRACTION_CUES,
    FRACTION_NOUNS,
    MONTHS,
    SCALES,
    SURE_CUES,
)
from vnsum.quantities.vi.years import year_after

DATED = words("ngày hôm sáng trưa chiều tối đêm mùng mồng")
MONTH_CUES = words("vào hồi từ đầu giữa cuối")
DOTTED_MONTH = re.compile(r"(0?[1-9]|1[0-2])\.((?:19|20)\d\d)")
ON_THE_WAY = words("lên xuống ra")  # before "đường", which is no street then
NOT_AFTER_MONTH = words("lần nay ngoái sau trước tới qua này")


def street(rule: Rule) -> Rule:
    """Return a rule whose dates are not certain after "đường", "phố" and so on.

    "Đường 3/2" is a street; "cấm đường 3/2" closes one on that day.
    """

    def read(tokens: Tokens, index: int) -> Found | None:
        found = rule(tokens, index)
        if found is None or found.kind != "date" or not _is_street(tokens, index - 1):
            return found
        return found._replace(certain=False)

    return read


def _is_street(tokens: Tokens, index: int) -> bool:
    """Return whether "đường" or "phố" at `index` may be a street; "lên đường" is to leave."""
    low, before = tokens.low(index), tokens.low(index - 1)
    whole = (before, low) in (("quảng", "trường"), ("công", "viên"), ("đại", "lộ"))
    return whole or (low in ("đường", "phố") and before not in ON_THE_WAY)


def read_written_date(tokens: Tokens, index: int) -> Found | None:  # noqa: PLR0911 - one return per exclusion
    """Read 7/1, 7-1-2026, 27-29/3, or the fraction 3/4."""
    before = {tokens.low(index - back) for back in (1, 2)}
    if tokens.low(index - 1) == "ngày" and counts_per(tokens, index - 1):
        return _fraction(tokens, index)
    if (
        tokens.integer(index) == 24
        and tokens[index + 1].text == "/"
        and tokens.low(index + 2) == "7"
        and not mark_end(tokens, index + 3)
    ) and not before & words("ngày hôm sáng chiều tối đêm trưa mùng lịch"):
        return CODED._replace(end=index + 3)
    if (
        tokens.low(index - 1) in words("số nhà ngõ hẻm ngách kiệt lớp")
        and tokens[index + 1].text == "/"
    ):
        return CODED._replace(end=index + 3)
    if _is_nine_eleven(tokens, index):
        return Found("date", Date(month=9, day=11), "", index + 3)
    if tokens.low(index - 1) in ("lệ", "suất", "chọi") and (ratio := _fraction(tokens, index, 6)):
        return ratio  # tỷ lệ 1/3, also of a map: 1/2000
    fraction = _fraction(tokens, index)
    sure = bool(before & SURE_CUES)
    proper = fraction is not None and isinstance(fraction.value, Decimal | Fraction)
    proper = proper and (tokens.integer(index, 3) or 0) < (tokens.integer(index + 2, 3) or 0)
    if fraction and proper and not sure:
        measured = AMOUNTS.unit(tokens, index + 3)[1]
        after = tokens.low(index + 3)
        if measured or after in FRACTION_NOUNS or before & FRACTION_CUES:
            return fraction
    just_before = tokens.low(index - 1)
    cued = sure and (just_before in SURE_CUES or just_before in ("nay", "qua", "kia"))
    cued = cued and not is_decimal(tokens, index)
    cued = cued or _is_bracketed_day(tokens, index) or follows_dotted_day(tokens, index)
    hyphen = None if cued else hyphen_day(tokens, index)
    cued = cued or hyphen is not None
    if is_first_day(tokens, index):
        return Found("date", Date(day=tokens.integer(index)), "", index + 1)
    written = dates.read_written(tokens, index, day_first=True, cued=cued)
    if written is None:
        return fraction
    if isinstance(written.value, Range):
        return Found("range", written.value, "", written.end)
    if written.value.year is not None:
        scale = dates.read_scale(tokens, index, written.value)
        return Found("date", written.value, "", written.end, None, scale)
    year, end = year_after(tokens, written.end)
    other = fraction if fraction and proper and not sure and year is None else None
    alternative = other.value if other and isinstance(other.value, Decimal | Fraction) else None
    value = _with_year(written.value, year)
    return Found("date", value, "", end, None, alternative, hyphen is not False)


def _is_nine_eleven(tokens: Tokens, index: int) -> bool:
    """Return whether 9/11 is the day of the attacks on the United States, written as there."""
    written = tokens.is_fraction_bar(index + 1) and tokens.integer(index, 1) == 9
    attack = (tokens.low(index - 2), tokens.low(index - 1)) in (("tấn", "công"), ("khủng", "bố"))
    return written and tokens.integer(index + 2, 2) == 11 and attack


def _is_bracketed_day(tokens: Tokens, index: int) -> bool:
    """Return whether it is a day in brackets, (30-7), rather than a score or range."""
    closed = tokens[index - 1].text == "(" and tokens[index + 3].text == ")"
    return closed and tokens.is_dash(index + 1) and (tokens.integer(index, 2) or 0) > 12


def _with_year(date: Date, year: int | None) -> Date:
    if year is not None and date.day and date.month and not is_day(year, date.month, date.day):
        return date
    return Date(year=year, month=date.month, day=date.day)


def _fraction(tokens: Tokens, index: int, longest: int = 3) -> Found | None:
    top, bottom = tokens.integer(index, 3), tokens.integer(index + 2, longest)
    if top is None or not bottom or tokens[index + 1].text != "/":
        return None
    if tokens[index + 3].text == "/" or (tokens[index + 3].glued and tokens[index + 3].is_word):
        return None
    value = exact(Fraction(top, bottom))
    return Found("fraction", value, "", index + 3)


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
    if low == "một" and (tokens[index].is_capital or _is_named_month(tokens, index)):
        return 1, index + 1
    if low in MONTHS and (
        low != "năm"
        or tokens[index].is_capital
        or tokens.low(index + 1) == "năm"
        or _is_named_month(tokens, index)
    ):
        return MONTHS[low], index + 1
    return None


def _is_named_month(tokens: Tokens, index: int) -> bool:
    """Return whether "một" or "năm" ends a date: "ngày 9 tháng năm", "vào tháng một,"."""
    before, after = tokens[index - 2], tokens[index + 1]
    if after.low == "năm" and dates.year_number(tokens, index + 2):  # tháng một năm 2007
        return True
    dated = before.is_digits and tokens.low(index - 3) in DATED
    dated = dated or any(_spells_day(tokens, at, index - 1) for at in range(index - 4, index - 1))
    listed = before.low in ("và", "hoặc", "hay", "đến", "tới")  # tháng tư hoặc tháng năm
    dated = dated or (listed and tokens.low(index - 4) == "tháng")
    if dated or before.low in MONTH_CUES:
        return not after.is_word or (dated and after.low not in NOT_AFTER_MONTH)
    return False


def _spells_day(tokens: Tokens, index: int, end: int) -> bool:
    """Return whether a day in words after "ngày" ends at `end`: ngày >mười chín< tháng năm."""
    word = spelled(tokens, index) if tokens.low(index - 1) in DATED else None
    return word is not None and word[1] == end and word[0] <= 31


def _is_unit(tokens: Tokens, index: int) -> bool:
    return tokens[index].text == "%" or SCALES.match(tokens, index) is not None


def read_month(tokens: Tokens, index: int) -> Found | None:
    """Read "tháng 2", "tháng Hai năm 2026", "tháng 2 tới", "tháng trước"."""
    if tokens.low(index - 1) == "mạng":  # the August Revolution, and streets named after it
        return None
    if dotted := DOTTED_MONTH.fullmatch(tokens[index + 1].text):  # tháng 11.2024
        return Found("date", Date(year=int(dotted[2]), month=int(dotted[1])), "", index + 2)
    month = _month(tokens, index + 1)
    if month is None:
        return deictic(tokens, index, "month")
    counts = counts_per(tokens, index)
    if counts:
        return None
    return finish_month(tokens, month[0], None, month[1])._replace(certain=counts is False)


def finish_month(tokens: Tokens, month: int, day: int | None, end: int) -> Found:
    """Return the date of a month, perhaps with its day, and what follows it at `end`: năm 2026."""
    year, after = year_after(tokens, end)
    if year is not None and (day is None or is_day(year, month, day)):
        return Found("date", Date(year=year, month=month, day=day), "", after)
    low, then = tokens.low(end), tokens.low(end + 1)
    if low == "năm" and then in ("nay", "ngoái", "sau", "tới", "trước"):
        years = {"nay": 0, "ngoái": -1, "trước": -1}.get(then, 1)
        return _anchor(Anchored(month=month, day=day, years=years), end + 2)
    if low == "sang" and then == "năm":
        return _anchor(Anchored(month=month, day=day, years=1), end + 2)
    if low == "tới" or (low, then) == ("sắp", "tới"):
        return _anchor(
            Anchored(month=month, day=day, direction=1), end + (1 if low == "tới" else 2)
        )
    if low == "vừa" and then in ("qua", "rồi"):
        return _anchor(Anchored(month=month, day=day, direction=-1), end + 2)
    return Found("date", Date(month=month, day=day), "", end)


def _anchor(value: Anchored, end: int) -> Found:
    return Found("date", value, "", end)


def read_day(tokens: Tokens, index: int) -> Found | None:
    """Read what follows "ngày", "mùng" or "hôm": 7 tháng 1 năm 2026, 20, 7/1, mai, qua."""
    counts = tokens.low(index) == "ngày" and counts_per(tokens, index)
    found = None if counts else _day(tokens, index)
    return found._replace(certain=False) if found and counts is None else found


def _day(tokens: Tokens, index: int) -> Found | None:
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
            return _finish_day(tokens, tokens.integer(at, 2) or 0, at + 1)
        marked = tokens[at + 1].text in "/-–." and tokens[at + 1].glued
        if marked or not tokens[at].text.isdecimal():
            found = read_written_date(tokens, at)
            if found and found.kind in ("date", "range"):
                return found
        day = tokens.integer(at, 2)
        end = at + 1
    else:
        counted = tokens.low(at) == "năm" and tokens.low(at - 1) not in ("mùng", "mồng")
        word = None if counted else spelled(tokens, at)
        day, end = word if word else (None, at)
        if word and tokens.low(end) != "tháng" and low == "ngày" and tokens.low(at - 1) == "ngày":
            return None
    if day is None or not 1 <= day <= 31:
        return None
    return _finish_day(tokens, day, end)


def _names_days(tokens: Tokens, index: int) -> bool:
    """Return whether a hyphen joins two days: "4-8 tháng 5", or "hai ngày 5-6" (two days)."""
    first, last = tokens.integer(index, 2), tokens.integer(index + 2, 2)
    if first is None or last is None or not tokens.is_dash(index + 1):
        return False
    if tokens.low(index + 3) == "tháng":
        return True
    said = tokens.integer(index - 2, 2) or DIGITS.get(tokens.low(index - 2))
    return said == last - first + 1 > 1 and tokens[index + 3].text not in ("/", "-")


def _finish_day(tokens: Tokens, day: int, end: int) -> Found | None:
    last = _last_day(tokens, end, day)
    month_at = last[1] if last else end
    if tokens.low(month_at) == "tháng":
        month = _month(tokens, month_at + 1)
        if month and is_day(None, month[0], day):
            found = finish_month(tokens, month[0], last[0] if last else day, month[1])
            if last and isinstance(found.value, Date):
                low = Date(year=found.value.year, month=month[0], day=day)
                return found._replace(kind="range", value=Range(low=low, high=found.value))
            return found
    if last:
        both = Range(low=Date(day=day), high=Date(day=last[0]))
        return Found("range", both, "", last[1])
    if _is_unit(tokens, end):
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
    if day is None or not 1 <= day <= 31:
        return None
    if last := _last_day(tokens, index + 1, day):
        return _days_of_month(tokens, index, last[1])
    if tokens.low(index + 1) != "tháng":
        return None
    month = _month(tokens, index + 2)
    if month is None or not is_day(None, month[0], day):
        return None
    other = _counts_months(tokens, index + 2) or _counts_days(tokens, month[1])
    if other or counts_per(tokens, index + 1):  # 3 tháng 1 lần
        return None
    return finish_month(tokens, month[0], day, month[1])


def _counts_months(tokens: Tokens, index: int) -> bool:
    """Return whether the word after "12 tháng" begins another phrase: 12 tháng hai bên đàm phán."""
    if tokens[index].is_capital or tokens.low(index) not in ("hai", "ba", "tư", "sáu"):
        return False
    weekday = tokens.low(index - 4) == "thứ"
    return not weekday or tokens[index + 1].is_word


def _counts_days(tokens: Tokens, index: int) -> bool:
    """Return whether "ngày" is the unit of the number before it: "9 tháng 10 ngày tù"."""
    dated = tokens[index + 1].is_digits or tokens.low(index + 1) in ("càng", "nay", "này")
    return tokens.low(index) == "ngày" and not dated


def read_spelled_day(tokens: Tokens, index: int) -> Found | None:
    """Read "hai mươi tư tháng bảy"; "hai tháng" is a length of time."""
    word = spelled(tokens, index)
    if word is None or not 12 < word[0] <= 31 or tokens.low(word[1]) != "tháng":
        return None
    month = _month(tokens, word[1] + 1)
    if month is None and tokens.low(word[1] + 1) == "năm" and not tokens[word[1] + 2].is_digits:
        month = 5, word[1] + 2
    if month is None or not is_day(None, month[0], word[0]) or tokens.low(month[1]) in TIME_WORDS:
        return None
    return finish_month(tokens, month[0], word[0], month[1])


def _days_of_month(tokens: Tokens, index: int, end: int) -> Found | None:
    """Read "23 đến 30 tháng Chạp" without "ngày" before it."""
    month = _month(tokens, end + 1) if tokens.low(end) == "tháng" else None
    if month is None or _counts_months(tokens, end + 1):
        return None
    found = _finish_day(tokens, tokens.integer(index, 2) or 0, index + 1)
    return found if found and found.kind == "range" and found.end > end else None

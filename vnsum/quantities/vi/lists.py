"""Vietnamese lists of months, weekdays, quarters and numbered things, which are named once."""

from __future__ import annotations

import re

from vnsum.quantities.amounts import TIME_UNITS
from vnsum.quantities.rules import CODED, Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Date
from vnsum.quantities.vi.dates import finish_month
from vnsum.quantities.vi.numbers import AMOUNTS
from vnsum.quantities.vi.tables import COUNTED, DIGITS, NOT_COUNTED, ROMAN, SCALES
from vnsum.quantities.vi.years import quarter_number, year_after

JOINS = words("và hoặc hay &")
LINKS = JOINS | words("đến tới")
LONGEST = 12  # tokens between the name and the last number
# Words after the last number of a list, which it does not count.
AFTER_LIST = NOT_COUNTED | words(
    "hàng hằng năm âm dương vừa sắp cùng đều thường vẫn luôn trời nóng lạnh mưa nắng rét khô"
)
NUMBERED = words("quận lớp phường tổ khối khoa đội câu trang điều khoản tầng các tuyến")
PLURAL = words("các những")
WEEKLY = words("hàng hằng mỗi")
BEFORE_DAYS = words("vào các những sáng trưa chiều tối")
RANKED = words("đứng hạng xếp trí giải lần người con vị mốc")
COMMAS = re.compile(r"[1-9]\d?(?:,[1-9]\d?)+")
WHOLE = words("người cái con chiếc đứa cháu em ngôi căn")  # nothing has 2.3 of them
NEIGHBOURS = re.compile(r"([1-8]),([2-9])")


def read_listed_month(tokens: Tokens, index: int) -> Found | None:
    """Read the other months of "tháng 7 và 8", "tháng 5 đến 10" and "các tháng 6, 7, 8".

    The 8 of "tháng 7, 8" may be the number of the word after it.
    """
    month = tokens.integer(index, 2)
    if not month or month > 12:
        return None
    year, end = year_after(tokens, index + 1)
    if _list_start(tokens, index, "tháng", named=year is not None) is not None:
        return Found("date", Date(year=year, month=month), "", end)
    if _first_item(tokens, index, "tháng") != index - 2:
        return None
    next_month = tokens.integer(index - 2) == month - 1
    this_year = tokens.low(index + 1) == "năm" and tokens.low(index + 2) in ("nay", "ngoái")
    if this_year and (next_month or tokens[index - 1].text != ","):
        return finish_month(tokens, month, None, index + 1)
    word = tokens[index + 1].is_word and not tokens[index + 1].glued
    other = next_month and word and not _counts(tokens, index + 1)
    return Found("number", month, "", index + 1, certain=False) if other else None


def read_counted_months(tokens: Tokens, index: int) -> Found | None:
    """Read the first month of "hai tháng 7 và 8", which are not two months of time."""
    month = tokens.integer(index + 2, 2)
    if tokens.low(index + 1) != "tháng" or not month or month > 12:
        return None
    if not _is_counted_list(tokens, index + 2):
        return None
    return Found("date", Date(month=month), "", index + 3)


def _is_counted_list(tokens: Tokens, first: int) -> bool:
    """Return whether a word says how many items the list has: hai tháng >7< và 8."""
    said, items, at = DIGITS.get(tokens.low(first - 2), 1), 1, _next_item(tokens, first)
    while at is not None and items <= said:
        items, at = items + 1, _next_item(tokens, at)
    return items == said > 1


def read_listed_weekday(tokens: Tokens, index: int) -> Found | None:
    """Read the other days of "thứ 2, 4, 6"; "đứng thứ 2 và 3" are ranks."""
    number = tokens.integer(index, 1)
    first = _list_start(tokens, index, "thứ", most=7) if number and 2 <= number <= 7 else None
    if not number or first is None:
        return None
    weekly = tokens.low(index + 1) in WEEKLY or tokens.low(first - 2) in BEFORE_DAYS
    several = index - first > 2 or _next_item(tokens, index) is not None
    if tokens.low(first - 2) in RANKED or not (weekly or several):
        return None
    return Found("weekday", number - 1, "", index + 1)


def read_listed_quarter(tokens: Tokens, index: int) -> Found | None:
    """Read the second quarter of "quý 1 và 2/2025", and the others of "quý I, II và III"."""
    number = quarter_number(tokens, index)
    if not number:
        return None
    year, end = year_after(tokens, index + 1)
    if _list_start(tokens, index, "quý", named=year is not None) is None:
        return None
    return Found("date", Date(year=year, quarter=number), "", end)


def _list_start(
    tokens: Tokens, index: int, name: str, *, most: int = 12, named: bool = False
) -> int | None:
    """Return the index of the first item of a list after `name` that has an item at `index`.

    `None` if the number at `index` is that of the word after it: "trong tháng 5, 10 người chết" has
    one month. No item is larger than `most`. `named` tells that a year follows.
    """
    first = _first_item(tokens, index, name)
    if first is None or named or _is_item_of(tokens, index, first, most):
        return first
    return None


def _is_item_of(tokens: Tokens, index: int, first: int, most: int) -> bool:
    """Return whether the number at `index` belongs to the list that begins at `first`."""
    after, mark = tokens[index + 1], tokens[index - 1]
    if _counts(tokens, index + 1) or (after.glued and (after.is_word or after.text in "/-%")):
        return False
    if tokens.is_dash(index - 1):
        return mark.glued and tokens[index].glued
    later = _next_item(tokens, index)
    if _is_counted_list(tokens, first):
        return True
    if later is None:
        certain = mark.text != "," or index - first > 2 or tokens.low(first - 2) in PLURAL
        certain = certain or tokens.integer(first, 2) == (tokens.integer(index, 2) or 0) - 1
        return certain and (not after.is_word or after.low in AFTER_LIST)
    while later is not None and later - index < LONGEST:
        if (tokens.integer(later, 2) or 0) > most:
            return False
        later = _next_item(tokens, later)
    return True


def _first_item(tokens: Tokens, index: int, name: str) -> int | None:
    """Return the index of the first item, after `name`, of the list that has an item at `index`."""
    at = index
    while index - at < LONGEST and (tokens.low(at - 1) in LINKS or tokens[at - 1].text in "-–,"):
        at -= 2
        if not _is_item(tokens, at):
            return None
        if tokens.low(at - 1) == name:
            return at
    return None


def _next_item(tokens: Tokens, index: int) -> int | None:
    """Return the index of the item after the one at `index`: after a comma, "và" or both."""
    at = index + 1
    at += tokens[at].text == ","
    at += tokens.low(at) in JOINS
    return at if at > index + 1 and _is_item(tokens, at) else None


def _is_item(tokens: Tokens, index: int) -> bool:
    return tokens.integer(index, 2) is not None or tokens.low(index) in ROMAN


def _counts(tokens: Tokens, index: int) -> bool:
    """Return whether the word at `index` is what the number before it counts."""
    unit = AMOUNTS.unit(tokens, index)[1]
    return bool(unit) or tokens.low(index) in COUNTED or SCALES.match(tokens, index) is not None


def read_numbered(tokens: Tokens, index: int) -> Found | None:
    """Read "quận 1,3,5" and "lớp 6,7" as names with numbers, not as decimals."""
    if tokens.low(index - 1) not in NUMBERED or not COMMAS.fullmatch(tokens[index].text):
        return None
    return None if _counts(tokens, index + 1) else CODED._replace(end=index + 1)


def read_neighbours(tokens: Tokens, index: int) -> Found | None:
    """Read "2,3 ngày" as two or three days, or 2.3 days; both are possible."""
    found = NEIGHBOURS.fullmatch(tokens[index].text)
    follows = found is not None and int(found[2]) == int(found[1]) + 1
    if found is None or not follows or SCALES.match(tokens, index + 1):
        return None
    amount = AMOUNTS.read(tokens, index)
    counts = amount and (amount.unit in TIME_UNITS or tokens.low(amount.end) in WHOLE)
    return amount._replace(alternative=int(found[2])) if amount and counts else None

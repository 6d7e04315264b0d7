"""Counts per day or month: "mỗi tháng 2 lần" has no February, "mỗi ngày 5 km" no fifth day."""

from __future__ import annotations

from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.vi.numbers import AMOUNTS
from vnsum.quantities.vi.spelled import spelled
from vnsum.quantities.vi.tables import COUNTED, SCALES

EACH = words("mỗi từng hàng hằng")
BEFORE_GOODS = words(
    "ngân khách cửa nhà mặt đơn gian bán mua giao đặt chở hiệu lô tàu kho bạn đầu nguồn quầy"
)  # words with "hàng": bank, customer, shop
WITHIN = words("cả trong")
TURNS = words("buổi bữa ca đêm đợt hôm kỳ kì liều lượt mũi phiên tiết")
COUNTS = COUNTED | TURNS
YEARLY = words("hàng hằng âm dương")  # mỗi tháng 4 hằng năm
AFTER_TIMES = words("một mỗi và hoặc với để cho")
NOT_AFTER_TIMES = words("đầu thứ cuối gần lượt này ấy đó nữa")  # tháng 3 lần đầu tiên


def counts_per(tokens: Tokens, index: int) -> bool | None:
    """Return whether the number after "ngày" or "tháng" at `index` is a count per day or month.

    `None` if it may be a date as well.
    """
    end = _number_end(tokens, index + 1)
    if end is None or tokens[index + 1].is_capital or _is_date(tokens, index, end):
        return False
    kind, unit, _ = AMOUNTS.unit(tokens, end)
    written = tokens[end].text
    if kind == "measure" and unit and written.isascii() and written.islower():
        return True  # kg, km, but not the V of "tháng 9 V-League"
    before, after = tokens.low(index - 1), tokens.low(end)
    if after == "lần" and tokens.low(end + 1) not in NOT_AFTER_TIMES:
        ends = not tokens[end + 1].is_word or tokens.low(end + 1) in AFTER_TIMES
        return True if ends or before == "một" or before in EACH else None
    if before in WITHIN and tokens.low(index) == "tháng" and (unit or after in TURNS):
        return None
    each = (before == "một" or before in EACH) and not _is_name(tokens, index - 1)
    counted = bool(unit) or after in COUNTS or SCALES.match(tokens, end) is not None
    return _counts_each(tokens, index, counted=counted) if each else False


def _counts_each(tokens: Tokens, index: int, *, counted: bool) -> bool | None:
    """Return whether the number after "mỗi ngày" or "mỗi tháng" is a count, and no date."""
    first, last = tokens.integer(index + 1, 2), tokens.integer(index + 3, 2)
    if tokens[index + 2].text in ("/", "-") and first and last and first >= last:
        return False  # mỗi ngày 8/3, mỗi ngày 20-11
    if tokens[index + 2].text == "/" or tokens.low(index - 1) in ("hàng", "hằng"):
        return counted  # mỗi ngày 1/2 viên
    return counted or None


def _is_name(tokens: Tokens, index: int) -> bool:
    """Return whether "hàng" or "Hằng" ends a noun or a name: ngân hàng, Lê Thị Thu Hằng."""
    if tokens.low(index) == "hàng" and tokens.low(index - 1) in BEFORE_GOODS:
        return True
    return tokens[index].is_capital and not tokens.starts_sentence(index)


def _is_date(tokens: Tokens, index: int, end: int) -> bool:
    """Return whether what follows the number, at `end`, is the rest of a date."""
    after = tokens.low(end)
    larger = after in ("tháng", "năm") if tokens.low(index) == "ngày" else after == "năm"
    written = tokens[end].text in "/-." and tokens[end].glued and tokens[end + 1].is_digits
    return larger or after in YEARLY or written


def _number_end(tokens: Tokens, index: int) -> int | None:
    """Return the index after the number at `index`, or after "3-4", "3 đến 5", "1/2", "hai ba"."""
    first = _one(tokens, index)
    if first is None:
        return None
    end = first[1]
    joined = tokens.low(end) in ("đến", "tới", "hoặc") or tokens.is_dash(end)
    joined = joined or tokens.is_fraction_bar(end)
    last = _one(tokens, end + joined)
    neighbours = last is not None and tokens[index].is_word and last[0] == first[0] + 1
    return last[1] if last and (joined or neighbours) else end


def _one(tokens: Tokens, index: int) -> tuple[int, int] | None:
    number = tokens.integer(index, 2)
    if tokens[index].is_digits:
        return None if number is None else (number, index + 1)
    return spelled(tokens, index)

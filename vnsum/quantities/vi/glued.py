"""Vietnamese amounts in colloquial notation: 2tr5, 3kg2, 99K, 1,2M lượt, 24K gold, 220v."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from vnsum.quantities.numerals import ENDS, parse_digits
from vnsum.quantities.rules import CODED, Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Range, exact
from vnsum.quantities.vi.numbers import AMOUNTS
from vnsum.quantities.vi.spelled import spelled
from vnsum.quantities.vi.tables import COUNTED, NOT_COUNTED

INNER_SCALES = {"tr": 10**6, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9, "k": 1000,
                "nghìn": 1000, "ngàn": 1000, "t": 10**9}  # fmt: skip
INNER_UNITS = {"m": "m", "km": "km", "kg": "kg", "l": "l", "lít": "l", "ha": "ha", "tạ": "quintal",
               "tấn": "t", "mét": "m", "cân": "kg", "ký": "kg"}  # fmt: skip
NUMBERS = int | Decimal | Fraction
POWERS = frozenset(["m2", "m3", "km2", "km3"])  # units of area and volume
LENGTHS = words("cao dài sâu cách xa dày")  # but not rộng, which is also said of areas
CAPITAL_SCALES = {"K": 1000, "M": 10**6, "B": 10**9}
KARATS = frozenset([8, 9, 10, 14, 16, 18, 20, 21, 22, 24])
PRICES = words("giá phí tiền bán mua vé lương thưởng")
VIEWS = words("người lượt view views like likes follow follower followers sub subs fan")
GLUED_UNITS = {"s": "second", "v": "V"}
NOT_BEFORE_SECONDS = words("niên năm thế kỷ kỉ")
LONGEST_SECONDS = 120


def read_glued(tokens: Tokens, index: int) -> Found | None:
    """Read 2tr5 as 2.5 million, 3kg2 as 3.2 kg and 1m71 as 1.71 m; 2tr5-3tr is a range."""
    low = _read_one(tokens, index)
    if low is None or not tokens.is_dash(low.end):
        return low
    if tokens.low(index + 1) == "k":
        return CODED._replace(end=low.end)  # number plates: 24k7 - 1821
    at = low.end + 1
    amount = AMOUNTS.amount(tokens, at)
    high = _read_one(tokens, at)
    if high is None and amount is not None:
        high = Found(amount.kind, exact(amount.value), amount.unit, amount.end)
    if high is None or high.unit != low.unit:
        return low
    ends = low.value, high.value
    if not isinstance(ends[0], NUMBERS) or not isinstance(ends[1], NUMBERS) or ends[0] >= ends[1]:
        return low
    return low._replace(kind="range", value=Range(low=ends[0], high=ends[1]), end=high.end)


def _read_one(tokens: Tokens, index: int) -> Found | None:
    whole, part = tokens.integer(index, 3), tokens.integer(index + 2, 3)
    name, digits = tokens[index + 1].text, tokens[index + 2].text
    if whole is None or part is None or not (tokens[index + 1].glued and tokens[index + 2].glued):
        return None
    value, end = whole + Fraction(part, 10 ** len(digits)), index + 3
    power = name + digits in POWERS
    if (tokens[end].glued and tokens[end].is_word) or (power and not _is_length(tokens, index)):
        return None
    if name in INNER_UNITS:
        return Found("measure", exact(value), INNER_UNITS[name], end)
    if name not in INNER_SCALES:
        return None
    value *= INNER_SCALES[name]
    kind, unit, end = AMOUNTS.unit(tokens, end)
    # 1t2 is mostly 1.2 billion, but t is also a tonne
    return Found(kind, exact(value), unit, end, certain=name != "t")


def _is_length(tokens: Tokens, index: int) -> bool:
    """Return whether 1m2 is a length, as in "cao hơn 1m2", and not an area."""
    return any(tokens.low(index - back) in LENGTHS for back in (1, 2))


SPACED_UNITS = {"m": "m", "lít": "l", "ký": "kg", "kí": "kg", "cân": "kg", "mét": "m", "thước": "m",
                "giây": "second"}  # fmt: skip


def read_spaced(tokens: Tokens, index: int) -> Found | None:
    """Read "52 giây 58", and "1 mét 7", "3 ký 2" and "hai mét tư", which are not certain."""
    whole = _whole(tokens, index)
    unit = SPACED_UNITS.get(tokens.low(whole[1])) if whole else None
    part = _decimals(tokens, whole[1] + 1) if whole and unit else None
    if whole is None or unit is None or part is None or tokens[whole[1] + 1].glued:
        return None  # 8 m2 is an area
    after = tokens[part[1]]
    if after.text not in ENDS and after.low not in NOT_COUNTED:
        return None
    certain = unit == "second"
    return Found("measure", exact(whole[0] + part[0]), unit, part[1], certain=certain)


def read_bare_metre(tokens: Tokens, index: int) -> Found | None:
    """Read "cao mét bảy", a metre and 70 centimetres, which is not certain."""
    part = _decimals(tokens, index + 1) if tokens.low(index - 1) in LENGTHS else None
    if part is None or tokens[index + 1].is_digits:
        return None
    return Found("measure", exact(1 + part[0]), "m", part[1], certain=False)


def _whole(tokens: Tokens, index: int) -> tuple[int, int] | None:
    number = tokens.integer(index, 2)
    return spelled(tokens, index) if number is None else (number, index + 1)


def _decimals(tokens: Tokens, index: int) -> tuple[Fraction, int] | None:
    """Read the decimals after a unit: 7, 75, bảy, bảy lăm."""
    number = tokens.integer(index, 2)
    if number is not None:
        return Fraction(number, 10 ** len(tokens[index].text)), index + 1
    if tokens.low(index) == "năm":  # mét năm ngoái
        return None
    word = spelled(tokens, index, inside=True)
    if word is None or word[0] >= 100:
        return None
    return Fraction(word[0], 10 if word[0] < 10 else 100), word[1]


def read_capital_scale(tokens: Tokens, index: int) -> Found | None:
    """Read 99K and 1,2M lượt; 24K gold is in karats, and 4K and 3M are names."""
    letter, end = tokens[index + 1], index + 2
    parsed = parse_digits(tokens[index].text, ",")
    scale = CAPITAL_SCALES.get(letter.text.upper())
    follower = tokens[end]
    if parsed is None or scale is None or not letter.glued:
        return None
    if (follower.glued and follower.is_word) or follower.is_digits or tokens.is_dash(end):
        return None  # number plates: 47K - 8361
    value = parsed[0]
    gold = follower.low == "vàng" or any(tokens.low(index - i) == "vàng" for i in range(1, 5))
    if scale == 1000 and value in KARATS and gold:
        return Found("measure", exact(value), "karat", end)
    if letter.text not in CAPITAL_SCALES:
        return None
    value *= scale
    kind, unit, after = AMOUNTS.unit(tokens, end)
    counted = bool(unit) or follower.low in VIEWS or (scale == 1000 and follower.low in COUNTED)
    priced = any(tokens.low(index - back) in PRICES for back in (1, 2, 3))
    certain = counted or priced or (parsed[0].denominator > 1 and scale > 1000)
    if not certain and not (scale == 1000 and parsed[0] >= 10):
        return None
    return Found(kind, exact(value), unit, after, certain=certain)


def read_glued_unit(tokens: Tokens, index: int) -> Found | None:
    """Read 30s and 220v, whose units are read only without a space."""
    name, after = tokens[index + 1], tokens[index + 2]
    value = tokens.integer(index, 4)
    if value is None or name.text not in GLUED_UNITS or not name.glued:
        return None
    abbreviation = after.text == "." and tokens[index + 3].glued  # v.v.
    if after.glued and (after.is_word or after.is_digits or abbreviation):
        return None
    before = tokens[index - 1]
    model = before.is_word and not before.text.islower()  # iPhone 6s
    decade = before.low in NOT_BEFORE_SECONDS or value > LONGEST_SECONDS
    if name.text == "s" and (decade or model):
        return None
    return Found("measure", value, GLUED_UNITS[name.text], index + 2)

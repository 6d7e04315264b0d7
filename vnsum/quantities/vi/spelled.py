"""Vietnamese numbers below a thousand in words: full, southern and shortened forms."""

from __future__ import annotations

from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.vi.tables import DIGITS, LAST_DIGITS, MONTHS, NOT_COUNTED

TENS = words("mươi mười")
JOINS = words("linh lẻ")
HALVES = words("rưỡi rưởi")
SHORT_TENS = {"hăm": 20, "băm": 30}
SHORT_LAST = words("mốt tư lăm nhăm")  # last digits that only follow a multiple of ten
# Nouns with "tư" as their first syllable: "hai tư thế" is two postures, not 24.
AFTER_TU = words(
    "thế cách nhân vấn lệnh liệu tưởng tế thục sản duy pháp gia dinh bản thương thất hữu lợi vị"
    " chất trang đồ dân mã mưu tình túi nghị"
)
# "ba bảy" is a few, and "hai ba" is two or three
A_FEW = frozenset([(3, 7), (5, 3), (5, 7)])
# Words after "nghìn một" that let it be 1,100; it is "a thousand a cup" in "nghìn một cốc".
AFTER_ONE = NOT_COUNTED | words(
    "chục trăm nghìn ngàn vạn triệu tỷ tỉ đồng đô usd vnd euro phẩy phảy mỗi"
)
TIME_WORDS = words("tháng ngày tuần giờ phút giây")


def spelled(tokens: Tokens, index: int, inside: bool = False) -> tuple[int, int] | None:
    """Return a number below a thousand in words and the index after it.

    `inside` says that a scale precedes it, as in "hai nghìn >một trăm ba sáu<"; the forms without
    "mươi" need no other context there.
    """
    low = tokens.low(index)
    if low == "không":
        if tokens.low(index + 1) == "trăm":
            return _hundreds(tokens, index + 1, 0)
        if inside and tokens.low(index + 1) in ("nghìn", "ngàn", "triệu"):
            return 0, index + 1
        return None
    if low in DIGITS and tokens.low(index + 1) == "trăm":
        return _hundreds(tokens, index + 1, DIGITS[low])
    return _below_hundred(tokens, index, inside=inside) or _digit(tokens, index, inside=inside)


def hundred(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return a number from 101 to 199 without its first word: trăm hai, trăm linh tám."""
    value, end = _hundreds(tokens, index, 1)
    return (value, end) if end > index + 1 else None


def _hundreds(tokens: Tokens, index: int, digit: int) -> tuple[int, int]:
    """Read on at "trăm" with the number of hundreds before it."""
    value, at = 100 * digit, index + 1
    if tokens.low(at) in HALVES and digit:
        return value + 50, at + 1
    if tokens.low(at) in JOINS and tokens.low(at + 1) in LAST_DIGITS:
        return value + LAST_DIGITS[tokens.low(at + 1)], at + 2
    if rest := _below_hundred(tokens, at, inside=True):
        return value + rest[0], rest[1]
    if tokens.low(at) == "năm" or not digit or _starts_number(tokens, at):
        return value, at  # "một trăm năm" is a hundred years
    tens = LAST_DIGITS.get(tokens.low(at))
    if tens is None or _is_noun(tokens, at) or _begins_noun(tokens, at):
        return value, at
    return value + 10 * tens, at + 1  # "một trăm hai" is 120


def _below_hundred(tokens: Tokens, index: int, *, inside: bool) -> tuple[int, int] | None:
    """Read a number of two digits."""
    low, after = tokens.low(index), tokens.low(index + 1)
    if low == "mười" or (low in SHORT_TENS and after in LAST_DIGITS):
        return _with_ones(tokens, index + 1, SHORT_TENS.get(low, 10))
    digit = DIGITS.get(low, 0)
    if digit and after in TENS:
        return _with_ones(tokens, index + 2, 10 * digit)
    if digit and after == "chục":
        return 10 * digit, index + 2
    if digit and _is_shortened(tokens, index, inside=inside):
        return 10 * digit + LAST_DIGITS[after], index + 2
    return None


def _with_ones(tokens: Tokens, index: int, tens: int) -> tuple[int, int]:
    # "mười năm" and "hai mươi năm" count years: five is "lăm" there
    ones = LAST_DIGITS.get(tokens.low(index))
    if ones is None or tokens.low(index) == "năm" or _starts_number(tokens, index):
        return tens, index
    return (tens, index) if _is_noun(tokens, index) else (tens + ones, index + 1)


def _digit(tokens: Tokens, index: int, *, inside: bool) -> tuple[int, int] | None:
    digit = (LAST_DIGITS if inside else DIGITS).get(tokens.low(index))
    other = inside and (_is_noun(tokens, index) or _begins_noun(tokens, index))
    return None if digit is None or other else (digit, index + 1)


def _is_shortened(tokens: Tokens, index: int, *, inside: bool) -> bool:
    """Return whether two digits are a number without "mươi": hai mốt, tám tư, một trăm ba sáu."""
    after, follower = tokens.low(index + 1), tokens.low(index + 2)
    tens, ones = DIGITS[tokens.low(index)], LAST_DIGITS.get(after, 0)
    name = tokens[index + 1].is_capital and not tokens[index + 1].text.isupper()  # Ba Tư: Persia
    other = name or after == "năm" or _starts_number(tokens, index + 1)
    other = other or _is_noun(tokens, index + 1) or _begins_noun(tokens, index + 1)
    if tens == 1 or not ones or other:
        return False
    if after in SHORT_LAST:
        return tens != 5 or inside or follower in ("tuổi", "phần")  # "năm tư" is also a fourth year
    if inside:
        return tens != 5 or follower not in TIME_WORDS
    if follower == "tháng" and tens in (2, 3) and tokens.low(index + 3) in MONTHS:
        return ones != tens + 1 or tokens.low(index + 3) in ("chạp", "giêng")
    counted = follower == "tuổi" or (follower == "phần" and tokens.low(index + 3) == "trăm")
    return counted and ones != tens + 1 and (tens, ones) not in A_FEW


def _is_noun(tokens: Tokens, index: int) -> bool:
    """Return whether the word is the start of a noun rather than a digit."""
    low, after = tokens.low(index), tokens.low(index + 1)
    return (low == "tư" and after in AFTER_TU) or (low == "ba" and after in ("mẹ", "lô"))


def _begins_noun(tokens: Tokens, index: int) -> bool:
    """Return whether "một" after a number is an article: hai mươi nghìn | một cốc."""
    after = tokens[index + 1]
    alone = tokens.low(index) == "một" and tokens.low(index - 1) not in JOINS
    return alone and after.is_word and after.low not in AFTER_ONE


def _starts_number(tokens: Tokens, index: int) -> bool:
    """Return whether a digit word starts another number: mười | hai mươi."""
    return tokens.low(index + 1) in ("mươi", "trăm", "chục")


def digit_year(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return a year that is read out digit by digit: hai không hai ba."""
    digits = [
        0 if tokens.low(index + i) == "không" else LAST_DIGITS.get(tokens.low(index + i))
        for i in range(4)
    ]
    if None in digits or digits[0] not in (1, 2):
        return None
    return int("".join(map(str, digits))), index + 4

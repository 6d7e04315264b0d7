"""Vietnamese fractions, ages, labels, magnitudes, and money with the sign first."""

from __future__ import annotations

from fractions import Fraction

from vnsum.quantities import units
from vnsum.quantities.amounts import roman_rule
from vnsum.quantities.numerals import Numeral
from vnsum.quantities.phrases import Phrases
from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import exact
from vnsum.quantities.vi.numbers import AMOUNTS, NUMERALS
from vnsum.quantities.vi.schools import is_near_school
from vnsum.quantities.vi.spelled import HALVES, JOINS, hundred, spelled
from vnsum.quantities.vi.tables import COUNTED, DIGITS, LAST_DIGITS, ROMAN, SCALES


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
    if NUMERALS.scale(tokens, end)[0] >= 1000:  # một phần tư triệu
        return AMOUNTS.measure(tokens, top.value / bottom, end)
    return Found("fraction", exact(top.value / bottom), "", end)


TIMES = {"đôi": Fraction(2), "rưỡi": Fraction(3, 2), "rưởi": Fraction(3, 2)}
HALVED_UNITS = words("minute hour day year decade century kg t l m km mile")
ROUNDS = frozenset([2, 4, 8, 16, 32, 64])  # teams of "vòng 1/N"
BARE_SCALES = {"chục": 10, "nghìn": 1000, "ngàn": 1000, "vạn": 10**4, "triệu": 10**6,
               "tỷ": 10**9, "tỉ": 10**9}  # fmt: skip
ABOUT = words("hơn gần ngót chừng cả")
NOT_BEFORE_SCALE = words("phần hàng vài mấy nửa chục trăm nghìn ngàn vạn triệu tỷ tỉ")


def read_times(tokens: Tokens, index: int) -> Found | None:
    """Read "gấp đôi" and "gấp ba" as numbers; "gấp" alone is urgent."""
    value = TIMES.get(tokens.low(index + 1))
    if value is not None:
        return Found("number", exact(value), "", index + 2)
    word = spelled(tokens, index + 1)
    if word is None or (tokens.low(word[1]) != "lần" and tokens[word[1]].is_word):
        return None
    half = tokens.low(word[1] + 1) in HALVES  # gấp hai lần rưỡi
    return Found("number", exact(word[0] + Fraction(half, 2)), "", word[1])


def read_doubled(tokens: Tokens, index: int) -> Found | None:
    """Read "nhân đôi" as two."""
    return Found("number", 2, "", index + 2) if tokens.low(index + 1) == "đôi" else None


def read_twenty(tokens: Tokens, index: int) -> Found | None:
    """Read "đôi mươi", an age of about twenty."""
    return Found("number", 20, "", index + 2) if tokens.low(index + 1) == "mươi" else None


def read_magnitude(tokens: Tokens, index: int) -> Found | None:
    """Read "hàng nghìn", "hàng chục tỷ đồng", "vài trăm mét"."""
    scale, end = SCALES.match(tokens, index + 1) or (1, index + 1)
    if scale == 1 or tokens.low(index + 1) in ("k", "tr"):
        return None
    more, end = NUMERALS.scale(tokens, end)
    scale = 10 if scale == 12 else scale  # "hàng tá" is "dozens", the order of tens
    _, unit, end = AMOUNTS.unit(tokens, end)
    return Found("magnitude", scale * more, unit, end)


def read_bare_scale(tokens: Tokens, index: int) -> Found | None:
    """Read "trăm hai", "nghìn rưỡi", "hơn nghìn người" and "gần chục tỷ", which omit "một"."""
    before = tokens.low(index - 1)
    if tokens[index - 1].is_digits or before in NOT_BEFORE_SCALE or before in LAST_DIGITS:
        return None
    low, after = tokens.low(index), tokens.low(index + 1)
    if NUMERALS.is_compound(tokens, index):
        return None
    if low == "chục":
        return _bare_tens(tokens, index)
    if low == "trăm":
        word = hundred(tokens, index)
        numeral = NUMERALS.extend(tokens, Numeral(Fraction(word[0]), word[1], 2)) if word else None
    elif after in LAST_DIGITS or after in HALVES or after in JOINS:
        numeral = NUMERALS.extend(tokens, Numeral(Fraction(1), index, 1))
    else:
        numeral = None  # "vụ án nghìn tỷ"
    if numeral is None or numeral.end == index + 1:
        about = before in ABOUT and tokens[index + 1].is_word and after not in BARE_SCALES
        value = BARE_SCALES.get(low, 100)  # hơn nghìn người, gần trăm xe
        if about and not AMOUNTS.unit(tokens, index + 1)[1]:
            return Found("number", value, "", index + 1, certain=False)
        return _bare_magnitude(tokens, index)
    kind, unit, end = AMOUNTS.unit(tokens, numeral.end)
    half = tokens.low(numeral.end - 1) in HALVES
    return Found(
        kind, exact(numeral.value), unit, end, certain=numeral.certain and bool(unit or half)
    )


def _bare_tens(tokens: Tokens, index: int) -> Found | None:
    """Read "hơn chục người", "gần chục km" and "chục tỷ đồng"."""
    if NUMERALS.scale(tokens, index)[0] > 10:
        return _bare_magnitude(tokens, index)
    if tokens.low(index - 1) not in ABOUT or not tokens[index + 1].is_word:
        return None
    kind, unit, end = AMOUNTS.unit(tokens, index + 1)
    return Found(kind, 10, unit, end, certain=False)


def _bare_magnitude(tokens: Tokens, index: int) -> Found | None:
    """Read "nghìn tỷ đồng", "trăm tuổi" and "nghìn cuốn", but not the "trăm" of "trăm họ"."""
    scale, end = NUMERALS.scale(tokens, index)
    _, unit, after = AMOUNTS.unit(tokens, end)
    named = tokens[index].is_capital and (
        tokens[index + 1].is_capital or not tokens.starts_sentence(index)
    )  # Vạn Thành
    if scale == 1 or named or not (unit or end > index + 1 or tokens.low(end) in COUNTED):
        return None
    return Found("magnitude", scale, unit, after, certain=False)


def read_below_zero(tokens: Tokens, index: int) -> Found | None:
    """Read "trừ 5 độ" as minus 5 degrees; "trừ 5%" is a deduction."""
    found = AMOUNTS.read_minus(tokens, index)
    return found if found and found.kind == "measure" else None


def read_half(tokens: Tokens, index: int) -> Found | None:
    """Read "nửa triệu", "nửa tá" (six), "nửa thế kỷ", "nửa tiếng" and the fraction in "nửa số"."""
    if tokens.low(index + 1) == "số":
        return Found("fraction", exact(Fraction(1, 2)), "", index + 1)
    kind, unit, end = AMOUNTS.unit(tokens, index + 1)
    if unit in HALVED_UNITS and not (tokens[end].is_digits or tokens.low(end) == "một"):
        return Found(kind, exact(Fraction(1, 2)), unit, end)
    scale, end = NUMERALS.scale(tokens, index + 1)
    if scale < 1000 and scale != 12:
        return None
    kind, unit, end = AMOUNTS.unit(tokens, end)
    return Found(kind, exact(Fraction(scale, 2)), unit, end)


def read_age(tokens: Tokens, index: int) -> Found | None:
    """Read the age after "tuổi": tuổi 28."""
    numeral = NUMERALS.read(tokens, index + 1)
    if (
        numeral is None
        or numeral.value > 150
        or numeral.words == 1
        or tokens[numeral.end].text == "%"
    ):
        return None
    if AMOUNTS.unit(tokens, numeral.end)[1]:
        return None
    return Found("age", exact(numeral.value), "year", numeral.end)


read_roman = roman_rule(ROMAN)


TENS = {"tứ": 40, "ngũ": 50, "lục": 60, "thất": 70, "bát": 80, "cửu": 90}


def read_old_age(tokens: Tokens, index: int) -> Found | None:
    """Read "bát tuần", an age of about eighty."""
    if tokens.low(index + 1) != "tuần":
        return None
    return Found("age", TENS[tokens.low(index)], "year", index + 2, certain=False)


FIRST = words("tiên thẩm")


def read_first(tokens: Tokens, index: int) -> Found | None:
    """Read "đầu tiên" and "sơ thẩm" (of first instance) as first."""
    return Found("ordinal", 1, "", index + 2) if tokens.low(index + 1) in FIRST else None


LABELS = Phrases(units.forms(units.LABELS, "vi"))


def read_label(tokens: Tokens, index: int) -> Found | None:
    """Read "Điều 5", "số 9", "quốc lộ 1"; not "số 500 người"."""
    found = LABELS.match(tokens, index)
    if found is None:
        return None
    if found[0] == "number" and tokens.low(index - 1) in words("tỷ tỉ hệ chỉ con tổng"):
        return None  # "tỷ số 3-1" is a score
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
    amount = AMOUNTS.unit(tokens, at + 1)
    if amount[1] or SCALES.match(tokens, at + 1) or (follower.low in COUNTED and not law):
        return None
    school = name == "level" and number <= 3 and is_near_school(tokens, index)
    return Found("label", number, name, at + 1, certain=not school)


def read_alarm(tokens: Tokens, index: int) -> Found | None:
    """Read "báo động ba 1,2 m", an alarm level before a height."""
    level = DIGITS.get(tokens.low(index + 2), 4)
    if tokens.low(index + 1) != "động" or level > 3 or tokens[index + 3].is_word:
        return None
    return Found("label", level, "level", index + 3)


def read_round(tokens: Tokens, index: int) -> Found | None:
    """Read "vòng 1/8", the eighth finals, as the round of 16; "trong vòng 1/4 thế kỷ" is a time."""
    at = index + 2 if tokens.low(index + 1) == "đấu" else index + 1
    bottom = tokens.integer(at + 2, 2)
    if tokens.integer(at, 1) != 1 or not tokens.is_fraction_bar(at + 1) or bottom not in ROUNDS:
        return None
    follower = tokens[at + 3]
    joined = follower.glued and (follower.text in "/-–%" or follower.is_word)
    measured = AMOUNTS.unit(tokens, at + 3)[0] == "measure"  # but not "vòng 1/8 Euro 2024"
    if joined or measured or SCALES.match(tokens, at + 3):
        return None
    return Found("label", 2 * bottom, "round of", at + 3, None, exact(Fraction(1, bottom)))


SYMBOLS = Phrases(
    [(form, name) for form, name in units.forms(units.CURRENCIES, "en")
     if not form[-1].isalpha()] + [("US$", "USD"), ("VNĐ", "VND")]
    + [(row.name, row.name) for row in units.CURRENCIES if row.name != "cent"]
)  # fmt: skip


def read_currency_first(tokens: Tokens, index: int) -> Found | None:
    """Read "$5 triệu", "US$ 2,3 tỷ"."""
    found = SYMBOLS.match(tokens, index)
    if found is None or not tokens[found[1]].is_digits:
        return None
    letters = tokens[index].is_word
    if letters and not (
        tokens[index].text.isupper() and (tokens[index + 1].glued or found[1] == index + 1)
    ):
        return None
    numeral = NUMERALS.read(tokens, found[1])
    if numeral is None:
        return None
    other = None if numeral.alternative is None else exact(numeral.alternative)
    return Found("money", exact(numeral.value), found[0], numeral.end, None, other)

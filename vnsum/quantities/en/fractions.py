"""English fractions and multiples: two-thirds, one in three, half a century, doubled."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from vnsum.quantities.en.numbers import AMOUNTS, NUMERALS
from vnsum.quantities.en.tables import FRACTION_BOTTOMS, ONES
from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import DASHES, Tokens, words
from vnsum.quantities.values import exact

MULTIPLES = {
    "twice": 2, "both": 2, "doubled": 2, "doubling": 2, "twofold": 2, "tripled": 3, "tripling": 3,
    "trebled": 3, "threefold": 3, "quadrupled": 4, "quadrupling": 4, "fourfold": 4,
    "quintupled": 5, "fivefold": 5, "tenfold": 10,
}  # fmt: skip
BEFORE_MULTIPLE = words("will would to could can may might should must nearly almost than or")
AFTER_MULTIPLE = words(
    "the that its their his her what or by in to from over between within during since this next"
)
SIZES = words(
    "size price cost number amount length width height weight population value area distance speed"
)  # a quarter the size of Hanoi
CUPS = words("cup cups teaspoon teaspoons tablespoon tablespoons pound pounds mile miles inch")
PARTED_UNITS = words("percent minute hour day year decade century kg t l m km mile")
ENDS_OF_MIXED = {"half": Fraction(1, 2), "quarter": Fraction(1, 4)}  # two and a quarter
WORDED_ENDS = {("one", "half"): Fraction(1, 2), ("three", "quarter"): Fraction(3, 4),
               ("three", "quarters"): Fraction(3, 4)}  # fmt: skip
RATE_CHANGES = words("rate cut cuts hike hikes increase reduction rise move")
EXTENTS = words("by than about nearly almost around over roughly")
AFTER_EXTENT = words("from to since in on between after this last compared over and but or when")


def read_times(tokens: Tokens, index: int) -> Found | None:
    """Read "twice", "both" and "doubled" as two, "tripled" and "threefold" as three."""
    verb = tokens.low(index) not in ("twice", "both")
    if verb and tokens.low(index + 1) in ("down", "up", "as"):
        return None  # "doubled down", "doubled as the director"
    return Found("number", MULTIPLES[tokens.low(index)], "", index + 1)


def read_multiple_of(tokens: Tokens, index: int) -> Found | None:
    """Read "double the number", "triple its profit", "quadruple by 2050"; a double room is none."""
    after = tokens[index + 1]
    verb = (
        tokens.low(index - 1) in BEFORE_MULTIPLE and not after.is_word and after.text not in DASHES
    )
    if (after.low not in AFTER_MULTIPLE or tokens.low(index - 1) == "a") and not verb:
        return None
    value = {"double": 2, "triple": 3, "quadruple": 4}[tokens.low(index)]
    return Found("number", value, "", index + 1)


def read_parts(tokens: Tokens, index: int) -> Found | None:
    """Read two-thirds, one quarter of, three-fifths."""
    low = tokens.low(index)
    top = 1 if low in ("a", "an", "one") else ONES.get(low, tokens.integer(index, 2) or 0)
    at = index + 2 if tokens.is_dash(index + 1) else index + 1
    bottom = FRACTION_BOTTOMS.get(tokens.low(at))
    if not top or not bottom or top >= bottom:
        return None
    plural = tokens.low(at).endswith("s") or tokens.low(at) == "halves"
    full = tokens.low(at + 1) in ("of", "full", "empty") or _is_extent(tokens, index, at + 1)
    full = full or (tokens.low(at + 1) == "the" and tokens.low(at + 2) in SIZES)
    cup = tokens.low(at) == "quarter" and tokens.low(at + 1) in CUPS
    full, plural = full or cup, plural or cup
    full = full or (bottom in (2, 4) and tokens.low(at + 1) == "point")
    if top == 1 and not full and not (low == "one" and bottom == 3):
        return None
    if top > 1 and not plural:
        return None
    part = Fraction(top, bottom)
    one = _part_of_one(tokens, part, at + 1) or _point(tokens, part, at + 1)
    return one or Found("fraction", exact(part), "", at + 1)


def _part_of_one(tokens: Tokens, part: Fraction, index: int) -> Found | None:
    """Read "of a million", "of a century" and "of a percentage point" after a quarter."""
    if tokens.low(index) != "of" or tokens.low(index + 1) not in ("a", "an", "one"):
        return None
    found = AMOUNTS.measure(tokens, part, index + 2)
    return found if found.value != exact(part) or found.unit in PARTED_UNITS else None


def read_quarter_part(tokens: Tokens, index: int) -> Found | None:
    """Read "quarter century" and "quarter-point cut"."""
    return _part_of_next(tokens, Fraction(1, 4), index)


def _part_of_next(tokens: Tokens, part: Fraction, index: int) -> Found | None:
    """Read the unit after half or quarter: half-century, half-point rate cut, half a point."""
    at = tokens.after_hyphen(index + 1)
    if tokens.low(at) == "century":
        return Found("measure", exact(part), "century", at + 1)
    return _point(tokens, part, at)


def _point(tokens: Tokens, part: Fraction, index: int) -> Found | None:
    """Read "point" after a part; without a word for a rate, it may be that of a game as well."""
    at = index + 1 if tokens.low(index) == "of" else index
    at += tokens.low(at) in ("a", "an")
    if tokens.low(at) != "point":
        return None
    rated = tokens.low(at + 1) in RATE_CHANGES
    return Found("percent", exact(part), "percent", at + 1, certain=rated)


def read_ratio(tokens: Tokens, index: int) -> Found | None:
    """Read "one in three", "nine in ten", "1 in 5" and "seven in every hundred"."""
    top, at = _small(tokens, index), index + 1
    if not top or tokens.low(at) not in ("in", "out") or tokens.low(index - 1) in ("number", "no"):
        return None
    at += 1
    if tokens.low(at - 1) == "out":
        if tokens.low(at) != "of":
            return None
        at += 1
    at += tokens.low(at) == "every"
    bottom = 100 if tokens.low(at) in ("hundred", "100") else _small(tokens, at)
    if top and gcd(top, bottom) > 1 and not tokens[index].is_digits:
        return None  # "four out of ten": the numbers of 2/5 would be lost
    unit = AMOUNTS.unit(tokens, at + 1)[1]
    scaled = NUMERALS.scale(tokens, at + 1)[0] > 1 or tokens[at + 1].text in DASHES
    if not bottom or top >= bottom or unit or scaled:
        return None
    return Found("fraction", exact(Fraction(top, bottom)), "", at + 1)


def _small(tokens: Tokens, index: int) -> int:
    return ONES.get(tokens.low(index)) or tokens.integer(index, 2) or 0


def _is_extent(tokens: Tokens, index: int, end: int) -> bool:
    """Return whether "a third" is how far something went: "fell by a third", "by a third party"."""
    after = tokens[end]
    return tokens.low(index - 1) in EXTENTS and (
        after.low in AFTER_EXTENT if after.is_word else after.text not in DASHES
    )


def read_half(tokens: Tokens, index: int) -> Found | None:
    """Read "half a million", "half an hour", "half a percentage point", "half the people"."""
    if part := _part_of_next(tokens, Fraction(1, 2), index):
        return part
    at = index + 2 if tokens.low(index + 1) in ("a", "an") else tokens.after_hyphen(index + 1)
    scale, end = NUMERALS.scale(tokens, at)
    if scale >= 1000 or scale == 12:
        kind, unit, end = AMOUNTS.unit(tokens, end)
        return Found(kind, exact(Fraction(scale, 2)), unit, end)
    kind, unit, end = AMOUNTS.unit(tokens, at)
    if unit in PARTED_UNITS and (at == index + 2 or tokens.low(at) == "hour"):
        return Found(kind, exact(Fraction(1, 2)), unit, end)
    if tokens.low(index + 1) in ("of", "the", "a", "an"):
        return Found("fraction", exact(Fraction(1, 2)), "", index + 1)
    return None


def read_and_a_half(tokens: Tokens, index: int) -> Found | None:
    """Read "two and a half million", "one-and-a-half-year", "an hour and a half"."""
    if tokens.low(index) in ("a", "an"):
        return _one_and_a_half(tokens, index + 1)
    number = ONES.get(tokens.low(index), tokens.integer(index, 2))
    step = 2 if tokens.is_dash(index + 1) else 1
    at = [index + step * i for i in (1, 2, 3)]
    said = [tokens.low(i) for i in at]
    end = tokens.after_hyphen(at[2])
    last = WORDED_ENDS.get((said[1], tokens.low(end)))
    if number and last and said[0] == "and":  # eight and one-half
        return AMOUNTS.measure(tokens, number + last, tokens.after_hyphen(end + 1))
    part = ENDS_OF_MIXED.get(said[2])
    if not number or part is None or said[:2] != ["and", "a"]:
        return None
    return AMOUNTS.measure(tokens, number + part, at[2] + 1)


def _one_and_a_half(tokens: Tokens, index: int) -> Found | None:
    """Read "hour and a half" and "million and a half" after "a" or "an"."""
    scale, end = NUMERALS.scale(tokens, index)
    kind, unit, end = AMOUNTS.unit(tokens, end)
    part = ENDS_OF_MIXED.get(tokens.low(end + 2))
    if end == index or (tokens.low(end), tokens.low(end + 1)) != ("and", "a") or part is None:
        return None
    end += 3
    if not unit:
        kind, unit, end = AMOUNTS.unit(tokens, end)
    return Found(kind, exact(scale * (1 + part)), unit, end)

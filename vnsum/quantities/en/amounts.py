"""English fractions, ages, labels, magnitudes, and money with the sign first."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from vnsum.quantities import units
from vnsum.quantities.amounts import roman_rule
from vnsum.quantities.en.dates import year_after
from vnsum.quantities.en.numbers import AMOUNTS, NUMERALS, ordinal_words
from vnsum.quantities.en.tables import (
    ORDINAL_SUFFIXES,
    OWNERS,
    PEOPLE,
    PLURAL_SCALES,
    PLURAL_TENS,
    SINGLE_SCALES,
)
from vnsum.quantities.numerals import Numeral, parse_digits
from vnsum.quantities.phrases import Phrases
from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Date, Range, exact

ROMAN = {
    "ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xii": 12, "xiii": 13,
    "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21,
}  # fmt: skip
PARTS_OF_DECADE = words("early mid middle late")


read_roman = roman_rule(ROMAN)


def read_a_decade(tokens: Tokens, index: int) -> Found | None:
    """Read "a decade" and "a century" with the value 1, like "một thập kỷ"."""
    unit = tokens.low(index + 1)
    if unit not in ("decade", "century") or tokens.low(index - 1) in ("once", "twice", "times"):
        return None
    return Found("measure", 1, unit, index + 2)


def read_fortnight(tokens: Tokens, index: int) -> Found | None:
    """Read "a fortnight" as two weeks."""
    return Found("measure", 2, "week", index + 1)


def _owner(tokens: Tokens, index: int) -> int | None:
    """Return the index at which the age in tens begins, as in "in her >late fifties<"."""
    at = index - 1 if tokens.is_dash(index - 1) else index
    at -= tokens.low(at - 1) in PARTS_OF_DECADE
    return at if tokens.low(at - 1) in OWNERS else None


def read_ordinal_digits(tokens: Tokens, index: int) -> Found | None:
    """Read 190th, 21st century, 1970s, and the age in "in his mid-20s"."""
    suffix = tokens[index + 1]
    parsed = parse_digits(tokens[index].text, ".") if suffix.glued and suffix.is_word else None
    if parsed is None or parsed[0].denominator != 1:
        return None
    number = int(parsed[0])
    start = _owner(tokens, index)
    if suffix.low == "s" and start is not None and number % 10 == 0 and number < 100:
        return Found("age", number, "year", index + 2, start)
    if suffix.low == "s" and number % 10 == 0 and (len(tokens[index].text) in (2, 4)):
        return Found("decade", number + (1900 if number < 100 else 0), "", index + 2)
    if suffix.low in ORDINAL_SUFFIXES:
        return _ordinal(tokens, number, index + 2)
    return None


def _ordinal(tokens: Tokens, number: int, end: int) -> Found:
    at = end + 1 if tokens.is_dash(end) else end
    if tokens.low(at) in ("century", "centuries"):
        return Found("century", number, "", at + 1)
    if tokens.low(at) == "quarter" and 1 <= number <= 4:
        year, after = year_after(tokens, at + 1)
        return Found("date", Date(year=year, quarter=number), "", after)
    return Found("ordinal", number, "", end)


def read_ordinal(tokens: Tokens, index: int) -> Found | None:
    """Read first, third, twenty-first; "second" only if it is not the unit of time."""
    found = ordinal_words(tokens, index)
    if found is None:
        return None
    if tokens.low(index) == "second" and _is_moment(tokens, index):
        return None
    return _ordinal(tokens, found[0], found[1])


def _is_moment(tokens: Tokens, index: int) -> bool:
    """Return whether "second" is the unit of time: per second, a second later."""
    before, after = tokens.low(index - 1), tokens[index + 1]
    alone = not after.is_word or after.low in words("later of to before after and or in for ago")
    return before in ("per", "each", "every") or (before in ("a", "one") and alone)


AFTER_METRES = words(
    "tall high long wide deep away above below from apart hurdles freestyle sprint"
)


def read_short_million(tokens: Tokens, index: int) -> Found | None:
    """Read "1.2m people" and "4m pounds" as millions; "1.2m" alone is in metres or millions."""
    numeral, after = NUMERALS.read(tokens, index), tokens[index + 2]
    short = tokens[index + 1].text == "m" and tokens[index + 1].glued
    if not short or numeral is None or numeral.end != index + 1:
        return None
    kind, unit, end = AMOUNTS.unit(tokens, index + 2)
    millions = exact(numeral.value * 10**6)
    if after.low in PEOPLE or unit:
        return Found(kind, millions, unit, end)
    if (after.glued and after.is_word) or after.low in AFTER_METRES:
        return None
    other = millions if numeral.value < 1000 else None
    return Found("measure", exact(numeral.value), "m", index + 2, None, other)


CAPITAL_SCALES = {"K": 1000, "M": 10**6, "B": 10**9}
KARATS = frozenset([8, 9, 10, 14, 16, 18, 20, 21, 22, 24])


def read_capital_scale(tokens: Tokens, index: int) -> Found | None:
    """Read "1.2M views" and "99K"; "24K gold" is in karats, and 4K and 3M are names."""
    letter, after = tokens[index + 1], tokens[index + 2]
    parsed = parse_digits(tokens[index].text, ".")
    scale = CAPITAL_SCALES.get(letter.text.upper())
    if parsed is None or scale is None or not letter.glued or (after.glued and after.is_word):
        return None
    gold = after.low == "gold" or tokens.low(index - 1) == "gold"
    if letter.low == "k" and parsed[0] in KARATS and gold:
        return Found("measure", exact(parsed[0]), "karat", index + 2)
    if letter.text not in CAPITAL_SCALES or (after.glued and tokens.is_dash(index + 2)):
        return None
    value = parsed[0] * scale
    kind, unit, end = AMOUNTS.unit(tokens, index + 2)
    plural = after.low in PEOPLE or (len(after.low) > 3 and after.low.endswith("s"))
    certain = bool(unit) or plural or (parsed[0].denominator > 1 and scale > 1000)
    if not certain and not (scale == 1000 and parsed[0] >= 10):
        return None
    return Found(kind, exact(value), unit, end, certain=certain)


HALVES_OF_YEAR = {"first": 1, "second": 2, "last": 2, "latter": 2}


def read_half_year(tokens: Tokens, index: int) -> Found | None:
    """Read "first half of 2025", "second half of the year", "first six months of the year"."""
    months = tokens.low(index + 1) in ("six", "6") and tokens.low(index + 2) == "months"
    at = index + 3 if months else index + 2
    if not (months or tokens.low(index + 1) == "half") or tokens.low(at) not in ("of", "in"):
        return None
    half = HALVES_OF_YEAR[tokens.low(index)]
    year, end = year_after(tokens, at) if tokens.low(at) == "of" else (None, at)
    if year is not None:
        return Found("date", Date(year=year, half=half), "", end)
    the_year = tokens.low(at + 1) == "the" and tokens.low(at + 2) == "year"
    if not the_year and (tokens.low(at + 1), tokens.low(at + 2)) not in YEARS:
        return None
    return Found("date", Date(half=half), "", at + 3 if the_year else at)


def read_short_half_year(tokens: Tokens, index: int) -> Found | None:
    """Read "H1 2025"."""
    half = tokens.integer(index + 1, 1)
    if half not in (1, 2) or not tokens[index + 1].glued or not tokens[index].is_capital:
        return None
    year, end = year_after(tokens, index + 2)
    return Found("date", Date(year=year, half=half), "", end) if year else None


YEARS = frozenset((word, "year") for word in ("this", "last", "next"))


def read_eighties(tokens: Tokens, index: int) -> Found | None:
    """Read "the eighties" as a decade and "in her late eighties" as an age."""
    number = PLURAL_TENS[tokens.low(index)]
    start = _owner(tokens, index)
    if start is not None:
        return Found("age", number, "year", index + 1, start)
    return Found("decade", 1900 + number, "", index + 1)


def read_zero(tokens: Tokens, index: int) -> Found | None:
    """Read "zero degrees", "nil" and "zero point five"."""
    numeral = NUMERALS.read(tokens, index) or Numeral(Fraction(0), index + 1, 1)
    kind, unit, end = AMOUNTS.unit(tokens, numeral.end)
    return Found(kind, exact(numeral.value), unit, end)


def read_magnitude(tokens: Tokens, index: int) -> Found | None:
    """Read "thousands of", "tens of millions of dollars", "several hundred"."""
    low = tokens.low(index)
    if low in PLURAL_SCALES:
        value, end = PLURAL_SCALES[low], index + 1
        while tokens.low(end) == "of" and tokens.low(end + 1) in PLURAL_SCALES:
            value, end = value * PLURAL_SCALES[tokens.low(end + 1)], end + 2
        return _magnitude(tokens, value, end)
    if low in SINGLE_SCALES:  # without a number: "a couple of thousand", "thousand-year-old"
        return _magnitude(tokens, SINGLE_SCALES[low], index + 1)
    scale, end = NUMERALS.scale(tokens, index + 1)
    return _magnitude(tokens, scale, end) if scale >= 100 else None


def _magnitude(tokens: Tokens, value: int, end: int) -> Found:
    """Return an order of size with the unit that follows it, as in "thousands of dollars"."""
    at = end + 1 if tokens.low(end) == "of" else end
    _, unit, after = AMOUNTS.unit(tokens, at)
    return Found("magnitude", value, unit, after if unit else end)


def read_age(tokens: Tokens, index: int) -> Found | None:
    """Read "aged 28", "age 28", "at the age of 28"."""
    at = index + 2 if tokens.low(index) == "age" and tokens.low(index + 1) == "of" else index + 1
    if at == index + 1 and tokens.low(index) == "age" and tokens.low(index - 1) in ("the", "an"):
        return None
    numeral = NUMERALS.read(tokens, at)
    if numeral is None or numeral.value > 150 or AMOUNTS.unit(tokens, numeral.end)[1]:
        return None
    if tokens.is_dash(numeral.end) and tokens[numeral.end + 1].is_digits:
        return None
    return Found("age", exact(numeral.value), "year", numeral.end)


LABELS = Phrases(units.forms(units.LABELS, "en"))


def read_label(tokens: Tokens, index: int) -> Found | None:
    """Read "Article 5", "No. 9", "Highway 1"; not "number 500 people"."""
    found = LABELS.match(tokens, index)
    if found is None:
        return None
    name, at = found
    number, follower = tokens.integer(at, 4), tokens[at + 1]
    if number is None or (tokens.low(index) == "p" and tokens[at - 1].text != "."):
        return None
    if follower.glued and (follower.text in "/-–%:" or follower.is_word):
        return None
    if AMOUNTS.unit(tokens, at + 1)[1]:
        return None
    return Found("label", number, name, at + 1)


SYMBOLS = Phrases(
    [(form, name) for form, name in units.forms(units.CURRENCIES, "en") if not form[-1].isalpha()]
    + [("US$", "USD")]
    + [(row.name, row.name) for row in units.CURRENCIES if row.name != "cent"] + [("VNĐ", "VND")]
)  # fmt: skip


SHORT_SCALES = {"k": 1000, "m": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12, "t": 10**12}


class Money(NamedTuple):
    """An amount with its currency first; `scale` is that of its last part."""

    value: Fraction
    unit: str
    end: int
    scale: Fraction


def read_currency_first(tokens: Tokens, index: int) -> Found | None:
    """Read "$5m", "US$14.7 billion", "VND 25,000", "$11,000 to $22,500"."""
    first = _money(tokens, index)
    if first is None:
        return None
    other = _other_end(tokens, index, first)
    if other is None:
        return Found("money", exact(first.value), first.unit, first.end)
    value = first.value
    if first.scale == 1 and value < 1000 and other.scale > 1:
        value *= other.scale  # $20 to $30 million
        if first.value >= other.value / other.scale:  # from $30 to $25 million, $200 to $1 million
            return Found("money", exact(value), first.unit, first.end, None, exact(first.value))
    if value >= other.value:
        return Found("money", exact(value), first.unit, first.end)
    return Found("range", Range(low=exact(value), high=exact(other.value)), first.unit, other.end)


def _other_end(tokens: Tokens, index: int, first: Money) -> Money | None:
    """Return the amount after "to" or "and" and a dash, which may lack its sign."""
    end = first.end
    opened = tokens.low(index - 1) in ("from", "between") or tokens.is_dash(end)
    if not (
        tokens.low(end) == "to" or (tokens.low(end) == "and" and opened) or tokens.is_dash(end)
    ):
        return None
    other = _money(tokens, end + 1)
    if other is not None or not tokens[end + 1].is_digits:
        return other if other and other.unit == first.unit else None
    return _sum(tokens, end + 1, first.unit)


def _sum(tokens: Tokens, index: int, unit: str) -> Money | None:
    more, part = NUMERALS.read(tokens, index), NUMERALS.part(tokens, index)
    if more is None or part is None:
        return None
    scale = more.value / part.value if part.value else Fraction(1)
    return Money(more.value, unit, more.end, scale)


def _money(tokens: Tokens, index: int) -> Money | None:
    found = SYMBOLS.match(tokens, index)
    if found is None or not tokens[found[1]].is_digits:
        return None
    letters = tokens[index].is_word  # "a $5 note" is not in Australian dollars
    if letters and not (
        tokens[index].text.isupper() and (tokens[index + 1].glued or found[1] == index + 1)
    ):
        return None
    money = _sum(tokens, found[1], found[0])
    if money is None:
        return None
    end = money.end
    after = tokens[end + 1]
    alone = not (after.glued and (after.is_word or after.is_digits))
    spaced = tokens[end].text in ("m", "bn") and alone  # £635 m
    if money.scale == 1 and tokens.low(end) in SHORT_SCALES and (spaced or tokens[end].glued):
        scale = SHORT_SCALES[tokens.low(end)]
        return money._replace(value=money.value * scale, end=end + 1, scale=Fraction(scale))
    return money

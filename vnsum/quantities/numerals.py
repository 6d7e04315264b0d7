"""Numbers without units: digit groups in either notation, scale words, spelled-out numbers.

`Numerals` is shared by both languages; each language passes a function that reads its spelled-out
numbers. Arithmetic is exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from vnsum.quantities.phrases import Phrases
from vnsum.quantities.tokens import Tokens

NO_BREAK = frozenset("\u00a0\u202f\u2009")
ENDS = frozenset('.,;:!?…)"”\n')
LONGEST = 40  # digits; longer ones are serial numbers or noise


class Numeral(NamedTuple):
    """A number: its value, the token index after it, and its notation."""

    value: Fraction
    end: int
    words: int = 0  # number of spelled-out words; 0 if it is in digits
    scaled: bool = False  # has a scale word such as million
    plain: bool = False  # digits without separators, as in a year
    alternative: Fraction | None = None
    certain: bool = True


# Reads a number below a thousand; the flag says whether a larger part precedes it.
Spelled = Callable[[Tokens, int, bool], tuple[int, int] | None]

GROUPED = {
    ",": re.compile(r"[1-9]\d{0,2}(?:,\d{3})+"),
    ".": re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+"),
}


def parse_digits(text: str, decimal: str) -> tuple[Fraction, Fraction | None] | None:  # noqa: PLR0911 - one return per notation
    """Return the value of a digit group and, if the notation is ambiguous, a second one.

    `decimal` is the decimal mark of the language. Returns `None` if the group is not a number
    (1.2.3, 4,7,12).

    >>> parse_digits("1.234.567,89", ",")
    (Fraction(123456789, 100), None)
    """
    if len(text) > LONGEST:
        return None
    if text.isdecimal():
        return Fraction(int(text)), None
    thousands = "." if decimal == "," else ","
    for mark, group in ((decimal, thousands), (thousands, decimal)):
        whole, _, part = text.partition(mark)
        foreign = mark == thousands
        if part.isdecimal() and GROUPED[group].fullmatch(whole):
            return _decimal(whole.replace(group, ""), part), None
        if foreign and GROUPED[mark].fullmatch(text):
            return Fraction(int(text.replace(mark, ""))), None
    # Three zeros are not decimals: 48,000 is forty-eight thousand in a Vietnamese text too.
    sure = text.count(decimal) > 1 or (decimal == "," and text.endswith(",000"))
    if sure and GROUPED[decimal].fullmatch(text):
        return Fraction(int(text.replace(decimal, ""))), None
    for mark in (decimal, thousands):
        whole, _, part = text.partition(mark)
        if whole.isdecimal() and part.isdecimal():
            # English thousands separators are common in Vietnamese texts, the reverse is an error
            open_to = mark == decimal == "," and GROUPED[mark].fullmatch(text)
            return _decimal(whole, part), Fraction(int(whole + part)) if open_to else None
    return None


def _decimal(whole: str, part: str) -> Fraction:
    return Fraction(int(whole + part), 10 ** len(part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Numerals:
    """A reader of the numbers of one language."""

    decimal: str
    scales: Phrases[int]
    spelled: Spelled
    joins: frozenset[str] = frozenset()  # words inside a number: two thousand AND five
    compounds: Mapping[str, frozenset[str]] = field(default_factory=dict)  # 8 triệu PHÚ: 8
    scaled: frozenset[tuple[str, str]] = frozenset()  # 3 triệu CHỨNG CHỈ are 3 million
    names: frozenset[str] = frozenset()  # số 8 TRIỆU Việt Vương: a street
    before_names: frozenset[str] = frozenset()  # words before the number: SỐ 8, NĂM 184
    halves: frozenset[str] = frozenset()  # words that add half of the last scale: 2 triệu RƯỠI
    points: frozenset[str] = frozenset()  # words for the decimal mark: hai PHẨY năm
    digits: Mapping[str, int] = field(default_factory=dict)  # words for digits after it
    followers: frozenset[str] = frozenset()  # words that a number does not count
    before_spaced: frozenset[str] = frozenset()  # words before 3 600, where it is one number
    short: bool = False  # a final digit means tenths of the scale: một triệu hai is 1.2 million

    def read(self, tokens: Tokens, index: int) -> Numeral | None:
        """Return the number that starts at `index` with its scales, or `None`."""
        first = self.part(tokens, index)
        return None if first is None else self.extend(tokens, first)

    def extend(self, tokens: Tokens, first: Numeral) -> Numeral:
        """Return a number with the scales and smaller parts that follow it."""
        scale, end = self.scale(tokens, tokens.after_hyphen(first.end))  # "19.4-million"
        if scale == 1:
            return first
        total = Numeral(first.value * scale, end, first.words + 1 if first.words else 0, True)
        if first.alternative is not None and tokens[first.end - 1].text.endswith("0"):
            # no decimals end in zero: "1,210 nghìn tỷ" has the comma of English thousands
            total = total._replace(alternative=first.alternative * scale, certain=False)
        while (more := self._more(tokens, total, scale)) is not None:
            total, scale = more
            if scale == 1:
                break
        if scale > 1 and tokens.low(total.end) in self.halves:
            total = total._replace(value=total.value + Fraction(scale, 2), end=total.end + 1)
        return total

    def scale(self, tokens: Tokens, index: int) -> tuple[int, int]:
        """Return the product of the scale words at `index`, and the index after them."""
        product = 1
        for _ in range(3):
            found = self.scales.match(tokens, index)
            if found is None or self.is_compound(tokens, index) or self._is_name(tokens, index):
                break
            product, index = product * found[0], found[1]
        return product, index

    def is_compound(self, tokens: Tokens, index: int) -> bool:
        """Return whether a scale word is the first syllable of another word."""
        low = tokens.low(index + 1)
        return (
            low in self.compounds.get(tokens.low(index), ())
            and (low, tokens.low(index + 2)) not in self.scaled
        )

    def _is_name(self, tokens: Tokens, index: int) -> bool:
        word, after = tokens[index], tokens[index + 1]
        return (
            word.low in self.names
            and (word.text.istitle() and after.text.istitle())
            and tokens.low(index - 2) in self.before_names
        )

    def part(self, tokens: Tokens, index: int, *, inside: bool = False) -> Numeral | None:
        """Return the number at `index` without the scales that follow it."""
        token = tokens[index]
        if token.is_digits:
            spaced = self._spaced(tokens, index)
            if spaced:
                return spaced
            parsed = parse_digits(token.text, self.decimal)
            if parsed is None:
                return None
            plain = token.text.isdecimal()
            return Numeral(parsed[0], index + 1, 0, False, plain, parsed[1])
        found = self.spelled(tokens, index, inside) or self._zero(tokens, index)
        if found is None:
            return None
        value, end = Fraction(found[0]), found[1]
        if tokens.low(end) in self.points and tokens.low(end + 1) in self.digits:
            value, end = self._decimals(tokens, value, end + 1)
        return Numeral(value, end, end - index)

    def _spaced(self, tokens: Tokens, index: int) -> Numeral | None:
        """Read 1 000 000; 3 600 only after a cue or with a no-break space, unlike 90 000."""
        first, end = tokens[index].text, index + 1
        if not first.isdecimal() or len(first) > 3 or first[0] == "0":
            return None
        digits = first
        while len(digits) < LONGEST and len(tokens[end].text) == 3 and tokens[end].text.isdecimal():
            if tokens[end].start - tokens[end - 1].end != 1:
                break
            digits += tokens[end].text
            end += 1
        fixed = tokens.text[tokens[index].end : tokens[index].end + 1] in NO_BREAK
        cued = index == 0 or tokens.low(index - 1) in self.before_spaced
        cued = cued or tokens[index + 1].text.startswith("0")  # no number begins with zero
        cued = cued and not tokens[end].is_digits
        if end - index < (2 if fixed or cued else 3):
            return None
        return Numeral(Fraction(int(digits)), end)

    def _zero(self, tokens: Tokens, index: int) -> tuple[int, int] | None:
        """Read the zero of "không phẩy năm" and "zero point five"."""
        zero = self.digits.get(tokens.low(index)) == 0 and tokens.low(index + 1) in self.points
        return (0, index + 1) if zero and tokens.low(index + 2) in self.digits else None

    def _decimals(self, tokens: Tokens, value: Fraction, index: int) -> tuple[Fraction, int]:
        """Read the decimals at `index`: digits (không năm) or a number (hai mươi lăm)."""
        place = Fraction(1)
        while place.denominator < 10**6:
            found = self.spelled(tokens, index, False)
            if found and found[1] > index + 1 and 10 <= found[0] < 100:
                place /= 100
                return value + found[0] * place, found[1]
            digit = self.digits.get(tokens.low(index))
            if digit is None or (place < 1 and self._is_unit(tokens, index)):
                break
            place /= 10
            value, index = value + digit * place, index + 1
        return value, index

    def _is_unit(self, tokens: Tokens, index: int) -> bool:
        """Return whether "năm" is the unit after the decimals: hai phẩy năm | năm."""
        return tokens.low(index) == "năm" and tokens.low(index + 1) not in (*self.digits, "phần")

    def _more(  # noqa: PLR0911 - one return per kind of part
        self, tokens: Tokens, total: Numeral, above: int
    ) -> tuple[Numeral, int] | None:
        """Return the number with the next part, and the scale of that part: 5 tỷ >300 triệu<."""
        words, index = total.words, total.end
        joined = bool(words) and tokens.low(index) in self.joins
        comma = bool(words) and not self.short and tokens[index].text == ","
        part = self.part(tokens, index + (joined or comma), inside=bool(words))
        if part is None:
            return None
        said = {tokens.low(at) for at in range(index, part.end)}
        if comma and (part.value < 100 or self.joins.isdisjoint(said)):
            return None  # but "one thousand, eight hundred and six" is one number
        scale, end = self.scale(tokens, part.end)
        if scale == 1 and (not words or not part.words):
            return self._last_digit(tokens, total, part, above)
        total = total._replace(end=end, words=words + (part.words or 1))
        if self.short and scale == 1 and part.words == 1 and not joined:
            if not 0 < part.value < 10 or tokens.low(index) == "năm":
                return None
            return total._replace(value=total.value + part.value * Fraction(above, 10)), 1
        if part.value * scale < above:
            # "hai triệu ba trăm" is 2,300,000 in speech, 2,000,300 in writing
            rounded = self.short and above >= 10**6 and scale == 1 and part.value % 100 == 0
            certain = total.certain and (joined or not rounded or part.value == 0)
            return total._replace(value=total.value + part.value * scale, certain=certain), scale
        if (joined and not self.short) or not part.value < above < scale:
            return None  # between two thousand AND three million
        if total.value >= scale:
            return None
        last = self.scales.match(tokens, end - 1)
        outer = last[0] if last else scale
        inner = scale // outer
        if inner > 1 and part.value * inner < above:  # một triệu hai trăm NGHÌN tỷ
            return total._replace(value=(total.value + part.value * inner) * outer), outer
        # "hai nghìn ba tỷ" is 2,300 billion; 2,003 is "hai nghìn không trăm linh ba"
        tenths = self.short and part.words == 1 and not joined and 0 < part.value < 10
        value = part.value * (Fraction(above, 10) if tenths else 1)
        return total._replace(value=(total.value + value) * scale), scale

    def _last_digit(
        self, tokens: Tokens, total: Numeral, part: Numeral, above: int
    ) -> tuple[Numeral, int] | None:
        """Read the digit of "2 tỷ 3" and the digits of "2 tỷ 350", which are not certain.

        "2 triệu 300 người" are two numbers.
        """
        after = tokens[part.end]
        digit = 0 < part.value < 10
        digits = 100 <= part.value < 1000 and part.value % 10 == 0
        ends = after.text in ENDS or after.low == "đồng" or after.low in self.followers
        short = self.short and not total.words and part.plain and (digit or digits)
        if not short or above < 10**6 or not ends:
            return None
        value = total.value + part.value * Fraction(above, 10 if digit else 1000)
        return total._replace(value=value, end=part.end, certain=False), 1

"""Numbers that leave out their scale or percent sign: "từ 200 lên 1.500 tỷ", "3, 5 and 7 million".

The scale and the unit are those of the last number of the phrase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from vnsum.quantities.amounts import Amount, Amounts
from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Number, Range, exact

LEAST_SCALE = 100
LONGEST_LIST = 6
MOST_SKIPPED = 3  # words between "lên" and the number: lên | đến mức gần | 30 triệu
MOST_PERCENT = 100
FAR = 10  # times the later number, without scales
PARTED = frozenset("/-–")
MARKS = frozenset(",-–—")
COMPLETE = 1000  # a larger number may do without a scale: từ 500.000 lên 1 triệu


class Last(NamedTuple):
    """The last number of a phrase, which has the scale and the unit of all."""

    value: Fraction  # without the scale
    scale: int
    kind: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Elisions:
    """A rule for numbers that share the scale or the percent sign of a later one."""

    amounts: Amounts
    openers: frozenset[str]  # FROM 5 to 8 million
    changes: Mapping[str, int]  # words between old and new: 1 if it rose, -1 if it fell, or 0
    joins: Mapping[str, bool]  # 3 OR 4 million, and whether the scale is certainly that of both
    hedges: frozenset[str]  # from 3 to NEARLY 5 million

    def read(self, tokens: Tokens, index: int) -> Found | None:
        """Read a number without a scale or unit that shares those of a later number."""
        first = self.amounts.amount(tokens, index)
        joined = tokens[index].glued and tokens[index - 1].text in PARTED  # 1987/88
        if first is None or first.unit or first.numeral.scaled or joined:
            return None
        after = tokens[first.end]
        if not (after.low in self.changes or after.low in self.joins or after.text in MARKS):
            return None
        whole = self.amounts.read(tokens, index)
        if whole is None or whole.kind not in ("number", "range"):
            return None  # a year, a code
        return self._change(tokens, index, first, whole) or self._list(tokens, first, whole)

    def _change(self, tokens: Tokens, index: int, first: Amount, whole: Found) -> Found | None:
        """Read the first number of "từ 200 lên 1.500 tỷ" and "from 10 to 8%"."""
        ranged = whole.kind == "range" and not whole.unit and tokens[whole.end - 1].is_digits
        end = whole.end if ranged else first.end
        direction = self.changes.get(tokens.low(end))
        last = self._last(tokens, self._skip(tokens, end + 1, 1)) if direction is not None else None
        if last is None or direction is None:
            return None
        opened = tokens.low(self._skip(tokens, index - 1, -1)) in self.openers
        by_range_word = tokens.low(end) in self.amounts.grammar.range_words
        if not opened and (last.scale == 1 or not by_range_word):
            return None
        if ranged:
            return _share_range(whole, last, direction)
        if whole.end > end and first.value < last.value:
            return None  # a range, of which the ends share the scale
        if last.scale == 1:  # but "rose from 1,200 to 3% more"
            percent = Found("percent", exact(first.value), last.unit, end)
            return percent if first.value <= MOST_PERCENT else None
        return _share_change(first, last, direction)

    def _skip(self, tokens: Tokens, index: int, step: int) -> int:
        """Return the next index without a word such as "gần"."""
        for _ in range(MOST_SKIPPED):
            if tokens.low(index) not in self.hedges:
                break
            index += step
        return index

    def _last(self, tokens: Tokens, index: int) -> Last | None:
        """Return the number at `index` if it has a scale or a percent sign: 8%, 18-20 triệu."""
        amount = self.amounts.amount(tokens, index)
        if amount is None:
            return None
        at, value = index, amount.value
        ranged = tokens.is_dash(amount.end) or tokens.low(amount.end) in ("đến", "to")
        if not amount.unit and not amount.numeral.scaled and ranged:
            at = amount.end + 1
            amount = self.amounts.amount(tokens, at)
        numerals = self.amounts.grammar.numerals
        bare = numerals.part(tokens, at)
        if amount is None or bare is None:
            return None
        scale = numerals.scale(tokens, tokens.after_hyphen(bare.end))[0]
        if scale < LEAST_SCALE and (scale > 1 or amount.kind != "percent"):
            return None
        value = value if at > index else bare.value
        return Last(value, scale, amount.kind, amount.unit)

    def _list(self, tokens: Tokens, first: Amount, whole: Found) -> Found | None:
        """Read a number of "3, 5 và 7 triệu", "3 or 4 million" and "20, 30 và 50%".

        "mẫu 3 và 5 triệu đồng" is no such list, so that the reading is not certain.
        """
        if first.numeral.words or whole.kind == "range":
            return None
        at, last, certain = first.end, None, False
        for length in range(2, LONGEST_LIST):
            comma = tokens[at].text == ","
            joined = tokens.low(at + comma) in self.joins
            if not (comma or joined) or (comma and joined and length == 2):
                break  # "rose 7.52, or 1.6%"
            at += comma + joined
            last = self._last(tokens, at)
            certain = self.joins.get(tokens.low(at - 1), False)
            if last and not joined and (length > 2 or not _is_approximate(first, last)):
                last = None
            if last or not tokens[at].is_digits or tokens[at].text[0] == "0":
                break
            at += 1
        if last is None or first.value >= max(last.value, Fraction(COMPLETE)):
            return None
        certain = certain and first.value < last.value
        if last.scale > 1:
            return _shared(first, last, last.scale, may_be_bare=not certain)
        if first.value > MOST_PERCENT:
            return None
        kind, unit = ("percent", last.unit) if certain else ("number", "")
        return Found(kind, exact(first.value), unit, first.end, certain=certain)


def _is_approximate(first: Amount, last: Last) -> bool:
    """Return whether two numbers are one estimate: 7, 8 triệu."""
    return last.scale > 1 and last.value == first.value + 1


def _share_change(first: Amount, last: Last, direction: int) -> Found | None:
    """Return the number before "lên" or "xuống" with the scale of the one after it.

    "từ 500 lên 1 triệu" are 500 thousand, "từ 1,2 xuống 900 triệu" 1.2 billion.
    """
    value, scale = first.value, last.scale
    rises = value < last.value
    if direction < 0:
        if value >= last.value * scale:
            return None  # from 500,000 down to 0.2 million
        return _shared(first, last, scale * 1000 if rises else scale, may_be_bare=rises)
    if rises:
        return _shared(first, last, scale)
    if value >= COMPLETE:
        return None
    smaller = direction > 0 and value >= FAR * last.value and scale > COMPLETE
    return _shared(first, last, scale // 1000 if smaller else scale, may_be_bare=True)


def _shared(first: Amount, last: Last, scale: int, *, may_be_bare: bool = False) -> Found:
    """Return a number with the scale and unit of the last.

    If it `may_be_bare`, the alternative is the number as it stands.
    """
    value = exact(first.value * scale)
    other = first.numeral.alternative
    if may_be_bare:
        alternative = exact(first.value) if scale > 1 else None
    else:
        alternative = None if other is None else exact(other * scale)
    return Found(last.kind, value, last.unit, first.end, None, alternative)


def _share_range(whole: Found, last: Last, direction: int) -> Found | None:
    """Return a range with the scale and unit of the number after it: từ >4-6< lên 18-20 triệu."""
    low, high = (whole.value.low, whole.value.high) if isinstance(whole.value, Range) else (0, 0)
    if not isinstance(low, Number) or not isinstance(high, Number):
        return None  # from 2010-2015 to 5 million
    fits = direction * (last.value - Fraction(low)) > 0
    scale = last.scale if fits else 1
    both = Range(low=exact(Fraction(low) * scale), high=exact(Fraction(high) * scale))
    return whole._replace(value=both, unit=last.unit, certain=fits)

"""Rules for numbers with units, money, ages, ranges and scores, shared by both languages.

The words of each language are in a `Grammar`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from vnsum.quantities.codes import glued_end
from vnsum.quantities.numerals import ENDS, LONGEST, Numeral, Numerals
from vnsum.quantities.phrases import Phrases
from vnsum.quantities.rules import CODED, Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.units import METRIC, REGIONAL, TEMPERATURES
from vnsum.quantities.values import Date, Range, exact

NEGATIVE_UNITS = TEMPERATURES | {"percent", "basis point"}
BELOW_ZERO = frozenset((below, zero) for below in ("below", "dưới") for zero in ("zero", "0"))
DEGREES = {"C": "celsius", "F": "fahrenheit"}  # after a minus sign or a decimal: 1.5C

BEFORE_BARE_MINUS = words("to at was is of around about below reached hit")  # fell to minus four
# Before a minus sign with a space, which is a dash after other words: xuống - 2 độ C.
BEFORE_MINUS_SIGN = BEFORE_BARE_MINUS | words("xuống là ở mức tới đến từ còn khoảng")
# "5 năm 6 tháng đầu năm", "two years six months ago"
NOT_AFTER_MONTHS = frozenset(["đầu", "cuối", "ago", "old", "trước", "tuổi"])
POINTS = words("point points điểm")
PERIODS = (45, 90, 105, 120)  # minutes at which a half of a match or of its extra time ends
VULGAR = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3),
          "⅔": Fraction(2, 3)}  # fmt: skip
MIXED_BOTTOMS = (2, 3, 4, 8)
TIME_UNITS = frozenset(["second", "minute", "hour", "day", "week", "month", "quarter", "year"])


def roman_rule(values: Mapping[str, int]) -> Callable[[Tokens, int], Found | None]:
    """Return a rule for capital Roman numerals after a word: "Thế chiến II", "World War II"."""

    def read_roman(tokens: Tokens, index: int) -> Found | None:
        token = tokens[index]
        if not token.text.isupper() or token.glued or not tokens[index - 1].is_word:
            return None
        return Found("ordinal", values[token.low], "", index + 1)

    return read_roman


class Amount(NamedTuple):
    """A number with its unit."""

    numeral: Numeral
    kind: str
    unit: str
    end: int

    @property
    def value(self) -> Fraction:
        """The exact value."""
        return self.numeral.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The words of one language that the rules for amounts use."""

    numerals: Numerals
    units: Phrases[str]
    currencies: Phrases[str]
    percents: Phrases[str]
    ages: Phrases[str]
    range_words: frozenset[str]
    score_cues: frozenset[str]
    not_units: Mapping[str, frozenset[str]]
    counted: Callable[[Tokens, int, Numeral], bool]  # is a spelled-out number without unit one?
    is_year: Callable[[Tokens, int, Numeral], bool]
    mixed_before: frozenset[str] | None = None  # words after 1 1/2 without a unit; `None`: any
    point_after: frozenset[str] | None = None  # marks before .05; `None`: any
    # Words after a currency that count it, unless it is a large sum and none of these follows.
    sums: Mapping[str, frozenset[str]] = field(default_factory=dict)
    glued_units: frozenset[str] = frozenset()  # 5pc, but not "2 PC"
    calibres: frozenset[str] = frozenset()  # words after .45 that make it a name


def _names_date(tokens: Tokens, index: int, unit: str) -> bool:
    """Return whether the unit starts a date: vòng 2 | năm 2019, lúc 9 | ngày 3/2."""
    token, after = tokens[index], tokens[index + 1]
    if not token.text.isdecimal() or token.glued:
        return False
    if unit == "year":
        return len(token.text) == 4
    if unit == "month":
        return len(token.text) <= 2 and not after.is_word
    if unit == "day":
        return after.text in ("/", "-", "–", ",") or after.low in ("và", "tháng")
    return unit == "quarter"


def _has_minus_sign(tokens: Tokens, index: int) -> bool:
    return tokens[index].glued and tokens.is_dash(index - 1) and not tokens[index - 1].glued


def _spaced_minus(tokens: Tokens, index: int, amount: Amount) -> Found | None:
    """Read "xuống - 2 độ C"; the dash of "Sa Pa - 8 độ C" may be a minus sign or not."""
    loose = tokens.is_dash(index - 1) and not (tokens[index - 1].glued or tokens[index].glued)
    if not loose or amount.unit not in TEMPERATURES or not amount.value:
        return None
    value = exact(-amount.value)
    if tokens.low(index - 2) in BEFORE_MINUS_SIGN:
        return Found("measure", value, amount.unit, amount.end, index - 1)
    plain = exact(amount.value)
    return Found("measure", plain, amount.unit, amount.end, None, value, certain=False)


def _signed(tokens: Tokens, index: int, amount: Amount) -> Found | None:
    """Read "-39 C"; a C after a number without a sign may be anything."""
    unit, after = DEGREES.get(tokens[amount.end].text), tokens[amount.end + 1]
    joined = after.glued and (after.is_word or after.is_digits or after.text in "/-'’")
    if amount.unit or unit is None or joined or not _has_minus_sign(tokens, index):
        return None
    return Found("measure", exact(-amount.value), unit, amount.end + 1, index - 1)


def _read_degrees(tokens: Tokens, amount: Amount) -> Found | None:
    """Read "1.5C"; "20C" may be anything."""
    unit, after = DEGREES.get(tokens[amount.end].text), tokens[amount.end + 1]
    if unit is None or amount.numeral.value.denominator == 1:
        return None
    if after.glued and after.text[0].isalnum():
        return None
    return Found("measure", exact(amount.value), unit, amount.end + 1)


def read_added_time(tokens: Tokens, index: int) -> Found | None:
    """Read 90+4, 90'+4 and 90th+4, the 94th minute of a match."""
    at = index + 2 if tokens[index + 1].text in "'’" or tokens.low(index + 1) == "th" else index + 1
    minutes, added, after = tokens.integer(index, 3), tokens.integer(at + 1, 2), tokens[at + 2]
    tight = all(tokens[part].glued for part in range(index + 1, at + 2))
    if minutes not in PERIODS or not added or tokens[at].text != "+" or not tight:
        return None
    end = at + 3 if after.glued and (after.text in "'’" or after.low == "th") else at + 2
    if tokens[end].glued and (tokens[end].is_word or tokens[end].text in "+-/%=*"):
        return None
    return Found("ordinal", minutes + added, "", end)


def _in_points(tokens: Tokens, index: int, amount: Amount) -> bool:
    """Return whether an amount that begins at `index` is in percentage points."""
    return any(tokens.low(place) in POINTS for place in range(index, amount.end))


def _in_metric(unit: str) -> tuple[str, Fraction]:
    """Return the unit as which one is read, and its size in it: a lạng is 100 g."""
    return METRIC.get(unit, (unit, Fraction(1)))


def _is_certain_unit(amount: Amount) -> bool:
    """Return whether the size of a unit is known; "tám lạng" in words is also an idiom."""
    return amount.unit not in REGIONAL and not (amount.unit in METRIC and amount.numeral.words)


def short_years(tokens: Tokens, index: int) -> Found | None:
    """Read 1995-96."""
    first, last = tokens.integer(index), tokens.integer(index + 2, 2)
    short = len(tokens[index].text) == 4 and len(tokens[index + 2].text) == 2
    if not short or first is None or last is None or not 1500 <= first < 2100:
        return None
    if last <= first % 100 or not tokens[index + 2].glued or tokens[index + 3].text in "-/%":
        return None
    ends = Date(year=first), Date(year=first - first % 100 + last)
    return Found("range", Range(low=ends[0], high=ends[1]), "", index + 3)


class Amounts:
    """Rules for numbers with units, percentages, money, ages, ranges and scores."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar

    def read(self, tokens: Tokens, index: int) -> Found | None:
        """Read a number with its unit, or a range or score that starts with it."""
        amount = self.amount(tokens, index)
        if amount is None:
            return None
        found = self._score(tokens, index, amount) or self._range(tokens, index, amount)
        found = found or self._years_and_a_half(tokens, amount)
        found = found or self._below_zero(tokens, amount) or _signed(tokens, index, amount)
        found = found or _spaced_minus(tokens, index, amount)
        return found or self._single(tokens, index, amount)

    def _below_zero(self, tokens: Tokens, amount: Amount) -> Found | None:
        """Read "45 below zero" and "20 độ dưới 0" as minus 45 and minus 20 degrees."""
        phrase = tokens.low(amount.end), tokens.low(amount.end + 1)
        if phrase not in BELOW_ZERO or (amount.unit and amount.unit not in TEMPERATURES):
            return None
        _, unit, end = self.unit(tokens, amount.end + 2)
        if unit not in TEMPERATURES:
            unit, end = amount.unit or "degree", amount.end + 2
        return Found("measure", exact(-amount.value), unit, end)

    def _years_and_a_half(self, tokens: Tokens, years: Amount) -> Found | None:
        """Read "7 năm 6 tháng" and "seven years and six months" as seven and a half years."""
        if (years.kind, years.unit) != ("measure", "year") or years.value.denominator != 1:
            return None
        at = years.end + 1 if tokens.low(years.end) in ("và", "and", ",") else years.end
        months = self.amount(tokens, at)
        if months is None or (months.kind, months.unit) != ("measure", "month"):
            return None
        if months.value != 6 or tokens.low(months.end) in NOT_AFTER_MONTHS:
            return None
        return Found("measure", exact(years.value + Fraction(1, 2)), "year", months.end)

    def amount(self, tokens: Tokens, index: int) -> Amount | None:
        """Read a number and its unit."""
        numeral = self.grammar.numerals.read(tokens, index)
        if numeral is None:
            return None
        kind, unit, end = self.unit(tokens, numeral.end)
        half = unit and tokens.low(end) in self.grammar.numerals.halves
        if half and numeral.value.denominator == 1:
            numeral = numeral._replace(value=numeral.value + Fraction(1, 2))
            end += 1
        counted = not unit and tokens[end].is_word and numeral.value in range(100)
        if counted and tokens.low(end + 1) in self.grammar.numerals.halves:
            numeral = numeral._replace(value=numeral.value + Fraction(1, 2))  # 2 lần rưỡi
        tenths = tokens.integer(end, 1) if unit == "degree" and not numeral.words else None
        if tenths and self.grammar.numerals.short and tokens[end + 1].text in ENDS:
            numeral = numeral._replace(value=numeral.value + Fraction(tenths, 10))  # 38 độ 5
            end += 1
        after = tokens[end + 1]
        last = after.text in ENDS or after.low in self.grammar.numerals.followers
        part = tokens[end].text if unit == "second" and last else ""
        timed = self.grammar.numerals.short and not numeral.words and part.isdecimal()
        if timed and len(part) in (2, 3):  # 9 giây 58
            value = numeral.value + Fraction(int(part), 10 ** len(part))
            numeral, end = numeral._replace(value=value), end + 1
        return Amount(numeral, kind, unit, end)

    def measure(self, tokens: Tokens, value: Fraction, index: int) -> Found:
        """Return an amount with the scale and the unit at `index`."""
        scale, end = self.grammar.numerals.scale(tokens, index)
        kind, unit, end = self.unit(tokens, end)
        certain = unit not in REGIONAL
        unit, size = _in_metric(unit)
        return Found(kind, exact(value * scale * size), unit, end, certain=certain)

    def read_mixed(self, tokens: Tokens, index: int) -> Found | None:
        """Read "6 1/2 years", "6 1/2-year", "6½ years" and "6½ năm"."""
        number, at = tokens.integer(index, 3), index + 1
        if number is None:
            return None
        if tokens[at].text in VULGAR and tokens[at].glued:
            return self.measure(
                tokens, number + VULGAR[tokens[at].text], tokens.after_hyphen(at + 1)
            )
        top, bottom = tokens.integer(at, 1), tokens.integer(at + 2, 1)
        if (
            not tokens.is_fraction_bar(at + 1)
            or not top
            or bottom not in MIXED_BOTTOMS
            or top >= bottom
        ):
            return None
        value, end = number + Fraction(top, bottom), tokens.after_hyphen(at + 3)
        found = self.measure(tokens, value, end)
        allowed = self.grammar.mixed_before
        return found if allowed is None or tokens.low(end) in allowed or found.unit else None

    def read_decimals(self, tokens: Tokens, index: int) -> Found | None:
        """Read ".05" as 0.05; `index` is that of the full stop."""
        digits, before = tokens[index + 1], tokens[index - 1]
        joined = tokens[index].glued and (before.is_word or before.is_digits or before.text == ".")
        marks = self.grammar.point_after
        loose = marks is not None and before.text not in marks
        if joined or loose or not (digits.glued and digits.text.isdecimal()):
            return None
        if len(digits.text) > LONGEST:
            return None
        after = tokens[index + 2]
        found = self.measure(tokens, Fraction(int(digits.text), 10 ** len(digits.text)), index + 2)
        if not found.unit and (
            after.low in self.grammar.calibres or (after.glued and after.is_word)
        ):
            return CODED._replace(end=index + 2)
        return found

    def read_minus(self, tokens: Tokens, index: int) -> Found | None:
        """Read "minus 5 degrees", "âm 5 độ"; `index` is that of the word for minus."""
        amount = self.amount(tokens, index + 1)
        bare = tokens.low(index) == "minus" and tokens.low(index - 1) in BEFORE_BARE_MINUS
        if amount is None or (amount.unit not in NEGATIVE_UNITS and (amount.unit or not bare)):
            return None
        both = (tokens.low(index - 2), tokens.low(index - 1)) == ("plus", "or")
        value = amount.value if both else -amount.value
        return Found(
            amount.kind, exact(value), amount.unit, amount.end, certain=amount.numeral.certain
        )

    def unit(self, tokens: Tokens, index: int) -> tuple[str, str, int]:
        """Return the kind and unit of a number that ends before `index`, and the index after."""
        grammar = self.grammar
        at = tokens.after_hyphen(index)
        for kind, table in (
            ("percent", grammar.percents), ("age", grammar.ages),
            ("money", grammar.currencies), ("measure", grammar.units),
        ):  # fmt: skip
            found = table.match(tokens, at)
            if found is None:
                continue
            unit, end = found
            follower = tokens[end]
            blocked = follower.low in grammar.not_units.get(tokens.low(end - 1), ())
            if kind == "money" and self._is_sum(tokens, index, end):
                blocked = False
            if blocked or (kind == "money" and at > index and unit == "cent"):
                continue
            last = tokens[end - 1]
            tight = last.glued and at == index and last.text.islower()
            if last.low in grammar.glued_units and not tight:
                continue
            if kind == "measure" and unit in TIME_UNITS and _names_date(tokens, end, unit):
                continue
            if follower.glued and follower.text[0].isalnum() and tokens[end - 1].text[0].isalnum():
                continue
            return kind, unit, end
        return "number", "", index

    def _is_sum(self, tokens: Tokens, index: int, end: int) -> bool:
        """Return whether "7 triệu đồng tiền mặt" are a sum; "2 đồng tiền" are two currencies."""
        words = self.grammar.sums.get(tokens.low(end))
        large = len(tokens[index - 1].text) > 3 and tokens[index - 1].is_digits
        large = large or self.grammar.numerals.scales.match(tokens, index - 1) is not None
        return large and words is not None and tokens.low(end + 1) not in words

    def _single(self, tokens: Tokens, index: int, amount: Amount) -> Found | None:
        numeral = amount.numeral
        follower = tokens[amount.end]
        if not amount.unit:
            times = follower.low == "x" and tokens[amount.end + 1].is_digits
            if not numeral.words and follower.glued and follower.is_word and not times:
                return _read_degrees(tokens, amount) or CODED._replace(
                    end=glued_end(tokens, amount.end)
                )
            if numeral.words and not self.grammar.counted(tokens, index, numeral):
                return None
            if numeral.plain and self.grammar.is_year(tokens, index, numeral):
                return Found("date", Date(year=int(numeral.value)), "", amount.end)
        elif numeral.words == 1 and numeral.value == 1 and amount.unit in TIME_UNITS:
            return None  # "một ngày" and "one day" are indefinite
        elif (
            numeral.words == 1
            and not numeral.scaled
            and numeral.value.denominator == 1
            and amount.unit in TIME_UNITS
            and not self.grammar.counted(tokens, index, numeral)
        ):
            return None
        value, start = numeral.value, index
        negative = amount.kind == "percent" or amount.unit in NEGATIVE_UNITS
        if negative and _has_minus_sign(tokens, index):
            value, start = -value, index - 1
        unit, size = _in_metric(amount.unit)
        other = None if numeral.alternative is None else exact(numeral.alternative * size)
        certain = numeral.certain and _is_certain_unit(amount)
        return Found(amount.kind, exact(value * size), unit, amount.end, start, other, certain)

    def _score(self, tokens: Tokens, index: int, amount: Amount) -> Found | None:
        left, right = tokens.integer(index, 3), tokens.integer(index + 2, 3)
        if left is None or right is None or not tokens.is_dash(index + 1) or amount.unit:
            return None
        cues = self.grammar.score_cues
        cued = any(tokens.low(index + i) in cues for i in (-5, -4, -3, -2, -1, 3, 4))
        tight = tokens[index + 1].glued and tokens[index + 2].glued
        if not (cued or (tight and 100 > left >= right)) or self._goes_on(tokens, index + 3):
            return None
        return Found("score", Range(low=left, high=right), "", index + 3)

    def _goes_on(self, tokens: Tokens, index: int) -> bool:
        """Return whether a unit, a scale or a third number follows, so that it is no score."""
        after = tokens[index]
        return (
            tokens.is_dash(index)
            or bool(self.unit(tokens, index)[1])
            or (after.glued and (after.is_word or after.text in "/%"))
            or self.grammar.numerals.scale(tokens, index)[0] != 1
        )

    def _range(self, tokens: Tokens, index: int, low: Amount) -> Found | None:  # noqa: PLR0911 - one return per exclusion
        at = low.end
        by_word = tokens.low(at) in self.grammar.range_words
        if not by_word and not tokens.is_dash(at):
            return None
        if by_word and tokens.low(at) == "and" and tokens.low(index - 1) != "between":
            return None
        if by_word and tokens.low(at) == "và" and tokens.low(index - 1) != "giữa":
            return None
        tight = tokens[at].glued and tokens[at + 1].glued and tokens[at + 1].is_word
        tight = tight and not (low.unit or low.value < 2 or tokens.is_dash(index - 1))
        if low.numeral.words and not by_word and not tight:
            return None  # but "ten-twenty pages" is a range
        if not by_word and (years := short_years(tokens, index)):
            return years
        high = self.amount(tokens, at + 1)
        if high is None or (high.numeral.words and not low.numeral.words):
            return None
        if _in_points(tokens, index, low) and not _in_points(tokens, at + 1, high):
            return None  # up 2 percentage points to 6%
        chain = low.numeral.words and not by_word and tokens.is_dash(high.end)  # three-four-five
        if chain or (tokens[high.end].glued and tokens[high.end].is_word):
            return None
        low_value = low.value
        if not low.numeral.scaled and not low.unit and high.numeral.scaled:
            low_value = self._inherit(low, tokens, at + 1)
        if (low.unit and low.unit != high.unit) or low_value >= high.value:
            return None
        return self._make_range(tokens, index, low, high, low_value)

    def _inherit(self, low: Amount, tokens: Tokens, index: int) -> Fraction:
        bare = self.grammar.numerals.part(tokens, index)
        if bare is None or low.value >= bare.value:
            return low.value
        return low.value * self.grammar.numerals.scale(tokens, tokens.after_hyphen(bare.end))[0]

    def _make_range(
        self, tokens: Tokens, index: int, low: Amount, high: Amount, value: Fraction
    ) -> Found | None:
        years = all(
            part.numeral.plain and 1000 <= part.value <= 2100 and not part.unit
            for part in (low, high)
        )
        if years and self.grammar.is_year(tokens, index, high.numeral):
            ends = Date(year=int(low.value)), Date(year=int(high.value))
            return Found("range", Range(low=ends[0], high=ends[1]), "", high.end)
        unit, size = _in_metric(high.unit)
        both = Range(low=exact(value * size), high=exact(high.value * size))
        certain = low.numeral.certain and high.numeral.certain and _is_certain_unit(high)
        return Found("range", both, unit, high.end, certain=certain)

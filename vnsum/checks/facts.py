"""Facts: the comparable parts of quantities, such as a number with its unit, a day or a month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from vnsum.quantities.rules import CODE
from vnsum.quantities.tokens import fold
from vnsum.quantities.units import BASE
from vnsum.quantities.values import (
    Clock,
    Date,
    LunarDate,
    Quantity,
    Range,
    Relative,
    Scalar,
    Value,
)

NUMERIC = "number"
# Units that follow each other in one length, and the most characters between them: " and ".
SUMS = frozenset([("hour", "minute"), ("minute", "second"), ("year", "month")])
LONGEST_JOIN = 5
SCHOOL = "school"  # the unit of a label
SMALL = 20  # spelled-out numbers below this are not firm
PARTS = ("year", "month", "day", "quarter", "half")  # of a date
SHORT_YEARS = re.compile(r"(\d\d)\d\d[-–](\d\d)")
SOFT_KINDS = frozenset(["relative", "weekday", "magnitude"])


@dataclass(frozen=True, slots=True)
class Fact:
    """One comparable part of a quantity."""

    family: str
    value: Fraction
    unit: str
    quantity: Quantity
    firm: bool


def list_facts(quantities: Iterable[Quantity], written: Iterable[Quantity] = ()) -> list[Fact]:
    """Return the facts of all quantities but codes; see `compare_figures` for `written`."""
    values = {(quantity.start, quantity.end): quantity.value for quantity in written}
    return [
        _soften(fact, values.get((quantity.start, quantity.end), quantity.value))
        for quantity in quantities
        if quantity.kind != CODE
        for fact in _split(quantity)
    ]


def _soften(fact: Fact, written: Value) -> Fact:
    """Return the part of a date as not firm if the text does not say it."""
    if written == fact.quantity.value or fact.family not in PARTS:
        return fact
    said = isinstance(written, Date) and getattr(written, fact.family) is not None
    return replace(fact, firm=fact.firm and said)


def list_code_facts(quantities: Iterable[Quantity]) -> list[Fact]:
    """Return the numbers inside codes, fractions and 90+4, as matches: U23, 61/63, 2019-20."""
    return [
        Fact(NUMERIC, Fraction(number), "", quantity, False)
        for quantity in quantities
        if quantity.kind in (CODE, "fraction") or is_added_time(quantity)
        for number in (*list_integers(quantity), *_short_years(quantity))
    ]


def list_sums(facts: Iterable[Fact]) -> dict[tuple[str, Fraction], tuple[Fact, Fact]]:
    """Return the lengths in two units, such as "2 hours 15 minutes", by dimension and length."""
    found = {}
    for high, low in pairwise(facts):
        apart = low.quantity.start - high.quantity.end
        if (high.unit, low.unit) in SUMS and 0 < apart <= LONGEST_JOIN:
            (dimension, large), (_, small) = BASE[high.unit], BASE[low.unit]
            found[dimension, high.value * large + low.value * small] = (high, low)
    return found


def is_added_time(quantity: Quantity) -> bool:
    """Return whether a quantity is a minute after the end of a half: 90+4."""
    return quantity.kind == "ordinal" and "+" in quantity.text


def _short_years(quantity: Quantity) -> list[int]:
    """Return the second year of "2019-20"."""
    years = SHORT_YEARS.fullmatch(quantity.text)
    return [int(years[1] + years[2])] if years else []


def list_integers(quantity: Quantity) -> list[int]:
    """Return the numbers in a code or a fraction: 61 and 63 in 61/63, 1 and 3 in "một phần ba"."""
    value = quantity.value
    digits = [int(run) for run in re.findall(r"\d{1,40}", quantity.text)]
    whole = len(digits) > 1 or quantity.kind != "fraction"
    if whole or not isinstance(value, Decimal | Fraction):
        return digits
    part = Fraction(value)  # "một phần ba" and "seven in 10"
    if digits and part.numerator == 1:
        return digits  # "một" is read as an article
    # English writes "half" in too many ways for it to stand for two.
    return [part.numerator, part.denominator] if part.denominator > 2 else digits


def _split(quantity: Quantity) -> list[Fact]:
    value = quantity.value
    ends = (value.low, value.high) if isinstance(value, Range) else (value,)
    return [fact for end in ends for fact in _parts(end, quantity)]


def _parts(value: Scalar, quantity: Quantity) -> list[Fact]:
    firm = _is_firm(quantity)
    if isinstance(value, Date):
        named = (("year", value.year), ("month", value.month), ("day", value.day),
                 ("quarter", value.quarter), ("half", value.half))  # fmt: skip
        return [Fact(n, Fraction(v), "", quantity, firm) for n, v in named if v is not None]
    if isinstance(value, LunarDate):
        # Tết is often named without its month: "the first day of the new year"
        is_tet = any(word in fold(quantity.text) for word in ("tết", "tet", "new year"))
        parts = (("lunar day", value.day, firm), ("year", value.year, firm),
                 ("lunar month", value.month, firm and not is_tet))  # fmt: skip
        return [Fact(n, Fraction(v), "", quantity, f) for n, v, f in parts if v is not None]
    if isinstance(value, Clock):
        minutes = value.hour * 60 + value.minute
        return [Fact("clock", Fraction(minutes), "", quantity, firm)]
    if isinstance(value, Relative):
        return [Fact(f"relative {value.unit}", Fraction(value.offset), "", quantity, False)]
    if quantity.unit == SCHOOL:
        return []  # "cấp 3" is "high school", which has no number
    family = {"weekday": "weekday", "magnitude": "magnitude", "decade": "year"}.get(
        quantity.kind, NUMERIC
    )
    unit = "" if quantity.kind == "label" else quantity.unit
    return [Fact(family, Fraction(value), unit, quantity, firm)]


def _is_firm(quantity: Quantity) -> bool:
    if quantity.kind in SOFT_KINDS or (quantity.kind == "lunar" and not quantity.certain):
        return False
    if not quantity.spelled:
        return quantity.value != 1  # "1 ca" is "a case" as well as "one case"
    if quantity.kind in ("date", "lunar"):
        return True
    value = quantity.value
    large = isinstance(value, int) and (value >= SMALL or value < 0)
    return large and quantity.kind not in ("ordinal", "century", "fraction")

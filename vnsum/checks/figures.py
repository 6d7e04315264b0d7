"""Comparing the quantities of two sentences by value, regardless of order and notation.

Every quantity is split into facts (a number with its unit, a day, a month, a clock time). Facts
that have no match on the other side are paired into changes. Numbers in digits and large
spelled-out numbers are firm: a missing one is an error. Good translations drop and add small
spelled-out numbers (two, first, half), so an unpaired one is not reported. Findings that depend on
a reading that is not certain are warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from vnsum.quantities.rules import CODE
from vnsum.quantities.tokens import fold
from vnsum.quantities.units import BASE
from vnsum.quantities.values import (
    Clock,
    Date,
    LunarDate,
    Number,
    Quantity,
    Range,
    Relative,
    Scalar,
    Value,
)
from vnsum.results.result import Finding, FindingKind, Severity, Span

NUMERIC = "number"
# "chục" counts in tens, where English counts in dozens.
ABOUT = (("chục", "dozen", Fraction(6, 5)), ("dozen", "chục", Fraction(5, 6)))
SMALL = 20  # spelled-out numbers below this are not firm
LUNAR = {"lunar day", "lunar month"}
DATE_FAMILIES = frozenset(["year", "month", "day", "quarter", "half", "clock", "weekday", *LUNAR])
PARTS = ("year", "month", "day", "quarter", "half")  # of a date
DATE_KINDS = frozenset(["date", "time", "weekday", "relative", "decade", "lunar"])
SOFT_KINDS = frozenset(["relative", "weekday", "magnitude"])
LOOSE_UNITS = frozenset(["", "degree", "barrel", "tael", "pound", "second", "cent", "calorie"])
# Units that translations use for each other.
DOLLARS = frozenset(["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD"])  # each may be written "$"
SAME_UNIT = {"GBP": "pound", "fahrenheit": "degree", "celsius": "degree", "kelvin": "degree"}
MULTIPLE = re.compile("^gấp|led$|ling$|fold$")
DAY_PART_MARKS = ("m", "sáng", "chiều", "tối", "trưa", "đêm", "khuya", "in the", "at night")


@dataclass(frozen=True, slots=True)
class Fact:
    """One comparable part of a quantity."""

    family: str
    value: Fraction
    unit: str
    quantity: Quantity
    firm: bool


def compare_figures(
    source: Sequence[Quantity],
    target: Sequence[Quantity],
    *,
    written: tuple[Iterable[Quantity], Iterable[Quantity]] = ((), ()),
) -> list[Finding]:
    """Return the findings about the numbers and dates of two sentences.

    Codes only serve as matches for numbers of the other side. If the quantities were read with the
    date of the article, `written` are those read without it: what only the date tells may be
    missing on the other side, such as the year of "tháng 2 tới".
    """
    # A source may use the notation of the other language; a translation must use its own.
    strict = [replace(q, alternative=None) if q.kind != "date" else q for q in target]
    source_facts, target_facts = _facts(source, written[0]), _facts(strict, written[1])
    missing = _unmatched(source_facts, _Index([*target_facts, *_code_facts(target)]))
    added = _unmatched(target_facts, _Index([*source_facts, *_code_facts(source)]))
    return _findings(missing, added)


def _facts(quantities: Iterable[Quantity], written: Iterable[Quantity] = ()) -> list[Fact]:
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


def _code_facts(quantities: Iterable[Quantity]) -> list[Fact]:
    """Return the numbers inside codes and fractions, as matches: U23, 61/63."""
    return [
        Fact(NUMERIC, Fraction(number), "", quantity, False)
        for quantity in quantities
        if quantity.kind in (CODE, "fraction")
        for number in _list_integers(quantity)
    ]


def _list_integers(quantity: Quantity) -> list[int]:
    """Return the numbers in digits of a code or a fraction, such as 61/63."""
    return [int(run) for run in re.findall(r"\d{1,40}", quantity.text)]


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
    family = {"weekday": "weekday", "magnitude": "magnitude", "decade": "year"}.get(
        quantity.kind, NUMERIC
    )
    unit = quantity.unit if quantity.kind not in ("label", "age") else ""
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


class _Index:
    """The facts of one side, indexed for matching facts of the other side."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.named: dict[tuple[str, Fraction], list[Fact]] = {}
        self.numbers: dict[Fraction, list[Fact]] = {}
        self.bases: set[tuple[str, Fraction]] = set()
        self.halves = False  # of years
        self.lunar: set[Fraction] = set()  # days and months, which only ordinals match
        seen: set[tuple[str, Fraction, str, str]] = set()
        for fact in facts:
            what = (fact.family, fact.value, fact.unit, fact.quantity.kind)
            if what in seen and fact.quantity.alternative is None:
                continue  # repeated facts are indexed once
            seen.add(what)
            self.named.setdefault((fact.family, fact.value), []).append(fact)
            if fact.family in (NUMERIC, "year", "day", "quarter"):
                self.numbers.setdefault(fact.value, []).append(fact)
                if fact.unit in BASE:
                    dimension, size = BASE[fact.unit]
                    self.bases.add((dimension, fact.value * size))
            self.halves = self.halves or fact.family == "half"
            if fact.family in LUNAR:
                self.lunar.add(fact.value)
            alternative = fact.quantity.alternative
            if alternative is not None:
                self.numbers.setdefault(Fraction(alternative), []).append(fact)

    def has(self, fact: Fact) -> bool:
        """Return whether this side has a matching fact."""
        if self._same(fact, fact.value):
            return True
        if fact.quantity.kind == "fraction" and (parts := _list_integers(fact.quantity)):
            return all(part in self.numbers for part in parts)  # "61/63" is also "61 of 63"
        alternative = fact.quantity.alternative
        if alternative is None:
            return False
        others = self.numbers.get(Fraction(alternative), ())
        return any(fact.family != NUMERIC or _units_agree(fact, other) for other in others)

    def _same(self, fact: Fact, value: Fraction) -> bool:
        if fact.family == NUMERIC:
            return self._number(fact, value)
        if fact.family == "clock":
            return self._clock(fact, value)
        if (fact.family, value) in self.named or (_is_month(fact) and self._has_month(fact, value)):
            return True
        weekday = fact.family == "weekday" and _is_thu(fact.quantity)
        if weekday or fact.family == "half" or fact.family in LUNAR:
            # "the 23rd of the last month"; a Gregorian day is not an ordinal
            half = fact.family == "half" and self._has_six_months()
            return half or self._ordinal(value + weekday)
        if fact.quantity.kind == "decade" and value < 2000:
            return value - 1900 in self.numbers  # "in the 90s", "ở độ tuổi 90"
        return fact.family in ("year", "day", "quarter") and value in self.numbers

    def _has_month(self, fact: Fact, value: Fraction) -> bool:
        """Return whether it is the month of the other calendar; "tháng Giêng" is also January."""
        family = "month" if fact.family == "lunar month" else "lunar month"
        others = self.named.get((family, value), ())
        return any(_is_month(o) and not (o.quantity.certain and fact.quantity.certain)
                   for o in others)  # fmt: skip

    def _in_calendar(self, fact: Fact, value: Fraction) -> bool:
        """Return whether a number is part of a lunar date or half-year: "23rd", "first half"."""
        if fact.quantity.kind in ("ordinal", "number"):
            return value in self.lunar or ("half", value) in self.named
        return value == 6 and fact.unit == "month" and self.halves

    def _has_six_months(self) -> bool:
        return any(fact.unit == "month" for fact in self.numbers.get(Fraction(6), ()))

    def _ordinal(self, value: Fraction) -> bool:
        return any(fact.family == NUMERIC for fact in self.numbers.get(value, ()))

    def _number(self, fact: Fact, value: Fraction) -> bool:
        if any(_units_agree(fact, other) for other in self.numbers.get(value, ())):
            return True
        dimension, size = BASE.get(fact.unit, ("", Fraction(0)))
        if (dimension, value * size) in self.bases or self._in_calendar(fact, value):
            return True
        tens = any(self._has_word(value * share, other) for other, share in _tens(fact))
        if tens or self._in_length(fact.unit, value) or self._has_decade(value):
            return True
        hours = (value, value + 12) if fact.unit in ("hour", "") else ()
        if any(("clock", hour * 60) in self.named for hour in hours):
            return True
        if fact.quantity.kind == "ordinal" and (weekdays := self._weekdays(fact, value - 1)):
            return weekdays
        return value >= 100 and fact.unit == "" and ("magnitude", value) in self.named

    def _in_length(self, unit: str, value: Fraction) -> bool:
        """Return whether it is in a length that reads like a time: "2 giờ 15 phút"."""
        return unit in ("hour", "minute") and any(
            family == "clock"
            and value == (time // 60 if unit == "hour" else time % 60)
            and "phút" in fact.quantity.text
            for (family, time), facts in self.named.items()
            for fact in facts
        )

    def _has_decade(self, value: Fraction) -> bool:
        """Return whether "in her twenties" or "những năm 50 tuổi" has an age."""
        decades = self.named.get(("year", value + 1900), ())
        return any(fact.quantity.kind == "decade" for fact in decades)

    def _has_word(self, value: Fraction, word: str) -> bool:
        return any(word in fold(fact.quantity.text) for fact in self.numbers.get(value, ()))

    def _weekdays(self, fact: Fact, value: Fraction) -> bool:
        """Return whether "thứ ba" on one side matches Tuesday, rather than third, on the other."""
        others = self.named.get(("weekday", value), [])
        return any(_is_thu(q) for q in (fact.quantity, *(other.quantity for other in others))) and (
            bool(others)
        )

    def _clock(self, fact: Fact, value: Fraction) -> bool:
        for shift in (0, 720, -720):
            for other in self.named.get(("clock", value + shift), ()):
                if not shift or not (_has_day_part(fact) and _has_day_part(other)):
                    return True
        hour = Fraction(value // 60)
        if value % 60 and not any(o.unit == "minute" for o in self.numbers.get(value % 60, ())):
            return False
        if value % 60 and hour == 1:
            return True  # "an hour and 15 minutes"
        return any(
            other.unit in ("hour", "") and other.family == NUMERIC
            for number in (hour, hour - 12)
            for other in self.numbers.get(number, ())
        )


def _tens(fact: Fact) -> list[tuple[str, Fraction]]:
    """Return the words that count in tens or dozens on the other side: hai chục, two dozen."""
    text = fold(fact.quantity.text)
    return [(other, share) for word, other, share in ABOUT if word in text]


def _is_month(fact: Fact) -> bool:
    """Return whether it is a month of either calendar without a day."""
    value = fact.quantity.value
    return fact.family in ("month", "lunar month") and getattr(value, "day", 0) is None


def _is_thu(quantity: Quantity) -> bool:
    """Return whether a quantity is written with "thứ", a weekday or an ordinal."""
    return quantity.text[:3].lower() == "thứ"


def _has_day_part(fact: Fact) -> bool:
    text = fact.quantity.text.lower()
    return fact.value >= 13 * 60 or any(mark in text for mark in DAY_PART_MARKS)


def _units_agree(one: Fact, other: Fact) -> bool:
    if one.family != other.family:
        return "percent" not in (one.unit, other.unit)
    units = {SAME_UNIT.get(one.unit, one.unit), SAME_UNIT.get(other.unit, other.unit)}
    if len(units) == 1:
        return True
    if "percent" in units:
        return one.value == 0 and "" in units  # "0%" is also "zero"
    if units <= DOLLARS and "USD" in units:
        return not all("US" in fact.quantity.text for fact in (one, other) if fact.unit == "USD")
    return bool(units & LOOSE_UNITS)


def _unmatched(facts: Sequence[Fact], index: _Index) -> dict[int, Fact]:
    """Return the facts without a match, at most one per quantity, in text order."""
    left: dict[int, Fact] = {}
    for fact in facts:
        # "zero" has too many other meanings to be missing: zero tolerance, "không" (not)
        if (fact.firm or fact.value) and not index.has(fact):
            known = left.setdefault(fact.quantity.start, fact)
            if fact.firm and not known.firm:
                left[fact.quantity.start] = fact
    return left


def _findings(missing: dict[int, Fact], added: dict[int, Fact]) -> list[Finding]:
    pool: dict[tuple[str, bool], list[Fact]] = {}
    for fact in reversed(list(added.values())):  # so that pop() returns them in text order
        pool.setdefault((_group(fact), fact.firm), []).append(fact)
    findings, unpaired = [], []
    for fact in missing.values():
        other = _counterpart(fact, pool)
        if other:
            findings.append(_changed(fact, other))
        else:
            unpaired.append(fact)
    # An uncertain fact may mean what is missing on the other side.
    doubtful = not all(fact.quantity.certain for fact in (*missing.values(), *added.values()))
    findings += [
        _one_sided(fact, missing=True, doubtful=doubtful) for fact in unpaired if fact.firm
    ]
    rest = (fact for facts in pool.values() for fact in reversed(facts))
    return findings + [
        _one_sided(fact, missing=False, doubtful=doubtful) for fact in rest if fact.firm
    ]


def _counterpart(fact: Fact, pool: dict[tuple[str, bool], list[Fact]]) -> Fact | None:
    """Pop the fact that this one may have become; "two" cannot replace 60 billion."""
    group = _group(fact)
    if alike := pool.get((group, fact.firm)):
        return alike.pop()
    others = pool.get((group, not fact.firm))
    if not others:
        return None
    firm = fact if fact.firm else others[-1]
    return others.pop() if abs(firm.value) <= SMALL else None


def _group(fact: Fact) -> str:
    if fact.family in ("weekday", "magnitude") or fact.quantity.kind == "relative":
        return fact.family
    return "date" if fact.family in DATE_FAMILIES else NUMERIC


def _kind(fact: Fact) -> FindingKind:
    is_date = fact.quantity.kind in DATE_KINDS or fact.family in DATE_FAMILIES
    return "date" if is_date else "number"


def _noun(fact: Fact) -> str:
    names = {"clock": "time", "weekday": "weekday", "percent": "percentage"}
    return names.get(fact.family, names.get(fact.quantity.kind, _kind(fact)))


def _span(quantity: Quantity) -> Span:
    return Span(start=quantity.start, end=quantity.end)


def _changed(old: Fact, new: Fact) -> Finding:
    severity: Severity = "error" if old.firm or new.firm else "warning"
    exact = old.family in ("weekday", "magnitude") or (_is_multiple(old) and _is_multiple(new))
    if not old.firm and not new.firm and exact:
        severity = "error"
    if not (old.quantity.certain and new.quantity.certain):
        severity = "warning"
    text, values = old.quantity.text, [fact.quantity.value for fact in (old, new)]
    if text == new.quantity.text and all(isinstance(value, Number) for value in values):
        # 200.003 has the notation of the other language
        message = (
            f'The {_noun(old)} "{text}" is {values[0]} in the source, '
            f"but {values[1]} in the translation."
        )
    else:
        message = f'The {_noun(old)} "{text}" of the source became "{new.quantity.text}".'
    return Finding(
        kind=_kind(old), severity=severity, message=message,
        source=_span(old.quantity), target=_span(new.quantity),
    )  # fmt: skip


def _is_multiple(fact: Fact) -> bool:
    """Return whether it is a factor: gấp ba, tripled, threefold."""
    return fact.quantity.kind == "number" and MULTIPLE.search(fold(fact.quantity.text)) is not None


def _one_sided(fact: Fact, *, missing: bool, doubtful: bool) -> Finding:
    text, span = fact.quantity.text, _span(fact.quantity)
    severity: Severity = "warning" if doubtful else "error"
    if missing:
        message = f'The {_noun(fact)} "{text}" of the source is missing in the translation.'
        return Finding(kind=_kind(fact), severity=severity, message=message, source=span)
    message = f'The {_noun(fact)} "{text}" of the translation is not in the source.'
    return Finding(kind=_kind(fact), severity=severity, message=message, target=span)

"""Matching of facts by value: which notations and units mean the same in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from vnsum.checks.cues import has_added_time
from vnsum.checks.fact_units import sizes_agree, units_agree
from vnsum.checks.facts import NUMERIC, Fact, is_added_time, list_integers, list_sums
from vnsum.quantities.tokens import fold
from vnsum.quantities.units import BASE
from vnsum.quantities.values import Clock, Quantity

# "chục" counts in tens, where English counts in dozens.
ABOUT = (("chục", "dozen", Fraction(6, 5)), ("dozen", "chục", Fraction(5, 6)))
LUNAR = {"lunar day", "lunar month"}
OTHER_CALENDAR = {"day": "lunar day", "month": "lunar month"}
OTHER_CALENDAR |= {lunar: other for other, lunar in OTHER_CALENDAR.items()}
# What a share may also be written as, and its value as that.
SHARES = {"fraction": ("percent", Fraction(100)), "percent": ("fraction", Fraction(1, 100))}
HOURS = frozenset(["hour", "", "g"])  # "8g" is eight o'clock or eight grams
HALF_HOURS = re.compile(r"(?i)\bgiờ rưỡi$")  # 11 giờ rưỡi
DOTTED_CLOCK = re.compile(r"\d{1,2}\.[0-5]\d")  # at 6.30
SCALE = re.compile(r"\b1 ?[:/] ?(\d{1,3}(?:[.,]?\d{3}){1,2})\b")  # of a map: 1:2000, 1/2.000
LENGTH = re.compile("phút|['’]$")
DAY_PART_MARKS = ("m", "sáng", "chiều", "tối", "trưa", "đêm", "khuya", "in the", "at night")


class FactIndex:
    """The facts of one side, indexed for matching facts of the other side."""

    def __init__(self, facts: Sequence[Fact], text: str = "") -> None:
        self.text = text
        self.named: dict[tuple[str, Fraction], list[Fact]] = {}
        self.numbers: dict[Fraction, list[Fact]] = {}
        self.bases: set[tuple[str, Fraction]] = {*list_sums(facts)}
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
        if self._same(fact):
            return True
        if fact.quantity.kind in ("fraction", "ordinal") and self._is_part(fact):
            return True
        if self._is_share(fact):
            return True
        parts = list_integers(fact.quantity) if fact.quantity.kind == "fraction" else []
        if is_added_time(fact.quantity):
            parts = list_integers(fact.quantity)[1 if has_added_time(self.text) else 0 :]
        if parts:
            return all(part in self.numbers for part in parts)  # "61/63" is also "61 of 63"
        alternative = fact.quantity.alternative
        return alternative is not None and self._has_other(fact, Fraction(alternative))

    def list_numbers(self, values: Iterable[Fraction]) -> list[Fact]:
        """Return the facts that may be a number, of some values."""
        return [fact for value in values for fact in self.numbers.get(value, ())]

    def _has_other(self, fact: Fact, value: Fraction) -> bool:
        """Return whether this side has the other reading of a fact: "1/2000" is also a scale."""
        others = self.numbers.get(value, ())
        if fact.family != NUMERIC:
            return bool(others) or value in self._list_scales()
        return any(units_agree(fact, other) for other in others)

    def _list_scales(self) -> set[Fraction]:
        figures = (re.sub("[.,]", "", match[1]) for match in SCALE.finditer(self.text))
        return {Fraction(1, int(figure)) for figure in figures if int(figure)}

    def _is_part(self, fact: Fact) -> bool:
        """Return whether "a fifth" is read as an ordinal here, or as a fraction there."""
        other = "ordinal" if fact.quantity.kind == "fraction" else "fraction"
        parts = self.numbers.get(1 / fact.value, ()) if fact.value else ()
        return any(part.quantity.kind == other for part in parts)

    def _is_share(self, fact: Fact) -> bool:
        """Return whether "half" is 50 % here, or 50 % is a half there."""
        other, factor = SHARES.get(fact.quantity.kind, ("", Fraction(1)))
        return any(s.quantity.kind == other for s in self.numbers.get(fact.value * factor, ()))

    def _same(self, fact: Fact) -> bool:
        value = fact.value
        if fact.family == NUMERIC:
            return self._number(fact)
        if fact.family == "clock":
            return self._clock(fact)
        named = self.named.get((fact.family, value), ())
        same = any(fact.family != "magnitude" or sizes_agree(fact, other) for other in named)
        if same or self._in_other_calendar(fact):
            return True
        weekday = fact.family == "weekday" and _is_thu(fact.quantity)
        if weekday or fact.family == "half" or fact.family in LUNAR:
            # "the 23rd of the last month"; a Gregorian day is not an ordinal
            half = fact.family == "half" and self._has_six_months()
            return half or self._ordinal(value + weekday)
        if fact.quantity.kind == "decade" and value < 2000:
            return value - 1900 in self.numbers  # "in the 90s", "ở độ tuổi 90"
        return fact.family in ("year", "day", "quarter") and value in self.numbers

    def _in_other_calendar(self, fact: Fact) -> bool:
        """Return whether it may be a day or month of the other calendar; "tháng Giêng" is January.

        One of both readings must be uncertain.
        """
        others = self.named.get((OTHER_CALENDAR.get(fact.family, ""), fact.value), ())
        return any(not (other.quantity.certain and fact.quantity.certain) for other in others)

    def _in_calendar(self, fact: Fact) -> bool:
        """Return whether a number is part of a lunar date or half-year: "23rd", "first half"."""
        value = fact.value
        if fact.quantity.kind in ("ordinal", "number"):
            return value in self.lunar or ("half", value) in self.named
        return value == 6 and fact.unit == "month" and self.halves

    def _has_six_months(self) -> bool:
        return any(fact.unit == "month" for fact in self.numbers.get(Fraction(6), ()))

    def _ordinal(self, value: Fraction) -> bool:
        return any(fact.family == NUMERIC for fact in self.numbers.get(value, ()))

    def _number(self, fact: Fact) -> bool:
        value = fact.value
        if any(units_agree(fact, other) for other in self.numbers.get(value, ())):
            return True
        dimension, size = BASE.get(fact.unit, ("", Fraction(0)))
        if (dimension, value * size) in self.bases or self._in_calendar(fact):
            return True
        tens = any(self._has_word(value * share, other) for other, share in _tens(fact))
        if tens or self._in_length(fact.unit, value) or self._has_decade(value):
            return True
        hours = (value, value + 12) if fact.unit in HOURS else ()
        timed = any(("clock", hour * 60) in self.named for hour in hours)
        timed = timed or (_is_word(fact) and self._has_minute(value))
        if timed or self._is_dotted_clock(fact):
            return True
        if fact.quantity.kind == "ordinal" and (weekdays := self._weekdays(fact, value - 1)):
            return weekdays
        sizes = self.named.get(("magnitude", value), ()) if value >= 100 else ()
        return any(units_agree(replace(fact, family=size.family), size) for size in sizes)

    def _is_dotted_clock(self, fact: Fact) -> bool:
        """Return whether "6.30" is the time 6:30 of the other side."""
        value = fact.value
        minutes = value // 1 * 60 + value % 1 * 100
        dotted = fact.unit == "" and DOTTED_CLOCK.fullmatch(fact.quantity.text)
        return bool(dotted) and any(("clock", minutes + half) in self.named for half in (0, 720))

    def _in_length(self, unit: str, value: Fraction) -> bool:
        """Return whether it is in a length that reads like a time: 2 giờ 15 phút, 2:15:07."""
        return unit in ("hour", "minute", "second") and any(
            value in (getattr(clock, unit), _length(clock, unit))
            and (clock.second or LENGTH.search(fact.quantity.text))
            for fact in self._list_times()
            if isinstance(clock := fact.quantity.value, Clock)
        )

    def _has_minute(self, value: Fraction) -> bool:
        """Return whether it may be the minute of a time in words: seven forty-five."""
        return any(
            time.value % 60 == value and time.quantity.spelled for time in self._list_times()
        )

    def _list_times(self) -> Iterator[Fact]:
        for (family, _), facts in self.named.items():
            if family == "clock":
                yield from facts

    def _has_parts(self, fact: Fact) -> bool:
        """Return whether a time in words is two numbers here: seven forty-five."""
        parts = Fraction(fact.value // 60), fact.value % 60
        return bool(fact.quantity.spelled and parts[1]) and all(
            any(_is_word(other) for other in self.numbers.get(part, ())) for part in parts
        )

    def _has_length(self, quantity: Quantity) -> bool:
        """Return whether "2 giờ 30 phút" is two and a half hours or 150 minutes."""
        value = quantity.value
        if not isinstance(value, Clock) or not LENGTH.search(quantity.text):
            return False
        return any(
            other.unit == unit
            for unit in ("hour", "minute")
            for other in self.numbers.get(_length(value, unit), ())
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

    def _clock(self, fact: Fact) -> bool:
        value = fact.value
        for shift in (0, 720, -720):
            for other in self.named.get(("clock", value + shift), ()):
                if not shift or not (_has_day_part(fact) and _has_day_part(other)):
                    return True
        hour = Fraction(value // 60)
        written = {value / 60: HALF_HOURS, hour + value % 60 / 100: DOTTED_CLOCK}
        for number, form in written.items():
            for same in (number, number - 12):
                if any(form.search(o.quantity.text) for o in self.numbers.get(same, ())):
                    return True
        if self._has_parts(fact) or self._has_length(fact.quantity):
            return True
        if value % 60 and not any(o.unit == "minute" for o in self.numbers.get(value % 60, ())):
            return False
        if value % 60 and hour == 1:
            return True  # "an hour and 15 minutes"
        return any(
            other.unit in HOURS and other.family == NUMERIC
            for number in (hour, hour - 12)
            for other in self.numbers.get(number, ())
        )


def _is_word(fact: Fact) -> bool:
    """Return whether a fact is a number in words without a unit."""
    return fact.unit == "" and fact.quantity.spelled


def _length(clock: Clock, unit: str) -> Fraction:
    """Return the length that reads like a time, in a unit: 2 giờ 30 phút are 2.5 hours."""
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return seconds / BASE[unit][1]


def _tens(fact: Fact) -> list[tuple[str, Fraction]]:
    """Return the words that count in tens or dozens on the other side: hai chục, two dozen."""
    text = fold(fact.quantity.text)
    return [(other, share) for word, other, share in ABOUT if word in text]


def _is_thu(quantity: Quantity) -> bool:
    """Return whether a quantity is written with "thứ", a weekday or an ordinal."""
    return quantity.text[:3].lower() == "thứ"


def _has_day_part(fact: Fact) -> bool:
    text = fact.quantity.text.lower()
    return fact.value >= 13 * 60 or any(mark in text for mark in DAY_PART_MARKS)

"""What the words of the other side tell of a number: its sign, its rate, an age in tens."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from vnsum.checks.cues import (
    has_name,
    has_one,
    has_pair,
    has_word_for,
    is_about,
    is_hourly,
    is_in_points,
    is_negative,
    list_ages,
    may_name_month,
    names_holiday,
    names_level,
    names_round,
    names_storm,
)
from vnsum.checks.fact_index import FactIndex
from vnsum.checks.fact_units import units_agree
from vnsum.checks.facts import NUMERIC, Fact

RATES = {"km/h": "km", "mile/h": "mile", "knot": "nautical mile"}  # an hour


def tells(index: FactIndex, fact: Fact, text: str) -> bool:
    """Return whether words tell the sign or the rate in which a number differs from the other side.

    `index` is the other side and `text` the sentence of the fact: "-5%" is "fell by 5%", "20 km/h"
    is "mỗi giờ 20 km", "the last 8" is "tứ kết", 24 hours are "a day", "3 points" are "3 điểm phần
    trăm".
    """
    if fact.family != NUMERIC:
        month = fact.family == "month" and (
            may_name_month(index.text, fact.value) or has_name(index.text, fact.quantity)
        )
        in_month = fact.family in ("month", "day")
        return month or (in_month and names_holiday(index.text, fact.quantity))
    if any(
        has(index.text, fact.unit, fact.value) for has in (has_pair, has_one, has_word_for)
    ) or any(names(text, fact.quantity, index.text) for names in (names_round, names_storm)):
        return True
    if names_level(fact.quantity, index.text) or _tells_age(index, fact, text):
        return True
    opposite = replace(fact, value=-fact.value)
    for other in index.numbers.get(opposite.value, ()) if fact.value else ():
        positive = (index.text, other.quantity) if fact.value < 0 else (text, fact.quantity)
        if is_negative(*positive) and units_agree(opposite, other):
            return True
    return any(
        (RATES.get(other.unit) == fact.unit and is_hourly(text))
        or (RATES.get(fact.unit) == other.unit and is_hourly(index.text))
        or ({fact.unit, other.unit} == {"percent", ""}
            and is_in_points(text, fact.quantity) and is_in_points(index.text, other.quantity))
        for other in index.numbers.get(fact.value, ())
    )  # fmt: skip


def _tells_age(index: FactIndex, fact: Fact, text: str) -> bool:
    """Return whether one age is in tens and the other fits: late fifties, 58 or gần 60."""
    if fact.unit != "year":
        return False
    others = index.list_numbers(Fraction(age) for age in list_ages(fact.quantity))
    if any(
        other.value < fact.value + 10 or is_about(index.text, other.quantity) for other in others
    ):
        return True
    tens = Fraction(fact.value // 10 * 10)
    return any(
        fact.value in list_ages(other.quantity)
        and (fact.value < other.value + 10 or is_about(text, fact.quantity))
        for other in index.list_numbers((tens, tens - 10))
    )

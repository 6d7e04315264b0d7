"""Comparing the quantities of two sentences by value, regardless of order and notation.

Every quantity is split into facts (a number with its unit, a day, a month, a clock time). Facts
that have no match on the other side are paired into changes. Numbers in digits and large
spelled-out numbers are firm: a missing one is an error. Good translations drop and add small
spelled-out numbers (two, first, half), so an unpaired one is not reported. Findings that depend on
a reading that is not certain are warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from vnsum.checks.fact_findings import is_multiple, list_findings
from vnsum.checks.fact_index import FactIndex
from vnsum.checks.fact_units import units_agree
from vnsum.checks.fact_words import tells
from vnsum.checks.facts import Fact, list_code_facts, list_facts, list_sums
from vnsum.checks.sides import Side
from vnsum.quantities.tokens import fold
from vnsum.quantities.values import Clock, Date, Number, Quantity, Relative
from vnsum.results.result import Finding

ROLES = ("ordinal", "factor", "label")  # of numbers that are not amounts
# Around a number that is an hour: at five, at about five in the morning.
_AT = re.compile(r"\bat (?:about |around |exactly )?$", re.IGNORECASE)
_LONGEST_AT = 20  # characters
_AFTER_HOUR = re.compile(
    r"$|[.,;?!)”\"](?!\w)| (?:in the|on|every|each|this|today|tonight|tomorrow|yesterday|and|but|"
    r"sharp)\b"
)
LONGEST_WORD = 8  # characters of "gấp" or "lần" with combining marks and spaces


def compare_figures(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return the findings about the numbers and dates of two sentences.

    Codes only serve as matches for numbers of the other side. What only the date of the article
    tells may be missing on the other side, such as the year of "tháng 2 tới". Words may say a sign
    or a rate: "-5%" is "fell by 5%", "60 km/h" is "mỗi giờ 60 km".
    """
    texts = old.text, new.text
    # A source may use the notation of the other language; a translation must use its own.
    strict = [q if _is_open(q) else replace(q, alternative=None) for q in new.quantities]
    source_facts = list_facts(old.quantities, old.undated)
    target_facts = list_facts(strict, new.undated)
    there = FactIndex([*target_facts, *list_code_facts(new.quantities)], new.text)
    missing = _unmatched(source_facts, there, old.text)
    here = FactIndex([*source_facts, *list_code_facts(old.quantities)], old.text)
    added = _unmatched(target_facts, here, new.text)
    for one, other in (
        *_find_changed_roles(source_facts, target_facts, texts),
        *_find_changed_scores(source_facts, target_facts),
        *_find_changed_units(source_facts, target_facts, texts),
    ):
        missing.setdefault(one.quantity.start, one)
        added.setdefault(other.quantity.start, other)
    for read in (_read_weekdays, _read_hours):
        missing, added = read(missing, added, old.text), read(added, missing, new.text)
    return list_findings(_drop_told(missing, new), _drop_told(added, old))


def _find_changed_roles(
    source: Sequence[Fact], target: Sequence[Fact], texts: tuple[str, str]
) -> Iterator[tuple[Fact, Fact]]:
    """Yield ranks, factors and labels of both sides whose numbers only amounts explain.

    "Doubled in two years" is not "gấp ba sau hai năm", although both have a two.
    """
    old = _list_unexplained_roles(source, target, texts)
    new = _list_unexplained_roles(target, source, texts[::-1])
    for role in ROLES:
        yield from zip(old[role], new[role], strict=False)


def _list_unexplained_roles(
    facts: Sequence[Fact], others: Iterable[Fact], texts: Sequence[str]
) -> Mapping[str, list[Fact]]:
    """Return the facts of each role that the other side lacks without the amounts of both sides."""
    amounts = {(fact.value, fact.unit) for fact in facts if fact.unit}
    index = FactIndex([fact for fact in others if (fact.value, fact.unit) not in amounts], texts[1])
    found: dict[str, list[Fact]] = {role: [] for role in ROLES}
    for fact in facts:
        factor = is_multiple(fact) or _follows(fact, "gấp", texts[0])
        role = "factor" if factor else fact.quantity.kind
        if role in ROLES and not index.has(fact):
            found[role].append(fact)
    return found


def _find_changed_scores(
    source: Iterable[Fact], target: Iterable[Fact]
) -> Iterator[tuple[Fact, Fact]]:
    """Yield the scores that differ where both sides have the same number of scores.

    The two of "hai đội" does not explain a score of 3-2.
    """
    old, new = _list_scores(source), _list_scores(target)
    if len(old) == len(new):
        here, there = {result for result, _ in old}, {result for result, _ in new}
        left = (fact for result, fact in old if result not in there)
        right = (fact for result, fact in new if result not in here)
        yield from zip(left, right, strict=False)


def _list_scores(facts: Iterable[Fact]) -> list[tuple[frozenset[Fraction], Fact]]:
    """Return the results of the scores, without their order, each with one of its facts."""
    found: dict[int, list[Fact]] = {}
    for fact in facts:
        if fact.quantity.kind == "score":
            found.setdefault(fact.quantity.start, []).append(fact)
    return [(frozenset(fact.value for fact in ends), ends[0]) for ends in found.values()]


def _find_changed_units(
    source: Sequence[Fact], target: Sequence[Fact], texts: tuple[str, str]
) -> Iterator[tuple[Fact, Fact]]:
    """Yield measures whose number both sides have several times, but with another unit.

    The two of "hai xe tải" does not explain "2 kg" where the other side has 2 tonnes.
    """
    old, new = _group_by_value(source), _group_by_value(target)
    for value in old.keys() & new.keys():
        left, right = _drop_equal(old[value], new[value])
        if len(left) != 1 or len(right) != 1 or not left[0].unit or not right[0].unit:
            continue
        one, other = left[0], right[0]
        told = _is_told(one, target, texts) or _is_told(other, source, texts[::-1])
        if not units_agree(one, other) and not told:
            yield one, other


def _group_by_value(facts: Iterable[Fact]) -> dict[Fraction, list[Fact]]:
    """Return the values that occur several times, also as parts of dates, with their facts."""
    found: dict[Fraction, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.value, []).append(fact)
    return {value: group for value, group in found.items() if len(group) > 1}


def _drop_equal(facts: Iterable[Fact], others: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return the facts of two sides that the other side does not have with the same unit."""
    left: list[Fact] = []
    rest: dict[tuple[str, str], list[Fact]] = {}
    for fact in others:
        rest.setdefault((fact.family, fact.unit), []).append(fact)
    for fact in facts:
        same = rest.get((fact.family, fact.unit))
        if same:
            same.pop()
        else:
            left.append(fact)
    return left, [fact for same in rest.values() for fact in same]


def _is_told(fact: Fact, others: Iterable[Fact], texts: Sequence[str]) -> bool:
    """Return whether other values of the other side tell a measure: 60 minutes are an hour."""
    index = FactIndex([one for one in others if one.value != fact.value], texts[1])
    return index.has(fact) or tells(index, fact, texts[0])


def _drop_told(facts: Mapping[int, Fact], other: Side) -> dict[int, Fact]:
    """Return unmatched facts without months and years that `other` tells from another one.

    In August, "tháng trước" (the month before) may be July, whenever the article was written.
    """
    values = [quantity.value for quantity in other.undated or other.quantities]
    dates = [value for value in values if isinstance(value, Date)]
    steps = [value for value in values if isinstance(value, Relative)]
    told = {
        *(
            ("month", Fraction((date.month - 1 + step.offset) % 12 + 1))
            for date in dates
            for step in steps
            if date.month is not None and step.unit == "month"
        ),
        *(
            ("year", Fraction(date.year + step.offset))
            for date in dates
            for step in steps
            if date.year is not None and step.unit == "year"
        ),
    }
    return {start: f for start, f in facts.items() if (f.family, f.value) not in told}


def _read_weekdays(
    facts: Mapping[int, Fact], others: Mapping[int, Fact], text: str
) -> dict[int, Fact]:
    """Return unmatched facts with "thứ sáu" as Friday if the other side has an unmatched weekday.

    It may be "the sixth", so that the reading is not certain. `text` is the sentence of `facts`.
    """
    weekday = any(fact.family == "weekday" for fact in others.values())
    return {
        start: _as_weekday(fact) if weekday and _may_be_weekday(fact, text) else fact
        for start, fact in facts.items()
    }


def _read_hours(
    facts: Mapping[int, Fact], others: Mapping[int, Fact], text: str
) -> dict[int, Fact]:
    """Return unmatched facts with "at five" as times if the other side has an unmatched time.

    They are as firm as that time.
    """
    times = [fact for fact in others.values() if fact.family == "clock"]
    firm = any(fact.firm for fact in times)
    return {
        start: _as_hour(fact, firm=firm) if times and _is_hour(fact, text) else fact
        for start, fact in facts.items()
    }


def _is_hour(fact: Fact, text: str) -> bool:
    """Return whether a number is an hour after "at": at five, but not at five metres."""
    quantity = fact.quantity
    if quantity.kind != "number" or fact.value not in range(1, 13):
        return False
    at = _AT.search(text[max(0, quantity.start - _LONGEST_AT) : quantity.start])
    return at is not None and _AFTER_HOUR.match(text, quantity.end) is not None


def _as_hour(fact: Fact, *, firm: bool) -> Fact:
    quantity = replace(fact.quantity, kind="time", value=Clock(hour=int(fact.value)))
    return Fact("clock", fact.value * 60, "", quantity, firm)


def _may_be_weekday(fact: Fact, text: str) -> bool:
    if fact.quantity.kind != "ordinal" or not 2 <= fact.value <= 7:
        return False
    return fold(fact.quantity.text).startswith("thứ") and not _follows(fact, "lần", text)


def _follows(fact: Fact, word: str, text: str) -> bool:
    """Return whether a word stands before the quantity of a fact in its sentence."""
    start = fact.quantity.start
    return fold(text[max(0, start - LONGEST_WORD) : start]).endswith(f"{word} ")


def _as_weekday(fact: Fact) -> Fact:
    value = fact.value - 1
    quantity = replace(fact.quantity, kind="weekday", value=int(value), certain=False)
    return Fact("weekday", value, "", quantity, False)


def _is_open(quantity: Quantity) -> bool:
    """Return whether a language itself writes two values alike.

    1/9 may be a day or a fraction, 4.8m millions or metres, "2,3 ngày" two or three days, and 3
    in "3 or 4 million" three million.
    """
    value, other = quantity.value, quantity.alternative
    if quantity.kind == "date" or other is None or not isinstance(value, Number):
        return quantity.kind == "date"
    millions = other == value * 10**6 and quantity.unit == "m"
    return millions or other < value or Fraction(value) == Fraction(other) * Fraction(11, 10) - 1


def _unmatched(facts: Sequence[Fact], index: FactIndex, text: str) -> dict[int, Fact]:
    """Return the facts without a match, at most one per quantity, in text order.

    `text` is the sentence that has the facts.
    """
    left: dict[int, Fact] = {}
    sums = list_sums(facts).items()
    told = {fact.quantity for length, parts in sums if length in index.bases for fact in parts}
    for fact in facts:
        if fact.quantity in told:
            continue
        # "zero" has too many other meanings to be missing: zero tolerance, "không" (not)
        if (fact.firm or fact.value) and not (index.has(fact) or tells(index, fact, text)):
            known = left.setdefault(fact.quantity.start, fact)
            if fact.firm and not known.firm:
                left[fact.quantity.start] = fact
    return left

"""Comparing the quantities of two sentences by value, regardless of order and notation.

Every quantity is split into facts (a number with its unit, a day, a month, a clock time). Facts
that have no match on the other side are paired into changes. Numbers in digits and large
spelled-out numbers are firm: a missing one is an error. Good translations drop and add small
spelled-out numbers (two, first, half), so an unpaired one is not reported. Findings that depend on
a reading that is not certain are warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from vnsum.checks.fact_findings import list_findings
from vnsum.checks.fact_index import FactIndex
from vnsum.checks.facts import Fact, list_code_facts, list_facts
from vnsum.quantities.values import Number, Quantity
from vnsum.results.result import Finding


def compare_figures(
    source: Sequence[Quantity],
    target: Sequence[Quantity],
    *,
    written: tuple[Iterable[Quantity], Iterable[Quantity]] = ((), ()),
    texts: tuple[str, str] = ("", ""),
) -> list[Finding]:
    """Return the findings about the numbers and dates of two sentences.

    Codes only serve as matches for numbers of the other side. If the quantities were read with the
    date of the article, `written` are those read without it: what only the date tells may be
    missing on the other side, such as the year of "tháng 2 tới". `texts` are the sentences, whose
    words may say a sign or a rate: "-5%" is "fell by 5%", "60 km/h" is "mỗi giờ 60 km".
    """
    # A source may use the notation of the other language; a translation must use its own.
    strict = [q if _is_open(q) else replace(q, alternative=None) for q in target]
    source_facts, target_facts = list_facts(source, written[0]), list_facts(strict, written[1])
    old, new = texts
    there = FactIndex([*target_facts, *list_code_facts(target)], new)
    missing = _unmatched(source_facts, there, old)
    here = FactIndex([*source_facts, *list_code_facts(source)], old)
    added = _unmatched(target_facts, here, new)
    return list_findings(missing, added)


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
    for fact in facts:
        # "zero" has too many other meanings to be missing: zero tolerance, "không" (not)
        if (fact.firm or fact.value) and not (index.has(fact) or index.tells(fact, text)):
            known = left.setdefault(fact.quantity.start, fact)
            if fact.firm and not known.firm:
                left[fact.quantity.start] = fact
    return left

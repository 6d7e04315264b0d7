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

from vnsum.checks.fact_findings import list_findings
from vnsum.checks.fact_index import FactIndex
from vnsum.checks.facts import Fact, list_code_facts, list_facts
from vnsum.quantities.values import Quantity
from vnsum.results.result import Finding


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
    source_facts, target_facts = list_facts(source, written[0]), list_facts(strict, written[1])
    missing = _unmatched(source_facts, FactIndex([*target_facts, *list_code_facts(target)]))
    added = _unmatched(target_facts, FactIndex([*source_facts, *list_code_facts(source)]))
    return list_findings(missing, added)


def _unmatched(facts: Sequence[Fact], index: FactIndex) -> dict[int, Fact]:
    """Return the facts without a match, at most one per quantity, in text order."""
    left: dict[int, Fact] = {}
    for fact in facts:
        # "zero" has too many other meanings to be missing: zero tolerance, "không" (not)
        if (fact.firm or fact.value) and not index.has(fact):
            known = left.setdefault(fact.quantity.start, fact)
            if fact.firm and not known.firm:
                left[fact.quantity.start] = fact
    return left

"""Comparing codes, i.e. names with digits: Covid-19, A320, numbers of decrees, telephone numbers.

Good translations may omit codes (24/7 is "around the clock"), so only a replacement is reported: a
code that is only in the source, paired with one that is only in the translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vnsum.checks.sides import Side, describe_change
from vnsum.quantities.rules import CODE
from vnsum.quantities.values import Quantity
from vnsum.results.result import Finding, Span

DIGITS = re.compile(r"\d+")
# The virus and the disease, which writers use for each other.
SAME = dict.fromkeys(["SARSCOV2", "2019NCOV", "NCOV", "COVID", "2019", "201920"], "COVID19")


def compare_codes(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return an error for every code of the source that was replaced by another one."""
    missing = _without_counterpart(old.quantities, new.quantities)
    added = _without_counterpart(new.quantities, old.quantities)
    return [
        describe_change(
            old,
            new,
            (Span(start=one.start, end=one.end), Span(start=other.start, end=other.end)),
            kind="number",
            severity="error",
            noun="code",
        )
        for one, other in zip(missing, added, strict=False)
    ]


def _without_counterpart(one: Iterable[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    codes = {_normalize(quantity.unit) for quantity in others if quantity.kind == CODE}
    runs = {run for quantity in others for run in DIGITS.findall(quantity.text)}
    return [
        quantity
        for quantity in one
        if quantity.kind == CODE
        and _normalize(quantity.unit) not in codes
        and not runs.issuperset(DIGITS.findall(quantity.text))
    ]


def _normalize(unit: str) -> str:
    return SAME.get(unit, unit)

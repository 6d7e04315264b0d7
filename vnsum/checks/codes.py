"""Comparing what has digits and is no quantity: Covid-19, A320, decrees, telephone numbers.

Good translations leave such names out (24/7 is "around the clock"), so only a change is reported:
a code of the source that the translation lacks beside one that the source lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vnsum.quantities.rules import CODE
from vnsum.quantities.values import Quantity
from vnsum.results.result import Finding, Span

DIGITS = re.compile(r"\d+")


def compare_codes(source: Sequence[Quantity], target: Sequence[Quantity]) -> list[Finding]:
    """Return an error for every code of the source that became another one."""
    lost = _without_counterpart(source, target)
    strange = _without_counterpart(target, source)
    return [
        Finding(
            kind="number",
            severity="error",
            message=f'The code "{old.text}" of the source became "{new.text}".',
            source=Span(start=old.start, end=old.end),
            target=Span(start=new.start, end=new.end),
        )
        for old, new in zip(lost, strange, strict=False)
    ]


def _without_counterpart(those: Iterable[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    codes = {quantity.unit for quantity in others if quantity.kind == CODE}
    runs = {run for quantity in others for run in DIGITS.findall(quantity.text)}
    return [
        quantity
        for quantity in those
        if quantity.kind == CODE
        and quantity.unit not in codes
        and not runs.issuperset(DIGITS.findall(quantity.text))
    ]

"""Comparing percentage points with percent: "up 2% to 6%" is not "up 2 percentage points to 6%".

Writers often say percent for points; only where a level follows do the two differ for sure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vnsum.checks.sides import Side, describe_change
from vnsum.results.result import Finding, Span

_POINTS = r"percentage points?|điểm phần trăm|điểm %"
_PERCENT = r"%|percent|per cent|phần trăm"
_CHANGE = re.compile(
    rf"(?<![\w.,])(?P<value>\d[\d.,]{{0,6}}) ?(?:(?P<points>{_POINTS})|{_PERCENT})"
    r" (?:up |down )?(?:to|from|lên|xuống|còn|từ|lên mức|xuống mức|xuống còn)"
    r"(?: (?:about|around|nearly|khoảng|gần|hơn))?"
    rf" \d[\d.,]{{0,6}} ?(?:{_PERCENT})(?!\w)",
    re.IGNORECASE,
)


def compare_points(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning for each change in points that the other text has in percent, or reversely.

    >>> from vnsum.checks.sides import read_side
    >>> sides = read_side("Tăng 2 điểm phần trăm lên 6%.", "vi"), read_side("Up 2% to 6%.", "en")
    >>> [finding.message for finding in compare_points(*sides)]
    ['The percentage "2 điểm phần trăm lên 6%" of the source became "2% to 6%".']
    """
    there = {_value(match): match for match in _CHANGE.finditer(new.text)}
    changes = (
        (Span(start=one.start(), end=one.end()), Span(start=other.start(), end=other.end()))
        for one in _CHANGE.finditer(old.text)
        if (other := there.get(_value(one))) and bool(one["points"]) != bool(other["points"])
    )
    return [describe_change(old, new, spans, kind="number", noun="percentage") for spans in changes]


def _value(match: re.Match[str]) -> str:
    return match["value"].replace(",", ".")


def _describe(old: re.Match[str], new: re.Match[str]) -> Finding:
    return Finding(
        kind="number",
        severity="warning",
        message=f'The percentage "{old[0]}" of the source became "{new[0]}".',
        source=Span(start=old.start(), end=old.end()),
        target=Span(start=new.start(), end=new.end()),
    )

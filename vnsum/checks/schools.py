"""Comparing levels of schools with grades: "học sinh cấp 3" are no third-graders."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vnsum.checks.facts import SCHOOL
from vnsum.checks.sides import Side, arrange, describe_change
from vnsum.quantities.values import Quantity
from vnsum.results.findings import overlap
from vnsum.results.result import Finding, Span

_GRADES = {
    2: re.compile(r"\b(?:second|2nd)[ -]grade(?:rs?|s)?\b|\bgrade (?:2|two)\b", re.IGNORECASE),
    3: re.compile(r"\b(?:third|3rd)[ -]grade(?:rs?|s)?\b|\bgrade (?:3|three)\b", re.IGNORECASE),
}
_CLASS = re.compile(r"\blớp\b", re.IGNORECASE)  # a grade, which may be the one of the other text


def compare_schools(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return an error if a level of schools on one side is the grade of that number on the other.

    Nothing is returned about a grade that one of the findings in `known` is about.

    >>> from vnsum.checks.sides import read_side
    >>> sides = read_side("Con tôi học cấp 2.", "vi"), read_side("My son is in second grade.", "en")
    >>> [finding.message for finding in compare_schools(*sides)]
    ['The number "cấp 2" of the source became "second grade".']
    """
    vi, en = arrange(old, old, new)
    if _CLASS.search(vi.text):
        return []
    told = [arrange(old, found.source, found.target)[1] for found in known]
    findings = []
    for level in vi.quantities:
        grade = _find_grade(level, en.text)
        if grade is None:
            continue
        spans = Span(start=level.start, end=level.end), Span(start=grade.start(), end=grade.end())
        if not any(span and overlap(span, spans[1]) for span in told):
            spans = arrange(old, *spans)
            findings.append(
                describe_change(old, new, spans, kind="number", severity="error", noun="number")
            )
    return findings


def _find_grade(level: Quantity, english: str) -> re.Match[str] | None:
    """Return the grade with the number of a level of schools."""
    number = level.value if level.unit == SCHOOL and isinstance(level.value, int) else 0
    return _GRADES[number].search(english) if number in _GRADES else None

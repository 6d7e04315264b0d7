"""Comparing levels of schools with grades: "học sinh cấp 3" are no third-graders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vnsum.checks.facts import SCHOOL
from vnsum.languages import LanguageCode
from vnsum.quantities.values import Quantity
from vnsum.results.findings import overlap
from vnsum.results.result import Finding, Span

_GRADES = {
    2: re.compile(r"\b(?:second|2nd)[ -]grade(?:rs?|s)?\b|\bgrade (?:2|two)\b", re.IGNORECASE),
    3: re.compile(r"\b(?:third|3rd)[ -]grade(?:rs?|s)?\b|\bgrade (?:3|three)\b", re.IGNORECASE),
}
_CLASS = re.compile(r"\blớp\b", re.IGNORECASE)  # a grade, which may be the one of the other text


def compare_schools(
    source: str,
    target: str,
    source_lang: LanguageCode,
    quantities: tuple[Sequence[Quantity], Sequence[Quantity]],
    known: Iterable[Finding] = (),
) -> list[Finding]:
    """Return an error if a level of schools on one side is the grade of that number on the other.

    `quantities` are those of both texts. Nothing is returned about a grade that one of the findings
    in `known` is about.

    >>> from vnsum.quantities import read
    >>> texts = "Con tôi học cấp 2.", "My son is in second grade."
    >>> both = read(texts[0], lang="vi"), read(texts[1], lang="en")
    >>> [finding.message for finding in compare_schools(*texts, "vi", both)]
    ['The number "cấp 2" of the source became "second grade".']
    """
    forward = source_lang == "vi"
    vietnamese, english = (source, target) if forward else (target, source)
    if _CLASS.search(vietnamese):
        return []
    told = [(found.target if forward else found.source) for found in known]
    findings = []
    for level in quantities[0 if forward else 1]:
        grade = _find_grade(level, english)
        if grade is None:
            continue
        spans = Span(start=level.start, end=level.end), Span(start=grade.start(), end=grade.end())
        if any(span and overlap(span, spans[1]) for span in told):
            continue
        old, new = (level.text, grade[0]) if forward else (grade[0], level.text)
        findings.append(
            Finding(
                kind="number",
                severity="error",
                message=f'The number "{old}" of the source became "{new}".',
                source=spans[0 if forward else 1],
                target=spans[1 if forward else 0],
            )
        )
    return findings


def _find_grade(level: Quantity, english: str) -> re.Match[str] | None:
    """Return the grade with the number of a level of schools."""
    number = level.value if level.unit == SCHOOL and isinstance(level.value, int) else 0
    return _GRADES[number].search(english) if number in _GRADES else None

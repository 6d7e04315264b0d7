"""Comparing a translation with its source: numbers, dates, names, negation, opposites, quotes.

The checks are rule-based: no model, no network. They report differences and do not decide which
side is right. Numbers compare by value, whether in digits or spelled out.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from typing import NamedTuple

from vnsum import languages, require
from vnsum.checks.codes import compare_codes
from vnsum.checks.day_halves import compare_day_halves, compare_noon
from vnsum.checks.durations import compare_durations
from vnsum.checks.figures import compare_figures
from vnsum.checks.frequencies import compare_frequencies
from vnsum.checks.lost_words import compare_lost_words
from vnsum.checks.names import compare_names
from vnsum.checks.negation import compare_negation
from vnsum.checks.opposites import compare_opposites
from vnsum.checks.points import compare_points
from vnsum.checks.quotation import compare_quotation
from vnsum.checks.rates import compare_rates
from vnsum.checks.schools import compare_schools
from vnsum.checks.sides import Side, read_side
from vnsum.checks.time_parts import compare_time_parts
from vnsum.checks.weekdays import compare_weekdays
from vnsum.languages import LanguageCode
from vnsum.normalization import PlainText, plain
from vnsum.results.result import SEVERITIES, Finding, FindingKind, Severity, Span

__all__ = ["MAX_FINDINGS", "check"]

MAX_FINDINGS = 8  # per kind; one more finding counts the rest


class _Comparison(NamedTuple):
    """A comparison of two sides, which is given the findings of those before it."""

    compare: Callable[[Side, Side, Sequence[Finding]], list[Finding]]
    needs_two_languages: bool


_COMPARISONS = (
    _Comparison(compare_figures, needs_two_languages=False),
    _Comparison(compare_frequencies, needs_two_languages=False),
    _Comparison(compare_rates, needs_two_languages=True),
    _Comparison(compare_schools, needs_two_languages=True),
    _Comparison(compare_lost_words, needs_two_languages=True),
    _Comparison(compare_day_halves, needs_two_languages=False),
    _Comparison(compare_points, needs_two_languages=False),
    _Comparison(compare_noon, needs_two_languages=True),
    _Comparison(compare_time_parts, needs_two_languages=True),
    _Comparison(compare_weekdays, needs_two_languages=True),
    _Comparison(compare_codes, needs_two_languages=False),
    _Comparison(compare_names, needs_two_languages=True),
    _Comparison(compare_negation, needs_two_languages=False),
    _Comparison(compare_opposites, needs_two_languages=True),
    _Comparison(compare_durations, needs_two_languages=True),
    _Comparison(compare_quotation, needs_two_languages=False),
)


def check(
    source: str,
    target: str,
    *,
    source_lang: LanguageCode | None = None,
    target_lang: LanguageCode | None = None,
    published: datetime.date | None = None,
) -> list[Finding]:
    """Return the differences between a sentence and its translation, in the order of the source.

    Also accepts a short paragraph. Numbers, dates and given names that differ are errors; other
    names, negation, opposites, quotation marks and small spelled-out numbers are warnings, and so
    are differences that depend on an uncertain reading. `published` is the date of the article,
    which resolves "năm ngoái" and "last year" to dates. A language that is not given is the other
    one; if none is, the translation is into English, unless `source` looks English and `target`
    Vietnamese. Raises `LanguageError` for a language other than `"vi"` and `"en"`.

    >>> [finding.message for finding in check("Có 1.400 người.", "There were 18,000 people.")]
    ['The number "1.400" of the source became "18,000".']
    """
    source, target = require.text(source, "source"), require.text(target, "target")
    source_lang, target_lang = languages.find_direction(source, target, source_lang, target_lang)
    # The rules know letters and spaces in one form only.
    if (source_form := plain(source)) is not None:
        source = source_form.text
    if (target_form := plain(target)) is not None:
        target = target_form.text
    old = read_side(source, source_lang, published)
    new = read_side(target, target_lang, published)
    findings: list[Finding] = []
    for compare, needs_two_languages in _COMPARISONS:
        if old.lang != new.lang or not needs_two_languages:
            findings += compare(old, new, findings)
    found = _limit(findings)
    return [_place(finding, source_form, target_form) for finding in found]


def _limit(findings: list[Finding]) -> list[Finding]:
    """Return at most `MAX_FINDINGS` findings of each kind, and one that counts the rest."""
    kept: list[Finding] = []
    counts: dict[FindingKind, int] = {}
    for finding in findings:
        counts[finding.kind] = counts.get(finding.kind, 0) + 1
        if counts[finding.kind] <= MAX_FINDINGS:
            kept.append(finding)
    kept.sort(key=_position)
    for kind, count in counts.items():
        if count > MAX_FINDINGS:
            severity = max((f.severity for f in findings if f.kind == kind), key=_rank)
            rest = count - MAX_FINDINGS
            message = f"{rest} more findings of the kind {kind!r} are not listed."
            kept.append(Finding(kind=kind, severity=severity, message=message))
    return kept


def _place(finding: Finding, source: PlainText | None, target: PlainText | None) -> Finding:
    """Return a finding about plain forms with the places in the texts as given."""
    return dataclasses.replace(
        finding, source=_span(finding.source, source), target=_span(finding.target, target)
    )


def _span(span: Span | None, form: PlainText | None) -> Span | None:
    if span is None or form is None:
        return span
    start, end = form.locate(span.start, span.end)
    return Span(start=start, end=end)


def _position(finding: Finding) -> int:
    span: Span | None = finding.source or finding.target
    return span.start if span else 0


def _rank(severity: Severity) -> int:
    return list(SEVERITIES).index(severity)

"""Checking a translation sentence against its source: numbers, dates, names, negation, quotation.

Pure: tables and rules, no model, no network. It says what differs, never which side is right, and
it changes nothing. A figure spelled out on one side and in digits on the other is the same figure.
"""

from __future__ import annotations

import datetime

from vnsum import languages, quantities, require
from vnsum.checks.codes import compare_codes
from vnsum.checks.figures import compare_figures
from vnsum.checks.names import compare_names
from vnsum.checks.negation import compare_negation
from vnsum.checks.quotation import compare_quotation
from vnsum.results.result import Finding, Span

__all__ = ["MAX_FINDINGS", "check"]

MAX_FINDINGS = 8  # per kind; what is more is summed up in one finding


def check(
    source: str,
    target: str,
    *,
    source_lang: str = "vi",
    target_lang: str = "en",
    published: datetime.date | None = None,
) -> list[Finding]:
    """Return what a translation changed, left out or added, in the order of the source.

    Works on a sentence or a short paragraph. Findings of kind `"number"` and `"date"` with severity
    `"error"` are certain as far as rules can be; names, negation, quotation and small spelled-out
    numbers give a `"warning"`. `published` is the date of the article, by which "năm ngoái" and
    "last year" become dates. Raises `LanguageError` for a language other than `"vi"` and `"en"`.

    >>> [finding.message for finding in check("Có 1.400 người.", "There were 18,000 people.")]
    ['The number "1.400" of the source became "18,000".']
    """
    languages.require(source_lang)
    languages.require(target_lang)
    require.text(source, "source")
    require.text(target, "target")
    old = quantities.read_all(source, lang=source_lang, published=published)
    new = quantities.read_all(target, lang=target_lang, published=published)
    findings = compare_figures(old, new)
    findings += compare_codes(old, new)
    findings += compare_names(source, target, source_lang, target_lang)
    findings += compare_negation(source, target, source_lang, target_lang)
    findings += compare_quotation(source, target)
    return _limited(findings)


def _limited(findings: list[Finding]) -> list[Finding]:
    """Keep the first findings of every kind and sum up the rest, in the order of the source."""
    kept: list[Finding] = []
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.kind] = counts.get(finding.kind, 0) + 1
        if counts[finding.kind] <= MAX_FINDINGS:
            kept.append(finding)
    kept.sort(key=_place)
    for kind, count in counts.items():
        if count > MAX_FINDINGS:
            severity = max((f.severity for f in findings if f.kind == kind), key=_gravity)
            rest = count - MAX_FINDINGS
            message = f"{rest} more findings of this kind ({kind}) are not listed."
            kept.append(Finding(kind=kind, severity=severity, message=message))
    return kept


def _place(finding: Finding) -> int:
    span: Span | None = finding.source or finding.target
    return span.start if span else 0


def _gravity(severity: str) -> int:
    return ("info", "warning", "error").index(severity)

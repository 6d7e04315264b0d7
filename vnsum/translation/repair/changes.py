"""Replacing parts of a translation, with the spans of its findings."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from vnsum.results.result import CheckedText, Finding, FindingKind, Span


class Change(NamedTuple):
    """A replacement of the text at `span` by `new`, and the kind and message of its finding."""

    span: Span
    new: str
    kind: FindingKind
    message: str


def apply_changes(checked: CheckedText, changes: Iterable[Change]) -> CheckedText:
    """Return the translation with the changes, which must not overlap, and a finding for each.

    >>> change = Change(Span(start=0, end=8), "Vietnam", "term", "It was changed.")
    >>> apply_changes(CheckedText(text="Viet Nam wins"), [change]).text
    'Vietnam wins'
    """
    ordered = sorted(changes, key=lambda change: change.span.start)
    starts, ends = ([getattr(c.span, side) for c in ordered] for side in ("start", "end"))
    shifts = [0]  # of the text after so many changes
    pieces: list[str] = []
    for change, end in zip(ordered, [0, *ends], strict=False):
        pieces += [checked.text[end : change.span.start], change.new]
        shifts.append(shifts[-1] + len(change.new) - (change.span.end - change.span.start))
    pieces.append(checked.text[max(ends, default=0) :])

    def move(span: Span | None) -> Span | None:
        """Return a span of the old text in the new one; it includes the changes that it touches."""
        if span is None:
            return None
        first, last = bisect.bisect_right(ends, span.start), bisect.bisect_left(starts, span.end)
        if first >= last:
            shift = shifts[min(first, last)]
            return Span(start=span.start + shift, end=span.end + shift)
        start, end = min(span.start, starts[first]), max(span.end, ends[last - 1])
        return Span(start=start + shifts[first], end=end + shifts[last])

    findings = [replace(finding, target=move(finding.target)) for finding in checked.findings]
    for change, shift in zip(ordered, shifts, strict=False):
        start = change.span.start + shift
        moved = Span(start=start, end=start + len(change.new))
        findings.append(
            Finding(kind=change.kind, severity="info", message=change.message, target=moved)
        )
    return replace(checked, text="".join(pieces), findings=tuple(findings))

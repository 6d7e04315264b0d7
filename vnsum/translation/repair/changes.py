"""Replacing parts of a translation, with the spans of its findings."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from vnsum.results.result import CheckedText, Finding, FindingKind, Span
from vnsum.translation.markup import TAG
from vnsum.translation.translatable import URL_OR_EMAIL

# What no change may touch: code, placeholders, tags with their attributes, addresses.
_CODE = re.compile(
    r"(?<!`)(?P<ticks>`{1,3})(?!`)[^\n]{1,300}?(?<!`)(?P=ticks)(?!`)"
    r"|<(?P<code>code|kbd|pre|samp|var)>[^<>\n]{1,300}</(?P=code)>"
    rf"|{TAG.pattern}|\{{[^{{}}\n]{{1,300}}\}}|%\(\w{{1,60}}\)|\]\([^()\s]{{1,2000}}\)"
    rf"|{URL_OR_EMAIL.pattern}"
)


class Change(NamedTuple):
    """A replacement of the text at `span` by `new`, and the kind and message of its finding."""

    span: Span
    new: str
    kind: FindingKind
    message: str


def apply_changes(checked: CheckedText, changes: Iterable[Change]) -> CheckedText:
    """Return the translation with the changes, which must not overlap, and a finding for each.

    Code, placeholders, tags and addresses stay as they are.

    >>> change = Change(Span(start=0, end=8), "Vietnam", "term", "It was changed.")
    >>> apply_changes(CheckedText(text="Viet Nam wins"), [change]).text
    'Vietnam wins'
    """
    ordered = sorted(changes, key=lambda change: change.span.start)
    code = [match.span() for match in _CODE.finditer(checked.text)] if ordered else []
    ordered = [change for change in ordered if not _touches(change.span, code)]
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


def _touches(span: Span, places: Sequence[tuple[int, int]]) -> bool:
    """Return whether a span overlaps one of the places, which are in order."""
    index = bisect.bisect_right(places, span.start, key=lambda place: place[1])
    return index < len(places) and places[index][0] < span.end

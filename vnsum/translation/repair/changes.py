"""Replacing parts of a translation, with the spans of its findings."""

from __future__ import annotations

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
    text, findings = checked.text, [*checked.findings]
    for change in sorted(changes, key=lambda change: -change.span.start):
        span = change.span
        text = text[: span.start] + change.new + text[span.end :]
        moved = Span(start=span.start, end=span.start + len(change.new))
        findings = [replace(f, target=_move(f.target, span, moved)) for f in findings]
        findings.append(
            Finding(kind=change.kind, severity="info", message=change.message, target=moved)
        )
    return replace(checked, text=text, findings=tuple(findings))


def _move(span: Span | None, old: Span, new: Span) -> Span | None:
    """Return a span adjusted for the replacement of the text at `old` by that at `new`."""
    if span is None or span.end <= old.start:
        return span
    shift = new.end - old.end
    if span.start >= old.end:
        return Span(start=span.start + shift, end=span.end + shift)
    return Span(start=min(span.start, new.start), end=max(span.end + shift, new.end))

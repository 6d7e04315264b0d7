"""From the translations of pieces without markup to the translation of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from vnsum.results.result import CheckedText, Finding
from vnsum.translation.markup import Marked, restore_marks

_COMMA_INSIDE = re.compile(r"(?<=[^\s,]),([\"”])(?= )")


def join_pieces(parts: Sequence[CheckedText]) -> CheckedText:
    """Return the translation of a text from those of its pieces."""
    if len(parts) == 1:
        return parts[0]
    note = Finding(
        kind="split",
        severity="info",
        message=f"The sentence was translated in {len(parts)} pieces and joined.",
    )
    text = " ".join(part.text for part in parts if part.text)
    known = [part.confidence for part in parts if part.confidence is not None]
    return CheckedText(
        text=text,
        findings=(*_merge(p.findings for p in parts), note),
        confidence=min(known, default=None),
    )


def place_commas(checked: CheckedText) -> CheckedText:
    """Write the comma of a quotation after its closing mark, as in Vietnamese.

    >>> place_commas(CheckedText(text='"Tôi về," ông nói.')).text
    '"Tôi về", ông nói.'
    """
    return replace(checked, text=_COMMA_INSIDE.sub(r"\1,", checked.text))


def restore_markup(checked: CheckedText, plain: Marked) -> CheckedText:
    """Put the marks that `strip_marks` removed from the source into its translation."""
    if not plain.marks:
        return checked
    text, findings = restore_marks(checked.text, plain.marks)
    findings = [*_drop_spans(checked.findings), *findings]
    return replace(checked, text=text, findings=tuple(findings))


def _merge(groups: Iterable[tuple[Finding, ...]]) -> list[Finding]:
    """Return the distinct findings of all groups, without notes on splitting."""
    every = (finding for group in groups for finding in _drop_spans(group))
    return list(dict.fromkeys(finding for finding in every if finding.kind != "split"))


def _drop_spans(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without spans, which refer to another text."""
    return [replace(finding, source=None, target=None) for finding in findings]

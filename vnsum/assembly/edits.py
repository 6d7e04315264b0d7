"""Editing summary sentences: reversible changes and warnings, each with its finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from vnsum.results.result import Edit, Finding, Span, SummarySentence

_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"\w")
KIND_REFERENCE: Final = "reference"
KIND_OPENING: Final = "opening"
KIND_QUOTATION: Final = "quotation"


@dataclass(frozen=True, slots=True)
class Change:
    """A replacement of the characters from `start` to `end` of a sentence by `after`."""

    kind: str
    start: int
    end: int
    after: str
    evidence: int | None = None

    @property
    def kept_from(self) -> int:
        """The first character that is unchanged, except for its case."""
        return self.end - len(self.after) if self.kind == KIND_OPENING else self.end


def rewrite(sentence: SummarySentence, cut: int, change: Change | None) -> SummarySentence:
    """Remove the first `cut` characters, apply the change, and record edits and findings."""
    text = sentence.text
    changes = [] if change is None else [change]
    if cut and change and change.start == cut:
        changes = [replace(change, start=0)]
    elif cut:
        end = _WORD.match(text, cut).end()  # type: ignore[union-attr]
        changes.insert(0, Change(KIND_OPENING, 0, end, text[cut:end]))
    edits: list[Edit] = []
    parts: list[str] = []
    position = length = 0
    for item in changes:
        after = _LETTER.sub(_capital, item.after, count=1) if item.start == 0 else item.after
        parts += [text[position : item.start], after]
        length += item.start - position
        edits.append(Edit(kind=item.kind, start=length, before=text[item.start : item.end],
                          after=after, evidence=item.evidence))  # fmt: skip
        position, length = item.end, length + len(after)
    findings = [_shift(finding, changes) for finding in sentence.findings]
    return replace(
        sentence,
        text="".join([*parts, text[position:]]),
        edits=(*sentence.edits, *edits),
        findings=(*findings, *map(_describe, edits)),
    )


def _capital(match: re.Match[str]) -> str:
    return match[0].upper()


def _shift(finding: Finding, changes: Sequence[Change]) -> Finding:
    """Return a finding with its span shifted by the changes before it."""
    span = finding.source
    if span is None:
        return finding
    left = [change for change in changes if change.kept_from <= span.start]
    shift = sum(len(change.after) - (change.end - change.start) for change in left)
    return replace(finding, source=Span(start=span.start + shift, end=span.end + shift))


def _describe(edit: Edit) -> Finding:
    if edit.kind == KIND_OPENING:
        left = edit.before[: len(edit.before) - len(edit.after)].rstrip(" ,")
        message = f'"{left}" was removed: the sentence it refers to is not in the summary.'
        return Finding(kind=KIND_OPENING, severity="info", message=message)
    if edit.kind == KIND_QUOTATION and edit.start:
        message = f"The quotation ends in a later sentence; {edit.after} was added at the end."
        return Finding(kind=KIND_QUOTATION, severity="info", message=message)
    if edit.kind == KIND_QUOTATION:
        message = (
            f"The quotation begins in an earlier sentence; {edit.after} was added at the start."
        )
        return Finding(kind=KIND_QUOTATION, severity="info", message=message)
    message = (
        f'"{edit.before}" of the article was replaced by "{edit.after}", named in sentence '
        f"{(edit.evidence or 0) + 1}."
    )
    span = Span(start=edit.start, end=edit.start + len(edit.after))
    return Finding(kind=KIND_REFERENCE, severity="info", message=message, source=span)


def flag(
    sentence: SummarySentence, place: tuple[int, int] | None, index: int, *, shown: bool = False
) -> SummarySentence:
    """Add a warning that the words at `place` refer to something not in the summary.

    Or may do so, if something that they can refer to is `shown` in the summary.
    """
    if place is None:
        return sentence
    start, end = place
    words = sentence.text[start:end]
    refers = "may refer" if shown else "refers"
    message = (
        f'"{words}" {refers} to something before sentence {index + 1} of the article that is not '
        "in the summary."
    )
    finding = Finding(kind=KIND_REFERENCE, severity="warning", message=message,
                      source=Span(start=start, end=end))  # fmt: skip
    return replace(sentence, findings=(*sentence.findings, finding))

"""Comparing the quotation marks of a source and its translation."""

from __future__ import annotations

from vnsum.results.result import Finding, Span

QUOTES = frozenset('"“”„«»')
SINGLE_QUOTES = frozenset("‘’'`")


def compare_quotation(source: str, target: str) -> list[Finding]:
    """Return a warning where one side quotes and the other has no quotation mark at all."""
    old, new = _quotes(source), _quotes(target)
    if len(old) >= 2 and not new and not _single(target):
        message = "The source has quotation marks and the translation has none."
        span = Span(start=old[0], end=old[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, source=span)]
    if len(new) >= 2 and not old and not _single(source):
        message = "The translation has quotation marks and the source has none."
        span = Span(start=new[0], end=new[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, target=span)]
    return []


def _quotes(text: str) -> list[int]:
    return [index for index, character in enumerate(text) if character in QUOTES]


def _single(text: str) -> bool:
    """Whether single quotation marks open somewhere: at a start or after a space."""
    padded = " " + text
    return any(
        character in SINGLE_QUOTES and padded[index].isspace()
        for index, character in enumerate(text)
    )

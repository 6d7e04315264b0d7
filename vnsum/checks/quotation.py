"""Comparing the quotation marks of a source and its translation."""

from __future__ import annotations

from vnsum.results.result import Finding, Span

QUOTES = frozenset('"“”„«»')
SINGLE_QUOTES = frozenset("‘’'`")


def compare_quotation(source: str, target: str) -> list[Finding]:
    """Return a warning if only one side has quotation marks."""
    old, new = _find_quotes(source), _find_quotes(target)
    if len(old) >= 2 and not new and not _has_single_quotes(target):
        message = "The source has quotation marks but the translation has none."
        span = Span(start=old[0], end=old[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, source=span)]
    if len(new) >= 2 and not old and not _has_single_quotes(source):
        message = "The translation has quotation marks but the source has none."
        span = Span(start=new[0], end=new[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, target=span)]
    return []


def _find_quotes(text: str) -> list[int]:
    return [index for index, character in enumerate(text) if character in QUOTES]


def _has_single_quotes(text: str) -> bool:
    """Return whether a single quotation mark opens: at the start or after white space."""
    padded = " " + text
    return any(
        character in SINGLE_QUOTES and padded[index].isspace()
        for index, character in enumerate(text)
    )

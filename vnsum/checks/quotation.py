"""Comparing the quotation marks of a source and its translation."""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.results.result import Finding, Span

QUOTES = frozenset('"“”„«»')
SINGLE_QUOTES = frozenset("‘’'`")
FEWEST_WORDS = 4  # of a quotation without a stop; fewer words may be a title or a term
STOPS = tuple(".!?…,")


def compare_quotation(source: str, target: str) -> list[Finding]:
    """Return a warning if only one side has quotation marks, around more than a few words."""
    old, new = _find_quotes(source), _find_quotes(target)
    if _is_quotation(source, old) and not new and not _has_single_quotes(target):
        message = "The source has quotation marks but the translation has none."
        span = Span(start=old[0], end=old[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, source=span)]
    if _is_quotation(target, new) and not old and not _has_single_quotes(source):
        message = "The translation has quotation marks but the source has none."
        span = Span(start=new[0], end=new[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, target=span)]
    return []


def _find_quotes(text: str) -> list[int]:
    return [index for index, character in enumerate(text) if character in QUOTES]


def _is_quotation(text: str, marks: Sequence[int]) -> bool:
    pairs = zip(marks[::2], marks[1::2], strict=False)
    quoted = (text[start + 1 : end] for start, end in pairs)
    return any(len(part.split()) >= FEWEST_WORDS or part.endswith(STOPS) for part in quoted)


def _has_single_quotes(text: str) -> bool:
    """Return whether a single quotation mark opens: at the start or after white space."""
    padded = " " + text
    return any(
        character in SINGLE_QUOTES and padded[index].isspace()
        for index, character in enumerate(text)
    )

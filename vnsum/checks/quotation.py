"""Comparing the quotation marks of a source and its translation."""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.checks.sides import Side
from vnsum.results.result import Finding, Span

QUOTES = frozenset('"“”„«»')
SINGLE_QUOTES = frozenset("‘’'`")
FEWEST_WORDS = 4  # of a quotation without a stop; fewer words may be a title or a term
STOPS = tuple(".!?…,")


def compare_quotation(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning if only one side has quotation marks, around more than a few words."""
    mine, theirs = _find_quotes(old.text), _find_quotes(new.text)
    if _is_quotation(old.text, mine) and not theirs and not _has_single_quotes(new.text):
        message = "The source has quotation marks but the translation has none."
        span = Span(start=mine[0], end=mine[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, source=span)]
    if _is_quotation(new.text, theirs) and not mine and not _has_single_quotes(old.text):
        message = "The translation has quotation marks but the source has none."
        span = Span(start=theirs[0], end=theirs[-1] + 1)
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

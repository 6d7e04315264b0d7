"""Findings: what the checks of a result, and the reading of its text, have found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vnsum.results.serialization import OMIT_DEFAULT

FindingKind = Literal[
    "number", "date", "name", "doubt", "negation", "opposite", "quotation", "empty", "length",
    "loop", "untranslated", "leftover", "chatter", "markup", "term", "retry", "repair", "limit",
    "split", "language", "cleaning", "shape", "unsupported", "reference", "opening", "conflict",
    "articles", "failure",
]  # fmt: skip
Severity = Literal["info", "warning", "error"]

FINDING_KINDS: Mapping[FindingKind, str] = {
    "number": "A number, amount or code differs between the source and the translation.",
    "date": "A date or time differs between the source and the translation.",
    "name": "A name is missing in the translation, was changed, or was added.",
    "doubt": "The model itself finds the translation unlikely.",
    "negation": "The source is negated and the translation is not, or the other way round.",
    "opposite": "A word of the source became its opposite, such as left and right.",
    "quotation": "Quotation marks are missing or were added.",
    "empty": "The model produced no text for a sentence.",
    "length": "The output is unusually short or long, or was cut off at the length limit.",
    "loop": "The output repeats the same words or characters.",
    "untranslated": "The output is not in the target language.",
    "leftover": "The output has a special token or language tag of the model.",
    "chatter": "The model added words of its own, refused, or followed an instruction of the text.",
    "markup": "The position of inline markup in the translation could not be determined.",
    "term": "A term of the glossary is missing in the translation or was inserted.",
    "retry": "The first translation was rejected and replaced.",
    "repair": "An error found by a check was corrected.",
    "limit": "A repair was given up after a number of tries.",
    "split": "A long sentence was translated in several parts.",
    "language": "The language is uncertain, is the target language, or lacks its diacritics.",
    "cleaning": "The text was changed when it was read.",
    "shape": "The text is not running prose, so the summary may be unreliable.",
    "unsupported": "A generated sentence of the summary is not supported by the article.",
    "reference": "A pronoun or phrase refers, or may refer, to a sentence not in the summary.",
    "opening": "A connective at the start of a sentence was removed.",
    "conflict": "Articles give different figures, dates or names for the same thing.",
    "articles": "An article was left out of a digest, or is about something else.",
    "failure": "The text could not be processed.",
}
SEVERITIES: Mapping[Severity, str] = {
    "info": "For information; nothing is wrong.",
    "warning": "May be wrong; check the sentence.",
    "error": "Almost certainly wrong; do not rely on the sentence.",
}


LONGEST_NAME = 100  # characters of a name that is repeated, such as that of a newspaper


def shorten(text: str, length: int = LONGEST_NAME) -> str:
    """Return `text` of at most `length` characters; a longer one ends in "…".

    >>> shorten("Báo Sông Xanh", 8)
    'Báo Sôn…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A range of characters of a text, from `start` up to but not including `end`."""

    start: int
    end: int


def overlap(one: Span, other: Span) -> bool:
    """Return whether two spans have a character in common.

    >>> overlap(Span(start=2, end=5), Span(start=4, end=9))
    True
    """
    return one.start < other.end and other.start < one.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A sentence of one of several articles: `documents[article].sentences[sentence]`."""

    article: int
    sentence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem, or a change, found in a result.

    `kind` is a key of `FINDING_KINDS` and `severity` a key of `SEVERITIES`; both tables explain
    their values. `message` is a sentence for readers. `source` and `target` are spans of the source
    sentence and its translation, or `None` if the finding is about the whole sentence or text.
    `places` are the sentences of the articles that a finding about a digest compares.

    >>> FINDING_KINDS["loop"], SEVERITIES["info"]
    ('The output repeats the same words or characters.', 'For information; nothing is wrong.')
    """

    kind: FindingKind
    severity: Severity
    message: str
    source: Span | None = None
    target: Span | None = None
    places: tuple[Place, ...] = field(default=(), metadata={OMIT_DEFAULT: True})


def is_about(finding: Finding, source: Span, target: Span) -> bool:
    """Return whether a finding is about a part of a source sentence or of its translation.

    >>> place = Span(start=0, end=3)
    >>> found = Finding(kind="number", severity="error", message="Wrong.", source=place)
    >>> is_about(found, Span(start=2, end=5), Span(start=0, end=9))
    True
    """
    return any(
        one is not None and overlap(one, other)
        for one, other in ((finding.source, source), (finding.target, target))
    )

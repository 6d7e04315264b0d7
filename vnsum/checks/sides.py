"""The two texts of a comparison, each read once, and the finding that one has what became another.

Every comparison takes both sides and the findings so far: `(old, new, known)`. The first side is
the source, the second one the translation.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TypeVar

from vnsum import quantities
from vnsum.languages import LanguageCode
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Quantity
from vnsum.results.result import Finding, FindingKind, Severity, Span

T = TypeVar("T")


@dataclass(frozen=True)
class Side:
    """A text with its language, its tokens and its quantities.

    If the quantities were read with the date of the article, `undated` are those read without it.
    """

    text: str
    lang: LanguageCode
    tokens: Tokens
    quantities: tuple[Quantity, ...]
    undated: tuple[Quantity, ...] = ()

    def cut(self, span: Span) -> str:
        """Return the part of the text at `span`."""
        return self.text[span.start : span.end]


def read_side(text: str, lang: LanguageCode, published: datetime.date | None = None) -> Side:
    """Return a text with its quantities; `published` is the date of its article.

    >>> read_side("Có 3.000 người.", "vi").quantities[0].value
    3000
    """
    return Side(
        text,
        lang,
        Tokens(text),
        tuple(quantities.read_all(text, lang=lang, published=published)),
        tuple(quantities.read_all(text, lang=lang)) if published else (),
    )


def arrange(old: Side, one: T, other: T) -> tuple[T, T]:
    """Return two values exchanged if `old`, the source, is English.

    Values of the source and the translation become those of Vietnamese and English, and reversely.

    >>> arrange(read_side("Mưa.", "vi"), 1, 2), arrange(read_side("Rain.", "en"), 1, 2)
    ((1, 2), (2, 1))
    """
    return (one, other) if old.lang == "vi" else (other, one)


def describe_change(
    old: Side,
    new: Side,
    spans: tuple[Span, Span],
    *,
    kind: FindingKind,
    severity: Severity = "warning",
    noun: str = "",
    certain: bool = True,
) -> Finding:
    """Return the finding that the source's text at the first span became the one at the second.

    `noun` says what it is: "number".

    >>> sides = read_side("Hôm thứ Hai.", "vi"), read_side("On Friday.", "en")
    >>> spans = Span(start=4, end=11), Span(start=3, end=9)
    >>> describe_change(*sides, spans, kind="date", noun="weekday").message
    'The weekday "thứ Hai" of the source became "Friday".'
    """
    texts = old.cut(spans[0]), new.cut(spans[1])
    subject = f'The {noun} "{texts[0]}"' if noun else f'"{texts[0]}"'
    verb = "became" if certain else "seems to have become"
    return Finding(
        kind=kind,
        severity=severity,
        message=f'{subject} of the source {verb} "{texts[1]}".',
        source=spans[0],
        target=spans[1],
    )

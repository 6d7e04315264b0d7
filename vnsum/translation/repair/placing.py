"""Substitution of one value for another in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from vnsum.quantities import Quantity
from vnsum.quantities.rules import CODE
from vnsum.results.result import Span

ARTICLE = re.compile(r"(^A|\ba)n? $")  # but not the A of "Serie A"
NUMBER = re.compile(r"\d{1,9}$")
ALONE = re.compile(r"$|[\s,;.:!?)\]\"'”’]")  # allowed after a value; excludes 133 m/minute
VOWEL_SOUND = re.compile(r"8|11(?!\d)|18(?!\d)|[aeio]", re.IGNORECASE)


def stands_alone(text: str, end: int) -> bool:
    """Return whether a value ending at `end` is not part of a longer token, as in 133 m/minute."""
    return ALONE.match(text, end) is not None


def are_interchangeable(lost: Quantity, wrong: Quantity) -> bool:
    """Return whether one value can replace the other without changing the words around it.

    They must be of the same kind and have the same unit or digits, or the wrong one may have
    nothing to do with the lost one. Both or neither are 1, because of the number of the noun.
    """
    alike = _shape(lost.value) is _shape(wrong.value)
    related = lost.unit == wrong.unit or _digits(lost) == _digits(wrong) or lost.kind == CODE
    same_number = (lost.value == 1) == (wrong.value == 1)
    return lost.kind == wrong.kind and alike and related and same_number


def _digits(quantity: Quantity) -> str:
    return "".join(character for character in quantity.text if character.isdigit()).rstrip("0")


def _shape(value: object) -> type:
    return Fraction if isinstance(value, int | Decimal | Fraction) else type(value)


def replace_value(text: str, wrong: Quantity, form: str) -> str:
    """Return `text` with `wrong` replaced by `form`, adjusting an article a or an before it.

    >>> from vnsum import quantities
    >>> (wrong,) = quantities.read("an 18-year-old girl", lang="en")
    >>> replace_value("an 18-year-old girl", wrong, "28-year-old")
    'a 28-year-old girl'
    """
    start = wrong.start
    if wrong.kind == "label" and (number := NUMBER.search(wrong.text)):
        start = wrong.end - len(number[0])  # "Grade" stays
    before = text[:start]
    if article := ARTICLE.search(before):
        vowel = VOWEL_SOUND.match(form) is not None
        before = before[: article.end(1)] + ("n" if vowel else "") + " "
    return before + form + text[wrong.end :]


def locate(forms: Iterable[str], text: str) -> Span | None:
    """Return the span of the first form that occurs in the text as whole words."""
    for form in forms:
        if match := re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE):
            return Span(start=match.start(), end=match.end())
    return None

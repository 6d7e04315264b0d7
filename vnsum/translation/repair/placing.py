"""Substitution of one value for another in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from vnsum.quantities import Quantity
from vnsum.quantities.rules import CODE
from vnsum.quantities.units import SPEEDS
from vnsum.results.result import Span

ARTICLE = re.compile(r"(^A|\ba)n? $")  # but not the A of "Serie A"
# The end of a text before a noun that has its determiner: in the, Its, Vietnam's.
DETERMINER = re.compile(
    r"(?:\b(?:the|an?|its|his|her|their|our|my|your|this|that|each|every)|['’]s?) $", re.IGNORECASE
)
SENTENCE_START = re.compile(r"(?:^|[.!?][\"'”’)]*\s+)[\"'“‘(]*$")
ATTRIBUTE = re.compile(r"\S+-[a-z]+")  # 72-month, fourth-quarter
ATTRIBUTES = frozenset(["date", "century"])  # kinds without a unit that may be one
BEFORE_MAGNITUDE = ("magnitude ", "magnitude of ")
# Allowed after a value: 54-seat, but not 133 m/minute.
ALONE = re.compile(r"$|[\s,;.:!?)\]\"'”’]|-[a-z]")
# What a speed may be for, in words next to another unit: 120 metres an hour.
TIME = re.compile(
    r"\b(?:(?:second|minute|hour|day)s?|hourly|daily|giây|phút|giờ|ngày)\b|/[hs]\b", re.IGNORECASE
)
VOWEL_SOUND = re.compile(r"8|11(?!\d)|18(?!\d)|[aeio]", re.IGNORECASE)


def stands_alone(text: str, end: int) -> bool:
    """Return whether a value ending at `end` is not part of a longer token, as in 133 m/minute."""
    return ALONE.match(text, end) is not None


def fits_rate(lost: Quantity, text: str, wrong: Quantity) -> bool:
    """Return whether a text would not have a time twice: 120 km/h an hour.

    >>> from vnsum import quantities
    >>> (lost,) = quantities.read("120 km/giờ", lang="vi")
    >>> texts = "It runs at 120 metres.", "It runs 120 metres an hour."
    >>> [fits_rate(lost, text, quantities.read(text, lang="en")[0]) for text in texts]
    [True, False]
    """
    if lost.unit not in SPEEDS or wrong.unit in SPEEDS:
        return True
    return not any(TIME.search(part) for part in (text[: wrong.start], text[wrong.end :]))


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


def is_attribute(text: str, wrong: Quantity) -> bool:
    """Return whether a value of an English text is joined by a hyphen, as before a noun.

    >>> from vnsum import quantities
    >>> text = "the 72-month rate of twenty-five months"
    >>> [is_attribute(text, quantity) for quantity in quantities.read(text, lang="en")]
    [True, False]
    """
    if text.startswith("-", wrong.end):
        return True
    named = bool(wrong.unit) and wrong.kind != "age"
    return (named or wrong.kind in ATTRIBUTES) and ATTRIBUTE.fullmatch(wrong.text) is not None


def as_magnitude(lost: Quantity, text: str, wrong: Quantity) -> Quantity:
    """Return "7,6 độ" as 7.6 if the wrong value is the magnitude of an earthquake."""
    named = text[: wrong.start].lower().endswith(BEFORE_MAGNITUDE)
    if lost.unit == "degree" and (named or text.startswith("-magnitude", wrong.end)):
        return replace(lost, kind="number", unit="")
    return lost


def replace_value(text: str, wrong: Quantity, form: str) -> str:
    """Return `text` with `wrong` replaced by `form`, adjusting the article before it.

    The first letter of a sentence stays a capital, and an abbreviation that ends it has one dot.

    >>> from vnsum import quantities
    >>> (wrong,) = quantities.read("an 18-year-old girl", lang="en")
    >>> replace_value("an 18-year-old girl", wrong, "28-year-old")
    'a 28-year-old girl'
    """
    before, after = text[: wrong.start], text[wrong.end :]
    if form.endswith(".") and after.startswith("."):
        form = form[:-1]
    if DETERMINER.search(before):
        form = form.removeprefix("the ")
    if wrong.text[:1].isupper() and SENTENCE_START.search(before):
        form = form[:1].upper() + form[1:]
    if article := ARTICLE.search(before):
        vowel = VOWEL_SOUND.match(form) is not None
        before = before[: article.end(1)] + ("n" if vowel else "") + " "
    return before + form + after


def locate(forms: Iterable[str], text: str) -> Span | None:
    """Return the span of the first form that occurs in the text as whole words."""
    for form in forms:
        if match := re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE):
            return Span(start=match.start(), end=match.end())
    return None

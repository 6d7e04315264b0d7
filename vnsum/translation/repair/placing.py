"""Substitution of one value for another in a sentence.

Only the number changes: "tripled" does not become "2", "August next year" not "March", and "aged
54" not "45-year-old".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from vnsum.checks.day_halves import EARLIER, HALF, LATER
from vnsum.languages.en import MONTHS
from vnsum.quantities import Quantity
from vnsum.quantities.rules import CODE
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Clock, Date
from vnsum.quantities.writing import PARTS, RANKS, SCALES, SMALL, WEEKDAYS
from vnsum.results.result import Span
from vnsum.translation.repair.certainty import NUMERALS

ARTICLE = re.compile(r"(^A|\ba)n? $")  # but not the A of "Serie A"
# The end of a text before a noun that has its determiner: in the, Its, Vietnam's.
DETERMINER = re.compile(
    r"(?:\b(?:the|an?|its|his|her|their|our|my|your|this|that|each|every)|['’]s?) $", re.IGNORECASE
)
SENTENCE_START = re.compile(r"(?:^|[.!?][\"'”’)]*\s+)[\"'“‘(]*$")
ATTRIBUTE = re.compile(r"\S+-[a-z]+")  # 72-month, fourth-quarter
ATTRIBUTES = frozenset(["date", "century"])  # kinds without a unit that may be one
_SCALES = "|".join(name for row in SCALES.values() for _, name in row)
# 1,400, 2.5 million, 1.2B, but not the 5m of a length.
NUMERAL = re.compile(rf"(?<![\d.,])\d+(?:[.,]\d+)*(?: (?:{_SCALES})\b|(?:[KMBkb]|bn|tr)\b)?")
UNGROUPED = re.compile(r"(?<![\d.,])\d{4,}(?![\d.,]\d)")
ALL_NUMERALS = frozenset().union(*NUMERALS.values())
DIGITS = re.compile(r"\d{1,2}")
# Times without digits that tell no half of the day: 18h30, 18:30, 18 giờ 30.
PLAIN_CLOCKS = frozenset(["h", "g", ":", ".", "giờ", "giờ phút"])
QUARTER = re.compile(r"Q[1-4]", re.IGNORECASE)
# What stands for the words of a form that may be exchanged, longest words first.
PLACEHOLDERS = {
    **{form: "<rank>" for word in (*RANKS[1:], *PARTS.values()) for form in (word, f"{word}s")},
    **{word: "<number>" for words in (*SMALL.values(), ("half",)) for word in words},
    **{word.lower(): "<month>" for word in MONTHS},
    **{word.lower(): "<weekday>" for words in WEEKDAYS.values() for word in words},
    **dict.fromkeys(("a.m", "p.m"), "<half>"),
}
_EXCHANGED = re.compile(
    rf"(?P<rank>\d+(?:st|nd|rd|th)\b)|(?P<number>{NUMERAL.pattern})"
    rf"|\b(?:{'|'.join(sorted(map(re.escape, PLACEHOLDERS), key=len, reverse=True))})\b"
)
_HALVES = re.compile(r"\b[ap]\.m\b")
_DASHES = re.compile("[‐‑–—−]")
BEFORE_MAGNITUDE = ("magnitude ", "magnitude of ")
# Allowed after a value: 54-seat, but not 133 m/minute.
ALONE = re.compile(r"$|[\s,;.:!?)\]\"'”’]|-[a-z]")
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


def fit_forms(
    forms: Sequence[str], numbers: Iterable[Sequence[str]], lost: Quantity, wrong: Quantity
) -> list[str]:
    """Return the text of a wrong value with other numbers, and the forms that differ in no more.

    `forms` are those of the lost value, `numbers` those of its number alone, or of both ends of a
    range. A date may have a year besides. Forms of another unit are not compared.

    >>> from vnsum.quantities import read
    >>> (lost,), (wrong,) = read("45 tuổi", lang="vi"), read("aged 54", lang="en")
    >>> fit_forms(["45-year-old", "45"], [("45",)], lost, wrong)
    ['aged 45']
    """
    if lost.kind == CODE or lost.unit != wrong.unit:
        return [*forms]
    old = _describe_form(wrong.text)
    made = [form for each in numbers if (form := _put_numbers(each, wrong))]
    if isinstance(lost.value, Clock) and isinstance(wrong.value, Clock):
        made += _put_time(lost.value, wrong.value, wrong.text)
    if QUARTER.fullmatch(wrong.text) and isinstance(lost.value, Date) and lost.value.quarter:
        made.append(f"Q{lost.value.quarter}")
    same = [form for form in (*made, *forms) if _describe_form(form) == old]
    if isinstance(lost.value, Date) and lost.value.year:
        same += [form for form in forms if _describe_form(form).startswith(f"{old} <number>")]
    if isinstance(lost.value, Clock) and not _tells_half(lost, lost.value):
        same = [form for form in same if _find_halves(form) == _find_halves(wrong.text)]
    return [
        form
        for form in dict.fromkeys(same)
        if not _has_thousands(form)
        or not _has_thousands(wrong.text)
        or bool(UNGROUPED.search(form)) == bool(UNGROUPED.search(wrong.text))
    ]


def _put_numbers(numbers: Sequence[str], wrong: Quantity) -> str | None:
    """Return the text of a value with other numbers, if it has as many, all of them in digits."""
    found = NUMERAL.findall(wrong.text)
    words = {token.low for token in Tokens(NUMERAL.sub(" ", wrong.text)).items}
    if len(found) != len(numbers) or not words.isdisjoint(ALL_NUMERALS):
        return None
    pairs = zip(found, numbers, strict=True)
    if len(found) > 1 and any(old[-1].isalpha() != new[-1].isalpha() for old, new in pairs):
        return None  # of "4-8 million", the first number has the scale of the second
    left = iter(numbers)
    return NUMERAL.sub(lambda _: next(left), wrong.text)


def _put_time(lost: Clock, wrong: Clock, text: str) -> list[str]:
    """Return the text of a wrong time with the digits of another one: 18h30, 6 giờ 30 tối."""
    digits = [*DIGITS.finditer(text)]
    if not 0 < len(digits) <= 2 or (len(digits) == 1 and lost.minute):
        return []
    alone = " ".join(DIGITS.sub("", text.lower()).split()) in PLAIN_CLOCKS
    if not alone and lost.hour // HALF != wrong.hour // HALF:
        return []  # the words after it tell the half of the day
    hour = lost.hour if alone or int(digits[0][0]) == wrong.hour else (lost.hour - 1) % HALF + 1
    minute = f"{lost.minute:02d}" if len(digits) == 2 else ""
    middle = text[digits[0].end() : digits[-1].start()] if minute else ""
    return [f"{text[: digits[0].start()]}{hour}{middle}{minute}{text[digits[-1].end() :]}"]


def _describe_form(text: str) -> str:
    """Return a form with placeholders for its numbers, months and weekdays: <month> <number>."""

    def exchange(match: re.Match[str]) -> str:
        if match.lastgroup:
            return f"<{match.lastgroup}>"
        return PLACEHOLDERS[match.group()]

    low = _DASHES.sub("-", text.lower()).rstrip(".").replace("percentage", "")
    low = low.removeprefix("the ").strip(" -")
    return _EXCHANGED.sub(exchange, " ".join(low.split())).replace("- ", "-").replace("--", "-")


def _tells_half(quantity: Quantity, clock: Clock) -> bool:
    """Return whether a time is certainly in one half of the day: 17 giờ, 5 giờ sáng."""
    told = {token.low for token in Tokens(quantity.text).items}
    return clock.hour > HALF or not told.isdisjoint(EARLIER.union(*LATER.values()))


def _find_halves(text: str) -> list[str]:
    """Return the halves of the day in an English clock time: a.m, p.m."""
    return _HALVES.findall(text.lower())


def _has_thousands(text: str) -> bool:
    return sum(character.isdigit() for character in text) >= 4


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

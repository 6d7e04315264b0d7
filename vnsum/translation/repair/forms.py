"""The form in which a value replaces another one: that of the other, with other numbers.

Only the numbers change: "tripled" does not become "2", "August next year" not "March", and "aged
54" not "45-year-old".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vnsum.checks.day_halves import EARLIER, HALF, LATER
from vnsum.languages.en import MONTHS
from vnsum.quantities import Quantity
from vnsum.quantities.rules import CODE
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Clock, Date, Value
from vnsum.quantities.writing import PARTS, RANKS, SCALES, SMALL, WEEKDAYS
from vnsum.translation.repair.certainty import NUMERALS

_SCALES = "|".join([*(name for row in SCALES.values() for _, name in row), "thousand", "hundred",
                    "ngàn", "tỉ", "bn"])  # fmt: skip
# 1,400, 2.5 million, 1.2B, but not the 5m of a length.
NUMERAL = re.compile(rf"(?<![\d.,])\d+(?:[.,]\d+)*(?: (?:{_SCALES})\b|(?:[KMBkb]|bn|tr)\b)?")
UNGROUPED = re.compile(r"(?<![\d.,])\d{4,}(?![\d.,]\d)")
ALL_NUMERALS = frozenset().union(*NUMERALS.values())
NUMBER = re.compile(r"\d{1,4}")
DIGITS = re.compile(r"\d{1,2}")
# Times without digits that tell no half of the day: 18h30, 18:30, 18 giờ 30.
PLAIN_CLOCKS = frozenset(["h", "g", ":", ".", "giờ", "giờ phút", "o'clock", "o’clock"])
QUARTER = re.compile(r"Q[1-4]", re.IGNORECASE)
# What stands for the words of a form that may be exchanged, longest words first.
PLACEHOLDERS = {
    **{form: "<rank>" for word in (*RANKS[1:], *PARTS.values()) for form in (word, f"{word}s")},
    **{word: "<number>" for words in (*SMALL.values(), ("half",)) for word in words},
    **{form.lower(): "<month>" for word in (*MONTHS, "Sept") for form in (word, word[:3])},
    **{word.lower(): "<weekday>" for words in WEEKDAYS.values() for word in words},
    **dict.fromkeys(("a.m", "p.m"), "<half>"),
}
_EXCHANGED = re.compile(
    rf"(?P<rank>\d+(?:st|nd|rd|th)\b)|(?P<number>{NUMERAL.pattern})"
    rf"|\b(?P<word>{'|'.join(sorted(map(re.escape, PLACEHOLDERS), key=len, reverse=True))})\b\.?"
)
_HALVES = re.compile(r"\b[ap]\.m\b")
_PERCENTAGE = re.compile(r"percentage[ -]")  # of points
_DASHES = re.compile("[‐‑–—−]")


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
    made += _put_parts(lost.value, wrong.value, wrong.text)
    same = [form for form in (*made, *forms) if _describe_form(form) == old]
    if isinstance(lost.value, Date):
        same = _add_dates(same, forms, lost.value, wrong.text)
    if isinstance(lost.value, Clock) and not _tells_half(lost, lost.value):
        same = [form for form in same if _find_halves(form) == _find_halves(wrong.text)]
    return [form for form in dict.fromkeys(same) if _separates_alike(form, wrong.text)]


def _add_dates(same: list[str], forms: Sequence[str], lost: Date, text: str) -> list[str]:
    """Return the forms of a date like that of `text`, and those that say the same more clearly."""
    old = _describe_form(text)
    day = re.sub("(?<=<month> )<rank>", "<number>", old)  # September 21st, 2020
    same = same + [form for form in forms if _describe_form(form) == day]
    if lost.year:
        same += [form for form in forms if _describe_form(form).startswith(f"{old} <number>")]
    if not any(map(str.isalpha, text)):
        # 12/11 has no words to keep, and in English it may be read in two ways.
        same = [*(form for form in forms if "<month>" in _describe_form(form)), *same]
    return same


def _put_parts(lost: Value, wrong: Value, text: str) -> list[str]:
    """Return the text of a wrong time, date or quarter with the digits of another one."""
    if isinstance(lost, Clock) and isinstance(wrong, Clock):
        return _put_time(lost, wrong, text)
    if not isinstance(lost, Date) or not isinstance(wrong, Date):
        return []
    if lost.quarter and QUARTER.fullmatch(text):
        return [f"Q{lost.quarter}"]
    return _put_date(lost, wrong, text)


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


def _put_date(lost: Date, wrong: Date, text: str) -> list[str]:
    """Return the text of a wrong date in digits with those of another one: ngày 21 tháng 8."""
    digits = [int(number) for number in NUMBER.findall(text)]
    made = []
    for old, new in zip(_list_orders(wrong), _list_orders(lost), strict=True):
        if digits == [part for part in old if part] and list(map(bool, old)) == [*map(bool, new)]:
            made.append(_exchange(text, [part for part in new if part]))
    return made


def _list_orders(date: Date) -> list[tuple[int | None, ...]]:
    """Return the parts of a date in the orders of 21/8/2020 and 8/21/2020."""
    return [(date.day, date.month, date.year), (date.month, date.day, date.year)]


def _exchange(text: str, parts: Iterable[int]) -> str:
    """Return a text with other numbers, with a zero before one digit where it has one: 03/05."""
    left = iter(parts)
    return NUMBER.sub(lambda match: f"{next(left):0{2 if match[0][0] == '0' else 1}}", text)


def _describe_form(text: str) -> str:
    """Return a form with placeholders for its numbers, months and weekdays: <month> <number>."""

    def exchange(match: re.Match[str]) -> str:
        word = match["word"]
        return PLACEHOLDERS[word] if word else f"<{match.lastgroup}>"

    low = _PERCENTAGE.sub("", _DASHES.sub("-", text.lower())).rstrip(".")
    return _EXCHANGED.sub(exchange, " ".join(low.removeprefix("the ").strip(" -").split()))


def _tells_half(quantity: Quantity, clock: Clock) -> bool:
    """Return whether a time is certainly in one half of the day: 17 giờ, 5 giờ sáng."""
    told = {token.low for token in Tokens(quantity.text).items}
    return clock.hour > HALF or not told.isdisjoint(EARLIER.union(*LATER.values()))


def _find_halves(text: str) -> list[str]:
    """Return the halves of the day in an English clock time: a.m, p.m."""
    return _HALVES.findall(text.lower())


def _separates_alike(form: str, text: str) -> bool:
    """Return whether both or none of two forms have thousands without a separator: 1765, 1,765."""
    if min(sum(map(str.isdigit, one)) for one in (form, text)) < 4:
        return True
    return bool(UNGROUPED.search(form)) == bool(UNGROUPED.search(text))

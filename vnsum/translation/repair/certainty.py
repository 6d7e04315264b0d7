"""Whether the quantities of a text are known well enough to change a translation by them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from vnsum.checks.cues import list_ages
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Clock, Date, Number, Quantity, Range

# Words that may be (part of) a number. Left out are those that rarely are one when no number was
# read: a (one), năm (year, five), tư (private, four).
NUMERALS = {
    "vi": words(
        "hai ba bốn lăm nhăm sáu bảy bẩy tám chín mười mươi mốt hăm trăm nghìn ngàn vạn"
        " triệu tỷ tỉ rưỡi nửa phẩy chục tá gấp giêng chạp rằm mùng mồng"
    ),
    "en": words(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
        " hundred hundreds thousand thousands million millions billion billions trillion trillions"
        " dozen dozens half quarter third double doubled triple tripled twice noon midnight"
    ),
}

# English months that are not read where they may be names or verbs; any of them may be the value.
UNREAD_MONTHS = frozenset(["March", "May", "August"])

SCALES = words("chục trăm nghìn ngàn vạn triệu tr tỷ tỉ k tá") | words(
    "dozen hundred thousand million billion bn trillion"
)
GLUED_SCALE = re.compile(r"\d[kmbKMB]\b")  # 1.2M
DIGITS = re.compile(r"\d+")
MOST_DIGITS = 40  # of a number; Python refuses to read thousands


def is_fully_read(text: str, quantities: Iterable[Quantity], *, lang: str) -> bool:
    """Return whether all readings are certain and no number or month of the text was left out.

    `quantities` are those of the text, in order.

    >>> from vnsum import quantities
    >>> is_fully_read("Có 1.400 người.", quantities.read("Có 1.400 người.", lang="vi"), lang="vi")
    True
    >>> is_fully_read("Có 1.400 người.", (), lang="vi")
    False
    """
    place, rest = 0, []
    for quantity in quantities:
        if not quantity.certain or list_ages(quantity):  # "her late fifties" is no number
            return False
        rest.append(text[place : quantity.start])
        place = quantity.end
    unread = " | ".join([*rest, text[place:]])
    if any(character.isdigit() for character in unread):
        return False
    tokens = Tokens(unread).items
    if lang == "en" and any(token.text in UNREAD_MONTHS for token in tokens):
        return False
    return NUMERALS[lang].isdisjoint(token.low for token in tokens)


def may_be_misread(wrong: Quantity, own: Iterable[Quantity], others: Collection[Quantity]) -> bool:
    """Return whether the other text has the numbers of a wrong value, read in another way.

    If "mỗi tháng hai lần" is read as February, "twice a month" has no February, but a two. `own`
    are the quantities of the text with the wrong value, `others` those of the other text.

    >>> from vnsum import quantities
    >>> old = quantities.read("Có 3 triệu ca.", lang="vi")
    >>> may_be_misread(old[0], old, quantities.read("There are 3 cases.", lang="en"))
    True
    >>> may_be_misread(old[0], old, quantities.read("There are 4 cases.", lang="en"))
    False
    """
    explained = {quantity.value for quantity in own if quantity != wrong}
    left = [q for q in others if q.value not in explained and _is_read_otherwise(q, wrong)]
    asked = Counter(_list_numbers(wrong))
    return bool(asked) and not asked - Counter(n for q in left for n in _list_numbers(q))


def _is_read_otherwise(one: Quantity, other: Quantity) -> bool:
    """Return whether only one of two values is of a kind or has a unit or a scale word."""
    if one.unit and other.unit:
        return False
    return one.kind != other.kind or one.unit != other.unit or _has_scale(one) != _has_scale(other)


def _has_scale(quantity: Quantity) -> bool:
    glued = GLUED_SCALE.search(quantity.text) is not None
    return glued or any(token.low in SCALES for token in Tokens(quantity.text).items)


def _list_numbers(quantity: Quantity) -> list[int]:
    """Return the numbers of a value except 1, regardless of scale: 3 and 2 of 3/2 and 3 Feb."""
    return [number for number in _list_all_numbers(quantity) if number != 1]


def _list_all_numbers(quantity: Quantity) -> list[int]:
    value = quantity.value
    ends = (value.low, value.high) if isinstance(value, Range) else (value,)
    dates = [end for end in ends if isinstance(end, Date)]
    if dates:
        parts = (part for date in dates for part in (date.day, date.month, date.year))
        return [part for part in parts if part is not None]
    clocks = [end for end in ends if isinstance(end, Clock)]
    if clocks:
        return [part for clock in clocks for part in (clock.hour, clock.minute) if part]
    if not quantity.spelled:
        groups = quantity.text.replace(".", "").replace(",", "")
        return [int(digits[:MOST_DIGITS]) for digits in DIGITS.findall(groups)]
    return [int(end) for end in ends if isinstance(end, Number) and end == int(end)]

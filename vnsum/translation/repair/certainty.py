"""Whether the quantities of a text are known well enough to change a translation by them."""

from __future__ import annotations

from collections.abc import Iterable

from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Quantity

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


def is_fully_read(text: str, quantities: Iterable[Quantity], *, lang: str) -> bool:
    """Return whether all readings are certain and no digit or numeral of the text was left out.

    `quantities` are those of the text, in order.

    >>> from vnsum import quantities
    >>> is_fully_read("Có 1.400 người.", quantities.read("Có 1.400 người.", lang="vi"), lang="vi")
    True
    >>> is_fully_read("Có 1.400 người.", (), lang="vi")
    False
    """
    place, rest = 0, []
    for quantity in quantities:
        if not quantity.certain:
            return False
        rest.append(text[place : quantity.start])
        place = quantity.end
    unread = " | ".join([*rest, text[place:]])
    if any(character.isdigit() for character in unread):
        return False
    return NUMERALS[lang].isdisjoint(token.low for token in Tokens(unread).items)

"""Extraction of numbers, dates, times and amounts from Vietnamese and English text.

Values are typed and exact. Equal quantities have the same `key` in both languages and all
notations, so that translations can be checked. Codes such as Covid-19, U23 and telephone numbers
are not quantities. The running time is linear in the length of the text.
"""

from __future__ import annotations

import datetime

from vnsum import languages, require
from vnsum.quantities import en, vi
from vnsum.quantities.resolve import resolve
from vnsum.quantities.rules import CODE, Found, scan
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import KINDS, Clock, Date, LunarDate, Quantity, Range, Relative

__all__ = ["KINDS", "Clock", "Date", "LunarDate", "Quantity", "Range", "Relative", "read"]

RULES = {"vi": vi.RULES, "en": en.RULES}


def read(text: str, *, lang: str, published: datetime.date | None = None) -> tuple[Quantity, ...]:
    """Return the quantities in a text with their spans, in order and without overlaps.

    `published` is the date of the article; it resolves "năm ngoái" and "next February" to dates,
    which are relative without it. Raises `LanguageError` for a language other than `"vi"` and
    `"en"`.

    >>> [quantity.key for quantity in read("1,2 triệu đồng", lang="vi")]
    [('money', 1200000, 'VND')]
    >>> [quantity.key for quantity in read("1.2 million dong", lang="en")]
    [('money', 1200000, 'VND')]
    """
    return tuple(q for q in read_all(text, lang=lang, published=published) if q.kind != CODE)


def read_all(
    text: str, *, lang: str, published: datetime.date | None = None
) -> tuple[Quantity, ...]:
    """Return the quantities and, with the kind `"code"`, the codes in a text.

    The `unit` of a code (Covid-19, A320, 0912 345 678) is its letters and digits; its value is 0.
    """
    require.date(published, "published")
    tokens = Tokens(require.text(text, "text"))
    return tuple(
        _quantity(tokens, found, first, published)
        for found, first in scan(tokens, RULES[languages.require(lang)])
    )


def _quantity(
    tokens: Tokens, found: Found, first: int, published: datetime.date | None
) -> Quantity:
    value = resolve(found.value, published)
    kind = "date" if found.kind == "relative" and isinstance(value, Date) else found.kind
    start, end = tokens[first].start, tokens[found.end - 1].end
    text = tokens.text[start:end]
    unit = found.unit
    if kind == CODE:
        unit = "".join(character for character in text.upper() if character.isalnum())
    return Quantity(
        kind=kind, value=value, unit=unit, text=text, start=start, end=end,
        alternative=found.alternative, certain=found.certain,
    )  # fmt: skip

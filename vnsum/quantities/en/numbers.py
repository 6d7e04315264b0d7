"""English numbers: spelled-out numbers, and the words that are also other things."""

from __future__ import annotations

from vnsum.quantities import units
from vnsum.quantities.amounts import Amounts, Grammar
from vnsum.quantities.elision import Elisions
from vnsum.quantities.en.tables import (
    BEFORE_SPACED,
    NO_PLURALS,
    ONES,
    ORDINAL_ONES,
    ORDINALS,
    PEOPLE,
    SCALES,
    TENS,
    YEAR_CUES,
)
from vnsum.quantities.numerals import Numeral, Numerals
from vnsum.quantities.phrases import Phrases
from vnsum.quantities.tokens import Tokens, words


def spelled(tokens: Tokens, index: int, _inside: bool = False) -> tuple[int, int] | None:
    """Return a number below a thousand in words and the index after it."""
    low = tokens.low
    first, end = _below_hundred(tokens, index)
    if not first:
        if low(index) == "a" and low(index + 1) in (
            "hundred",
            "thousand",
            "million",
            "billion",
            "trillion",
            "dozen",
        ):
            first, end = 1, index + 1
        else:
            return None
    if low(end) != "hundred":
        return first, end
    value, end = first * 100, end + 1
    at = end + 1 if low(end) == "and" else end
    rest, after = _below_hundred(tokens, at)
    return (value + rest, after) if rest else (value, end)


def _below_hundred(tokens: Tokens, index: int) -> tuple[int, int]:
    low = tokens.low(index)
    if low in ONES:
        return ONES[low], index + 1
    if low not in TENS:
        return 0, index
    at = index + 2 if tokens.is_dash(index + 1) and tokens[index + 2].glued else index + 1
    unit = ONES.get(tokens.low(at), 10)
    return (TENS[low] + unit, at + 1) if unit < 10 else (TENS[low], index + 1)


NUMERALS = Numerals(
    decimal=".",
    scales=SCALES,
    spelled=spelled,
    joins=frozenset(["and"]),
    points=frozenset(["point"]),
    before_spaced=BEFORE_SPACED,
    digits={**{k: v for k, v in ONES.items() if v < 10}, "zero": 0, "oh": 0},
)


def counted(tokens: Tokens, index: int, numeral: Numeral) -> bool:
    """Return whether a number word without unit is a number: "one" is also a pronoun."""
    token = tokens[index]
    if numeral.words > 1:
        return True
    if token.is_capital and not tokens.starts_sentence(index) and tokens[index + 1].is_capital:
        return False
    return token.low not in ("one", "a") and not (
        tokens.is_dash(index - 1) and tokens[index].glued and tokens[index - 1].glued
    )


def is_year(tokens: Tokens, index: int, numeral: Numeral) -> bool:
    """Return whether digits without separators are a year: in 2009, but not 2000 people."""
    after = tokens[numeral.end]
    plural = after.low in PEOPLE or (
        after.low.endswith("s") and not after.is_capital and after.low not in NO_PLURALS
        and len(after.low) > 2
    )  # fmt: skip
    if plural:
        return False
    if 1900 <= numeral.value <= 2099:
        return True
    return (
        1100 <= numeral.value < 1900
        and tokens.low(index - 1) in YEAR_CUES
        and (not after.is_word or after.low in words("and to by but he she it they the a was when"))
    )


def ordinal_words(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return a spelled-out ordinal (first, twenty-first) and the index after it."""
    low = tokens.low(index)
    if low in ORDINALS:
        return ORDINALS[low], index + 1
    if low in TENS:
        at = index + 2 if tokens.is_dash(index + 1) else index + 1
        unit = ORDINAL_ONES.get(tokens.low(at), 10)
        if unit < 10:
            return TENS[low] + unit, at + 1
    return None


_AGES = {
    "year": "years old, years-old, year old, year-old, year-olds, years of age, -year-old",
    "month": "months old, month old, month-old, months of age",
    "week": "weeks old, week-old",
    "day": "days old, day-old",
}


GRAMMAR = Grammar(
    numerals=NUMERALS,
    units=Phrases(units.forms(units.UNITS, "en")),
    currencies=Phrases(units.forms(units.CURRENCIES, "en")),
    percents=Phrases(units.forms(units.PERCENT, "en")),
    ages=Phrases([(form.strip().lstrip("-"), unit) for unit, cell in _AGES.items()
                  for form in cell.split(",")]),
    range_words=words("to and"),
    score_cues=words("score won win wins beat beating beaten lost lose loss draw drew defeat "
                     "victory defeated lead led tie record"),
    not_units={"second": words("place half time team round largest"),
               "won": words("the a an gold")},
    counted=counted,
    is_year=is_year,
    glued_units=frozenset(["pc"]),
    calibres=words("caliber calibre gun handgun magnum pistol revolver rifle"),
)  # fmt: skip


AMOUNTS = Amounts(GRAMMAR)
ELISIONS = Elisions(
    amounts=AMOUNTS,
    openers=frozenset(["from"]),
    changes={"to": 0},
    joins={"and": False, "or": True},
    hedges=words("about around nearly almost over under roughly approximately just only some"),
)

"""The rules for English quantities, by the word that triggers them."""

from __future__ import annotations

from vnsum.quantities.amounts import read_added_time
from vnsum.quantities.codes import read_code, read_phone
from vnsum.quantities.dates import read_season
from vnsum.quantities.en.amounts import (
    HALVES_OF_YEAR,
    LABELS,
    ROMAN,
    SYMBOLS,
    read_a_decade,
    read_age,
    read_capital_scale,
    read_currency_first,
    read_eighties,
    read_fortnight,
    read_half_year,
    read_label,
    read_magnitude,
    read_ordinal,
    read_ordinal_digits,
    read_roman,
    read_short_half_year,
    read_short_million,
    read_zero,
)
from vnsum.quantities.en.clock import (
    read_clock,
    read_fixed_clock,
    read_military,
    read_past,
    read_spelled_clock,
)
from vnsum.quantities.en.dates import (
    RELATIVE_DAYS,
    read_day_month,
    read_deictic,
    read_month,
    read_quarter,
    read_relative_day,
    read_street,
    read_weekday,
    read_written_date,
)
from vnsum.quantities.en.fractions import (
    MULTIPLES,
    read_and_a_half,
    read_half,
    read_multiple_of,
    read_parts,
    read_quarter_part,
    read_ratio,
    read_times,
)
from vnsum.quantities.en.lunar import (
    TET,
    lunar,
    read_eve,
    read_eve_of,
    read_full_moon,
    read_lunar_day,
    read_tet_day,
)
from vnsum.quantities.en.numbers import AMOUNTS, ELISIONS
from vnsum.quantities.en.tables import (
    MONTHS,
    ONES,
    ORDINAL_ONES,
    ORDINAL_TENS,
    PLURAL_SCALES,
    PLURAL_TENS,
    SINGLE_SCALES,
    TENS,
    WEEKDAYS,
    ZEROS,
)
from vnsum.quantities.rules import Rules

_AMOUNT_RULES = (ELISIONS.read, AMOUNTS.read)
_NUMBER_RULES = (
    read_past, read_clock, read_spelled_clock, read_ratio, read_parts, read_and_a_half,
    *_AMOUNT_RULES,
)  # fmt: skip


RULES = Rules(
    digits=(
        read_code, read_phone, read_added_time, read_season, read_tet_day, read_street,
        lunar(read_written_date), lunar(read_day_month),
        read_lunar_day, read_ordinal_digits, read_military, read_clock,
        read_past, read_ratio, read_and_a_half, AMOUNTS.read_mixed, read_capital_scale,
        read_short_million, *_AMOUNT_RULES,
    ),
    words={
        **dict.fromkeys(LABELS.starters, (read_label,)),
        **dict.fromkeys(SYMBOLS.starters, (read_currency_first,)),
        **dict.fromkeys(ONES, _NUMBER_RULES),
        **dict.fromkeys(TENS, (read_past, read_lunar_day, read_ordinal, *_AMOUNT_RULES)),
        **dict.fromkeys(
            [*ORDINAL_ONES, *ORDINAL_TENS, "hundredth", "thousandth"],
            (read_lunar_day, read_ordinal),
        ),
        **dict.fromkeys(HALVES_OF_YEAR, (read_half_year, read_lunar_day, read_ordinal)),
        **dict.fromkeys(MONTHS, (lunar(read_month),)),
        **dict.fromkeys(ROMAN, (read_roman,)),
        **dict.fromkeys(WEEKDAYS, (read_weekday,)),
        **dict.fromkeys([*PLURAL_SCALES, *SINGLE_SCALES], (read_magnitude,)),
        **dict.fromkeys(["several", "few"], (read_magnitude,)),
        **dict.fromkeys(MULTIPLES, (read_times,)),
        **dict.fromkeys(PLURAL_TENS, (read_eighties,)),
        **dict.fromkeys(["this", "next"], (read_deictic,)),
        "last": (read_half_year, read_lunar_day, read_deictic), "final": (read_lunar_day,),
        "full": (read_full_moon,), "new": (read_eve,), **dict.fromkeys(TET, (read_eve,)),
        "eve": (read_eve_of,),
        **dict.fromkeys(RELATIVE_DAYS, (read_relative_day,)),
        **dict.fromkeys(["double", "triple", "quadruple"], (read_multiple_of,)),
        "h": (read_short_half_year,),
        "a": (read_and_a_half, read_parts, read_a_decade, read_currency_first, AMOUNTS.read),
        "an": (read_and_a_half, read_parts), **dict.fromkeys(ZEROS, (read_zero,)),
        "half": (read_past, read_half), "quarter": (read_past, read_quarter_part),
        "fortnight": (read_fortnight,),
        "aged": (read_age,), "age": (read_age,), "q": (read_quarter,),
        "minus": (AMOUNTS.read_minus,), ".": (AMOUNTS.read_decimals,),
        **dict.fromkeys(["noon", "midday", "midnight"], (read_fixed_clock,)),
    },
)  # fmt: skip

"""The rules for Vietnamese quantities, by the word that triggers them."""

from __future__ import annotations

from vnsum.quantities.amounts import read_added_time
from vnsum.quantities.codes import read_code, read_phone
from vnsum.quantities.dates import read_season
from vnsum.quantities.rules import Rules
from vnsum.quantities.vi.amounts import (
    BARE_SCALES,
    LABELS,
    SYMBOLS,
    TENS,
    read_age,
    read_alarm,
    read_bare_scale,
    read_below_zero,
    read_currency_first,
    read_doubled,
    read_first,
    read_half,
    read_label,
    read_magnitude,
    read_old_age,
    read_parts,
    read_roman,
    read_round,
    read_times,
    read_twenty,
)
from vnsum.quantities.vi.clock import read_clock, read_hours
from vnsum.quantities.vi.dates import (
    read_day,
    read_day_of_month,
    read_month,
    read_spelled_day,
    read_written_date,
    street,
)
from vnsum.quantities.vi.days import (
    deictic,
    read_next_year,
    read_period,
    read_short_weekday,
    read_sunday,
    read_this_day,
    read_weekday_or_ordinal,
)
from vnsum.quantities.vi.glued import (
    read_bare_metre,
    read_capital_scale,
    read_glued,
    read_glued_unit,
    read_spaced,
)
from vnsum.quantities.vi.lists import (
    read_counted_months,
    read_listed_month,
    read_listed_quarter,
    read_listed_weekday,
    read_neighbours,
    read_numbered,
)
from vnsum.quantities.vi.lunar import (
    lunar,
    read_eve,
    read_full_moon,
    read_tet_day,
    read_thirtieth,
)
from vnsum.quantities.vi.numbers import AMOUNTS, ELISIONS
from vnsum.quantities.vi.schools import read_school
from vnsum.quantities.vi.tables import DAY_PARTS, DIGITS, ROMAN
from vnsum.quantities.vi.years import read_born, read_half_year, read_quarter, read_year

_NUMBER_RULES = (
    read_tet_day,
    read_thirtieth,
    read_counted_months,
    lunar(read_spelled_day),
    read_half_year,
    read_clock,
    read_spaced,
    read_parts,
    ELISIONS.read,
    AMOUNTS.read,
)


WORD_RULES = {
    **dict.fromkeys(LABELS.starters, (read_label,)),
    **dict.fromkeys(SYMBOLS.starters, (read_currency_first,)),
    **dict.fromkeys([*DIGITS, "mười"], _NUMBER_RULES),
    **dict.fromkeys(["ngày", "mùng", "mồng", "hôm"], (read_thirtieth, lunar(read_day))),
    "tháng": (lunar(read_month),), "rằm": (read_full_moon,), "giao": (read_eve,),
    "năm": (read_year, *_NUMBER_RULES), "quý": (read_quarter,),
    "thứ": (read_weekday_or_ordinal,), "chủ": (read_sunday,), "chúa": (read_sunday,),
    "cn": (read_short_weekday,), "t": (read_short_weekday,),
    "cấp": (read_school, read_label),
    "báo": (read_alarm,), "vòng": (read_round, read_label), "gấp": (read_times,),
    **dict.fromkeys(TENS, (read_old_age,)), "nhân": (read_doubled,), "đôi": (read_twenty,),
    "tuần": (lambda tokens, index: deictic(tokens, index, "week"),),
    "thế": (read_period,), "thập": (read_period,), "hàng": (read_magnitude,),
    "vài": (read_magnitude,), "mấy": (read_magnitude,), "nửa": (read_half_year, read_half),
    "tuổi": (read_age,), "đầu": (read_first,), "sơ": (read_first,), "sang": (read_next_year,),
    "âm": (AMOUNTS.read_minus,), "trừ": (read_below_zero,),
    "hăm": _NUMBER_RULES, "băm": _NUMBER_RULES,
    **dict.fromkeys(["trăm", *BARE_SCALES], (read_bare_scale,)),
    "mét": (read_bare_metre,), "sn": (read_born,),
    "không": (AMOUNTS.read,), ".": (AMOUNTS.read_decimals,),
    **dict.fromkeys(DAY_PARTS, (read_this_day,)),
    **dict.fromkeys([low for low in ROMAN if len(low) > 1], (read_listed_quarter, read_roman)),
}  # fmt: skip


RULES = Rules(
    digits=(
        read_code, read_phone, read_added_time, read_season, read_thirtieth, AMOUNTS.read_mixed,
        read_listed_quarter, read_listed_month, read_listed_weekday, read_numbered, read_neighbours,
        street(lunar(read_written_date)), read_tet_day,
        read_half_year, read_hours, read_clock,
        street(lunar(read_day_of_month)), read_glued, read_spaced, read_capital_scale,
        read_glued_unit,
        read_parts, ELISIONS.read, AMOUNTS.read,
    ),
    words=WORD_RULES,
)  # fmt: skip

"""English dates of the lunar calendar: 23rd day of the twelfth lunar month, first day of Tet.

"New Year's Eve" is not certain, as it is 31 December as well.
"""

from __future__ import annotations

from vnsum.quantities.en.numbers import ordinal_words
from vnsum.quantities.en.tables import ORDINAL_SUFFIXES
from vnsum.quantities.resolve import Anchored
from vnsum.quantities.rules import Found, Rule
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Date, LunarDate, Range

FULL_MOON = 15
LAST_MONTH, LAST_DAY = 12, 30
TET = words("tet tết")
EVE = LunarDate(month=LAST_MONTH, day=LAST_DAY)


def lunar(rule: Rule) -> Rule:
    """Return a rule whose dates are lunar dates before "in the lunar calendar" or after "lunar"."""

    def read(tokens: Tokens, index: int) -> Found | None:
        found = rule(tokens, index)
        if found is None or found.kind not in ("date", "range"):
            return found
        start = index if found.start is None else found.start
        end = _mark_end(tokens, found.end)
        if end is None and tokens.low(start - 1) != "lunar":
            return found
        ends = found.value
        low, high = (ends.low, ends.high) if isinstance(ends, Range) else (ends, ends)
        first, last = _lunar_date(low), _lunar_date(high)
        if first is None or last is None:
            return found
        value = Range(low=first, high=last) if isinstance(ends, Range) else first
        kind = "range" if isinstance(ends, Range) else "lunar"
        return found._replace(kind=kind, value=value, end=end or found.end, alternative=None)

    return read


def _lunar_date(value: object) -> LunarDate | None:
    if not isinstance(value, Date | Anchored) or not (value.month or value.day):
        return None
    return LunarDate(year=getattr(value, "year", None), month=value.month, day=value.day)


def _mark_end(tokens: Tokens, index: int) -> int | None:
    """Return the index after "in the lunar calendar", "(lunar calendar)" or "(lunar)"."""
    at = index + 1 if tokens[index].text in "(," else index
    bracket = tokens[index].text == "("
    at += tokens.low(at) in ("in", "on", "of", "by")
    at += tokens.low(at) == "the"
    if tokens.low(at) != "lunar" or not (tokens.low(at + 1) == "calendar" or bracket):
        return None
    at += 2 if tokens.low(at + 1) == "calendar" else 1
    return at + 1 if bracket and tokens[at].text == ")" else at


def read_lunar_day(tokens: Tokens, index: int) -> Found | None:
    """Read "23rd day of the twelfth lunar month", "first day of Tet", "third lunar month"."""
    first = _ordinal(tokens, index)
    if first is None:
        return None
    if month := _month_end(tokens, index):
        return Found("lunar", LunarDate(month=month[0]), "", month[1])
    number, at = first
    at += tokens.low(at) in ("day", "night")
    value = _month_of(tokens, at)
    if value is None or not 1 <= number <= LAST_DAY:
        return None
    month_number, end = value
    if month_number == 0:
        month_number = LAST_MONTH if number >= 20 else 1
    return Found("lunar", LunarDate(month=month_number, day=number), "", end)


def read_full_moon(tokens: Tokens, index: int) -> Found | None:
    """Read "the full moon of the eighth lunar month"; "a full moon" is not certain to be a day."""
    at = index + 2 if tokens.is_dash(index + 1) else index + 1
    if tokens.low(at) != "moon":
        return None
    end = at + 1
    end += tokens.low(end) in ("day", "night", "festival")
    if value := _month_of(tokens, end):
        return Found("lunar", LunarDate(month=value[0] or 1, day=FULL_MOON), "", value[1])
    return Found("lunar", LunarDate(day=FULL_MOON), "", at + 1, certain=False)


def read_eve(tokens: Tokens, index: int) -> Found | None:
    """Read "New Year's Eve", "Tet Eve" and "30 Tet"."""
    if tokens.low(index) in TET:
        at = index + 3 if tokens[index + 1].text in "'’" else index + 1
        return Found("lunar", EVE, "", at + 1) if tokens.low(at) == "eve" else None
    if [tokens.low(index + i) for i in (1, 3, 4)] != ["year", "s", "eve"]:
        return None
    lunar_year = tokens.low(index - 1) == "lunar"
    start = index - 1 if lunar_year else None
    return Found("lunar", EVE, "", index + 5, start, certain=lunar_year)


def read_eve_of(tokens: Tokens, index: int) -> Found | None:
    """Read "the eve of Tet" and "the eve of the Lunar New Year"."""
    value = _month_of(tokens, index + 1)
    return Found("lunar", EVE, "", value[1]) if value and value[0] == 0 else None


def read_tet_day(tokens: Tokens, index: int) -> Found | None:
    """Read "30 Tet" and "day 4 of Tet"."""
    day = tokens.integer(index, 2)
    if day is None or not 1 <= day <= LAST_DAY:
        return None
    if tokens.low(index + 1) in TET and day >= 20:
        return Found("lunar", LunarDate(month=LAST_MONTH, day=day), "", index + 2)
    value = _month_of(tokens, index + 1) if tokens.low(index - 1) == "day" else None
    if value is None:
        return None
    return Found("lunar", LunarDate(month=value[0] or 1, day=day), "", value[1])


def _ordinal(tokens: Tokens, index: int) -> tuple[int, int] | None:
    number = tokens.integer(index, 2)
    if number is not None:
        suffixed = tokens[index + 1].glued and tokens.low(index + 1) in ORDINAL_SUFFIXES
        return (number, index + 2) if suffixed else None
    if tokens.low(index) in ("last", "final"):
        return LAST_MONTH, index + 1
    return ordinal_words(tokens, index)


def _month_of(tokens: Tokens, index: int) -> tuple[int | None, int] | None:
    """Read "of the twelfth lunar month"; 0 for "of Tet" and "of the lunar new year"."""
    if tokens.low(index) not in ("of", "in"):
        return None
    at = index + 2 if tokens.low(index + 1) in ("the", "each", "every", "a") else index + 1
    if tokens.low(at) in TET:
        return 0, at + 1
    if tokens.low(at) == "lunar" and tokens.low(at + 1) == "month":
        return None, at + 2
    if [tokens.low(at + i) for i in range(3)] == ["lunar", "new", "year"]:
        return 0, at + 3
    return _month_end(tokens, at)


def _month_end(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Read "twelfth lunar month" and "third month of the lunar calendar"."""
    ordinal = _ordinal(tokens, index)
    if ordinal is None or not 1 <= ordinal[0] <= LAST_MONTH:
        return None
    number, at = ordinal
    if tokens.low(at) == "lunar" and tokens.low(at + 1) == "month":
        return number, at + 2
    if tokens.low(at) != "month":
        return None
    at += 1
    at += tokens.low(at) in ("of", "in")
    at += tokens.low(at) == "the"
    lunar_year = tokens.low(at) == "lunar" and tokens.low(at + 1) in ("calendar", "year")
    return (number, at + 2) if lunar_year else None

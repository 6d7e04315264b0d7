"""English dates, months, quarters and years."""

from __future__ import annotations

from fractions import Fraction

from vnsum.quantities import dates
from vnsum.quantities.en.numbers import ordinal_words
from vnsum.quantities.en.tables import (
    COMMON_BOTTOMS,
    DATE_CUES,
    MONTH_CUES,
    MONTHS,
    ORDINAL_SUFFIXES,
    PEOPLE,
    SCALES,
    SHORT_WEEKDAYS,
    WEEKDAYS,
)
from vnsum.quantities.resolve import Anchored
from vnsum.quantities.rules import CODED, Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Date, Range, Relative, exact, is_day

# Months that are also verbs or parts of other names, March on, Jan Smith, or given names.
NO_MONTHS_ALONE = words("jan march mar may jun august sep dec mon")
GIVEN_NAMES = words("january april june")
PLACES = words("del a")  # Mar del Plata, Mar-a-Lago


def _month(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return the month named at the token and the index after it, a full stop included."""
    number = MONTHS.get(tokens.low(index))
    place = tokens.low(index) == "mar" and tokens.low(tokens.after_hyphen(index + 1)) in PLACES
    if number is None or place or not tokens[index].is_capital:
        return None
    short = len(tokens[index].text) <= 4 and tokens[index].low not in ("may", "june", "july")
    return number, index + 2 if short and tokens[index + 1].text == "." else index + 1


def read_month(tokens: Tokens, index: int) -> Found | None:
    """Read "January 7, 2026", "January 7-9", "January 2026", "next February", "May"."""
    month = _month(tokens, index)
    if month is None or (tokens[index].text == "APR" and tokens[index - 1].text == "%"):
        return None  # annual percentage rate
    number, at = month
    day, end = _day(tokens, at)
    if day is not None and is_day(None, number, day):
        last = tokens.integer(end + 1, 2) if tokens.is_dash(end) and tokens[end].glued else None
        if last and last > day and is_day(None, number, last) and tokens[end + 2].text != "-":
            year, after = year_after(tokens, end + 2)
            ends = (Date(year=year, month=number, day=part) for part in (day, last))
            return Found("range", Range(low=next(ends), high=next(ends)), "", after)
        return _finish(tokens, index, number, day, end)
    before = tokens.low(index - 1)
    year, end = year_after(tokens, at)
    told = (
        year is not None
        or before in MONTH_CUES
        or _is_hyphenated(tokens, index)
        or _is_listed(tokens, index)
        or _owns(tokens, at)
        or _modifies(tokens, index, at)
    )
    low = tokens[index].low
    if (low in NO_MONTHS_ALONE and not told) or tokens[at].text == "Revolution":
        return None
    found = _finish(tokens, index, number, None, at)
    return found if told or low not in GIVEN_NAMES else found._replace(certain=False)


JOINS = words(", and or")
PARTS_OF_MONTH = frozenset(MONTHS) | words("mid early late")


def _is_hyphenated(tokens: Tokens, index: int) -> bool:
    """Return whether a dash joins a month: mid-March, Jan-Apr; but not the Mar of "Beira-Mar"."""
    before, glued = tokens[index - 2], tokens[index].glued
    follows = tokens.is_dash(index - 1) and not (
        glued and before.is_capital and before.low not in PARTS_OF_MONTH
    )
    return follows or (tokens.is_dash(index + 1) and tokens.low(index + 2) in MONTHS)


def _is_listed(tokens: Tokens, index: int) -> bool:
    """Return whether another month is next to a month: April, May and June."""
    after = index + 3 if tokens.low(index + 2) in JOINS else index + 2
    before = index - 3 if tokens.low(index - 2) in JOINS else index - 2
    return (tokens.low(index - 1) in JOINS and tokens.low(before) in MONTHS) or (
        tokens.low(index + 1) in JOINS and tokens.low(after) in MONTHS
    )


def _owns(tokens: Tokens, index: int) -> bool:
    """Return whether a month has a possessive or is that of a contract: March's, May contract."""
    possessive = tokens[index].text in "'’" and tokens.low(index + 1) == "s"
    return possessive or tokens.low(index) in ("contract", "contracts", "delivery", "futures")


DETERMINERS = words("the a an its his her their our")


def _modifies(tokens: Tokens, index: int, end: int) -> bool:
    """Return whether a month is that of an event: the August election; not the March on Rome."""
    after = tokens[end]
    noun = after.is_word and not after.is_capital and after.low != "on"
    return noun and tokens.low(index - 1) in DETERMINERS and not tokens[index].text.isupper()


def _finish(tokens: Tokens, index: int, month: int, day: int | None, end: int) -> Found:
    year, after = year_after(tokens, end)
    if year is not None:
        valid = day is None or is_day(year, month, day)
        return Found("date", Date(year=year, month=month, day=day if valid else None), "", after)
    step = {"last": -1, "next": 1}.get(tokens.low(index - 1))
    if step is not None:
        return _anchor(Anchored(month=month, day=day, direction=step), end, index - 1)
    if tokens.low(index - 1) == "this" and day is None:
        return _anchor(Anchored(month=month, years=0), end, index - 1)
    years = {"last": -1, "this": 0, "next": 1}.get(tokens.low(end))
    if years is not None and tokens.low(end + 1) == "year":
        return _anchor(Anchored(month=month, day=day, years=years), end + 2)
    return Found("date", Date(month=month, day=day), "", end)


def _anchor(value: Anchored, end: int, start: int | None = None) -> Found:
    return Found("date", value, "", end, start)


def _day(tokens: Tokens, index: int) -> tuple[int | None, int]:
    at = index + 1 if tokens.low(index) == "the" else index
    day = tokens.integer(at, 2)
    if day is None:
        ordinal = ordinal_words(tokens, at)
        return ordinal if ordinal and 1 <= ordinal[0] <= 31 else (None, index)
    if tokens[at + 1].low in ORDINAL_SUFFIXES and tokens[at + 1].glued:
        return day, at + 2
    after = tokens[at + 1]
    if after.glued and (after.is_word or after.text in "%:/"):
        return None, index
    return day, at + 1


def year_after(tokens: Tokens, index: int) -> tuple[int | None, int]:
    """Return the year after a month or quarter, if any, and the index after it."""
    at = index + 1 if tokens[index].text == "," or tokens.low(index) == "of" else index
    year = dates.year_number(tokens, at)
    if year is None or SCALES.match(tokens, at + 1) or tokens[at + 1].text == "%":
        return None, index
    if tokens.low(at + 1) in PEOPLE:
        return None, index
    return year, at + 1


def read_day_month(tokens: Tokens, index: int) -> Found | None:
    """Read "7 January 2026", "7th of January", "26-28 September"."""
    first, end = tokens.integer(index, 2), index + 1
    if first is None:
        return None
    last = first
    joined = (tokens.is_dash(end) and tokens[end].glued) or tokens.low(end) in ("to", "and")
    if joined and (tokens.integer(end + 1, 2) or 0) > first:
        last, end = tokens.integer(end + 1, 2) or first, end + 2
    if tokens[end].low in ORDINAL_SUFFIXES and tokens[end].glued:
        end += 1
        if tokens.low(end) == "of":
            end += 1
    month = _month(tokens, end)
    if month is None or not (is_day(None, month[0], first) and is_day(None, month[0], last)):
        return None
    found = _finish(tokens, index, month[0], last, month[1])
    if last > first and isinstance(found.value, Date):
        low = Date(year=found.value.year, month=month[0], day=first)
        return found._replace(kind="range", value=Range(low=low, high=found.value))
    return found


def read_written_date(tokens: Tokens, index: int) -> Found | None:
    """Read 1/7/2026 (month first) and 2026-01-09; a small a/b is a fraction without a cue."""
    if tokens[index + 1].text == "/" and (tokens.integer(index), tokens.integer(index + 2)) == (
        24,
        7,
    ):
        return CODED._replace(end=index + 3)
    school = tokens.low(index - 1) in ("class", "grade") and tokens.is_fraction_bar(index + 1)
    if school or _is_house_number(tokens, index):
        return CODED._replace(end=index + 3)
    top, bottom = tokens.integer(index, 3), tokens.integer(index + 2, 3)
    slash = tokens.is_fraction_bar(index + 1)
    cued = tokens.low(index - 1) in DATE_CUES
    proper = bool(slash and top and bottom and top < bottom)
    likely = proper and bottom in COMMON_BOTTOMS and (top, bottom) != (9, 11)
    if likely and not cued and tokens[index + 3].text != "/" and top and bottom:
        return Found("fraction", exact(Fraction(top, bottom)), "", index + 3)
    written = dates.read_written(tokens, index, day_first=False, cued=False)
    if written is None:
        if proper and top and bottom:
            return Found("fraction", exact(Fraction(top, bottom)), "", index + 3)
        return None
    kind = "range" if isinstance(written.value, Range) else "date"
    weak = tokens.low(index - 1) not in ("on", "dated", "since")
    open_to = slash and top and bottom and top < bottom and weak and bottom in COMMON_BOTTOMS
    alternative = exact(Fraction(top, bottom)) if open_to and top and bottom else None
    if isinstance(written.value, Date):
        alternative = alternative or dates.read_scale(tokens, index, written.value)
    return Found(kind, written.value, "", written.end, None, alternative)


HOUSE_CUES = words("at number numbers no house lane alley address")
STREETS = words("street st road rd avenue ave lane alley boulevard ward quarter hamlet")
LONGEST_STREET = 5  # words of the name of a street
NAMED_FOR_DAYS = words("street road avenue boulevard square park")


def read_street(tokens: Tokens, index: int) -> Found | None:
    """Read the day in "3/2 Street" and "30 Thang 4 Street", which is 3 February, not 2 March."""
    slash = tokens.is_fraction_bar(index + 1)
    after = tokens[index + 3]
    if not (slash or tokens.low(index + 1) in ("thang", "tháng")) or not after.is_capital:
        return None
    day, month = tokens.integer(index, 2), tokens.integer(index + 2, 2)
    if after.low not in NAMED_FOR_DAYS or not day or not month or not is_day(None, month, day):
        return None
    return Found("date", Date(month=month, day=day), "", index + 3, certain=False)


def _is_house_number(tokens: Tokens, index: int) -> bool:
    """Return whether 12/5 is the number of a house: "No. 12/5", "12/5 Nguyen Trai Street"."""
    if tokens[index + 1].text != "/" or tokens.integer(index + 2) is None:
        return False
    at = index - 2 if tokens[index - 1].text == "." else index - 1
    if tokens.low(at) in HOUSE_CUES:
        return True
    for at in range(index + 3, index + 3 + LONGEST_STREET):
        if not tokens[at].is_capital:
            return False
        if tokens.low(at) in STREETS:
            return at > index + 3
    return False


DEICTIC_UNITS = words("week month quarter year")


def read_deictic(tokens: Tokens, index: int) -> Found | None:
    """Read "last week", "this year", "next month"; not "the last year of"."""
    unit = tokens.low(index + 1)
    offset = {"last": -1, "this": 0, "next": 1}[tokens.low(index)]
    if unit not in DEICTIC_UNITS or tokens.low(index - 1) == "the" or tokens.low(index + 2) == "of":
        return None
    return Found("relative", Relative(unit=unit, offset=offset), "", index + 2)


FURTHER_DAYS = frozenset([("day", "before", "yesterday"), ("day", "after", "tomorrow")])
RELATIVE_DAYS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}


def read_relative_day(tokens: Tokens, index: int) -> Found | None:
    """Read yesterday, today, tonight, tomorrow, the day before yesterday."""
    offset = RELATIVE_DAYS[tokens.low(index)]
    further = (tokens.low(index - 2), tokens.low(index - 1), tokens.low(index)) in FURTHER_DAYS
    day = Relative(unit="day", offset=2 * offset if further else offset)
    return Found("relative", day, "", index + 1, index - 2 if further else None)


def read_weekday(tokens: Tokens, index: int) -> Found | None:
    """Read Monday, Tues."""
    token = tokens[index]
    if not token.is_capital or (token.low in SHORT_WEEKDAYS and tokens[index + 1].text not in ".,"):
        return None
    return Found("weekday", WEEKDAYS[token.low], "", index + 1)


def read_quarter(tokens: Tokens, index: int) -> Found | None:
    """Read "Q1 2026"."""
    number = tokens.integer(index + 1, 1)
    if number is None or not 1 <= number <= 4 or not tokens[index + 1].glued:
        return None
    at = index + 3 if tokens[index + 2].text == "/" else index + 2
    year, end = year_after(tokens, at)
    return Found("date", Date(year=year, quarter=number), "", end if year else index + 2)

"""English clock times."""

from __future__ import annotations

from typing import NamedTuple

from vnsum.quantities.clocks import four_digits, read_time_of_zone, read_to_second
from vnsum.quantities.en.numbers import AMOUNTS, NUMERALS, spelled
from vnsum.quantities.en.tables import ONES
from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Clock, Range

HOURS = words("hours hrs")  # after 0900
JOINS = words("to until till")
FIXED = {"midnight": 0, "noon": 12, "midday": 12}


def _meridiem(tokens: Tokens, index: int) -> tuple[int, int] | None:
    low = tokens.low(index)
    if low in ("am", "pm"):
        return (12 if low == "pm" else 0), index + 1
    if low in ("a", "p") and tokens[index + 1].text == "." and tokens.low(index + 2) == "m":
        end = index + 4 if tokens[index + 3].text == "." and tokens[index + 3].glued else index + 3
        return (12 if low == "p" else 0), end
    return None


class _Time(NamedTuple):
    """A clock time, the token index after it, and whether it is certainly one and tells its half
    of the day."""

    clock: Clock
    end: int
    sure: bool = True
    halved: bool = True


def read_clock(tokens: Tokens, index: int) -> Found | None:
    """Read 8:46 a.m., 5am, 15:00, 3 o'clock, 9-11 a.m., 1:30 to 5 p.m."""
    if zoned := read_time_of_zone(tokens, index):
        return zoned
    first = _dotted_clock(tokens, index) or _clock(tokens, index)
    if first is None:
        return None
    worded = tokens.low(first.end) in JOINS
    worded = worded or (tokens.low(first.end), tokens.low(index - 1)) == ("and", "between")
    last = _clock(tokens, first.end + 1) if worded or tokens.is_dash(first.end) else None
    if last and last.sure and (first.sure or _is_start(tokens, index, last, worded=worded)):
        low = _earlier(first, last.clock) if last.halved else first.clock
        return Found("range", Range(low=low, high=last.clock), "", last.end)
    return Found("time", first.clock, "", first.end) if first.sure else None


def _is_start(tokens: Tokens, index: int, last: _Time, *, worded: bool) -> bool:
    """Return whether a bare hour starts a range: 9-11 a.m., 8 to 10:30."""
    hour = tokens.integer(index, 2) or 0
    return 1 <= hour <= 12 and (last.halved or (worded and hour <= last.clock.hour))


def _earlier(first: _Time, last: Clock) -> Clock:
    """Return the start of a range in the half of the day of its end: 1:30 to 5 p.m. is 13:30.

    It is in the other half if it would be later than the end: 11:30 to 1 p.m.
    """
    if first.halved or first.clock.hour > 12:
        return first.clock
    hour, minute = first.clock.hour % 12, first.clock.minute
    half = 12 if last.hour >= 12 else 0
    if (hour + half, minute) > (last.hour, last.minute):
        half = 12 - half
    return Clock(hour=hour + half, minute=minute)


def read_military(tokens: Tokens, index: int) -> Found | None:
    """Read "0900 hours" and "0900 to 1700 hours"; "at 1400 hours" may be a time or a duration."""
    first, end = _military(tokens, index)
    if first is None:
        return None
    sure = tokens[index].text[0] == "0"
    last, last_end = None, end
    if sure and (tokens.is_dash(end) or tokens.low(end) in JOINS):
        last, last_end = _military(tokens, end + 1)
    if last and tokens.low(last_end - 1) in HOURS:
        return Found("range", Range(low=first, high=last), "", last_end)
    if tokens.low(end - 1) not in HOURS:
        return None
    if sure:
        return Found("time", first, "", end)
    if tokens.low(index - 1) not in ("at", "by", "until"):
        return None
    return Found("measure", int(tokens[index].text), "hour", end, certain=False)


def _military(tokens: Tokens, index: int) -> tuple[Clock | None, int]:
    """Read 0900 and the word "hours" after it, if any."""
    named = tokens.low(index + 1) in HOURS
    return four_digits(tokens[index].text), index + 1 + named


def _dotted_clock(tokens: Tokens, index: int) -> _Time | None:
    """Read 12.41 am, the British notation."""
    hour, _, minute = tokens[index].text.partition(".")
    half = _meridiem(tokens, index + 1) if len(minute) == 2 and minute.isdecimal() else None
    if half is None or not hour.isdecimal() or len(hour) > 2 or not 1 <= int(hour) <= 12:
        return None
    if int(minute) > 59:
        return None
    return _Time(Clock(hour=int(hour) % 12 + half[0], minute=int(minute)), half[1])


def _clock(tokens: Tokens, index: int) -> _Time | None:
    hour, end = tokens.integer(index, 2), index + 1
    if hour is None and tokens.low(index) in ONES and ONES[tokens.low(index)] <= 12:
        hour = ONES[tokens.low(index)]
    if hour is None or hour > 24:
        return None
    minute, sure = 0, False
    mark = tokens[end].text
    if exact_time := read_to_second(tokens, index):
        return _Time(*exact_time, halved=False)
    if mark == ":" and tokens[end].glued and len(tokens[end + 1].text) == 2:
        number = tokens.integer(end + 1, 2)
        if number is None or number > 59 or not tokens[end + 1].glued:
            return None
        minute, end, sure = number, end + 2, True
    if half := _meridiem(tokens, end):
        if hour > 12 or (sure and not hour):
            return _Time(Clock(hour=hour % 24, minute=minute), half[1])
        return _Time(Clock(hour=hour % 12 + half[0], minute=minute), half[1])
    if clock := _o_clock(tokens, end):
        end, sure = clock, True
    halved = False
    if sure and hour <= 12:
        told = hour, end
        hour, end = _day_part(tokens, hour, end)
        halved = (hour, end) != told
    return _Time(Clock(hour=hour % 24, minute=minute), end, sure, halved)


def read_past(tokens: Tokens, index: int) -> Found | None:
    """Read "half past eight", "a quarter to nine", "twenty past six", "ten minutes to nine"."""
    minute, at = _past_minutes(tokens, index)
    if minute is None or tokens.low(at) not in ("past", "to"):
        return None
    to = tokens.low(at) == "to"
    certain = tokens.low(index) in ("half", "quarter") or tokens.low(at - 1) == "minutes" or not to
    if not certain and tokens.low(index - 1) != "at":
        return None  # "ten to twelve people" is a range
    hour, end = _hour(tokens, at + 1)
    if hour is None:
        return None
    after = tokens[end]
    if after.glued and (after.text in ":/%-" or after.is_word):
        return None
    half = _meridiem(tokens, end)
    if half:
        hour, end = hour % 12 + half[0], half[1]
    else:
        clock = _o_clock(tokens, end)
        hour, end = _day_part(tokens, hour, clock or end)
    total = (hour * 60 + (-minute if to else minute)) % (24 * 60)
    start = index - 1 if tokens.low(index - 1) == "a" and tokens.low(index) == "quarter" else None
    return Found("time", Clock(hour=total // 60, minute=total % 60), "", end, start)


def _past_minutes(tokens: Tokens, index: int) -> tuple[int | None, int]:
    low = tokens.low(index)
    if low == "half":
        at = index + 2 if tokens.is_dash(index + 1) else index + 1
        return (30, at) if tokens.low(at) == "past" else (None, index)
    if low == "quarter":
        return 15, index + 1
    number = tokens.integer(index, 2)
    word = (number, index + 1) if number is not None else spelled(tokens, index)
    minute, at = word or (None, index)
    if minute is None or not 0 < minute < 60:
        return None, index
    return minute, at + 1 if tokens.low(at) in ("minutes", "minute") else at


def _hour(tokens: Tokens, index: int) -> tuple[int | None, int]:
    if tokens.low(index) in FIXED:
        return FIXED[tokens.low(index)], index + 1
    hour = tokens.integer(index, 2) or ONES.get(tokens.low(index))
    return (hour if hour and hour <= 12 else None), index + 1


def _o_clock(tokens: Tokens, index: int) -> int | None:
    """Return the index after "o'clock"."""
    mark = tokens[index + 1].text in "'’" and tokens.low(index + 2) == "clock"
    return index + 3 if tokens.low(index) == "o" and mark else None


def _day_part(tokens: Tokens, hour: int, end: int) -> tuple[int, int]:
    """Return the hour in the part of the day that follows, and the index after the part.

    "This evening" and "tonight" are also days, which stay to be read.
    """
    part = tuple(tokens.low(end + i) for i in range(3))
    if part[:2] in (("this", "afternoon"), ("this", "evening")) and hour:
        return hour % 12 + 12, end
    if part[0] == "tonight":
        return hour % 12 + (12 if hour % 12 >= 5 else 0), end
    if part[:2] == ("in", "the") and part[2] in ("morning", "afternoon", "evening"):
        return hour % 12 + (0 if part[2] == "morning" else 12), end + 3
    if part[:2] == ("at", "night"):
        return hour % 12 + (12 if hour % 12 >= 6 else 0), end + 2
    return hour, end


IS = frozenset([("'", "s"), ("’", "s")])
BEFORE_SPELLED = words("at until till by")
AFTER_SPELLED = words(
    "in on this every each and but or for to when where with from today tomorrow yesterday sharp"
)


def read_spelled_clock(tokens: Tokens, index: int) -> Found | None:
    """Read "at five thirty"; not "at five thirty people came"."""
    hour, minutes = ONES[tokens.low(index)], spelled(tokens, index + 1)
    told = tokens.low(index - 1) in BEFORE_SPELLED or _follows_it_is(tokens, index)
    if not told or hour > 12 or minutes is None:
        return None
    minute, end = minutes
    if not 10 <= minute < 60 or NUMERALS.scale(tokens, end)[0] > 1 or tokens.is_dash(end):
        return None
    if AMOUNTS.unit(tokens, end)[1]:
        return None
    half = _meridiem(tokens, end)
    if half:
        return Found("time", Clock(hour=hour % 12 + half[0], minute=minute), "", half[1])
    if tokens[end].is_word and not (tokens[end].is_capital or tokens.low(end) in AFTER_SPELLED):
        return None
    hour, end = _day_part(tokens, hour, end)
    return Found("time", Clock(hour=hour % 24, minute=minute), "", end)


def _follows_it_is(tokens: Tokens, index: int) -> bool:
    before = tokens.low(index - 2), tokens.low(index - 1)
    return before == ("it", "is") or (tokens.low(index - 3) == "it" and before in IS)


def read_fixed_clock(tokens: Tokens, index: int) -> Found | None:
    """Read "at noon", "midday", "midnight"."""
    return Found("time", Clock(hour=FIXED[tokens.low(index)]), "", index + 1)

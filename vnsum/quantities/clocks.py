"""Rules for clock times that both languages write alike."""

from __future__ import annotations

import re

from vnsum.quantities.rules import Found
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Clock, Range

ZONES = words("gmt utc bst est edt pst pdt cet cest")
TIME_OF_DAY = re.compile("(?:[01][0-9]|2[0-3])[0-5][0-9]")


def read_time_of_zone(tokens: Tokens, index: int) -> Found | None:
    """Read "0220 GMT" and "0300 to 1200 UTC"."""
    ends = [tokens[index].text]
    end = index + 1
    if (tokens.low(end) in ("to", "đến") or tokens.is_dash(end)) and tokens[end + 1].is_digits:
        ends, end = [*ends, tokens[end + 1].text], end + 2
    if tokens.low(end) not in ZONES:
        return None
    clocks = [*filter(None, map(four_digits, ends))]
    if len(clocks) < len(ends):
        return None
    if len(clocks) == 1:
        return Found("time", clocks[0], "", end)
    return Found("range", Range(low=clocks[0], high=clocks[1]), "", end)


def four_digits(text: str) -> Clock | None:
    """Return the time that 0930 is, or `None` for other texts."""
    if not TIME_OF_DAY.fullmatch(text):
        return None
    return Clock(hour=int(text[:2]), minute=int(text[2:]))


def read_to_second(tokens: Tokens, index: int) -> tuple[Clock, int] | None:
    """Read 2:07:57, perhaps with spaces; the 2 of "Session 2: 10:15" is a label."""
    parts = [tokens.integer(index + i, 2) for i in (0, 2, 4)]
    marks = tokens[index + 1], tokens[index + 3]
    labelled = tokens[index + 4].glued and not tokens[index + 2].glued
    if any(mark.text != ":" or not mark.glued for mark in marks) or None in parts or labelled:
        return None
    hour, minute, second = (part or 0 for part in parts)
    if hour > 24 or minute > 59 or second > 59:
        return None
    return Clock(hour=hour % 24, minute=minute, second=second), index + 5

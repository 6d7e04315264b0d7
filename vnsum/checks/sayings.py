"""Words that say the sign or the rate of a number: "fell by 5%" is -5%."""

from __future__ import annotations

import re
from typing import NamedTuple

# Vietnamese and English words; none of them is a word of the other language.
_FALLS = re.compile(
    r"\b(?:giảm|sụt|lỗ|âm|trừ|dưới|thấp hơn|mất|hạ|lùi|tụt|suy|ưu đãi|khuyến mãi|chiết khấu|down|"
    r"fell|falls?|fallen|falling|drop\w*|declin\w*|decreas\w*|lower\w*|los[est]\w*|contract\w*|"
    r"shr[aiu]nk\w*|below|off|discount\w*|negative|minus|cuts?|cutting|slump\w*|slid\w*|plung\w*|"
    r"reduc\w*|deficits?|less|worse)\b",
    re.IGNORECASE,
)
_HOURLY = re.compile(r"\b(?:giờ|hour|hourly)\b", re.IGNORECASE)


class Sayings(NamedTuple):
    """What the words of a sentence say about its numbers."""

    falls: bool  # that something is less, or below zero
    hourly: bool  # how much of it an hour


NOTHING_SAID = Sayings(falls=False, hourly=False)


def find_sayings(text: str) -> Sayings:
    """Return what the words of a sentence say.

    >>> find_sayings("Sales fell by 5%."), find_sayings("Mỗi giờ xe đi được 60 km.")
    (Sayings(falls=True, hourly=False), Sayings(falls=False, hourly=True))
    """
    return Sayings(falls=bool(_FALLS.search(text)), hourly=bool(_HOURLY.search(text)))

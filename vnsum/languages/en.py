"""English: word tokenization and proposed sentence ends by rules; needs no library."""

from __future__ import annotations

import re

from vnsum.languages.rules import BoundaryRules, load_rules

# Not from `calendar`, whose names depend on the locale.
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_END = re.compile(r"(?<![.!?…])[.!?…]+(?=[\"'”’»›)\]]{0,3}(?:\s+[^\Wa-z_]|\s*$|\s+[\"“‘'«‹(\[]))")


def rules() -> BoundaryRules:
    """Return the lists of abbreviations and sentence starters of English."""
    return load_rules("en", lower_may_start=False)


def words(text: str) -> list[str]:
    """Return the lower-cased words of `text`; apostrophes and hyphens are parts of words."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def propose_ends(line: str) -> list[int]:
    """Return the offsets after final punctuation before a capital, digit or quotation mark."""
    return [match.end() for match in _END.finditer(line)]

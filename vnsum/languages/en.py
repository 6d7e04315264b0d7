"""English: words and sentence proposals by rule; needs no library."""

from __future__ import annotations

import re

from vnsum.languages.rules import BoundaryRules, load_rules

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_END = re.compile(r"(?<![.!?…])[.!?…]+(?=[\"'”’)\]]{0,3}(?:\s+[^\Wa-z_]|\s*$|\s+[\"“‘'(\[]))")


def rules() -> BoundaryRules:
    """Return the abbreviation and opener lists of English."""
    return load_rules("en", lower_may_start=False)


def words(text: str) -> list[str]:
    """Return the lower-cased words of `text`; apostrophes and hyphens stay inside words."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def propose_ends(line: str) -> list[int]:
    """Return the offsets after closing marks that a capital, a figure or a quote follows."""
    return [match.end() for match in _END.finditer(line)]

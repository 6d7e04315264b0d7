"""Vietnamese: word tokenization and proposed sentence ends by underthesea.

No other module imports underthesea. It is imported inside functions, as that takes seconds.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from vnsum.importing import gc_paused
from vnsum.languages.rules import BoundaryRules, load_rules

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
# underthesea needs quadratic time for long runs of letters and dots, so lines with a longer word
# are split by the rules alone.
LONGEST_WORD = 500
_LONG_RUN = re.compile(rf"\S{{{LONGEST_WORD}}}")
_LETTER = re.compile(r"[^\W_]")


def rules() -> BoundaryRules:
    """Return the lists of abbreviations and sentence starters of Vietnamese."""
    return load_rules("vi", lower_may_start=True)


def words(text: str) -> list[str]:
    """Return the lower-cased words found by underthesea, without punctuation."""
    found = _import_underthesea().word_tokenize(text)
    return [word for word in map(str.lower, found) if _LETTER.search(word)]


def propose_ends(line: str) -> list[int]:
    """Return the offsets at which underthesea ends the sentences of a line."""
    if _LONG_RUN.search(line):
        return []
    ends = []
    position = 0
    for piece in _import_underthesea().sent_tokenize(line):
        position = line.index(piece, position) + len(piece)
        ends.append(position)
    return ends


@functools.cache
def _import_underthesea() -> Any:
    with gc_paused():
        import underthesea
    return underthesea

"""Vietnamese: words and sentence proposals by underthesea, and the lists its rules need.

The only file that imports underthesea, and only inside functions: the import takes seconds.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from vnsum.importing import gc_paused
from vnsum.languages.rules import BoundaryRules, load_rules

# underthesea walks back over letters and dots at every dot, so that a long run of them costs the
# square of its length. No word is this long; such a line is left to the rules.
LONGEST_WORD = 500
_LONG_RUN = re.compile(rf"\S{{{LONGEST_WORD}}}")
_LETTER = re.compile(r"[^\W_]")


def rules() -> BoundaryRules:
    """Return the abbreviation and opener lists of Vietnamese."""
    return load_rules("vi", lower_may_start=True)


def words(text: str) -> list[str]:
    """Return the lower-cased words that underthesea finds, without punctuation."""
    found = _import_underthesea().word_tokenize(text)
    return [word for word in map(str.lower, found) if _LETTER.search(word)]


def propose_ends(line: str) -> list[int]:
    """Return where underthesea ends the sentences of one line, as offsets into it."""
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

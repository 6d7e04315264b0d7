"""Where sentences of one line end: an ordered table of rules over the marks that may close them.

Each rule says `True` (a sentence ends here), `False` (it goes on) or `None` (ask the next);
where none knows, the proposal of the language stands. Linear in the length of the line.
"""

from __future__ import annotations

import re

from vnsum.languages.rules import BoundaryRules

_MARKS = re.compile(r"[.!?…]+")
_CLOSERS = re.compile(r"[\"'”’»)\]]+")


def sentence_ends(line: str, proposed: list[int], rules: BoundaryRules) -> list[int]:
    """Return the offsets at which the sentences of `line` end, the last being its length."""
    votes = set(proposed)
    ends = []
    for match in _MARKS.finditer(line):
        end = match.end()
        if closers := _CLOSERS.match(line, end):
            if line[closers.end() : closers.end() + 1].isspace() and match.end() in votes:
                following = line[closers.end() :][:3].strip()
                if following[:1].isupper():
                    ends.append(closers.end())
            continue
        if end in votes and line[end : end + 1].isspace():
            word = line[max(0, match.start() - 20) : match.start()].split(" ")[-1]
            if word not in rules.never:
                ends.append(end)
    if not ends or ends[-1] < len(line):
        ends.append(len(line))
    return ends

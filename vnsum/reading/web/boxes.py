"""Boxes within the lines of a page, and words of its sentences that are named as one."""

from __future__ import annotations

import re
from typing import Any

from vnsum.reading.web.containers import is_label
from vnsum.reading.web.prose import CLOSING

NEEDING = (",", ".", ";", ":", "!", "?", "…", ")", "”", "%")  # a word right before them
HYPHENS = ("-", "–")  # within words and ranges, without spaces
ONLY_OPENING = ("“", "„", "«", "‘")
OPENING = ('"', *ONLY_OPENING)

# Names of elements that may be no words of a sentence: advertising, and what is shown when it is
# asked for, rather than the words or the link that ask for it.
_ADVERTISING = re.compile(
    r"quang-?cao|(?:^|[^a-z])(?:ads?|adv|advert[a-z]{0,10}|banner|promo[a-z]{0,10})(?:$|[^a-z])"
)
_ASKED_FOR = re.compile(
    r"popup|modal|(?:^|[^a-z])(?:caption|login|newsletter|subscribe)(?:$|[^a-z])"
)
_ASKING = re.compile(r"(?:^|[^a-z])(?:link|term|toggle|trigger)(?:$|[^a-z])")


def is_box(element: Any) -> bool:
    """Return whether the name of an element says that it may be no words of a sentence."""
    names = " ".join(element.get(name, "") for name in ("class", "id", "data-role")).lower()
    if _ADVERTISING.search(names):
        return True
    is_asking = "href" in element.attrib or _ASKING.search(names) is not None
    return _ASKED_FOR.search(names) is not None and (not is_asking or is_label(element))


def is_needed(before: str, after: str, element: Any) -> bool:
    """Return whether what is beside an element is no sentence without it, or goes on with it.

    A box within a sentence has a capital letter, as has the first word of a line.
    """
    first = next(filter(None, map(str.lstrip, element.itertext())), "")[:1]
    is_apart = not before or before[-1].isspace() or before.endswith((*OPENING, "(", *HYPHENS))
    if element.tag == "button" or not is_apart or is_label(element):
        return False
    following = after.lstrip()[:1]
    if not before.strip():
        return first.isupper() and following.islower()
    if not goes_on(before):
        return False
    if after.startswith((*NEEDING, *HYPHENS)):
        return not (first.isupper() and before.endswith("("))
    is_small = first.islower() or first.isdigit() or first in OPENING
    is_followed = following.islower() or following.isdigit()
    return is_small and is_followed and not before.rstrip()[-1:].isupper()


def goes_on(before: str) -> bool:
    """Return whether a text does not end as a sentence or a label does."""
    last = before.rstrip().rstrip(CLOSING)[-1:]
    return last.isalnum() or last in (",", ";", "(", "“", "‘", "%") or before.endswith(HYPHENS)

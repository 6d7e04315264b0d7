"""Words beside a name that tell whether it is that of a relative or of the holder of an office."""

from __future__ import annotations

import functools
import re

from vnsum.names.words import WORDS

# Words between such a word and the name after it.
RELATIVE_REACH, OFFICE_REACH = 3, 6


def is_relative(before: str, after: str, lang: str) -> bool:
    """Return whether the texts around a name say that it is the name of a relative.

    >>> is_relative("cùng con gái ", " đến thăm.", "vi"), is_relative("", ", vợ ông,", "vi")
    (True, True)
    """
    return _is_beside(WORDS[lang].relatives, RELATIVE_REACH, before, after)


def has_office(before: str, after: str, lang: str) -> bool:
    """Return whether an office stands a few words before a name or behind a comma after it.

    >>> has_office("cố vấn an ninh nhà trắng ", " đến.", "vi"), has_office("", " đến.", "vi")
    (True, False)
    """
    return _is_beside(_list_offices(lang), OFFICE_REACH, before, after)


def _is_beside(phrases: tuple[str, ...], reach: int, before: str, after: str) -> bool:
    return bool(_before(phrases, reach).search(before) or _behind(phrases).match(after.lower()))


@functools.cache
def _list_offices(lang: str) -> tuple[str, ...]:
    rules = WORDS[lang]
    offices = {*rules.professions, *map(" ".join, rules.office_words)}
    return tuple(sorted(offices.difference(rules.relatives)))


@functools.cache
def _before(phrases: tuple[str, ...], reach: int) -> re.Pattern[str]:
    """Return a pattern of a phrase and up to `reach` other words at the end of a text.

    The last of them is not "của": con gái của Trump.
    """
    joins = r"(?!(?:và|cùng|với|and|with)\b|(?:của|of) $)"
    return re.compile(rf"\b(?:{'|'.join(phrases)})(?:,? {joins}\w+){{0,{reach}}},? $")


@functools.cache
def _behind(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of a phrase after a comma, a dash, a bracket or "là"."""
    return re.compile(
        r"(?:,| [-–—]| \(|,? là|,? is) ?(?:(?:cựu|người|cô|the|his|her|former) )?"
        rf"(?:{'|'.join(phrases)})\b"
    )

"""English plural and singular forms by spelling rules, without irregular words."""

from __future__ import annotations

import itertools
import re

HISSING = ("s", "x", "z", "ch", "sh")
NO_PLURALS = ("ss", "us", "is")
LINKS = frozenset(["of", "for", "in", "on", "at", "to"])  # the word before them is inflected
SHORTEST_PLURAL = 4  # "gas" and "bus" are not plurals
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def inflect(form: str) -> tuple[str, ...]:
    """Return the form and its plural or singular.

    >>> inflect("trade agreement"), inflect("member of parliament")[1]
    (('trade agreement', 'trade agreements'), 'members of parliament')
    """
    words = list(WORD.finditer(form))
    if not words:
        return (form,)
    head = words[-1]
    for before, word in itertools.pairwise(words):
        if word.group() in LINKS:
            head = before
            break
    others = (_write_plural(head.group()), _write_singular(head.group()))
    changed = [form[: head.start()] + other + form[head.end() :] for other in others if other]
    return tuple(dict.fromkeys([form, *changed]))


def _write_plural(word: str) -> str:
    """Return the plural of `word`, or "" if it looks like a plural already."""
    if word.endswith("s") and not word.endswith(NO_PLURALS):
        return ""
    if word.endswith("is"):
        return word[:-2] + "es"
    if word.endswith(HISSING):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + "s"


def _write_singular(word: str) -> str:
    """Return the singular of `word`, or "" if it does not look like a plural or is a name."""
    if len(word) < SHORTEST_PLURAL or not word.islower() or not word.endswith("s"):
        return ""
    if word.endswith(NO_PLURALS):
        return ""
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word[:-2].endswith(HISSING) else word[:-1]

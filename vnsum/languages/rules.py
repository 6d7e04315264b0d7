"""What a language tells the sentence splitter: abbreviations and words that open sentences.

Loads the word lists in `data/`; decides nothing itself.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryRules:
    """Word lists of one language, in the letters they are written with, without the last dot.

    `never` are abbreviations that always want a following word (`TP`, `Dr`), `before_number`
    those that want one only before a figure (`tr`, `No`), `maybe` those that may end a sentence
    (`v.v`, `Inc`), `starters` words that open sentences, `letter_nouns` words after which a
    single letter is a name of its own (`vitamin C`), `speech` verbs of reporting, `numbered`
    words that head a numbered part (`Điều 5.`).
    """

    never: frozenset[str]
    before_number: frozenset[str]
    maybe: frozenset[str]
    starters: frozenset[str]
    letter_nouns: frozenset[str]
    speech: frozenset[str]
    numbered: frozenset[str]
    lower_may_start: bool


@functools.cache
def load_rules(lang: str, *, lower_may_start: bool) -> BoundaryRules:
    """Return the rules of `lang` from `data/abbreviations.txt` and `data/boundary_words.txt`."""
    abbreviations = _rows("abbreviations.txt", lang)
    boundary = _rows("boundary_words.txt", lang)
    return BoundaryRules(
        never=abbreviations["never"],
        before_number=abbreviations["before_number"],
        maybe=abbreviations["maybe"],
        starters=boundary["starter"],
        letter_nouns=boundary["letter_noun"],
        speech=boundary["speech"],
        numbered=boundary["numbered"],
        lower_may_start=lower_may_start,
    )


def _rows(name: str, lang: str) -> dict[str, frozenset[str]]:
    """Read lines `lang<TAB>class<TAB>words separated by commas`; `#` starts a comment."""
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        row_lang, kind, words = line.split("\t")
        if row_lang == lang:
            found.setdefault(kind, set()).update(word.strip() for word in words.split(","))
    return {kind: frozenset(words) for kind, words in found.items()}

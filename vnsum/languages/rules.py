"""What a language tells the sentence splitter: abbreviations and words that open sentences.

Loads the word lists in `data/`; decides nothing itself.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryRules:
    """Word lists of one language, in the letters they are written with, without the last dot.

    `never` are abbreviations that always want a following word (`TP`, `Dr`), `before_number`
    those that want one only before a figure (`tr`, `No`), `maybe` those that may end a sentence
    before an opener (`Inc`) and `closing` those among them that end it before any capital (`v.v`).
    `starters` open sentences, after `letter_nouns` a single letter is a name of its own
    (`vitamin C`), after `before_initial` it begins a name (`của A. Einstein`), `place_letters`
    shorten places after `before_place` (`ở P. Bến Nghé`), `speech` are verbs of reporting and
    `numbered` heads of numbered parts (`Điều 5.`). `lower_may_start` says whether a small letter
    may open a sentence.
    """

    never: frozenset[str]
    before_number: frozenset[str]
    maybe: frozenset[str]
    closing: frozenset[str]
    starters: frozenset[str]
    letter_nouns: frozenset[str]
    before_initial: frozenset[str]
    place_letters: frozenset[str]
    before_place: frozenset[str]
    speech: frozenset[str]
    numbered: frozenset[str]
    lower_may_start: bool


@functools.cache
def load_rules(lang: str, *, lower_may_start: bool) -> BoundaryRules:
    """Return the rules of `lang` from `data/abbreviations.txt` and `data/boundary_words.txt`."""
    abbreviations = word_classes("abbreviations.txt", lang)
    boundary = word_classes("boundary_words.txt", lang)
    return BoundaryRules(
        never=abbreviations["never"],
        before_number=abbreviations["before_number"],
        maybe=abbreviations["maybe"] | abbreviations["closing"],
        closing=abbreviations["closing"],
        starters=boundary["starter"],
        letter_nouns=boundary["letter_noun"],
        before_initial=boundary["before_initial"],
        place_letters=boundary["place_letter"],
        before_place=boundary["before_place"],
        speech=boundary["speech"],
        numbered=boundary["numbered"],
        lower_may_start=lower_may_start,
    )


@functools.cache
def word_classes(name: str, lang: str) -> dict[str, frozenset[str]]:
    """Return the words of one language by class; a line is `lang<TAB>class<TAB>word,word,...`."""
    text = (resources.files(__package__) / "data" / name).read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        row_lang, kind, words = line.split("\t")
        if row_lang == lang:
            found.setdefault(kind, set()).update(word.strip() for word in words.split(","))
    return {kind: frozenset(words) for kind, words in found.items()}


@functools.cache
def conjunctions(lang: str) -> re.Pattern[str]:
    """Return a pattern that matches the empty place before the conjunctions of `lang`."""
    words = word_classes("boundary_words.txt", lang)["conjunction"]
    choices = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?=\s(?:{choices})\s)")

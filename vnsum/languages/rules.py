"""Word lists for sentence segmentation: abbreviations, sentence starters and others, in `data/`."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryRules:
    """Case-sensitive word lists of one language; abbreviations lack their last dot.

    Abbreviations: `never` never end a sentence (`Dr`), `before_number` do not end one before a
    number (`tr`, `No`), `maybe` may end one before a sentence starter (`Inc`), and `closing` are
    those of `maybe` that end one before any capital (`v.v`). `places` end one before a starter and
    a lower-case word (`TP`), `acronyms` everywhere but as its first word (`CLB`) and between a word
    of `before_place` and a name. `starters` often start sentences.
    A single letter is not an initial after `letter_nouns` (`vitamin C`), and is one after
    `before_initial` (`của A. Einstein`); `place_letters` abbreviate places after `before_place`
    (`ở P. Bến Nghé`), small ones before any name of two words (`đ. Lê Lợi`). `speech` are verbs of
    reporting, `numbered` the nouns of numbered parts (`Điều 5.`). `lower_may_start` says whether a
    sentence may start with a small letter.
    """

    never: frozenset[str]
    before_number: frozenset[str]
    maybe: frozenset[str]
    closing: frozenset[str]
    places: frozenset[str]
    acronyms: frozenset[str]
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
        places=abbreviations.get("place", frozenset()),
        acronyms=abbreviations.get("acronym", frozenset()),
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
    """Return a pattern that matches the empty string before conjunctions of `lang`."""
    words = word_classes("boundary_words.txt", lang)["conjunction"]
    choices = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?=\s(?:{choices})\s)")

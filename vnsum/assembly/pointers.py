"""Finding pronouns and other words that refer to people or to earlier sentences."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from vnsum.assembly.quotations import any_of
from vnsum.names.words import ReferenceWords

LONGEST_OPENING = 60  # characters before the first comma
_OPENING_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,4}")
_WORD = re.compile(r"\S+")
_CLOCK = re.compile(r"\d{1,2}(?:[hg:]\d{0,2})?", re.IGNORECASE)
_DATE = re.compile(r" (?:\(?\d|của |với )")
_AFTER_QUOTATION = re.compile(r"[\"”],?(?: [-–—])? ")


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pronoun in a sentence: its span, the titles of its antecedents, and the title to keep."""

    start: int
    end: int
    titles: frozenset[str]
    kept: str


def find_pronoun(text: str, start: int, rules: ReferenceWords) -> Pointer | None:
    """Return the pronoun at the start of a sentence, an attribution, or after a first comma."""
    match = opening_pattern((rules.according,), comma=False).match(text, start)
    places = [match.end() if match else start]
    if not match and (comma := text.find(", ", start, start + LONGEST_OPENING)) > 0:
        opening = text[start:comma]
        if not any(quote in opening for quote in "\"“”'‘") and opening[1:].islower():
            places.append(comma + 2)
    for place in places:
        if pointer := _read_pronoun(text, place, rules):
            return pointer
    return None


def find_speaker(text: str, rules: ReferenceWords) -> Pointer | None:
    """Return the pronoun of the attribution after a quotation, as in `"…", ông nói`."""
    for match in _AFTER_QUOTATION.finditer(text):
        pointer = _read_pronoun(text, match.end(), rules)
        if pointer and any_of(rules.speech).match(text, pointer.end + 1):
            return pointer
    return None


def _read_pronoun(text: str, place: int, rules: ReferenceWords) -> Pointer | None:
    match = any_of(tuple(rules.roles)).match(text, place)
    if match is not None:
        titles, kept = rules.roles[match[0].lower()], match[0]
    else:
        match = _pronoun(tuple(rules.pronouns), tuple(rules.demonstratives)).match(text, place)
        if match is None:
            return None
        titles, kept = rules.pronouns[match[1].lower()], match[1] if rules.keeps_title else ""
    after = first_word(text[match.end() :])
    if after[:1].isupper() or (match[0].lower() == kept.lower() and after in rules.not_alone):
        return None
    return Pointer(match.start(), match.end(), titles, kept)


def first_word(text: str) -> str:
    """Return the first word of `text` without punctuation."""
    return text.lstrip(" ").split(" ", 1)[0].strip(".,;:!?”\"'")


def find_pointing(text: str, start: int, rules: ReferenceWords) -> tuple[int, int] | None:
    """Return the span of an opening such as "Động thái này", or of "yêu cầu nói trên"."""
    match = any_of(rules.plurals + rules.demonstrations).match(text, start)
    if match and first_word(text[match.end() :]) not in rules.not_alone:
        return match.span()
    match = _OPENING_WORDS.match(text, start)
    words = match[0].split(" ") if match else []
    low = [word.lower() for word in words]
    for count in range(1, len(words)):
        if words[count] in rules.pointing and rules.times.isdisjoint(low[:count]):
            return start, start + len(" ".join(words[: count + 1]))
        if not words[count].islower():
            break
    above = any_of(rules.above).search(text, start)
    return above.span() if above else None


def find_time(
    text: str, start: int, rules: ReferenceWords, *, first: bool
) -> tuple[int, int] | None:
    """Return the span of an opening such as "Sau đó", for the `first` sentence, or "cùng ngày".

    Before "cùng ngày" there is no more than the time of day.
    """
    match = opening_pattern(rules.points_in_time, comma=False).match(text, start)
    if match and first:
        return start, len(match[0].rstrip()) + start
    same_day = any_of(rules.same_day)
    for word in _WORD.finditer(text, start, start + LONGEST_OPENING):
        if match := same_day.match(text, word.start()):
            return None if _DATE.match(text, match.end()) else match.span()
        if word[0].lower() not in rules.clock and not _CLOCK.fullmatch(word[0]):
            return None
    return None


@functools.cache
def _pronoun(pronouns: tuple[str, ...], demonstratives: tuple[str, ...]) -> re.Pattern[str]:
    these = "|".join(demonstratives) or r"(?!)"
    return re.compile(rf"({'|'.join(pronouns)})(?: (?:{these}))?\b", re.IGNORECASE)


@functools.cache
def opening_pattern(phrases: tuple[str, ...], *, comma: bool) -> re.Pattern[str]:
    """Return a pattern of the phrases, with their comma or without one, before a word or quote."""
    choices = "|".join(map(re.escape, phrases)) or r"(?!)"
    return re.compile(rf"(?:{choices}){',' if comma else ''} +(?=[\w\"“])", re.IGNORECASE)

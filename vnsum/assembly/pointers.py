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
_AFTER_QUOTATION = re.compile(r"(?:[\"”»],?|[’'],|(?<=[.,!?…])[’'])(?: [-–—])? ")


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
        if not any(quote in opening for quote in "\"“”'‘«»") and opening[1:].islower():
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
        titles, kept = rules.roles.get(match[0].lower()), match[0]
    else:
        match = _pronoun(tuple(rules.pronouns), tuple(rules.demonstratives)).match(text, place)
        if match is None:
            return None
        titles, kept = rules.pronouns.get(match[1].lower()), match[1] if rules.keeps_title else ""
    if titles is None:  # a letter that is equal to one of the word only without case: ſhe
        return None
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
    if found := find_this(text, start, rules):
        return found
    above = any_of(rules.above).search(text, start)
    above = above or _before_comma(rules.above_at_start).search(
        text, start, start + LONGEST_OPENING
    )
    return above.span() if above else None


def find_this(text: str, start: int, rules: ReferenceWords) -> tuple[int, int] | None:
    """Return the span of an opening of up to five words such as "Động thái này"."""
    match = _OPENING_WORDS.match(text, start)
    words = match[0].split(" ") if match else []
    low = [word.lower() for word in words]
    for count in range(1, len(words)):
        if words[count] in rules.pointing and rules.times.isdisjoint(low[:count]):
            return start, start + len(" ".join(words[: count + 1]))
        if not words[count].islower():
            break
    return None


def find_distant(
    text: str, start: int, rules: ReferenceWords, *, known: str
) -> tuple[int, int] | None:
    """Return the span of a longer opening that ends in "này", or of "dự án này" after a speaker.

    Nothing is returned if the noun is also in `known` or earlier in the sentence.
    """
    speech = any_of(rules.speech).search(text, start, start + LONGEST_OPENING)
    found = speech and any_of(rules.reported).match(text, speech.end() + 1)
    match = found or _distant(rules.pointing).match(text, start)
    if match is None:
        return None
    first, *middle, noun, pointing = match[0].split(" ")
    same = any_of((noun,))
    if (
        not " ".join((*middle, noun)).islower()
        or noun in rules.fixed
        or not rules.times.isdisjoint((first.lower(), *middle, noun))
        or same.search(known)
    ):
        return None
    return None if same.search(text, 0, match.end() - len(f"{noun} {pointing}")) else match.span()


def find_time(
    text: str, start: int, rules: ReferenceWords, *, first: bool
) -> tuple[int, int] | None:
    """Return the span of "Sau đó" or "Ba ngày sau" in the `first` sentence, or of "cùng ngày".

    Before "cùng ngày" there is no more than the time of day.
    """
    match = opening_pattern(rules.points_in_time, comma=False).match(text, start)
    if match is None and (moment := opening_pattern(rules.moments, comma=False).match(text, start)):
        match = None if first_word(text[moment.end() :]) in rules.present else moment
    match = match or _counted(rules.counts, rules.later).match(text, start)
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
def _distant(pointing: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern of seven to thirteen words of which the last is in `pointing`."""
    last = _choices(tuple(sorted(pointing)))
    return re.compile(rf"[^\W\d_]+(?: [^\W\d_]+){{5,11}}? (?:{last})\b")


@functools.cache
def _before_comma(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_choices(phrases)})(?=,)", re.IGNORECASE)


@functools.cache
def _counted(counts: tuple[str, ...], phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of the phrases after a number in digits or words, and before a comma."""
    number = "|".join((r"\d{1,3}", *counts))
    return re.compile(rf"(?:(?:{number}) ){{1,3}}(?:{_choices(phrases)})(?=,)", re.IGNORECASE)


def _choices(phrases: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, phrases)) or r"(?!)"


@functools.cache
def _pronoun(pronouns: tuple[str, ...], demonstratives: tuple[str, ...]) -> re.Pattern[str]:
    these = "|".join(demonstratives) or r"(?!)"
    return re.compile(rf"({'|'.join(pronouns)})(?: (?:{these}))?\b", re.IGNORECASE)


@functools.cache
def opening_pattern(phrases: tuple[str, ...], *, comma: bool) -> re.Pattern[str]:
    """Return a pattern of the phrases, with their comma or without one, before a word or quote."""
    return re.compile(
        rf"(?:{_choices(phrases)}){',' if comma else ''} +(?=[\w\"“«‘'])", re.IGNORECASE
    )

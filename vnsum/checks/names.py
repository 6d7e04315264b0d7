"""Comparing the names of a Vietnamese and an English sentence.

A name counts as translated if the other side has a form of it from the table of names (Tập Cận
Bình, Xi Jinping), a similar spelling (foreign names), or its spelling without diacritics
(Vietnamese names). Anything else is not judged, so findings are warnings, except that a Vietnamese
person with another given name is an error. Translations may say "the country" or "he" for a name
that the context tells.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vnsum.checks.name_exceptions import has_chinese_names, is_told, leave_understood, pair_sides
from vnsum.checks.name_subjects import find_exchanged_subjects
from vnsum.checks.sides import Side, arrange, describe_change
from vnsum.languages.en import MONTHS, WEEKDAYS
from vnsum.names.persons import find_other_persons, find_similar, is_vietnamese_person
from vnsum.names.recognition import (
    Name,
    is_headline,
    is_vietnamese,
    names_in_en,
    names_in_vi,
)
from vnsum.names.table import look_up_forms, plain, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import Finding, Severity, Span

PLACES = ("country", "city", "province")
# English forms in the table that are also common words, or forms of several names.
VAGUE = words(
    "us washington korea korean americans polish pole poles turkey china roman romans la hue"
    " seoul pyongyang arab english british dane swede finn turks turk mongol thai lao malay"
    " holland congo german georgia chile jordan soviet hispanic hispanics usa uk indian turkish"
    " vietnam vietnamese"
)
PARTS = re.compile("[A-Z][a-z]+")
DATE_WORDS = frozenset(map(str.lower, (*MONTHS, *WEEKDAYS)))
MOST_MISSPELLED = 20  # names of a sentence; each is compared with all English words
SIMILAR = 0.72
MANY = 100
LONGEST_WORD = 60  # characters; comparing two words takes quadratic time


@dataclass(frozen=True, slots=True)
class _English:
    """The English side: rows of the table, all words, and capitalized words."""

    rows: set[int]
    words: set[str]
    names: set[str]
    spaced: set[str]  # parts of iPhone and PureView, and joined words: Goo gle


def compare_names(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning for every name that only one side has."""
    vi, en = arrange(old, old.tokens, new.tokens)
    if is_headline(vi) or not is_vietnamese(vi):
        return []
    rows = tables()[1].every(look_up_forms(en))
    there = _English(rows, _words(en), _words(en, capital=True), _respace(en))
    names = [*names_in_vi(vi)]
    people = [name for name in names if is_vietnamese_person(name)]
    exchanged = find_other_persons(people, en)
    done = {name.span for name, _ in exchanged}
    misspelled = _find_misspelled(names, vi, en, there)
    changes: list[tuple[Span, Span, Severity]] = [
        *((name.span, place, "error") for name, place in exchanged),
        *((name.span, place, "warning") for name, place in misspelled if name.span not in done),
    ]
    findings = [
        describe_change(old, new, arrange(old, *spans), kind="name", severity=severity, noun="name")
        for *spans, severity in changes
    ]
    absent = {name.span.start: name for name in names if not _is_in_en(name, there)}
    both = pair_sides(vi, en, names, absent)
    vi_only = [
        name for name in absent.values() if name.span not in done and not is_told(name, both, "en")
    ]
    en_only = list(_names_only_in_en(en, vi, names))
    if not vi_only:
        en_only = [name for name in en_only if not is_told(name, both, "vi")]
    if not en_only and not _has_unknown_name(en, vi):  # otherwise one may have replaced it
        vi_only = leave_understood(vi_only, vi, en, chinese=has_chinese_names(names))
    if not (vi_only and en_only) and (subjects := find_exchanged_subjects(vi, en)):
        for subject, only in zip(subjects, (vi_only, en_only), strict=True):
            if not any(name.span == subject.span for name in only):
                only.append(subject)
    missing, added = arrange(old, vi_only, en_only)
    return findings + _findings(missing, added)


def _find_misspelled(
    names: Sequence[Name], vi: Tokens, en: Tokens, there: _English
) -> Iterator[tuple[Name, Span]]:
    """Yield Vietnamese names of which English has most words, with the place: Buong Ma Thuot."""
    likely = (name for name in names if _is_nearly_in_en(name, there))
    for name in itertools.islice(likely, MOST_MISSPELLED):
        if place := find_similar(name, vi, en):
            yield name, place


def _is_nearly_in_en(name: Name, there: _English) -> bool:
    spelled = [plain(word) for word in name.text.lower().split()]
    written = there.words.issuperset(spelled) or "".join(spelled) in there.words
    if name.foreign or written or name.rows & there.rows or len(spelled) < 2:
        return False
    return _is_in_en(name, there)


def _has_unknown_name(en: Tokens, vi: Tokens) -> bool:
    """Return whether a single word of the English text may be a name that the source lacks.

    Several capitalized words in a row are rather a title such as National Assembly.
    """
    own, keys = _words(vi), look_up_forms(en)
    return any(
        token.is_word
        and token.is_capital
        and not token.text.isupper()
        and not en.starts_sentence(index)
        and not (en[index - 1].is_capital or en[index + 1].is_capital)
        and token.low not in DATE_WORDS
        and plain(token.low) not in own
        and not tables()[1].longest(keys, index)
        for index, token in enumerate(en.items)
    )


def _words(tokens: Tokens, *, capital: bool = False) -> set[str]:
    found = (token for token in tokens.items if token.is_word)
    return {plain(token.low) for token in found if token.is_capital or not capital}


def _respace(en: Tokens) -> set[str]:
    """Return the words of names that are written with other spaces than in the source."""
    words = [token.text for token in en.items if token.is_word]
    parts = {part for word in words for part in PARTS.findall(word) if part != word}
    pairs = {a + b for a, b in itertools.pairwise(words) if a[0].isupper()}
    return {plain(text.lower()) for text in parts | pairs}


def _is_in_en(name: Name, there: _English) -> bool:
    rows = name.rows or _rows_in_en(name) or _rows_of_end(name)
    spelled = [plain(token.low) for token in Tokens(name.text).items if token.is_word]
    if rows & there.rows or (name.foreign and there.spaced.issuperset(spelled)):
        return True
    found = [word for word in spelled if word in there.words]
    if len(spelled) > 1:
        joined = "".join(spelled)
        given = is_vietnamese_person(name) and spelled[-1] in there.words
        return given or joined in there.words or 2 * len(found) > len(spelled)
    if found or there.words & {spelled[0] + "s", spelled[0] + "es"}:
        return True
    return name.foreign and _is_similar(spelled[0], there.names)


def _rows_in_en(name: Name) -> frozenset[int]:
    """Return the rows of a name that a Vietnamese text spells as in English: Philippines."""
    tokens = Tokens(name.text)
    found = tables()[1].longest(look_up_forms(tokens), 0) if name.foreign else None
    return found[1] if found and found[0] == len(tokens) else frozenset()


def _rows_of_end(name: Name) -> frozenset[int]:
    """Return the rows of the name that a longer one ends with: Tây Bắc Cam Túc."""
    tokens = Tokens(name.text)
    keys, count = look_up_forms(tokens), len(tokens)
    for index in range(1, count - 1):
        found = tables()[0].longest(keys, index)
        if found and index + found[0] == count:
            return found[1]
    return frozenset()


def _is_similar(word: str, others: set[str]) -> bool:
    """Return whether a foreign name occurs in another inflection or transcription."""
    # Comparing all pairs would take quadratic time.
    if len(others) > MANY or len(word) > LONGEST_WORD:
        return False
    for other in others:
        if not 3 <= len(other) <= LONGEST_WORD or (other[0] != word[0] and other[-1] != word[-1]):
            continue
        if other[:4] == word[:4] and len(word) > 4:
            return True
        if difflib.SequenceMatcher(None, word, other, autojunk=False).ratio() >= SIMILAR:
            return True
    return False


def _names_only_in_en(en: Tokens, vi: Tokens, names: Iterable[Name]) -> Iterator[Name]:
    vi_table, _, table = tables()
    keys, own = look_up_forms(vi), _words(vi) | _hyphenated(vi)
    present = vi_table.every(keys) | tables()[1].every(keys)  # Philippines is spelled alike
    present |= {row for name in names for row in name.rows}
    for name in names_in_en(en):
        tokens = Tokens(name.text)
        spelled = [plain(token.low) for token in tokens.items if token.is_word]
        certain = "".join(spelled) not in VAGUE
        certain = certain and all(table[row].kind in PLACES for row in name.rows)
        known = name.rows & present or all(word in own for word in spelled)
        if certain and not known and not any(_is_similar(word, own) for word in spelled):
            yield name


def _hyphenated(tokens: Tokens) -> set[str]:
    """Return the words with hyphens, without them: Am-xtéc-đam is "amxtecdam"."""
    found: list[str] = []
    for index, token in enumerate(tokens.items):
        joined = tokens.is_dash(index - 1) and token.glued and tokens[index - 1].glued
        if token.is_word and joined and found:
            found[-1] += plain(token.low)
        elif token.is_word:
            found.append(plain(token.low))
    return set(found)


def _findings(missing: Sequence[Name], added: Sequence[Name]) -> list[Finding]:
    became = 'The name "{}" of the source seems to have become "{}".'
    if len(missing) == len(added):
        return [
            _warn(became.format(old.text, new.text), old, new)
            for old, new in zip(missing, added, strict=True)
        ]
    # Which of them became another is not known.
    lost = 'The name "{}" of the source was not found in the translation.'
    new = 'The name "{}" of the translation was not found in the source.'
    return [
        *(_warn(lost.format(name.text), name, None) for name in missing),
        *(_warn(new.format(name.text), None, name) for name in added),
    ]


def _warn(message: str, source: Name | None, target: Name | None) -> Finding:
    return Finding(
        kind="name",
        severity="warning",
        message=message,
        source=source.span if source else None,
        target=target.span if target else None,
    )

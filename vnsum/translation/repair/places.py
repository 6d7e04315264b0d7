"""The diacritics of Vietnamese places that a Vietnamese translation has as in English."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from vnsum.glossary import Glossary
from vnsum.names.table import (
    drop_diacritics,
    look_up_forms,
    may_be_syllable,
    tables,
)
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import CheckedText, Span
from vnsum.translation.repair.changes import Change, apply_changes

KINDS = ("city", "province", "region")  # of the table of names
CUES = words("ở tại tỉnh phố đến tới từ về gần qua sang huyện đảo vịnh")  # before a place
LINKS = ([","], ["và"], [",", "và"], [";"])  # words between the places of a list
LONGEST_LINK = 2
MARKS = ("#", "@", "/", "-", "_")  # within addresses and names of files


def mark_places(text: str, translation: CheckedText, *, glossary: Glossary) -> CheckedText:
    """Return the Vietnamese translation of `text` with the diacritics of the places in the table.

    Terms of the glossary are not changed, nor a name that may be part of another one. Two syllables
    may be a person, such as Thai Nguyen, unless a word beside them tells a place in one of the
    texts, or they follow a place in a list.

    >>> done = CheckedText(text="Mưa to ở Lao Cai và Hanoi.")
    >>> mark_places("Heavy rain in Lao Cai and Hanoi.", done, glossary=Glossary()).text
    'Mưa to ở Lào Cai và Hà Nội.'
    """
    terms = {
        form for mention in glossary.find(text, lang="en") for form in mention.term.forms("vi")
    }
    changes = []
    for span, new in _find(translation.text, text):
        old = translation.text[span.start : span.end]
        if not any(old in term for term in terms):
            message = f'"{old}" was changed to "{new}".'
            changes.append(Change(span, new, "term", message))
    return apply_changes(translation, changes)


def _find(written: str, text: str) -> Iterator[tuple[Span, str]]:
    """Yield the places of `text` without diacritics, and how they are written in Vietnamese."""
    tokens = Tokens(written)
    keys = look_up_forms(tokens)
    index = listed = 0  # `listed` is the end of the last place

    @functools.cache
    def read(name: str, rows: frozenset[int]) -> tuple[list[str], bool]:
        """Return the forms of a name of the English text, and whether that says it is a place."""
        return (_mark(name, rows), _is_told(name, text)) if name in text else ([], False)

    while index < len(tokens):
        vi, en = (table.longest(keys, index) for table in tables()[:2])
        if not tokens[index].is_capital or not (vi or en):
            index += 1
            continue
        count, rows = vi or en or (1, frozenset())
        end = index + count
        is_place = all(tables()[2][row].kind in KINDS for row in rows)
        span = Span(start=tokens[index].start, end=tokens[end - 1].end)
        if is_place and not vi:
            forms, told = read(written[span.start : span.end], rows)
            known = told or count == 1 or tokens.low(index - 1) in CUES
            known = known or _follows(tokens, index, listed)
            is_place = len(forms) == 1 and known and _stands_alone(tokens, index, end)
            if is_place:
                yield span, forms[0]
        listed = end if is_place else listed
        index = end


def _is_told(name: str, text: str) -> bool:
    """Return whether the English text says that a name is that of a place: in Lao Cai."""
    kinds = "(?:province|city|district|island|town|bay)"
    return any(
        re.search(pattern, text, re.IGNORECASE)
        for pattern in (
            rf"\b(?:in|near|around|outside|off|{kinds}(?: of)?|coast of) {name}\b",
            rf"\b{name},? {kinds}\b",
            rf"\b{name}, an? (?:\w+ ){{0,4}}{kinds}\b",
        )
    )


def _follows(tokens: Tokens, index: int, listed: int) -> bool:
    """Return whether a comma or "và" joins a name to a place that ends at `listed`."""
    if not listed or index > listed + LONGEST_LINK:
        return False
    return [tokens.low(at) for at in range(listed, index)] in LINKS


def _mark(name: str, rows: frozenset[int]) -> list[str]:
    """Return the Vietnamese forms of a place that have the letters of `name`, and diacritics.

    A single syllable may be another word: Lao is a country in English, but "lao động" is labour.
    """
    if may_be_syllable(name.lower()):
        return []
    letters = name.replace(" ", "").lower()
    places = [tables()[2][row] for row in rows]
    forms = {form for place in places if name in place.en for form in place.vi}
    return [f for f in forms if drop_diacritics(f).replace(" ", "").lower() == letters]


def _stands_alone(tokens: Tokens, index: int, end: int) -> bool:
    """Return whether a name is not part of that of a newspaper and so on, nor of an address."""
    before, after, text = tokens[index - 1], tokens[end], tokens.text
    start, stop = tokens[index].start, tokens[end - 1].end
    joined = text[max(0, start - 1) : start] in MARKS or text[stop : stop + 1] in MARKS
    dotted = text[stop : stop + 1] == "." and text[stop + 1 : stop + 2].isalnum()
    if joined or dotted or after.is_capital:
        return False
    return not before.is_capital or tokens.starts_sentence(index - 1)  # Ở Lao Cai

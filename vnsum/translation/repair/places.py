"""The diacritics of Vietnamese places that a Vietnamese translation has as in English."""

from __future__ import annotations

from collections.abc import Iterator

from vnsum.glossary import Glossary
from vnsum.names.recognition import PERSON_CUES
from vnsum.names.table import (
    drop_diacritics,
    look_up_forms,
    may_be_syllable,
    surnames,
    tables,
)
from vnsum.quantities.tokens import Tokens
from vnsum.results.result import CheckedText, Span
from vnsum.translation.repair.changes import Change, apply_changes

KINDS = ("city", "province", "region")  # of the table of names


def mark_places(text: str, translation: CheckedText, *, glossary: Glossary) -> CheckedText:
    """Return the Vietnamese translation of `text` with the diacritics of the places in the table.

    Terms of the glossary are not changed, nor a name that may be a part of another one.

    >>> done = CheckedText(text="Mưa to ở Lao Cai và Hanoi.")
    >>> mark_places("Heavy rain in Lao Cai and Hanoi.", done, glossary=Glossary()).text
    'Mưa to ở Lào Cai và Hà Nội.'
    """
    terms = {
        form for mention in glossary.find(text, lang="en") for form in mention.term.forms("vi")
    }
    written = translation.text
    return apply_changes(
        translation,
        (
            Change(span, new, "term", f'"{old}" was changed to "{new}".')
            for span, new in _find(written)
            if (old := written[span.start : span.end]) in text
            and not any(old in term for term in terms)
        ),
    )


def _find(written: str) -> Iterator[tuple[Span, str]]:
    """Yield the places without diacritics, and how they are written in Vietnamese."""
    tokens = Tokens(written)
    keys = look_up_forms(tokens)
    index = 0
    while index < len(tokens):
        found = tables()[1].longest(keys, index) if tokens[index].is_capital else None
        end = index + (found[0] if found else 1)
        if found and _stands_alone(tokens, index, end):
            span = Span(start=tokens[index].start, end=tokens[end - 1].end)
            forms = _mark(written[span.start : span.end], found[1])
            if len(forms) == 1:
                yield span, forms.pop()
        index = end


def _mark(name: str, rows: frozenset[int]) -> set[str]:
    """Return the Vietnamese forms of a place that have the letters of `name`, and diacritics.

    A single syllable may be another word: Lao is a country in English, but "lao động" is labour.
    Some places are also written as in English: Hong Kong for Hồng Kông.
    """
    places = [tables()[2][row] for row in rows]
    if may_be_syllable(name.lower()) or any(place.kind not in KINDS for place in places):
        return set()
    if any(name in place.vi for place in places):
        return set()
    letters = name.replace(" ", "").lower()
    forms = {form for place in places if name in place.en for form in place.vi}
    return {f for f in forms if drop_diacritics(f).replace(" ", "").lower() == letters}


def _stands_alone(tokens: Tokens, index: int, end: int) -> bool:
    """Return whether a name is not a part of the name of a person, a newspaper and so on."""
    before, after = tokens[index - 1], tokens[end]
    person = before.low in PERSON_CUES | surnames("vi") | surnames("en")
    opens = tokens.starts_sentence(index) or tokens.starts_sentence(index - 1)  # Ở Lao Cai
    return not (person or (before.is_capital and not opens) or after.is_capital)

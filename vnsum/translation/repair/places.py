"""The diacritics of Vietnamese places that a Vietnamese translation has as in English."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator

from vnsum.glossary import Glossary
from vnsum.names.recognition import PERSON_CUES
from vnsum.names.table import drop_diacritics, look_up_forms, may_be_syllable, surnames, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import CheckedText, Span
from vnsum.translation.repair.changes import Change, apply_changes

KINDS = ("city", "province", "region")  # of the table of names
KIND_CUES = words("tỉnh huyện đảo vịnh")  # before a place
KIND_PHRASES = frozenset([("thành", "phố"), ("thị", "xã")])
MARKS = ("#", "@", "/", "-", "_")  # within addresses and names of files
# Places of several syllables that are no names of people.
CERTAIN = frozenset(
    ["Ha Noi", "Sai Gon", "Da Nang", "Da Lat", "Hoi An", "Sa Pa", "Dien Bien Phu",
     "Thua Thien Hue", "Dak Lak", "Dac Lac", "Dak Nong", "Dac Nong", "Ba Ria Vung Tau", "Bac Kan",
     "Bac Giang", "Bac Lieu", "Bac Ninh", "Ben Tre", "Ca Mau", "Can Tho", "Dong Thap", "Gia Lai",
     "Kon Tum", "Lang Son", "Lao Cai", "Nghe An", "Quang Ngai", "Soc Trang", "Son La", "Tay Ninh",
     "Yen Bai", "Con Dao", "Vung Tau", "Ba Ria", "Quy Nhon", "Buon Ma Thuot", "Cu Chi", "Can Gio"]
)  # fmt: skip
_KINDS = "(?:provinces?|archipelagos?|city|cities|districts?|islands?|towns?|bay)"


def mark_places(
    text: str, translation: CheckedText, *, glossary: Glossary, people: Collection[str] = ()
) -> CheckedText:
    """Return the Vietnamese translation of `text` with the diacritics of the places in the table.

    Terms of the glossary are not changed, nor a name that may be part of another one. Two syllables
    may be a person, such as Thai Nguyen, unless no person is called so, or a kind of place stands
    beside them. Names of the `people` of the document are not changed.

    >>> done = CheckedText(text="Mưa to ở Lao Cai và Hanoi.")
    >>> mark_places("Heavy rain in Lao Cai and Hanoi.", done, glossary=Glossary()).text
    'Mưa to ở Lào Cai và Hà Nội.'
    """
    terms = {
        form for mention in glossary.find(text, lang="en") for form in mention.term.forms("vi")
    }
    changes = []
    for span, new in _find(translation.text, text, people):
        old = translation.text[span.start : span.end]
        if not any(old in term for term in terms):
            message = f'"{old}" was changed to "{new}".'
            changes.append(Change(span, new, "term", message))
    return apply_changes(translation, changes)


def _find(written: str, text: str, people: Collection[str]) -> Iterator[tuple[Span, str]]:
    """Yield the places of `text` without diacritics, and how they are written in Vietnamese."""
    tokens = Tokens(written)
    keys = look_up_forms(tokens)

    @functools.cache
    def read(name: str, rows: frozenset[int]) -> tuple[str, bool]:
        """Return the form of a name that may be a place, else "", and whether it certainly is."""
        forms = _mark(name, rows) if name in text else []
        if len(forms) != 1:
            return "", False
        if " " not in name or name in CERTAIN:
            return forms[0], True
        if _is_person(name, written, text, people):
            return "", False
        return forms[0], _is_told(name, text)

    index = 0
    while index < len(tokens):
        vi, en = (table.longest(keys, index) for table in tables()[:2])
        if not tokens[index].is_capital or not (vi or en):
            index += 1
            continue
        count, rows = vi or en or (1, frozenset())
        end = index + count
        if not vi and all(tables()[2][row].kind in KINDS for row in rows):
            span = Span(start=tokens[index].start, end=tokens[end - 1].end)
            form, is_certain = read(written[span.start : span.end], rows)
            is_place = form and (is_certain or _has_kind(tokens, index))
            if is_place and _stands_alone(tokens, index, end):
                yield span, form
        index = end


def _has_kind(tokens: Tokens, index: int) -> bool:
    """Return whether the words before a Vietnamese name are a kind of place."""
    before = tokens.low(index - 1)
    return before in KIND_CUES or (tokens.low(index - 2), before) in KIND_PHRASES


def _is_person(name: str, written: str, text: str, people: Collection[str]) -> bool:
    """Return whether a name may be that of a person, or a part of it, in one of the texts."""
    family = f"(?:{'|'.join(map(str.capitalize, sorted(surnames('en'))))})"
    english = (
        rf"\b(?i:mr|mrs|ms|miss|sir|lady|dr|prof|named|called)\.? {name}\b",
        rf"\b{family} (?:[A-Z]\w* ){{0,2}}{name}\b|\b{name} {family}\b",
    )
    titled = rf"\b(?:{'|'.join(sorted(PERSON_CUES))}) {name}\b"
    return (
        any(f" {name} " in f" {drop_diacritics(own)} " for own in people)
        or any(re.search(pattern, text) for pattern in english)
        or re.search(titled, written, re.IGNORECASE) is not None
    )


def _is_told(name: str, text: str) -> bool:
    """Return whether English has a kind of place beside a name wherever it stands."""
    place = (
        rf"\b{_KINDS} of {name}\b|\b{name} {_KINDS}\b"
        rf"|\b(?:coast of|northern|southern|eastern|western|central|rural|throughout) {name}\b"
    )
    return len([*re.finditer(place, text, re.IGNORECASE)]) >= text.count(name)


def _mark(name: str, rows: frozenset[int]) -> list[str]:
    """Return the usual Vietnamese form of each place that has the letters of `name`.

    A single syllable may be another word: Lao is a country in English, but "lao động" is labour.
    Longan is a fruit, too.
    """
    if may_be_syllable(name.lower()) or name == "Longan":
        return []
    letters = name.replace(" ", "").lower()
    places = [tables()[2][row] for row in rows]
    alike = [
        [f for f in place.vi if drop_diacritics(f).replace(" ", "").lower() == letters]
        for place in places
        if name in place.en
    ]
    return [*dict.fromkeys(forms[0] for forms in alike if forms)]


def _stands_alone(tokens: Tokens, index: int, end: int) -> bool:
    """Return whether a name is not part of that of a newspaper and so on, nor of an address."""
    before, after, text = tokens[index - 1], tokens[end], tokens.text
    start, stop = tokens[index].start, tokens[end - 1].end
    joined = text[max(0, start - 1) : start] in MARKS or text[stop : stop + 1] in MARKS
    dotted = text[stop : stop + 1] == "." and text[stop + 1 : stop + 2].isalnum()
    if joined or dotted or after.is_capital:
        return False
    return not before.is_capital or tokens.starts_sentence(index - 1)  # Ở Lao Cai

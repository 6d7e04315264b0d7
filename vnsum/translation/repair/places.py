"""The diacritics of Vietnamese places that a Vietnamese translation has as in English."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from vnsum.glossary import Glossary
from vnsum.names.recognition import PERSON_CUES
from vnsum.names.table import drop_diacritics, look_up_forms, may_be_syllable, surnames, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import CheckedText, Span
from vnsum.translation.repair.changes import Change, apply_changes

KINDS = ("city", "province", "region")  # of the table of names
KIND_CUES = words("tỉnh huyện đảo vịnh")  # before a place
KIND_PHRASES = frozenset([("thành", "phố"), ("thị", "xã")])
CUES = words("ở tại")  # before a place, or a person in whom something is found
LINKS = ([","], ["và"], [",", "và"], ["hoặc"], [";"])  # words between the places of a list
LONGEST_LINK = 2
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
# Words before "in" that are followed by a place, as a person may follow others: a friend in.
_LOCATED = (
    "(?:arrested|arrive|arrived|arrives|authorities|based|born|built|factory|farmers|home"
    "|hospitals?|houses?|landed|live|lived|lives|living|located|occurred|officials|police|rain"
    "|rained|raised|residents|schools?|situated|stayed|villages?)"
)
# After a name and a comma: who a person is, or another country.
_APPOSITION = (
    r" (?:an?|the|her|his|their|my|our|who|whose|aged|\d{1,3}(?![\d.,]*\d| \w)"
    r"|(?:north |south )?korea|china)\b"
)


def mark_places(
    text: str, translation: CheckedText, *, glossary: Glossary, people: Iterable[str] = ()
) -> CheckedText:
    """Return the Vietnamese translation of `text` with the diacritics of the places in the table.

    Terms of the glossary are not changed, nor a name that may be part of another one. Two syllables
    may be a person, such as Thai Nguyen, unless no person is called so, or the words beside them
    tell a place. Names of the `people` of the document are not changed.

    >>> done = CheckedText(text="Mưa to ở Lao Cai và Hanoi.")
    >>> mark_places("Heavy rain in Lao Cai and Hanoi.", done, glossary=Glossary()).text
    'Mưa to ở Lào Cai và Hà Nội.'
    """
    terms = {
        form for mention in glossary.find(text, lang="en") for form in mention.term.forms("vi")
    }
    names = [f" {drop_diacritics(name)} " for name in people]
    changes = []
    for span, new in _find(translation.text, text, names):
        old = translation.text[span.start : span.end]
        if not any(old in term for term in terms):
            message = f'"{old}" was changed to "{new}".'
            changes.append(Change(span, new, "term", message))
    return apply_changes(translation, changes)


def _find(written: str, text: str, people: list[str]) -> Iterator[tuple[Span, str]]:
    """Yield the places of `text` without diacritics, and how they are written in Vietnamese."""
    tokens = Tokens(written)
    keys = look_up_forms(tokens)
    index = listed = 0  # `listed` is the end of the last place that is listed after a cue

    @functools.cache
    def read(name: str, rows: frozenset[int]) -> tuple[list[str], frozenset[str]]:
        """Return the forms of a name of the English text, and the cues that it needs."""
        forms = _mark(name, rows) if name in text else []
        certain = len(forms) != 1 or " " not in name or name in CERTAIN
        return forms, frozenset([""]) if certain else _tell(name, written, text, people)

    while index < len(tokens):
        vi, en = (table.longest(keys, index) for table in tables()[:2])
        if not tokens[index].is_capital or not (vi or en):
            index += 1
            continue
        count, rows = vi or en or (1, frozenset())
        end = index + count
        span = Span(start=tokens[index].start, end=tokens[end - 1].end)
        name = written[span.start : span.end]
        follows = _follows(tokens, index, listed)
        is_place = all(tables()[2][row].kind in KINDS for row in rows)
        if is_place and not vi:
            forms, cues = read(name, rows)
            found = {"", _cue(tokens, index), "list" if follows else ""}
            is_place = len(forms) == 1 and not found.isdisjoint(cues)
            is_place = is_place and _stands_alone(tokens, index, end)
            if is_place:
                yield span, forms[0]
        # "In Hanoi, Thai Binh sang" is no list.
        led = _cue(tokens, index) != "" and not tokens.starts_sentence(index - 1)
        listed = end if is_place and (led or follows) else 0
        index = end


def _cue(tokens: Tokens, index: int) -> str:
    """Return what the word before a name is: one for a kind of place, one for a location."""
    before = tokens.low(index - 1)
    if before in KIND_CUES or (tokens.low(index - 2), before) in KIND_PHRASES:
        return "kind"
    return "location" if before in CUES else ""


def _tell(name: str, written: str, text: str, people: list[str]) -> frozenset[str]:
    """Return the cues in Vietnamese with which a name is certainly that of a place.

    None ("") is needed if the English text has a kind of place beside it wherever it stands, as in
    Thai Binh Province. No cue is enough for a name that is part of that of a person.
    """
    family = f"(?:{'|'.join(map(str.capitalize, sorted(surnames('en'))))})"
    person = (
        rf"\b(?i:mr|mrs|ms|miss|sir|lady|dr|prof|named|called)\.? {name}\b",
        rf"\b{family} (?:[A-Z]\w* ){{0,2}}{name}\b|\b{name} {family}\b",
    )
    titled = rf"\b(?:{'|'.join(sorted(PERSON_CUES))}) {name}\b"
    if (
        any(f" {name} " in own for own in people)
        or any(re.search(pattern, text) for pattern in person)
        or re.search(titled, written, re.IGNORECASE)
    ):
        return frozenset()
    place = (
        rf"\b{_KINDS} of {name}\b|\b{name} {_KINDS}\b"
        rf"|\b(?:coast of|northern|southern|eastern|western|central|rural|throughout) {name}\b"
        rf"|\b{name}, an? (?:(?!(?:of|in|from|at|and|who)\b)[\w-]+ ){{0,4}}{_KINDS}"
        r"(?:[.,;:)]| (?:in|of|on|near|that|which|with)\b|\Z)"
    )
    located = rf"{place}|\b{_LOCATED} in {name}\b(?!['’]|,{_APPOSITION})"
    listed = rf"(?:,|;|\band|\bor) {name}(?:[.;:)]|(?:,| and| or)(?!{_APPOSITION})|\Z)"
    patterns, fewest = {"": place, "location": located, "list": listed}, text.count(name)
    found = {
        cue
        for cue, pattern in patterns.items()
        if len([*re.finditer(pattern, text, re.IGNORECASE)]) >= (1 if cue == "list" else fewest)
    }
    return frozenset({"kind", *found})


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

"""Vietnamese names that are those of somebody else, or misspelled, in an English text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from vnsum.names.recognition import Name
from vnsum.names.table import SURNAMES, is_syllable, look_up_forms, plain, tables
from vnsum.quantities.tokens import Tokens
from vnsum.results.result import Span

FEWEST, MOST = 2, 5  # syllables of a full name
ALIKE = 0.7  # similarity of the letters of two names


def is_vietnamese_person(name: Name) -> bool:
    """Return whether a name is a surname with a given name, and not in the table of names.

    >>> from vnsum.names.recognition import list_names
    >>> [is_vietnamese_person(n) for n in list_names("Bà Trần Thị Mai gặp ông Macron.", "vi")]
    [True, False]
    """
    syllables = name.text.lower().split()
    if name.rows or name.foreign or not FEWEST <= len(syllables) <= MOST:
        return False
    return syllables[0] in SURNAMES


def find_other_person(name: Name, people: Iterable[Name], en: Tokens) -> Span | None:
    """Return the place of another person with the same surname in the English text.

    `None` if the name itself or its given name is there, or if the other person is one of
    `people`, which are the persons of the Vietnamese text.

    >>> from vnsum.names.recognition import list_names
    >>> (name,) = list_names("Bà Trần Thị Mai đến.", "vi")
    >>> text = Tokens("Ms Tran Thi Hoa came.")
    >>> span = find_other_person(name, [name], text)
    >>> text.text[span.start : span.end]
    'Tran Thi Hoa'
    """
    own = _spell(name)
    others = {_spell(person) for person in people}
    runs = [*_runs(own[0], len(own), en)]
    written = {tuple(plain(en.low(i)) for i in range(*run)) for run in runs}
    if own in written:
        return None
    for start, end in runs:
        found = tuple(plain(en.low(i)) for i in range(start, end))
        if found not in others and not set(found) <= set(own):
            return Span(start=en[start].start, end=en[end - 1].end)
    return None


def find_similar(name: Name, vi: Tokens, en: Tokens) -> Span | None:
    """Return the place of a similar name of as many words that the Vietnamese text does not have.

    `None` if there is none or more than one, so that it is not certain.

    >>> from vnsum.names.recognition import list_names
    >>> (name,) = list_names("Anh Quyết chạy đến.", "vi")
    >>> find_similar(name, Tokens("Anh Quyết chạy đến."), Tokens("Then Quyen came running."))
    Span(start=5, end=10)
    """
    own = _spell(name)
    known = {plain(token.low) for token in vi.items}
    places = []
    for start, end in _capital_runs(en):
        for first in range(start, end - len(own) + 1):
            found = [plain(en.low(i)) for i in range(first, first + len(own))]
            new = [word for word in found if word not in known]
            if new and all(map(is_syllable, new)) and _are_alike(own, found):
                places.append((first, first + len(own)))
    if len(places) != 1:
        return None
    start, end = places[0]
    return Span(start=en[start].start, end=en[end - 1].end)


def _are_alike(own: Iterable[str], found: Iterable[str]) -> bool:
    """Return whether all words are equal or spelled alike, or most of several words are equal."""
    pairs = [*zip(own, found, strict=True)]
    alike = [SequenceMatcher(None, *pair, autojunk=False).ratio() >= ALIKE for pair in pairs]
    equal = sum(one == other for one, other in pairs)
    starts = all(one[:1] == other[:1] for one, other in pairs)
    return (all(alike) and starts) or (len(pairs) > 1 and 2 * equal >= len(pairs))


def _capital_runs(en: Tokens) -> Iterator[tuple[int, int]]:
    """Yield start and end of the runs of capitalized words that are not in the table of names."""
    keys = look_up_forms(en)
    start = index = 0
    while index <= len(en):
        named = tables()[1].longest(keys, index) if index < len(en) else None
        inside = index < len(en) and en[index].is_word and en[index].is_capital and not named
        if not inside:
            if index > start:
                yield start, index
            start = index + (named[0] if named else 1)
            index = start
        else:
            index += 1


def _spell(name: Name) -> tuple[str, ...]:
    return tuple(plain(syllable) for syllable in name.text.lower().split())


def _runs(surname: str, longest: int, en: Tokens) -> Iterator[tuple[int, int]]:
    """Yield start and end of the capitalized words from a surname on that are not in the table."""
    keys = look_up_forms(en)
    for index, token in enumerate(en.items):
        if plain(token.low) != surname or not token.is_capital:
            continue
        if tables()[1].longest(keys, index):
            continue
        end = index + 1
        while end < index + longest and en[end].is_word and en[end].is_capital:
            end += 1
        if end - index >= FEWEST:
            yield index, end

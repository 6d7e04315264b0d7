"""Vietnamese names that are those of somebody else, or misspelled, in an English text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from vnsum.languages.surnames import SURNAMES
from vnsum.names.recognition import Name
from vnsum.names.table import look_up_forms, may_be_syllable, plain, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import Span

FEWEST, MOST = 2, 5  # syllables of a full name
MOST_RUNS = 20  # names of one surname that are compared
ALIKE = 0.7  # similarity of the letters of two names
# English words that also are Vietnamese syllables, which begin sentences: "That company" for Thái.
_OPENERS = words(
    "an can do he him his how in it let long me most my no not on once our so some than that the"
    " their them then there they this to too us we what when who why you"
)


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


def find_other_persons(people: Sequence[Name], en: Tokens) -> list[tuple[Name, Span]]:
    """Return the persons who have another name in the English text, with the place of that name.

    `people` are the persons of the Vietnamese text. The other person has the same surname and is
    none of them, and the name itself is not there.

    >>> from vnsum.names.recognition import list_names
    >>> names = list_names("Bà Trần Thị Mai và ông Lê Văn Bảo đến.", "vi")
    >>> text = Tokens("Ms Tran Thi Hoa and Mr Bao came.")
    >>> [(name.text, text.text[span.start : span.end])
    ...  for name, span in find_other_persons(names, text)]
    [('Trần Thị Mai', 'Tran Thi Hoa')]
    """
    known = {_spell(person) for person in people}
    runs: dict[str, list[tuple[int, int]]] = {}
    for start, end in _surname_runs({name[0] for name in known}, en):
        runs.setdefault(plain(en.low(start)), []).append((start, end))
    found = []
    for person in dict.fromkeys(people):
        own = _spell(person)
        places = [(s, min(e, s + len(own))) for s, e in runs.get(own[0], ())[:MOST_RUNS]]
        written = [tuple(plain(en.low(i)) for i in range(*place)) for place in places]
        if own in written:
            continue
        for (start, end), other in zip(places, written, strict=True):
            if other not in known and not set(other) <= set(own):
                found.append((person, Span(start=en[start].start, end=en[end - 1].end)))
                break
    return found


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
            opens = len(own) == 1 and en.low(first) in _OPENERS and en.starts_sentence(first)
            if new and all(map(may_be_syllable, new)) and _are_alike(own, found) and not opens:
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
    """Yield start and end of the runs of capitalized words that are not in the table of names.

    A short form of the table inside a run, such as Ma, is part of the run.
    """
    keys = look_up_forms(en)
    start = index = 0
    while index <= len(en):
        named = tables()[1].longest(keys, index) if index < len(en) else None
        if (
            named
            and named[0] == 1
            and may_be_syllable(en.low(index))
            and _beside_capital(en, index)
        ):
            named = None
        inside = index < len(en) and en[index].is_word and en[index].is_capital and not named
        if not inside:
            if index > start:
                yield start, index
            start = index + (named[0] if named else 1)
            index = start
        else:
            index += 1


def _beside_capital(en: Tokens, index: int) -> bool:
    return any(en[place].is_word and en[place].is_capital for place in (index - 1, index + 1))


def _spell(name: Name) -> tuple[str, ...]:
    return tuple(plain(syllable) for syllable in name.text.lower().split())


def _surname_runs(surnames: Collection[str], en: Tokens) -> Iterator[tuple[int, int]]:
    """Yield start and end of the capitalized words from a surname on that are not in the table."""
    keys = look_up_forms(en)
    for index, token in enumerate(en.items):
        if not token.is_capital or plain(token.low) not in surnames:
            continue
        if tables()[1].longest(keys, index):
            continue
        end = index + 1
        while end < index + MOST and en[end].is_word and en[end].is_capital:
            end += 1
        if end - index >= FEWEST:
            yield index, end

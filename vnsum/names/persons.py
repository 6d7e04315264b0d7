"""Vietnamese persons whose name in an English text is that of somebody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vnsum.names.recognition import Name
from vnsum.names.table import SURNAMES, look_up_forms, plain, tables
from vnsum.quantities.tokens import Tokens
from vnsum.results.result import Span

FEWEST, MOST = 2, 5  # syllables of a full name
CUES = frozenset(["đường", "phố", "quận", "huyện", "xã", "phường", "tỉnh", "trường", "cầu", "hồ"])


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

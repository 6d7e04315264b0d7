"""Listing the people, places and organizations of a bilingual summary in both languages.

Names are recognized on the Vietnamese side, where capitals and titles are more reliable. The
English form comes from the table of names, else from the English side, else it is the Vietnamese
form without diacritics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vnsum.names.people import Person
from vnsum.names.recognition import PLACE_CUES, Name, is_headline, names_in_vi
from vnsum.names.table import plain, tables
from vnsum.quantities.tokens import Tokens
from vnsum.results.result import SummaryName

KINDS = {
    "country": "place", "city": "place", "province": "place", "region": "place",
    "person": "person", "body": "body",
}  # fmt: skip


@dataclass(slots=True)
class _Entry:
    vi: str
    en: str
    kind: str
    sentences: list[int] = field(default_factory=list)


def list_names(
    sides: Sequence[tuple[str, str]], people: Sequence[Person]
) -> tuple[SummaryName, ...]:
    """Return the names of a summary, in order of first mention.

    `sides` are the Vietnamese and English texts of every sentence. `people` are those of the whole
    document, so that "ông Petro" is listed as Gustavo Petro.
    """
    entries: dict[tuple[str, str], _Entry] = {}
    for index, (vi, en) in enumerate(sides):
        tokens = Tokens(vi)
        if is_headline(tokens):
            continue
        for key, entry in _names(tokens, Tokens(en), people):
            known = entries.setdefault(key, entry)
            if index not in known.sentences:
                known.sentences.append(index)
    return tuple(
        SummaryName(vi=e.vi, en=e.en, kind=e.kind, sentences=tuple(e.sentences))
        for e in entries.values()
    )


def _names(
    vi: Tokens, en: Tokens, people: Sequence[Person]
) -> list[tuple[tuple[str, str], _Entry]]:
    found = []
    for name in names_in_vi(vi):
        person = _person_of(name.text, people)
        kind = _kind(name, vi) if person is None else "person"
        if kind is None:
            continue
        text = _whole(name, vi) if person is None else person.name
        row = f"row {min(name.rows)}" if name.rows else text
        found.append(((kind, row), _Entry(text, _english(text, name, en), kind)))
    return found


def _person_of(text: str, people: Sequence[Person]) -> Person | None:
    """Return the only person whose name contains `text`, if any."""
    words = tuple(text.split())
    matching = [p for p in people if _has(tuple(p.name.split()), words)]
    return matching[0] if len(matching) == 1 else None


def _has(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(name[i : i + len(words)] == words for i in range(len(name) - len(words) + 1))


def _kind(name: Name, vi: Tokens) -> str | None:
    """Return the kind of a name, or `None` if it is unknown."""
    if name.rows:
        return KINDS[tables()[2][min(name.rows)].kind]
    before = vi.text[: name.span.start].split()
    return "place" if before and before[-1].lower() in PLACE_CUES else None


def _whole(name: Name, vi: Tokens) -> str:
    """Return a foreign name with the capitalized words that follow it: tỉnh Tbong Khmum."""
    end = next(i for i, token in enumerate(vi.items) if token.end == name.span.end) + 1
    while name.foreign and not name.rows and vi[end].is_word and vi[end].is_capital:
        end += 1
    return vi.text[name.span.start : vi[end - 1].end]


def _english(text: str, name: Name, en: Tokens) -> str:
    if name.rows:
        return tables()[2][min(name.rows)].en[0]  # the sentence may have the adjective instead
    spelled = [plain(word.lower()) for word in text.split()]
    own = [plain(token.low) for token in en.items]
    for start in range(len(own) - len(spelled) + 1):
        if own[start : start + len(spelled)] == spelled:
            return en.text[en[start].start : en[start + len(spelled) - 1].end]
    return " ".join(_without_marks(word) for word in text.split())


def _without_marks(word: str) -> str:
    """Return a word without diacritics, with its capitals."""
    low = plain(word.lower())
    if len(low) != len(word):
        return low.capitalize()
    return "".join(b.upper() if a.isupper() else b for a, b in zip(word, low, strict=True))

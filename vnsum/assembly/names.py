"""Listing the people, places and organizations of a bilingual summary in both languages.

Names are recognized on the Vietnamese side, where capitals and titles are more reliable. Foreign
names that are not in the table of names are listed if a word before or after them tells what they
name. The English form comes from the table of names, else from the English side, else it is the
Vietnamese form without diacritics.
"""

from __future__ import annotations

import bisect
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from vnsum.names.people import Person
from vnsum.names.recognition import PLACE_CUES, Name, is_headline, names_in_vi
from vnsum.names.table import look_up_forms, plain, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import SummaryName

KINDS = {
    "country": "place", "city": "place", "province": "place", "region": "place",
    "person": "person", "body": "body",
}  # fmt: skip
# Words before and after a foreign name that tell what it names.
BEFORE = {
    "place": words(
        "ở tại đến tới từ khỏi phố bang đô đảo vùng khu cảng hạt vịnh eo thung quần phía miền gần"
        " sang rời"
    )
    | PLACE_CUES,
    "body": words(
        "ty hãng đoàn báo tờ chí kênh đài trang nghiệp mạng sàn hiệu viện trường clb đội quỹ tin"
        " xuất bản chức theo"
    ),
    "person": words("sĩ quan tích gia viên thủ mẫu sư tướng trưởng báo nghệ hậu tịch phúc vương"),
}
SPEECH = words("nói cho kể viết chia khẳng tuyên phát trả nhận bày tin tiết thừa giải")
REACH = 100  # characters before a name, in which the word before it is
LONGEST_NAME = 12  # words

Called = dict[tuple[str, ...], list[Person]]


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
    called = _by_form(people)
    for index, (vi, en) in enumerate(sides):
        tokens = Tokens(vi)
        if is_headline(tokens):
            continue
        for key, entry in _names(tokens, _English(Tokens(en)), called):
            known = entries.setdefault(key, entry)
            if known.sentences[-1:] != [index]:
                known.sentences.append(index)
    return tuple(
        SummaryName(vi=e.vi, en=e.en, kind=e.kind, sentences=tuple(e.sentences))
        for e in entries.values()
    )


def _names(vi: Tokens, en: _English, called: Called) -> list[tuple[tuple[str, str], _Entry]]:
    found, end = [], 0
    for name in names_in_vi(vi):
        matching = called.get(tuple(name.text.split()), [])
        person = matching[0] if len(matching) == 1 else None  # a foreign first name is enough
        text = _whole(name, vi) if person is None else person.name
        if person is None:
            if name.span.start < end:
                continue  # a further word of the name before
            end = name.span.start + len(text)
        kind = _kind(name, text, vi) if person is None else "person"
        if kind is None:
            continue
        # The rows of a given name may be those of a country: Nga, Thái.
        rows = name.rows if person is None else _find_person_rows(person.name)
        key = f"row {min(rows)}" if rows else plain(text.lower())
        found.append(((kind, key), _Entry(text, _spell(text, rows, en), kind)))
    return found


def _find_person_rows(name: str) -> frozenset[int]:
    """Return the rows of a full name in the table of names, if they are of persons."""
    tokens = Tokens(name)
    found = tables()[0].longest(look_up_forms(tokens), 0) if len(tokens) else None
    if found is None or found[0] < len(tokens):
        return frozenset()
    return frozenset(row for row in found[1] if tables()[2][row].kind == "person")


def _by_form(people: Sequence[Person]) -> Called:
    """Return who may be called by every row of words of a name."""
    called: Called = {}
    for person in people:
        words = tuple(person.name.split())
        starts = range(len(words))
        for form in {words[i : j + 1] for i in starts for j in starts[i:]}:
            called.setdefault(form, []).append(person)
    return called


def _kind(name: Name, text: str, vi: Tokens) -> str | None:
    """Return the kind of a name, or `None` if it is unknown."""
    if name.rows:
        return KINDS[tables()[2][min(name.rows)].kind]
    before = vi.text[max(0, name.span.start - REACH) : name.span.start].split()
    cue = before[-1].lower() if before else ""
    if not name.foreign:
        return "place" if cue in PLACE_CUES else None
    end = name.span.start + len(text)
    after = vi.text[end : end + REACH].split(maxsplit=1)
    if known := next((kind for kind in ("place", "body") if cue in BEFORE[kind]), None):
        return known
    speaks = bool(after) and after[0].lower() in SPEECH
    return "person" if " " in text and (cue in BEFORE["person"] or speaks) else None


def _whole(name: Name, vi: Tokens) -> str:
    """Return a foreign name with the capital words behind it: tỉnh Tbong Khmum."""
    first = end = bisect.bisect_left(vi.items, name.span.end, key=lambda token: token.end) + 1
    while name.foreign and not name.rows and vi[end].is_word and vi[end].is_capital:
        end += 1
        if end - first == LONGEST_NAME:
            break
    return vi.text[name.span.start : vi[end - 1].end]


class _English:
    """The English side, ready to be asked where it has the words of a name."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._words = [plain(token.low) for token in tokens.items]
        self._rows: dict[int, dict[tuple[str, ...], int]] = {}

    def find(self, words: Sequence[str]) -> str | None:
        """Return the first place of the words as it is written."""
        count = len(words)
        if not 0 < count <= LONGEST_NAME:
            return None
        if count not in self._rows:
            starts = reversed(range(len(self._words) - count + 1))  # so that the first one stays
            self._rows[count] = {tuple(self._words[i : i + count]): i for i in starts}
        start = self._rows[count].get(tuple(words))
        if start is None:
            return None
        last = self._tokens[start + count - 1]
        return self._tokens.text[self._tokens[start].start : last.end]


def _spell(text: str, rows: Collection[int], en: _English) -> str:
    if rows:
        return tables()[2][min(rows)].en[0]  # not the adjective that the sentence may have
    spelled = text.split()
    found = en.find([plain(word.lower()) for word in spelled])
    return found or " ".join(_without_marks(word) for word in spelled)


def _without_marks(word: str) -> str:
    """Return a word without diacritics, with its capitals."""
    low = plain(word.lower())
    if len(low) != len(word):
        return low.capitalize()
    return "".join(b.upper() if a.isupper() else b for a, b in zip(word, low, strict=True))

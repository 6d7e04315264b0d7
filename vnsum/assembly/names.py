"""Listing the people, places and organizations of a bilingual summary in both languages.

Names are recognized on the Vietnamese side, where capitals and titles are more reliable. Foreign
names that are not in the table of names have the kind that a word before or after them tells, or
`"other"`. The English form comes from the table of names, else from the English side, else it is
the Vietnamese form without diacritics.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from vnsum.assembly.extents import English, add_words_before, add_words_behind, find_index
from vnsum.languages.surnames import SURNAMES
from vnsum.names.mentions import is_short_for, without_article
from vnsum.names.people import PLACES_SPELLED_ALIKE, Person
from vnsum.names.recognition import (
    FULL_NAME,
    NOT_PLACE_CUES,
    PAIRED,
    PLACE_CUES,
    PLACE_PHRASES,
    Name,
    is_headline,
    names_in_vi,
    spell_name,
)
from vnsum.names.table import PLACES, look_up_forms, plain, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import SummaryName

KINDS = {
    "country": "place", "city": "place", "province": "place", "region": "place",
    "person": "person", "body": "body",
}  # fmt: skip
# Words before and after a foreign name that tell what it names.
BEFORE = {
    "place": words(
        "ở tại đến tới từ khỏi phố bang đô đảo vùng khu cảng hạt vịnh eo thung quần miền gần"
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
SPOKEN_OF = words("nhắc nói nghĩ cập quan nhớ biết")  # before "đến" or "tới" and any name
REACH = 100  # characters before a name, in which the word before it is
# After a name: "(60 tuổi", "ngày 16/4 đưa tin"; between two names of one kind: ", ", " và ".
_AGE = re.compile(r"[ ,(]{1,3}\d{1,3} tuổi\b")
_REPORTS = re.compile(
    r" (?:(?:hôm|ngày) \S{1,12} )?(?:đưa tin|dẫn lời|dẫn nguồn|cho hay|loan tin)\b"
)
_LINK = re.compile(r"(?:,|,? và|,? hoặc|;) ")
# Before the name of a person, what bears the name: sông, phố, but not "cán bộ xã" and "dân phố".
NAMESAKES = words("đường phố sông núi đảo hồ đèo chùa")
NO_NAMESAKES = NOT_PLACE_CUES | {("thành", "phố"), ("dân", "phố")}
WALKING_STREET = ["phố", "đi", "bộ"]
OFFICES = words("chủ bí trưởng phó")  # before "UBND xã" and a name
MOST_NAMESAKES = 8  # names with a word in common that are compared
# Words before the name of a country, which is then not a given name: Tổng thống Nga, sang Mỹ.
COUNTRY_CUES = words("thống tướng trưởng giao phòng quân nước người sang tại ở phủ dân lính đô")


@dataclass(slots=True)
class _Entry:
    vi: str
    en: str
    kind: str
    is_part: bool = False  # may be a part of a longer name
    sentences: list[int] = field(default_factory=list)


def list_names(
    sides: Sequence[tuple[str, str]], people: Sequence[Person], *, source: str = "vi"
) -> tuple[SummaryName, ...]:
    """Return the names of a summary, in order of first mention.

    `sides` are the Vietnamese and English texts of every sentence. `people` are those of the whole
    document, so that "ông Petro" is listed as Gustavo Petro; `source` is its language.
    """
    entries: dict[tuple[str, str], _Entry] = {}
    parsed = [(Tokens(vi), English(Tokens(en))) for vi, en in sides]
    called = _Called(_without_firms(people, parsed), source)
    for index, (vi, en) in enumerate(parsed):
        if is_headline(vi):
            continue
        for key, entry in _names(vi, en, called):
            known = entries.setdefault(key, entry)
            if known.vi.isascii():  # from an English article, without its marks
                known.vi = entry.vi
            if known.sentences[-1:] != [index]:
                known.sentences.append(index)
    return tuple(
        SummaryName(vi=e.vi, en=e.en, kind=e.kind, sentences=tuple(e.sentences))
        for e in _merge([*entries.values()])
    )


def _without_firms(
    people: Sequence[Person], sides: Sequence[tuple[Tokens, English]]
) -> list[Person]:
    """Return the people without the words before their names that the English side shows apart."""
    by_word: dict[str, list[Person]] = {}
    for person in people:
        if len(words := person.name.split()) >= FULL_NAME:
            by_word.setdefault(words[0], []).append(person)
    names = {person.name: person.name for person in people}
    for vi, en in sides:
        for token in vi.items:
            for person in by_word.get(token.text, [])[:MOST_NAMESAKES]:
                words = person.name.split()
                if vi.text.startswith(person.name, token.start):
                    count = en.count_apart([plain(word.lower()) for word in words])
                    if count < len(words) - 1:  # two words at least are left
                        names[person.name] = " ".join(words[count:])
    return [
        replace(person, name=names[person.name])
        for person in people
        if names[person.name] == person.name or names[person.name] not in names
    ]


def _merge(entries: list[_Entry]) -> list[_Entry]:
    """Return the entries, joined with those of exactly one longer name or of a known kind.

    A person of the document has the whole name already, if it is certain.
    """
    kept: list[_Entry] = []
    known: dict[str, list[_Entry]] = {}  # by name
    by_word: dict[str, list[_Entry]] = {}
    for entry in entries:
        if entry.kind != "other":
            known.setdefault(entry.vi, []).append(entry)
        if entry.kind != "place":
            for word in {*entry.vi.split()}:
                by_word.setdefault(word, []).append(entry)
    places = {id(entry): place for place, entry in enumerate(entries)}
    for entry in entries:
        own = set(entry.vi.split())
        longer = [
            other
            for other in by_word.get(entry.vi.split()[0], [])[:MOST_NAMESAKES]
            if entry.is_part and own < set(other.vi.split())
        ]
        same = known.get(entry.vi, []) if entry.kind == "other" else []
        if len(joined := same or longer) == 1:
            joined[0].sentences = sorted({*joined[0].sentences, *entry.sentences})
            places[id(joined[0])] = min(places[id(joined[0])], places[id(entry)])
        else:
            kept.append(entry)
    return sorted(kept, key=lambda entry: places[id(entry)])


def _names(vi: Tokens, en: English, called: _Called) -> list[tuple[tuple[str, str], _Entry]]:
    found: list[tuple[tuple[str, str], _Entry]] = []
    end = listed = 0  # of the name before, and of the last one that is listed
    for given in names_in_vi(vi):
        if _is_in_code(given, vi):
            continue
        name = add_words_before(given, vi, en, listed, BEFORE["body"])
        matching = called.find(name.text.split()) if called.has_marks or not name.rows else []
        same = [own for own in matching if own.name == name.text] or matching
        person = same[0] if len(same) == 1 else None  # a foreign first name is enough
        if person is not None and _is_no_person(name, person, vi):
            person = None
        text = (
            add_words_behind(name, vi, en)
            if person is None
            else _with_marks(person.name, name.text)
        )
        namesakes = called.find(text.split()[-1:]) if " " in text else []
        namesakes = [own for own in namesakes if _is_full_name_of(text, own.name)]
        if person is None and name.foreign and len(namesakes) == 1:  # with a short first name
            person, end = namesakes[0], name.span.start + len(text)
            text = person.name
        linked = (
            found[-1][1].kind if found and _LINK.fullmatch(vi.text, end, name.span.start) else ""
        )
        if person is None:
            if given.span.start < end:
                continue  # a further word of the name before
            end = name.span.start + len(text)
        else:
            end = max(end, name.span.end)
        kind = _kind(name, text, vi, linked) if person is None else "person"
        if kind is None:
            continue
        listed = end
        # The rows of a given name may be those of a country: Nga, Thái.
        rows = name.rows if person is None else _find_person_rows(person.name)
        key = f"row {min(rows)}" if rows else plain(text.lower())
        alone = person is None and len(same) < 2
        part = kind in ("person", "other") and (alone or not name.foreign)
        listed_as = PAIRED.get(text.lower(), text) if rows else text
        found.append(((kind, key), _Entry(listed_as, _spell(text, rows, en), kind, part)))
    return found


def _is_in_code(name: Name, vi: Tokens) -> bool:
    """Return whether digits follow the name of a place at once: chuyến bay VN1188."""
    digits = vi.text[name.span.end : name.span.end + 1].isdigit()
    return digits and any(tables()[2][row].kind in PLACES for row in name.rows)


def _is_full_name_of(text: str, name: str) -> bool:
    """Return whether a name with the last word of another has its first name, or ends with it."""
    first, *rest = name.split()
    short = is_short_for(first, text.partition(" ")[0])
    return bool(rest) and (short or text.endswith(f" {name}"))


def _is_no_person(name: Name, person: Person, vi: Tokens) -> bool:
    """Return whether a name is that of a place, not of a person: sang Nga, phố Lê Lợi.

    The first syllable of Mỹ Tâm alone is the country.
    """
    if name.rows and not name.foreign and person.name.startswith(f"{name.text} "):
        if vi.text.startswith(person.name, name.span.start):
            return False
        return any(tables()[2][row].kind in PLACES for row in name.rows)
    before = vi.text[max(0, name.span.start - REACH) : name.span.start].lower().split()
    if not before:
        return False
    if name.rows and before[-1] in COUNTRY_CUES:
        return True
    named = before[-1] in NAMESAKES and tuple(before[-2:]) not in NO_NAMESAKES
    return not name.foreign and (named or before[-3:] == WALKING_STREET)


def _find_person_rows(name: str) -> frozenset[int]:
    """Return the rows of a full name in the table of names, if they are of persons.

    A name without diacritics, of an English article, is that of a row with the same letters.
    """
    tokens = Tokens(name)
    keys, letters = look_up_forms(tokens), plain(name.lower())
    found = [table.longest(keys, 0) for table in tables()[:2]] if len(tokens) else []
    vi, en = (
        {*form[1]} if form and form[0] == len(tokens) else set() for form in found or [None] * 2
    )
    spelled_alike = {
        row for row in en if letters in map(plain, map(str.lower, tables()[2][row].vi))
    }
    return frozenset(row for row in vi | spelled_alike if tables()[2][row].kind == "person")


def _with_marks(name: str, found: str) -> str:
    """Return the name of a person as in the Vietnamese text, if it has all of the name."""
    return found if plain(found.lower()) == plain(name.lower()) else name


class _Called:
    """Who may be called by a row of words of a name; marks are compared if the source has them."""

    def __init__(self, people: Sequence[Person], source: str) -> None:
        self.has_marks = source == "vi"  # otherwise Huế may be the place, and no Huệ
        self._people: dict[tuple[str, ...], list[Person]] = {}
        for person in people:
            words = self._form(person.name.split())
            starts = range(len(words))
            bare = {(without_article(word),) for word in words}
            for form in bare | {words[i : j + 1] for i in starts for j in starts[i:]}:
                self._people.setdefault(form, []).append(person)

    def find(self, words: Sequence[str]) -> list[Person]:
        return self._people.get(self._form(words), [])

    def _form(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(words) if self.has_marks else tuple(plain(word.lower()) for word in words)


def _kind(name: Name, text: str, vi: Tokens, linked: str) -> str | None:
    """Return the kind of a name, or `None` for what may be no name.

    `linked` is the kind of the name to which a comma or "và" joins it.
    """
    if name.rows:
        return KINDS[tables()[2][min(name.rows)].kind]
    before = vi.text[max(0, name.span.start - REACH) : name.span.start].split()
    cue = before[-1].lower() if before else ""
    if not name.foreign:
        return _vietnamese_kind(text, [word.lower() for word in before])
    kind = _foreign_kind(name, text, vi, cue) or linked
    opens = " " not in text and vi.starts_sentence(find_index(name, vi))  # may be a common noun
    return kind or (None if opens else "other")


def _foreign_kind(name: Name, text: str, vi: Tokens, cue: str) -> str:
    """Return the kind that the words around a foreign name tell, or an empty string."""
    if text.replace(" ", "_") in PLACES_SPELLED_ALIKE:
        return "place"
    before = vi.text[max(0, name.span.start - REACH) : name.span.start].lower().split()[-2:]
    is_spoken_of = cue in ("đến", "tới") and before[0] in SPOKEN_OF
    known = next((kind for kind in ("place", "body") if cue in BEFORE[kind]), None)
    if known and not is_spoken_of:
        return known
    end = name.span.start + len(text)
    rest = vi.text[end : end + REACH]
    if _REPORTS.match(rest):
        return "body"
    after = rest.split(maxsplit=1)
    speaks = bool(after) and after[0].lower() in SPEECH
    person = _AGE.match(rest) or (" " in text and (cue in BEFORE["person"] or speaks))
    return "person" if person else ""


def _vietnamese_kind(text: str, before: list[str]) -> str | None:
    cue = before[-1] if before else ""
    surname, *others = text.lower().split()
    if cue in PLACE_CUES:
        # "chủ tịch UBND xã Lê Văn Tám": the last word of the office precedes the name
        office = surname in SURNAMES and len(others) > 1 and not OFFICES.isdisjoint(before[-5:])
        return "person" if office else "place"
    if cue in BEFORE["body"] and surname in SURNAMES:
        return "body"
    phrase = tuple(before[-2:]) in PLACE_PHRASES or before[-3:] == WALKING_STREET
    return "place" if phrase else None


def _spell(text: str, rows: Collection[int], en: English) -> str:
    if rows:  # the form of a table, not the adjective that the sentence may have
        forms = [tables()[2][row].en[0] for row in sorted(rows)]
        said = [form for form in forms if len(forms) > 1 and _find_form(form, en)]
        return (said or forms)[0]
    for form in (text, _translate_parts(text)):  # Samsung Việt Nam, Samsung Vietnam
        if found := _find_form(form, en):
            return found
    return " ".join(_without_marks(word) for word in text.split())


def _find_form(form: str, en: English) -> str | None:
    return en.find([plain(token.low) for token in Tokens(form).items])


def _translate_parts(text: str) -> str:
    """Return a name with the names of the table that are parts of it in English."""
    parts = [name for name in names_in_vi(Tokens(text)) if name.rows]
    for name in reversed(parts):
        spelled = spell_name(name, "en")[0]
        text = text[: name.span.start] + spelled + text[name.span.end :]
    return text


def _without_marks(word: str) -> str:
    """Return a word without diacritics, with its capitals."""
    low = plain(word.lower())
    if len(low) != len(word):
        return low.capitalize()
    return "".join(b.upper() if a.isupper() else b for a, b in zip(word, low, strict=True))

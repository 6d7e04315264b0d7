"""Names that one side of a translation tells in another way: Brown, it, the country, the VFF."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vnsum.names.recognition import PERSON_CUES, Name
from vnsum.names.table import plain, tables
from vnsum.quantities.tokens import Tokens, words

# Words that may stand for a name of the kind, for a reader who knows the context.
STANDING_FOR = {
    "country": words("country countries nation national nationwide domestic local homeland"),
    "province": words("province provincial locality localities local city capital region"),
    "city": words("city capital town local locality downtown"),
}
PLURAL = words("countries localities")
MOST_STOOD_FOR = 2  # names by a plural: Vietnam and Laos, the two countries
PLACED = words("capital city province town")  # before the name of a place
# Vietnamese words that these words translate as well, which then stand for no name.
TRANSLATED = {
    vietnamese: words(english)
    for vietnamese, english in (
        ("địa phương", "local locality localities provincial region"),
        ("sở tại", "local"),
        ("quốc gia", "country countries nation national"),
        ("đất nước", "country nation homeland"),
        ("cả nước", "country nation national nationwide"),
        ("toàn quốc", "country nation national nationwide"),
        ("trong nước", "country domestic local national"),
        ("nội địa", "domestic local"),
        ("các nước", "countries nation"),
        ("quê hương", "homeland"),
        ("dân tộc", "nation national"),
        ("thủ đô", "capital city"),
        ("thành phố", "city"),
        ("đô thị", "city"),
        ("nội thành", "city downtown"),
        ("thị xã", "town"),
        ("thị trấn", "town"),
        ("khu vực", "region"),
        ("vùng", "region"),
        ("tỉnh", "province provincial"),
        ("tp", "city"),
        ("vốn", "capital"),
    )
}
# Words that stand for a name that begins a sentence.
SUBJECTS = words("it they its their")
SUBJECT_NOUNS = words("company firm organisation organization agency country")
SUBJECT_TITLES = words("hãng công ty tập đoàn tổ chức")
LONGEST_TITLES = 100  # characters of titles before a name
OWN_COUNTRY = "Vietnam"
OWN_PHRASES = frozenset([("cả", "nước"), ("đất", "nước"), ("nước", "ta"), ("nước", "này"),
                         ("trong", "nước"), ("quốc", "gia"), ("toàn", "quốc")])  # fmt: skip
PRONOUNS = words("he him his she her hers they their i my")
# Countries that use names of Chinese origin: Vietnamese texts spell them in Vietnamese.
CHINESE_NAMES = frozenset(
    ["China", "Taiwan", "Hong Kong", "South Korea", "North Korea", "Japan", "Macau", "Singapore"]
)
REACH = 20  # characters before a name with a title
ORGANIZATIONS = words("đoàn hội hàng ty cục bộ viện ban đài xã quan sở")  # last word: tập đoàn
WINDOW = 60  # characters around a name, for the words of an organization
JOINING = words("of the and for")  # not in the initials of an organization
SHORTEST_ACRONYM, LONGEST_ACRONYM = 3, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sentences, and what the ways of telling a name need of them.

    It is found once a sentence, so that a sentence with many names takes linear time.
    """

    vi: Tokens
    en: Tokens
    foreign: Mapping[int, Name]  # the foreign names of the Vietnamese sentence by their start
    absent: Mapping[int, Name]  # the names without a form in English by their start
    alone: Mapping[str, bool]  # whether no place of an English word follows a capital
    own_country: bool  # whether the Vietnamese sentence says "cả nước"
    acronyms: frozenset[str]  # of the Vietnamese sentence
    letters: frozenset[str]  # in the acronyms of the English sentence


def pair_sides(vi: Tokens, en: Tokens, names: Sequence[Name], absent: Mapping[int, Name]) -> Sides:
    """Return the sentences with what the ways of telling a name need of each."""
    low = [token.low for token in vi.items]
    return Sides(
        vi=vi,
        en=en,
        foreign={name.span.start: name for name in names if name.foreign},
        absent=absent,
        alone=_words_alone(en),
        own_country=any(pair in OWN_PHRASES for pair in itertools.pairwise(low)),
        acronyms=frozenset(_acronyms(vi)),
        letters=frozenset(letter for acronym in _acronyms(en) for letter in acronym),
    )


def _words_alone(en: Tokens) -> dict[str, bool]:
    alone: dict[str, bool] = {}
    for index, token in enumerate(en.items):
        word = plain(token.low)
        alone[word] = alone.get(word, True) and not en[index - 1].is_capital
    return alone


def is_told(name: Name, sides: Sides, lang: str) -> bool:
    """Return whether the sentence in `lang` tells the name of the other one in another way."""
    return any(tells(name, sides) for tells in WAYS[lang])


def _is_shortened(name: Name, sides: Sides) -> bool:
    """Return whether English has only the last word of a foreign name: Brown for Dan Brown."""
    last = sides.foreign.get(name.span.end + 1)
    if last is None or last.span.start in sides.absent or not name.text.isascii():
        return False
    return sides.alone.get(plain(last.text.lower()), False)


def _is_subject(name: Name, sides: Sides) -> bool:
    """Return whether a pronoun stands for a name that begins the sentence."""
    if not name.foreign or name.span.start > LONGEST_TITLES:
        return False
    if not SUBJECT_TITLES.issuperset(sides.vi.text[: name.span.start].lower().split()):
        return False
    opening = [*itertools.islice((token.low for token in sides.en.items if token.is_word), 2)]
    return bool(opening) and (
        opening[0] in SUBJECTS or (opening[0] == "the" and opening[-1] in SUBJECT_NOUNS)
    )


def _is_own_country(name: Name, sides: Sides) -> bool:
    """Return whether a name is that of the country which the Vietnamese text calls "cả nước"."""
    return sides.own_country and OWN_COUNTRY in _english(name)


def _english(name: Name) -> set[str]:
    return {tables()[2][row].en[0] for row in name.rows}


def _acronyms(tokens: Tokens) -> Iterator[str]:
    for token in tokens.items:
        if token.is_word and token.text.isupper() and len(token.text) >= SHORTEST_ACRONYM:
            yield token.text


def _is_in_english_acronym(name: Name, sides: Sides) -> bool:
    """Return whether an acronym stands for an organization of a country or place: the VFF."""
    before = sides.vi.text[max(0, name.span.start - WINDOW) : name.span.start].lower().split()
    initials = {form[0] for form in _english(name)} | ({name.text[0]} if name.foreign else set())
    return not ORGANIZATIONS.isdisjoint(before) and not sides.letters.isdisjoint(initials)


def _is_in_vietnamese_acronym(name: Name, sides: Sides) -> bool:
    """Return whether an acronym stands for an organization that English names in full: VFF."""
    if not sides.acronyms:
        return False
    start = max(0, name.span.start - WINDOW)
    run = before = ""
    for token in Tokens(sides.en.text[start : name.span.end + WINDOW]).items:
        if token.is_capital:
            run += token.text[0]
        elif token.low not in JOINING:
            run = before = ""
        if token.start < name.span.start - start:
            before = run
        for length in range(SHORTEST_ACRONYM, LONGEST_ACRONYM + 1):
            covers = len(run) - length <= len(before) < len(run)
            if covers and run[-length:] in sides.acronyms:
                return True
    return False


def has_chinese_names(names: Iterable[Name]) -> bool:
    """Return whether one of the names is a country whose names have a Vietnamese spelling."""
    return any(not CHINESE_NAMES.isdisjoint(_english(name)) for name in names)


def leave_understood(names: Sequence[Name], vi: Tokens, en: Tokens, *, chinese: bool) -> list[Name]:
    """Return the names without those whose meaning the context tells.

    The country, he, or a Chinese spelling. A word such as "city" stands for one name at most.
    """
    standing = _standing_words(names, vi, en)
    there = {plain(token.low) for token in en.items if token.is_word}
    left: list[Name] = []
    told: set[frozenset[int] | str] = set()
    for name in names:
        what: frozenset[int] | str = name.rows or name.text
        if what in told or _is_understood(name, vi, there, chinese=chinese):
            continue
        kinds = {tables()[2][row].kind for row in name.rows}
        fitting = frozenset().union(*(STANDING_FOR.get(kind, frozenset()) for kind in kinds))
        if _take(standing, fitting):
            told.add(what)
        else:
            left.append(name)
    return left


def _take(standing: Counter[str], fitting: frozenset[str]) -> bool:
    """Remove one of the words that fit; return whether there was one."""
    word = next((word for word in standing if word in fitting and standing[word]), None)
    if word is not None:
        standing[word] -= 1
    return word is not None


def _standing_words(names: Sequence[Name], vi: Tokens, en: Tokens) -> Counter[str]:
    """Count the English words that may stand for a name: no part of one, and no translation."""
    possible = frozenset().union(*STANDING_FOR.values())
    found = Counter(
        token.low
        for index, token in enumerate(en.items)
        if token.low in possible and not _is_named(en, index)
        for _ in range(MOST_STOOD_FOR if token.low in PLURAL else 1)
    )
    starts = {name.span.start for name in names}
    for index in range(len(vi)):
        for length in (2, 1):
            phrase = " ".join(vi.low(index + i) for i in range(length))
            if phrase in TRANSLATED and vi[index + length].start not in starts:
                _take(found, TRANSLATED[phrase])
    return found


def _is_named(en: Tokens, index: int) -> bool:
    """Return whether the name of a place is beside a word: Quebec City, the city of Vinh."""
    joined = en[index].is_capital and en[index - 1].is_capital
    after = index + 2 if en.low(index + 1) == "of" and en.low(index) != "capital" else index + 1
    return joined or (en.low(index) in PLACED and en[after].is_capital)


def _is_understood(name: Name, vi: Tokens, there: set[str], *, chinese: bool) -> bool:
    before = vi.text[max(0, name.span.start - REACH) : name.span.start].split()[-1:]
    alone = len(name.text.split()) == 1 and not name.foreign
    if alone and before and before[0].lower() in PERSON_CUES:
        return bool(there & PRONOUNS)
    return chinese and not name.rows and not name.foreign


Way = Callable[[Name, Sides], bool]
# The ways in which each language tells a name of the other one.
WAYS: Mapping[str, tuple[Way, ...]] = {
    "en": (_is_shortened, _is_subject, _is_in_english_acronym),
    "vi": (_is_own_country, _is_in_vietnamese_acronym),
}

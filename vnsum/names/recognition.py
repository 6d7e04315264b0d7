"""Recognizing the names in a text, and how they are spelled in the other language.

Vietnamese names are found by the table of names, by spelling (foreign words) and by the words
before them (titles, kinds of places). English names are found by the table only, since a capital
letter in English often starts a common noun.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from vnsum.languages.abbreviations import ABBREVIATIONS
from vnsum.languages.surnames import SURNAMES
from vnsum.names.table import (
    COMPOUNDS,
    drop_diacritics,
    look_up_forms,
    may_be_syllable,
    tables,
)
from vnsum.quantities.tokens import Token, Tokens, words
from vnsum.results.result import Span

PERSON_CUES = words("ông bà anh chị cô chú em cháu bác cụ")
# Nouns that end like a title: children, tools. What follows is no given name: trẻ em Mỹ.
NOT_TITLES = frozenset([("trẻ", "em"), ("anh", "em"), ("chị", "em"), ("đàn", "ông"),
                        ("đàn", "bà"), ("quý", "ông"), ("quý", "bà"), ("dụng", "cụ"),
                        ("công", "cụ"), ("nhạc", "cụ"), ("đạo", "cụ"), ("nông", "cụ")])  # fmt: skip
PLACE_CUES = words(
    "tỉnh huyện xã quận phường trấn làng thôn đường phố sông núi đảo hồ cầu đèo chùa"
)
NOT_PLACE_CUES = frozenset([("bán", "cầu"), ("toàn", "cầu"), ("nhu", "cầu"), ("yêu", "cầu"),
                            ("thành", "phố"), ("lễ", "đường"), ("thiên", "đường"), ("tác", "xã"),
                            ("đồng", "hồ"), ("cơ", "hồ")])  # fmt: skip
# Currencies and measures before a country: đô la Mỹ, mẫu Anh
CURRENCY_CUES = words("bảng la đôla đô yên rúp baht mẫu dặm")
PLACE_PHRASES = frozenset([("sân", "bay"), ("bãi", "biển"), ("nhà", "ga")])
# Capitalized common nouns of two syllables.
COMMON_NOUNS = frozenset([("sân", "bay"), ("nhân", "dân"), ("công", "an"), ("quân", "đội"),
                          ("bệnh", "viện"), ("ngân", "hàng"), ("nhà", "máy"),
                          ("quốc", "tế"), ("quốc", "gia"), ("nội", "địa"),
                          ("liên", "bang")])  # fmt: skip
# Compounds after "Đoàn" (delegation, troupe), which also is a surname: Đoàn Văn công.
TROUPES = frozenset([("văn", "công"), ("thanh", "niên"), ("kiểm", "tra"), ("thanh", "tra"),
                     ("công", "tác"), ("thể", "thao"), ("luật", "sư"), ("chủ", "tịch"),
                     ("đại", "biểu"), ("nghệ", "thuật"), ("giám", "sát"), ("khảo", "sát"),
                     ("ca", "múa"), ("cải", "lương"), ("kịch", "nói"), ("kinh", "tế"),
                     ("thẩm", "định"), ("hội", "thẩm")])  # fmt: skip
# Words in lower case inside of foreign names: Ursula von der Leyen, Tamim bin Hamad.
ARTICLES = words("al el")  # joined to the name behind them: Bashar al-Assad
PARTICLES = words("al bin bint da de del della den der dos el ibn ten ter van von")
FULL_NAME = 3  # syllables
LONGEST_ACRONYM = 5  # letters; one without vowels may be longer: BHXHVN
VOWELS = frozenset("aăâeêioôơuưy")
LONGEST_CUE = 3  # words in lower case before a name of the table: đồng bằng sông Cửu Long
# Words that often begin a Vietnamese sentence and look like a foreign name.
LOANWORDS = words(
    "ôtô oto auto tivi virus video clip internet vaccine vắcxin vắc vaccin website web email mail"
    " laptop robot album show showbiz taxi container camera radar visa gas karaoke sex shipper ship"
    " game gameshow studio marketing tour resort villa homestay smartphone iphone drone bikini"
    " festival fan fans idol hotgirl hot rapper single live livestream fastfood mili micro nano"
    " euro euros yen dollar won baht paparazzi concert jazz rock rap ballad blog blogger vlog"
    " wifi richter vitamin amiăng ballet"
    " facebooker youtuber tiktoker streamer startup app online offline pizza pasta sushi kimchi"
)
# English words, in a title or a quotation that was left in English.
ENGLISH = words(
    "the this these those that with without because although though while when where what which"
    " who why how and but for from into about after before are is was were has have had will would"
    " can could should its their his her our your they them you not more most than then there here"
    " if as at by in of on or to it he she we change treasury secretary white house"
)
MOSTLY_FOREIGN = 0.5
DIRECTION_CUES = words("phía hướng miền")
# Common nouns before a foreign name: Bang Ohio, người Mỹ gốc Phi Nicole.
TITLES = words("vua cha linh bang nam trung ban phi")
OPENERS = words("theo trong khi sau tuy nay")  # of sentences; also names: Theo Walcott
MOSTLY_CAPITALS = 0.7


# Short names of countries, which are only used beside that of another one: Mỹ - Triều, Trung-Ấn.
PAIRED = {"trung": "Trung Quốc", "triều": "Triều Tiên", "ấn": "Ấn Độ", "đài": "Đài Loan"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text, with its span and, if it is in the table of names, its rows."""

    text: str
    span: Span
    rows: frozenset[int] = frozenset()
    foreign: bool = False


def list_names(text: str, lang: str) -> list[Name]:
    """Return the recognized names of a text, in order.

    >>> [name.text for name in list_names("Ông Trump viết trên Truth Social.", "vi")]
    ['Trump', 'Truth', 'Social']
    """
    return [*(names_in_vi if lang == "vi" else names_in_en)(Tokens(text))]


def names_in_vi(tokens: Tokens) -> Iterator[Name]:
    """Yield the recognized names of a Vietnamese text, in order."""
    table = tables()[0]
    keys = look_up_forms(tokens)
    runs = _run_ends(tokens)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if not (token.is_word and token.is_capital):
            index += 1
            continue
        found = table.longest(keys, index)
        if found and _is_common_word(tokens, index, *found):
            found = None
        if (found is None or found[0] == 1) and (rows := _read_paired(tokens, index)):
            count = 1
        elif found and _stands_alone(tokens, index, found[0]):
            count, rows = found
        else:
            count, rows = _name_end(tokens, index, runs[index]) - index, frozenset()
        if count > 0:
            yield _with_cue(_name(tokens, index, index + count, rows), tokens, index, keys)
        index += max(count, 1)


def _read_paired(tokens: Tokens, index: int) -> frozenset[int]:
    """Return the row of a short name of a country in a pair of countries: Triều in Mỹ - Triều.

    It is no part of a longer word: Trung Á, Trung tâm.
    """
    low, after = tokens.low(index), tokens[index + 1]
    if low not in PAIRED or (
        after.is_word and (after.is_capital or after.low in COMPOUNDS.get(low, ()))
    ):
        return frozenset()
    beside = (tokens[index + 2 * step] for step in (-1, 1) if tokens.is_dash(index + step))
    return _find_rows(PAIRED[low]) if any(map(_is_country, beside)) else frozenset()


def _is_country(token: Token) -> bool:
    if not token.is_capital:
        return False
    rows = _find_rows(PAIRED.get(token.low, token.low))
    return any(tables()[2][row].kind == "country" for row in rows)


@functools.lru_cache(maxsize=4096)
def _find_rows(form: str) -> frozenset[int]:
    found = tables()[0].longest(look_up_forms(Tokens(form)), 0)
    return found[1] if found else frozenset()


def _is_common_word(tokens: Tokens, index: int, count: int, rows: frozenset[int]) -> bool:
    """Return whether a form of a province or city is a word: Hòa bình (peace), Đại lý (agency)."""
    places = all(tables()[2][row].kind in ("province", "city") for row in rows)
    return places and count > 1 and not tokens[index + count - 1].is_capital


def _with_cue(name: Name, tokens: Tokens, index: int, keys: list[str]) -> Name:
    """Return the longer name of the table that begins with words in lower case before a name.

    The name of the city in "thành phố Hồ Chí Minh" is not that of the person.
    """
    for first in range(max(0, index - LONGEST_CUE), index):
        found = tables()[0].longest(keys, first)
        if found and first + found[0] > index and not tokens[first].is_capital:
            longer = _name(tokens, first, first + found[0], found[1])
            if longer.span.end >= name.span.end:
                return longer
    return name


def is_vietnamese(tokens: Tokens) -> bool:
    """Return whether half of the words of a text, or of those in small letters, look Vietnamese."""
    words = [token for token in tokens.items if token.is_word]
    small = [token for token in words if not token.is_capital]
    return any(
        sum(may_be_syllable(token.low) for token in part) >= MOSTLY_FOREIGN * len(part)
        for part in (words, small or words)
    )


def names_in_en(tokens: Tokens) -> Iterator[Name]:
    """Yield the names of an English text that are in the table, in order."""
    keys = look_up_forms(tokens)
    index = 0
    while index < len(tokens):
        found = tables()[1].longest(keys, index) if tokens[index].is_capital else None
        if found:
            yield _name(tokens, index, index + found[0], found[1])
        index += found[0] if found else 1


def is_headline(tokens: Tokens) -> bool:
    """Return whether a text is mostly upper-case, so that capitals do not mark names."""
    upper = [token.text.isupper() for token in tokens.items if token.is_word]
    return len(upper) > 3 and sum(upper) > MOSTLY_CAPITALS * len(upper)


def is_certain(name: Name) -> bool:
    """Return whether a name is certain: in the table, foreign, or that of a Vietnamese person.

    A name after "tỉnh" or "sông" is not, as it may be part of a longer name or a common noun, nor
    is one that two places have, Sơn Tây (Son Tay or Shanxi), and a short name in a pair, which
    English may tell in many ways.
    """
    if len(name.rows) > 1 or name.text.lower() in PAIRED:
        return False
    syllables = name.text.lower().split()
    person = len(syllables) > 1 and syllables[0] in SURNAMES
    return bool(name.rows) or name.foreign or person


def spell_name(name: Name, lang: str) -> tuple[str, ...]:
    """Return the forms of a name in language `lang`, the most common one first.

    >>> (name,) = list_names("Ông Tập Cận Bình phát biểu.", "vi")
    >>> spell_name(name, "en")
    ('Xi Jinping', 'Xi')
    """
    table = tables()[2]
    if name.rows:
        return tuple(form for row in sorted(name.rows) for form in getattr(table[row], lang))
    return (name.text,) if name.foreign else (drop_diacritics(name.text), name.text)


def _name(tokens: Tokens, start: int, end: int, rows: frozenset[int] = frozenset()) -> Name:
    span = Span(start=tokens[start].start, end=tokens[end - 1].end)
    foreign = not all(may_be_syllable(tokens.low(index)) for index in range(start, end))
    return Name(tokens.text[span.start : span.end], span, rows, foreign)


def _stands_alone(tokens: Tokens, index: int, count: int) -> bool:
    """Return whether a name of the table is not part of a longer name, as Đức in Minh Đức."""
    before, after = tokens[index - 1], tokens[index + count]
    inside = not before.glued or before.is_word
    if count > 1 or not may_be_syllable(tokens.low(index)):  # not a syllable of a Vietnamese name
        return True
    # Pounds sterling, US dollars; the Americas; bà Nga, anh Thái.
    titled = before.low in PERSON_CUES and (tokens.low(index - 2), before.low) not in NOT_TITLES
    if before.low in CURRENCY_CUES or before.low == "châu" or titled:
        return False
    beside = before.is_word and before.is_capital and inside and may_be_syllable(before.low)
    if tokens.starts_sentence(index) or beside:
        return False
    if len(tokens[index].text) < 2 and after.text == ".":
        return False
    if after.low in COMPOUNDS.get(tokens.low(index), ()):
        return False
    return not (after.is_word and after.is_capital and may_be_syllable(after.low))


def _run_ends(tokens: Tokens) -> list[int]:
    """Return, for every token, the end of the run of capitalized syllables that it begins."""
    ends = [*range(len(tokens) + 1)]
    for index in reversed(range(len(tokens))):
        token = tokens[index]
        if token.is_word and token.is_capital and may_be_syllable(token.low):
            ends[index] = max(index + 1, ends[index + 1])
    return ends


def _name_end(tokens: Tokens, index: int, end: int) -> int:
    """Return the end of the name at `index`, which is not in the table; `index` if there is none.

    `end` is the end of the run of capitalized syllables that starts at `index`.
    """
    token = tokens[index]
    if not may_be_syllable(token.low):
        acronym = token.text.isupper() and (
            len(token.text) <= LONGEST_ACRONYM or not VOWELS & set(token.low)
        )
        hyphened = tokens.is_dash(index + 1) and tokens[index + 1].glued
        # Covid-19 is one name; the CoV of SARS-CoV-2 is part of a code.
        hyphened = hyphened and (not tokens[index + 2].is_digits or tokens.is_dash(index - 1))
        common = token.low in ENGLISH or token.low in LOANWORDS or token.text in ABBREVIATIONS
        return index if acronym or hyphened or common or len(token.text) < 3 else index + 1
    if token.text.isascii() and _beside_foreign(tokens, index):
        return index + 1
    if tokens.is_dash(end) and tokens[end].glued and tokens[end + 1].glued:
        return index  # a part of Am-xtéc-đam
    cue = tokens[index - 1]
    before = cue.low if not cue.is_capital or tokens.starts_sentence(index - 1) else ""
    if tokens.starts_sentence(index) and token.low not in SURNAMES:
        return index
    known = token.low in SURNAMES and end - index >= 2
    if tokens.is_dash(end):  # part of a name (Cu - nét) or a lake (Hồ Tây) unless it is a whole one
        return end if known and end - index >= FULL_NAME else index
    cues = tokens.low(index - 2), before
    place = (before in PLACE_CUES and cues not in NOT_PLACE_CUES) or cues in PLACE_PHRASES
    place = place and (token.low, tokens.low(index + 1)) not in COMMON_NOUNS
    titled = before in PERSON_CUES and cues not in NOT_TITLES
    troupe = token.low == "đoàn" and (tokens.low(end - 1), tokens.low(end)) in TROUPES
    known = known and not (troupe and not tokens[end].is_capital)
    return end if known or titled or place else index


def _beside_foreign(tokens: Tokens, index: int) -> bool:
    """Return whether a possible Vietnamese syllable is part of a foreign name: Imran Khan."""
    if len(tokens[index].text) < 3 or tokens.is_dash(index + 1) or tokens.is_dash(index - 1):
        return False
    # "Theo Ansa" is "according to Ansa".
    if tokens.starts_sentence(index) or tokens.low(index) in TITLES:
        return False
    if tokens.low(index - 1) in DIRECTION_CUES:  # "phía Nam Penang" is "the south of Penang"
        return False
    before = tokens[index - 1]
    if before.is_capital and not before.text.isascii():  # Bộ Ngoại Giao Ecuador
        return False
    # A heading without a full stop before a sentence: "biên giới Venezuela Theo Bộ Nội vụ".
    beside = [tokens[index + 1]] if tokens.low(index) in OPENERS else [before, tokens[index + 1]]
    return any(
        other.is_word
        and other.is_capital
        and other.text.isascii()
        and not other.text.isupper()
        and not may_be_syllable(other.low)
        for other in beside
    )

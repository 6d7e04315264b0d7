"""Where foreign names begin and end in a Vietnamese text, with the help of the English side."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from vnsum.names.recognition import ARTICLES, PARTICLES, Name
from vnsum.names.table import may_be_syllable, plain
from vnsum.names.words import WORDS
from vnsum.quantities.tokens import Tokens, words

# Words that begin a sentence after a name, where the full stop is missing: "Benzema Trên kênh".
OPENERS = words(
    "trên trong ấy theo tuy khi sau trước tại ở với từ nhưng và vì do để nếu đây đó này những các"
    " một cũng đã đang sẽ bị được người ông bà anh chị cô cuộc ngoài ngay mới"
)
# Words with a capital letter and the word in lower case behind them: giải Nobel Hòa bình.
CATEGORIES = {
    ("hòa", "bình"), ("hoà", "bình"), ("kinh", "tế"), ("văn", "học"), ("văn", "chương"),
    ("vật", "lý"), ("vật", "lí"), ("hóa", "học"), ("hoá", "học"), ("y", "học"), ("y", "sinh"),
    ("y", "khoa"), ("sinh", "học"), ("sinh", "lý"), ("toán", "học"), ("nữ", "diễn"),
    ("nam", "diễn"), ("nữ", "chính"), ("nam", "chính"), ("phim", "hay"), ("phim", "tài"),
    ("phim", "ngắn"), ("phim", "hoạt"), ("phim", "nước"), ("phim", "xuất"), ("đạo", "diễn"),
    ("kịch", "bản"), ("bài", "hát"), ("ca", "khúc"), ("âm", "nhạc"), ("nhạc", "phim"),
    ("album", "của"), ("album", "hay"), ("album", "xuất"),
}  # fmt: skip
# Between the words of one name: Newcastle upon Tyne, St. Martin's Press.
LINKS = PARTICLES | words("a an and at by for from in of on s the to upon")
_JOINED = re.compile(r"\w+(?:[ -]\w+)*")
LONGEST_NAME = 12  # words
WORDS_BEFORE = 2  # of a foreign name that look Vietnamese
FARTHEST = 50  # words between two names that are looked at
MOST_PLACES = 4  # of a word in the English side that are compared


class English:
    """The English side, ready to be asked where it has the words of a name."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._words = [plain(token.low) for token in tokens.items]
        self._rows: dict[int, dict[tuple[str, ...], int]] = {}
        self._places: dict[str, list[int]] = {}  # of the words with a capital letter
        for place, token in enumerate(tokens.items):
            if token.is_capital:
                self._places.setdefault(self._words[place], []).append(place)

    def find(self, words: Sequence[str]) -> str | None:
        """Return the first place of the words, in lower case without marks, as it is written."""
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

    def has(self, word: str) -> bool:
        """Return whether a word has a place."""
        return word in self._places

    def count_apart(self, words: Sequence[str]) -> int:
        """Return how many first words of a name are certainly another one: CEO Apple Tim Cook."""
        if self.find(words):
            return 0
        return next(
            (
                count
                for count in range(len(words) - 1, 0, -1)
                if self.find(words[:count])
                and self.find(words[count:])
                and self._are_apart(words[count - 1], words[count])
            ),
            0,
        )

    def _are_apart(self, one: str, other: str) -> bool:
        """Return whether other words stand between two words wherever they are."""
        places, others = self._places.get(one, []), self._places.get(other, [])
        if not 0 < len(places) <= MOST_PLACES or not 0 < len(others) <= MOST_PLACES:
            return False
        return all(
            any(map(self._parts, range(min(pair) + 1, min(max(pair), min(pair) + FARTHEST))))
            for pair in itertools.product(places, others)
        )

    def _parts(self, place: int) -> bool:
        """Return whether a word is none inside of a name, as "J.", "upon" and "von" are."""
        token = self._tokens[place]
        if token.is_capital:
            return token.low in WORDS["en"].professions
        return token.is_word and token.low not in LINKS


def find_index(name: Name, vi: Tokens) -> int:
    """Return the index of the token with which a name begins."""
    return bisect.bisect_left(vi.items, name.span.start, key=lambda token: token.start)


def add_words_before(
    name: Name, vi: Tokens, en: English, least: int, kinds: Collection[str]
) -> Name:
    """Return a foreign name with the capital words before it that the English side has, too.

    "Tom" and "El" look Vietnamese in Tom Fletcher and El Fasher, "Luc" in Jean-Luc Godard. The
    name cannot start before `least`, nor with one of the `kinds` of what has a name: CLB Real
    Madrid.
    """
    if not name.foreign or name.rows:
        return name
    index = find_index(name, vi)
    for first in range(max(0, index - 2 * WORDS_BEFORE), index):  # hyphens are tokens, too
        start = vi[first].start
        if start < least or vi[first].low in kinds or not vi[first].is_capital:
            continue
        text = vi.text[start : name.span.end]
        if len(text.split()) > len(name.text.split()) + WORDS_BEFORE or not _JOINED.fullmatch(text):
            continue
        if en.find([plain(token.low) for token in Tokens(text).items]) == text:
            return replace(name, text=text, span=replace(name.span, start=start))
    return name


def add_words_behind(name: Name, vi: Tokens, en: English) -> str:
    """Return a foreign name with the words behind it: tỉnh Tbong Khmum, Tamim bin Hamad.

    Words that the English side shows apart are not of one name: CEO Apple Tim Cook is Apple's CEO
    Tim Cook.
    """
    first = find_index(name, vi)
    last = bisect.bisect_left(vi.items, name.span.end, key=lambda token: token.end)
    if name.foreign and not name.rows:
        for index in range(last + 1, last + 1 + LONGEST_NAME):
            if _continues(vi, index):
                last = index
            elif vi[index].text not in PARTICLES and not _is_inside(vi, index):
                break
        last = _find_last(vi, en, first, last)
    return vi.text[name.span.start : vi[last].end]


def _continues(vi: Tokens, index: int) -> bool:
    """Return whether a word may be of the name before it, and not of a code such as A321."""
    token, after = vi[index], vi[index + 1]
    if not token.is_capital or token.low == "đại" or token.low in OPENERS:
        return False
    if after.glued and after.is_digits:
        return False
    small = after.is_word and not after.is_capital
    return not (small and (token.low, after.low) in CATEGORIES)


def _is_inside(vi: Tokens, index: int) -> bool:
    """Return whether a mark is inside of a name: John F. Kennedy, Ayman al-Zawahiri."""
    mark, before, after = vi[index], vi[index - 1], vi[index + 1]
    if not mark.glued or not after.is_capital or may_be_syllable(after.low):
        return False
    initial = mark.text == "." and len(before.text) == 1 and before.is_capital
    return initial or (vi.is_dash(index) and before.low in ARTICLES and after.glued)


def _find_last(vi: Tokens, en: English, first: int, last: int) -> int:
    """Return the last of the words of a name, without those that are certainly not part of it."""
    spelled = [plain(token.low) for token in vi.items[first : last + 1]]
    dash, syllable = vi[last + 1], vi[last + 2]
    joined = vi.is_dash(last + 1) and dash.glued and syllable.glued and syllable.is_word
    if joined and en.find([*spelled, dash.text, plain(syllable.low)]):
        return last + 2  # Park Hang-seo
    if count := en.count_apart(spelled):
        return first + count - 1
    rest = spelled[:-1]
    if not en.find(spelled) and en.find(rest) and not en.has(spelled[-1]) and _is_word(vi, last):
        return last - 1
    return last


def _is_word(vi: Tokens, index: int) -> bool:
    """Return whether a word with diacritics is one of a Vietnamese phrase: giải Emmy Đặc biệt."""
    token, after = vi[index], vi[index + 1]
    phrase = after.is_word and not after.is_capital and may_be_syllable(after.low)
    return phrase and not token.text.isascii() and may_be_syllable(token.low)

"""Comparing words that have an opposite: directions, left and right, before and after, up and down.

A finding needs the word on one side and only its opposite on the other side. Words that mean both
or something else (right, phải) count next to certain words only. A difference that became a bound
is an opposite, too, and so is a bound of the same day or number with the opposite meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from vnsum.checks.opposite_words import OPPOSITIONS
from vnsum.checks.sides import Side, arrange, describe_change
from vnsum.names.table import look_up_forms, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import Finding, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A phrase that was found: what it means, and its tokens from `start` to `end`."""

    meaning: str
    start: int
    end: int


def _bound(words: str, number: str) -> re.Pattern[str]:
    """Return a pattern of a bound; "không dưới 5" is no such, and "trên dưới 5" is about 5."""
    before = r"(?<!không )(?<!trên )(?<!\bnot )(?<!\bno )"
    return re.compile(rf"{before}\b(?:{words}) {number}", re.IGNORECASE)


DIRECTIONS = {"đông": "east", "tây": "west", "nam": "south", "bắc": "north"}
DIRECTION_CUES = words("phía hướng miền vùng bờ cực mạn ven")
AXES = (("đông", "tây"), ("nam", "bắc"))  # "đông nam" in this order
COMPASS = ("northeast", "northwest", "southeast", "southwest", "north", "south", "east", "west")
# "ít hơn năm ngoái nửa tấn" is half a ton less than last year, not less than half a ton.
_DIFFERENCE = re.compile(
    r"\b(?:ít|nhiều|thấp|cao) hơn (?:so với )?(?:cùng kỳ )?(?:năm|tháng|tuần|vụ|quý|kỳ|mùa|lần) "
    r"(?:ngoái|trước|rồi)(?: đó)?,? (?:khoảng |gần |tới |đến )?(?P<amount>nửa|\d+)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:less|fewer|more|lower|higher) than (?:about |nearly )?(?P<amount>half|\d+)\b",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = {
    "vi": r"(?:ngày (\d{1,2})|(\d{1,2})(?=/\d)|năm (\d{4}))\b",
    "en": rf"(?:{_MONTH} (\d{{1,2}})|(?:the )?(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}|"
    r"(\d{4}))\b",
}
_NUMBER = dict.fromkeys(("vi", "en"), r"(\d+(?:[.,]\d+)*)")
# Words before a day or a number, with their meaning and the opposite one.
_BOUNDS = [
    (meaning, opposite, {"vi": _bound(vi, number["vi"]), "en": _bound(en, number["en"])})
    for meaning, opposite, vi, en, number in (
        ("before", "after", "trước", "before", _DAY),
        ("after", "before", "sau", "after", _DAY),
        ("below", "above", "dưới", "below|under|(?:less|fewer) than", _NUMBER),
        ("above", "below", "trên", "above|over|more than", _NUMBER),
        ("least", "most", "ít nhất|tối thiểu", "at least", _NUMBER),
        ("most", "least", "nhiều nhất|tối đa", "at most", _NUMBER),
    )
]
_OPPOSITES = {meaning: opposite for meaning, opposite, _ in _BOUNDS}
# With a negation, "before" may be told with "after": not before May 5, only after May 5. With a
# ban, "over" may be told with "under": only for people over 18.
_TOLD_OTHERWISE = {
    "before": re.compile(
        r"\b(?:không|chưa|chẳng|chỉ|mới|not|no|never|only|until|unless|cannot)\b|n['’]t\b",
        re.IGNORECASE,
    ),
    "below": re.compile(
        r"\b(?:chỉ|mới|cấm|only|bans?|banned|barred|prohibit\w*|forb\w+)\b", re.IGNORECASE
    ),
}
_TOLD_OTHERWISE |= {"after": _TOLD_OTHERWISE["before"], "above": _TOLD_OTHERWISE["below"]}
DIRECTION_ENDINGS = words("ern erly ward wards bound erner erners") | {""}


def compare_opposites(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning for each word that seems to have become its opposite."""
    vi, en = arrange(old, old.tokens, new.tokens)
    found = [
        (_span(mine, vi), _span(other, en))
        for compare in COMPARISONS
        for mine, other in compare(vi, en)
    ]
    return [
        describe_change(old, new, arrange(old, *spans), kind="opposite", certain=False)
        for spans in found
    ]


def _span(mark: Mark, tokens: Tokens) -> Span:
    return Span(start=tokens[mark.start].start, end=tokens[mark.end - 1].end)


def _compare_oppositions(vi: Tokens, en: Tokens) -> Iterator[tuple[Mark, Mark]]:
    for row in OPPOSITIONS:
        mine, other = _find(vi, row.vi[0]), _find(en, row.en[1])
        if mine and other and not (_find(vi, row.vi[1]) or _find(en, row.en[0])):
            yield mine, other


def _find(tokens: Tokens, phrases: Iterable[str]) -> Mark | None:
    """Return the first of the phrases in a text."""
    there = {token.low for token in tokens.items}
    for phrase in phrases:
        parts = phrase.split()
        if not there.issuperset(parts):
            continue
        for index in range(len(tokens) - len(parts) + 1):
            if [tokens.low(index + i) for i in range(len(parts))] == parts:
                return Mark(meaning=phrase, start=index, end=index + len(parts))
    return None


def _compare_directions(vi: Tokens, en: Tokens) -> Iterator[tuple[Mark, Mark]]:
    """Yield a direction of the Vietnamese text if the English one has other directions only."""
    old, new = [*_directions_in_vi(vi)], [*_directions_in_en(en)]
    if old and new and not {mark.meaning for mark in old} & {mark.meaning for mark in new}:
        yield old[0], new[0]


def _directions_in_vi(tokens: Tokens) -> Iterator[Mark]:
    """Yield directions after words such as "phía", and combined ones such as "Tây Nam"."""
    index = 0
    while index < len(tokens):
        low, after = tokens.low(index), tokens.low(index + 1)
        # "đông Bắc Mỹ" is the east of North America.
        same_case = tokens[index].is_capital or not tokens[index + 1].is_capital
        combined = low in AXES[0] and after in AXES[1] and same_case
        if low not in DIRECTIONS or not (combined or tokens.low(index - 1) in DIRECTION_CUES):
            index += 1
            continue
        end = index + 1 + combined
        meaning = DIRECTIONS[after] + DIRECTIONS[low] if combined else DIRECTIONS[low]
        yield Mark(meaning=meaning, start=index, end=end)
        index = end


def _directions_in_en(tokens: Tokens) -> Iterator[Mark]:
    """Yield directions that are not part of a name of the table, such as North Korea."""
    keys = look_up_forms(tokens)
    index = 0
    while index < len(tokens):
        named = tables()[1].longest(keys, index)
        if named and named[0] > 1:
            index += named[0]
            continue
        meaning, end = _direction(tokens.low(index)), index + 1
        place = index + 2 if tokens.is_dash(index + 1) or tokens.low(index + 1) == "and" else end
        second = _direction(tokens.low(place))
        if meaning in ("north", "south") and second in ("east", "west"):
            meaning, end = meaning + second, place + 1
        if meaning:
            yield Mark(meaning=meaning, start=index, end=end)
        index = end


def _direction(low: str) -> str:
    """Return the direction that a word means: southwestern is southwest."""
    for stem in COMPASS:
        if low.startswith(stem) and low[len(stem) :] in DIRECTION_ENDINGS:
            return stem
    return ""


def _compare_differences(vi: Tokens, en: Tokens) -> Iterator[tuple[Mark, Mark]]:
    """Yield a difference from an earlier period that became a bound of the same amount."""
    difference = _DIFFERENCE.search(vi.text)
    if difference is None:
        return
    amount = difference["amount"].lower().replace("nửa", "half")
    for bound in _BOUND.finditer(en.text):
        if bound["amount"].lower() == amount:
            yield _mark_match(difference, vi), _mark_match(bound, en)
            return


def _compare_bounds(vi: Tokens, en: Tokens) -> Iterator[tuple[Mark, Mark]]:
    """Yield a bound of a day or number that means the opposite: before, over, at least."""
    own, others = _find_bounds(vi, "vi"), _find_bounds(en, "en")
    for (meaning, number), match in own.items():
        opposite = _OPPOSITES[meaning], number
        both = opposite in own or (meaning, number) in others
        if opposite in others and not both and not _may_be_told_otherwise(meaning, vi, en):
            yield _mark_match(match, vi), _mark_match(others[opposite], en)
            return


def _may_be_told_otherwise(meaning: str, vi: Tokens, en: Tokens) -> bool:
    pattern = _TOLD_OTHERWISE.get(meaning)
    return pattern is not None and any(pattern.search(tokens.text) for tokens in (vi, en))


def _find_bounds(tokens: Tokens, lang: str) -> dict[tuple[str, str], re.Match[str]]:
    """Return the bounds of a text by their meaning and number."""
    return {
        (meaning, re.sub("[.,]", "", next(filter(None, match.groups())))): match
        for meaning, _, patterns in _BOUNDS
        for match in patterns[lang].finditer(tokens.text)
    }


def _mark_match(match: re.Match[str], tokens: Tokens) -> Mark:
    inside = [
        index
        for index, token in enumerate(tokens.items)
        if match.start() <= token.start < match.end()
    ]
    return Mark(meaning=match[0], start=inside[0], end=inside[-1] + 1)


COMPARISONS: tuple[Callable[[Tokens, Tokens], Iterator[tuple[Mark, Mark]]], ...] = (
    _compare_oppositions,
    _compare_directions,
    _compare_differences,
    _compare_bounds,
)

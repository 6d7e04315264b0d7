"""Days that are written with a hyphen (8-3) without "ngày", as opposed to ranges and scores.

A day above 12 cannot be the start of a range that ends with a month, and is rarely a score. Other
days need a word before them that announces a day, and no noun after them.
"""

from __future__ import annotations

from vnsum.quantities.dates import DOTTED
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import is_day
from vnsum.quantities.vi.lunar import follows_anniversary, is_marked_before, mark_end
from vnsum.quantities.vi.numbers import AMOUNTS
from vnsum.quantities.vi.tables import COUNTED, NOT_COUNTED, SCALES, SURE_CUES, WEEKDAYS

CUES = words("nay qua mai kia sớm hết")  # hôm nay 4-4, sáng sớm 3-8, đến hết 12-3
BEFORE_CUES = SURE_CUES | words("sớm vừa đến tới")
CLOCK_ENDS = words("phút giờ h g p")  # 9 giờ 6-1, 20h 8-3
OPENERS = words("từ đến tới")  # also before ranges, which rise
SURE_OPENERS = words("trước sau vào")
LINKS = words("và đến tới hoặc ,")
LONGEST_LIST = 6
REACH = 7  # tokens from "hạn" to the day
DEADLINE_ENDS = words("là đến vào trước")
SCORE_CUES = AMOUNTS.grammar.score_cues
NUMBERED = words("lô phòng căn nhà tòa toà block set séc ván hiệp")


def hyphen_day(tokens: Tokens, index: int) -> bool | None:
    """Return whether the reading of 8-3 as a day is certain, or `None` if it is not a day."""
    if not is_day_and_month(tokens, index):
        return None
    marked = mark_end(tokens, index + 3) or is_marked_before(tokens, index)
    if marked or follows_anniversary(tokens, index):
        return True
    noun = (tokens.integer(index) or 0) <= 12 and _has_noun(tokens, index + 3)
    linked = _is_linked(tokens, index) or _opens_span(tokens, index + 3)
    score = _has_score_cue(tokens, index) or tokens.low(index - 1) in NUMBERED
    if noun or (score and not linked):
        return None
    if linked:
        return True
    if _is_announced(tokens, index):
        # "hiện nay 3-4 nhà máy" is a range
        return not (_rises(tokens, index) and _has_other_word(tokens, index + 3))
    return _is_likely(tokens, index)


def is_first_day(tokens: Tokens, index: int) -> bool:
    """Return whether a number is the first day of "5 đến 7-7" or "8, 9 và 10/3"."""
    at = index
    for _ in range(LONGEST_LIST):
        if tokens.integer(at, 2) is None or tokens.low(at + 1) not in LINKS:
            return False
        at += 2
        slash = tokens[at + 1].text == "/" and tokens.integer(at + 2, 2) is not None
        if slash or is_day_and_month(tokens, at):
            return _is_linked(tokens, at) and not _has_noun(tokens, at + 3)
    return False


def is_day_and_month(tokens: Tokens, index: int) -> bool:
    """Return whether it is a day and month, 8-3, that are valid and not part of something else."""
    day, month = tokens.integer(index, 2), tokens.integer(index + 2, 2)
    tight = tokens[index + 1].glued and tokens[index + 2].glued
    if day is None or month is None or not tokens.is_dash(index + 1) or not tight:
        return False
    chain = tokens[index + 3].glued and tokens[index + 3].text in "-/:.%–"
    chain = chain and not (tokens[index + 3].text in ".:" and not tokens[index + 4].glued)
    before = tokens[index].glued and tokens[index - 1].text not in "(“\"'"
    return not chain and not before and is_day(None, month, day)


def follows_dotted_day(tokens: Tokens, index: int) -> bool:
    """Return whether a number with a full stop is a day as well: ngày 5.3 đến 8.3."""
    if tokens.low(index - 1) not in LINKS and not tokens.is_dash(index - 1):
        return False
    if not DOTTED.fullmatch(tokens[index].text) or _has_noun(tokens, index + 1):
        return False
    at = index - 2
    return DOTTED.fullmatch(tokens[at].text) is not None and tokens.low(at - 1) in SURE_CUES


def is_decimal(tokens: Tokens, index: int) -> bool:
    """Return whether a number with a full stop is one of millions and so on: ngày 5.3 triệu."""
    is_dotted = DOTTED.fullmatch(tokens[index].text) is not None
    return is_dotted and SCALES.match(tokens, index + 1) is not None


def _has_noun(tokens: Tokens, index: int) -> bool:
    """Return whether something counted follows: a unit, a scale or a noun."""
    if tokens[index].glued and (tokens[index].is_word or tokens[index].text == "%"):
        return True
    unit = AMOUNTS.unit(tokens, index)[1]
    scale = SCALES.match(tokens, index) is not None
    return bool(unit) or scale or tokens.low(index) in COUNTED


def _has_score_cue(tokens: Tokens, index: int) -> bool:
    return any(tokens.low(index + i) in SCORE_CUES for i in (-5, -4, -3, -2, -1, 3, 4))


def _is_announced(tokens: Tokens, index: int) -> bool:
    """Return whether the words before announce a day: hôm nay, 4-4; kể từ 1-7; thứ bảy 6-4."""
    at = index - 1
    while tokens[at].text in ("(", ",", ":") and at > index - 3:
        at -= 1
    word, before = tokens.low(at), tokens.low(at - 1)
    weekday = before in ("thứ", "chủ", "chúa") and (
        word in WEEKDAYS or word == "nhật" or 2 <= (tokens.integer(at, 1) or 0) <= 7
    )
    if weekday or (word in (*CUES, *DEADLINE_ENDS, ":") and _follows_deadline(tokens, at)):
        return True
    if at < index - 1:
        # "hôm nay (4-4)"; but "mất điểm, 4-4" announces nothing
        deadline = tokens[index - 1].text == ":" and _follows_deadline(tokens, index)
        return deadline or (word in CUES and before in BEFORE_CUES)
    clock = tokens[at - 1].is_digits and word in CLOCK_ENDS
    clock = clock or (tokens[at].glued and before in ("h", "g", ":") and tokens[at - 2].is_digits)
    cued = word in SURE_CUES or (word in CUES and before in BEFORE_CUES)
    return clock or cued or (before, word) == ("kể", "từ")


def _follows_deadline(tokens: Tokens, index: int) -> bool:
    return any(tokens.low(at) == "hạn" for at in range(index - REACH, index))


def _is_linked(tokens: Tokens, index: int) -> bool:
    """Return whether the day ends a list or span of days: ngày 8 và 9-3, từ 28-2 đến 5-3."""
    at = index
    for _ in range(LONGEST_LIST):
        if tokens.low(at - 1) not in LINKS:
            return False
        at -= 2
        if tokens.is_dash(at - 1) or tokens[at - 1].text == "/":
            at -= 2
        day = tokens.integer(at, 2)
        if day is None or not 1 <= day <= 31:
            return False
        if tokens.low(at - 1) in SURE_CUES or tokens.low(at - 1) == "từ":
            return True
    return False


def _opens_span(tokens: Tokens, index: int) -> bool:
    """Return whether another day follows: >8-3< đến 10-3."""
    at = index + 2 if tokens.low(index + 1) in ("hết", "ngày") else index + 1
    dash = tokens.is_dash(index) and not tokens[index].glued
    return (
        (dash or tokens.low(index) in ("đến", "tới"))
        and is_day_and_month(tokens, at)
        and not _has_noun(tokens, at + 3)
    )


def _rises(tokens: Tokens, index: int) -> bool:
    return (tokens.integer(index, 2) or 0) < (tokens.integer(index + 2, 2) or 0)


def _has_other_word(tokens: Tokens, index: int) -> bool:
    """Return whether a word follows that may be what a range counts."""
    word = tokens[index]
    return word.is_word and word.low not in NOT_COUNTED and not word.is_capital


def _is_likely(tokens: Tokens, index: int) -> bool | None:
    listed = tokens[index - 1].text in ",;" or (
        tokens[index + 3].text in ",;" and tokens.is_dash(index + 5)
    )
    if (tokens.integer(index, 2) or 0) > 12:
        return not listed  # "21-9, 21-12" may be the sets of a match
    before = tokens.low(index - 1)
    if _has_other_word(tokens, index + 3):
        return None
    if before in SURE_OPENERS:
        return True
    return not _rises(tokens, index) if before in OPENERS else None

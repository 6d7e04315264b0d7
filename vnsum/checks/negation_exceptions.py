"""Words that look like a negation and are none: air force, not only, at most, whether or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vnsum.checks.negation_words import (
    ADVERBS,
    AIR_BATTLE,
    APOSTROPHES,
    BOUNDS,
    COMPARATIVES,
    DEFENCE,
    DOUBLED_WITHIN,
    GOODS,
    NOT_AFTER,
    NOT_BEFORE,
    NUMERALS,
    UNPRECEDENTED,
    VERBS,
)
from vnsum.quantities.tokens import Tokens


def is_exception(tokens: Tokens, index: int, lang: str) -> bool:
    """Return whether a word of `NEGATIONS` is not a negation here."""
    if lang == "vi":
        follows = VIETNAMESE_EXCEPTIONS.get(tokens.low(index), ())
        return any(is_exception(tokens, index) for is_exception in follows)
    if tokens.low(index + 1) == "help":  # "can't help laughing"
        return True
    test = ENGLISH_EXCEPTIONS.get(tokens.low(index))
    return test is not None and test(tokens, index)


def _is_not_exception(tokens: Tokens, index: int) -> bool:
    """Not only; whether or not; no country, not even Cuba."""
    near = range(max(0, index - DOUBLED_WITHIN), index)
    doubled = any(tokens.low(place) in ("no", "never", "not") for place in near)
    return (
        tokens.low(index + 1) in ("only", "just", "merely")
        or (tokens.low(index + 1) == "even" and doubled)
        or tokens.low(index - 1) == "or"
    )


def _is_no_exception(tokens: Tokens, index: int) -> bool:
    """No. 5; no more than 5; no doubt."""
    after = tokens[index + 1]
    numbered = after.is_digits or (after.text == "." and tokens[index + 2].is_digits)
    return numbered or after.low == "doubt" or after.low in COMPARATIVES


def _is_t_exception(tokens: Tokens, index: int) -> bool:
    """A t that is not that of "doesn't"."""
    return tokens[index - 1].text not in APOSTROPHES or not tokens.low(index - 2).endswith("n")


def _is_compound(tokens: Tokens, index: int) -> bool:
    """Air force, not only; the first word is part of a word or phrase that does not negate."""
    low, after = tokens.low, tokens.low(index + 1)
    if (low(index), after) == AIR_BATTLE:
        return low(index + 2) != "đấu"
    defence = low(index - 1) == "phòng" and low(index - 2) in DEFENCE
    goods = low(index - 1) == "hàng" and low(index - 2) in GOODS
    compound = after in NOT_BEFORE and low(index + 2) not in VERBS.get(after, ())
    return compound or (low(index - 1) in NOT_AFTER and not goods) or defence


def _is_bound(tokens: Tokens, index: int) -> bool:
    """At most 10: không quá 10, không có quá 10."""
    place = index + 2 if tokens.low(index + 1) == "có" else index + 1
    number = tokens[place + 1]
    return tokens.low(place) in BOUNDS and (number.is_digits or number.low in NUMERALS)


def _is_doubled(tokens: Tokens, index: int) -> bool:
    """Both words of "không thể không" (must)."""
    low = tokens.low
    return (low(index + 1), low(index + 2)) == ("thể", "không") or (
        (low(index - 1), low(index - 2)) == ("thể", "không")
    )


def _ends_question(tokens: Tokens, index: int) -> bool:
    after = tokens[index + 1].text
    return not after.strip() or after in "?.…)("


def _ends_open_question(tokens: Tokens, index: int) -> bool:
    """The end of "đã ăn chưa?", but not the answer "Chưa."."""
    after = tokens[index + 1].text
    return index > 0 and (not after.strip() or after in "?.…,")


def _is_not_yet_exception(tokens: Tokens, index: int) -> bool:
    """Less than 5: chưa đầy 5, chưa đến 5; unprecedented: chưa từng có."""
    after, next_ = tokens.low(index + 1), tokens[index + 2]
    return (
        after == "đầy"
        or (after in ("đến", "tới") and next_.is_digits)
        or (after == "từng" and next_.low in UNPRECEDENTED)
    )


def _is_adverb(tokens: Tokens, index: int) -> bool:
    """For example, before long: chẳng hạn, chẳng bao lâu; but "chẳng bao giờ" is "never"."""
    after = tokens.low(index + 1)
    return after in ADVERBS or (after == "bao" and tokens.low(index + 2) != "giờ")


Test = Callable[[Tokens, int], bool]
VIETNAMESE_EXCEPTIONS: Mapping[str, tuple[Test, ...]] = {
    "không": (_is_compound, _is_bound, _is_doubled, _ends_question),
    "chưa": (_is_not_yet_exception, _ends_open_question),
    "chẳng": (_is_adverb,),
}
ENGLISH_EXCEPTIONS: Mapping[str, Test] = {
    "not": _is_not_exception,
    "no": _is_no_exception,
    "nothing": lambda tokens, index: tokens.low(index + 1) == "short",  # nothing short of
    "t": _is_t_exception,
}

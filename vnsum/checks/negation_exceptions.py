"""Words that look like a negation and are none: air force, not only, at most, whether or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from vnsum.checks.negation_words import (
    ADVERBS,
    AFTER_QUESTION,
    AIR_BATTLE,
    APOSTROPHES,
    ASKING,
    BOUNDS,
    COMPARATIVES,
    DEFENCE,
    DOUBLED_WITHIN,
    GOODS,
    IDIOM_BEFORE,
    IDIOM_PHRASES,
    LITOTES,
    NEGATIONS,
    NO_BEFORE,
    NOT_AFTER,
    NOT_ALONE,
    NOT_BEFORE,
    NUMERALS,
    OTHER_PHRASES,
    PARTICLES,
    QUESTION_WITHIN,
    TAGS,
    UNPRECEDENTED,
    VERBS,
    VOTING,
)
from vnsum.quantities.tokens import Token, Tokens


def is_exception(tokens: Tokens, index: int, lang: str) -> bool:
    """Return whether a word of `NEGATIONS` is not a negation here."""
    return is_other_word(tokens, index, lang) or is_idiom(tokens, index, lang)


def is_other_word(tokens: Tokens, index: int, lang: str) -> bool:
    """Return whether it is part of a word, number or name: air force, No. 5, "Sáng Mắt Chưa"."""
    if lang == "vi" and (_is_in_name(tokens, index) or _is_in_phrase(tokens, index, OTHERS)):
        return True
    test = OTHER_WORDS.get(tokens.low(index))
    return test is not None and lang == test[0] and test[1](tokens, index)


def is_idiom(tokens: Tokens, index: int, lang: str) -> bool:
    """Return whether the other language may say it with or without a negation: not only."""
    if lang == "vi":
        follows = VIETNAMESE_EXCEPTIONS.get(tokens.low(index), ())
        in_phrase = _is_in_phrase(tokens, index, IDIOMS)
        return in_phrase or any(is_exception(tokens, index) for is_exception in follows)
    laughing = tokens.low(index + 2)
    if tokens.low(index + 1) == "help" and (laughing.endswith("ing") or laughing == "but"):
        return True
    test = ENGLISH_EXCEPTIONS.get(tokens.low(index))
    return test is not None and test(tokens, index)


def _index_phrases(phrases: Iterable[str]) -> Mapping[str, list[tuple[int, list[str]]]]:
    """Return the phrases of each negation, with its place in them."""
    index = defaultdict(list)
    for phrase in phrases:
        parts = phrase.split()
        for place, word in enumerate(parts):
            if word in NEGATIONS["vi"]:
                index[word].append((place, parts))
    return index


def _is_in_phrase(
    tokens: Tokens, index: int, phrases: Mapping[str, list[tuple[int, list[str]]]]
) -> bool:
    return any(
        all(tokens.low(index - place + i) == part for i, part in enumerate(parts))
        for place, parts in phrases.get(tokens.low(index), ())
    )


def _is_in_name(tokens: Tokens, index: int) -> bool:
    word = tokens[index]
    return word.is_capital and tokens[index - 1].is_capital and not word.text.isupper()


def _is_not_exception(tokens: Tokens, index: int) -> bool:
    """Not only; not uncommon; whether or not; no country, not even Cuba."""
    near = range(max(0, index - DOUBLED_WITHIN), index)
    doubled = any(tokens.low(place) in ("no", "never", "not") for place in near)
    return (
        tokens.low(index + 1) in NOT_ALONE
        or tokens.low(index + 1) in LITOTES
        or (tokens.low(index + 1) == "even" and doubled)
        or tokens.low(index - 1) == "or"
    )


def _is_no_exception(tokens: Tokens, index: int) -> bool:
    """No more than 5; no doubt; no choice but; to vote no."""
    after = tokens.low(index + 1)
    compared = after in COMPARATIVES and "than" in (tokens.low(index + 2), tokens.low(index + 3))
    return compared or after in NO_BEFORE or tokens.low(index - 1) in VOTING


def _is_number(tokens: Tokens, index: int) -> bool:
    """No. 5."""
    after = tokens[index + 1]
    return after.is_digits or (after.text == "." and tokens[index + 2].is_digits)


def _is_other_t(tokens: Tokens, index: int) -> bool:
    """A t that is not that of "doesn't"."""
    return tokens[index - 1].text not in APOSTROPHES or not tokens.low(index - 2).endswith("n")


def _is_compound(tokens: Tokens, index: int) -> bool:
    """Air force; the first word is part of a word that does not negate."""
    low, after = tokens.low, tokens.low(index + 1)
    if (low(index), after) == AIR_BATTLE:
        return low(index + 2) != "đấu"
    defence = low(index - 1) == "phòng" and low(index - 2) in DEFENCE
    goods = low(index - 1) == "hàng" and low(index - 2) in GOODS
    compound = after in NOT_BEFORE and low(index + 2) not in VERBS.get(after, ())
    return compound or (low(index - 1) in NOT_AFTER and not goods) or defence


def _is_phrase(tokens: Tokens, index: int) -> bool:
    """Not only, before long: không chỉ, không lâu."""
    after = tokens.low(index + 1)
    return after in IDIOM_BEFORE and tokens.low(index + 2) not in VERBS.get(after, ())


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


def _after_particle(tokens: Tokens, index: int) -> Token:
    """Return the token after a word and the particle that may follow it: không ạ?"""
    return tokens[index + 2 if tokens.low(index + 1) in PARTICLES else index + 1]


def _ends_question(tokens: Tokens, index: int) -> bool:
    """The end of a question: "có đúng không?", "xem có ai không và ..."."""
    after = _after_particle(tokens, index)
    if not after.text.strip() or after.text in "?.…)(":
        return True
    if after.text == "," and tokens.low(index - 1) in TAGS:
        return True
    asked = {tokens.low(place) for place in range(max(0, index - QUESTION_WITHIN), index)}
    return (after.text in ",;:" or after.low in AFTER_QUESTION) and bool(asked & ASKING)


def _ends_open_question(tokens: Tokens, index: int) -> bool:
    """The end of "đã ăn chưa?", but not the answer "Chưa."."""
    after = _after_particle(tokens, index).text
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
OTHERS, IDIOMS = _index_phrases(OTHER_PHRASES), _index_phrases(IDIOM_PHRASES)
VIETNAMESE_EXCEPTIONS: Mapping[str, tuple[Test, ...]] = {
    "không": (_is_phrase, _is_bound, _is_doubled, _ends_question),
    "chưa": (_is_not_yet_exception, _ends_open_question),
}
OTHER_WORDS: Mapping[str, tuple[str, Test]] = {
    "không": ("vi", _is_compound), "chẳng": ("vi", _is_adverb), "no": ("en", _is_number),
    "t": ("en", _is_other_t),
}  # fmt: skip
ENGLISH_EXCEPTIONS: Mapping[str, Test] = {
    "not": _is_not_exception,
    "no": _is_no_exception,
    # Nothing short of, nothing but.
    "nothing": lambda tokens, index: tokens.low(index + 1) in ("short", "but"),
    "t": lambda tokens, index: tokens.low(index + 1) in NOT_ALONE,
    "nor": lambda tokens, index: True,  # continues a negation
}

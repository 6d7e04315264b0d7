"""Comparing the negation of a Vietnamese and an English sentence, using word lists.

The check counts the negation words of both sides; it does not resolve their scope.
"""

from __future__ import annotations

from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import Finding, Span

NEGATIONS = {
    "vi": words("không chưa chẳng chả đừng chớ"),
    "en": words("not no never none nobody nothing neither nor without cannot nowhere t"),
}
# Words with a negative meaning that may translate a negation. Selected on 25,000 pairs of human
# translations: a Vietnamese word was dropped if it hid more than 40 wrong negations for each false
# alarm that it avoided ("cả", "nào"); an English word was added if it hid fewer than 8.
NEGATIVE_WORDS = {
    "vi": words("thiếu tránh cấm ít chối vô trống miễn ngừng ngớt thôi giờ gì đâu hẳn"),
    "en": words(
        "impossible illegal inability incapable invalid insufficient inadequate"
        " irrelevant disagree disagreed hardly rarely seldom barely lack lacks lacked lacking"
        " fail fails failed failing failure refuse refused refuses refusing reject rejected deny"
        " denied denies denying absent absence prevent prevents prevented avoid avoided stop"
        " stopped except ban banned prohibit prohibited miss missed missing zero neither"
        " doesn didn don isn wasn aren weren won wouldn couldn shouldn hasn haven hadn"
        " inconsistent incomplete invisible inaccurate ineffective devoid non ain"
        " inevitable inexperienced incorrect incorrectly inappropriate inadmissible intolerance"
        " improper improperly imperfect invaluable incredible insecure informal irregular"
        " incompetent illiterate asymptomatic inconsistency instability disregard displeased"
        " dissatisfied drone drones rather otherwise yet doubt blind exempt excluding exclude"
        " pending wrong forbid forbids forbidden false empty raw less too poor bad losing lost"
        " ignorant ignored abandoned ruled disappeared anti"
    ),
}
# Words before and after which "không" is not a negation: air force, not only, before long.
NOT_BEFORE = words(
    "quân gian khí trung lực phận kích ngừng chỉ những ngớt ít gì trọng lâu qua tặc tưởng dây"
)
NOT_AFTER = words("hàng trên khoảng số hay tầm")
NOT_NEGATIONS = frozenset([("chẳng", "hạn"), ("chưa", "từng"), ("chẳng", "bao"), ("chẳng", "qua"),
                        ("chưa", "đầy")])  # fmt: skip
# Negative affixes: unclear, nonviolent, wireless, mercilessly.
NEGATIVE_PREFIXES, NEGATIVE_SUFFIXES = ("un", "non"), ("less", "lessly")
SHORTEST_NEGATIVE = 5  # letters of a word with a negative affix
NOT_NEGATIVE = ("under", "uni", "unto", "unesco", "nonetheless", "nevertheless", "bless")
UNCLES = words("uncle uncles")  # exact, as "uncle" is also a prefix of "unclear"
# Vietnamese verbs of prevention take a second negation ("ngăn không cho"), English ones do not.
PREVENTION = {
    "vi": words("ngăn chặn cản"),
    "en": words("prevent prevents prevented preventing stop stops stopped stopping block blocks"
                " blocked blocking"),
}  # fmt: skip
REACH = 3  # words from a negation to the verb: không thể nào ngăn
APOSTROPHES = frozenset("'’")


def compare_negation(source: str, target: str, source_lang: str, target_lang: str) -> list[Finding]:
    """Return a warning if one side has more negations than the other side accounts for."""
    old, new = Tokens(source), Tokens(target)
    own = _find_negations(old, source_lang)
    others = _find_negations(new, target_lang)
    if finding := _compare_prevention(old, new, source_lang, target_lang):
        return [finding]
    if len(own) > len(others) + _count_negative_words(new, target_lang):
        place = own[-1]
        text = source[place.start : place.end]
        message = f'The source is negated ("{text}") but the translation does not seem to be.'
        return [Finding(kind="negation", severity="warning", message=message, source=place)]
    if len(others) > len(own) + _count_negative_words(old, source_lang):
        place = others[-1]
        text = target[place.start : place.end]
        message = f'The translation is negated ("{text}") but the source does not seem to be.'
        return [Finding(kind="negation", severity="warning", message=message, target=place)]
    return []


def _compare_prevention(
    old: Tokens, new: Tokens, source_lang: str, target_lang: str
) -> Finding | None:
    """Return a warning if verbs of prevention are negated on one side only."""
    verbs = _find_prevention(old, source_lang)
    found = _find_prevention(new, target_lang)
    if not verbs or not found:
        return None
    negated = [[_is_negated(old, index, source_lang) for index in verbs],
              [_is_negated(new, index, target_lang) for index in found]]  # fmt: skip
    if not ((all(negated[0]) and not any(negated[1])) or (all(negated[1]) and not any(negated[0]))):
        return None
    verb, other = old[verbs[0]], new[found[0]]
    message = f'"{verb.text}" and "{other.text}" are negated on one side only.'
    return Finding(
        kind="negation",
        severity="warning",
        message=message,
        source=Span(start=verb.start, end=verb.end),
        target=Span(start=other.start, end=other.end),
    )


def _find_prevention(tokens: Tokens, lang: str) -> list[int]:
    return [i for i, token in enumerate(tokens.items) if token.low in PREVENTION[lang]]


def _is_negated(tokens: Tokens, index: int, lang: str) -> bool:
    first = max(0, index - REACH)
    return any(
        tokens.low(place) in NEGATIONS[lang] and not _is_exception(tokens, place, lang)
        for place in range(first, index)
    )


def _find_negations(tokens: Tokens, lang: str) -> list[Span]:
    return [
        Span(start=token.start, end=token.end)
        for index, token in enumerate(tokens.items)
        if token.low in NEGATIONS[lang] and not _is_exception(tokens, index, lang)
    ]


def _is_exception(tokens: Tokens, index: int, lang: str) -> bool:
    low, after = tokens.low(index), tokens[index + 1]
    if lang == "vi":
        return _is_vietnamese_exception(tokens, index)
    if low == "t":  # the t of "doesn't"
        return tokens[index - 1].text not in APOSTROPHES or not tokens.low(index - 2).endswith("n")
    if low == "not":
        return after.low in ("only", "just", "merely")
    numbered = after.is_digits or (after.text == "." and tokens[index + 2].is_digits)
    return low == "no" and (numbered or after.low == "doubt")


def _is_vietnamese_exception(tokens: Tokens, index: int) -> bool:
    """Return whether "không" or "chưa" is not a negation: air, space or the end of a question."""
    low, after, before = tokens.low(index), tokens[index + 1], tokens.low(index - 1)
    if (low, after.low) in NOT_NEGATIONS:
        return True
    ends = not after.text.strip()
    if low == "chưa":
        return index > 0 and (ends or after.text in "?.…,")  # but not the answer "Chưa."
    if low != "không":
        return False
    return after.low in NOT_BEFORE or before in NOT_AFTER or ends or after.text in "?.…"


def _count_negative_words(tokens: Tokens, lang: str) -> int:
    return sum(
        token.low in NEGATIVE_WORDS[lang] or (lang == "en" and _has_negative_affix(token.low))
        for token in tokens.items
    )


def _has_negative_affix(low: str) -> bool:
    formed = low.startswith(NEGATIVE_PREFIXES) or low.endswith(NEGATIVE_SUFFIXES)
    return (
        formed
        and len(low) >= SHORTEST_NEGATIVE
        and not low.startswith(NOT_NEGATIVE)
        and low not in UNCLES
    )

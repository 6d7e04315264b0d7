"""Comparing negation and quotation marks of a Vietnamese and an English sentence, by word lists.

Coarse on purpose: it counts what denies on both sides, not what is denied.
"""

from __future__ import annotations

from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import Finding, Span

DENIALS = {
    "vi": words("không chưa chẳng chả đừng chớ"),
    "en": words("not no never none nobody nothing neither nor without cannot nowhere t"),
}
# Words that carry a denial in good translations, so that a plain one is not missed. Measured on
# 25,000 pairs of people: left out are Vietnamese words that hid more than forty denials put into
# the English for each right pair that they explained ("cả", "nào"); English ones were added that
# hid fewer than eight, and others of their kind.
HINTS = {
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
# Words after which, and before which, "không" does not deny: air force, not only, before long.
AFTER_AIR = words(
    "quân gian khí trung lực phận kích ngừng chỉ những ngớt ít gì trọng lâu qua tặc tưởng dây"
)
BEFORE_AIR = words("hàng trên khoảng số hay tầm")
NO_DENIALS = frozenset([("chẳng", "hạn"), ("chưa", "từng"), ("chẳng", "bao"), ("chẳng", "qua"),
                        ("chưa", "đầy")])  # fmt: skip
# What words that deny within begin and end with: unclear, nonviolent, wireless, mercilessly.
DENYING_FRONTS, DENYING_ENDS = ("un", "non"), ("less", "lessly")
SHORTEST_DENYING = 5  # letters of such a word
DENY_NOTHING = ("under", "uni", "unto", "unesco", "nonetheless", "nevertheless", "bless")
UNCLES = words("uncle uncles")  # and not what is unclear
# What is prevented is told with another denial in Vietnamese ("ngăn không cho"), not in English.
PREVENTION = {
    "vi": words("ngăn chặn cản"),
    "en": words("prevent prevents prevented preventing stop stops stopped stopping block blocks"
                " blocked blocking"),
}  # fmt: skip
REACH = 3  # words from a denial to what it denies: không thể nào ngăn
APOSTROPHES = frozenset("'’")


def compare_negation(source: str, target: str, source_lang: str, target_lang: str) -> list[Finding]:
    """Return a warning where one side denies more often than the other can be seen to."""
    old, new = Tokens(source), Tokens(target)
    lost = _denials(old, source_lang)
    kept = _denials(new, target_lang)
    if turned := _turned_prevention(old, new, source_lang, target_lang):
        return [turned]
    if len(lost) > len(kept) + _hints(new, target_lang):
        place = lost[-1]
        text = source[place.start : place.end]
        message = f'The source denies something ("{text}") and the translation does not seem to.'
        return [Finding(kind="negation", severity="warning", message=message, source=place)]
    if len(kept) > len(lost) + _hints(old, source_lang):
        place = kept[-1]
        text = target[place.start : place.end]
        message = f'The translation denies something ("{text}") and the source does not seem to.'
        return [Finding(kind="negation", severity="warning", message=message, target=place)]
    return []


def _turned_prevention(
    old: Tokens, new: Tokens, source_lang: str, target_lang: str
) -> Finding | None:
    """Return a warning where one side denies all preventing and the other tells of it."""
    told = _preventions(old, source_lang)
    found = _preventions(new, target_lang)
    if not told or not found:
        return None
    denied = [[_is_denied(old, index, source_lang) for index in told],
              [_is_denied(new, index, target_lang) for index in found]]  # fmt: skip
    if not ((all(denied[0]) and not any(denied[1])) or (all(denied[1]) and not any(denied[0]))):
        return None
    verb, other = old[told[0]], new[found[0]]
    message = f'"{verb.text}" and "{other.text}": one side denies it and the other does not.'
    return Finding(
        kind="negation",
        severity="warning",
        message=message,
        source=Span(start=verb.start, end=verb.end),
        target=Span(start=other.start, end=other.end),
    )


def _preventions(tokens: Tokens, lang: str) -> list[int]:
    return [i for i, token in enumerate(tokens.items) if token.low in PREVENTION[lang]]


def _is_denied(tokens: Tokens, index: int, lang: str) -> bool:
    first = max(0, index - REACH)
    return any(
        tokens.low(place) in DENIALS[lang] and not _denies_nothing(tokens, place, lang)
        for place in range(first, index)
    )


def _denials(tokens: Tokens, lang: str) -> list[Span]:
    return [
        Span(start=token.start, end=token.end)
        for index, token in enumerate(tokens.items)
        if token.low in DENIALS[lang] and not _denies_nothing(tokens, index, lang)
    ]


def _denies_nothing(tokens: Tokens, index: int, lang: str) -> bool:
    low, after = tokens.low(index), tokens[index + 1]
    if lang == "vi":
        return _is_air_or_question(tokens, index)
    if low == "t":  # doesn't; a lone t is no word
        return tokens[index - 1].text not in APOSTROPHES or not tokens.low(index - 2).endswith("n")
    if low == "not":
        return after.low in ("only", "just", "merely")
    numbered = after.is_digits or (after.text == "." and tokens[index + 2].is_digits)
    return low == "no" and (numbered or after.low == "doubt")


def _is_air_or_question(tokens: Tokens, index: int) -> bool:
    """Whether "không" or "chưa" is air, space or the end of a question rather than a denial."""
    low, after, before = tokens.low(index), tokens[index + 1], tokens.low(index - 1)
    if (low, after.low) in NO_DENIALS:
        return True
    ends = not after.text.strip()
    if low == "chưa":
        return index > 0 and (ends or after.text in "?.…,")  # and not the answer: Chưa.
    if low != "không":
        return False
    return after.low in AFTER_AIR or before in BEFORE_AIR or ends or after.text in "?.…"


def _hints(tokens: Tokens, lang: str) -> int:
    return sum(
        token.low in HINTS[lang] or (lang == "en" and _denies_within(token.low))
        for token in tokens.items
    )


def _denies_within(low: str) -> bool:
    formed = low.startswith(DENYING_FRONTS) or low.endswith(DENYING_ENDS)
    return (
        formed
        and len(low) >= SHORTEST_DENYING
        and not low.startswith(DENY_NOTHING)
        and low not in UNCLES
    )

"""Comparing negation and quotation marks of a Vietnamese and an English sentence, by word lists.

Coarse on purpose: it asks whether one side denies something and the other nowhere does.
"""

from __future__ import annotations

from vnsum.quantities.tokens import Tokens
from vnsum.result import Finding, Span

DENIALS = {
    "vi": frozenset(["không", "chưa", "chẳng", "chả", "đừng", "chớ"]),
    "en": frozenset(
        ["not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "without", "cannot", "nowhere", "t"]
    ),
}
# Words that carry a denial in good translations, so that a plain one is not missed.
HINTS = {
    "vi": frozenset(
        ["thiếu", "mất", "chối", "trừ", "khỏi", "tránh", "cấm", "hiếm", "ít", "bác", "phủ", "vô", "phi", "bất", "dừng", "ngừng", "ngăn", "thất", "trái", "kém", "ngoài", "hết", "bỏ", "thôi", "hủy", "huỷ", "miễn", "sai", "khó", "khác", "tắt", "vắng", "trống", "nếu", "hoãn", "chống", "quên", "dở", "tuyệt", "nào", "đâu", "gì", "yếu", "thua", "đình", "lỡ", "hỏng", "ngớt", "bao", "giờ", "cả", "hẳn"]
    ),
    "en": frozenset(
        ["unable", "impossible", "illegal", "inability", "incapable", "invalid", "insufficient", "inadequate", "irrelevant", "disagree", "disagreed", "hardly", "rarely", "seldom", "barely", "lack", "lacks", "lacked", "lacking", "fail", "fails", "failed", "failing", "failure", "refuse", "refused", "refuses", "refusing", "reject", "rejected", "deny", "denied", "denies", "denying", "absent", "absence", "prevent", "prevents", "prevented", "avoid", "avoided", "stop", "stopped", "except", "ban", "banned", "prohibit", "prohibited", "miss", "missed", "missing", "zero", "neither", "unless", "doesn", "didn", "don", "isn", "wasn", "aren", "weren", "won", "wouldn", "couldn", "shouldn", "hasn", "haven", "hadn", "impossible", "inconsistent", "incomplete", "invisible", "inaccurate", "ineffective", "devoid", "non", "ain", "inevitable", "inexperienced"]
    ),
}
# Words after which, and before which, "không" does not deny: air force, not only, before long.
AFTER_AIR = frozenset(
    ["quân", "gian", "khí", "trung", "lực", "phận", "kích", "ngừng", "chỉ", "những", "ngớt", "ít", "gì", "trọng", "lâu", "qua", "tặc", "tưởng"]
)
BEFORE_AIR = frozenset(["hàng", "trên", "khoảng", "số", "hay", "tầm"])
NO_DENIALS = frozenset([("chẳng", "hạn"), ("chưa", "từng"), ("chẳng", "bao"), ("chẳng", "qua")])
NOT_UN = ("under", "unit", "uni", "unto", "uncle", "unesco", "unicef", "un")
QUOTES = frozenset('"“”„«»')
SINGLE_QUOTES = frozenset("‘’'`")


def compare_negation(source: str, target: str, source_lang: str, target_lang: str) -> list[Finding]:
    """Return a warning where one side denies something and the other does not."""
    old, new = Tokens(source), Tokens(target)
    denial = _denial(old, source_lang)
    if denial and not _denial(new, target_lang) and not _hints(new, target_lang):
        text = source[denial.start : denial.end]
        message = f'The source denies something ("{text}") and the translation does not seem to.'
        return [Finding(kind="negation", severity="warning", message=message, source=denial)]
    denial = _denial(new, target_lang)
    if denial and not _denial(old, source_lang) and not _hints(old, source_lang):
        text = target[denial.start : denial.end]
        message = f'The translation denies something ("{text}") and the source does not seem to.'
        return [Finding(kind="negation", severity="warning", message=message, target=denial)]
    return []


def _denial(tokens: Tokens, lang: str) -> Span | None:
    for index, token in enumerate(tokens.items):
        if token.low not in DENIALS[lang]:
            continue
        if lang == "vi" and _is_air_or_question(tokens, index):
            continue
        if token.low == "t" and not (
            tokens[index - 1].text in "'’" and tokens.low(index - 2).endswith("n")
        ):
            continue
        if token.low == "no" and (tokens[index + 1].is_digits or tokens.low(index + 1) == "doubt"):
            continue
        if token.low == "not" and tokens.low(index + 1) in ("just", "merely"):
            continue
        if token.low == "no" and tokens[index + 1].text == "." and tokens[index + 2].is_digits:
            continue
        return Span(start=token.start, end=token.end)
    return None


def _is_air_or_question(tokens: Tokens, index: int) -> bool:
    """Whether "không" is air, space or the end of a question rather than a denial."""
    if (tokens.low(index), tokens.low(index + 1)) in NO_DENIALS:
        return True
    if tokens.low(index) != "không":
        return False
    after, before = tokens[index + 1], tokens.low(index - 1)
    return (
        after.low in AFTER_AIR
        or before in BEFORE_AIR
        or after.text in "?.…"
        or not after.text.strip()
    )


def _hints(tokens: Tokens, lang: str) -> bool:
    hints = HINTS[lang]
    return any(
        token.low in hints or (lang == "en" and _is_un_word(token.low)) for token in tokens.items
    )


def _is_un_word(low: str) -> bool:
    return low.startswith("un") and len(low) > 4 and not low.startswith(NOT_UN[:-1])


def compare_quotation(source: str, target: str) -> list[Finding]:
    """Return a warning where one side quotes and the other has no quotation mark at all."""
    old, new = _quotes(source), _quotes(target)
    if len(old) >= 2 and not new and not _single(target):
        message = "The source has quotation marks and the translation has none."
        span = Span(start=old[0], end=old[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, source=span)]
    if len(new) >= 2 and not old and not _single(source):
        message = "The translation has quotation marks and the source has none."
        span = Span(start=new[0], end=new[-1] + 1)
        return [Finding(kind="quotation", severity="warning", message=message, target=span)]
    return []


def _quotes(text: str) -> list[int]:
    return [index for index, character in enumerate(text) if character in QUOTES]


def _single(text: str) -> bool:
    """Whether single quotation marks open somewhere: at a start or after a space."""
    padded = " " + text
    return any(
        character in SINGLE_QUOTES and padded[index].isspace()
        for index, character in enumerate(text)
    )

"""Detecting degenerate model output: empty, repetitive, too short or long, or untranslated text.

Comparing the content of a translation with its source is done by `vnsum.checks.check`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence

from vnsum.checks.chatter import find_chatter
from vnsum.languages.tones import place_tones
from vnsum.names.table import may_be_syllable
from vnsum.quantities.tokens import words
from vnsum.results.result import Finding, FindingKind

WORD = re.compile(r"\w+")
FEWEST_WORDS = 3  # too few to detect a language
LONGEST_PERIOD = 16  # words; longer repetitions are refrains, not loops
STUTTER = re.compile(r"([^\W_]{1,4})\1{7,}")  # "400000000…"
# Language tags and special tokens of several families of models.
TAG = re.compile(
    r">>[a-z]{3}<<|<2[a-z]{2}>|__[a-z]{2,3}__|\b[a-z]{3}_[A-Z][a-z]{3}\b|\b[a-z]{2}_[A-Z]{2}\b"
    r"|</?(?:s|think(?:ing)?)>|<(?:pad|bos|eos|unk|(?:start|end)_of_turn|\|[a-z_]{2,30}\|)>"
    r"|^\W*(?:2(?:en|vi)\b|(?:en|vi) ?:)"
)
_QUOTES = r"\"[^\"]*\"|“[^”]{0,1000}”|‘[^’]{0,1000}’|«[^»]{0,1000}»"
QUOTED = re.compile(_QUOTES)
QUOTED_OR_ASIDE = re.compile(rf"{_QUOTES}|\([^()]*\)")  # names of things are often in brackets
ADDRESS = re.compile(r"://|@|www\.|[^\W\d_]{2}\.[^\W\d_]{2}")  # in a word between spaces
LEFT_WORDS = 5  # a shorter run of source words may be a name or a term
# Vietnamese words that are never part of a term used in English text, as dishes and clothes are.
FUNCTION_WORDS = words(
    "của và là được những các đã không với cho này trong khi sẽ để người ông bà anh chị một vào từ"
    " đến cũng nhiều như tại về có bị theo sau trước nhưng còn phải đang lại rất hơn nên mà thì vì"
    " nếu đó công nhà nước việc làm năm ngày tháng tôi ấy gái trai vợ chồng bố mẹ"
)
# Words of terms that English texts use as they are: dishes, clothes, arts and customs.
TERMS = words(
    "phở bún bánh nem chả giò mắm nêm rươi chè xôi gỏi lẩu hủ tiếu cà phê sữa áo dài nón khăn quan"
    " họ hát hò ví giặm xoan then ca trù cải lương chèo tuồng xẩm hầu đàn bầu tranh rối cồng"
    " chiêng võ lì xì nêu đồng xích lô tết"
)
# First words of offices and organizations, which English texts translate, and beginnings of such;
# fewer than those of `vnsum.names.organizations`, some of which begin other names too.
OFFICE_WORDS = words("sở bộ cục ủy uỷ tòa toà")
OFFICE_PAIRS = frozenset(
    [("công", "ty"), ("bệnh", "viện"), ("đại", "học"), ("ngân", "hàng"), ("tập", "đoàn"),
     ("học", "viện"), ("trung", "tâm"), ("tổng", "cục"), ("hiệp", "hội"), ("liên", "đoàn"),
     ("văn", "phòng")]
)  # fmt: skip
# Before a term that the text explains, or the title of a work.
NAMING = words(
    "called named word literally film movie play novel story poem song magazine newspaper"
)
# Before a term that an English text has as a noun of its own: two sào of land, a tò he.
BEFORE_TERM = words(
    "a an of and or some this that these those its his her their our my your each every any no"
    " many several two three four five six seven eight nine ten"
)
SHORT_SOURCE = 24  # characters; the length ratio of shorter texts varies too much
SHORTEST, LONGEST = 0.33, 2.5  # target characters per source character; references: 0.6 to 1.7


def screen_output(
    source_text: str,
    text: str,
    *,
    detect: Callable[[str], str | None],
    target: str,
    finished: bool = True,
    find_terms: Callable[[str], Iterable[str]] = lambda text: (),
) -> list[Finding]:
    """Return the findings that make `text` unlikely to be a translation of `source_text`.

    `finished` is false if the model reached its length limit. `find_terms` returns the terms of the
    glossary in a translation, which may have words of the source.
    """
    if not any(character.isalnum() for character in text):
        return [_error("empty", "The model produced no text for this sentence.")]
    findings = []
    # Without punctuation, as repetitions may be joined by dashes.
    copies = count_copies(WORD.findall(text.casefold()))
    if copies > max(2, count_copies(WORD.findall(source_text.casefold()))):
        findings.append(_error("loop", f"The translation repeats the same words {copies} times."))
    elif STUTTER.search(text) and not STUTTER.search(source_text):
        findings.append(_error("loop", "The translation repeats the same characters."))
    elif not finished:
        findings.append(_error("length", "The output was cut off at the length limit."))
    ratio = len(text) / max(1, len(source_text))
    if len(source_text) >= SHORT_SOURCE and not SHORTEST <= ratio <= LONGEST:
        how = "short" if ratio < 1 else "long"
        message = f"The translation is unusually {how} ({ratio:.1f} times the source)."
        findings.append(_warning("length", message))
    tag = TAG.search(text)
    if tag and tag.group().strip() not in source_text:
        message = f"The output contains the model's tag {tag.group().strip()!r}."
        findings.append(_warning("leftover", message))
    findings += find_chatter(source_text, text)
    prose = _remove_names(text, source_text)
    wrong = len(source_text.split()) > 3 and detect(prose) not in (target, None)
    if wrong:
        findings.append(_warning("untranslated", "The translation is not in the target language."))
    elif _is_left(source_text, text, target) and _is_left(
        source_text, _without(text, find_terms(text)), target
    ):
        message = "The translation contains words of the source language."
        findings.append(_warning("untranslated", message))
    return findings


def has_source_left(source_text: str, text: str) -> bool:
    """Return whether `text` contains untranslated words of the source, names and quotes aside.

    >>> has_source_left("Đường ngập sâu vì trời mưa to.", "đường ngập sâu vì trời, they said")
    True
    """
    if _has_function_word_left(*(_own_words(part, QUOTED) for part in (source_text, text))):
        return True
    source, written = (_own_words(part, QUOTED_OR_ASIDE) for part in (source_text, text))
    runs = {tuple(source[i : i + LEFT_WORDS]) for i in range(len(source) - LEFT_WORDS + 1)}
    plain = {tuple(word.casefold() for word in run) for run in runs if _is_prose(run)}
    low = [word.casefold() for word in written]
    return any(tuple(low[i : i + LEFT_WORDS]) in plain for i in range(len(low) - LEFT_WORDS + 1))


def _is_left(source_text: str, text: str, target: str) -> bool:
    word_left = target == "en" and has_word_left(source_text, text)
    return word_left or has_source_left(source_text, text)


def _without(text: str, terms: Iterable[str]) -> str:
    for term in terms:
        text = text.replace(term, "_")
    return text


def has_word_left(source_text: str, text: str) -> bool:
    """Return whether an English text has lower-case words with Vietnamese letters of the source.

    Words in quotation marks and brackets, in a name such as Tuổi trẻ, and of `TERMS` are left out,
    but not those of an office such as Sở Y tế.

    >>> has_word_left("Thận lọc nước.", "Kidneys lọc water.")
    True
    """
    source, written = (_own_words(part, QUOTED_OR_ASIDE) for part in (source_text, text))
    known = {word.lower() for word in source}
    pairs = {(first.lower(), second.lower()) for first, second in itertools.pairwise(source)}
    excused = False  # whether the words before are a name or a term that goes on
    office = False  # whether they are an office, which is no name
    for before, word, after in zip(["", *written], written, [*written[1:], ""], strict=False):
        low = word.lower()
        follows = (before.lower(), low) in pairs
        begins = low in OFFICE_WORDS or (low, after.lower()) in OFFICE_PAIRS
        begins = begins and word[0].isupper() and before not in NAMING
        office = (office and follows) or (begins and not excused)
        named = word[0].isupper() and may_be_syllable(low)
        term = word in TERMS or before in NAMING or before.lower() in BEFORE_TERM
        excused = not office and ((excused and follows) or named or term or before.isdigit())
        vietnamese = (
            word.islower() and not word.isascii() and len(word) > 1 and may_be_syllable(word)
        )
        if vietnamese and word in known and not excused:
            return True
    return False


def _own_words(text: str, quoted: re.Pattern[str]) -> list[str]:
    """Return the words of a sentence, with "_" for each quotation and each address.

    Their tone marks are placed alike, as a translation may have "hòa" for "hoà".
    """
    parts = quoted.sub(" _ ", place_tones(text, "new")).split()
    return WORD.findall(" ".join("_" if ADDRESS.search(part) else part for part in parts))


def _has_function_word_left(source: Sequence[str], written: Sequence[str]) -> bool:
    """Return whether a Vietnamese function word of the source is left among other words.

    Words without diacritics may be English.
    """
    left = FUNCTION_WORDS.intersection(word.casefold() for word in source)
    if sum(word in FUNCTION_WORDS for word in written) * 5 > len(written):
        return False  # a Vietnamese text
    return any(word in left and not word.isascii() for word in written)


def _is_prose(run: Sequence[str]) -> bool:
    """Return whether most words are lower-case and distinct: not names, titles or laughter."""
    small = sum(word[0].islower() for word in run)
    return "_" not in run and 2 * small > len(run) and 2 * len({*run}) > len(run)


def _remove_names(text: str, source_text: str) -> str:
    """Return `text` without names of the source, quotations and addresses.

    The name Hòa Lạc would make an English sentence look Vietnamese. If too few words remain, only
    the addresses are removed.
    """
    placed = place_tones(source_text, "new")
    names = {word for word in WORD.findall(placed) if word.istitle()} | {"_"}
    rest = [word for word in _own_words(text, QUOTED_OR_ASIDE) if word not in names]
    if len(rest) >= FEWEST_WORDS:
        return " ".join(rest)
    return " ".join(part for part in text.split() if not ADDRESS.search(part))


def count_copies(tokens: Sequence[str]) -> int:
    """Return the largest number of consecutive copies of a run of words; 1 if none repeats.

    A single word counts from four copies on, because of "very, very, very".

    >>> count_copies("to be firm to be firm to be firm".split())
    3
    """
    best = 1
    for period in range(1, min(LONGEST_PERIOD, len(tokens) // 2) + 1):
        matches = longest = 0
        for word, earlier in zip(tokens[period:], tokens, strict=False):
            matches = matches + 1 if word == earlier else 0
            longest = max(longest, matches)
        copies = 1 + longest // period
        if copies >= (4 if period == 1 else 2):
            best = max(best, copies)
    return best


def _error(kind: FindingKind, message: str) -> Finding:
    return Finding(kind=kind, severity="error", message=message)


def _warning(kind: FindingKind, message: str) -> Finding:
    return Finding(kind=kind, severity="warning", message=message)

"""Does an output look like a translation at all? Loops, emptiness, length, language, leftovers.

Pure functions of two strings; whether figures and names survived is asked in `vnsum.checks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vnsum.results.result import Finding

WORD = re.compile(r"\w+")
FEWEST_WORDS = 3  # fewer tell no language
LONGEST_PERIOD = 16  # words; longer repeats are refrains, not loops
STUTTER = re.compile(r"([^\W_]{1,4})\1{7,}")  # "400000000…"; no word or figure has as many
# What families of models put around a text to name a language or an end.
TAG = re.compile(
    r">>[a-z]{3}<<|<2[a-z]{2}>|__[a-z]{2,3}__|\b[a-z]{3}_[A-Z][a-z]{3}\b|\b[a-z]{2}_[A-Z]{2}\b"
    r"|</?s>|<(?:pad|bos|eos|unk)>|^\W*(?:2(?:en|vi)\b|(?:en|vi) ?:)"
)
ASIDE = re.compile(r"\"[^\"]*\"|“[^”]{0,1000}”|‘[^’]{0,1000}’|«[^»]{0,1000}»|\([^()]*\)")
LEFT_WORDS = 5  # fewer words of the source in a row may be a name or a term
SHORT_SOURCE = 24  # characters; lengths of shorter texts vary too much to judge
SHORTEST, LONGEST = 0.33, 2.5  # target characters per source character; references: 0.6 to 1.7


def screen_output(
    source_text: str,
    text: str,
    *,
    detect: Callable[[str], str | None],
    target: str,
    finished: bool = True,
) -> list[Finding]:
    """Return what makes `text` unlikely to be a translation of `source_text`.

    `finished` is false where the model ran into its length limit.
    """
    if not any(character.isalnum() for character in text):
        return [_error("empty", "the model wrote nothing for this sentence")]
    findings = []
    copies = count_copies(text.split())
    if copies > max(2, count_copies(source_text.split())):
        findings.append(_error("loop", f"the translation says the same {copies} times in a row"))
    elif STUTTER.search(text) and not STUTTER.search(source_text):
        findings.append(_error("loop", "the translation repeats the same characters on and on"))
    elif not finished:
        findings.append(_error("length", "the model did not come to an end; the rest is missing"))
    ratio = len(text) / max(1, len(source_text))
    if len(source_text) >= SHORT_SOURCE and not SHORTEST <= ratio <= LONGEST:
        how = "short" if ratio < 1 else "long"
        findings.append(
            _warning("length", f"the translation is unusually {how} ({ratio:.1f} x the source)")
        )
    tag = TAG.search(text)
    if tag and tag.group().strip() not in source_text:
        findings.append(_warning("leftover", f"the model left its mark {tag.group().strip()!r}"))
    prose = _leave_out_names(text, source_text)
    told = len(source_text.split()) > 3 and detect(prose) not in (target, None)
    if told or has_source_left(source_text, text):
        findings.append(_warning("untranslated", "the translation is still in the source language"))
    return findings


def has_source_left(source_text: str, text: str) -> bool:
    """Return whether `text` has a run of words of the source that are neither names nor asides.

    >>> has_source_left("Đường ngập sâu vì trời mưa to.", "đường ngập sâu vì trời, they said")
    True
    """
    source, written = (WORD.findall(ASIDE.sub(" _ ", part)) for part in (source_text, text))
    runs = {tuple(source[i : i + LEFT_WORDS]) for i in range(len(source) - LEFT_WORDS + 1)}
    plain = {tuple(word.casefold() for word in run) for run in runs if _is_prose(run)}
    words = [word.casefold() for word in written]
    return any(
        tuple(words[i : i + LEFT_WORDS]) in plain for i in range(len(words) - LEFT_WORDS + 1)
    )


def _is_prose(run: Sequence[str]) -> bool:
    """Return whether most words begin small and most differ: no names, titles or laughter."""
    small = sum(word[0].islower() for word in run)
    return "_" not in run and 2 * small > len(run) and 2 * len({*run}) > len(run)


def _leave_out_names(text: str, source_text: str) -> str:
    """Return `text` without the names that the source has too, if enough is left to judge by.

    A sentence about Hòa Lạc may have no other diacritics and still be English.
    """
    names = {word for word in WORD.findall(source_text) if word.istitle()}
    rest = [word for word in WORD.findall(text) if word not in names]
    return " ".join(rest) if len(rest) >= FEWEST_WORDS else text


def count_copies(words: Sequence[str]) -> int:
    """Return how often a run of words is said in a row at the most; 1 where nothing repeats.

    Runs of one word count from four copies up, as in "very, very, very".

    >>> count_copies("to be firm to be firm to be firm".split())
    3
    """
    best = 1
    for period in range(1, min(LONGEST_PERIOD, len(words) // 2) + 1):
        matches = longest = 0
        for word, earlier in zip(words[period:], words, strict=False):
            matches = matches + 1 if word == earlier else 0
            longest = max(longest, matches)
        copies = 1 + longest // period
        if copies >= (4 if period == 1 else 2):
            best = max(best, copies)
    return best


def _error(kind: str, message: str) -> Finding:
    return Finding(kind=kind, severity="error", message=message)


def _warning(kind: str, message: str) -> Finding:
    return Finding(kind=kind, severity="warning", message=message)

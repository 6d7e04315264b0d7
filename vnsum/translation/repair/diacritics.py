"""One policy for the diacritics of Vietnamese names in an English translation.

A model writes "Nguyễn Thị Hoa" in one sentence and "Nguyen Thi Hoa" in the next. The spelling of a
Vietnamese name is that of the source, with its diacritics or without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from vnsum.glossary import Glossary
from vnsum.names.recognition import ENGLISH, list_names
from vnsum.names.table import drop_diacritics, is_syllable
from vnsum.normalization import compose
from vnsum.results.result import CheckedText, Span
from vnsum.translation.repair.changes import Change, apply_changes

Diacritics = Literal["keep", "strip"]
DIACRITICS: tuple[Diacritics, ...] = ("strip", "keep")
_WORD = re.compile(r"[^\W\d_]+")
_START, _END = re.compile(r"(?<!\w)\w"), re.compile(r"(?!\w)")  # of a word
_INSIDE = re.compile(r"(?<=[\w,] )\w")  # a word that does not begin a sentence


def spell_names(
    text: str, translation: CheckedText, *, glossary: Glossary, diacritics: Diacritics
) -> CheckedText:
    """Return the English translation of `text` with its Vietnamese names spelled by one policy.

    Terms of the glossary and foreign names are not changed.

    >>> done = CheckedText(text="Ms Nguyễn Thị Hoa left.")
    >>> text = "Bà Nguyễn Thị Hoa đã đi."
    >>> spell_names(text, done, glossary=Glossary(), diacritics="strip").text
    'Ms Nguyen Thi Hoa left.'
    """
    written = translation.text
    changes = _stripped(text, written) if diacritics == "strip" else _kept(text, written)
    terms = {
        form for mention in glossary.find(text, lang="vi") for form in mention.term.forms("en")
    }
    return apply_changes(
        translation,
        (
            Change(span, new, "term", f'"{written[span.start : span.end]}" was changed to "{new}".')
            for span, new in changes
            if not any(written[span.start : span.end] in term for term in terms)
        ),
    )


def _stripped(text: str, translation: str) -> Iterator[tuple[Span, str]]:
    """Yield the runs of Vietnamese words with diacritics, and their spelling without.

    A run before a small word of the source begins an untranslated phrase, which stays as it is.
    """
    known = {compose(word) for word in _WORD.findall(text)}
    small = [word for word in _WORD.findall(translation) if word[0].islower()]
    untranslated = 2 * sum(word in known for word in small) >= len(small) > 0
    if translation.isascii() or untranslated:
        return
    spans: list[tuple[int, int]] = []
    for match in _WORD.finditer(translation):
        word = compose(match.group())
        if word.isascii() or not word[0].isupper():
            continue
        if word in known and is_syllable(word.lower()):
            joined = spans and translation[spans[-1][1] : match.start()] == " "
            start = spans.pop()[0] if joined else match.start()
            spans.append((start, match.end()))
    for start, end in spans:
        after = _WORD.match(translation, end + 1)
        if after and after[0].islower() and after[0] in known:
            continue
        yield Span(start=start, end=end), drop_diacritics(translation[start:end])


def _kept(text: str, translation: str) -> Iterator[tuple[Span, str]]:
    """Yield the names of the source that are written without diacritics, and their spelling.

    A single word at the start of a sentence may be English: Do, My, Sang.
    """
    names: dict[str, str] = {}
    for name in dict.fromkeys(list_names(text, "vi")):
        plain, single = drop_diacritics(name.text), " " not in name.text
        if (
            plain == name.text
            or name.foreign
            or (single and (name.rows or plain.lower() in ENGLISH))
        ):
            continue
        names.setdefault(plain, name.text)
    # Looked up by their lengths: searching for one name after another would take quadratic time.
    lengths = sorted({len(plain) for plain in names}, reverse=True)
    taken = 0
    for word in _START.finditer(translation):
        start = word.start()
        for end in (start + length for length in lengths if start >= taken):
            plain = translation[start:end]
            if (
                plain in names
                and _END.match(translation, end)
                and (" " in plain or _INSIDE.match(translation, start))
            ):
                taken = end
                yield Span(start=start, end=end), names[plain]
                break

"""One policy for the diacritics of Vietnamese names in an English translation.

A model writes "Nguyễn Thị Hoa" in one sentence and "Nguyen Thi Hoa" in the next. The spelling of a
Vietnamese name is that of the source, with its diacritics or without.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Literal

from vnsum.glossary import Glossary
from vnsum.languages.surnames import SURNAMES
from vnsum.languages.syllables import is_syllable
from vnsum.languages.tones import place_tones
from vnsum.names.recognition import ENGLISH, list_names
from vnsum.names.table import drop_diacritics, look_up_forms, may_be_syllable, tables
from vnsum.normalization import compose
from vnsum.quantities.tokens import Tokens
from vnsum.results.result import CheckedText, Span
from vnsum.translation.repair.changes import Change, apply_changes

Diacritics = Literal["keep", "strip"]
DIACRITICS: tuple[Diacritics, ...] = ("strip", "keep")
_WORD = re.compile(r"[^\W\d_]+")
_WEEKDAY = re.compile(r"\bthứ \w+", re.IGNORECASE)
_START, _END = re.compile(r"(?<!\w)\w"), re.compile(r"(?!\w)")  # of a word
_PAIR = re.compile(r"\b([^\W\d_]+) (?=([^\W\d_]+))")
_FOREIGN_END = re.compile(r"(?:éo|ão)\Z")  # Léo, João
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
    """Yield the runs of Vietnamese names with diacritics, and their spelling without.

    What is not certainly a name stays as it is: labels ("Ảnh:"), a single word that only begins a
    sentence, and untranslated phrases, in which a small word of the source follows a capital one.
    """
    words = _words(text)
    known, pairs = {*words}, {*itertools.pairwise(words)}
    small = [word for word in _words(translation) if word[0].islower()]
    untranslated = 2 * sum(word in known for word in small) >= len(small) > 0
    if translation.isascii() or untranslated:
        return
    names = _inside_sentences(text)
    foreign = _find_foreign(text)
    runs: list[list[re.Match[str]]] = []
    phrase = False  # whether the words before are an untranslated phrase, up to the last of them
    last: re.Match[str] | None = None
    for match in _WORD.finditer(translation):
        word = _fold(match.group())
        joined = last is not None and translation[last.end() : match.start()] == " "
        follows = joined and last is not None and (_fold(last.group()), word) in pairs
        phrase = phrase and follows
        begun = joined and bool(runs) and runs[-1][-1] is last
        if word[0].isupper() and not phrase and word in known and _is_vietnamese(word):
            if begun:
                runs[-1].append(match)
            else:
                runs.append([match])
        elif begun and word[0].islower() and word in known:
            runs.pop()
            phrase = True
        last = match
    for run in runs:
        start, end = run[0].start(), run[-1].end()
        found = translation[start:end]
        label = translation[end : end + 1] == ":"
        certain = len(run) > 1 or _fold(found) in names or _is_in_table(found)
        if not found.isascii() and certain and not label and _fold(found) not in foreign:
            yield Span(start=start, end=end), drop_diacritics(found)


def _is_vietnamese(word: str) -> bool:
    return may_be_syllable(word.lower()) and is_syllable(word)


def _find_foreign(text: str) -> set[str]:
    """Return the words with diacritics that are those of a foreign name: São Paulo, Léo, João."""
    vietnamese = {*_words(" ".join(name.text for name in list_names(text, "vi")))}
    words = {word for word in _words(text) if _FOREIGN_END.search(word)} - vietnamese
    for match in _PAIR.finditer(text):
        if match[2][0].isupper() and not (match[2].isupper() or _is_vietnamese(match[2])):
            words.add(_fold(match[1]))
    return {word for word in words if word.lower() not in SURNAMES and not _is_in_table(word)}


def _words(text: str) -> list[str]:
    return [_fold(word) for word in _WORD.findall(text)]


def _fold(word: str) -> str:
    """Return a word in one Unicode form and with one placement of tone marks: hòa is hoà."""
    return place_tones(compose(word), "new")


def _inside_sentences(text: str) -> set[str]:
    """Return the capitalized words of a text that do not only begin its sentences."""
    tokens = Tokens(text)
    return {
        _fold(token.text)
        for index, token in enumerate(tokens.items)
        if token.is_capital and not tokens.starts_sentence(index)
    }


def _is_in_table(name: str) -> bool:
    return tables()[0].longest(look_up_forms(Tokens(name)), 0) is not None


def _kept(text: str, translation: str) -> Iterator[tuple[Span, str]]:
    """Yield the names of the source that are written without diacritics, and their spelling.

    A single word at the start of a sentence may be English: Do, My, Sang. Names that have the same
    letters, such as Thủy and Thúy, stay as they are.
    """
    names: dict[str, str] = {}
    spellings: dict[str, set[str]] = {}
    for name in dict.fromkeys(list_names(text, "vi")):
        plain, single = drop_diacritics(name.text), " " not in name.text
        spellings.setdefault(plain, set()).add(_fold(name.text))
        if (
            plain == name.text
            or name.foreign
            or (single and (name.rows or plain.lower() in ENGLISH))
        ):
            continue
        names.setdefault(plain, name.text)
    # "Son" may be Son Heung-min, and "Anh" Britain, but "thứ Hai" is Monday.
    written = {*_words(_WEEKDAY.sub(" ", text))}
    names = {
        plain: name
        for plain, name in names.items()
        if len(spellings.get(plain, ())) < 2 and plain not in written
    }
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

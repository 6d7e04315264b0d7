"""Comparing the names of a Vietnamese and an English sentence.

A name counts as translated if the other side has a form of it from the table of names (Tập Cận
Bình, Xi Jinping), a similar spelling (foreign names), or its spelling without diacritics
(Vietnamese names). Anything else is not judged, so all findings here are warnings.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from vnsum.names.recognition import Name, is_headline, names_in_en, names_in_vi
from vnsum.names.table import look_up_forms, plain, tables
from vnsum.quantities.tokens import Tokens, words
from vnsum.results.result import Finding

PLACES = ("country", "city", "province")
# English forms in the table that are also common words, or forms of several names.
VAGUE = words(
    "us is washington korea korean america american americans polish pole poles turkey"
    " china games court party south north central gulf roman romans la queen hue seoul"
    " pyongyang un arab english british dane swede finn turks turk olympic christian buddha"
    " pope charles francis christ mongol thai lao malay holland congo highlands german"
    " georgia chile jordan european asian african communist soviet washington republican"
    " democrat democratic labor labour conservative gulf islamic muslim catholic jewish"
)
SIMILAR = 0.72
MANY = 100
LONGEST_WORD = 60  # characters; comparing two words takes quadratic time


@dataclass(frozen=True, slots=True)
class _English:
    """The English side: rows of the table, all words, and capitalized words."""

    rows: set[int]
    words: set[str]
    names: set[str]


def compare_names(source: str, target: str, source_lang: str, target_lang: str) -> list[Finding]:
    """Return a warning for every name that only one side has."""
    if source_lang == target_lang:
        return []
    sides = {source_lang: Tokens(source), target_lang: Tokens(target)}
    vi, en = sides["vi"], sides["en"]
    if is_headline(vi):
        return []
    there = _English(tables()[1].every(look_up_forms(en)), _words(en), _words(en, capital=True))
    vi_only = [name for name in names_in_vi(vi) if not _is_in_en(name, there)]
    en_only = list(_names_only_in_en(en, vi))
    missing, added = (vi_only, en_only) if source_lang == "vi" else (en_only, vi_only)
    return _findings(missing, added)


def _words(tokens: Tokens, *, capital: bool = False) -> set[str]:
    found = (token for token in tokens.items if token.is_word)
    return {plain(token.low) for token in found if token.is_capital or not capital}


def _is_in_en(name: Name, there: _English) -> bool:
    if name.rows & there.rows:
        return True
    spelled = [plain(token.low) for token in Tokens(name.text).items if token.is_word]
    found = [word for word in spelled if word in there.words]
    if len(spelled) > 1:
        joined = "".join(spelled)
        return spelled[-1] in there.words or joined in there.words or 2 * len(found) > len(spelled)
    if found or spelled[0] + "s" in there.words:
        return True
    return name.foreign and _is_similar(spelled[0], there.names)


def _is_similar(word: str, others: set[str]) -> bool:
    """Return whether a foreign name occurs in another inflection or transcription."""
    # Comparing all pairs would take quadratic time.
    if len(others) > MANY or len(word) > LONGEST_WORD:
        return False
    for other in others:
        if not 3 <= len(other) <= LONGEST_WORD or (other[0] != word[0] and other[-1] != word[-1]):
            continue
        if other[:4] == word[:4] and len(word) > 4:
            return True
        if difflib.SequenceMatcher(None, word, other, autojunk=False).ratio() >= SIMILAR:
            return True
    return False


def _names_only_in_en(en: Tokens, vi: Tokens) -> Iterator[Name]:
    vi_table, _, table = tables()
    present, own = vi_table.every(look_up_forms(vi)), _words(vi)
    for name in names_in_en(en):
        tokens = Tokens(name.text)
        spelled = [plain(token.low) for token in tokens.items if token.is_word]
        certain = len(tokens) > 1 or tokens.low(0) not in VAGUE
        certain = certain and all(table[row].kind in PLACES for row in name.rows)
        known = name.rows & present or all(word in own for word in spelled)
        if certain and not known and not any(_is_similar(word, own) for word in spelled):
            yield name


def _findings(missing: list[Name], added: list[Name]) -> list[Finding]:
    findings = []
    others = iter(added)
    for name in missing:
        other = next(others, None)
        if other is None:
            message = f'The name "{name.text}" of the source was not found in the translation.'
        else:
            message = f'The name "{name.text}" of the source seems to have become "{other.text}".'
        findings.append(
            Finding(
                kind="name", severity="warning", message=message, source=name.span,
                target=other.span if other else None,
            )
        )  # fmt: skip
    for name in others:
        message = f'The name "{name.text}" of the translation was not found in the source.'
        findings.append(Finding(kind="name", severity="warning", message=message, target=name.span))
    return findings

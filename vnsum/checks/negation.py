"""Comparing the negation of a Vietnamese and an English sentence, using word lists.

The check counts the negation words of both sides; it does not resolve their scope. A negation may
also be translated by a word with a negative meaning.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from vnsum.checks.negation_exceptions import is_exception, is_idiom, is_other_word
from vnsum.checks.negation_words import (
    ABLE,
    BY_NEGATION,
    FAILING,
    FORMED,
    KEEPING,
    KEPT_WITHIN,
    LEXICAL,
    NEAR,
    NEGATIONS,
    NEGATIVE_PREFIXES,
    NEGATIVE_STEMS,
    NEGATIVE_SUFFIXES,
    NEGATIVE_WORDS,
    NOT_NEGATIVE,
    NOT_ONLY,
    NOT_PREFIXED,
    ONLY,
    OTHERWISE,
    OUT_OF,
    PAIRED,
    PREFIXES,
    PREVENTION,
    REACH,
    SHORTEST_NEGATIVE,
    SHORTEST_QUOTED,
    UNCLES,
)
from vnsum.checks.sides import Side
from vnsum.quantities.rules import CODE
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Quantity
from vnsum.results.result import Finding, Span


def compare_negation(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning if one side has more negations than the other side accounts for."""
    mine, theirs = old.tokens, new.tokens
    own = _find_negations(mine, old.lang, old.quantities)
    others = _find_negations(theirs, new.lang, new.quantities)
    own, others = _without_quoted(own, mine, theirs), _without_quoted(others, theirs, mine)
    if finding := _compare_prevention(mine, theirs, old.lang, new.lang):
        return [finding]
    if len(own) > len(others) + _count_expressed(mine, own, theirs, old.lang, new.lang):
        place = own[-1]
        text = old.cut(place)
        message = f'The source is negated ("{text}") but the translation does not seem to be.'
        return [Finding(kind="negation", severity="warning", message=message, source=place)]
    if finding := _compare_only(mine, theirs, old.lang, new.lang):
        return [finding]
    if len(others) > len(own) + _count_expressed(theirs, others, mine, new.lang, old.lang):
        place = others[-1]
        text = new.cut(place)
        message = f'The translation is negated ("{text}") but the source does not seem to be.'
        return [Finding(kind="negation", severity="warning", message=message, target=place)]
    return []


def _without_quoted(spans: Sequence[Span], tokens: Tokens, others: Tokens) -> list[Span]:
    """Return the words that the other side has not: an English title in a Vietnamese text."""
    quoted = {token.low for token in others.items if len(token.low) > SHORTEST_QUOTED}
    return [span for span in spans if tokens.text[span.start : span.end].lower() not in quoted]


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
        (tokens.low(place) in NEGATIONS[lang] and not is_exception(tokens, place, lang))
        or tokens.low(place) in FAILING
        for place in range(first, index)
    )


def _compare_only(old: Tokens, new: Tokens, source_lang: str, target_lang: str) -> Finding | None:
    """Return a warning if "không chỉ" (not only) has only "only" on the English side."""
    if source_lang == target_lang:
        return None
    vi, en = (old, new) if source_lang == "vi" else (new, old)
    not_only = [
        index
        for index, token in enumerate(vi.items)
        if token.low == "không"
        and vi.low(index + 1) in ("chỉ", "những")
        and not is_other_word(vi, index, "vi")
    ]
    only = [token for token in en.items if token.low in ONLY]
    if not not_only or not only or any(token.low in NOT_ONLY for token in en.items):
        return None
    place = Span(start=vi[not_only[0]].start, end=vi[not_only[0] + 1].end)
    other = Span(start=only[0].start, end=only[0].end)
    message = f'"{vi.text[place.start : place.end]}" (not only) corresponds to "{only[0].text}".'
    return Finding(
        kind="negation",
        severity="warning",
        message=message,
        source=place if source_lang == "vi" else other,
        target=other if source_lang == "vi" else place,
    )


def _find_negations(tokens: Tokens, lang: str, quantities: Sequence[Quantity]) -> list[Span]:
    """Return the negations that are not part of a number, as "không" is zero as well."""
    numbers = {i for q in quantities if q.kind != CODE for i in range(q.start, q.end)}
    return [
        Span(start=tokens[index - 2 if token.low == "t" else index].start, end=token.end)  # don't
        for index, token in enumerate(tokens.items)
        if token.low in NEGATIONS[lang]
        and token.start not in numbers
        and not is_exception(tokens, index, lang)
    ]


def _count_expressed(
    own: Tokens, spans: Sequence[Span], others: Tokens, lang: str, other: str
) -> int:
    """Return how many negations in `lang` other words of the language `other` may express."""
    idioms = max(0, _count_idioms(others, other) - _count_idioms(own, lang))
    idioms += lang == "en" and _has(own, "until") and _has(others, "mới")  # not until: mãi ... mới
    paired = _pair(own, others, spans) if lang == "vi" else []
    used = frozenset().union(*paired)
    general = _count_negative_words(others, other, own)
    return idioms + max(
        general, len(paired) + _count_negative_words(others, other, own, without=used)
    )


def _has(tokens: Tokens, word: str) -> bool:
    return any(token.low == word for token in tokens.items)


def _count_idioms(tokens: Tokens, lang: str) -> int:
    """Count the phrases that the other language may say with a negation: not only."""
    return sum(
        token.low in NEGATIONS[lang]
        and is_idiom(tokens, index, lang)
        and not is_other_word(tokens, index, lang)
        for index, token in enumerate(tokens.items)
    )


def _pair(vi: Tokens, en: Tokens, negations: Sequence[Span]) -> list[frozenset[str]]:
    """Return the English words of `PAIRED` for each Vietnamese negation that has any."""
    places = {token.start: index for index, token in enumerate(vi.items)}
    low = [token.low for token in en.items]
    there = frozenset(low) | {f"{first}_{second}" for first, second in itertools.pairwise(low)}
    found = []
    for span in negations:
        index = places[span.start]
        near = [vi.low(i) for i in range(index + 1, index + 1 + NEAR)]
        words = there & frozenset().union(*(PAIRED.get(word, frozenset()) for word in near))
        words |= there & BY_NEGATION.get(vi.low(index), frozenset())
        if vi.low(index - 1) in ("nếu", "bằng") or vi.low(index + 1) == "thì":
            words |= there & OTHERWISE
        if words:
            found.append(words)
    return found


def _count_negative_words(
    tokens: Tokens, lang: str, others: Tokens, *, without: frozenset[str] = frozenset()
) -> int:
    """Count the negative words that do not translate a negative word of the other side."""
    there = {token.low for token in others.items}
    if lang == "vi":
        return sum(
            token.low in NEGATIVE_WORDS["vi"] and not there & LEXICAL.get(token.low, frozenset())
            for token in tokens.items
        )
    explained = {word for low in there for word in LEXICAL.get(low, ())}
    low = [token.low for token in tokens.items]
    found = [word for word in low if word not in explained | without]
    formed = [word for word in found if _has_negative_affix(word) or word in FORMED]
    general = [word for word in found if word in NEGATIVE_WORDS["en"] and word not in FORMED]
    phrases = [word for index, word in enumerate(low) if _is_phrase(tokens, index)]
    general += [word for word in phrases if word not in explained]
    prefixed = sum(
        token.low in PREFIXES and others.low(index + 1) not in NOT_PREFIXED
        for index, token in enumerate(others.items)
    )
    return len(general) + max(0, len(formed) - prefixed)


def _is_phrase(en: Tokens, index: int) -> bool:
    """Return whether a word is that of "smoke-free", "free of", "out of reach" or "keep from"."""
    if en.low(index) == "free":
        joined = en.is_dash(index - 1) and en[index].glued
        return joined or en.low(index + 1) in ("of", "from")
    if en.low(index) == "out":
        return en.low(index + 1) == "of" and en.low(index + 2) in OUT_OF
    before = {en.low(place) for place in range(max(0, index - KEPT_WITHIN), index)}
    return en.low(index) == "from" and bool(before & KEEPING)


def _has_negative_affix(low: str) -> bool:
    formed = (
        low.startswith(NEGATIVE_PREFIXES)
        or low.endswith(NEGATIVE_SUFFIXES)
        or (low.startswith(NEGATIVE_STEMS) and low.endswith(ABLE))
    )
    return (
        formed
        and len(low) >= SHORTEST_NEGATIVE
        and not low.startswith(NOT_NEGATIVE)
        and low not in UNCLES
    )

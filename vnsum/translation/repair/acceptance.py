"""Conditions for replacing a translation by another one, apart from the findings of the checks.

The candidate is about as likely and as long, keeps every value that may be right, and has no value
that is neither in the source nor in the translation that it replaces.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from vnsum.checks.names import DATE_WORDS
from vnsum.checks.screening import count_copies
from vnsum.languages.tones import place_tones
from vnsum.names.recognition import list_names, spell_name
from vnsum.names.table import drop_diacritics
from vnsum.quantities.values import Quantity
from vnsum.translation.backends.backend import Backend, SupportsScores

MAX_LOSS = 0.4  # nats per token; good repairs lost at most 0.3
MOST_NEW_WORDS = 6  # enough for one value with its unit
WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")  # within a sentence
NEVER_NAMES = DATE_WORDS | {"celsius", "fahrenheit"}
_LOOSE_YEAR = re.compile(r"\b(?:earlier|later|ago|(?:month|week|day|year)s) (?:19|20)\d\d\b")


def is_likely(score: float | None, base: float | None, max_loss: float = MAX_LOSS) -> bool:
    """Return whether a score is at most `max_loss` below `base`; true if one of them is unknown.

    >>> is_likely(-0.8, -0.5), is_likely(-1.1, -0.5), is_likely(None, -0.5)
    (True, False, True)
    """
    return score is None or base is None or score >= base - max_loss


def is_similar(text: str, first: str) -> bool:
    """Return whether a text has a similar length to the first one and no more repetitions.

    A shorter text has lost a clause; numbers, which a repair may remove, are not counted then.
    Punctuation separates words here: constrained search may generate 10-10-10-10.
    """
    old, new = WORD.findall(first), WORD.findall(text)
    kept, said = (sum(word.isalpha() for word in found) for found in (new, old))
    similar = len(new) <= 1.3 * len(old) + MOST_NEW_WORDS and said <= 1.2 * kept + 2
    return similar and count_copies(new) <= max(2, count_copies(old))


def keeps_figures(
    source: Iterable[Quantity],
    old: Collection[Quantity],
    new: Iterable[Quantity],
    *,
    wrong: Collection[int],
    is_certain: bool,
) -> bool:
    """Return whether a candidate keeps the values that may be right and adds none of its own.

    `old` are the values of the translation, of which those at the offsets `wrong` are wrong; `new`
    are those of the candidate. Numbers in words count as well. Constrained search may generate a
    value twice, or give it a unit ("2-inch" for 2 of something). If the readings of the source are
    not certain, any value of `old` may be right.
    """
    source, new = [*source], [*new]
    asked, said, now = (_count_values(found) for found in (source, old, new))
    known_units = {quantity.unit for quantity in (*source, *old)}
    right = _count_values(q for q in old if q.start not in wrong).keys()
    lost = (right & asked.keys() if is_certain else right) - now.keys()
    repeated = any(now[value] > max(asked[value], said[value]) for value in asked)
    invented = now.keys() - asked.keys() - said.keys()
    measured = any(quantity.unit and quantity.unit not in known_units for quantity in new)
    return not (lost or repeated or invented or measured)


def _count_values(found: Iterable[Quantity]) -> Counter[object]:
    """Count the values, with those that the notation leaves open.

    "One" may be an article; $1 is a value with its unit.
    """
    counts: Counter[object] = Counter()
    for quantity in found:
        if quantity.value == 1:
            counts.update([(1, quantity.unit)] if quantity.unit and not quantity.spelled else [])
        else:
            values = (quantity.value, quantity.alternative)
            counts.update(value for value in values if value is not None)
    return counts


def adds_untranslated(text: str, first: str, source: str) -> bool:
    """Return whether an English text has words of the Vietnamese source that `first` lacks.

    Constrained search may leave words next to the given value untranslated. Words without
    diacritics may be English.

    >>> adds_untranslated("The người came.", "People came.", "Có 5 người đến.")
    True
    """
    new, old, own = (set(WORD.findall(place_tones(part, "new"))) for part in (text, first, source))
    return any(not word.isascii() for word in (new - old) & own)


def repeats_names(text: str, first: str, source: str) -> bool:
    """Return whether a text has a capitalized word more often than `first` and the source.

    Constrained search may add a clause with the given name again.

    >>> repeats_names("Hue lies in Hue.", "It lies there.", "Nó ở Huế.")
    True
    """
    now, *others = (
        Counter(
            word
            for word in WORD.findall(place_tones(part, "new"))
            if word.istitle() and len(word) > 1
        )
        for part in (text, first, source)
    )
    return any(count > max(1, *(other[word] for other in others)) for word, count in now.items())


def adds_names(text: str, first: str, source: str) -> bool:
    """Return whether an English text has a name that neither `first` nor the Vietnamese source has.

    Constrained search may change the words around the given value: "in the north-central Pacific".

    >>> adds_names("Winds in the Pacific reach 9.", "Winds in the Gulf reach 9.", "Gió cấp 9.")
    True
    >>> adds_names("It rained in Hue.", "It rained.", "Mưa ở Huế.")
    False
    """
    known = {word.lower() for part in (first, source, drop_diacritics(source))
             for word in WORD.findall(part)} | NEVER_NAMES  # fmt: skip
    for name in list_names(source, "vi"):
        known |= {word.lower() for form in spell_name(name, "en") for word in WORD.findall(form)}
    return any(match[0].lower() not in known for match in _NAME.finditer(text))


def adds_loose_year(text: str, first: str) -> bool:
    """Return whether a text has a year next to a time that needs a preposition between them.

    Constrained search may add the given year to a wrong phrase.

    >>> adds_loose_year("It fell two months earlier 2018.", "It fell two months earlier.")
    True
    """
    return len(_LOOSE_YEAR.findall(text)) > len(_LOOSE_YEAR.findall(first))


def measure_total(
    backend: Backend, pairs: Collection[tuple[str, str]], *, source: str, target: str
) -> list[float] | None:
    """Return the log-probability of each translation given its source plus that of the reverse.

    The sums are in nats. `None` if the backend does not score translations; the reverse is left out
    if it does not translate from `target` to `source`.
    """
    if not isinstance(backend, SupportsScores):
        return None
    totals = _sum_scores(backend, pairs, source=source, target=target)
    if f"{target}->{source}" in backend.directions:
        reverse = [(translation, text) for text, translation in pairs]
        back = _sum_scores(backend, reverse, source=target, target=source)
        totals = [one + other for one, other in zip(totals, back, strict=True)]
    return totals


def _sum_scores(
    backend: Backend, pairs: Collection[tuple[str, str]], *, source: str, target: str
) -> list[float]:
    assert isinstance(backend, SupportsScores)  # noqa: S101 - for the type checker
    means = backend.score([*pairs], source=source, target=target)
    lengths = backend.count_tokens([written for _, written in pairs])
    return [mean * (length + 1) for mean, length in zip(means, lengths, strict=True)]

"""Finding fractions, factors and levels that only one side tells.

A good translation may write a small number in another way, so that `compare_figures` reports none
that is only missing or added. A fraction or a factor ("giảm một phần ba", "tripled") is reported
here if no word of the other side tells one, and a level ("gió cấp 8") if the other side has its
number without a word for a level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from vnsum.checks.fact_findings import describe_one_sided, is_multiple
from vnsum.checks.facts import Fact, list_facts
from vnsum.checks.sides import Side
from vnsum.languages import LanguageCode
from vnsum.quantities.tokens import Tokens, words
from vnsum.quantities.values import Quantity
from vnsum.results.result import Finding, Span

# Beginnings of words that tell a fraction or factor.
AMOUNTS = {
    "vi": ("nửa", "rưỡi", "phần", "gấp", "đôi", "lần", "hiệp", "nhân", "chia"),
    "en": ("half", "halv", "third", "quarter", "fourth", "fifth", "sixth", "seventh", "eighth",
           "ninth", "tenth", "doubl", "redoubl", "twice", "tripl", "trebl", "quadrupl", "twofold",
           "threefold", "fourfold", "fivefold", "sixfold", "tenfold", "times", "percent",
           "multipl"),
}  # fmt: skip
WHOLE_AMOUNTS = {"vi": frozenset[str](), "en": words("cent fold")}  # not century or folder
WRITTEN_AMOUNT = re.compile(r"[½⅓⅔¼¾⅕⅙⅛]|\d/\d")  # 1/3 may also be read as a date
AMOUNT_KINDS = frozenset(["fraction", "percent", "score"])
LEVELS = {"vi": words("cấp"), "en": words("force level category grade")}
LEVEL_WORDS = {
    "vi": ("cấp", "mức", "độ", "loại", "hạng", "bậc", "thang", "lớp", "tầng", "nhóm", "lầu"),
    "en": ("level", "force", "categor", "grade", "scale", "class", "degree", "tier", "rank",
           "magnitude", "beaufort", "stage", "strength", "school"),
}  # fmt: skip
# Words that form another word with "cấp": cung cấp 8 xe (to provide 8 vehicles).
NO_LEVEL = words("cung nâng trợ bao cao trung sơ hạ thượng phân chu đẳng đề")
HIGHEST_LEVEL = 20


def compare_lost_words(old: Side, new: Side, known: Sequence[Finding] = ()) -> list[Finding]:
    """Return a warning for each fraction, factor or level that only one side tells."""
    return [*_find_lost(old, new, missing=True), *_find_lost(new, old, missing=False)]


def _find_lost(one: Side, other: Side, *, missing: bool) -> Iterator[Finding]:
    """Yield the warnings about what `other` does not tell, which is the source unless `missing`."""
    told = [token.low for token in other.tokens.items]
    values = {quantity.value for quantity in other.quantities}
    if not (
        _has(told, AMOUNTS[other.lang])
        or not WHOLE_AMOUNTS[other.lang].isdisjoint(told)
        or WRITTEN_AMOUNT.search(other.text)
        or any(quantity.kind in AMOUNT_KINDS for quantity in other.quantities)
    ):
        for fact in _amounts(one.quantities):
            if fact.value.denominator not in values:  # one in four
                yield describe_one_sided(fact, missing=missing, doubtful=True)
    if not _has(told, LEVEL_WORDS[other.lang]):
        for span, level in _levels(one.tokens, one.lang):
            if level in values:
                yield _describe_level(one.cut(span), span, missing=missing)


def _amounts(quantities: Iterable[Quantity]) -> list[Fact]:
    """Return the fractions and factors in words; `compare_figures` reports those in digits."""
    facts = list_facts(quantity for quantity in quantities if quantity.spelled)
    return [fact for fact in facts if fact.quantity.kind == "fraction" or is_multiple(fact)]


def _has(told: Iterable[str], beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginnings) for word in told)


def _levels(tokens: Tokens, lang: LanguageCode) -> Iterator[tuple[Span, int]]:
    """Yield the place and the number of each level: cấp 8, force 8."""
    for index, token in enumerate(tokens.items):
        number = tokens.integer(index + 1, 2) if token.low in LEVELS[lang] else None
        if number and number <= HIGHEST_LEVEL and tokens.low(index - 1) not in NO_LEVEL:
            yield Span(start=token.start, end=tokens[index + 1].end), number


def _describe_level(text: str, span: Span, *, missing: bool) -> Finding:
    side = "translation" if missing else "source"
    message = f'The {side} has the number of "{text}" but no word for a level.'
    return Finding(
        kind="number",
        severity="warning",
        message=message,
        source=span if missing else None,
        target=None if missing else span,
    )

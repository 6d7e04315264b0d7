"""Findings about the facts of one sentence that have no match in the other."""

from __future__ import annotations

import re
from fractions import Fraction

from vnsum.checks.fact_index import LUNAR
from vnsum.checks.facts import NUMERIC, SMALL, Fact
from vnsum.quantities.tokens import fold
from vnsum.quantities.values import Date, Number, Quantity, Value
from vnsum.quantities.writing import write
from vnsum.results.result import Finding, FindingKind, Severity, Span

DATE_FAMILIES = frozenset(["year", "month", "day", "quarter", "half", "clock", "weekday", *LUNAR])
DATE_KINDS = frozenset(["date", "time", "weekday", "relative", "decade", "lunar"])
MOST_COMPARED = 20  # facts that may have replaced another one; comparing all is quadratic
MULTIPLE = re.compile("^gấp|led$|ling$|fold$")
_FIGURES = re.compile(r"\d[\d.,/:-]*")


def list_findings(missing: dict[int, Fact], added: dict[int, Fact]) -> list[Finding]:
    """Return the findings about unmatched facts of both sides, which are paired into changes."""
    pool: dict[tuple[str, bool], list[Fact]] = {}
    for fact in reversed(list(added.values())):  # so that the first ones are popped quickly
        pool.setdefault((_group(fact), fact.firm), []).append(fact)
    findings, unpaired = [], []
    for fact in missing.values():
        other = _counterpart(fact, pool)
        if other:
            findings.append(_changed(fact, other))
        else:
            unpaired.append(fact)
    # An uncertain fact may mean what is missing on the other side.
    doubtful = not all(fact.quantity.certain for fact in (*missing.values(), *added.values()))
    findings += [
        describe_one_sided(fact, missing=True, doubtful=doubtful) for fact in unpaired if fact.firm
    ]
    rest = (fact for facts in pool.values() for fact in reversed(facts))
    return findings + [
        describe_one_sided(fact, missing=False, doubtful=doubtful) for fact in rest if fact.firm
    ]


def _counterpart(fact: Fact, pool: dict[tuple[str, bool], list[Fact]]) -> Fact | None:
    """Remove and return the fact that this one may have become, the most similar one.

    "two" cannot replace 60 billion.
    """
    group = _group(fact)
    facts = pool.get((group, fact.firm)) or pool.get((group, not fact.firm), [])
    near = range(max(0, len(facts) - MOST_COMPARED), len(facts))
    fitting = [
        index
        for index in near
        if facts[index].firm == fact.firm
        or abs((fact if fact.firm else facts[index]).value) <= SMALL
    ]
    if not fitting:
        return None
    return facts.pop(min(fitting, key=lambda index: (_distance(fact, facts[index]), -index)))


def _distance(one: Fact, other: Fact) -> tuple[bool, Fraction]:
    """Return whether the facts tell different things, and the relative difference of the values."""
    largest = max(abs(one.value), abs(other.value), Fraction(1))
    return _role(one) != _role(other), abs(one.value - other.value) / largest


def _role(fact: Fact) -> str:
    """Return what the fact tells: a share or factor, a rank, a name, or an amount of its unit."""
    kind = fact.quantity.kind
    if kind in ("fraction", "percent") or is_multiple(fact):
        return "share"
    return kind if kind in ("ordinal", "label", "age") else f"{fact.family} {fact.unit}"


def _group(fact: Fact) -> str:
    if fact.family in ("weekday", "magnitude") or fact.quantity.kind == "relative":
        return fact.family
    return "date" if fact.family in DATE_FAMILIES else NUMERIC


def _kind(fact: Fact) -> FindingKind:
    is_date = fact.quantity.kind in DATE_KINDS or fact.family in DATE_FAMILIES
    return "date" if is_date else "number"


def _noun(fact: Fact) -> str:
    names = {"clock": "time", "weekday": "weekday", "percent": "percentage"}
    return names.get(fact.family, names.get(fact.quantity.kind, _kind(fact)))


def _span(quantity: Quantity) -> Span:
    return Span(start=quantity.start, end=quantity.end)


def _changed(old: Fact, new: Fact) -> Finding:
    severity: Severity = "error" if old.firm or new.firm else "warning"
    exact = old.family in ("weekday", "magnitude") or (is_multiple(old) and is_multiple(new))
    if not old.firm and not new.firm and exact:
        severity = "error"
    if not (old.quantity.certain and new.quantity.certain):
        severity = "warning"
    text, (mine, other) = old.quantity.text, [_tell(fact.quantity) for fact in (old, new)]
    figures, written = (_FIGURES.findall(fact.quantity.text) for fact in (old, new))
    if figures and figures == written and mine and other and mine != other:
        # 200.003 and 6/11 have the notation of the other language.
        message = (
            f'The {_noun(old)} "{text}" is {mine} in the source, but {other} in the translation.'
        )
    else:
        message = f'The {_noun(old)} "{text}" of the source became "{new.quantity.text}".'
    return Finding(
        kind=_kind(old), severity=severity, message=message,
        source=_span(old.quantity), target=_span(new.quantity),
    )  # fmt: skip


def _tell(quantity: Quantity) -> str:
    """Return a number, or a date in words; otherwise an empty string."""
    if isinstance(quantity.value, Date):
        return next(iter(write(quantity, lang="en")), "")
    value = _literal(quantity)
    return str(value) if isinstance(value, Number) else ""


def _literal(quantity: Quantity) -> Value:
    """Return the value as it is written: 200 in "from 200 to 1.5 trillion"."""
    value, other = quantity.value, quantity.alternative
    scaled = other is not None and isinstance(value, Number) and other < value
    return other if scaled and other is not None else value


def is_multiple(fact: Fact) -> bool:
    """Return whether a fact is a factor: gấp ba, tripled, threefold."""
    return fact.quantity.kind == "number" and MULTIPLE.search(fold(fact.quantity.text)) is not None


def describe_one_sided(fact: Fact, *, missing: bool, doubtful: bool) -> Finding:
    """Return the finding that the other side lacks a fact, a warning if that is doubtful."""
    text, span = fact.quantity.text, _span(fact.quantity)
    severity: Severity = "warning" if doubtful else "error"
    if missing:
        message = f'The {_noun(fact)} "{text}" of the source is missing in the translation.'
        return Finding(kind=_kind(fact), severity=severity, message=message, source=span)
    message = f'The {_noun(fact)} "{text}" of the translation is not in the source.'
    return Finding(kind=_kind(fact), severity=severity, message=message, target=span)

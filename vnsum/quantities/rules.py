"""Trying rules at every token of a text: the scanner both languages share; it knows no words.

Each rule looks at a bounded number of tokens, so reading is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vnsum.quantities.resolve import Anchored
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Number, Value

CODE = "code"  # F0, A320, Covid-19, telephone numbers: no quantities, kept apart


class Found(NamedTuple):
    """What a rule found: kind, value, unit and the token index after it."""

    kind: str
    value: Value | Anchored
    unit: str
    end: int
    start: int | None = None  # where it starts before the token that triggered the rule
    alternative: Number | None = None
    certain: bool = True


Rule = Callable[[Tokens, int], Found | None]


CODED = Found(CODE, 0, "", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is tried at a digit group, and at each word or mark that can begin a quantity."""

    digits: tuple[Rule, ...]
    words: Mapping[str, tuple[Rule, ...]]


def scan(tokens: Tokens, table: Rules) -> list[tuple[Found, int]]:
    """Return what the rules find, in order, each with the index of its first token.

    No token is part of two of them, though some start before the token that triggered their rule.
    """
    found: list[tuple[Found, int]] = []
    index = taken = 0
    while index < len(tokens):
        token = tokens[index]
        rules = table.digits if token.is_digits else table.words.get(token.low, ())
        for rule in rules:
            result = rule(tokens, index)
            if result is None or result.end <= index:
                continue
            first = index if result.start is None else result.start
            if result.kind == CODE:
                first = max(_code_start(tokens, index), taken)
            if first >= taken:
                found.append((result, first))
                index = taken = result.end
                break
        else:
            index += 1
    return found


def _code_start(tokens: Tokens, index: int) -> int:
    """Return the first token of the name that the digits belong to: the A of A320."""
    while tokens[index].glued and (tokens[index - 1].is_word or tokens[index - 1].text in "-+"):
        index -= 1
    return index

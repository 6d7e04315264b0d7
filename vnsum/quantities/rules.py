"""The scanner that applies the rules of a language to each token of a text.

Each rule looks at a bounded number of tokens, so that reading is linear.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vnsum.quantities.resolve import Anchored
from vnsum.quantities.tokens import Tokens
from vnsum.quantities.values import Number, Value

CODE = "code"  # F0, A320, Covid-19, telephone numbers: not quantities


class Found(NamedTuple):
    """The result of a rule: kind, value, unit and the token index after it."""

    kind: str
    value: Value | Anchored
    unit: str
    end: int
    start: int | None = None  # the index of its first token, if before that of the rule
    alternative: Number | None = None
    certain: bool = True


Rule = Callable[[Tokens, int], Found | None]


CODED = Found(CODE, 0, "", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules for digit groups, and for each word or mark that can start a quantity."""

    digits: tuple[Rule, ...]
    words: Mapping[str, tuple[Rule, ...]]


def scan(tokens: Tokens, table: Rules) -> list[tuple[Found, int]]:
    """Return the results of the rules in order, each with the index of its first token.

    The results do not overlap.
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
    """Return the index of the first token of a name with digits: the A of A320."""
    while tokens[index].glued and (tokens[index - 1].is_word or tokens[index - 1].text in "-+"):
        index -= 1
    return index

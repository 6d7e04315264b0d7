"""Phrase tables: lookup of the longest known phrase at a token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from vnsum.quantities.tokens import Tokens

T = TypeVar("T")


class Phrases(Generic[T]):
    """A mapping from phrases to values, looked up at a token of a text.

    Case is ignored except in phrases of one letter: `M` and `m` are different units. The time of
    a lookup does not depend on the size of the table.
    """

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        self._rows: dict[str, list[tuple[tuple[str, ...], tuple[bool, ...], str, T]]] = {}
        for phrase, value in rows:
            tokens = Tokens(phrase)
            lows = tuple(token.low for token in tokens.items)
            # "m2" has no space inside; "km / h" may have.
            tight = tuple(
                token.glued and token.text[0].isalnum() and tokens[i - 1].text[0].isalnum()
                for i, token in enumerate(tokens.items)
            )
            exact = phrase if len(phrase) == 1 else ""
            self._rows.setdefault(lows[0], []).append((lows, tight, exact, value))
        for options in self._rows.values():
            options.sort(key=lambda option: -len(option[0]))

    def match(self, tokens: Tokens, index: int) -> tuple[T, int] | None:
        """Return the value of the longest phrase at `index` and the index after it."""
        for lows, tight, exact, value in self._rows.get(tokens.low(index), ()):
            if exact and tokens[index].text != exact:
                continue
            if all(
                tokens.low(index + i) == low and (tokens[index + i].glued or not tight[i])
                for i, low in enumerate(lows[1:], 1)
            ):
                return value, index + len(lows)
        return None

    @property
    def starters(self) -> frozenset[str]:
        """The first words of all phrases."""
        return frozenset(self._rows)

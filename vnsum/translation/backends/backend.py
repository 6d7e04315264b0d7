"""The `Backend` protocol, the values it takes and returns, and a fake backend for tests."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A translation as a model generated it.

    `finished` is false where the model reached its length limit, `score` is the mean
    log-probability per token (`None` where the backend has none), and `n_best` are the other
    hypotheses of the search, best first.
    """

    text: str
    finished: bool = True
    score: float | None = None
    n_best: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A text to be translated again with one of `forms` in the translation.

    `draft` is the translation so far; `place` is where in it the wrong value stands, `None` where
    the value is missing. Without `forms` something else has to be said at `place`.
    """

    text: str
    draft: str
    forms: tuple[str, ...] = ()
    place: int | None = None


class Backend(Protocol):
    """A model that translates texts which fit it.

    `translate` returns one `Hypothesis` for each text, in order, and the same ones however the
    texts are grouped. `beams` asks for a beam search of that width, `None` for the backend's own
    choice. Texts longer than `max_source_tokens`, counted by `count_tokens`, are never handed to
    it.
    """

    @property
    def signature(self) -> str:
        """Model, weights and decoding options in one line, equal only where outputs are."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Directions such as `"vi->en"`."""

    @property
    def max_source_tokens(self) -> int:
        """The longest text that `translate` takes, in tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text."""

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Return what the model writes for each text."""


@runtime_checkable
class SupportsConstraints(Protocol):
    """What a backend can do besides: rate any translation, and write one with a value given."""

    def score(self, pairs: Sequence[tuple[str, str]], *, source: str, target: str) -> list[float]:
        """Return the mean log-probability a token of each pair's second text as translation."""

    def constrain(
        self, requests: Sequence[Constraint], *, source: str, target: str
    ) -> list[tuple[Hypothesis, ...]]:
        """Return what the model writes when it must use one of the forms, best first."""


@runtime_checkable
class SupportsDiversity(Protocol):
    """What a backend can do besides: leave the likeliest path, where that leads nowhere."""

    def diversify(self, texts: Sequence[str], *, source: str, target: str) -> list[Hypothesis]:
        """Return translations off the likeliest path, each with its n_best, best first.

        The same ones every time and however the texts are grouped.
        """


def scramble(text: str) -> str:
    """Return `text` word for word in letters of neither language: what `FakeBackend` does.

    >>> scramble("Đường phố 24")
    'QHBAT CUB 24'
    """
    letters = unicodedata.normalize("NFD", text.upper()).replace("Đ", "D")
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return codecs.encode(plain, "rot13")


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeBackend:
    """A backend without a model, for tests and for trying things out: applies `function`.

    >>> FakeBackend().translate(["xin chào"], source="vi", target="en")[0].text
    'KVA PUNB'
    """

    function: Callable[[str], str] = scramble
    directions: tuple[str, ...] = ("vi->en", "en->vi")
    max_source_tokens: int = 100
    signature: str = "fake"
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words divided by white space."""
        return [len(text.split()) for text in texts]

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Apply `function` to each text and remember the call in `calls`."""
        self.calls.append(tuple(texts))
        return [Hypothesis(text=self.function(text)) for text in texts]

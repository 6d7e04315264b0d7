"""The `Backend` protocol, the values it takes and returns, and a fake backend for tests."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from vnsum.normalization import decompose


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A translation as a model generated it.

    `finished` is false where the model reached its length limit. `score` is the mean
    log-probability per token, `reverse_score` that of the source given the translation (`None`
    where the backend has none). `n_best` are the other hypotheses of the search, best first.
    """

    text: str
    finished: bool = True
    score: float | None = None
    reverse_score: float | None = None
    n_best: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A text to translate again such that the translation contains one of `forms`.

    `value` is what the source says for it. `translation` is the current translation; `place` is the
    offset of the wrong value in it, or `None` if the value is missing. Without `forms`, the
    translation must differ at `place`.
    """

    text: str
    translation: str
    forms: tuple[str, ...] = ()
    place: int | None = None
    value: str = ""


class Backend(Protocol):
    """The protocol of models that translate texts.

    `translate` returns one `Hypothesis` for each text, in order; results must not depend on how
    texts are grouped. `beams` is the beam width, `None` for the default of the backend. It is never
    called with texts longer than `max_source_tokens`, as counted by `count_tokens`.
    """

    @property
    def signature(self) -> str:
        """Model, weights and decoding options in one line; equal only for equal outputs."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Directions such as `"vi->en"`."""

    @property
    def max_source_tokens(self) -> int:
        """The length limit of `translate` in tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text."""

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Return a translation of each text."""


@runtime_checkable
class SupportsScores(Protocol):
    """Optional protocol of backends that score given translations."""

    def score(self, pairs: Sequence[tuple[str, str]], *, source: str, target: str) -> list[float]:
        """Return the mean log-probability per token of each (source, translation) pair."""


@runtime_checkable
class SupportsConstraints(Protocol):
    """Optional protocol of backends that translate under constraints, or try to."""

    def constrain(
        self, constraints: Sequence[Constraint], *, source: str, target: str
    ) -> list[tuple[Hypothesis, ...]]:
        """Return translations that satisfy each constraint, best first."""


@runtime_checkable
class SupportsDiversity(Protocol):
    """Optional protocol of backends that generate diverse translations."""

    def diversify(self, texts: Sequence[str], *, source: str, target: str) -> list[Hypothesis]:
        """Return less likely translations, each with its n-best list, best first.

        Results are deterministic and do not depend on how texts are grouped.
        """


@runtime_checkable
class SupportsConfidence(Protocol):
    """Optional protocol of backends that estimate how good translations are."""

    def estimate_confidence(
        self, texts: Sequence[str], hypotheses: Sequence[Hypothesis], *, source: str, target: str
    ) -> list[float | None]:
        """Return the confidence of each hypothesis of a text; see `SentencePair`.

        Scores that a hypothesis does not have are computed. Results must not depend on how texts
        are grouped.
        """


def scramble(text: str) -> str:
    """Return `text` as words of neither language; the default function of `FakeBackend`.

    >>> scramble("Đường phố 24")
    'QHBAT CUB 24'
    """
    letters = decompose(text.upper()).replace("Đ", "D")
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return codecs.encode(plain, "rot13")


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeBackend:
    """A backend without a model, for tests: applies `function` to each text.

    >>> FakeBackend().translate(["xin chào"], source="vi", target="en")[0].text
    'KVA PUNB'
    """

    function: Callable[[str], str] = scramble
    directions: tuple[str, ...] = ("vi->en", "en->vi")
    max_source_tokens: int = 100
    signature: str = "fake"
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words separated by whitespace."""
        return [len(text.split()) for text in texts]

    def translate(
        self, texts: Sequence[str], *, source: str, target: str, beams: int | None = None
    ) -> list[Hypothesis]:
        """Apply `function` to each text and record the call in `calls`."""
        self.calls.append(tuple(texts))
        return [Hypothesis(text=self.function(text)) for text in texts]

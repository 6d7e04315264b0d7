"""The values of a repair: its input and result, goal, state, and the candidates of a method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from vnsum import checks, quantities
from vnsum.glossary import Glossary
from vnsum.glossary.checking import Use, drop_explained, list_missing, list_uses
from vnsum.languages import require
from vnsum.results.result import Finding
from vnsum.translation.backends.backend import Backend, Hypothesis
from vnsum.translation.repair.acceptance import MAX_LOSS
from vnsum.translation.screening import screen

MAX_TOTAL_LOSS = 5.0  # nats, of source and translation given each other
MAX_TRIES = 3  # translations under constraints or with another beam width, for each sentence
ERROR = frozenset(["error"])
FIGURES = {"number": ERROR, "date": ERROR}

Quantities = Mapping[int, quantities.Quantity]  # by start offset


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairInput:
    """A source text, its translation, and the score and n-best list of the backend."""

    source: str
    text: str
    score: float | None = None
    n_best: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A repaired translation, with findings that describe the repairs."""

    text: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairContext:
    """Backend, languages, glossary and goal of a repair.

    `targets` maps the kinds of findings to repair to their severities; `is_certain` tells which of
    these findings about a source and its translation are certain enough. `max_loss` is in nats per
    token, `max_total_loss` in nats; `max_tries` bounds the translations of each sentence.
    If `is_strict`, no words of the source and no names may be added, and no name repeated.
    """

    backend: Backend
    source: str
    target: str
    glossary: Glossary = field(default_factory=Glossary)
    targets: Mapping[str, frozenset[str]] = field(default_factory=lambda: FIGURES)
    max_loss: float = MAX_LOSS
    max_total_loss: float = MAX_TOTAL_LOSS
    max_tries: int = MAX_TRIES
    is_strict: bool = True
    is_certain: Callable[[str, str, Finding], bool] = lambda source, text, finding: True

    def list_errors(self, source: str, text: str, found: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings to repair."""
        return tuple(
            finding
            for finding in found
            if finding.severity in self.targets.get(finding.kind, ())
            and self.is_certain(source, text, finding)
        )

    def inspect(self, source: str, text: str) -> list[Finding]:
        """Return all findings about a translation except those of severity `"info"`."""
        found = checks.check(
            source, text, source_lang=require(self.source), target_lang=require(self.target)
        )
        uses = self.list_uses(source, text)
        found = [*drop_explained(found, uses), *list_missing(uses, self.target)]
        found += screen(source, text, target=self.target, glossary=self.glossary)
        return [finding for finding in found if finding.severity != "info"]

    def list_uses(self, source: str, text: str) -> list[Use]:
        """Return the glossary terms in the source with their positions in a translation."""
        return list_uses(
            source, text, glossary=self.glossary, source_lang=self.source, target_lang=self.target
        )

    def read_quantities(self, text: str, lang: str) -> Quantities:
        """Return the quantities in a text by start offset."""
        return {q.start: q for q in quantities.read_all(text, lang=lang)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairState:
    """The state of a repair: the best text so far, its findings, and those left to repair.

    `base` is the score before any repair, `tries` counts translations, and `gave_up` is true if the
    limit left some untried.
    """

    input: RepairInput
    text: str
    found: tuple[Finding, ...]
    errors: tuple[Finding, ...]
    base: float | None
    score: float | None
    steps: tuple[str, ...] = ()
    tries: int = 0
    gave_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible replacement; `score` is `None` if it has not been scored."""

    text: str
    score: float | None = None


class Offer(NamedTuple):
    """The candidates of a method for one sentence and the number of translations it took.

    `gave_up` is true if the limit of tries left some untried.
    """

    candidates: Sequence[Candidate]
    tries: int = 0
    gave_up: bool = False


Method = Callable[[Sequence[RepairState], RepairContext], list[Offer]]

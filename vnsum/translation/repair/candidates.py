"""Selection of the best candidate for a translation with errors, shared by all repairs.

A candidate replaces a translation only if it has fewer errors, no new findings, keeps all values
that were right, and its mean log-probability per token is not much lower.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from vnsum import checks, quantities
from vnsum.checks.screening import count_copies, screen_output
from vnsum.glossary import Glossary
from vnsum.glossary.checking import Use, drop_explained, list_missing, list_uses
from vnsum.languages import detect
from vnsum.results.result import Finding
from vnsum.translation.backends.backend import Backend, Constraint, Hypothesis, SupportsConstraints
from vnsum.translation.repair.placing import locate

MAX_LOSS = 0.4  # nats per token; good repairs lost at most 0.3
COST_OF_CHANGE = 0.5  # nats per token for a completely different text
MOST_NEW_WORDS = 6  # enough for one value with its unit
FIGURES = {"number": "error", "date": "error"}
WORD = re.compile(r"\w+")
CANDIDATE = "another candidate of the model"  # the step of `n_best_candidates` in findings

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

    `targets` maps the kinds of findings to repair to their severity.
    """

    backend: Backend
    source: str
    target: str
    glossary: Glossary = field(default_factory=Glossary)
    targets: Mapping[str, str] = field(default_factory=lambda: FIGURES)
    max_loss: float = MAX_LOSS

    def inspect(self, source: str, text: str) -> list[Finding]:
        """Return all findings about a translation except those of severity `"info"`."""
        found = checks.check(source, text, source_lang=self.source, target_lang=self.target)
        uses = self.list_uses(source, text)
        found = [*drop_explained(found, uses), *list_missing(uses, self.target)]
        found += screen_output(source, text, detect=detect, target=self.target)
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
    """The state of a repair: the best text so far and its findings."""

    input: RepairInput
    text: str
    found: tuple[Finding, ...]
    targets: Mapping[str, str]
    base: float | None  # the score before any repair
    score: float | None
    steps: tuple[str, ...] = ()

    @property
    def errors(self) -> list[Finding]:
        """The findings that remain to be repaired."""
        return [f for f in self.found if self.targets.get(f.kind) == f.severity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible replacement; `score` is `None` if it has not been scored."""

    text: str
    score: float | None = None


Method = Callable[[Sequence[RepairState], RepairContext], list[list[Candidate]]]
MakeConstraints = Callable[[RepairState, RepairContext], list[Constraint]]


def repair_all(
    inputs: Sequence[RepairInput],
    methods: Iterable[tuple[str, Method]],
    context: RepairContext,
    *,
    is_repairable: Callable[[RepairState], bool],
    finish: Callable[[RepairState, RepairState], Repaired | None],
) -> list[Repaired | None]:
    """Apply `methods` to each repairable input; return `None` for inputs that were not changed.

    `finish` creates the result from the state after and the state before the repair.
    """
    first_states = [start_repair(input_, context) for input_ in inputs]
    states = apply_methods(
        {i: state for i, state in enumerate(first_states) if is_repairable(state)}, methods, context
    )
    return [
        finish(states[i], first) if i in states and states[i].steps else None
        for i, first in enumerate(first_states)
    ]


def start_repair(input_: RepairInput, context: RepairContext) -> RepairState:
    """Return the initial state of a repair."""
    found = tuple(context.inspect(input_.source, input_.text))
    return RepairState(
        input=input_,
        text=input_.text,
        found=found,
        targets=context.targets,
        base=input_.score,
        score=input_.score,
    )


def apply_methods(
    states: Mapping[int, RepairState], methods: Iterable[tuple[str, Method]], context: RepairContext
) -> dict[int, RepairState]:
    """Apply the methods in order to each state for as long as it has errors."""
    done = dict(zip(states, _score_states(list(states.values()), context), strict=True))
    tried: set[tuple[Method, int, str]] = set()  # repeating them would not find anything new
    for step, method in methods:
        open_states = {
            i: state
            for i, state in done.items()
            if state.errors and (method, i, state.text) not in tried
        }
        if not open_states:
            continue
        tried |= {(method, i, state.text) for i, state in open_states.items()}
        candidates = method(list(open_states.values()), context)
        for (index, state), offered in zip(open_states.items(), candidates, strict=True):
            done[index] = _improve(state, offered, step, context)
    return done


def list_candidates(n_best: Iterable[Hypothesis]) -> list[Candidate]:
    """Return an n-best list as candidates."""
    return [Candidate(text=other.text, score=other.score) for other in n_best]


def n_best_candidates(
    states: Sequence[RepairState], context: RepairContext
) -> list[list[Candidate]]:
    """Return the other hypotheses of the first search."""
    return [list_candidates(state.input.n_best) for state in states]


def constrained_candidates(
    states: Sequence[RepairState], make: MakeConstraints, context: RepairContext
) -> list[list[Candidate]]:
    """Return translations under constraints, if the backend supports them."""
    if not isinstance(context.backend, SupportsConstraints):
        return [[] for _ in states]
    owned = [
        (i, constraint) for i, state in enumerate(states) for constraint in make(state, context)
    ]
    answers = context.backend.constrain(
        [r for _, r in owned], source=context.source, target=context.target
    )
    candidates: list[list[Candidate]] = [[] for _ in states]
    for (index, _), n_best in zip(owned, answers, strict=True):
        candidates[index] += list_candidates(n_best)
    return candidates


def note_repair(
    error: Finding, state: RepairState, forms: Iterable[str], steps: Iterable[str]
) -> Finding:
    """Return the finding that an error was repaired by the steps `steps`.

    Its target span is the position of one of `forms` in the repaired text.
    """
    span = locate(forms, state.text)
    now = f': "{state.text[span.start : span.end]}"' if span else ""
    done = ", ".join(dict.fromkeys(steps))
    message = f"{error.message.rstrip('.')}; repaired{now} ({done})."
    return Finding(
        kind="repair", severity="info", message=message, source=error.source, target=span
    )


def score_candidates(
    states: Sequence[RepairState], texts: Sequence[Sequence[str]], context: RepairContext
) -> list[list[Candidate]]:
    """Return texts as candidates, scored as translations of the sources."""
    pairs = [
        (state.input.source, text)
        for state, offered in zip(states, texts, strict=True)
        for text in offered
    ]
    scores = iter(_score_texts(pairs, context))
    return [[Candidate(text=text, score=next(scores)) for text in offered] for offered in texts]


def _score_states(states: Sequence[RepairState], context: RepairContext) -> list[RepairState]:
    """Score the translations that have no score, if the backend supports it."""
    unscored = [state for state in states if state.score is None]
    scores = iter(_score_texts([(state.input.source, state.text) for state in unscored], context))
    scored = (next(scores) if state.score is None else state.score for state in states)
    return [replace(state, base=s, score=s) for state, s in zip(states, scored, strict=True)]


def _score_texts(
    pairs: Sequence[tuple[str, str]], context: RepairContext
) -> Sequence[float | None]:
    if not pairs or not isinstance(context.backend, SupportsConstraints):
        return [None] * len(pairs)
    return context.backend.score(pairs, source=context.source, target=context.target)


def _improve(
    state: RepairState, candidates: Iterable[Candidate], step: str, context: RepairContext
) -> RepairState:
    """Return the state with the best candidate that has fewer errors and no new findings."""
    better = []
    for candidate in dict.fromkeys(candidates):
        likely = is_likely(candidate.score, state.base, context.max_loss)
        if not likely or not is_similar(candidate.text, state.input.text):
            continue
        if _spoils_figures(state, candidate.text, context):
            continue
        found = tuple(context.inspect(state.input.source, candidate.text))
        improved = replace(
            state,
            text=candidate.text,
            found=found,
            score=candidate.score,
            steps=(*state.steps, step),
        )
        if len(improved.errors) < len(state.errors) and not _count(found) - _count(state.found):
            better.append(improved)
    return min(better, key=_rank, default=state)


def _spoils_figures(state: RepairState, text: str, context: RepairContext) -> bool:
    """Return whether a text loses a correct value or repeats a value more often than before.

    Constrained search may generate a value twice.
    """
    wrong = {f.target.start for f in state.found if f.target and FIGURES.get(f.kind) == f.severity}
    first = context.read_quantities(state.text, context.target).values()
    asked, said, new = (
        Counter(quantity.value for quantity in found if quantity.value != 1)
        for found in (
            context.read_quantities(state.input.source, context.source).values(),
            first,
            context.read_quantities(text, context.target).values(),
        )
    )
    right = {quantity.value for quantity in first if quantity.start not in wrong}
    lost = (right & asked.keys()) - new.keys()
    return bool(lost) or any(new[value] > max(asked[value], said[value]) for value in asked)


def _count(findings: Iterable[Finding]) -> Counter[str]:
    """Count the findings of each kind, with numbers and dates as one kind."""
    return Counter("figure" if f.kind in FIGURES else f.kind for f in findings)


def _rank(state: RepairState) -> tuple[int, int, float]:
    """Rank by findings, then by score minus a penalty for changes to the original text."""
    likelihood = float("-inf") if state.score is None else state.score
    old, new = state.input.text.split(), state.text.split()
    kept = SequenceMatcher(a=old, b=new, autojunk=False).ratio()
    return len(state.errors), len(state.found), COST_OF_CHANGE * (1 - kept) - likelihood


def is_likely(score: float | None, base: float | None, max_loss: float = MAX_LOSS) -> bool:
    """Return whether a score is at most `max_loss` below `base`; true if one of them is unknown.

    >>> is_likely(-0.8, -0.5), is_likely(-1.1, -0.5), is_likely(None, -0.5)
    (True, False, True)
    """
    return score is None or base is None or score >= base - max_loss


def is_similar(text: str, first: str) -> bool:
    """Return whether a text has a similar length to the first one and no more repetitions.

    Punctuation separates words here: constrained search may generate 10-10-10-10.
    """
    old, new = WORD.findall(first), WORD.findall(text)
    similar = len(new) <= 1.3 * len(old) + MOST_NEW_WORDS and len(old) <= 1.3 * len(new) + 2
    return similar and count_copies(new) <= max(2, count_copies(old))

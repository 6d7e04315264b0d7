"""Selection of the best candidate for a translation with errors, shared by all repairs.

A candidate replaces a translation only if it has fewer errors and no new findings, meets the
conditions of `vnsum.translation.repair.acceptance`, and the log-probability of source and
translation given each other is not much lower. Repairs are limited to a number of tries for each
sentence, each of which takes a time proportional to that of the translation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from vnsum.results.result import Finding, Span
from vnsum.translation.backends.backend import (
    Constraint,
    Hypothesis,
    SupportsConstraints,
    SupportsScores,
)
from vnsum.translation.repair.acceptance import (
    adds_loose_year,
    adds_names,
    adds_untranslated,
    is_likely,
    is_similar,
    keeps_figures,
    measure_total,
    repeats_names,
)
from vnsum.translation.repair.certainty import is_fully_read
from vnsum.translation.repair.states import (
    FIGURES,
    Candidate,
    Method,
    Offer,
    RepairContext,
    Repaired,
    RepairInput,
    RepairState,
)

COST_OF_CHANGE = 0.5  # nats per token for a completely different text
CANDIDATE = "another candidate of the model"  # the step of `n_best_candidates` in findings

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
        note_limit(finish(states[i], first) if states[i].steps else None, states[i])
        if i in states
        else None
        for i, first in enumerate(first_states)
    ]


def note_limit(repaired: Repaired | None, state: RepairState) -> Repaired | None:
    """Add a finding if errors remain because the limit of tries was reached."""
    if not (state.gave_up and state.errors):
        return repaired
    message = f"The repair was given up after {state.tries} more translations of the sentence."
    note = Finding(kind="limit", severity="info", message=message)
    found = repaired or Repaired(text=state.input.text, findings=())
    return replace(found, findings=(*found.findings, note))


def start_repair(input_: RepairInput, context: RepairContext) -> RepairState:
    """Return the initial state of a repair."""
    found = tuple(context.inspect(input_.source, input_.text))
    return RepairState(
        input=input_,
        text=input_.text,
        found=found,
        errors=context.list_errors(input_.source, input_.text, found),
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
        offers = method(list(open_states.values()), context)
        for (index, state), offer in zip(open_states.items(), offers, strict=True):
            spent = replace(
                state, tries=state.tries + offer.tries, gave_up=state.gave_up or offer.gave_up
            )
            done[index] = _improve(spent, offer.candidates, step, context)
    return done


def list_candidates(n_best: Iterable[Hypothesis]) -> list[Candidate]:
    """Return an n-best list as candidates."""
    return [Candidate(text=other.text, score=other.score) for other in n_best]


def n_best_candidates(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    """Return the other hypotheses of the first search."""
    return [Offer(list_candidates(state.input.n_best)) for state in states]


def constrained_candidates(
    states: Sequence[RepairState], make: MakeConstraints, context: RepairContext
) -> list[Offer]:
    """Return translations under constraints, if the backend supports them."""
    if not isinstance(context.backend, SupportsConstraints):
        return [Offer(()) for _ in states]
    wanted = [make(state, context) for state in states]
    rooms = [context.max_tries - state.tries for state in states]
    asked = [own[:room] for own, room in zip(wanted, rooms, strict=True)]
    answers = iter(
        context.backend.constrain(
            [constraint for own in asked for constraint in own],
            source=context.source,
            target=context.target,
        )
    )
    candidates = [[c for _ in own for c in list_candidates(next(answers))] for own in asked]
    return [
        Offer(found, len(own), gave_up=len(own) < len(every))
        for found, own, every in zip(candidates, asked, wanted, strict=True)
    ]


def note_repair(
    error: Finding, text: str, span: Span | None, steps: Iterable[str], *, old: str = ""
) -> Finding:
    """Return the finding that an error was repaired by the steps `steps`.

    `span` is the position of the new value in the repaired text and `old` the value it replaced.
    """
    new = f'"{text[span.start : span.end]}"' if span else ""
    now = f'"{old}" is now {new}' if old and new else new or (old and f'without "{old}"')
    done = ", ".join(dict.fromkeys(steps))
    message = f"{error.message.rstrip('.')}; repaired{now and ': '}{now} ({done})."
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
    if not pairs or not isinstance(context.backend, SupportsScores):
        return [None] * len(pairs)
    return context.backend.score(pairs, source=context.source, target=context.target)


def _improve(
    state: RepairState, candidates: Iterable[Candidate], step: str, context: RepairContext
) -> RepairState:
    """Return the state with the best acceptable candidate."""
    better = []
    for candidate in dict.fromkeys(candidates):
        likely = is_likely(candidate.score, state.base, context.max_loss)
        if not likely or not is_similar(candidate.text, state.input.text):
            continue
        if context.is_strict and not _keeps_wording(state, candidate.text, context):
            continue
        if not _keeps_figures(state, candidate.text, context):
            continue
        found = tuple(context.inspect(state.input.source, candidate.text))
        improved = replace(
            state,
            text=candidate.text,
            found=found,
            errors=context.list_errors(state.input.source, candidate.text, found),
            score=candidate.score,
            steps=(*state.steps, step),
        )
        if len(improved.errors) < len(state.errors) and not _count(found) - _count(state.found):
            better.append(improved)
    best = min(better, key=_rank, default=None)
    return best if best and _is_supported(best, context) else state


def _keeps_wording(state: RepairState, text: str, context: RepairContext) -> bool:
    """Return whether a candidate adds no words of the source, no name and no loose year."""
    texts = (text, state.text, state.input.source)
    english = context.target == "en" and (adds_untranslated(*texts) or adds_names(*texts))
    return not (english or repeats_names(*texts) or adds_loose_year(text, state.text))


def _is_supported(state: RepairState, context: RepairContext) -> bool:
    """Return whether source and translation are about as likely, given each other, as before."""
    pairs = [(state.input.source, text) for text in (state.input.text, state.text)]
    totals = measure_total(context.backend, pairs, source=context.source, target=context.target)
    return totals is None or totals[1] >= totals[0] - context.max_total_loss


def _keeps_figures(state: RepairState, text: str, context: RepairContext) -> bool:
    asked = context.read_quantities(state.input.source, context.source).values()
    return keeps_figures(
        asked,
        context.read_quantities(state.text, context.target).values(),
        context.read_quantities(text, context.target).values(),
        wrong={
            f.target.start
            for f in state.found
            if f.target and f.severity in FIGURES.get(f.kind, ())
        },
        is_certain=is_fully_read(state.input.source, asked, lang=context.source),
    )


def _count(findings: Iterable[Finding]) -> Counter[str]:
    """Count the findings of each kind, with numbers and dates as one kind."""
    return Counter("figure" if f.kind in FIGURES else f.kind for f in findings)


def _rank(state: RepairState) -> tuple[int, int, float]:
    """Rank by findings, then by score minus a penalty for changes to the original text."""
    likelihood = float("-inf") if state.score is None else state.score
    old, new = state.input.text.split(), state.text.split()
    kept = SequenceMatcher(a=old, b=new, autojunk=False).ratio()
    return len(state.errors), len(state.found), COST_OF_CHANGE * (1 - kept) - likelihood

"""Repair of numbers and dates that a translation changed, omitted or added.

Tries direct substitution if it is unambiguous, as it keeps the text around the value, then the
other hypotheses of the search, then constrained translation with the value. Only certain readings
are written or removed. `vnsum.translation.repair.candidates` selects the result. Each repair adds a
finding; a translation without an acceptable candidate is not changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vnsum.glossary import Glossary
from vnsum.quantities.rules import CODE
from vnsum.quantities.units import LABELS
from vnsum.quantities.values import Quantity, Range
from vnsum.quantities.writing import says_points, write, write_attribute
from vnsum.results.result import Finding, Span
from vnsum.translation.backends.backend import Backend, Constraint, SupportsConstraints
from vnsum.translation.repair.candidates import (
    CANDIDATE,
    constrained_candidates,
    list_candidates,
    n_best_candidates,
    note_repair,
    repair_all,
    score_candidates,
)
from vnsum.translation.repair.certainty import is_fully_read, may_be_misread
from vnsum.translation.repair.forms import fit_forms
from vnsum.translation.repair.placing import (
    are_interchangeable,
    as_magnitude,
    fits_rate,
    is_attribute,
    locate,
    replace_value,
    stands_alone,
)
from vnsum.translation.repair.states import (
    Method,
    Offer,
    Quantities,
    RepairContext,
    Repaired,
    RepairInput,
    RepairState,
)

MAX_ERRORS = 4  # per sentence; more cannot be repaired, and tables would be slow
MAX_FORMS = 6
WIDER = 8  # beams of the second search
# Labels without an English word, such as "cấp 6", of which the number alone would be written.
UNNAMED = frozenset(row.name for row in LABELS if not row.en)


def repair_figures(
    inputs: Sequence[RepairInput], *, backend: Backend, source: str, target: str, glossary: Glossary
) -> list[Repaired | None]:
    """Return a repaired translation for each input, or `None` if it is not changed.

    Inputs without wrong figures need no call of the backend. Repairs keep all glossary terms.
    """
    context = RepairContext(backend=backend, source=source, target=target, glossary=glossary)
    return repair_all(
        inputs,
        METHODS,
        context,
        is_repairable=lambda state: _is_repairable(state, context),
        finish=lambda state, first: None if state.errors else _finish(state, first, context),
    )


def _is_repairable(state: RepairState, context: RepairContext) -> bool:
    """Return whether there are a few errors and all correct values are known."""
    if not 0 < len(state.errors) <= MAX_ERRORS:
        return False
    old, new = (
        context.read_quantities(state.input.source, context.source),
        context.read_quantities(state.text, context.target),
    )
    # What was not read on one side may be what seems to be missing or added on the other side.
    read = is_fully_read(state.input.source, old.values(), lang=context.source) and is_fully_read(
        state.text, new.values(), lang=context.target
    )
    return read and all(_is_unambiguous(error, old, new) for error in state.errors)


def _is_unambiguous(error: Finding, old: Quantities, new: Quantities) -> bool:
    """Return whether the lost value is unambiguous and no other reading fits the translation.

    "3,500" may be 3.5 or 3500. 1/9 may be a fraction, but is a date if the translation has another
    date in its place.
    """
    lost = old.get(error.source.start) if error.source else None
    wrong = new.get(error.target.start) if error.target else None
    if lost and may_be_misread(lost, old.values(), new.values()):
        return False
    if wrong and may_be_misread(wrong, new.values(), old.values()):
        return False
    if lost is None or lost.alternative is None:
        return True
    return lost.kind == "date" and wrong is not None and wrong.kind == "date"


def _search_wider(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    """Search again with more beams if the backend does not support constraints."""
    if isinstance(context.backend, SupportsConstraints):
        return [Offer(()) for _ in states]
    hypotheses = context.backend.translate(
        [state.input.source for state in states],
        source=context.source,
        target=context.target,
        beams=WIDER,
    )
    return [
        Offer(list_candidates([hypothesis, *hypothesis.n_best] if hypothesis.finished else ()), 1)
        for hypothesis in hypotheses
    ]


def _give_value(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    return constrained_candidates(states, _make_constraints, context)


def _make_constraints(state: RepairState, context: RepairContext) -> list[Constraint]:
    """Return a constraint for each error: the lost value, or a replacement of the added one."""
    old, new = (
        context.read_quantities(state.input.source, context.source),
        context.read_quantities(state.text, context.target),
    )
    constraints = []
    for error in state.errors:
        lost = old.get(error.source.start) if error.source else None
        wrong = new.get(error.target.start) if error.target else None
        constraints.append(
            Constraint(
                text=state.input.source,
                translation=state.text,
                forms=_spell_for(lost, wrong, state.text, context) if lost else (),
                place=error.target.start if error.target else None,
                value=lost.text if lost else "",
            )
        )
    return [r for r in constraints if r.forms or r.place is not None]


def _spell(
    quantity: Quantity, context: RepairContext, *, attribute: bool = False
) -> tuple[str, ...]:
    if quantity.kind == CODE:
        return (quantity.text,)
    if quantity.kind == "label" and quantity.unit in UNNAMED:
        return ()
    forms = write_attribute(quantity) if attribute else write(quantity, lang=context.target)
    return forms[:MAX_FORMS]


def _spell_for(
    lost: Quantity, wrong: Quantity | None, text: str, context: RepairContext
) -> tuple[str, ...]:
    """Return the forms of a value for another search, as the wrong one is written if possible."""
    if wrong is None:
        return _spell(lost, context)
    fitting = _spell_in_place(lost, wrong, text, context)
    return fitting or _spell_like(lost, wrong, text, context)


def _spell_like(
    lost: Quantity, wrong: Quantity, text: str, context: RepairContext
) -> tuple[str, ...]:
    """Return the forms of a value, those before a noun if the wrong one is before one."""
    attribute = context.target == "en" and is_attribute(text, wrong)
    return _spell(lost, context, attribute=attribute)


def _spell_in_place(
    lost: Quantity, wrong: Quantity, text: str, context: RepairContext
) -> tuple[str, ...]:
    """Return the forms of a value in the place of a wrong one: 12-month, 0.25 percentage points."""
    forms = _spell_like(lost, wrong, text, context)
    if says_points(lost) and not says_points(wrong):
        return forms
    ends = (lost.value.low, lost.value.high) if isinstance(lost.value, Range) else (lost.value,)
    numbers = zip(
        *(
            write(replace(lost, kind="number", unit="", value=end), lang=context.target)
            for end in ends
        ),
        strict=False,
    )
    return tuple(fit_forms(forms, numbers, lost, wrong))[:MAX_FORMS]


def _put_in_place(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    texts = [_substitute(state, context) for state in states]
    return [Offer(candidates) for candidates in score_candidates(states, texts, context)]


def _substitute(state: RepairState, context: RepairContext) -> list[str]:
    """Return the text with each wrong value replaced, unless the pairing is ambiguous."""
    old, new = (
        context.read_quantities(state.input.source, context.source),
        context.read_quantities(state.text, context.target),
    )
    texts = []
    for error in state.errors:
        alone = sum(other.kind == error.kind for other in state.errors) == 1
        if not (alone and error.source and error.target):
            continue
        lost, wrong = old.get(error.source.start), new.get(error.target.start)
        if not (lost and wrong and stands_alone(state.text, error.target.end)):
            continue
        lost = as_magnitude(lost, state.text, wrong)
        if are_interchangeable(lost, wrong) and fits_rate(lost, state.text, wrong):
            forms = _spell_in_place(lost, wrong, state.text, context)
            texts += [replace_value(state.text, wrong, form) for form in forms]
    return texts


def _finish(state: RepairState, first: RepairState, context: RepairContext) -> Repaired:
    """Return the repaired text with a finding for each repaired value."""
    old = context.read_quantities(state.input.source, context.source)
    findings = []
    for error in first.errors:
        lost = old.get(error.source.start) if error.source else None
        steps = [step if error.source else WITHOUT.get(step, step) for step in state.steps]
        wrong = first.text[error.target.start : error.target.end] if error.target else ""
        span = _find_value(lost, state.text, context) if lost else None
        findings.append(note_repair(error, state.text, span, steps, old=wrong))
    return Repaired(text=state.text, findings=tuple(findings))


def _find_value(lost: Quantity, text: str, context: RepairContext) -> Span | None:
    """Return the position of a value, as it is written or with another unit."""
    for quantity in context.read_quantities(text, context.target).values():
        if quantity.key == lost.key:
            return Span(start=quantity.start, end=quantity.end)
    return locate(_spell(lost, context), text)


GIVEN = "translated again with the value given"
PLACED = "substituted for the wrong value"
WITHOUT = {GIVEN: "translated again without it"}  # for added values
# Two are applied twice, as each application repairs one error.
METHODS: tuple[tuple[str, Method], ...] = (
    (PLACED, _put_in_place),
    (PLACED, _put_in_place),
    (CANDIDATE, n_best_candidates),
    (CANDIDATE, _search_wider),
    (GIVEN, _give_value),
    (GIVEN, _give_value),
)

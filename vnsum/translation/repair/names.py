"""Repair of names that a translation omitted or replaced.

Tries to write a Vietnamese name in place of a similar one, then the other hypotheses of the search,
then constrained translation with the name in its forms in the target language.
`vnsum.translation.repair.candidates` selects the result. Each repair adds a finding; a translation
without an acceptable candidate is not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vnsum.glossary import Glossary
from vnsum.names.persons import find_similar
from vnsum.names.recognition import Name, is_certain, list_names, spell_name
from vnsum.names.table import drop_diacritics
from vnsum.quantities.tokens import Tokens
from vnsum.results.result import Finding, Span
from vnsum.translation.backends.backend import Backend, Constraint
from vnsum.translation.repair.candidates import (
    CANDIDATE,
    constrained_candidates,
    n_best_candidates,
    note_repair,
    repair_all,
    score_candidates,
)
from vnsum.translation.repair.placing import locate
from vnsum.translation.repair.states import (
    Method,
    Offer,
    RepairContext,
    Repaired,
    RepairInput,
    RepairState,
)

NAMES = {"name": frozenset(["warning", "error"])}
MAX_LOST = 3  # per sentence; with more, the check is probably wrong
MAX_LOSS = 0.3  # nats per token; name checks are less reliable than those of figures
MAX_TRIES = 3  # translations of each sentence


def _list_certain(text: str, lang: str) -> dict[Span | None, Name]:
    """Return the certain names of a source by their spans."""
    return {name.span: name for name in list_names(text, lang) if is_certain(name)}


def repair_names(
    inputs: Sequence[RepairInput], *, backend: Backend, source: str, target: str, glossary: Glossary
) -> list[Repaired | None]:
    """Return a repaired translation for each input, or `None` if it is not changed.

    Inputs without lost names need no call of the backend. Repairs keep all correct figures and
    glossary terms.
    """
    context = RepairContext(
        backend=backend, source=source, target=target, glossary=glossary, targets=NAMES,
        max_loss=MAX_LOSS, max_tries=MAX_TRIES,
        is_certain=lambda text, translation, finding: (
            finding.source in _list_certain(text, source)
            or _find_near(finding, text, translation, source, target) is not None
        ),
    )  # fmt: skip
    return repair_all(
        inputs,
        METHODS,
        context,
        is_repairable=lambda state: 0 < len(state.errors) <= MAX_LOST,
        finish=lambda state, first: _finish(state, first, context),
    )


def _find_near(
    finding: Finding, text: str, translation: str, source: str, target: str
) -> tuple[Name, Span] | None:
    """Return the Vietnamese name of a finding and the similar name in the English translation."""
    if (source, target) != ("vi", "en") or finding.source is None:
        return None
    names = [name for name in list_names(text, source) if name.span == finding.source]
    if not names or drop_diacritics(names[0].text) not in spell_name(names[0], target):
        return None
    span = find_similar(names[0], Tokens(text), Tokens(translation))
    return (names[0], span) if span else None


def _respell(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    """Return translations with a similar name replaced, such as Quyen for Quyết."""
    texts = [[*_list_respelled(state, context)] for state in states]
    return [Offer(candidates) for candidates in score_candidates(states, texts, context)]


def _list_respelled(state: RepairState, context: RepairContext) -> Iterator[str]:
    for error in state.errors:
        near = _find_near(error, state.input.source, state.text, context.source, context.target)
        if near:
            name, span = near
            for form in spell_name(name, context.target):
                yield state.text[: span.start] + form + state.text[span.end :]


def _give_name(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    """Return translations constrained to contain each missing name."""
    return constrained_candidates(states, _make_constraints, context)


def _make_constraints(state: RepairState, context: RepairContext) -> list[Constraint]:
    """Return a constraint for each missing name that can be spelled in the target language."""
    names = _list_certain(state.input.source, context.source)
    constraints = []
    for finding in state.errors:
        if finding.source in names:
            name = names[finding.source]
            whole = _join_run(name, [*names.values()], state.input.source)
            constraint = Constraint(
                text=state.input.source,
                translation=state.text,
                forms=spell_name(name, context.target) if whole == name.text else (whole,),
                place=finding.target.start if finding.target else None,
                value=whole,
            )
            constraints.append(constraint)
    return [*dict.fromkeys(constraints)]


def _join_run(name: Name, names: Sequence[Name], source: str) -> str:
    """Return a name, joined with adjacent foreign names such as Truth Social."""
    first = last = names.index(name)
    while first > 0 and _are_joined(names[first - 1], names[first], source):
        first -= 1
    while last + 1 < len(names) and _are_joined(names[last], names[last + 1], source):
        last += 1
    return source[names[first].span.start : names[last].span.end] if first < last else name.text


def _are_joined(first: Name, second: Name, source: str) -> bool:
    between = source[first.span.end : second.span.start]
    plain = not first.rows and not second.rows
    return plain and first.foreign and second.foreign and between == " "


def _finish(state: RepairState, first: RepairState, context: RepairContext) -> Repaired:
    """Return the repaired text with a finding for each restored name."""
    left = {finding.source for finding in state.errors}
    names = {name.span: name for name in list_names(state.input.source, context.source)}
    findings = []
    for error in first.errors:
        if error.source and error.source not in left:
            span = locate(spell_name(names[error.source], context.target), state.text)
            near = _find_near(error, first.input.source, first.text, context.source, context.target)
            place = near[1] if near else error.target
            wrong = first.text[place.start : place.end] if place else ""
            findings.append(note_repair(error, state.text, span, state.steps, old=wrong))
    return Repaired(text=state.text, findings=tuple(findings))


GIVEN = "translated again with the name given"
SPELLED = "written in place of a similar name"
METHODS: tuple[tuple[str, Method], ...] = (
    (SPELLED, _respell),
    (SPELLED, _respell),
    (CANDIDATE, n_best_candidates),
    (GIVEN, _give_name),
    (GIVEN, _give_name),
)

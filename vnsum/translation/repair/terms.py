"""Enforcement of glossary terms in translations.

For sentences with missing terms, tries the exact spelling of names to keep, then the other
hypotheses of the search, then translation of the source with the term replaced by the target form,
then constrained translation. A translation without an acceptable candidate is not changed, and the
glossary check reports the missing term.
"""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.glossary import Glossary
from vnsum.glossary.checking import Use
from vnsum.glossary.matching import Matcher
from vnsum.results.result import Finding
from vnsum.translation.backends.backend import Backend, Constraint, Hypothesis
from vnsum.translation.repair.candidates import (
    CANDIDATE,
    apply_methods,
    constrained_candidates,
    n_best_candidates,
    note_limit,
    score_candidates,
    start_repair,
)
from vnsum.translation.repair.states import (
    Candidate,
    Method,
    Offer,
    RepairContext,
    Repaired,
    RepairInput,
    RepairState,
)

TERMS = {"term": frozenset(["warning"])}
MAX_LOSS = 1.0  # nats per token; the requested form may be unlikely
MAX_MISSING = 6  # terms per sentence for constrained translation
MAX_TRIES = 12  # translations of each sentence
MAX_FORMS = 6
SHORTEST_NAME = 4  # characters; "an" in a translation may not be the name An


def enforce_terms(
    inputs: Sequence[RepairInput], *, backend: Backend, source: str, target: str, glossary: Glossary
) -> list[Repaired | None]:
    """Return a translation with more glossary terms for each input, or `None` if not changed.

    Inputs without missing terms need no call of the backend.
    """
    context = RepairContext(
        backend=backend, source=source, target=target, glossary=glossary, targets=TERMS,
        max_loss=MAX_LOSS, max_total_loss=float("inf"), max_tries=MAX_TRIES,
        is_strict=False,
    )  # fmt: skip
    lacking = {
        i: start_repair(input_, context)
        for i, input_ in enumerate(inputs)
        if _list_missing(input_.source, input_.text, context)
    }
    states = apply_methods(lacking, METHODS, context)
    return [
        note_limit(_finish(states[i], context) if states[i].steps else None, states[i])
        if i in states
        else None
        for i in range(len(inputs))
    ]


def write_into_source(text: str, uses: Sequence[Use], context: RepairContext) -> str:
    """Return the source with missing terms replaced by their target forms.

    >>> from vnsum.translation import FakeBackend
    >>> glossary = Glossary.from_dict({"Biển Đông": "East Sea"})
    >>> context = RepairContext(backend=FakeBackend(), source="vi", target="en", glossary=glossary)
    >>> write_into_source("Tàu trên Biển Đông.", _list_missing("Biển Đông", "", context), context)
    'Tàu trên East Sea.'
    """
    wanted = {use.mention.term: use.forms[0] for use in uses}
    parts, position = [], 0
    for mention in context.glossary.find(text, lang=context.source):
        if mention.term in wanted:
            form = _adapt(wanted[mention.term], mention.text)
            parts += [text[position : mention.span.start], form]
            position = mention.span.end
    return "".join([*parts, text[position:]])


def _adapt(form: str, like: str) -> str:
    """Return the form with the capitalization of `like`.

    >>> _adapt("inflation", "Lạm phát"), _adapt("inflation", "LẠM PHÁT"), _adapt("iPhone", "iPhone")
    ('Inflation', 'INFLATION', 'iPhone')
    """
    if not form.islower():
        return form
    if like.isupper() and len(like) > 1:
        return form.upper()
    return form[:1].upper() + form[1:] if like[:1].isupper() else form


def _list_missing(source: str, text: str, context: RepairContext) -> list[Use]:
    return [use for use in context.list_uses(source, text) if use.place is None]


def _restore_names(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    """Return the translation with the exact spelling of kept names: Hoa Lac, Vinfast."""
    return [
        Offer(_spell_names(state, _list_missing(state.input.source, state.text, context)))
        for state in states
    ]


def _spell_names(state: RepairState, missing: Sequence[Use]) -> list[Candidate]:
    names = [use.mention.text for use in missing if use.mention.term.is_kept]
    matcher = Matcher(case="ignore", diacritics=False)
    for number, name in enumerate(names):
        if len(name) >= SHORTEST_NAME:
            matcher.add(name, number)
    parts, position = [], 0
    for match in matcher.find(state.text):
        parts += [state.text[position : match.span.start], names[match.owner]]
        position = match.span.end
    text = "".join([*parts, state.text[position:]])
    return [Candidate(text=text)] if text != state.text else []


def _insert_into_source(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    """Return translations of the source with target forms inserted.

    They are scored as translations of the original source.
    """
    texts = [
        write_into_source(
            state.input.source, _list_missing(state.input.source, state.text, context), context
        )
        for state in states
    ]
    limit = context.backend.max_source_tokens
    fits = [length <= limit for length in context.backend.count_tokens(texts)]
    short = [text for text, fit in zip(texts, fits, strict=True) if fit]
    hypotheses = iter(
        context.backend.translate(short, source=context.source, target=context.target)
    )
    offered = [
        _list_better(state, next(hypotheses), context) if fit else []
        for state, fit in zip(states, fits, strict=True)
    ]
    scored = score_candidates(states, offered, context)
    return [Offer(candidates, int(fit)) for candidates, fit in zip(scored, fits, strict=True)]


def _list_better(state: RepairState, hypothesis: Hypothesis, context: RepairContext) -> list[str]:
    """Return the texts of a hypothesis and its n-best list that lack fewer terms."""
    texts = (
        [hypothesis.text, *(other.text for other in hypothesis.n_best)]
        if hypothesis.finished
        else []
    )
    lacking = [len(_list_missing(state.input.source, text, context)) for text in texts]
    return [text for text, count in zip(texts, lacking, strict=True) if count < len(state.errors)]


def _constrain(states: Sequence[RepairState], context: RepairContext) -> list[Offer]:
    """Return translations constrained to contain each missing term."""
    return constrained_candidates(states, _make_constraints, context)


def _make_constraints(state: RepairState, context: RepairContext) -> list[Constraint]:
    missing = _list_missing(state.input.source, state.text, context)
    if len(missing) > MAX_MISSING:
        return []
    return [
        Constraint(
            text=state.input.source,
            translation=state.text,
            forms=use.forms[:MAX_FORMS],
            value=use.mention.text,
        )
        for use in missing
    ]


def _finish(state: RepairState, context: RepairContext) -> Repaired:
    """Return the repaired text with a finding for each inserted term."""
    lost = {
        use.mention.term for use in _list_missing(state.input.source, state.input.text, context)
    }
    steps = ", ".join(dict.fromkeys(state.steps))
    findings = [
        Finding(
            kind="term",
            severity="info",
            message=f'The term "{use.mention.text}" of the source was missing and is now '
            f'"{state.text[use.place.start : use.place.end]}" ({steps}).',
            source=use.mention.span,
            target=use.place,
        )
        for use in context.list_uses(state.input.source, state.text)
        if use.place and use.mention.term in lost
    ]
    return Repaired(text=state.text, findings=tuple(findings))


SPELLED = "spelled as in the source"
INSERTED = "translated again with the form inserted into the source"
CONSTRAINED = "translated again with the form given"
# The last one is applied three times, as each application inserts one term.
METHODS: tuple[tuple[str, Method], ...] = (
    (SPELLED, _restore_names),
    (CANDIDATE, n_best_candidates),
    (INSERTED, _insert_into_source),
    (CONSTRAINED, _constrain),
    (CONSTRAINED, _constrain),
    (CONSTRAINED, _constrain),
)

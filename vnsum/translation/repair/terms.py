"""Making a translation keep to a glossary where the model did not.

Tried in this order, for the sentences that lack a term: the letters of a name that is to be kept,
another candidate of the search, translating again with the wanted form written into the source in
the term's place, and, where the backend can be steered, writing the translation on from the place
where the form is likeliest. Where nothing that is good enough has the term, the translation stays
as it was; the check of the glossary will say so.
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
    Case,
    Method,
    Option,
    Repaired,
    Way,
    Work,
    begin,
    constrained_options,
    rate_options,
    take_candidates,
    work_through,
)

TERMS = {"term": "warning"}
MAX_LOSS = 1.0  # nats a token: a form that was asked for may be one that the model would not choose
MAX_MISSING = 6  # terms of one sentence for which the backend is steered
MAX_FORMS = 6
SHORTEST_NAME = 4  # characters; an "an" of the translation need not be An


def enforce_terms(
    cases: Sequence[Case], *, backend: Backend, source: str, target: str, glossary: Glossary
) -> list[Repaired | None]:
    """Return a translation with more of the glossary's terms for each case, `None` where it has
    them all already or no better one was found.

    Cases that lack no term cost one check and no call of the backend.
    """
    way = Way(
        backend=backend, source=source, target=target, glossary=glossary, aims=TERMS,
        max_loss=MAX_LOSS,
    )  # fmt: skip
    lacking = {
        i: begin(case, way)
        for i, case in enumerate(cases)
        if _list_missing(case.source, case.text, way)
    }
    works = work_through(lacking, METHODS, way)
    return [
        _finish(works[i], way) if i in works and works[i].how else None for i in range(len(cases))
    ]


def write_into_source(text: str, uses: Sequence[Use], way: Way) -> str:
    """Return the source with the wanted forms in the place of the terms that are missing.

    >>> from vnsum.translation import FakeBackend
    >>> glossary = Glossary.from_dict({"Biển Đông": "East Sea"})
    >>> way = Way(backend=FakeBackend(), source="vi", target="en", glossary=glossary)
    >>> write_into_source("Tàu trên Biển Đông.", _list_missing("Biển Đông", "", way), way)
    'Tàu trên East Sea.'
    """
    wanted = {use.mention.term: use.forms[0] for use in uses}
    parts, position = [], 0
    for mention in way.glossary.find(text, lang=way.source):
        if mention.term in wanted:
            form = _adapt(wanted[mention.term], mention.text)
            parts += [text[position : mention.span.start], form]
            position = mention.span.end
    return "".join([*parts, text[position:]])


def _adapt(form: str, like: str) -> str:
    """Return the form in capitals where the text has them throughout, or at the start.

    >>> _adapt("inflation", "Lạm phát"), _adapt("inflation", "LẠM PHÁT"), _adapt("iPhone", "iPhone")
    ('Inflation', 'INFLATION', 'iPhone')
    """
    if not form.islower():
        return form
    if like.isupper() and len(like) > 1:
        return form.upper()
    return form[:1].upper() + form[1:] if like[:1].isupper() else form


def _list_missing(source: str, text: str, way: Way) -> list[Use]:
    return [use for use in way.list_uses(source, text) if use.place is None]


def _restore_names(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Offer the translation with kept names that it has in other letters: Hoa Lac, Vinfast."""
    return [_spell_names(work, _list_missing(work.case.source, work.text, way)) for work in works]


def _spell_names(work: Work, missing: Sequence[Use]) -> list[Option]:
    text = work.text
    for use in missing:
        name = use.mention.text
        if use.mention.term.is_kept and len(name) >= SHORTEST_NAME:
            matcher = Matcher(case="ignore", diacritics=False)
            matcher.add(name, 0)
            for match in reversed(matcher.find(text)):
                text = text[: match.span.start] + name + text[match.span.end :]
    return [Option(text=text)] if text != work.text else []


def _name_in_source(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Offer what the model writes where the source has the wanted forms already.

    It is rated as a translation of the source as it was.
    """
    texts = [
        write_into_source(work.case.source, _list_missing(work.case.source, work.text, way), way)
        for work in works
    ]
    limit = way.backend.max_source_tokens
    fits = [length <= limit for length in way.backend.count_tokens(texts)]
    short = [text for text, fit in zip(texts, fits, strict=True) if fit]
    drafts = iter(way.backend.translate(short, source=way.source, target=way.target))
    offered = [
        _list_better(work, next(drafts), way) if fit else []
        for work, fit in zip(works, fits, strict=True)
    ]
    return rate_options(works, offered, way)


def _list_better(work: Work, draft: Hypothesis, way: Way) -> list[str]:
    """Return the translations of a draft that lack fewer terms; the others need no rating."""
    texts = [draft.text, *(other.text for other in draft.n_best)] if draft.finished else []
    lacking = [len(_list_missing(work.case.source, text, way)) for text in texts]
    return [text for text, count in zip(texts, lacking, strict=True) if count < len(work.errors)]


def _steer(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Offer what the model writes when it must use a form, for each term that is missing."""
    return constrained_options(works, _ask, way)


def _ask(work: Work, way: Way) -> list[Constraint]:
    missing = _list_missing(work.case.source, work.text, way)
    if len(missing) > MAX_MISSING:
        return []
    return [
        Constraint(text=work.case.source, draft=work.text, forms=use.forms[:MAX_FORMS])
        for use in missing
    ]


def _finish(work: Work, way: Way) -> Repaired:
    """Name every term that the translation has now, and how it came there."""
    lost = {use.mention.term for use in _list_missing(work.case.source, work.case.text, way)}
    steps = ", ".join(dict.fromkeys(work.how))
    findings = [
        Finding(
            kind="term",
            severity="info",
            message=f'The term "{use.mention.text}" of the source was missing; now it is '
            f'"{work.text[use.place.start : use.place.end]}" ({steps}).',
            source=use.mention.span,
            target=use.place,
        )
        for use in way.list_uses(work.case.source, work.text)
        if use.place and use.mention.term in lost
    ]
    return Repaired(text=work.text, findings=tuple(findings))


SPELLED = "spelled as in the source"
NAMED = "translated again with the form written into the source"
STEERED = "translated again with the form given"
# The last one goes through once for each of three terms that are brought in one after the other.
METHODS: tuple[tuple[str, Method], ...] = (
    (SPELLED, _restore_names),
    (CANDIDATE, take_candidates),
    (NAMED, _name_in_source),
    (STEERED, _steer),
    (STEERED, _steer),
    (STEERED, _steer),
)

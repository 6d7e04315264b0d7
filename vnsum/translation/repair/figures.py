"""Repairing figures and dates that a translation changed, left out or made up.

Tried in this order: another candidate of the search, translating again with the value given, and
putting the value in place where only one can be meant. What is good enough to be taken is said in
`vnsum.translation.repair.candidates`. Every repair is named in a finding; where none is good
enough, the translation stays as it was and so do its findings.
"""

from __future__ import annotations

from collections.abc import Sequence

from vnsum import quantities
from vnsum.glossary import Glossary
from vnsum.quantities.rules import CODE
from vnsum.quantities.writing import write
from vnsum.results.result import Finding
from vnsum.translation.backends.backend import Backend, Constraint, SupportsConstraints
from vnsum.translation.repair.candidates import (
    CANDIDATE,
    Case,
    Method,
    Option,
    Quantities,
    Repaired,
    Way,
    Work,
    constrained_options,
    list_options,
    rate_options,
    repair_cases,
    take_candidates,
    tell_repair,
)
from vnsum.translation.repair.placing import are_interchangeable, replace_value, stands_alone

MAX_ERRORS = 4  # sentences with more are beyond repair, and tables of figures would cost much
MAX_FORMS = 6
WIDER = 8  # beams of the second search


def repair_figures(
    cases: Sequence[Case], *, backend: Backend, source: str, target: str, glossary: Glossary
) -> list[Repaired | None]:
    """Return a repaired translation for each case, `None` where nothing was or could be repaired.

    Cases without a changed figure cost one check and no call of the backend. No term of the
    glossary is lost by a repair.
    """
    way = Way(backend=backend, source=source, target=target, glossary=glossary)
    return repair_cases(
        cases,
        METHODS,
        way,
        is_repairable=lambda work: _is_repairable(work, way),
        finish=lambda work, first: None if work.errors else _finish(work, first, way),
    )


def _is_repairable(work: Work, way: Way) -> bool:
    """Whether there are errors, few of them, and it is certain what would be right."""
    if not 0 < len(work.errors) <= MAX_ERRORS:
        return False
    old, new = way.read(work.case.source, way.source), way.read(work.text, way.target)
    return all(_is_certain(error, old, new) for error in work.errors)


def _is_certain(error: Finding, old: Quantities, new: Quantities) -> bool:
    """Whether the lost value can mean one thing only.

    "3,500" may be 3.5 or 3500 and says too little to change a translation; 1/9 may be a fraction,
    but is the date that it looks like where the translation has another date.
    """
    lost = old.get(error.source.start) if error.source else None
    if lost is None or lost.alternative is None:
        return True
    wrong = new.get(error.target.start) if error.target else None
    return lost.kind == "date" and wrong is not None and wrong.kind == "date"


def _search_wider(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Search again where the backend cannot be given a value; where it can, this found no more."""
    if isinstance(way.backend, SupportsConstraints):
        return [[] for _ in works]
    drafts = way.backend.translate(
        [work.case.source for work in works], source=way.source, target=way.target, beams=WIDER
    )
    return [
        [Option(text=draft.text, score=draft.score), *list_options(draft.n_best)]
        if draft.finished
        else []
        for draft in drafts
    ]


def _give_value(works: Sequence[Work], way: Way) -> list[list[Option]]:
    return constrained_options(works, _ask, way)


def _ask(work: Work, way: Way) -> list[Constraint]:
    """Return a request for each error: the lost value, or anything but the one made up."""
    old = way.read(work.case.source, way.source)
    requests = []
    for error in work.errors:
        lost = old.get(error.source.start) if error.source else None
        requests.append(
            Constraint(
                text=work.case.source,
                draft=work.text,
                forms=_spell(lost, way) if lost else (),
                place=error.target.start if error.target else None,
            )
        )
    return [r for r in requests if r.forms or r.place is not None]


def _spell(quantity: quantities.Quantity, way: Way) -> tuple[str, ...]:
    if quantity.kind == CODE:
        return (quantity.text,)
    return write(quantity, lang=way.target)[:MAX_FORMS]


def _put_in_place(works: Sequence[Work], way: Way) -> list[list[Option]]:
    return rate_options(works, [_substitute(work, way) for work in works], way)


def _substitute(work: Work, way: Way) -> list[str]:
    """Return the texts with the one wrong value replaced, none where the pairing is not certain."""
    old, new = way.read(work.case.source, way.source), way.read(work.text, way.target)
    texts = []
    for error in work.errors:
        alone = sum(other.kind == error.kind for other in work.errors) == 1
        if not (alone and error.source and error.target):
            continue
        lost, wrong = old.get(error.source.start), new.get(error.target.start)
        if not (lost and wrong and stands_alone(work.text, error.target.end)):
            continue
        if are_interchangeable(lost, wrong):
            texts += [replace_value(work.text, wrong, form) for form in _spell(lost, way)]
    return texts


def _finish(work: Work, first: Work, way: Way) -> Repaired:
    """Name every value that was repaired, and how, at its new place."""
    old = way.read(work.case.source, way.source)
    findings = []
    for error in first.errors:
        lost = old.get(error.source.start) if error.source else None
        how = [step if error.source else WITHOUT.get(step, step) for step in work.how]
        findings.append(tell_repair(error, work, _spell(lost, way) if lost else (), how))
    return Repaired(text=work.text, findings=tuple(findings))


GIVEN = "translated again with the value given"
PLACED = "put in place of the wrong value"
WITHOUT = {GIVEN: "translated again without it"}  # where a value was made up
# The last two go through once for each of two errors that are repaired one after the other.
METHODS: tuple[tuple[str, Method], ...] = (
    (CANDIDATE, take_candidates),
    (CANDIDATE, _search_wider),
    (GIVEN, _give_value),
    (GIVEN, _give_value),
    (PLACED, _put_in_place),
    (PLACED, _put_in_place),
)

"""Bringing back names that a translation left out or exchanged.

Tried in this order: another candidate of the search, and translating again with the name given, in
the forms that the other language has for it. What is good enough to be taken is said in
`vnsum.translation.repair.candidates`. Every repair is named in a finding; where none is good
enough, the translation stays as it was and so do its findings.
"""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.glossary import Glossary
from vnsum.names.recognition import Name, is_certain, list_names, spell_name
from vnsum.translation.backends.backend import Backend, Constraint
from vnsum.translation.repair.candidates import (
    CANDIDATE,
    WORD,
    Case,
    Method,
    Option,
    Repaired,
    Way,
    Work,
    constrained_options,
    repair_cases,
    take_candidates,
    tell_repair,
)

NAMES = {"name": "warning"}
MAX_LOST = 3  # in a sentence with more the check is likelier to be wrong than the translation
MAX_LOSS = 0.3  # nats a token: names are judged with less certainty than figures


def repair_names(
    cases: Sequence[Case], *, backend: Backend, source: str, target: str, glossary: Glossary
) -> list[Repaired | None]:
    """Return a translation with more of the source's names for each case, `None` where it has them
    all already or no better one was found.

    Cases without a lost name cost one check and no call of the backend. No figure that was right
    and no term of the glossary is lost by a repair.
    """
    way = Way(
        backend=backend, source=source, target=target, glossary=glossary, aims=NAMES,
        max_loss=MAX_LOSS,
    )  # fmt: skip
    return repair_cases(
        cases,
        METHODS,
        way,
        is_repairable=lambda work: 0 < len(work.errors) <= MAX_LOST,
        finish=lambda work, first: _finish(work, first, way),
    )


def _take_candidates(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Offer the other candidates of the first search."""
    return _leave_out_mixtures(works, take_candidates(works, way), way)


def _leave_out_mixtures(
    works: Sequence[Work], offered: Sequence[list[Option]], way: Way
) -> list[list[Option]]:
    """Leave out English that has more Vietnamese words than the translation so far.

    A name may come with words around it that are not translated then.
    """
    if way.target != "en":
        return [*offered]
    return [
        [option for option in options if _marked(option.text) <= _marked(work.text)]
        for work, options in zip(works, offered, strict=True)
    ]


def _marked(text: str) -> set[str]:
    """Return the words with letters that English does not have."""
    return {word for word in WORD.findall(text) if not word.isascii()}


def _give_name(works: Sequence[Work], way: Way) -> list[list[Option]]:
    """Offer what the model writes when it must use a name, for each one that is missing."""
    return _leave_out_mixtures(works, constrained_options(works, _ask, way), way)


def _ask(work: Work, way: Way) -> list[Constraint]:
    """Return a request for each name that is missing and can be spelled in the other language."""
    names = {n.span: n for n in list_names(work.case.source, way.source) if is_certain(n)}
    requests = [
        Constraint(
            text=work.case.source,
            draft=work.text,
            forms=_spell(names[finding.source], [*names.values()], work.case.source, way),
            place=finding.target.start if finding.target else None,
        )
        for finding in work.errors
        if finding.source in names
    ]
    return [*dict.fromkeys(requests)]


def _spell(name: Name, names: Sequence[Name], source: str, way: Way) -> tuple[str, ...]:
    """Return the forms of a name, with the foreign names that stand beside it: Truth Social."""
    run = [name]
    place = names.index(name)
    for other in reversed(names[:place]):
        run = [other, *run] if _are_one(other, run[0], source) else run
    for other in names[place + 1 :]:
        run = [*run, other] if _are_one(run[-1], other, source) else run
    whole = source[run[0].span.start : run[-1].span.end]
    return (whole,) if len(run) > 1 else spell_name(name, way.target)


def _are_one(first: Name, second: Name, source: str) -> bool:
    between = source[first.span.end : second.span.start]
    plain = not first.rows and not second.rows
    return plain and first.foreign and second.foreign and between == " "


def _finish(work: Work, first: Work, way: Way) -> Repaired:
    """Name every name that was brought back, and how, at its new place."""
    left = {finding.source for finding in work.errors}
    names = {name.span: name for name in list_names(work.case.source, way.source)}
    findings = []
    for error in first.errors:
        if error.source not in left:
            name = names.get(error.source) if error.source else None
            forms = spell_name(name, way.target) if name else ()
            findings.append(tell_repair(error, work, forms, work.how))
    return Repaired(text=work.text, findings=tuple(findings))


GIVEN = "translated again with the name given"
METHODS: tuple[tuple[str, Method], ...] = (
    (CANDIDATE, _take_candidates),
    (GIVEN, _give_name),
    (GIVEN, _give_name),
)

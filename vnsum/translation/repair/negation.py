"""Taking another candidate where a translation lost a denial of the source or denies what it tells.

The check counts what denies on both sides (`vnsum.checks.negation`) and can be wrong, so that only
a candidate of the same search is taken, and only one that the model finds about as likely. Where
the translation denies something and no word of the source can be pointed at, nothing is done: "be
out" may well be "not play". The change is named in a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.glossary import Glossary
from vnsum.translation.backends.backend import Backend
from vnsum.translation.repair.candidates import (
    CANDIDATE,
    Case,
    Repaired,
    Way,
    Work,
    repair_cases,
    take_candidates,
    tell_repair,
)

DENIALS = {"negation": "warning"}
MAX_LOSS = 0.1  # nats a token


def repair_denials(
    cases: Sequence[Case], *, backend: Backend, source: str, target: str, glossary: Glossary
) -> list[Repaired | None]:
    """Return a translation that denies what the source denies for each case, `None` where nothing
    was found wrong or no better one was found.

    Cases without such a finding cost one check, and none costs a call of the backend to translate.
    """
    way = Way(
        backend=backend, source=source, target=target, glossary=glossary, aims=DENIALS,
        max_loss=MAX_LOSS,
    )  # fmt: skip
    return repair_cases(
        cases, [(CANDIDATE, take_candidates)], way, is_repairable=_is_repairable, finish=_finish
    )


def _is_repairable(work: Work) -> bool:
    found = work.errors
    return bool(found and work.case.n_best) and all(error.source for error in found)


def _finish(work: Work, first: Work) -> Repaired:
    notes = (tell_repair(error, work, (), work.how) for error in first.errors)
    return Repaired(text=work.text, findings=tuple(notes))

"""Repair of negations that a translation lost, and of words that became their opposites.

The checks (`vnsum.checks.negation` and `vnsum.checks.opposites`) compare words and can be wrong, so
only hypotheses of the same search with about the same score are accepted. Added negations without a
corresponding word in the source are not repaired: "be out" may be "not play". A lost negation and
an opposite together may be right: "không tăng" is "fell". Each repair adds a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

from vnsum.glossary import Glossary
from vnsum.translation.backends.backend import Backend
from vnsum.translation.repair.candidates import (
    CANDIDATE,
    n_best_candidates,
    note_repair,
    repair_all,
)
from vnsum.translation.repair.states import RepairContext, Repaired, RepairInput, RepairState

MEANINGS = {"negation": frozenset(["warning"]), "opposite": frozenset(["warning"])}
MAX_LOSS = 0.1  # nats per token


def repair_meanings(
    inputs: Sequence[RepairInput], *, backend: Backend, source: str, target: str, glossary: Glossary
) -> list[Repaired | None]:
    """Return a repaired translation for each input, or `None` if it is not changed.

    Never translates again.
    """
    context = RepairContext(
        backend=backend, source=source, target=target, glossary=glossary, targets=MEANINGS,
        max_loss=MAX_LOSS,
    )  # fmt: skip
    return repair_all(
        inputs,
        [(CANDIDATE, n_best_candidates)],
        context,
        is_repairable=_is_repairable,
        finish=_finish,
    )


def _is_repairable(state: RepairState) -> bool:
    found = state.errors
    kinds = {error.kind for error in found}
    return bool(found and state.input.n_best) and len(kinds) == 1 and all(e.source for e in found)


def _finish(state: RepairState, first: RepairState) -> Repaired:
    notes = (note_repair(error, state.text, None, state.steps) for error in first.errors)
    return Repaired(text=state.text, findings=tuple(notes))

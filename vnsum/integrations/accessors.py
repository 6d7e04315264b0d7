"""What the accessors of pandas and polars share: one verb over one column, and one warning.

A column has no place for errors and findings, so that a warning tells of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from vnsum.errors import InputError
from vnsum.integrations import tables
from vnsum.integrations.batch import Batch
from vnsum.integrations.rows import Outcome, list_rows

COLUMN = "text"
ERRORS = ("warn", "raise")


def run(verb: str, frame: Any, *, errors: str, **options: Any) -> Any:
    """Return `frame` with the columns of `verb` over its column `text` added.

    `errors="warn"` leaves the results of failed rows missing and warns of them; `"raise"` raises.
    """
    if errors not in ERRORS:
        raise InputError(f"errors must be one of {ERRORS}, not {errors!r}")
    options.setdefault("column", COLUMN)
    batch = Batch(verb, errors="raise" if errors == "raise" else "column", **options)
    outcomes = batch.outcomes(frame)
    kind = tables.kind_of(frame)
    _warn(verb, outcomes, lambda place: kind.name_row(frame, place))
    return batch.extend(frame, outcomes)


def _warn(verb: str, outcomes: Sequence[Outcome], name_row: Callable[[int], str]) -> None:
    failed = [place for place, outcome in enumerate(outcomes) if outcome.error is not None]
    if failed:
        first = outcomes[failed[0]].message
        _say(
            f"{len(failed)} of {len(outcomes)} rows could not be done and are missing: "
            f"{list_rows(failed, name_row)}; the first: {first}"
        )
    wrong = [place for place, outcome in enumerate(outcomes) if _is_wrong(outcome.value)]
    if wrong and verb != "check":
        _say(
            f"{len(wrong)} of {len(outcomes)} rows have a finding of severity error, so look at "
            f"them before relying on them: {list_rows(wrong, name_row)}; "
            f"vnsum.integrations.Batch({verb!r}) has the findings as a column"
        )


def _is_wrong(value: Any) -> bool:
    found = [f for pair in getattr(value, "pairs", ()) for f in pair.findings]
    return any(f.severity == "error" for f in [*found, *getattr(value, "findings", ())])


def _say(message: str) -> None:
    warnings.warn(message, UserWarning, stacklevel=6)

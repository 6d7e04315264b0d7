"""Shared implementation of the pandas and polars accessors.

Errors and findings, for which a single column has no place, are reported in a warning.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

from vnsum.errors import InputError
from vnsum.integrations import tables
from vnsum.integrations.batch import Batch
from vnsum.integrations.rows import Outcome, list_rows

COLUMN = "text"
Errors = Literal["warn", "raise"]


def run(verb: str, frame: Any, *, errors: Errors, **options: Any) -> Any:
    """Return `frame` with the result columns of `verb` for its column `text`.

    With `errors="warn"` failed rows have missing results and cause a warning; `"raise"` raises.
    """
    if errors not in get_args(Errors):
        raise InputError(f"errors must be one of {get_args(Errors)}, not {errors!r}")
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
        _issue(
            f"{len(failed)} of {len(outcomes)} rows failed and have missing results: "
            f"{list_rows(failed, name_row)}; the first error: {first}"
        )
    flagged = [place for place, outcome in enumerate(outcomes) if _has_error(outcome.value)]
    if flagged and verb != "check":
        _issue(
            f"{len(flagged)} of {len(outcomes)} rows have findings of severity error: "
            f"{list_rows(flagged, name_row)}; check them before use, for example with "
            f"vnsum.integrations.Batch({verb!r}), which returns the findings as a column"
        )


def _has_error(value: Any) -> bool:
    found = [f for pair in getattr(value, "pairs", ()) for f in pair.findings]
    return any(f.severity == "error" for f in [*found, *getattr(value, "findings", ())])


def _issue(message: str) -> None:
    warnings.warn(message, UserWarning, stacklevel=6)

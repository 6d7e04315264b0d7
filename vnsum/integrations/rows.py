"""`RowJob`: run a verb on rows of cells; missing cells stay missing, failures are per row.

`tables` reads the cells and writes the results.
"""

from __future__ import annotations

import numbers
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vnsum.errors import InputError, VnsumError
from vnsum.integrations.verbs import Options, Verb
from vnsum.pipeline.streaming import FATAL_ERRORS
from vnsum.require import exact

NAMED_ROWS = 5  # maximum number of rows listed in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of a row: a `value`, an `error`, or neither if its text is missing."""

    value: Any = None
    error: Exception | None = None

    @property
    def message(self) -> str:
        """The error message, empty without an error."""
        if self.error is None or isinstance(self.error, VnsumError):
            return str(self.error or "")
        return f"unexpected {type(self.error).__name__}: {self.error}"


MISSING = Outcome()


def is_missing(cell: object) -> bool:
    """Return whether a cell has no value: `None`, NaN, `pandas.NA` or `pandas.NaT`.

    >>> is_missing(None), is_missing(float("nan")), is_missing(""), is_missing(0)
    (True, True, False, False)
    """
    if cell is None:
        return True
    if isinstance(cell, numbers.Real):
        # Only NaN; `math.isnan` fails for large integers.
        return bool(cell != cell)  # noqa: PLR0124
    pandas = sys.modules.get("pandas")  # if it is not imported, there are none of its values
    return pandas is not None and (cell is pandas.NA or cell is pandas.NaT)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowJob:
    """A verb with its options and its pipeline (`None` if it uses no model).

    `groups` has the group of each row for a verb with `grouped`, else it is `None`; a row without a
    group has a missing result. With `name_row` the error of a failed row is raised with the name of
    the row: for an invalid text before any work, otherwise after it.
    """

    verb: Verb
    options: Options
    pipeline: Any
    progress: bool = False
    name_row: Callable[[int], str] | None = None
    groups: Sequence[object] | None = None

    def run(self, rows: Sequence[Sequence[object]]) -> list[Outcome]:
        """Return the outcome of each row, in order; raises errors not specific to a row."""
        items: list[Any] = []
        places: list[int] = []
        outcomes = [MISSING] * len(rows)
        for place, cells in enumerate(rows):
            if any(is_missing(cell) for cell in self._needed(place, cells)):
                continue
            try:
                self._require_group(place)
                texts = [_require_text(cell) for cell in cells]
                item = self.verb.prepare(self.pipeline, texts, self.options)
            except FATAL_ERRORS:
                raise
            except Exception as error:
                outcomes[place] = Outcome(error=error)
            else:
                items.append(item)
                places.append(place)
        self._raise_failed(outcomes)
        done = self._run_items(items) if self.groups is None else self._run_groups(items, places)
        for place, outcome in zip(places, done, strict=True):
            outcomes[place] = outcome
        self._raise_failed(outcomes)
        return outcomes

    def _needed(self, place: int, cells: Sequence[object]) -> list[object]:
        """Return the cells without which a row has no result."""
        group = [] if self.groups is None else [self.groups[place]]
        return [*cells[: self.verb.texts], *group]

    def _require_group(self, place: int) -> None:
        group = None if self.groups is None else self.groups[place]
        try:
            hash(group)
        except TypeError:
            kind = type(group).__name__
            raise InputError(f"expected a text or number as the group, not a {kind}") from None

    def _run_groups(self, items: Sequence[Any], places: Sequence[int]) -> list[Outcome]:
        """Run the items of each group together; an error is that of all rows of its group."""
        from tqdm.auto import tqdm

        members: dict[object, list[int]] = {}
        for number, place in enumerate(places):
            members.setdefault((self.groups or ())[place], []).append(number)
        outcomes = [MISSING] * len(items)
        for group in tqdm(members.values(), unit="group", disable=not self.progress):
            try:
                done = self._run_items([items[number] for number in group])
            except FATAL_ERRORS:
                raise
            except Exception as error:
                done = [Outcome(error=error)] * len(group)
            for number, outcome in zip(group, done, strict=True):
                outcomes[number] = outcome
        return outcomes

    def _raise_failed(self, outcomes: Sequence[Outcome]) -> None:
        failed = [place for place, outcome in enumerate(outcomes) if outcome.error is not None]
        if not failed or self.name_row is None:
            return
        error = outcomes[failed[0]].error
        message = f"{self.name_row(failed[0])}: {outcomes[failed[0]].message}"
        if others := failed[1:]:
            message += f" (also failed: {list_rows(others, self.name_row)})"
        raise (type(error) if isinstance(error, VnsumError) else VnsumError)(message) from error

    def _run_items(self, items: Sequence[Any]) -> list[Outcome]:
        """Run all items together; failures are returned as findings."""
        values = self.verb.run(self.pipeline, items, self.options, self.progress) if items else ()
        outcomes = []
        for place, value in enumerate(values):
            failures = [f for f in getattr(value, "findings", ()) if f.kind == "failure"]
            if failures:
                message = failures[0].message.removeprefix(f"texts[{place}]: ")
                outcomes.append(Outcome(error=VnsumError(message)))
            else:
                outcomes.append(Outcome(value=value))
        return outcomes


def _require_text(cell: object) -> str | None:
    if isinstance(cell, str):
        return exact(cell)
    if is_missing(cell):
        return None
    shown = repr(cell)
    shown = shown if len(shown) <= 40 else f"{shown[:40]}…"
    raise InputError(f"expected text or a missing value, not {type(cell).__name__} {shown}")


def list_rows(places: Sequence[int], name_row: Callable[[int], str]) -> str:
    """Return the names of the first rows and the number of the others.

    >>> list_rows([1, 4], "row {}".format)
    'row 1, row 4'
    """
    named = ", ".join(map(name_row, places[:NAMED_ROWS]))
    return named if len(places) <= NAMED_ROWS else f"{named} and {len(places) - NAMED_ROWS} more"

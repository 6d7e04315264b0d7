"""Read and add columns of pandas, polars and Arrow tables and of dictionaries of lists.

The table libraries are not imported: a table of a library implies that it is already imported.
"""

from __future__ import annotations

import copy
import numbers
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

from vnsum import require
from vnsum.errors import InputError
from vnsum.integrations.verbs import NUMBERS, SHARE, TEXT, TEXTS

# Name, type and cells of a column.
Column = tuple[str, str, Sequence[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKind:
    """Functions to read and extend one kind of table; `types` are its classes (module, name)."""

    types: tuple[tuple[str, str], ...]
    names: Callable[[Any], list[str]]
    cells: Callable[[Any, str], list[object]]
    extend: Callable[[Any, Sequence[Column], str], Any]
    name_row: Callable[[Any, int], str] = lambda table, place: f"row {place}"


def kind_of(table: object) -> TableKind:
    """Return the kind of `table`; `InputError` if it is not a table."""
    for kind in KINDS:
        for module, name in kind.types:
            loaded = sys.modules.get(module)
            if loaded is not None and isinstance(table, getattr(loaded, name)):
                return kind
    raise InputError(
        "expected a batch as a dictionary of lists, a pandas or polars DataFrame or an Arrow "
        f"table, not {type(table).__name__}: with datasets and Ray Data, map over batches, not rows"
    )


def read_column(table: object, name: str) -> list[object]:
    """Return the cells of a column as Python values; `InputError` if there is no such column."""
    kind = kind_of(table)
    names = kind.names(table)
    # Other labels may be pandas.NA, which cannot be compared.
    count = sum(isinstance(label, str) and label == name for label in names)
    if count != 1:
        found = f"{count} columns" if count else "no column"
        known = ", ".join(map(repr, names))
        raise InputError(f"the batch has {found} {name!r}: its columns are {known}")
    return kind.cells(table, name)


def add_columns(table: object, columns: Sequence[Column], *, like: str) -> Any:
    """Return a new table of the same kind with `columns` appended.

    New text columns get the string type of the column `like`, if it has one. Raises `InputError` if
    a column exists already.
    """
    kind = kind_of(table)
    if taken := sorted(set(kind.names(table)) & {name for name, _, _ in columns}):
        raise InputError(
            f"the batch already has the columns {', '.join(map(repr, taken))}: "
            "drop them, or choose other names with prefix='vnsum_'"
        )
    return kind.extend(table, columns, like)


def text_dtype(dtype: Any) -> Any:
    """Return the pandas dtype for new text columns: `dtype` if it is a string type.

    `None` leaves the choice to pandas.
    """
    pandas = sys.modules["pandas"]
    is_arrow = isinstance(dtype, pandas.ArrowDtype) and "string" in str(dtype)
    return dtype if is_arrow or isinstance(dtype, pandas.StringDtype) else None


def arrow_type(kind: str) -> Any:
    """Return the Arrow type of a column."""
    import pyarrow

    types = {
        TEXT: pyarrow.string(),
        TEXTS: pyarrow.list_(pyarrow.string()),
        NUMBERS: pyarrow.list_(pyarrow.int64()),
        SHARE: pyarrow.float64(),
    }
    return types[kind]


def _extend_frame(frame: Any, columns: Sequence[Column], like: str) -> Any:
    pandas = sys.modules["pandas"]
    texts = text_dtype(frame[like].dtype)
    # Without a dtype, pandas would make a column of missing lists a float column.
    types = {TEXT: texts, SHARE: "float64"}
    new = {
        name: pandas.Series(cells, index=frame.index, dtype=types.get(kind, object))
        for name, kind, cells in columns
    }
    return frame.assign(**new)


def _name_frame_row(frame: Any, place: int) -> str:
    label = frame.index[place]
    is_place = isinstance(label, numbers.Integral) and label == place
    return f"row {place}" if is_place else f"row {place} (index {label!r})"


def _extend_polars(frame: Any, columns: Sequence[Column], like: str) -> Any:
    polars = sys.modules["polars"]
    types = {
        TEXT: polars.String,
        TEXTS: polars.List(polars.String),
        NUMBERS: polars.List(polars.Int64),
        SHARE: polars.Float64,
    }
    return frame.with_columns(
        [polars.Series(name, cells, dtype=types[kind]) for name, kind, cells in columns]
    )


def _extend_arrow(table: Any, columns: Sequence[Column], like: str) -> Any:
    pyarrow = sys.modules["pyarrow"]
    arrays = [pyarrow.array(cells, type=arrow_type(kind)) for _, kind, cells in columns]
    names = [name for name, _, _ in columns]
    schema = table.schema
    for name, array in zip(names, arrays, strict=True):
        schema = schema.append(pyarrow.field(name, array.type))
    return type(table).from_arrays([*table.columns, *arrays], schema=schema)


def _extend_mapping(batch: Any, columns: Sequence[Column], like: str) -> Any:
    # The lazy batches of datasets stay lazy.
    extended = copy.copy(batch) if isinstance(batch, MutableMapping) else dict(batch)
    for name, _, cells in columns:
        extended[name] = list(cells)
    return extended


def _mapping_cells(batch: Mapping[str, Any], name: str) -> list[object]:
    cells = batch[name]
    if isinstance(cells, str | bytes):
        raise InputError(
            f"expected a batch with a list of cells per column, but {name!r} is a single "
            f"{type(cells).__name__}: with datasets use map(..., batched=True)"
        )
    return list(require.items(cells.tolist() if hasattr(cells, "tolist") else cells, name, "cells"))


KINDS = (
    TableKind(
        types=(("pandas", "DataFrame"),),
        names=lambda frame: list(frame.columns),
        cells=lambda frame, name: frame[name].tolist(),
        extend=_extend_frame,
        name_row=_name_frame_row,
    ),
    TableKind(
        types=(("polars", "DataFrame"),),
        names=lambda frame: list(frame.columns),
        cells=lambda frame, name: frame[name].to_list(),
        extend=_extend_polars,
    ),
    TableKind(
        types=(("pyarrow", "Table"), ("pyarrow", "RecordBatch")),
        names=lambda table: list(table.schema.names),
        cells=lambda table, name: table.column(name).to_pylist(),
        extend=_extend_arrow,
    ),
    TableKind(
        types=(("collections.abc", "Mapping"),),
        names=list,
        cells=_mapping_cells,
        extend=_extend_mapping,
    ),
)

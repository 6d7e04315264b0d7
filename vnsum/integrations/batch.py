"""`Batch`: a picklable function that adds the results of a verb to batches of rows."""

from __future__ import annotations

import difflib
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

from vnsum import require
from vnsum.chat.server import Server
from vnsum.checkpoints import ModelSpec
from vnsum.errors import InputError, MissingExtraError
from vnsum.integrations import tables
from vnsum.integrations.pipelines import Model, shared_pipeline
from vnsum.integrations.rows import Outcome, RowJob
from vnsum.integrations.verbs import TEXT, VERBS, Verb, load_options
from vnsum.pipeline import Pipeline

Errors = Literal["column", "raise"]
ERROR = "error"


class Batch:
    """A function over batches of rows for `datasets`, Ray Data, Spark, pandas, polars and Arrow.

    `verb` is `"translate"`, `"summarize"`, `"digest"`, `"segment"` or `"check"`. `column` is the
    column of the texts (for `"check"` a pair of columns, source and translation), `title` an
    optional column of headlines, and `group` the column that says which texts `"digest"` joins: the
    texts of a group must be in one batch, and all its rows get the digest. `model` is a model for
    `vnsum.load` or a function that returns a pipeline. Other options are those of the verb (`to`
    and `source_lang`, for `"summarize"` also `length`, for `"digest"` `to` and `length`, for
    `"segment"` only `lang`) and of `vnsum.load`, such as `cache`.

    A batch is a dictionary of lists or arrays, a pandas or polars DataFrame, or an Arrow table or
    record batch. The result has the same type and additional columns: `translation`, or
    `summary_vi`, `summary_en` and `evidence` (indices of source sentences), or `digest_vi`,
    `digest_en` and `evidence` (of the text of the row), or `sentences` and `lang`; `confidence`
    (that of the least certain sentence), `findings` (one per line) and `signature`; `error`.
    `prefix` is added to these names. An existing column of the same name is an `InputError`.

    A missing cell (`None`, NaN, `pandas.NA`, null) gives a missing result, an empty text an empty
    one. A row that fails (not text, not in a known language, an error of the model) has a missing
    result and the reason in `error`, which is otherwise `""`; `errors="raise"` raises the error
    with the number of the row instead. A model that cannot be loaded always raises `ModelError`.

    Each process loads a model once, at its first batch; the `Batch` itself is small and picklable.
    `progress=True` shows a progress bar per batch. Raises `InputError` for an unknown option.

    >>> batch = Batch("segment", column="vi")
    >>> batch({"vi": ["Trời mưa. Đường ngập.", None, 7]})["sentences"]
    [['Trời mưa.', 'Đường ngập.'], None, None]
    >>> batch({"vi": [7]})["error"]
    ['expected text or a missing value, not int 7']
    """

    def __init__(
        self,
        verb: str,
        *,
        column: str | tuple[str, str] = "text",
        title: str | None = None,
        group: str | None = None,
        model: Model = "mini",
        errors: Errors = "column",
        prefix: str = "",
        progress: bool = False,
        **options: Any,
    ) -> None:
        verb, column = require.exact(verb), require.exact(column)
        row = _require_verb(verb)
        names = (column,) if isinstance(column, str) else _names(column)
        if len(names) != row.texts:
            wanted = "one column" if row.texts == 1 else "two columns, source and translation"
            raise InputError(f"{verb!r} needs {wanted}, but column is {column!r}")
        self._errors = require.one_of(errors, get_args(Errors), "errors")
        title = require.optional_text(title, "title")
        if (group is not None) != row.grouped:
            wanted = "needs the column of groups: group=..." if row.grouped else "has no groups"
            raise InputError(f"{verb!r} {wanted}")
        group = require.optional_text(group, "group")
        prefix = require.text(prefix, "prefix")
        require.flag(progress, "progress")
        if not callable(model):
            wanted = (
                "a name, a folder, a vnsum.ModelSpec, a vnsum.Server or a function that returns a "
                "pipeline"
            )
            require.instance(model, (str, os.PathLike, ModelSpec, Server), "model", wanted)
        model, options = require.exact(model), {n: require.exact(v) for n, v in options.items()}
        _require_options(verb, options, any_for_load=callable(model))
        self._verb = verb
        self._names = names
        self._title = title
        self._group = group
        self._model = model
        self._prefix = prefix
        self._progress = progress
        self._options = {name: value for name, value in options.items() if name in row.options}
        self._load_options = {n: v for n, v in options.items() if n not in row.options}
        self._made_in = _name_process()
        row.validate(self._options)

    def __repr__(self) -> str:
        column = self._names[0] if len(self._names) == 1 else self._names
        options = {**self._options, **self._load_options}
        more = "".join(f", {name}={value!r}" for name, value in options.items())
        return f"Batch({self._verb!r}, column={column!r}, model={self._model!r}{more})"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the added columns, in order."""
        return tuple(self._types())

    @property
    def schema(self) -> Any:
        """The added columns as an Arrow schema, for libraries that need the types in advance.

        Needs pyarrow. With datasets, which would infer the types from the first batch:
        `features=Features({**ds.features, **Features.from_arrow_schema(batch.schema)})`.
        """
        try:
            import pyarrow
        except ImportError as error:
            raise MissingExtraError(
                'a schema needs pyarrow: pip install "vnsum[datasets]"'
            ) from error
        return pyarrow.schema(
            [(name, tables.arrow_type(kind)) for name, kind in self._types().items()]
        )

    def __call__(self, batch: Any) -> Any:
        """Return `batch` with the result columns; see the class for types and errors."""
        return self.extend(batch, self.outcomes(batch))

    def over(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Yield each batch with its result columns; a function for Spark's `mapInPandas`."""
        for batch in require.items(batches, "batches", "batches"):
            yield self(batch)

    def extend(self, batch: Any, outcomes: Sequence[Outcome]) -> Any:
        """Return `batch` with the result columns for the return value of `outcomes(batch)`."""
        row = VERBS[self._verb]
        for outcome in require.items(outcomes, "outcomes", "outcomes"):
            require.instance(outcome, Outcome, "an outcome", "what outcomes(batch) returns")
        cells = [row.cells(o.value) if o.value is not None else None for o in outcomes]
        columns: list[tables.Column] = []
        for place, (name, kind) in enumerate(row.columns.items()):
            # A missing row has no findings.
            missing = "" if name == "findings" else None
            filled = [missing if c is None else c[place] for c in cells]
            columns.append((self._prefix + name, kind, filled))
        columns.append((self._prefix + ERROR, TEXT, [outcome.message for outcome in outcomes]))
        return tables.add_columns(batch, columns, like=self._names[0])

    def outcomes(self, batch: Any) -> list[Outcome]:
        """Return the outcome of each row: the result of the verb or the error."""
        row = VERBS[self._verb]
        kind = tables.kind_of(batch)
        texts = [tables.read_column(batch, name) for name in self._names]
        if row.texts == 1:
            count = len(texts[0])
            texts.append(tables.read_column(batch, self._title) if self._title else [None] * count)
        groups = tables.read_column(batch, self._group) if self._group is not None else None
        lengths = {len(column) for column in (*texts, *([] if groups is None else [groups]))}
        if len(lengths) > 1:
            raise InputError(f"the columns of a batch have different lengths: {sorted(lengths)}")
        model = self._load() if row.needs_model else None
        job = RowJob(
            verb=row,
            options=self._options,
            pipeline=model,
            progress=self._progress,
            name_row=(lambda n: kind.name_row(batch, n)) if self._errors == "raise" else None,
            groups=groups,
        )
        return job.run(list(zip(*texts, strict=True)))

    def _load(self) -> Pipeline:
        # Created in another process: this is a worker of `datasets`, Ray, Spark or similar.
        is_worker = self._made_in != _name_process()
        return shared_pipeline(self._model, self._load_options, is_worker=is_worker)

    def _types(self) -> dict[str, str]:
        columns: Mapping[str, str] = {**VERBS[self._verb].columns, ERROR: TEXT}
        return {self._prefix + name: kind for name, kind in columns.items()}


def _name_process() -> tuple[str, int]:
    return platform.node(), os.getpid()


def _require_verb(verb: str) -> Verb:
    if not isinstance(verb, str) or verb not in VERBS:
        raise InputError(f"unknown verb {require.show(verb)}: expected one of {', '.join(VERBS)}")
    return VERBS[verb]


def _names(columns: Any) -> tuple[str, ...]:
    found = require.items(columns, "column", "columns")
    return tuple(require.text(name, "a column") for name in found)


def _require_options(verb: str, options: Mapping[str, Any], *, any_for_load: bool) -> None:
    row = VERBS[verb]
    if any_for_load and row.needs_model:
        return
    known = {*row.options, *(load_options() if row.needs_model else ())}
    for name in options:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            raise InputError(
                f"{verb!r} has no option {name!r}{hint}: expected one of {', '.join(sorted(known))}"
            )

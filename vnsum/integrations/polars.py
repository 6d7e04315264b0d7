"""The polars namespaces `Series.vnsum` and `Expr.vnsum`, registered by importing this module.

For findings and errors by row use `Batch` on a DataFrame.
"""

from __future__ import annotations

from typing import Any

from vnsum.errors import MissingExtraError
from vnsum.integrations import accessors
from vnsum.integrations.accessors import Errors
from vnsum.languages import LanguageCode
from vnsum.summarization import Length

try:
    import polars
except ImportError as error:
    raise MissingExtraError(
        'the polars namespace needs polars: pip install "vnsum[polars]"'
    ) from error

__all__ = ["ExprNamespace", "SeriesNamespace"]


@polars.api.register_series_namespace("vnsum")
class SeriesNamespace:
    """The verbs of vnsum for a Series of texts, as `series.vnsum`.

    Nulls stay null and empty texts stay empty. A row that fails has a null result, and one
    `UserWarning` names these rows; `errors="raise"` raises the error with the number of the row,
    for an invalid text before any work. `progress=True` shows a progress bar; other options are
    those of the verb, such as `source_lang`, and of `vnsum.load`, such as `model`.

    >>> import polars, vnsum.integrations.polars
    >>> polars.Series(["Trời mưa. Đường ngập.", None]).vnsum.segment().to_list()
    [['Trời mưa.', 'Đường ngập.'], None]
    """

    def __init__(self, series: polars.Series) -> None:
        self._series = series

    def translate(
        self,
        *,
        to: LanguageCode = "en",
        errors: Errors = "warn",
        progress: bool = False,
        **options: Any,
    ) -> polars.Series:
        """Return the translations as a Series of the same name.

        Findings of severity error cause one `UserWarning`; `Batch` returns all findings by row.

        >>> df["vi"].vnsum.translate()                               # doctest: +SKIP
        """
        done = self._run("translate", to=to, errors=errors, progress=progress, **options)
        return done["translation"].rename(self._series.name)

    def summarize(
        self,
        length: Length | None = None,
        *,
        errors: Errors = "warn",
        progress: bool = False,
        **options: Any,
    ) -> polars.DataFrame:
        """Return a DataFrame with the columns `summary_vi`, `summary_en`, `evidence` (lists of
        indices of source sentences), `confidence`, `findings` (text, one per line), `signature`
        and `error`.

        `length` is a number of sentences, a share such as `0.2`, a name such as `"brief"` or a
        `vnsum.Budget`.

        >>> df.hstack(df["vi"].vnsum.summarize(2))                   # doctest: +SKIP
        """
        chosen = {"length": length, "errors": errors, "progress": progress}
        done: polars.DataFrame = self._run("summarize", **chosen, **options)
        return done.drop(accessors.COLUMN)

    def segment(
        self, *, lang: LanguageCode | None = None, errors: Errors = "warn"
    ) -> polars.Series:
        """Return lists of sentences as a Series of the same name; uses no model."""
        return self._run("segment", lang=lang, errors=errors)["sentences"].rename(self._series.name)

    def _run(self, verb: str, **options: Any) -> polars.DataFrame:
        return accessors.run(verb, self._series.to_frame(accessors.COLUMN), **options)


@polars.api.register_expr_namespace("vnsum")
class ExprNamespace:
    """The verbs of vnsum for an expression, as `polars.col("vi").vnsum`; see `SeriesNamespace`."""

    def __init__(self, expression: polars.Expr) -> None:
        self._expression = expression

    def translate(self, **options: Any) -> polars.Expr:
        """Return the translations; the options are those of `SeriesNamespace.translate`.

        >>> df.with_columns(en=polars.col("vi").vnsum.translate())   # doctest: +SKIP
        """
        return self._expression.map_batches(
            lambda series: SeriesNamespace(series).translate(**options),
            return_dtype=polars.String,
        )

    def summarize(self, length: Length | None = None, **options: Any) -> polars.Expr:
        """Return structs whose fields are the columns of `SeriesNamespace.summarize`."""
        return self._expression.map_batches(
            lambda series: (
                SeriesNamespace(series).summarize(length, **options).to_struct(series.name)
            ),
            return_dtype=SUMMARY,
        )


SUMMARY = polars.Struct(
    {
        "summary_vi": polars.String,
        "summary_en": polars.String,
        "evidence": polars.List(polars.Int64),
        "confidence": polars.Float64,
        "findings": polars.String,
        "signature": polars.String,
        "error": polars.String,
    }
)

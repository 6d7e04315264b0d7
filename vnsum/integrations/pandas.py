"""The pandas accessor `Series.vnsum`, registered by `import vnsum.integrations.pandas`.

Results keep the index. For findings and errors by row use `Batch` on a DataFrame.
"""

from __future__ import annotations

from typing import Any

from vnsum.errors import InputError, MissingExtraError
from vnsum.integrations import accessors
from vnsum.integrations.accessors import Errors
from vnsum.languages import LanguageCode
from vnsum.summarization import Length

try:
    import pandas
except ImportError as error:
    raise MissingExtraError(
        'the pandas accessor needs pandas: pip install "vnsum[pandas]"'
    ) from error

__all__ = ["SeriesAccessor"]


@pandas.api.extensions.register_series_accessor("vnsum")
class SeriesAccessor:
    """The verbs of vnsum for a Series of texts, as `series.vnsum`.

    Missing values stay missing, empty texts stay empty, and the index is kept. A row that fails
    (not text, no known language) has a missing result, and one `UserWarning` names these rows;
    `errors="raise"` raises `InputError` or `LanguageError` with the number and label of the row,
    for an invalid text before any work. `progress=True` shows a progress bar; other options are
    those of the verb, such as `source_lang`, and of `vnsum.load`, such as `model`.

    >>> import pandas, vnsum.integrations.pandas
    >>> texts = pandas.Series(["Trời mưa. Đường ngập.", None], index=["a", "b"])
    >>> texts.vnsum.segment()["a"]
    ['Trời mưa.', 'Đường ngập.']
    """

    def __init__(self, series: pandas.Series) -> None:
        self._series = series

    def translate(
        self,
        *,
        to: LanguageCode = "en",
        errors: Errors = "warn",
        progress: bool = False,
        **options: Any,
    ) -> pandas.Series:
        """Return the translations as a Series of the same name, index and type of text.

        Findings of severity error cause one `UserWarning`; `Batch` returns all findings by row.

        >>> df["en"] = df["vi"].vnsum.translate()                    # doctest: +SKIP
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
    ) -> pandas.DataFrame:
        """Return a DataFrame with the columns `summary_vi`, `summary_en`, `evidence` (lists of
        indices of source sentences), `confidence`, `findings` (text, one per line), `signature`
        and `error`.

        `length` is a number of sentences, a share such as `0.2`, a name such as `"brief"` or a
        `vnsum.Budget`.

        >>> df.join(df["vi"].vnsum.summarize(2))                     # doctest: +SKIP
        """
        chosen = {"length": length, "errors": errors, "progress": progress}
        return self._run("summarize", **chosen, **options).drop(columns=accessors.COLUMN)

    def segment(
        self, *, lang: LanguageCode | None = None, errors: Errors = "warn"
    ) -> pandas.Series:
        """Return lists of sentences as a Series of the same name and index; uses no model."""
        done = self._run("segment", lang=lang, errors=errors)
        return done["sentences"].rename(self._series.name)

    def check(
        self,
        translation: pandas.Series,
        *,
        source_lang: LanguageCode | None = None,
        to: LanguageCode | None = None,
        errors: Errors = "warn",
    ) -> pandas.Series:
        """Return the findings of the checks of `translation` as text, one finding per line.

        The text is `""` without findings; uses no model. Raises `InputError` if the indexes differ.
        """
        if not self._series.index.equals(translation.index):
            raise InputError(
                "the texts and translations have different indexes: align them first, "
                "for example as two columns of one DataFrame"
            )
        frame = pandas.DataFrame({accessors.COLUMN: self._series, "translation": translation})
        columns = (accessors.COLUMN, "translation")
        done = accessors.run(
            "check", frame, column=columns, source_lang=source_lang, to=to, errors=errors
        )
        return done["findings"].rename(None)

    def _run(self, verb: str, **options: Any) -> pandas.DataFrame:
        series = self._series
        if isinstance(series.dtype, pandas.CategoricalDtype):
            series = series.astype(series.cat.categories.dtype)
        return accessors.run(verb, series.to_frame(accessors.COLUMN), **options)

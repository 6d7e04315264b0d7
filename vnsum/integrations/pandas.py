"""The accessor `.vnsum` of pandas Series: `import vnsum.integrations.pandas` registers it.

Results keep the index; whole frames with findings and errors by row are `Batch`.
"""

from __future__ import annotations

from typing import Any

from vnsum.errors import InputError, MissingExtraError
from vnsum.integrations import accessors
from vnsum.summarization import Length

try:
    import pandas
except ImportError as error:
    raise MissingExtraError(
        'the accessor needs pandas: run  pip install "vnsum[pandas]"'
    ) from error

__all__ = ["SeriesAccessor"]


@pandas.api.extensions.register_series_accessor("vnsum")
class SeriesAccessor:
    """The verbs of vnsum on a Series of texts, as `series.vnsum`.

    Missing values stay missing, an empty text stays empty, and the index is kept, whatever it is.
    A row that cannot be done (a number, a text in no known language) is missing too, and one
    `UserWarning` names such rows; `errors="raise"` raises `InputError` or `LanguageError` with the
    number and label of the row, before the work where the text cannot be used. `progress=True`
    shows a bar; `model` and the other options are those of `vnsum.load`.

    >>> import pandas, vnsum.integrations.pandas
    >>> texts = pandas.Series(["Trời mưa. Đường ngập.", None], index=["a", "b"])
    >>> texts.vnsum.segment()["a"]
    ['Trời mưa.', 'Đường ngập.']
    """

    def __init__(self, series: pandas.Series) -> None:
        self._series = series

    def translate(
        self, *, to: str = "en", errors: str = "warn", progress: bool = False, **options: Any
    ) -> pandas.Series:
        """Return the translations as a Series of the same name, index and type of text.

        Findings of severity error are told in one `UserWarning`; `Batch` has all, row by row.

        >>> df["en"] = df["vi"].vnsum.translate()                    # doctest: +SKIP
        """
        done = self._run("translate", to=to, errors=errors, progress=progress, **options)
        return done["translation"].rename(self._series.name)

    def summarize(
        self,
        length: Length | None = None,
        *,
        errors: str = "warn",
        progress: bool = False,
        **options: Any,
    ) -> pandas.DataFrame:
        """Return a DataFrame with the columns `summary_vi`, `summary_en`, `evidence` (lists of
        indices of source sentences), `findings` (text, a line each), `signature` and `error`.

        >>> df.join(df["vi"].vnsum.summarize(2))                     # doctest: +SKIP
        """
        chosen = {"length": length, "errors": errors, "progress": progress}
        return self._run("summarize", **chosen, **options).drop(columns=accessors.COLUMN)

    def segment(self, *, lang: str | None = None, errors: str = "warn") -> pandas.Series:
        """Return lists of sentences as a Series of the same name and index; needs no model."""
        done = self._run("segment", lang=lang, errors=errors)
        return done["sentences"].rename(self._series.name)

    def check(
        self,
        translation: pandas.Series,
        *,
        source_lang: str = "vi",
        to: str = "en",
        errors: str = "warn",
    ) -> pandas.Series:
        """Return what `translation` changed, row by row, as text with a line for each finding.

        `""` where nothing was found; needs no model. `InputError` where the indexes differ.
        """
        if not self._series.index.equals(translation.index):
            raise InputError(
                "the texts and their translations have different indexes: align them first, "
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

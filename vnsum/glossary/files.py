"""Reading glossaries from TSV and CSV files.

Each row is a term: Vietnamese, English. A header row with the cells `vi` and `en` allows another
order and further columns. `|` separates several forms in a cell; translations use the first one. A
term that is the same in both languages is not translated. Rows that start with `# ` are comments.
"""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vnsum import require
from vnsum.errors import InputError
from vnsum.glossary.term import Term, require_one_target, tidy
from vnsum.storage import DIRECTORY, special_file_kind

MOST_BYTES = 20_000_000
MARKS = (  # byte order marks, the longest first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {
    "vi": frozenset(["vi", "vie", "vi vn", "vietnamese", "tiếng việt", "tieng viet"]),
    "en": frozenset(["en", "eng", "en us", "en gb", "english", "tiếng anh", "tieng anh"]),
}
ROLES = (  # names of the first and second column that do not tell the language
    frozenset(["source", "src", "nguồn", "câu nguồn"]),
    frozenset(["target", "tgt", "trg", "reference", "ref", "translation", "đích", "câu đích"]),
)
_UNIT = "text|sentence|segment|source|src|target|tgt|trg|reference|ref"
_AFFIX = re.compile(rf"(?<=\w) (?:{_UNIT})s?\Z|\A(?:{_UNIT})s? (?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of the two languages; `width` is the number of cells in a row."""

    vi: int = 0
    en: int = 1
    width: int = 2


def read_terms(path: str | os.PathLike[str]) -> tuple[tuple[Term, ...], str]:
    """Return the terms of a file and the language of its first column.

    Raises `InputError`, with the file and row, for a file that cannot be read.
    """
    rows = _list_rows(_read_text(require.path(path, "a glossary")), Path(path))
    columns = Columns()
    terms, labels = [], []
    for index, (line, cells) in enumerate(rows):
        if index == 0 and (header := read_header(cells)):
            columns = header
            continue
        label = f"{path}, row {line}"
        terms.append(_read_row(cells, columns, label))
        labels.append(label)
    source = "vi" if columns.vi < columns.en else "en"
    require_one_target(terms, labels, source=source, case="smart")
    return tuple(terms), source


def _read_text(path: Path) -> str:
    try:
        if (kind := special_file_kind(path)) not in (None, DIRECTORY):
            raise InputError(f"cannot read the glossary {path}: it is {kind}; expected a file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"cannot read the glossary {path}: {reason}") from error
    if len(data) > MOST_BYTES:
        raise InputError(f"the glossary {path} is over {MOST_BYTES // 1_000_000} MB: split it")
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path}, row {row}: not valid {encoding.upper()}: save the glossary as "
            '"CSV UTF-8" or as a text file in UTF-8'
        ) from error


def _list_rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are neither empty nor comments, with the number of their first line."""
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=_find_delimiter(lines), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not _is_comment(cells[0]):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{path}, row {line}: invalid quotation marks ({error}): double those inside a cell, "
            'as in "a ""quoted"" word"'
        ) from error


def _is_comment(text: str) -> bool:
    return f"{text.rstrip()} ".startswith("# ")  # but #MeToo is a term


def _find_delimiter(lines: list[str]) -> str:
    """Return the delimiter: a tab if there is one, else ; if it is more frequent than a comma."""
    first = next((line for line in lines if line.strip() and not _is_comment(line)), "")
    if "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","


def read_header(cells: Sequence[str], *, source: str = "vi") -> Columns | None:
    """Return the columns of a header row, `None` for any other row.

    `source` is the language of a column that is named "source".

    >>> read_header(["English", "vi_text", "note"])
    Columns(vi=1, en=0, width=3)
    """
    names = [re.sub("[ _-]+", " ", cell.strip("# \ufeff").casefold()) for cell in cells]
    roles = ROLES if source == "vi" else ROLES[::-1]
    for known in ((NAMES["vi"], NAMES["en"]), roles):
        vi, en = (
            [place for place, name in enumerate(names) if _AFFIX.sub("", name) in one]
            for one in known
        )
        if len(vi) == len(en) == 1:
            return Columns(vi=vi[0], en=en[0], width=len(cells))
    return None


def _read_row(cells: list[str], columns: Columns, label: str) -> Term:
    filled = [*cells, *[""] * (columns.width - len(cells))]  # spreadsheets drop empty last cells
    if any(cell.strip() for cell in filled[columns.width :]):
        raise InputError(
            f"{label}: expected {columns.width} cells, not {len(cells)}: {require.show(cells)}; "
            "quote cells that contain the delimiter, or add a header row with vi and en for more "
            "columns"
        )
    return Term(
        vi=_split_forms(filled[columns.vi], label), en=_split_forms(filled[columns.en], label)
    )


def _split_forms(cell: str, label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tidy(form, label) for form in cell.split("|")))

"""The table of names that are not spelled alike in Vietnamese and English, and how it is read.

Rows come from `vnsum/languages/data/names.tsv`. Here are the look-up forms that do not depend on
tone placement, and what a Vietnamese syllable looks like; comparing is left to `names`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from importlib import resources

from vnsum.quantities.tokens import Tokens, words

SURNAMES = words(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn trịnh"
    " mai đào cao lâm lương tạ tô trương tăng châu quách thân lưu phùng vương tống chu thạch"
    " kiều la nông"
)  # fmt: skip
# Syllables that make a common word of a country's name: pháp luật is law, ý kiến is an opinion.
COMPOUNDS = {
    "pháp": words("luật lý lệnh chế y đình nhân trị quy quyền thuật sư điển danh"),
    **dict.fromkeys(("mỹ", "mĩ"), words("thuật phẩm quan học nghệ nhân lệ mãn vị miều")),
    "đức": words("tin tính hạnh dục phật độ cha mẹ thánh vua"),
    "anh": words("hùng em chị linh trai dũng minh tài hào ta ấy họ"),
    "nhật": words("ký thực báo trình nguyệt dụng"),
    "ý": words("kiến thức nghĩa tưởng chí định muốn đồ thích tứ niệm nguyện"),
    "áo": words("dài sơ khoác phông cưới ngực giáp mưa thun quần tắm vest len choàng"),
    "thái": words("độ dương tử hậu giám sư cực thượng quá"),
    "ấn": words("tượng phẩm bản định chương hành"),
    "hàn": words("lâm the gắn huyên"),
    "bỉ": words("ổi"),
}
SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A name of the table: what it is of, and its forms in both languages, the usual one first."""

    kind: str
    vi: tuple[str, ...]
    en: tuple[str, ...]


class Table:
    """The forms of one language, found in a text whatever their tone placement or case."""

    def __init__(self) -> None:
        self._forms: dict[str, dict[tuple[str, ...], set[int]]] = {}

    def add(self, form: str, row: int) -> None:
        """Enter one form of a row."""
        keys = tuple(fold_tone(token.low) for token in Tokens(form).items)
        self._forms.setdefault(keys[0], {}).setdefault(keys, set()).add(row)

    def longest(self, keys: list[str], index: int) -> tuple[int, frozenset[int]] | None:
        """Return how many tokens the longest form at the index has, and its rows."""
        best: tuple[int, frozenset[int]] | None = None
        for form, found in self._forms.get(keys[index], {}).items():
            if tuple(keys[index : index + len(form)]) == form and (not best or len(form) > best[0]):
                best = len(form), frozenset(found)
        return best

    def every(self, keys: list[str]) -> set[int]:
        """Return the rows of all forms anywhere in the text."""
        rows: set[int] = set()
        for index, key in enumerate(keys):
            for form, found in self._forms.get(key, {}).items():
                if tuple(keys[index : index + len(form)]) == form:
                    rows |= found
        return rows


@functools.cache
def tables() -> tuple[Table, Table, tuple[Row, ...]]:
    """Return the Vietnamese table, the English table and the rows."""
    text = resources.files("vnsum.languages").joinpath("data/names.tsv").read_text("utf-8")
    vi, en, rows = Table(), Table(), []
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    for row, line in enumerate(lines):
        kind, vi_forms, en_forms = line.split("\t")
        rows.append(Row(kind, tuple(vi_forms.split("; ")), tuple(en_forms.split("; "))))
        for form in rows[-1].vi:
            vi.add(form, row)
        for form in rows[-1].en:
            en.add(form, row)
    return vi, en, tuple(rows)


@functools.lru_cache(maxsize=4096)
def fold_tone(low: str) -> str:
    """Return a syllable with its tone mark moved to the end: thuỵ and thụy are one."""
    if low.isascii():
        return low
    decomposed = unicodedata.normalize("NFD", low)
    tones = "".join(mark for mark in decomposed if mark in "\u0300\u0301\u0303\u0309\u0323")
    rest = "".join(mark for mark in decomposed if mark not in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", rest) + tones


@functools.lru_cache(maxsize=4096)
def plain(low: str) -> str:
    """Return a word without diacritics: nguyễn is nguyen, đà is da.

    >>> plain("đặng")
    'dang'
    """
    return drop_diacritics(low)


def drop_diacritics(text: str) -> str:
    """Return a text in the letters that English has.

    >>> drop_diacritics("Đà Nẵng")
    'Da Nang'
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return letters.replace("đ", "d").replace("Đ", "D")


def is_syllable(low: str) -> bool:
    """Return whether a word could be a syllable of Vietnamese by its letters."""
    return SYLLABLE.fullmatch(plain(low)) is not None and not set(low) & set("fjwz")


def look_up_forms(tokens: Tokens) -> list[str]:
    """Return the form of every token under which the tables find it."""
    return [fold_tone(token.low) for token in tokens.items]

"""The table of names that differ in Vietnamese and English, with look-up of its forms.

The rows are in `vnsum/languages/data/names.tsv`. Look-up ignores case and tone placement.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from importlib import resources

from vnsum.languages.surnames import SURNAMES
from vnsum.normalization import compose, decompose
from vnsum.quantities.tokens import Tokens, words

PLACES = frozenset(["country", "region", "province", "city"])  # kinds of rows of names.tsv
# Syllables after which the name of a country is a common word: pháp luật (law), ý kiến (opinion).
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
    "trung": words(
        "bình đoàn du đội gian học hạn kỳ lập niên quân sĩ tá tâm thu thực tướng"
        " tuyến uý ương úy vệ"
    ),
    "triều": words("cường đại đình thần vua"),
    "đài": words("các cảnh khí phát quan quốc sen thọ tiếng truyền tưởng"),
    "hàn": words("lâm the gắn huyên"),
    "bỉ": words("ổi"),
}
PEOPLE = ("an", "i")  # ends of the name of a person from a country: Peruvian
SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the kind of name, and its forms, the most common one first."""

    kind: str
    vi: tuple[str, ...]
    en: tuple[str, ...]


class Table:
    """The forms of one language, looked up regardless of tone placement and case."""

    def __init__(self) -> None:
        self._forms: dict[str, dict[tuple[str, ...], set[int]]] = {}

    def add(self, form: str, row: int) -> None:
        """Add a form of a row."""
        keys = tuple(fold_tone(token.low) for token in Tokens(form).items)
        self._forms.setdefault(keys[0], {}).setdefault(keys, set()).add(row)

    def longest(self, keys: list[str], index: int) -> tuple[int, frozenset[int]] | None:
        """Return the number of tokens and the rows of the longest form at `index`."""
        best: tuple[int, frozenset[int]] | None = None
        for form, found in self._forms.get(keys[index], {}).items():
            if tuple(keys[index : index + len(form)]) == form and (not best or len(form) > best[0]):
                best = len(form), frozenset(found)
        return best

    def every(self, keys: list[str]) -> set[int]:
        """Return the rows of all forms in the text."""
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
            for spelling in {form, form.replace("-", ""), form.replace("-", " ")}:  # I-rắc, Irắc
                vi.add(spelling, row)
        for form in rows[-1].en:
            en.add(form, row)
            if kind == "country" and form.endswith(PEOPLE):
                en.add(form + "s", row)
    return vi, en, tuple(rows)


@functools.lru_cache(maxsize=4096)
def fold_tone(low: str) -> str:
    """Return a syllable with its tone mark moved to the end, so that thuỵ and thụy are equal."""
    if low.isascii():
        return low
    decomposed = decompose(low)
    tones = "".join(mark for mark in decomposed if mark in "\u0300\u0301\u0303\u0309\u0323")
    rest = "".join(mark for mark in decomposed if mark not in "\u0300\u0301\u0303\u0309\u0323")
    return compose(rest) + tones


@functools.lru_cache(maxsize=4096)
def plain(low: str) -> str:
    """Return a word without diacritics: nguyễn is nguyen, đà is da.

    >>> plain("đặng")
    'dang'
    """
    return drop_diacritics(low)


@functools.cache
def surnames(lang: str) -> frozenset[str]:
    """Return the Vietnamese surnames as they are written in a language, in lower case.

    >>> "nguyễn" in surnames("vi"), "nguyen" in surnames("en")
    (True, True)
    """
    return SURNAMES if lang == "vi" else frozenset(map(plain, SURNAMES))


def drop_diacritics(text: str) -> str:
    """Return a text without diacritics, with d for đ.

    >>> drop_diacritics("Đà Nẵng")
    'Da Nang'
    """
    if text.isascii():
        return text
    decomposed = decompose(text)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return letters.replace("đ", "d").replace("Đ", "D")


def may_be_syllable(low: str) -> bool:
    """Return whether a word may be a Vietnamese syllable, with or without its diacritics."""
    return SYLLABLE.fullmatch(plain(low)) is not None and not set(low) & set("fjwz")


def look_up_forms(tokens: Tokens) -> list[str]:
    """Return the look-up form of every token, "" for the US of US$, which is no country."""
    currency = [after.text == "$" and after.glued for after in tokens.items[1:]]
    return [
        "" if dollar else fold_tone(token.low)
        for token, dollar in zip(tokens.items, [*currency, False], strict=False)
    ]

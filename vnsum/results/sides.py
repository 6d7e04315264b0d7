"""What bilingual summaries and digests share: their two sides, and sentences before their edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vnsum import require
from vnsum.errors import LanguageError

if TYPE_CHECKING:
    from vnsum.results.result import Edit

Side = TypeVar("Side")


class TwoSided(Generic[Side]):
    """Mixin for results with a side in each of two languages."""

    __slots__ = ()
    target_lang: str

    @property
    def text(self) -> str:
        """The result in the target language."""
        return str(self.side(self.target_lang))

    @property
    def vi(self) -> Side:
        """The side in Vietnamese."""
        return self.side("vi")

    @property
    def en(self) -> Side:
        """The side in English."""
        return self.side("en")

    def side(self, lang: str) -> Side:
        """Return the side in `lang`. Raises `LanguageError` for any other language."""
        raise NotImplementedError


def select_side(
    pairs: Sequence[Any], lang: str, *, source_lang: str, target_lang: str
) -> tuple[Any, ...]:
    """Return the sentences of one side of `pairs`; their edits are those of the source."""
    if require.text(lang, "lang") == source_lang:
        return tuple(pair.source for pair in pairs)
    if lang != target_lang:
        raise LanguageError(f"this result is in {source_lang!r} and {target_lang!r}, not {lang!r}")
    return tuple(replace(pair.source, text=pair.target, edits=(), findings=()) for pair in pairs)


def undo_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return a sentence as it was before its edits."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.before + text[edit.start + len(edit.after) :]
    return text

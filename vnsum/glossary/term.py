"""`Term`: what one thing is called in both languages, and the checks that forms of terms pass."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from vnsum.errors import InputError
from vnsum.glossary.matching import CaseMode, spell
from vnsum.languages import LANGUAGES, require
from vnsum.require import show

LONGEST_FORM = 200  # characters; what is longer is a sentence, not a term


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing and its names: the first form of a language is written, all of them are accepted.

    A term that is the same in both languages is to be left as it is.
    """

    vi: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether it is not to be translated."""
        return self.vi == self.en

    def forms(self, lang: str) -> tuple[str, ...]:
        """Return the forms in a language, the one to be written first.

        >>> Term(vi=("sông Hương",), en=("Perfume River", "Huong River")).forms("en")
        ('Perfume River', 'Huong River')
        """
        return self.vi if require(lang) == "vi" else self.en


def tidy(form: object, label: str) -> str:
    """Return a form in NFC with single spaces; `InputError` where it cannot be one."""
    if not isinstance(form, str):
        raise InputError(f"{label}: a term must be text, not {type(form).__name__} ({show(form)})")
    tidied = " ".join(unicodedata.normalize("NFC", form).split())
    if not tidied:
        raise InputError(f"{label}: one side is empty; write the term, or leave the row out")
    if not any(character.isalnum() for character in tidied):
        raise InputError(f"{label}: {tidied!r} has no letter and no digit, so it is not a term")
    if not tidied.isprintable():
        raise InputError(f"{label}: {tidied!r} has control characters; take them out")
    if len(tidied) > LONGEST_FORM:
        raise InputError(
            f"{label}: a term of {len(tidied)} characters, {tidied[:40]!r}…, is longer than a "
            f"sentence: at most {LONGEST_FORM} are allowed; glossaries are for words and names"
        )
    return tidied


def require_one_target(
    terms: Sequence[Term], labels: Sequence[str], *, source: str, case: CaseMode
) -> None:
    """Raise `InputError` where a source form stands twice with different targets."""
    other = next(lang for lang in LANGUAGES if lang != source)
    seen: dict[str, tuple[str, tuple[str, ...]]] = {}
    for term, label in zip(terms, labels, strict=True):
        for form in term.forms(source):
            first, targets = seen.setdefault(spell(form, case), (label, term.forms(other)))
            if targets != term.forms(other):
                raise InputError(
                    f"{label}: {form!r} becomes {_list(term.forms(other))} here and "
                    f"{_list(targets)} in {first}: keep one of the two, or put both forms into "
                    "one term, the one to write first"
                )


def _list(forms: Sequence[str]) -> str:
    return " or ".join(map(repr, forms))

"""`Term`: a term in both languages, and the validation of terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vnsum.errors import InputError
from vnsum.glossary.matching import CaseMode, spell
from vnsum.languages import LANGUAGES, require
from vnsum.normalization import compose, drop_marks
from vnsum.require import exact, show

LONGEST_FORM = 200  # characters; longer texts are sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term with its forms in both languages.

    Translations use the first form of the target language; all of its forms are accepted. A term
    that is the same in both languages is not translated.
    """

    vi: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def is_kept(self) -> bool:
        """Whether the term is kept untranslated."""
        return self.vi == self.en

    def forms(self, lang: str) -> tuple[str, ...]:
        """Return the forms in a language, the preferred one first.

        >>> Term(vi=("sông Hương",), en=("Perfume River", "Huong River")).forms("en")
        ('Perfume River', 'Huong River')
        """
        return self.vi if require(lang) == "vi" else self.en


def tidy(form: object, label: str) -> str:
    """Return a form in NFC with single spaces. Raises `InputError` if it is invalid."""
    form = exact(form)
    if not isinstance(form, str):
        raise InputError(f"{label}: a term must be a str, not {type(form).__name__} ({show(form)})")
    if drop_marks(form) != form:
        raise InputError(f"{label}: {show(form)} has too many combining marks: remove them")
    tidied = " ".join(compose(form).split())
    if not tidied:
        raise InputError(f"{label}: one side is empty: add the term or remove the row")
    if not any(character.isalnum() for character in tidied):
        raise InputError(f"{label}: {show(tidied)} is not a term: it has no letters or digits")
    if not tidied.isprintable():
        raise InputError(f"{label}: {show(tidied)} has control characters: remove them")
    if len(tidied) > LONGEST_FORM:
        raise InputError(
            f"{label}: a term must have at most {LONGEST_FORM} characters, not {len(tidied)}: "
            f"{tidied[:40]!r}…"
        )
    return tidied


def require_one_target(
    terms: Sequence[Term], labels: Sequence[str], *, source: str, case: CaseMode
) -> None:
    """Raise `InputError` if a source form has two different translations."""
    other = next(lang for lang in LANGUAGES if lang != source)
    seen: dict[str, tuple[str, tuple[str, ...]]] = {}
    for term, label in zip(terms, labels, strict=True):
        for form in term.forms(source):
            first, targets = seen.setdefault(spell(form, case), (label, term.forms(other)))
            if targets != term.forms(other):
                raise InputError(
                    f"{label}: {show(form)} is translated as {_list(term.forms(other))} here and "
                    f"as {_list(targets)} in {first}: remove one of them, or put both into one "
                    "term, the preferred one first"
                )


def _list(forms: Sequence[str]) -> str:
    return " or ".join(map(show, forms))

"""`Glossary`: terms for both directions of translation, and finding them in a text."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vnsum import require as checks
from vnsum.errors import InputError
from vnsum.glossary.files import read_terms
from vnsum.glossary.inflection import inflect
from vnsum.glossary.matching import CASE_MODES, CaseMode, Matcher, spell
from vnsum.glossary.term import Term, require_one_target, tidy
from vnsum.languages import LANGUAGES, require
from vnsum.results.result import Span

Forms = str | Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An occurrence of a term in a text; `text` is the term as written there."""

    term: Term
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Table:
    """The terms of one language; terms that share a form are merged."""

    matcher: Matcher
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """Terms with their required translations, for both directions.

    `source` is the language that the glossary was written from; each of its forms belongs to one
    term. In the other direction, terms may share a form: all their translations are accepted, and
    the first one is used.

    `case` is `"smart"` (the capitals of the term are required; more are allowed at the start of a
    sentence and in headlines), `"exact"` or `"ignore"`. `diacritics=False` also finds Vietnamese
    terms typed without diacritics. `one_form=True` uses a single form per document for terms, and
    for names that are not in the glossary, that have several. Raises `InputError` for invalid
    terms.

    >>> glossary = Glossary.from_dict({"Biển Đông": "East Sea"}, keep=["VinFast"])
    >>> [mention.text for mention in glossary.find("VinFast và Biển Đông", lang="vi")]
    ['VinFast', 'Biển Đông']
    >>> glossary.find("the East Sea", lang="en")[0].term.vi
    ('Biển Đông',)
    """

    terms: tuple[Term, ...] = ()
    source: str = "vi"
    case: CaseMode = "smart"
    diacritics: bool = True
    one_form: bool = False
    _tables: dict[str, _Table] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require(self.source)
        checks.one_of(self.case, CASE_MODES, "case")
        checks.flag(self.diacritics, "diacritics")
        checks.flag(self.one_form, "one_form")
        for term in checks.instance(self.terms, tuple, "terms", "a tuple of terms"):
            checks.instance(term, Term, "a term", "a vnsum.Term")
        labels = [f"term {number}" for number in range(1, len(self.terms) + 1)]
        for term, label in zip(self.terms, labels, strict=True):
            for lang in LANGUAGES:
                _require_forms(term.forms(lang), label)
        require_one_target(self.terms, labels, source=self.source, case=self.case)
        tables = {lang: self._tabulate(lang) for lang in LANGUAGES}
        object.__setattr__(self, "_tables", tables)

    @classmethod
    def from_dict(
        cls,
        terms: Mapping[str, Forms],
        *,
        keep: Iterable[str] = (),
        source: str = "vi",
        case: CaseMode = "smart",
        diacritics: bool = True,
        one_form: bool = False,
    ) -> Glossary:
        """Return a glossary that maps source forms to their translations.

        If a term has several translations, the first one is used and all are accepted. `keep` lists
        names that are not translated.

        >>> Glossary.from_dict({"Mỹ": ["United States", "US"]}, keep=["Trump"]).terms[0].en
        ('United States', 'US')
        """
        source = require(source)
        other = _other(source)
        checks.instance(terms, Mapping, "terms", "a table of forms")
        rows = [
            Term(
                **{
                    source: _tidy_all(form, checks.show(form)),
                    other: _tidy_all(targets, checks.show(form)),
                }
            )
            for form, targets in terms.items()
        ]
        rows += _keep_names(keep)
        return cls(
            terms=tuple(rows), source=source, case=case, diacritics=diacritics, one_form=one_form
        )

    @classmethod
    def read(
        cls,
        path: str | os.PathLike[str],
        *,
        keep: Iterable[str] = (),
        case: CaseMode = "smart",
        diacritics: bool = True,
        one_form: bool = False,
    ) -> Glossary:
        """Read a glossary from a TSV or CSV file; see `vnsum.glossary.files` for the format.

        Raises `InputError`, with the row, for a file or term that is invalid.

        >>> glossary = Glossary.read("names.tsv", keep=["VinFast"])      # doctest: +SKIP
        """

        terms, source = read_terms(checks.path(path, "a glossary"))
        rows = (*terms, *_keep_names(keep))
        return cls(terms=rows, source=source, case=case, diacritics=diacritics, one_form=one_form)

    @classmethod
    def make(
        cls,
        given: Glossary | Mapping[str, Forms] | str | os.PathLike[str] | None,
        *,
        keep: Iterable[str] = (),
    ) -> Glossary:
        """Return a glossary from a glossary, mapping or file, with additional names to `keep`.

        >>> len(Glossary.make({"Biển Đông": "East Sea"}, keep=["VinFast"]))
        2
        """
        if isinstance(given, Glossary):
            names = _keep_names(keep)
            return replace(given, terms=(*given.terms, *names)) if names else given
        if given is None or isinstance(given, Mapping):
            return cls.from_dict(given or {}, keep=keep)
        if isinstance(given, str | os.PathLike):
            return cls.read(given, keep=keep)
        raise InputError(
            "a glossary must be a mapping, a vnsum.Glossary or the path of a file, not "
            f"{checks.show(given)}"
        )

    def __len__(self) -> int:
        return len(self.terms)

    @property
    def digest(self) -> str:
        """A hash of the glossary, of 12 hexadecimal digits."""
        rows = [[term.vi, term.en] for term in self.terms]
        data = json.dumps([rows, self.source, self.case, self.diacritics, self.one_form])
        return hashlib.sha256(data.encode()).hexdigest()[:12]

    def find(self, text: str, *, lang: str) -> list[Mention]:
        """Return the occurrences of terms in a text in language `lang`, in order.

        Matches whole words; of overlapping terms, the longest wins. The time depends on the length
        of the text, not on the number of terms.

        >>> glossary = Glossary.from_dict({"sông Hương": "Perfume River"})
        >>> glossary.find("Bên sông Hương.", lang="vi")[0].span
        Span(start=4, end=14)
        """
        table = self._tables[require(lang)]
        text = checks.text(text, "text")
        return [
            Mention(
                term=table.terms[match.owner],
                text=text[match.span.start : match.span.end],
                span=match.span,
            )
            for match in table.matcher.find(text)
        ]

    def _tabulate(self, lang: str) -> _Table:
        """Return the table of a language; inflected forms are added last."""
        sharing: dict[str, tuple[str, list[Term]]] = {}
        for term in self.terms:
            for form in term.forms(lang):
                sharing.setdefault(spell(form, self.case), (form, []))[1].append(term)
        matcher = Matcher(case=self.case, diacritics=self.diacritics)
        for owner, (form, _) in enumerate(sharing.values()):
            matcher.add(form, owner)
        terms = tuple(_merge(group) for _, group in sharing.values())
        if lang == "en":
            for owner, (form, _) in enumerate(sharing.values()):
                if not terms[owner].is_kept:
                    for other in inflect(form)[1:]:
                        matcher.add(other, owner)
        return _Table(matcher, terms)


def _merge(terms: Sequence[Term]) -> Term:
    """Return terms that share a form as one term."""
    if len(terms) == 1:
        return terms[0]
    return Term(
        vi=tuple(dict.fromkeys(form for term in terms for form in term.vi)),
        en=tuple(dict.fromkeys(form for term in terms for form in term.en)),
    )


def _keep_names(names: Iterable[str]) -> list[Term]:
    if isinstance(names, str):
        raise InputError(f"keep must be a list of names, not a str: pass [{names!r}]")
    names = checks.items(names, "keep", "names")
    tidied = dict.fromkeys(tidy(name, f"keep {checks.show(name)}") for name in names)
    return [Term(vi=(name,), en=(name,)) for name in tidied]


def _tidy_all(forms: Forms, label: str) -> tuple[str, ...]:
    given = [forms] if isinstance(forms, str) else forms
    if not isinstance(given, Sequence) or not given:
        raise InputError(f"{label}: expected a str or a list of str, not {checks.show(forms)}")
    return tuple(dict.fromkeys(tidy(form, label) for form in given))


def _require_forms(forms: Sequence[str], label: str) -> None:
    if not isinstance(forms, list | tuple) or not forms:
        shown = checks.show(forms)
        raise InputError(f"{label}: the forms of a term must be a tuple of str, not {shown}")
    for form in forms:
        tidy(form, label)


def _other(lang: str) -> str:
    return next(code for code in LANGUAGES if code != lang)

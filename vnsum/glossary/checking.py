"""Checking that a translation uses the terms of a glossary.

A term that occurs several times in the source must occur once in the translation, as later
mentions may be pronouns. English plurals, possessives and additional capitals are accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from vnsum.glossary.glossary import Glossary, Mention
from vnsum.glossary.inflection import inflect
from vnsum.glossary.matching import Matcher
from vnsum.results.result import Finding, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A term of the source, and its span in the translation or `None` if it is missing."""

    mention: Mention
    forms: tuple[str, ...]  # accepted forms, best first
    place: Span | None


def list_uses(
    source: str, target: str, *, glossary: Glossary, source_lang: str, target_lang: str
) -> list[Use]:
    """Return every term of the source once, in order, with its span in the translation.

    >>> (use,) = list_uses("ở Biển Đông", "in the South China Sea", source_lang="vi",
    ...                    target_lang="en", glossary=Glossary.from_dict({"Biển Đông": "East Sea"}))
    >>> use.forms, use.place
    (('East Sea', 'East Seas'), None)
    """
    if not glossary.terms:
        return []
    mentions = {mention.term: mention for mention in glossary.find(source, lang=source_lang)[::-1]}
    uses = [
        Use(mention=mention, forms=_list_forms(mention, target_lang), place=None)
        for mention in reversed(mentions.values())
    ]
    places = _locate(uses, target, glossary)
    return [replace(use, place=places.get(number)) for number, use in enumerate(uses)]


def check_terms(
    source: str, target: str, *, glossary: Glossary, source_lang: str, target_lang: str
) -> list[Finding]:
    """Return a warning of kind `"term"` for every term that is missing in the translation.

    >>> glossary = Glossary.from_dict({"Biển Đông": "East Sea"})
    >>> check_terms("ở Biển Đông", "in the South China Sea", glossary=glossary,
    ...             source_lang="vi", target_lang="en")[0].message
    'The term "Biển Đông" should be translated as "East Sea", which is missing.'
    """
    uses = list_uses(
        source, target, glossary=glossary, source_lang=source_lang, target_lang=target_lang
    )
    return list_missing(uses, target_lang)


def list_missing(uses: Iterable[Use], lang: str) -> list[Finding]:
    """Return a warning for every use that is missing in the translation into `lang`."""
    return [_warn(use, lang) for use in uses if use.place is None]


def list_terms(text: str, *, glossary: Glossary, lang: str) -> list[str]:
    """Return the terms of a text as they are written there."""
    return [mention.text for mention in glossary.find(text, lang=lang)]


def drop_explained(findings: Iterable[Finding], uses: Sequence[Use]) -> list[Finding]:
    """Return the findings that are not explained by a correctly translated term.

    Other checks do not know the glossary and expect South China Sea for Biển Đông.
    """
    fulfilled = [use for use in uses if use.place]
    return [
        finding
        for finding in findings
        if finding.severity == "info"
        or not any(
            _is_inside(finding.source, use.mention.span) or _is_inside(finding.target, use.place)
            for use in fulfilled
        )
    ]


def _list_forms(mention: Mention, lang: str) -> tuple[str, ...]:
    forms = mention.term.forms(lang)
    if mention.term.is_kept:
        return tuple(dict.fromkeys([mention.text, *forms]))
    if lang != "en":
        return forms
    return tuple(dict.fromkeys([*forms, *(other for form in forms for other in inflect(form))]))


def _locate(uses: Sequence[Use], target: str, glossary: Glossary) -> dict[int, Span]:
    """Return the spans of the uses in the translation by number; kept terms must match exactly."""
    loose = Matcher(case="ignore" if glossary.case == "ignore" else "more")
    exact = Matcher(case="exact")
    for number, use in enumerate(uses):
        for form in use.forms:
            (exact if use.mention.term.is_kept else loose).add(form, number)
    return loose.find_first(target) | exact.find_first(target)


def _warn(use: Use, lang: str) -> Finding:
    if use.mention.term.is_kept:
        message = f'The term "{use.mention.text}" should be kept untranslated, but is missing.'
    else:
        wanted = " or ".join(f'"{form}"' for form in use.mention.term.forms(lang))
        message = (
            f'The term "{use.mention.text}" should be translated as {wanted}, which is missing.'
        )
    return Finding(kind="term", severity="warning", message=message, source=use.mention.span)


def _is_inside(span: Span | None, other: Span | None) -> bool:
    return bool(span and other and other.start <= span.start and span.end <= other.end)

"""Consistent spelling of names in a document: Viet Nam and Vietnam become one of the two.

Applies to glossary terms with several forms, and to names that equal a name of the source except
for diacritics, spaces and hyphens. The most common form is used, the first one in case of a tie.
Names with two forms in one sentence, such as an abbreviation and its meaning, are not changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vnsum.glossary import Glossary
from vnsum.glossary.matching import Matcher, Token, cut, fold
from vnsum.results.findings import overlap
from vnsum.results.result import CheckedText, Span
from vnsum.translation.repair.changes import Change, apply_changes

LONGEST_NAME = 4  # words
FEWEST_LETTERS = 5  # of a name; "Thế" equals "The" at the start of a sentence
SAME = frozenset(["-", "–"])  # optional inside a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A spelling of a name in a translation; equal keys mean the same name."""

    key: tuple[str, ...]
    text: str
    span: Span


def unify_forms(
    table: Mapping[str, CheckedText], *, glossary: Glossary, source: str, target: str
) -> dict[str, CheckedText]:
    """Return the translations of the texts of a document with one spelling per name.

    >>> table = {"Hạ Long đẹp": CheckedText(text="Ha Long is fine"),
    ...          "ở Hạ Long": CheckedText(text="in Halong"), "Hạ Long": CheckedText(text="Ha Long")}
    >>> done = unify_forms(table, glossary=Glossary(), source="vi", target="en")
    >>> done["ở Hạ Long"].text
    'in Ha Long'
    """
    used = {
        text: _drop_ambiguous([*_list_terms(text, checked.text, glossary, source, target),
                                  *_list_names(text, checked.text, glossary, source)])
        for text, checked in table.items()
    }  # fmt: skip
    counts: dict[tuple[str, ...], Counter[str]] = {}
    for forms in used.values():
        for key, text in {form.key: form.text for form in forms}.items():
            counts.setdefault(key, Counter())[text] += 1
    chosen = {key: counter.most_common(1)[0][0] for key, counter in counts.items()}
    return {text: _write(checked, used[text], chosen) for text, checked in table.items()}


def _list_terms(
    text: str, translation: str, glossary: Glossary, source: str, target: str
) -> Iterator[Form]:
    """Yield the occurrences of terms with several forms."""
    for term in dict.fromkeys(mention.term for mention in glossary.find(text, lang=source)):
        forms = term.forms(target)
        if len(forms) > 1 and not term.is_kept:
            matcher = Matcher(case="exact")
            for number, form in enumerate(forms):
                matcher.add(form, number)
            for match in matcher.find(translation):
                yield Form(key=forms, text=forms[match.owner], span=match.span)


def _list_names(text: str, translation: str, glossary: Glossary, source: str) -> Iterator[Form]:
    """Yield the names in the translation that have the letters of a name in the source."""
    terms = [mention.span for mention in glossary.find(text, lang=source)]
    keys = {
        key
        for key, words, span in _list_runs(text)
        if (words > 1 or source == "en") and not any(overlap(span, term) for term in terms)
    }
    end = 0
    for key, _, span in _list_runs(translation):
        written = translation[span.start : span.end]
        if key in keys and span.start >= end and not written.isupper():
            yield Form(key=(key,), text=written, span=span)
            end = span.end


def _list_runs(text: str) -> Iterator[tuple[str, int, Span]]:
    """Yield letters, word count and span of every run of capitalized words, longest first."""
    tokens = cut(text)
    for start in range(len(tokens)):
        for end in range(min(len(tokens), start + 2 * LONGEST_NAME - 1), start, -1):
            run = tokens[start:end]
            words = [token for token in run if token.is_word]
            if len(words) <= LONGEST_NAME and _is_name(run):
                key = "".join(fold(word.text, False) for word in words)
                if len(key) >= FEWEST_LETTERS:
                    yield key, len(words), Span(start=run[0].start, end=run[-1].end)


def _is_name(run: Sequence[Token]) -> bool:
    inner = (token.text[0].isupper() if token.is_word else token.text in SAME for token in run)
    return run[0].is_word and run[-1].is_word and all(inner)


def _drop_ambiguous(forms: Sequence[Form]) -> list[Form]:
    written: dict[tuple[str, ...], set[str]] = {}
    for form in forms:
        written.setdefault(form.key, set()).add(form.text)
    return [form for form in forms if len(written[form.key]) == 1]


def _write(
    checked: CheckedText, forms: Sequence[Form], chosen: Mapping[tuple[str, ...], str]
) -> CheckedText:
    """Return the translation with the chosen forms."""
    changes = (
        Change(
            form.span,
            new,
            "term",
            f'"{form.text}" was changed to "{new}", the form in the rest of the document.',
        )
        for form in forms
        if (new := chosen[form.key]) != form.text
    )
    return apply_changes(checked, changes)

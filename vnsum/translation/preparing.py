"""The source text as models read it: dates with slashes, abbreviations written out."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from vnsum.glossary import Glossary
from vnsum.languages.abbreviations import find_abbreviations
from vnsum.normalization import PlainText, replace_parts
from vnsum.quantities.writing import slash_dates
from vnsum.results.result import CheckedText, Span


class Prepared(NamedTuple):
    """A text for the model, and where its characters are in the text before if that is longer."""

    text: str
    places: PlainText | None = None

    def restore_spans(self, checked: CheckedText) -> CheckedText:
        """Return a translation with the source spans of its findings in the text before."""
        if self.places is None:
            return checked
        findings = (
            replace(finding, source=_place(finding.source, self.places))
            for finding in checked.findings
        )
        return replace(checked, findings=tuple(findings))


def _place(span: Span | None, places: PlainText) -> Span | None:
    if span is None:
        return None
    start, end = places.locate(span.start, span.end)
    return Span(start=start, end=end)


def prepare(text: str, lang: str, glossary: Glossary) -> Prepared:
    """Return a text as the model reads it; abbreviations in terms of the glossary stay.

    >>> prepare("CSGT dừng xe ngày 5-3.", "vi", Glossary()).text
    'Cảnh sát giao thông dừng xe ngày 5/3.'
    """
    if lang != "vi":
        return Prepared(text)
    mentions = glossary.find(text, lang=lang)
    terms = {place for m in mentions for place in range(m.span.start, m.span.end)}
    changes = [
        (start, end, meaning)
        for start, end, meaning in find_abbreviations(text)
        if terms.isdisjoint(range(start, end))
    ]
    if not changes:
        return Prepared(slash_dates(text))
    written = replace_parts(text, changes)
    return Prepared(slash_dates(written.text), written)

"""The source text as models read it: dates with slashes, abbreviations written out."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnsum.glossary import Glossary
from vnsum.languages.abbreviations import find_abbreviations
from vnsum.quantities.writing import slash_dates
from vnsum.results.result import CheckedText, Span


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text for the model, and where words were written out: `changes` are spans of `text` and of
    the text before, in order."""

    text: str
    changes: Sequence[tuple[Span, Span]] = ()

    def restore_spans(self, checked: CheckedText) -> CheckedText:
        """Return a translation with the source spans of its findings in the text before."""
        if not self.changes:
            return checked
        findings = (
            replace(finding, source=self._restore(finding.source)) if finding.source else finding
            for finding in checked.findings
        )
        return replace(checked, findings=tuple(findings))

    def _restore(self, span: Span) -> Span:
        """Return a span in the text before, with the whole of the changes that it touches."""
        starts = [new.start for new, _ in self.changes]
        first = bisect.bisect_right(starts, span.start) - 1
        last = bisect.bisect_left(starts, span.end) - 1
        return Span(
            start=self._place(span.start, first, inside="start"),
            end=self._place(span.end, last, inside="end"),
        )

    def _place(self, place: int, index: int, *, inside: str) -> int:
        if index < 0:  # before all changes
            return place
        new, old = self.changes[index]
        if place < new.end or (inside == "end" and place == new.end):
            return old.start if inside == "start" else old.end
        return place + old.end - new.end


def prepare(text: str, lang: str, glossary: Glossary) -> Prepared:
    """Return a text as the model reads it; abbreviations in terms of the glossary stay.

    >>> prepare("CSGT dừng xe ngày 5-3.", "vi", Glossary()).text
    'Cảnh sát giao thông dừng xe ngày 5/3.'
    """
    if lang != "vi":
        return Prepared(text)
    mentions = glossary.find(text, lang=lang)
    terms = {place for m in mentions for place in range(m.span.start, m.span.end)}
    pieces: list[str] = []
    changes = []
    end = length = 0
    for start, stop, meaning in find_abbreviations(text):
        if terms.isdisjoint(range(start, stop)):
            pieces += [text[end:start], meaning]
            length += start - end
            new = Span(start=length, end=length + len(meaning))
            changes.append((new, Span(start=start, end=stop)))
            length, end = new.end, stop
    return Prepared(slash_dates("".join([*pieces, text[end:]])), changes)

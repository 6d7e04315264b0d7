"""`DocumentSummarizer`: select sentences, resolve references, translate, assemble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vnsum import assembly, languages, summarization
from vnsum.names.people import Person, find_people
from vnsum.pipeline.translating import (
    DocumentTranslator,
    note_language,
    note_texts,
    other_language,
    sign,
)
from vnsum.results.document import Document
from vnsum.results.result import (
    BilingualSummary,
    CheckedText,
    Finding,
    Summary,
)
from vnsum.summarization import Budget, Summarizer
from vnsum.summarization.budget import count_words


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSummarizer:
    """Summarizes documents in their own language and translates the summaries."""

    summarizer: Summarizer
    translator: DocumentTranslator

    def summarize(
        self, documents: Sequence[Document], budget: Budget, to: str | None
    ) -> list[BilingualSummary]:
        """Return the summary of each document; `to` is by default the other language."""
        targets = [
            languages.require(to) if to is not None else other_language(document.lang)
            for document in documents
        ]
        selected = summarization.summarize_many(self.summarizer, documents, budget)
        people = [find_people(document) for document in documents]
        summaries = []
        for own, document, named in zip(selected, documents, people, strict=True):
            cleared = assembly.clear_references(document, own, named)
            fitting = keep_within(own.sentences, cleared.sentences, budget.words)
            summaries.append(replace(own, sentences=fitting))
        texts = [
            [*filter(None, [document.title]), *(s.text for s in summary.sentences)]
            for document, summary in zip(documents, summaries, strict=True)
        ]
        translated = self.translator.translate_texts(documents, texts, targets)
        return [
            self._assemble(*parts)
            for parts in zip(documents, summaries, people, targets, translated, strict=True)
        ]

    def _assemble(
        self,
        document: Document,
        summary: Summary,
        people: Sequence[Person],
        to: str,
        checked: dict[str, CheckedText],
    ) -> BilingualSummary:
        targets = [checked[sentence.text] for sentence in summary.sentences]
        paired = assembly.pair_up(document, summary, targets, people, target_lang=to)
        return replace(
            paired,
            title=checked[document.title].text if document.title else None,
            findings=(
                *document.findings,
                *note_language(document, to),
                *note_texts({document.title: "title"}, checked),
                *paired.findings,
            ),
            signature=sign(summary.signature, self.translator.translator.signature),
        )


def keep_within(before: Sequence[Any], after: Sequence[Any], words: int | None) -> tuple[Any, ...]:
    """Return the sentences `after` their edits, without those edits that exceed `words`.

    `before` and `after` are sentences of summaries or of digests. The last edits are given up
    first, and a finding says so.
    """
    kept = list(after)
    left = (words or 0) - sum(count_words(sentence.text) for sentence in after)
    for index in reversed(range(len(kept))):
        grown = count_words(after[index].text) - count_words(before[index].text)
        if words is not None and left < 0 < grown:
            message = f"A reference was not resolved, as the text may have only {words} words."
            finding = Finding(kind="reference", severity="warning", message=message)
            kept[index] = replace(before[index], findings=(*before[index].findings, finding))
            left += grown
    return tuple(kept)

"""`DocumentSummarizer`: select sentences, resolve references, translate, assemble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnsum import assembly, languages, summarization
from vnsum.names.people import Person, find_people
from vnsum.pipeline.translating import DocumentTranslator, note_language, other_language, sign
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, CheckedText, Summary
from vnsum.summarization import Budget, Summarizer


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
        summaries = [
            assembly.clear_references(*parts)
            for parts in zip(documents, selected, people, strict=True)
        ]
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
            findings=(*document.findings, *note_language(document, to), *paired.findings),
            signature=sign(summary.signature, self.translator.translator.signature),
        )

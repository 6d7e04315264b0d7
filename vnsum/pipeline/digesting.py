"""`Digester`: a digest of several articles, translated and assembled as a summary is."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnsum import assembly, languages, require, summarization
from vnsum.names.people import find_people
from vnsum.pipeline.summarizing import keep_within
from vnsum.pipeline.translating import (
    DocumentTranslator,
    note_language,
    note_texts,
    other_language,
    sign,
)
from vnsum.results.digest import Digest, DigestSummary
from vnsum.results.document import Document
from vnsum.results.result import CheckedText, Finding
from vnsum.summarization import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Digester:
    """Writes digests of articles in the language of most of them and translates these."""

    translator: DocumentTranslator

    def digest(
        self,
        documents: Sequence[Document],
        budget: Budget,
        *,
        to: str | None = None,
        title: str | None = None,
    ) -> Digest:
        """Return the digest of `documents`; `to` is by default the other language.

        `title` is by default that of the article that most sentences are from or supported by.
        """
        if title is not None:
            title = require.encodable(title, "title")
        if to is not None:
            to = languages.require(to)
        summary = _clear_references(summarization.digest(documents, budget), budget)
        target_lang = to or other_language(summary.lang)
        first = _represent(summary)
        source_title = title if title is not None else _own_title(summary, first)
        translated = self._translate(summary, target_lang, source_title, first)
        targets = [translated[s.evidence[0].article][s.text] for s in summary.sentences]
        people = find_people(_join(summary))
        paired = assembly.pair_up_digest(summary, targets, people, target_lang=target_lang)
        return replace(
            paired,
            source_title=source_title or None,
            title=translated[first][source_title].text if source_title else None,
            findings=(
                *_note_articles(summary, target_lang),
                *note_texts({source_title: "title"}, translated[first]),
                *paired.findings,
            ),
            signature=sign(summary.signature, self.translator.translator.signature),
        )

    def _translate(
        self, summary: DigestSummary, to: str, title: str | None, first: int
    ) -> dict[int, dict[str, CheckedText]]:
        """Return the translations of the sentences and the title, by the article they are from."""
        texts: dict[int, list[str]] = {first: [title] if title else []}
        for sentence in summary.sentences:
            texts.setdefault(sentence.evidence[0].article, []).append(sentence.text)
        # The title may be given for articles in the other language.
        documents = [replace(summary.documents[index], lang=summary.lang) for index in texts]
        done = self.translator.translate_together(documents, [*texts.values()], to)
        return dict(zip(texts, done, strict=True))


def _clear_references(summary: DigestSummary, budget: Budget) -> DigestSummary:
    printed = {sentence.evidence[0].article for sentence in summary.sentences}
    people = {index: find_people(summary.documents[index]) for index in printed}
    cleared = assembly.clear_digest_references(summary, people)
    fitting = keep_within(summary.sentences, cleared.sentences, budget.words)
    return replace(cleared, sentences=fitting)


def _represent(summary: DigestSummary) -> int:
    """Return the article that most sentences are from or supported by, of those with a title."""
    counts = Counter(index for sentence in summary.sentences for index in sentence.articles)
    printed = [sentence.evidence[0].article for sentence in summary.sentences]

    def rank(index: int) -> tuple[bool, int, int, int]:
        return bool(_own_title(summary, index)), counts[index], printed.count(index), -index

    return max(range(len(summary.documents)), key=rank)


def _own_title(summary: DigestSummary, index: int) -> str | None:
    """Return the title of an article if it is in the language of the digest."""
    document = summary.documents[index]
    title = (document.title or "").strip()
    return title if title and document.lang == summary.lang else None


def _join(summary: DigestSummary) -> Document:
    """Return the sentences of all printed articles as one document, to find the people in it."""
    printed = sorted({sentence.evidence[0].article for sentence in summary.sentences})
    sentences = [s for index in printed for s in summary.documents[index].sentences]
    ends = [*itertools.accumulate(len(s.text) + 1 for s in sentences)]
    return Document(
        text="\n".join(s.text for s in sentences),
        lang=summary.lang,
        sentences=tuple(
            replace(s, start=end - len(s.text) - 1, end=end - 1)
            for s, end in zip(sentences, ends, strict=True)
        ),
    )


def _note_articles(summary: DigestSummary, to: str) -> list[Finding]:
    """Return the warnings and errors of the articles, and a note if nothing was translated."""
    found = [
        replace(finding, message=f"Article {index + 1}: {finding.message}")
        for index, document in enumerate(summary.documents)
        for finding in (*document.findings, *note_language(document, to))
        if finding.severity != "info"
    ]
    if summary.lang == to and summary.sentences:
        name = languages.LANGUAGES[to].name
        message = f"The articles are already in {name}, so the digest was not translated."
        found.insert(0, Finding(kind="language", severity="info", message=message))
    return found

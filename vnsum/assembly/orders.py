"""The two orders of a bilingual summary: summarize and then translate, or the other way round.

Translate-first summarizes a document made of the translations; here that document is made, and its
summary is brought back to the sentences of the article. Nothing here translates or picks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnsum.results.document import Document, Sentence
from vnsum.results.result import Finding, Summary, SummarySentence

SUMMARIZE_FIRST, TRANSLATE_FIRST = "summarize-first", "translate-first"
ORDERS = (SUMMARIZE_FIRST, TRANSLATE_FIRST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A document of translations; sentence `i` of it is sentence `sources[i]` of the article."""

    document: Document
    sources: tuple[int, ...]


def translate_document(
    document: Document, targets: Sequence[str], *, lang: str, title: str | None
) -> Translated:
    """Return the document of `targets`, one for every sentence; empty ones are left out."""
    sentences: list[Sentence] = []
    sources: list[int] = []
    text = ""
    for index, (source, target) in enumerate(zip(document.sentences, targets, strict=True)):
        if not target.strip():
            continue
        if sentences:
            text += " " if sentences[-1].paragraph == source.paragraph else "\n\n"
        start = len(text)
        text += target
        sentences.append(
            Sentence(text=target, start=start, end=len(text), paragraph=source.paragraph)
        )
        sources.append(index)
    made = Document(
        text=text,
        lang=lang,
        title=title,
        published=document.published,
        sentences=tuple(sentences),
    )
    return Translated(document=made, sources=tuple(sources))


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """A summary in the article's language; `words` are the model's own for some of its texts."""

    summary: Summary
    words: dict[str, tuple[str, tuple[Finding, ...]]]


def bring_back(document: Document, translated: Translated, summary: Summary) -> BroughtBack:
    """Return a summary of the translation as one of the article, with the same evidence.

    A sentence that was picked becomes its source sentence. For one that a model wrote the article
    has no sentence: its evidence stands there instead, joined by spaces.
    """
    words: dict[str, tuple[str, tuple[Finding, ...]]] = {}
    sentences = []
    for sentence in summary.sentences:
        evidence = tuple(translated.sources[index] for index in sentence.evidence)
        text = " ".join(document.sentences[index].text for index in evidence)
        picked = [translated.document.sentences[index].text for index in sentence.evidence]
        if picked != [sentence.text]:
            found = (replace(finding, source=None, target=finding.source)
                     for finding in sentence.findings)  # fmt: skip
            words[text] = sentence.text, tuple(found)
        sentences.append(SummarySentence(text=text, evidence=evidence, score=sentence.score))
    made = replace(summary, lang=document.lang, sentences=tuple(sentences))
    return BroughtBack(summary=made, words=words)

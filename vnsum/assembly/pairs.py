"""Combining a summary and its translated sentences into a `BilingualSummary`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vnsum.assembly.dates import resolve_dates
from vnsum.assembly.names import list_names
from vnsum.names.people import Person
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, CheckedText, Summary, SummaryName, SummaryPair


def pair_up(
    document: Document,
    summary: Summary,
    targets: Sequence[CheckedText],
    people: Sequence[Person],
    *,
    target_lang: str,
) -> BilingualSummary:
    """Return the bilingual summary, with its dates, names and findings.

    `targets` are the translations into `target_lang` of the sentences of `summary`, in order. The
    translated title is not set, and the signature is that of `summary`.
    """
    pairs = tuple(
        SummaryPair(
            source=replace(sentence, findings=()),
            target=target.text,
            findings=(*sentence.findings, *target.findings),
            dates=resolve_dates(sentence.text, document.lang, document.published),
            confidence=target.confidence,
        )
        for sentence, target in zip(summary.sentences, targets, strict=True)
    )
    return BilingualSummary(
        document=document,
        target_lang=target_lang,
        pairs=pairs,
        findings=summary.findings,
        signature=summary.signature,
        names=_names(document, pairs, people, target_lang),
    )


def _names(
    document: Document, pairs: Sequence[SummaryPair], people: Sequence[Person], lang: str
) -> tuple[SummaryName, ...]:
    texts = [{document.lang: pair.source.text, lang: pair.target} for pair in pairs]
    if not pairs or {document.lang, lang} != {"vi", "en"}:
        return ()
    known = people if document.lang == "vi" else ()
    return list_names([(sides["vi"], sides["en"]) for sides in texts], known)

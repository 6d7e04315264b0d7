"""Combining sentences and their translations into a `BilingualSummary` or a `Digest`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vnsum.assembly.dates import resolve_dates
from vnsum.assembly.names import list_names
from vnsum.names.people import Person
from vnsum.results.digest import Digest, DigestPair, DigestSummary
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
        SummaryPair(**_pair(sentence, target, document.lang, document.published))
        for sentence, target in zip(summary.sentences, targets, strict=True)
    )
    return BilingualSummary(
        document=document,
        target_lang=target_lang,
        pairs=pairs,
        findings=summary.findings,
        signature=summary.signature,
        names=_names(pairs, people, document.lang, target_lang),
    )


def pair_up_digest(
    summary: DigestSummary,
    targets: Sequence[CheckedText],
    people: Sequence[Person],
    *,
    target_lang: str,
) -> Digest:
    """Return the bilingual digest; as `pair_up`, with the date of the article of each sentence.

    The titles are not set, and the signature is that of `summary`.
    """
    pairs = []
    for sentence, target in zip(summary.sentences, targets, strict=True):
        published = summary.documents[sentence.evidence[0].article].published
        pairs.append(DigestPair(**_pair(sentence, target, summary.lang, published)))
    return Digest(
        documents=summary.documents,
        lang=summary.lang,
        target_lang=target_lang,
        pairs=tuple(pairs),
        findings=summary.findings,
        signature=summary.signature,
        names=_names(pairs, people, summary.lang, target_lang),
    )


def _pair(
    sentence: Any, target: CheckedText, lang: str, published: datetime.date | None
) -> dict[str, Any]:
    """Return the fields of the pair of a sentence and its translation."""
    return {
        "source": replace(sentence, findings=()),
        "target": target.text,
        "findings": (*sentence.findings, *target.findings),
        "dates": resolve_dates(sentence.text, lang, published),
        "confidence": target.confidence,
    }


def _names(
    pairs: Sequence[SummaryPair | DigestPair],
    people: Sequence[Person],
    source_lang: str,
    target_lang: str,
) -> tuple[SummaryName, ...]:
    texts = [{source_lang: pair.source.text, target_lang: pair.target} for pair in pairs]
    if not pairs or {source_lang, target_lang} != {"vi", "en"}:
        return ()
    return list_names([(sides["vi"], sides["en"]) for sides in texts], people, source=source_lang)

"""Summaries in a model's own words, each sentence tied to the source sentences that support it.

A `Writer` writes; here the article is made to fit it, what it wrote is checked against the article
sentence by sentence, and everything that is left out is told. Nothing is cut in silence.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from vnsum.boundaries import sentence_ends
from vnsum.checkpoints.abstracts import AbstractSpec, resolve_abstract
from vnsum.document import Document
from vnsum.errors import LanguageError
from vnsum.languages import LANGUAGES
from vnsum.result import Finding, Span, Summary, SummarySentence
from vnsum.summarization.budget import Budget
from vnsum.summarization.ranker import Ranker
from vnsum.summarization.support import Support, Supporter
from vnsum.summarization.writer import CheckpointWriter, Writer, Written

# Shares of the words of a sentence that its evidence has. Measured on the reference summaries of
# VietNews: of those of the same article 7 % lie below the first and 20 % below the second, of
# those of another article 97 % and 99 %.
LEAST_SUPPORT = 0.3
GOOD_SUPPORT = 0.45
UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstractive:
    """Let `writer` write the summary and keep what the article supports.

    The score of a sentence is the share of its words, weighed by rarity, that its evidence has.
    Sentences below `LEAST_SUPPORT` are left out and those below `GOOD_SUPPORT` get a warning;
    figures that the evidence does not have are errors. A summary has at most as many sentences as
    the budget allows, and fewer where the model wrote fewer.
    """

    writer: Writer

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str] | AbstractSpec,
        *,
        device: str | None = None,
        offline: bool | None = None,
    ) -> Abstractive:
        """Return the summarizer of a known name, a folder, a Hugging Face id, or a row of yours.

        Weights are loaded at the first article. Raises `ModelError` for an unknown name.
        """
        spec = (
            model if isinstance(model, AbstractSpec) else resolve_abstract(model, offline=offline)
        )
        return cls(writer=CheckpointWriter(spec, device=device, offline=offline))

    @property
    def signature(self) -> str:
        """The writer's signature."""
        return self.writer.signature

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return what the model wrote of `document` as far as the article supports it."""
        if document.lang not in self.writer.languages:
            raise LanguageError(
                f"the summarizer {self.signature!r} writes {' and '.join(self.writer.languages)}, "
                f"and the text is in {document.lang!r}: use summarizer='ranker'"
            )
        limit = budget.limit(len(document.sentences))
        if not limit:
            return Summary(lang=document.lang, signature=self.signature)
        chosen, notes = self._fit(document)
        if not chosen:
            return Summary(lang=document.lang, signature=self.signature, findings=tuple(notes))
        text = " ".join(document.sentences[index].text for index in chosen)
        written = self.writer.write(text, lang=document.lang)
        kept = _check(document, _split(written, document.lang, notes), notes)
        if len(kept) > limit:
            notes.append(_note(f"The model wrote {len(kept)} sentences; the budget has {limit}.",
                               "info"))  # fmt: skip
        return Summary(
            lang=document.lang,
            sentences=tuple(kept[:limit]),
            signature=self.signature,
            findings=tuple(notes),
        )

    def _fit(self, document: Document) -> tuple[list[int], list[Finding]]:
        """Return the sentences that the model can read: all, or the best-ranked that fit."""
        costs = self.writer.count_tokens([sentence.text for sentence in document.sentences])
        room = self.writer.max_source_tokens
        if sum(costs) + len(costs) <= room:
            return list(range(len(costs))), []
        ranked = Ranker().summarize(document, Budget(ratio=1.0)).sentences
        chosen: list[int] = []
        left = room
        for sentence in sorted(ranked, key=lambda sentence: -sentence.score):
            (index,) = sentence.evidence
            if costs[index] + 1 <= left:
                chosen.append(index)
                left -= costs[index] + 1
        message = (
            f"The article has {sum(costs)} tokens and the model reads {room}: it was given the "
            f"{len(chosen)} best-ranked of {len(costs)} sentences."
        )
        return sorted(chosen), [_note(message, "warning")]


def _split(written: Written, lang: str, notes: list[Finding]) -> list[str]:
    """Return the sentences of what was written, without one that the length limit cut."""
    language = LANGUAGES[lang]
    text = " ".join(written.text.split())
    ends = sentence_ends(text, language.propose(text), language.rules()) if text else []
    sentences = [text[a:b].strip() for a, b in zip([0, *ends], ends, strict=False)]
    sentences = [sentence for sentence in sentences if sentence]
    if not written.finished and sentences:
        notes.append(_note("The model came to its length limit; its last sentence, cut short, was "
                           "left out.", "warning"))  # fmt: skip
        sentences.pop()
    return sentences


def _check(
    document: Document, sentences: Sequence[str], notes: list[Finding]
) -> list[SummarySentence]:
    """Return the sentences that the article supports, with their evidence and findings."""
    supporter = Supporter(document)
    kept: dict[str, SummarySentence] = {}
    for text in sentences:
        support = supporter.align(text)
        if text in kept:
            notes.append(Finding(kind="loop", severity="warning",
                                 message=f"The model wrote this twice: “{text}”"))  # fmt: skip
        elif support.share < LEAST_SUPPORT:
            message = f"Left out, because the article does not support it: “{text}”"
            notes.append(Finding(kind=UNSUPPORTED, severity="warning", message=message))
        else:
            kept[text] = SummarySentence(
                text=text, evidence=support.evidence, score=support.share,
                findings=_findings(support),
            )  # fmt: skip
    return [*kept.values()]


def _findings(support: Support) -> tuple[Finding, ...]:
    found = [
        Finding(
            kind=UNSUPPORTED,
            severity="error",
            message=f'The evidence does not have "{figure.text}".',
            source=Span(start=figure.start, end=figure.end),
        )
        for figure in support.missing
    ]
    if support.share < GOOD_SUPPORT:
        message = f"The evidence has only {support.share:.0%} of the words of this sentence."
        found.append(Finding(kind=UNSUPPORTED, severity="warning", message=message))
    return tuple(found)


def _note(message: str, severity: str) -> Finding:
    return Finding(kind="length", severity=severity, message=message)

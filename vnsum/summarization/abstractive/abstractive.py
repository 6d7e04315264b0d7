"""Abstractive summaries whose sentences are aligned with the source sentences that support them.

The article is fitted to the context window of a `SummaryGenerator`; each generated sentence is
checked against the article, and every omission is reported as a finding.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from vnsum import require
from vnsum.checkpoints.summarizers import AbstractSpec, resolve_abstract
from vnsum.errors import LanguageError
from vnsum.languages import LANGUAGES
from vnsum.results.document import Document
from vnsum.results.result import Finding, Severity, Span, Summary, SummarySentence
from vnsum.segmentation.boundaries import sentence_ends
from vnsum.summarization.abstractive.excerpt import cut_excerpt
from vnsum.summarization.abstractive.generation import (
    GeneratedSummary,
    SummaryGenerator,
    make_generator,
)
from vnsum.summarization.abstractive.support import EvidenceAligner, Support
from vnsum.summarization.budget import Budget, require_task
from vnsum.summarization.extractive.tfidf import syllables
from vnsum.summarization.ranker.ranker import Ranker
from vnsum.summarization.ranker.rouge_estimate import RougeEstimator
from vnsum.summarization.text_type import text_type_findings

# Shares of the words of a sentence that occur in its evidence. Of the reference summaries of
# VietNews, 7 % are below the first threshold and 20 % below the second; compared with a different
# article, 97 % and 99 % are.
LEAST_SUPPORT = 0.3
GOOD_SUPPORT = 0.45
UNSUPPORTED: Final = "unsupported"
# Weights of the estimated ROUGE-1 and ROUGE-2 by which hypotheses are ranked. Chosen, with
# `LEAST_RATE`, on 100 training articles; adding the model's own likelihood gained nothing.
WEIGHTS = (0.5, 0.5)
# New pairs of syllables indicate errors of a small model. Of 20 summaries read, four of the five
# with false statements had 15 to 29 % new pairs; of the others, one had 19 %, the rest at most 9 %.
MOST_NEW = 0.12
MOST_BESIDES = 0.15  # share of new syllables up to which a text counts as repeating the headline
LEAST_RATE = 0.9  # minimum estimated ROUGE relative to that of the ranker's sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstractive:
    """Generate a summary with `generator` and keep the sentences that the article supports.

    The score of a sentence is the share of its words, weighted by rarity, that occur in its
    evidence. Sentences below `LEAST_SUPPORT` are removed and those below `GOOD_SUPPORT` get a
    warning; figures that are not in the evidence are errors. Among the hypotheses of the generator,
    the one without errors and with the highest estimated ROUGE is used. The summary may be shorter
    than the budget. If no generated sentence is supported, sentences selected by the ranker are
    used instead, and a finding says so.

    `extract_words` limits the input to the headline and the best sentences, in words; 0 means the
    whole article, as far as it fits. It is meant for small models, whose output has to pass
    stricter checks: no wrong figures, no figures from several sentences in one, no new words and
    few new pairs of syllables, more than the headline, and an estimated ROUGE close to that of the
    ranker's sentences.
    """

    generator: SummaryGenerator
    extract_words: int = 0

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str] | AbstractSpec,
        *,
        device: str | None = None,
        offline: bool | None = None,
        threads: int | None = None,
    ) -> Abstractive:
        """Return the summarizer for a known name, a folder, a Hugging Face id or an `AbstractSpec`.

        Weights are loaded at the first article. Raises `ModelError` if the name is unknown.
        """
        spec = (
            model if isinstance(model, AbstractSpec) else resolve_abstract(model, offline=offline)
        )
        generator = make_generator(spec, device=device, offline=offline, threads=threads)
        return cls(generator=generator, extract_words=spec.extract_words)

    @property
    def signature(self) -> str:
        """The generator's signature and the size of its input."""
        extract = [f"extract {self.extract_words}"] if self.extract_words else []
        return "|".join([self.generator.signature, *extract])

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return the generated sentences that `document` supports."""
        return self.summarize_many([document], budget)[0]

    def summarize_many(self, documents: Sequence[Document], budget: Budget) -> list[Summary]:
        """Return one summary per document; documents in the same language share batches."""
        documents = [*require.items(documents, "documents", "documents")]
        given = [self._prepare(document, budget) for document in documents]
        written: dict[int, GeneratedSummary] = {}
        for lang in self.generator.languages:
            places = [i for i, (text, _) in enumerate(given) if text and documents[i].lang == lang]
            if places:  # do not load weights needlessly
                found = self.generator.generate([given[place][0] for place in places], lang=lang)
                written.update(zip(places, found, strict=True))
        return [
            self._finish(document, budget, written.get(place), given[place][1])
            for place, document in enumerate(documents)
        ]

    def _prepare(self, document: Document, budget: Budget) -> tuple[str, list[Finding]]:
        """Return the generator's input, empty if no summary is needed, and findings."""
        require_task(document, budget)
        if document.lang not in self.generator.languages:
            raise LanguageError(
                f"the summarizer {self.signature!r} does not support {document.lang!r}: expected "
                f"{' or '.join(self.generator.languages)}, or use summarizer='ranker'"
            )
        if not budget.limit(len(document.sentences)):
            return "", []
        text, notes = self._extract(document) if self.extract_words else self._fit(document)
        return text, [*text_type_findings(document), *notes]

    def _finish(
        self,
        document: Document,
        budget: Budget,
        written: GeneratedSummary | None,
        notes: list[Finding],
    ) -> Summary:
        """Return the checked summary, or the ranker's summary if it fails the checks."""
        limit = budget.limit(len(document.sentences))
        if not limit:
            return Summary(lang=document.lang, signature=self.signature)
        if written is None:
            return self._fall_back(document, budget, notes)
        estimator = Ranker().rouge_estimator(document)
        version = self._choose(document, written, estimator)
        notes = [*notes, *version.notes]
        if not version.kept:
            return self._fall_back(document, budget, notes)
        if why := self._prefer_ranker(version, document, limit, estimator):
            return self._fall_back(document, budget, notes, why=why, instead_of=version)
        texts = [sentence.text for sentence in version.kept]
        fitting = budget.fill(texts, len(document.sentences))
        if not fitting:
            return self._fall_back(document, budget, notes)
        if len(fitting) < len(texts):
            allowed = f"{budget.words} words" if budget.words else f"{limit}"
            notes.append(_note(f"The model generated {len(texts)} sentences; the budget is "
                               f"{allowed}.", "info"))  # fmt: skip
        return Summary(
            lang=document.lang,
            sentences=tuple(version.kept[index] for index in fitting),
            signature=self.signature,
            findings=tuple(notes),
        )

    def _choose(
        self, document: Document, written: GeneratedSummary, estimator: RougeEstimator
    ) -> _CheckedSummary:
        """Return the best hypothesis without errors, else the best with a supported sentence."""
        aligner = EvidenceAligner(document)
        versions = [
            _check(aligner, one, document.lang, strict=bool(self.extract_words))
            for one in (written, *written.alternatives)
        ]
        kept = [version for version in versions if version.kept]
        sound = [version for version in kept if not version.has_error] or kept
        return max(
            sound,
            key=lambda version: _estimate_quality(version.text, estimator),
            default=versions[0],
        )

    def _prefer_ranker(
        self, version: _CheckedSummary, document: Document, limit: int, estimator: RougeEstimator
    ) -> str:
        """Return why the ranker's sentences are better, an empty string if they are not.

        At most two of its sentences are compared, the expected length of a generated summary.
        """
        if not self.extract_words:
            return ""
        if version.has_error:
            return "because it failed a check"
        if _repeats_headline(version.text, document.title or ""):
            return "because it only repeats the headline"
        chosen = Ranker().summarize(document, Budget(sentences=min(limit, 2)))
        least = LEAST_RATE * _estimate_quality(chosen.text, estimator)
        return (
            "because its estimated ROUGE is lower"
            if _estimate_quality(version.text, estimator) < least
            else ""
        )

    def _fall_back(
        self,
        document: Document,
        budget: Budget,
        notes: list[Finding],
        *,
        why: str = "",
        instead_of: _CheckedSummary | None = None,
    ) -> Summary:
        """Return the ranker's summary with a finding that says why."""
        chosen = Ranker().summarize(document, budget)
        if instead_of is None:
            reason = Finding(
                kind=UNSUPPORTED,
                severity="warning",
                message="No generated sentence was supported; using sentences extracted from the "
                "article.",
            )
        else:
            message = f"Extracted sentences replace the generated text {why}: “{instead_of.text}”."
            reason = Finding(kind=UNSUPPORTED, severity="info", message=message)
        return replace(
            chosen,
            signature=f"{self.signature}|{chosen.signature}",
            findings=(*notes, reason),
        )

    def _extract(self, document: Document) -> tuple[str, list[Finding]]:
        """Return the headline and the best sentences, fewer if they have too many tokens."""
        words = self.extract_words
        while words:
            text = " ".join(cut_excerpt(document, words=words).texts(document))
            if self.generator.count_tokens([text])[0] <= self.generator.max_source_tokens:
                return text, []
            words //= 2
        return "", [_note("No sentence of the article fits the model's context window.", "warning")]

    def _fit(self, document: Document) -> tuple[str, list[Finding]]:
        """Return all sentences, or the best-ranked ones that fit the context window."""
        texts = [sentence.text for sentence in document.sentences]
        costs = self.generator.count_tokens(texts)
        room = self.generator.max_source_tokens
        if sum(costs) + len(costs) <= room:
            return " ".join(texts), []
        ranked = Ranker().summarize(document, Budget(ratio=1.0)).sentences
        chosen: list[int] = []
        left = room
        for sentence in sorted(ranked, key=lambda sentence: -sentence.score):
            (index,) = sentence.evidence
            if costs[index] + 1 <= left:
                chosen.append(index)
                left -= costs[index] + 1
        message = (
            f"The article has {sum(costs)} tokens and the model accepts {room}; only the "
            f"{len(chosen)} best-ranked of {len(costs)} sentences were used."
        )
        return " ".join(texts[index] for index in sorted(chosen)), [_note(message, "warning")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _CheckedSummary:
    """The supported sentences of a hypothesis, and findings about the removed ones."""

    kept: tuple[SummarySentence, ...]
    notes: tuple[Finding, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.kept)

    @property
    def has_error(self) -> bool:
        findings = (finding for sentence in self.kept for finding in sentence.findings)
        return any(finding.severity == "error" for finding in findings)


def _estimate_quality(text: str, estimator: RougeEstimator) -> float:
    """Return the weighted mean of the estimated ROUGE scores."""
    rouge1, rouge2 = estimator.estimate(text)
    return WEIGHTS[0] * rouge1 + WEIGHTS[1] * rouge2


def _repeats_headline(text: str, headline: str) -> bool:
    """Return whether nearly all words of a text are in the headline."""
    units, known = syllables(text), frozenset(syllables(headline))
    return sum(unit not in known for unit in units) <= MOST_BESIDES * len(units)


def _check(
    aligner: EvidenceAligner, written: GeneratedSummary, lang: str, *, strict: bool
) -> _CheckedSummary:
    """Return the supported sentences with their evidence and findings.

    With `strict`, words and pairs of syllables that are not in the article are errors, and so are
    figures of several source sentences in one.
    """
    notes: list[Finding] = []
    kept: dict[str, SummarySentence] = {}
    for sentence in _split(written, lang, notes):
        support = aligner.align(sentence)
        if sentence in kept:
            message = f"The model repeated a sentence: “{sentence}”."
            notes.append(Finding(kind="loop", severity="warning", message=message))
        elif support.share < LEAST_SUPPORT:
            message = f"Removed, because the article does not support it: “{sentence}”."
            notes.append(Finding(kind=UNSUPPORTED, severity="warning", message=message))
        else:
            kept[sentence] = SummarySentence(
                text=sentence, evidence=support.evidence, score=support.share,
                findings=(
                    *_findings(support, sentence),
                    *_find_scattered(support, "error" if strict else "warning"),
                    *(_find_new(support) if strict else ()),
                ),
            )  # fmt: skip
    return _CheckedSummary(kept=tuple(kept.values()), notes=tuple(notes))


def _split(written: GeneratedSummary, lang: str, notes: list[Finding]) -> list[str]:
    """Return the sentences of a generated text, without one cut off by the length limit."""
    language = LANGUAGES[lang]
    text = " ".join(written.text.split())
    ends = sentence_ends(text, language.propose, language.rules()) if text else []
    sentences = [text[a:b].strip() for a, b in zip([0, *ends], ends, strict=False)]
    sentences = [sentence for sentence in sentences if sentence]
    if not written.finished and sentences:
        notes.append(_note("The model reached its length limit; the incomplete last sentence was "
                           "removed.", "warning"))  # fmt: skip
        sentences.pop()
    return sentences


def _findings(support: Support, text: str) -> tuple[Finding, ...]:
    found = [
        Finding(
            kind=UNSUPPORTED,
            severity="error",
            message=f'"{text[span.start : span.end]}" is not in the evidence.',
            source=span,
        )
        for span in support.missing
    ]
    if support.negation:
        message = f'The evidence is negated ("{support.negation}") but this sentence is not.'
        found.append(Finding(kind=UNSUPPORTED, severity="error", message=message))
    if support.share < GOOD_SUPPORT:
        message = f"Only {support.share:.0%} of the words of this sentence are in the evidence."
        found.append(Finding(kind=UNSUPPORTED, severity="warning", message=message))
    return tuple(found)


def _find_scattered(support: Support, severity: Severity) -> tuple[Finding, ...]:
    """Return findings about figures that come from different sentences of the article.

    Each figure is in the article, but may refer to something else there.
    """
    return tuple(
        Finding(
            kind=UNSUPPORTED,
            severity=severity,
            message=f'"{figure.text}" and the other figures are from different sentences.',
            source=Span(start=figure.start, end=figure.end),
        )
        for figure in support.scattered
    )


def _find_new(support: Support) -> tuple[Finding, ...]:
    found = []
    if support.new_words:
        words = ", ".join(support.new_words)
        message = f"Words that are not in the article: {words}."
        found.append(Finding(kind=UNSUPPORTED, severity="error", message=message))
    if support.new_pairs > MOST_NEW:
        message = (
            f"{support.new_pairs:.0%} of the pairs of adjacent syllables of this sentence are not "
            "in the article."
        )
        found.append(Finding(kind=UNSUPPORTED, severity="error", message=message))
    return tuple(found)


def _note(message: str, severity: Severity) -> Finding:
    return Finding(kind="length", severity=severity, message=message)

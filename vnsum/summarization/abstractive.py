"""Summaries in a model's own words, each sentence tied to the source sentences that support it.

A `Writer` writes; here the article is made to fit it, what it wrote is checked against the article
sentence by sentence, and everything that is left out is told. Nothing is cut in silence.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnsum.boundaries import sentence_ends
from vnsum.checkpoints.abstracts import AbstractSpec, resolve_abstract
from vnsum.document import Document
from vnsum.errors import LanguageError
from vnsum.languages import LANGUAGES
from vnsum.result import Finding, Span, Summary, SummarySentence
from vnsum.summarization.budget import Budget
from vnsum.summarization.expectation import Expectation
from vnsum.summarization.extract import cut_extract
from vnsum.summarization.ranker import Ranker
from vnsum.summarization.shape import note_shape
from vnsum.summarization.support import Support, Supporter
from vnsum.summarization.terms import syllables
from vnsum.summarization.writer import Writer, Written, make_writer

# Shares of the words of a sentence that its evidence has. Measured on the reference summaries of
# VietNews: of those of the same article 7 % lie below the first and 20 % below the second, of
# those of another article 97 % and 99 %.
LEAST_SUPPORT = 0.3
GOOD_SUPPORT = 0.45
UNSUPPORTED = "unsupported"
# What tells the better one of several texts: the ROUGE-1 and ROUGE-2 to expect. Chosen, with the
# share below, on 100 articles of the train set; how likely the model finds a text added nothing.
WEIGHTS = (0.5, 0.5)
# A small model errs where it puts words together that the article does not. Of 20 summaries that
# were read, four of the five with false statements had 15 to 29 % new pairs of syllables; of the
# others one had 19 % and the rest at most 9 %.
MOST_NEW = 0.12
MOST_BESIDES = 0.15  # of the syllables of the headline again that the headline does not have
LEAST_RATE = 0.9  # of what the ranker's sentences get, that the model's have to get to be taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstractive:
    """Let `writer` write the summary and keep what the article supports.

    The score of a sentence is the share of its words, weighed by rarity, that its evidence has.
    Sentences below `LEAST_SUPPORT` are left out and those below `GOOD_SUPPORT` get a warning;
    figures that the evidence does not have are errors. Of what the writer might have written, the
    text without an error is taken that has most of what a summary of the article is likely to say.
    A summary has at most as many sentences as the budget allows, and fewer where the model wrote
    fewer; where nothing is left of what it wrote, the ranker's sentences stand in, which a finding
    tells.

    With `extract_words`, the writer is given the headline and the best sentences, so many words in
    all; with 0 the whole article, as far as it can read. Writers that need extracts are small: what
    they wrote stands only without wrong figures, figures of several sentences in one, new words and
    more than few new combinations of words, where it says more than the headline, and where it is
    likely to say nearly as much as the ranker's sentences.
    """

    writer: Writer
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
        """Return the summarizer of a known name, a folder, a Hugging Face id, or a row of yours.

        Weights are loaded at the first article. Raises `ModelError` for an unknown name.
        """
        spec = (
            model if isinstance(model, AbstractSpec) else resolve_abstract(model, offline=offline)
        )
        writer = make_writer(spec, device=device, offline=offline, threads=threads)
        return cls(writer=writer, extract_words=spec.extract_words)

    @property
    def signature(self) -> str:
        """The writer's signature, and how much it is given to read."""
        extract = [f"extract {self.extract_words}"] if self.extract_words else []
        return "|".join([self.writer.signature, *extract])

    def summarize(self, document: Document, budget: Budget) -> Summary:
        """Return what the model wrote of `document` as far as the article supports it."""
        return self.summarize_many([document], budget)[0]

    def summarize_many(self, documents: Sequence[Document], budget: Budget) -> list[Summary]:
        """Return what the model wrote of each document, those of a language together."""
        given = [self._prepare(document, budget) for document in documents]
        written: dict[int, Written] = {}
        for lang in self.writer.languages:
            places = [i for i, (text, _) in enumerate(given) if text and documents[i].lang == lang]
            if places:  # or weights would be loaded for nothing
                found = self.writer.write([given[place][0] for place in places], lang=lang)
                written.update(zip(places, found, strict=True))
        return [
            self._finish(document, budget, written.get(place), given[place][1])
            for place, document in enumerate(documents)
        ]

    def _prepare(self, document: Document, budget: Budget) -> tuple[str, list[Finding]]:
        """Return what the writer is given, nothing where nothing is wanted, and what to note."""
        if document.lang not in self.writer.languages:
            raise LanguageError(
                f"the summarizer {self.signature!r} writes {' and '.join(self.writer.languages)}, "
                f"and the text is in {document.lang!r}: use summarizer='ranker'"
            )
        if not budget.limit(len(document.sentences)):
            return "", []
        text, notes = self._extract(document) if self.extract_words else self._fit(document)
        return text, [*note_shape(document), *notes]

    def _finish(
        self, document: Document, budget: Budget, written: Written | None, notes: list[Finding]
    ) -> Summary:
        """Return what may stay of what was written, or what stands in for it."""
        limit = budget.limit(len(document.sentences))
        if not limit:
            return Summary(lang=document.lang, signature=self.signature)
        if written is None:
            return self._stand_in(document, budget, notes)
        expectation = Ranker().expect(document)
        version = self._choose(document, written, expectation)
        notes = [*notes, *version.notes]
        if not version.kept:
            return self._stand_in(document, budget, notes)
        if why := self._prefer_ranker(version, document, limit, expectation):
            return self._stand_in(document, budget, notes, why=why, instead_of=version)
        if len(version.kept) > limit:
            notes.append(_note(f"The model wrote {len(version.kept)} sentences; the budget has "
                               f"{limit}.", "info"))  # fmt: skip
        return Summary(
            lang=document.lang,
            sentences=version.kept[:limit],
            signature=self.signature,
            findings=tuple(notes),
        )

    def _choose(self, document: Document, written: Written, expectation: Expectation) -> _Version:
        """Return the best version without an error, else the best of which something stays."""
        supporter = Supporter(document)
        versions = [
            _check(supporter, one, document.lang, strict=bool(self.extract_words))
            for one in (written, *written.others)
        ]
        kept = [version for version in versions if version.kept]
        sound = [version for version in kept if not version.has_error] or kept
        return max(sound, key=lambda version: _rate(version.text, expectation), default=versions[0])

    def _prefer_ranker(
        self, version: _Version, document: Document, limit: int, expectation: Expectation
    ) -> str:
        """Return what the ranker's sentences do better; empty where the version may stay.

        Of its sentences two at most are looked at, as many as the model may be expected to write.
        """
        if not self.extract_words:
            return ""
        if version.has_error:
            return "are vouched for"
        if _says_again(version.text, document.title or ""):
            return "say more than the headline"
        chosen = Ranker().summarize(document, Budget(sentences=min(limit, 2)))
        least = LEAST_RATE * _rate(chosen.text, expectation)
        return "are likely to say more" if _rate(version.text, expectation) < least else ""

    def _stand_in(
        self,
        document: Document,
        budget: Budget,
        notes: list[Finding],
        *,
        why: str = "",
        instead_of: _Version | None = None,
    ) -> Summary:
        """Return the ranker's summary, and say what it stands for and why."""
        chosen = Ranker().summarize(document, budget)
        if instead_of is None:
            reason = Finding(
                kind=UNSUPPORTED,
                severity="warning",
                message="The model wrote nothing that can stay; these sentences are the article's "
                "own.",
            )
        else:
            message = f"The article's own sentences {why}; the model wrote: “{instead_of.text}”"
            reason = Finding(kind=UNSUPPORTED, severity="info", message=message)
        return replace(
            chosen,
            signature=f"{self.signature}|{chosen.signature}",
            findings=(*notes, reason),
        )

    def _extract(self, document: Document) -> tuple[str, list[Finding]]:
        """Return the headline and the best sentences, fewer where words have many tokens."""
        words = self.extract_words
        while words:
            text = " ".join(cut_extract(document, words=words).texts(document))
            if self.writer.count_tokens([text])[0] <= self.writer.max_source_tokens:
                return text, []
            words //= 2
        return "", [_note("No sentence of the article is short enough for the model.", "warning")]

    def _fit(self, document: Document) -> tuple[str, list[Finding]]:
        """Return the sentences that the model can read: all, or the best-ranked that fit."""
        texts = [sentence.text for sentence in document.sentences]
        costs = self.writer.count_tokens(texts)
        room = self.writer.max_source_tokens
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
            f"The article has {sum(costs)} tokens and the model reads {room}: it was given the "
            f"{len(chosen)} best-ranked of {len(costs)} sentences."
        )
        return " ".join(texts[index] for index in sorted(chosen)), [_note(message, "warning")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """What stays of a text that the model wrote or might have written, and what was left out."""

    kept: tuple[SummarySentence, ...]
    notes: tuple[Finding, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.kept)

    @property
    def has_error(self) -> bool:
        findings = (finding for sentence in self.kept for finding in sentence.findings)
        return any(finding.severity == "error" for finding in findings)


def _rate(text: str, expectation: Expectation) -> float:
    """Return how good a summary a text is likely to be."""
    rouge1, rouge2 = expectation.rate(text)
    return WEIGHTS[0] * rouge1 + WEIGHTS[1] * rouge2


def _says_again(text: str, headline: str) -> bool:
    """Return whether a text has hardly a word that the headline does not have."""
    units, known = syllables(text), frozenset(syllables(headline))
    return sum(unit not in known for unit in units) <= MOST_BESIDES * len(units)


def _check(supporter: Supporter, written: Written, lang: str, *, strict: bool) -> _Version:
    """Return the sentences that the article supports, with their evidence and findings.

    With `strict`, words and combinations that the article does not have are errors, and so are
    figures of several of its sentences in one.
    """
    notes: list[Finding] = []
    kept: dict[str, SummarySentence] = {}
    for sentence in _split(written, lang, notes):
        support = supporter.align(sentence)
        if sentence in kept:
            notes.append(Finding(kind="loop", severity="warning",
                                 message=f"The model wrote this twice: “{sentence}”"))  # fmt: skip
        elif support.share < LEAST_SUPPORT:
            message = f"Left out, because the article does not support it: “{sentence}”"
            notes.append(Finding(kind=UNSUPPORTED, severity="warning", message=message))
        else:
            kept[sentence] = SummarySentence(
                text=sentence, evidence=support.evidence, score=support.share,
                findings=(
                    *_findings(support),
                    *_find_scattered(support, "error" if strict else "warning"),
                    *(_find_new(support) if strict else ()),
                ),
            )  # fmt: skip
    return _Version(kept=tuple(kept.values()), notes=tuple(notes))


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


def _find_scattered(support: Support, severity: str) -> tuple[Finding, ...]:
    """Return findings on figures that the article does not tell in one breath with the others.

    Each of them is in the article, but what it is said of may be something else there.
    """
    return tuple(
        Finding(
            kind=UNSUPPORTED,
            severity=severity,
            message=f'"{figure.text}" and the other figures here are of different sentences.',
            source=Span(start=figure.start, end=figure.end),
        )
        for figure in support.scattered
    )


def _find_new(support: Support) -> tuple[Finding, ...]:
    found = []
    if support.new_words:
        words = ", ".join(support.new_words)
        message = f"The model wrote words that the article does not have: {words}"
        found.append(Finding(kind=UNSUPPORTED, severity="error", message=message))
    if support.new_pairs > MOST_NEW:
        message = (
            f"{support.new_pairs:.0%} of the neighbouring syllables of this sentence are not "
            "neighbours in the article."
        )
        found.append(Finding(kind=UNSUPPORTED, severity="error", message=message))
    return tuple(found)


def _note(message: str, severity: str) -> Finding:
    return Finding(kind="length", severity=severity, message=message)

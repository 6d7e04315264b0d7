"""The results of the pipeline: translations, summaries and findings, as frozen dataclasses.

`vnsum.rendering` turns them into text, Markdown and HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vnsum import require
from vnsum.errors import InputError
from vnsum.results.document import Document, Sentence
from vnsum.results.findings import (
    FINDING_KINDS,
    SEVERITIES,
    Finding,
    FindingKind,
    Severity,
    Span,
)
from vnsum.results.renderable import CheckedResult, load_rendering
from vnsum.results.serialization import Serializable
from vnsum.results.sides import TwoSided, select_side, undo_edits

__all__ = [
    "FINDING_KINDS",
    "SEVERITIES",
    "BilingualSummary",
    "CheckedText",
    "Edit",
    "Finding",
    "FindingKind",
    "ResolvedDate",
    "SentencePair",
    "Severity",
    "Span",
    "Summary",
    "SummaryName",
    "SummaryPair",
    "SummarySentence",
    "Translation",
]

_DAY = r"\d{4}(?:-\d\d(?:-\d\d)?|-Q[1-4])?"
_ISO = re.compile(rf"{_DAY}(?:/{_DAY})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencePair:
    """A source sentence with its translation and findings.

    `confidence` is the estimated probability that the translation has no serious error, or
    `None` if the model has no estimate or the sentence was not translated; see
    `vnsum.checkpoints.families.Confidence`.
    """

    source: Sentence
    target: str
    findings: tuple[Finding, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedText(Serializable):
    """A translated text with its findings and confidence; see `SentencePair`."""

    text: str
    findings: tuple[Finding, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation(Serializable, CheckedResult):
    """The translation of a document: one pair for every source sentence, in order.

    `title` is the translated title. `boilerplate` has one text for every piece of
    `document.boilerplate`, in order: prose (captions, teasers) is translated,
    dates and places are written in the target language, and the rest is unchanged.
    `findings` are about the whole text; findings about a sentence are in its pair.

    >>> translation.text
    'It rained. The street was flooded.'
    """

    document: Document
    target_lang: str
    title: str | None = None
    pairs: tuple[SentencePair, ...] = ()
    boilerplate: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    signature: str = ""

    def __post_init__(self) -> None:
        for field, own, needed in (
            ("pairs", self.pairs, self.document.sentences),
            ("boilerplate", self.boilerplate, self.document.boilerplate),
        ):
            if len(own) != len(needed):
                raise InputError(
                    f"{field} must have {len(needed)} entries, one for each of the document's, "
                    f"not {len(own)}"
                )
        for pair, sentence in zip(self.pairs, self.document.sentences, strict=True):
            if (pair.source.start, pair.source.end) != (sentence.start, sentence.end):
                raise InputError(
                    f"a pair has a source at characters {pair.source.start} to {pair.source.end}, "
                    f"but that sentence of the document is at {sentence.start} to {sentence.end}"
                )

    @property
    def source_lang(self) -> str:
        """The language of the document."""
        return self.document.lang

    @property
    def text(self) -> str:
        """The full translation, with the white space, paragraphs and boilerplate of the source.

        Lines end with CR and LF if those of the source did.
        """
        source = self.document.text
        placed = [(p.source.start, p.source.end, p.target) for p in self.pairs]
        placed += [
            (piece.start, piece.end, text)
            for piece, text in zip(self.document.boilerplate, self.boilerplate, strict=True)
        ]
        parts: list[str] = []
        position = 0
        for start, end, text in sorted(placed):
            parts += [source[position:start], text]
            position = end
        joined = "".join([*parts, source[position:]])
        return joined.replace("\n", "\r\n") if self.document.crlf else joined

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change to a sentence of the article that makes it understandable out of context.

    `before` was replaced by `after`, which is at character `start` once this edit and all earlier
    ones are applied. `kind` is `"reference"` (a pronoun was replaced by the name), `"opening"` (a
    connective was removed) or `"quotation"` (a missing quotation mark was added).
    `evidence` is the index of the sentence that has the name.
    """

    kind: str
    start: int
    before: str
    after: str
    evidence: int | None = None

    def __post_init__(self) -> None:
        if self.start < 0:
            raise InputError(f"start must not be negative, not {self.start}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence of a summary with its evidence.

    `evidence` holds indices into `document.sentences`. `score` is the score of the summarizer
    (higher is better; comparable within one summary only). `edits` are the changes to the sentence
    of the article, in the order of application. `findings` are those of the summarizer, with spans
    of `text`; in a bilingual summary they are in the pair instead.
    """

    text: str
    evidence: tuple[int, ...]
    score: float
    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def original(self) -> str:
        """The sentence before its edits, as in the article."""
        return undo_edits(self.text, self.edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Serializable):
    """A summary in one language.

    The `original` of an extracted sentence is the text of its evidence. `findings` are about the
    whole summary, for example that the text was longer than the model's input limit.
    """

    lang: str
    sentences: tuple[SummarySentence, ...] = ()
    signature: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """All sentences, joined by spaces."""
        return " ".join(sentence.text for sentence in self.sentences)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedDate:
    """A date resolved relative to the publication date: "hôm qua" is 2026-01-09.

    `span` is the position of `text` in the sentence in the document's language. `iso` is the known
    part of the date in ISO 8601: `2026-01-09`, `2026-01` or `2026`, an interval such as
    `2026-01-09/2026-01-11`, or `2026-Q1` for a quarter.
    """

    text: str
    span: Span
    iso: str

    def __post_init__(self) -> None:
        if not _ISO.fullmatch(self.iso):
            raise InputError(f"iso must be an ISO 8601 date, not {require.show(self.iso)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryName:
    """A named person, place or organization of a summary, in both languages.

    `kind` is `"person"`, `"place"`, `"body"` (an organization) or `"other"` (unknown); `sentences`
    are indices of pairs.
    """

    vi: str
    en: str
    kind: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPair:
    """A sentence of a bilingual summary with its translation, `target`.

    `dates` are the dates in `source` that were resolved relative to the publication date.
    `confidence` is as in `SentencePair`.
    """

    source: SummarySentence
    target: str
    findings: tuple[Finding, ...] = ()
    dates: tuple[ResolvedDate, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BilingualSummary(Serializable, CheckedResult, TwoSided[Summary]):
    """A summary in both languages, aligned by sentence, with its evidence.

    `target_lang` is the language of the targets. `title` is the translated title; the original is
    `document.title`. `findings` are about the whole summary; findings about a sentence are in its
    pair. `names` are the people, places and organizations, in order of first mention.

    >>> summary.en.text
    'It rained.'
    """

    document: Document
    target_lang: str
    title: str | None = None
    pairs: tuple[SummaryPair, ...] = ()
    findings: tuple[Finding, ...] = ()
    signature: str = ""
    names: tuple[SummaryName, ...] = ()

    @property
    def source_lang(self) -> str:
        """The language of the document."""
        return self.document.lang

    def side(self, lang: str) -> Summary:
        """Return the summary in `lang`. Raises `LanguageError` for any other language.

        >>> summary.side("vi").text
        'Trời mưa.'
        """
        return Summary(
            lang=require.exact(lang),
            sentences=select_side(
                self.pairs, lang, source_lang=self.source_lang, target_lang=self.target_lang
            ),
            signature=self.signature,
        )

    def __str__(self) -> str:
        return str(load_rendering().to_text(self))

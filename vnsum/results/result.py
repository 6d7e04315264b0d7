"""What the pipeline returns: translations, summaries and findings, as frozen values.

Nothing here translates, summarizes or draws; `vnsum.rendering` turns these values into text,
Markdown and HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vnsum import require
from vnsum.errors import InputError, LanguageError
from vnsum.results.document import Document, Sentence
from vnsum.results.renderable import Renderable, load_plots, load_rendering
from vnsum.results.serialization import Serializable

if TYPE_CHECKING:
    from vnsum.rendering.plots import Picture


_DAY = r"\d{4}(?:-\d\d(?:-\d\d)?|-Q[1-4])?"
_ISO = re.compile(rf"{_DAY}(?:/{_DAY})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the reader should know about a result, with the places it is about.

    `kind` says what was found: `"number"`, `"date"`, `"name"`, `"negation"`, `"quotation"` from the
    comparison with the source; `"length"`, `"loop"`, `"empty"`, `"untranslated"`, `"leftover"` from
    the look of the output; `"term"` from the glossary (missing, or brought in); `"reference"`,
    `"opening"`, `"unsupported"` from the making of a summary; `"split"`, `"retry"`, `"repair"`,
    `"language"`, `"failure"` tell what was done or not done. `severity` is `"info"` (nothing is
    wrong), `"warning"` (look at it) or `"error"` (do not rely on this sentence). The spans point
    into the source sentence and its translation, or are `None` where the finding is about the
    whole.
    """

    kind: str
    severity: str
    message: str
    source: Span | None = None
    target: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencePair:
    """A source sentence, its translation, and what was found out about it."""

    source: Sentence
    target: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedText(Serializable):
    """The translation of one text and what was found out about it."""

    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation(Serializable, Renderable):
    """A document in the target language, one pair for every source sentence, in order.

    `title` is the translated title. `boilerplate` has one text for every piece of
    `document.boilerplate`, in order: translated where it is prose (captions, teasers), as it was
    where it is not. `findings` are those about the whole text; each pair carries its own.

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
                    f"{field} must have one entry for each of the {len(needed)} that the document "
                    f"has, not {len(own)}"
                )

    @property
    def source_lang(self) -> str:
        """The language of the document."""
        return self.document.lang

    @property
    def text(self) -> str:
        """The whole translation with the white space, paragraphs and boilerplate of the source."""
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
        return "".join([*parts, source[position:]])

    def __str__(self) -> str:
        return self.text

    def report(self) -> str:
        """Return a plain-text report of the checks: the numbers of sentences without findings,
        repaired and flagged, then every finding with the place of its sentence.

        >>> print(translation.report())
        2 sentences checked: 2 without findings, 0 repaired, 0 flagged.
        """
        return str(load_rendering().report(self))

    def plot(self) -> Picture:
        """Return where in the text the checks found something, as a matplotlib figure that shows
        itself in notebooks; needs the extra `plot`. See `vnsum.rendering.plots.plot_translation`.

        >>> translation.plot().description
        '0 findings in 0 of 2 sentences.'
        """
        picture: Picture = load_plots().plot_translation(self)
        return picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change to a sentence of the article, so that it can be read without what stood before it.

    `after` stands at character `start`, once this edit and those before it are made, where the
    article has `before`. `kind` is `"reference"` (a pronoun became the name), `"opening"` (a
    connective without anything to connect to was left out) or `"quotation"` (the mark that opens a
    quotation came sentences before); `evidence` is the index of the sentence that has the name.
    """

    kind: str
    start: int
    before: str
    after: str
    evidence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence of a summary with the evidence for it.

    `evidence` are indices into `document.sentences`; `score` is the summarizer's own figure
    (higher is better; comparable only within one summary). `edits` are the changes against the
    article, in the order in which they are made. `findings` are the summarizer's own, with their
    places as spans of `text`; in a bilingual summary they have moved to the pair.
    """

    text: str
    evidence: tuple[int, ...]
    score: float
    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def original(self) -> str:
        """The sentence without the edits, as it stands in the article."""
        text = self.text
        for edit in reversed(self.edits):
            text = text[: edit.start] + edit.before + text[edit.start + len(edit.after) :]
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Serializable):
    """A summary in one language; the `original` of an extractive sentence is its evidence.

    `findings` are those about the whole, for example that a model could not read all of the text.
    """

    lang: str
    sentences: tuple[SummarySentence, ...] = ()
    signature: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """The sentences joined by single spaces."""
        return " ".join(sentence.text for sentence in self.sentences)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedDate:
    """A date that the article's own date completes: "hôm qua" is 2026-01-09.

    `text` stands at `span` of the sentence in the document's language. `iso` is as much of the
    date as is certain, by ISO 8601: `2026-01-09`, `2026-01` or `2026`, or `2026-Q1` for a quarter;
    `2026-01-09/2026-01-11` is from one day to another.
    """

    text: str
    span: Span
    iso: str

    def __post_init__(self) -> None:
        if not _ISO.fullmatch(self.iso):
            raise InputError(f"iso must be a date by ISO 8601, not {require.show(self.iso)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryName:
    """A person, place or body that a bilingual summary names, as both languages write it.

    `kind` is `"person"`, `"place"` or `"body"`; `sentences` are the indices of the pairs.
    """

    vi: str
    en: str
    kind: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPair:
    """One sentence of a bilingual summary: `source` in the document's language, `target` not.

    `dates` are those of the source that the date of the article completes.
    """

    source: SummarySentence
    target: str
    findings: tuple[Finding, ...] = ()
    dates: tuple[ResolvedDate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BilingualSummary(Serializable, Renderable):
    """A summary in both languages, sentence beside sentence, with its evidence.

    `target_lang` is the language of the targets; `title` is the translated title (the original one
    is `document.title`). `findings` are those about the whole; each pair carries its own. `names`
    are the people, places and bodies of the summary in the order in which they come up.

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

    @property
    def text(self) -> str:
        """The summary in the target language."""
        return self.side(self.target_lang).text

    @property
    def vi(self) -> Summary:
        """The Vietnamese side."""
        return self.side("vi")

    @property
    def en(self) -> Summary:
        """The English side."""
        return self.side("en")

    def side(self, lang: str) -> Summary:
        """Return one side as a `Summary`; `LanguageError` for a language that is neither.

        >>> summary.side("vi").text
        'Trời mưa.'
        """
        if require.text(lang, "lang") == self.document.lang:
            sentences = tuple(pair.source for pair in self.pairs)
        elif lang == self.target_lang:
            sentences = tuple(
                SummarySentence(text=p.target, evidence=p.source.evidence, score=p.source.score)
                for p in self.pairs
            )
        else:
            raise LanguageError(
                f"this summary has the languages {self.source_lang!r} and {self.target_lang!r}, "
                f"not {lang!r}"
            )
        return Summary(lang=lang, sentences=sentences, signature=self.signature)

    def __str__(self) -> str:
        return str(load_rendering().to_text(self))

    def report(self) -> str:
        """Return a plain-text report of the checks: the numbers of sentences without findings,
        repaired and flagged, then every finding with the place of its sentence.

        >>> print(summary.report())
        1 sentence checked: 1 without findings, 0 repaired, 0 flagged.
        """
        return str(load_rendering().report(self))

    def plot(self) -> Picture:
        """Return what the summary covers of its article, as a matplotlib figure that shows itself
        in notebooks; needs the extra `plot`. See `vnsum.rendering.plots.plot_summary`.

        >>> summary.plot().description
        'The summary covers 1 of 2 sentences, 45 % of their characters.'
        """
        picture: Picture = load_plots().plot_summary(self)
        return picture

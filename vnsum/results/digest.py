"""The results of a digest: several articles on one event, in one language and in both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vnsum.errors import InputError
from vnsum.require import exact
from vnsum.results.document import Document
from vnsum.results.findings import Finding, Place
from vnsum.results.renderable import Reported, load_rendering
from vnsum.results.result import Edit, ResolvedDate, SummaryName
from vnsum.results.serialization import Serializable
from vnsum.results.sides import TwoSided, select_side, undo_edits

__all__ = ["Digest", "DigestPair", "DigestSentence", "DigestSummary", "Place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSentence:
    """A sentence of a digest with its evidence and the articles that say the same.

    `evidence` are the sentences that it was taken from; the first one is printed, after `edits`,
    whose `evidence` are indices of sentences of the same article. `support` are the sentences of
    other articles that say the same. `score` is higher for more important sentences and comparable
    within one digest only. `findings` have spans of `text`; those of the kind `"conflict"` say
    where articles differ. In a bilingual digest they are in the pair instead.
    """

    text: str
    evidence: tuple[Place, ...]
    support: tuple[Place, ...] = ()
    score: float = 0.0
    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def articles(self) -> tuple[int, ...]:
        """The indices of all articles that say this, in order."""
        return tuple(sorted({place.article for place in (*self.evidence, *self.support)}))

    @property
    def original(self) -> str:
        """The sentence before its edits, as in the article."""
        return undo_edits(self.text, self.edits)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSummary(Serializable):
    """A digest in one language, as returned by `vnsum.summarization.digest`.

    `documents` are the articles in the order given. `findings` are about the whole digest, for
    example that an article was left out. Raises `InputError` for a place that no article has.
    """

    lang: str
    documents: tuple[Document, ...]
    sentences: tuple[DigestSentence, ...] = ()
    findings: tuple[Finding, ...] = ()
    signature: str = ""

    def __post_init__(self) -> None:
        require_places(self.documents, self.sentences, self.findings)

    @property
    def text(self) -> str:
        """All sentences, joined by spaces."""
        return " ".join(sentence.text for sentence in self.sentences)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPair:
    """A sentence of a digest with its translation, `target`; see `vnsum.SummaryPair`.

    `dates` were resolved with the date of the article that the sentence was taken from.
    """

    source: DigestSentence
    target: str
    findings: tuple[Finding, ...] = ()
    dates: tuple[ResolvedDate, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest(Serializable, Reported, TwoSided[DigestSummary]):
    """Several articles on one event in one text, in both languages, with its evidence.

    `documents` are the articles in the order given. The digest was written in `lang`, the language
    of the sources of its pairs, and translated into `target_lang`; `source_title` and `title` are
    its headline in these languages. `findings` are about the whole digest; findings about a
    sentence, such as a conflict between articles, are in its pair. `names` are the people, places
    and organizations, in order of first mention.

    >>> news_digest.en.text
    'It rained. The street was flooded.'
    """

    documents: tuple[Document, ...]
    lang: str
    target_lang: str
    source_title: str | None = None
    title: str | None = None
    pairs: tuple[DigestPair, ...] = ()
    findings: tuple[Finding, ...] = ()
    signature: str = ""
    names: tuple[SummaryName, ...] = ()

    def __post_init__(self) -> None:
        found = (finding for pair in self.pairs for finding in pair.findings)
        require_places(
            self.documents, [pair.source for pair in self.pairs], [*found, *self.findings]
        )

    @property
    def source_lang(self) -> str:
        """The language that the digest was written in."""
        return self.lang

    def side(self, lang: str) -> DigestSummary:
        """Return the digest in `lang`. Raises `LanguageError` for any other language.

        >>> news_digest.side("vi").text
        'Trời mưa. Đường ngập.'
        """
        return DigestSummary(
            lang=exact(lang),
            documents=self.documents,
            sentences=select_side(
                self.pairs, lang, source_lang=self.lang, target_lang=self.target_lang
            ),
            signature=self.signature,
        )

    def __str__(self) -> str:
        return str(load_rendering().to_text(self))


def require_places(
    documents: Sequence[Document],
    sentences: Iterable[DigestSentence],
    findings: Iterable[Finding],
) -> None:
    """Raise `InputError` for a sentence without evidence, or a place that no article has."""
    sizes = [len(document.sentences) for document in documents]
    noted = list(findings)
    for sentence in sentences:
        if not sentence.evidence:
            raise InputError("a sentence of a digest must have evidence: the place it is from")
        noted += sentence.findings
        _require_all((*sentence.evidence, *sentence.support), sizes)
    for finding in noted:
        _require_all(finding.places, sizes)


def _require_all(places: Iterable[Place], sizes: Sequence[int]) -> None:
    for place in places:
        if not 0 <= place.article < len(sizes):
            raise InputError(f"there are {len(sizes)} articles, but none of index {place.article}")
        if not 0 <= place.sentence < sizes[place.article]:
            raise InputError(
                f"article {place.article} has {sizes[place.article]} sentences, but none of index "
                f"{place.sentence}"
            )

"""`Pipeline`, which combines a translator and a summarizer."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from vnsum import languages, require, segmentation
from vnsum.errors import InputError
from vnsum.glossary import Glossary
from vnsum.languages import LanguageCode
from vnsum.pipeline import streaming
from vnsum.pipeline.digesting import Digester
from vnsum.pipeline.streaming import OnError, StreamJob, Text
from vnsum.pipeline.summarizing import DocumentSummarizer
from vnsum.pipeline.translating import (
    DocumentTranslator,
    other_language,
    require_document_direction,
)
from vnsum.results.digest import Digest
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Translation
from vnsum.segmentation import sections
from vnsum.segmentation.documents import Source
from vnsum.summarization import Budget, Length, Summarizer
from vnsum.translation import (
    Cache,
    CachedTranslator,
    Translator,
    load_weights,
    open_store,
)
from vnsum.translation.repair.diacritics import DIACRITICS, Diacritics


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Segments, translates and summarizes with one translator and one summarizer.

    `vnsum.load` builds one from names; pass your own parts to the constructor. `glossary` must be
    the one that the translator uses, so that the checks know its terms. `diacritics` is as in
    `vnsum.load`.

    >>> import vnsum
    >>> from vnsum.translation import CheckedTranslator, FakeBackend
    >>> pipeline = Pipeline(translator=CheckedTranslator(backend=FakeBackend()),
    ...                     summarizer=vnsum.summarization.load("lead"))
    >>> pipeline.translate("Trời mưa to.").text
    'GEBV ZHN GB.'
    """

    translator: Translator
    summarizer: Summarizer
    glossary: Glossary = field(default_factory=Glossary)
    diacritics: Diacritics = "strip"

    def __post_init__(self) -> None:
        require.methods(self.translator, ("translate_checked",), "translator", "a translator")
        require.methods(self.summarizer, ("summarize",), "summarizer", "a summarizer")
        if isinstance(self.summarizer, Pipeline):
            raise InputError(
                "summarizer must be a summarizer, not a pipeline: pass its .summarizer"
            )
        require.instance(self.glossary, Glossary, "glossary", "a vnsum.Glossary")
        require.one_of(self.diacritics, DIACRITICS, "diacritics")

    def segment(
        self, text: Text, *, lang: LanguageCode | None = None, title: str | None = None
    ) -> Document:
        """Return `text` as a document; a `Document` is returned unchanged.

        >>> [sentence.text for sentence in pipeline.segment("Trời mưa. Đường ngập.").sentences]
        ['Trời mưa.', 'Đường ngập.']
        """
        return segmentation.open_document(text, lang=lang, title=title)

    def translate(
        self,
        text: Text,
        *,
        to: LanguageCode = "en",
        source_lang: LanguageCode | None = None,
        title: str | None = None,
    ) -> Translation:
        """Return the translation of `text` into `to` (`"en"` or `"vi"`), sentence by sentence.

        `source_lang` is detected unless given; `title` is a headline that the text does not
        contain. Raises `InputError` for anything but text and `LanguageError` for a language or
        direction that the model does not support. A text that is already in the target language
        is returned unchanged with a finding.

        >>> pipeline.translate("Trời mưa. Đường ngập.").text
        'It rained. The street was flooded.'
        """
        to = languages.require(to)
        document = self.segment(text, lang=source_lang, title=title)
        return self._documents.translate([document], to)[0]

    def translate_many(
        self,
        texts: Iterable[Text],
        *,
        to: LanguageCode = "en",
        on_error: OnError = "raise",
        progress: bool = False,
        workers: int = 1,
    ) -> list[Translation]:
        """Return the translations of many texts, in order; see `translate_stream`.

        >>> pipeline.translate_many(["Trời mưa.", "Đường ngập."])[1].text
        'The street was flooded.'
        """
        return list(
            self.translate_stream(
                texts, to=to, on_error=on_error, progress=progress, workers=workers
            )
        )

    def translate_stream(
        self,
        texts: Iterable[Text],
        *,
        to: LanguageCode = "en",
        on_error: OnError = "raise",
        progress: bool = False,
        workers: int = 1,
    ) -> Iterator[Translation]:
        """Return an iterator over the translations of many texts, in order and constant memory.

        Texts are read as needed; sentences of different texts share batches. A pipeline with a
        cache (see `cached`) resumes an interrupted job. An error names the text by its index; with
        `on_error="report"` the text gets an empty translation with a finding of the kind
        `"failure"` instead. `progress` shows a progress bar.

        `workers=N` uses N processes with one thread each, for the same results in the same order:
        about 1.4 times as fast on two cores. They take some seconds to start, which pays off from
        several hundred sentences on. Scripts need `if __name__ == "__main__":`. A pipeline that
        cannot be pickled is an `InputError`; those of `vnsum.load` can be. A worker that dies is a
        `VnsumError`. On Linux the workers share the weights in memory.

        >>> for translation in pipeline.translate_stream(["Trời mưa.", "Đường ngập."]):
        ...     print(translation.text)
        It rained.
        The street was flooded.
        """
        to = languages.require(to)
        documents = self._documents
        job: StreamJob[Text, Translation] = StreamJob(
            prepare=lambda text: require_document_direction(
                self.translator, self.segment(text), to
            ),
            work=functools.partial(documents.translate, to=to),
            load=functools.partial(load_weights, self.translator),
            replace=lambda finding: Translation(
                document=Document(text="", lang=other_language(to)),
                target_lang=to,
                findings=(finding,),
            ),
        )
        return streaming.stream(texts, job, on_error=on_error, progress=progress, workers=workers)

    def translate_sections(
        self,
        pieces: Iterable[str],
        *,
        to: LanguageCode = "en",
        source_lang: LanguageCode | None = None,
        progress: bool = False,
        workers: int = 1,
    ) -> Iterator[Translation]:
        """Return an iterator over the translation of one text of any length, section by section.

        `pieces` are its lines, paragraphs or blocks, for example an open file; the `text` of all
        sections joined is the whole translation. `source_lang` is detected in the first section
        with sentences unless given. See `vnsum.segmentation.sections` for what a section is.

        >>> lines = ["Trời mưa.\\n", "Đường ngập.\\n"]
        >>> "".join(section.text for section in pipeline.translate_sections(lines))
        'It rained.\\nThe street was flooded.\\n'
        """
        to = languages.require(to)
        require.items(pieces, "pieces", "lines or other pieces of a text")
        if source_lang is not None:
            source_lang = languages.require(source_lang)
        reader = sections.SectionReader(lang=source_lang)
        documents = self._documents
        job: StreamJob[str, Translation] = StreamJob(
            prepare=lambda section: require_document_direction(
                self.translator, reader.read(section), to
            ),
            work=functools.partial(documents.translate, to=to),
            load=functools.partial(load_weights, self.translator),
            name="sections",
        )
        texts = sections.cut_sections(pieces)
        return streaming.stream(texts, job, progress=progress, workers=workers)

    def summarize(
        self,
        text: Text,
        length: Length | None = None,
        *,
        to: LanguageCode | None = None,
        source_lang: LanguageCode | None = None,
        title: str | None = None,
    ) -> BilingualSummary:
        """Return a summary of `text` in both languages, with its evidence.

        `length` is a number of sentences such as `3` (the default), a share of the article's such
        as `0.2`, a name (`"headline"`, `"brief"`, `"standard"`, `"full"`) or a `vnsum.Budget`. `to`
        is the language of the translation, by default the other language. Raises
        `InputError` and `LanguageError` as `translate` does.

        >>> summary = pipeline.summarize("Trời mưa. Đường ngập.", 1)
        >>> summary.vi.text, summary.en.text, summary.pairs[0].source.evidence
        ('Trời mưa.', 'It rained.', (0,))
        """
        budget = Budget.of(length)
        document = self.segment(text, lang=source_lang, title=title)
        return self._summaries.summarize([document], budget, to)[0]

    def summarize_many(
        self,
        texts: Iterable[Text],
        length: Length | None = None,
        *,
        to: LanguageCode | None = None,
        on_error: OnError = "raise",
        progress: bool = False,
        workers: int = 1,
    ) -> list[BilingualSummary]:
        """Return the bilingual summaries of many texts, in order; see `summarize_stream`.

        >>> [summary.en.text for summary in pipeline.summarize_many(["Trời mưa. Đường ngập."])]
        ['It rained. The street was flooded.']
        """
        return list(
            self.summarize_stream(
                texts, length, to=to, on_error=on_error, progress=progress, workers=workers
            )
        )

    def summarize_stream(
        self,
        texts: Iterable[Text],
        length: Length | None = None,
        *,
        to: LanguageCode | None = None,
        on_error: OnError = "raise",
        progress: bool = False,
        workers: int = 1,
    ) -> Iterator[BilingualSummary]:
        """Return an iterator over the summaries of many texts, in order and constant memory.

        See `summarize` for `length` and `translate_stream` for the other options.

        >>> for summary in pipeline.summarize_stream(["Trời mưa. Đường ngập."], "headline"):
        ...     print(summary.en.text)
        It rained.
        """
        budget = Budget.of(length)
        if to is not None:
            to = languages.require(to)
        summaries = self._summaries
        job: StreamJob[Text, BilingualSummary] = StreamJob(
            prepare=lambda text: require_document_direction(
                self.translator, self.segment(text), to
            ),
            work=functools.partial(summaries.summarize, budget=budget, to=to),
            load=functools.partial(load_weights, self.translator),
            replace=lambda finding: BilingualSummary(
                document=Document(text="", lang=other_language(to or "en")),
                target_lang=to or "en",
                findings=(finding,),
            ),
            weigh=lambda document: budget.limit(len(document.sentences)),
        )
        return streaming.stream(texts, job, on_error=on_error, progress=progress, workers=workers)

    def digest(
        self,
        articles: Iterable[Source],
        length: Length | None = None,
        *,
        to: LanguageCode | None = None,
        title: str | None = None,
    ) -> Digest:
        """Return one digest of several articles on the same event, in both languages.

        `articles` are texts, what `vnsum.read` returns, documents, or paths (not strings) of files.
        `length` and `to` are as in `summarize`; the digest is written in the language of most
        articles. `title` is by default that of the article that represents the event best. Raises
        `InputError` if there is no article, and names the article in other errors.

        >>> digest = pipeline.digest(["Trời mưa. Đường ngập.", "Trời mưa. Đường ngập."], 2)
        >>> digest.en.text, digest.pairs[0].source.articles
        ('It rained. The street was flooded.', (0, 1))
        """
        budget = Budget.of(length)
        documents = segmentation.open_articles(articles)
        return Digester(translator=self._documents).digest(documents, budget, to=to, title=title)

    def cached(self, cache: Cache) -> Pipeline:
        """Return a pipeline that caches translations in `cache`.

        `True` is a file of limited size in the platform's cache folder; a path is a file or a
        folder; `None` and `False` return this pipeline. Several processes may share a cache. A
        cache that cannot be used causes one `CacheWarning`, and work continues without it.

        >>> import tempfile
        >>> import vnsum
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     pipeline = vnsum.load().cached(f"{folder}/job.sqlite")
        ...     pipeline.translator.directions
        ('vi->en', 'en->vi')
        """
        store = open_store(cache)
        if store is None:
            return self
        return replace(self, translator=CachedTranslator(self.translator, store=store))

    @property
    def _documents(self) -> DocumentTranslator:
        return DocumentTranslator(
            translator=self.translator, glossary=self.glossary, diacritics=self.diacritics
        )

    @property
    def _summaries(self) -> DocumentSummarizer:
        return DocumentSummarizer(summarizer=self.summarizer, translator=self._documents)

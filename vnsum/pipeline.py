"""The one place where segmentation, summarization and translation meet.

Values come in and values go out; loading is left to the parts, drawing to `vnsum.rendering`.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vnsum import assembly, fidelity, languages, sections, segmentation, streaming, summarization
from vnsum.article import handling, is_prose
from vnsum.checkpoints import ModelSpec, resolve_model
from vnsum.document import Document
from vnsum.errors import InputError
from vnsum.glossary import Glossary
from vnsum.glossary.checking import drop_explained, list_uses
from vnsum.processors import check_threads
from vnsum.result import BilingualSummary, Finding, SentencePair, Summary, Translation
from vnsum.streaming import Steps, Text
from vnsum.summarization import Budget, Summarizer
from vnsum.translation import (
    Cache,
    CachedTranslator,
    CheckedText,
    Translator,
    load_weights,
    make_translator,
    open_store,
    require_direction,
)
from vnsum.translation.consistency import unify_forms
from vnsum.version import __version__

__all__ = ["Pipeline", "Text", "load"]

UNMARKED_WORDS = 5  # fewer Vietnamese words in a row may well have no diacritics


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Segments, translates and summarizes with one translator and one summarizer.

    `vnsum.load` builds one from names; give your own parts to the constructor. `order` is
    `"summarize-first"`, or `"translate-first"` for summaries that are chosen from the translation
    of the whole text: slower, and for summarizers of the target language. `glossary` is the one
    that the translator keeps to, so that the checks know its terms.

    >>> import vnsum
    >>> from vnsum.translation import FakeBackend, GuardedTranslator
    >>> pipeline = Pipeline(translator=GuardedTranslator(backend=FakeBackend()),
    ...                     summarizer=vnsum.summarization.load("lead"))
    >>> pipeline.translate("Trời mưa to.").text
    'GEBV ZHN GB.'
    """

    translator: Translator
    summarizer: Summarizer
    order: str = assembly.SUMMARIZE_FIRST
    glossary: Glossary = field(default_factory=Glossary)

    def __post_init__(self) -> None:
        if self.order not in assembly.ORDERS:
            raise InputError(f"order must be one of {assembly.ORDERS}, not {self.order!r}")

    def segment(self, text: Text, *, lang: str | None = None, title: str | None = None) -> Document:
        """Return the document of `text`; a `Document` comes back as it is.

        >>> [sentence.text for sentence in pipeline.segment("Trời mưa. Đường ngập.").sentences]
        ['Trời mưa.', 'Đường ngập.']
        """
        if isinstance(text, Document):
            return text
        return segmentation.segment(text, lang=lang, title=title)

    def translate(
        self, text: Text, *, to: str = "en", lang: str | None = None, title: str | None = None
    ) -> Translation:
        """Return the translation of `text` into `to` (`"en"` or `"vi"`), sentence by sentence.

        `lang` forces the source language, `title` gives a headline that is not in the text.
        Raises `InputError` for anything but text and `LanguageError` for a language or direction
        that is not there. A text in the target language comes back unchanged with a finding.

        >>> pipeline.translate("Trời mưa. Đường ngập.").text
        'It rained. The street was flooded.'
        """
        document = self.segment(text, lang=lang, title=title)
        return self._translate_documents([document], languages.require(to))[0]

    def translate_many(
        self,
        texts: Iterable[Text],
        *,
        to: str = "en",
        cache: Cache = None,
        on_error: str = "raise",
        progress: bool = False,
        workers: int = 1,
    ) -> list[Translation]:
        """Return the translations of many texts, in order; see `translate_stream`.

        >>> pipeline.translate_many(["Trời mưa.", "Đường ngập."])[1].text
        'The street was flooded.'
        """
        return list(
            self.translate_stream(
                texts, to=to, cache=cache, on_error=on_error, progress=progress, workers=workers
            )
        )

    def translate_stream(
        self,
        texts: Iterable[Text],
        *,
        to: str = "en",
        cache: Cache = None,
        on_error: str = "raise",
        progress: bool = False,
        workers: int = 1,
    ) -> Iterator[Translation]:
        """Return an iterator over the translations of many texts, in order and constant memory.

        Texts are taken as they are needed; sentences of different texts share batches. With a
        `cache` (see `cached`), for example `"job.sqlite"`, the same call goes on where a killed one
        has stopped. An error names the text by its index, or with `on_error="report"` becomes an
        empty translation with a finding of the kind `"failure"`. `progress` shows a bar.

        With `workers=N` so many processes do the work with one thread each, for the same results in
        the same order: about 1.4 times as fast on two cores, and worth their start of some seconds
        from a hundred sentences on. Scripts need `if __name__ == "__main__":`. The pipeline has to
        pickle, as those of `vnsum.load` do, or it is an `InputError`; a worker that dies is a
        `VnsumError`. On Linux the workers share the weights in memory.

        >>> for translation in pipeline.translate_stream(["Trời mưa.", "Đường ngập."]):
        ...     print(translation.text)
        It rained.
        The street was flooded.
        """
        languages.require(to)
        pipeline = self.cached(cache)
        steps: Steps[Text, Translation] = Steps(
            prepare=lambda text: pipeline._require_direction(pipeline.segment(text), to),
            work=functools.partial(pipeline._translate_documents, to=to),
            load=functools.partial(load_weights, pipeline.translator),
            replace=lambda finding: Translation(
                document=Document(text="", lang=_other_language(to)), lang=to, findings=(finding,)
            ),
        )
        return streaming.stream(texts, steps, on_error=on_error, progress=progress, workers=workers)

    def translate_sections(
        self,
        pieces: Iterable[str],
        *,
        to: str = "en",
        lang: str | None = None,
        cache: Cache = None,
        progress: bool = False,
        workers: int = 1,
    ) -> Iterator[Translation]:
        """Return an iterator over the translation of one text of any length, section by section.

        `pieces` are its lines, paragraphs or blocks, for example an open file; the `text` of all
        sections joined is the whole translation. The language is that of the first section with
        sentences, unless `lang` is given. See `vnsum.sections` for what a section is.

        >>> lines = ["Trời mưa.\\n", "Đường ngập.\\n"]
        >>> "".join(section.text for section in pipeline.translate_sections(lines))
        'It rained.\\nThe street was flooded.\\n'
        """
        languages.require(to)
        pipeline = self.cached(cache)
        reader = sections.SectionReader(lang=lang)
        steps: Steps[str, Translation] = Steps(
            prepare=lambda section: pipeline._require_direction(reader.read(section), to),
            work=functools.partial(pipeline._translate_documents, to=to),
            load=functools.partial(load_weights, pipeline.translator),
            name="sections",
        )
        texts = sections.cut_sections(pieces)
        return streaming.stream(texts, steps, progress=progress, workers=workers)

    def summarize(
        self,
        text: Text,
        *,
        sentences: int | None = None,
        ratio: float | None = None,
        length: str | None = None,
        title: str | None = None,
        to: str | None = None,
        lang: str | None = None,
    ) -> BilingualSummary:
        """Return a summary of `text` in both languages, with its evidence.

        At most `sentences` sentences (3 unless told otherwise), a `ratio` in (0, 1] of the
        article's, or a `length`: `"headline"`, `"brief"`, `"standard"` or `"full"`. `to` is the
        language of the translation: the other one, unless told otherwise.

        >>> summary = pipeline.summarize("Trời mưa. Đường ngập.", sentences=1)
        >>> summary.vi.text, summary.en.text, summary.pairs[0].source.evidence
        ('Trời mưa.', 'It rained.', (0,))
        """
        budget = Budget(sentences=sentences, ratio=ratio, length=length)
        document = self.segment(text, lang=lang, title=title)
        return self._summarize_documents([document], budget, to)[0]

    def summarize_many(  # noqa: PLR0913 - every choice by its name
        self,
        texts: Iterable[Text],
        *,
        sentences: int | None = None,
        ratio: float | None = None,
        length: str | None = None,
        to: str | None = None,
        cache: Cache = None,
        on_error: str = "raise",
        progress: bool = False,
        workers: int = 1,
    ) -> list[BilingualSummary]:
        """Return the bilingual summaries of many texts, in order; see `summarize_stream`.

        >>> [summary.en.text for summary in pipeline.summarize_many(["Trời mưa. Đường ngập."])]
        ['It rained. The street was flooded.']
        """
        return list(
            self.summarize_stream(
                texts,
                sentences=sentences,
                ratio=ratio,
                length=length,
                to=to,
                cache=cache,
                on_error=on_error,
                progress=progress,
                workers=workers,
            )
        )

    def summarize_stream(  # noqa: PLR0913 - every choice by its name
        self,
        texts: Iterable[Text],
        *,
        sentences: int | None = None,
        ratio: float | None = None,
        length: str | None = None,
        to: str | None = None,
        cache: Cache = None,
        on_error: str = "raise",
        progress: bool = False,
        workers: int = 1,
    ) -> Iterator[BilingualSummary]:
        """Return an iterator over the summaries of many texts, in order and constant memory.

        For the length see `summarize`, for the other options `translate_stream`.

        >>> for summary in pipeline.summarize_stream(["Trời mưa. Đường ngập."], length="headline"):
        ...     print(summary.en.text)
        It rained.
        """
        budget = Budget(sentences=sentences, ratio=ratio, length=length)
        if to is not None:
            languages.require(to)
        pipeline = self.cached(cache)
        steps: Steps[Text, BilingualSummary] = Steps(
            prepare=lambda text: pipeline._require_direction(pipeline.segment(text), to),
            work=functools.partial(pipeline._summarize_documents, budget=budget, to=to),
            load=functools.partial(load_weights, pipeline.translator),
            replace=lambda finding: BilingualSummary(
                document=Document(text="", lang=_other_language(to or "en")),
                lang=to or "en",
                findings=(finding,),
            ),
            weigh=lambda document: (
                len(document.sentences)
                if self.order == assembly.TRANSLATE_FIRST
                else budget.limit(len(document.sentences))
            ),
        )
        return streaming.stream(texts, steps, on_error=on_error, progress=progress, workers=workers)

    def cached(self, cache: Cache) -> Pipeline:
        """Return a pipeline that keeps its translations in `cache` and finds them there.

        `True` is a file in the platform's cache folder, which is bounded; a path is a file or
        folder of your own; `None` and `False` return this pipeline. Several processes may share a
        cache; one that cannot be used gives one `CacheWarning` and the work goes on without it.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     pipeline = load().cached(f"{folder}/job.sqlite")
        ...     pipeline.translator.directions
        ('vi->en', 'en->vi')
        """
        store = open_store(cache)
        if store is None:
            return self
        return replace(self, translator=CachedTranslator(self.translator, store=store))

    def _require_direction(self, document: Document, to: str | None) -> Document:
        """Return `document`; `LanguageError` where it is in a language that cannot be translated.

        So that one such text is told from the others before they are translated together.
        """
        target = to or _other_language(document.lang)
        if document.lang != target and document.sentences:
            name = self.translator.signature.split("|")[0]
            known = self.translator.directions
            require_direction(known, source=document.lang, target=target, model=name)
        return document

    def _translate_documents(self, documents: Sequence[Document], to: str) -> list[Translation]:
        jobs = [_texts_of(document) for document in documents]
        translated = self._translate_jobs(documents, jobs, [to] * len(documents))
        return [
            self._assemble_translation(document, to, checked)
            for document, checked in zip(documents, translated, strict=True)
        ]

    def _assemble_translation(
        self, document: Document, to: str, checked: dict[str, CheckedText]
    ) -> Translation:
        pairs = []
        for sentence in document.sentences:
            done = checked[sentence.text]
            pairs.append(SentencePair(source=sentence, target=done.text, findings=done.findings))
        furniture = tuple(
            checked[piece.text].text if piece.text in checked else _leave(piece.kind, piece.text)
            for piece in document.furniture
        )
        return Translation(
            document=document,
            lang=to,
            title=checked[document.title].text if document.title else None,
            pairs=tuple(pairs),
            furniture=furniture,
            findings=_note_language(document, to),
            signature=self._sign(self.translator.signature),
        )

    def _summarize_documents(
        self, documents: Sequence[Document], budget: Budget, to: str | None
    ) -> list[BilingualSummary]:
        targets = [
            languages.require(to) if to is not None else _other_language(document.lang)
            for document in documents
        ]
        if self.order == assembly.TRANSLATE_FIRST:
            jobs = [
                [*filter(None, [document.title]), *(s.text for s in document.sentences)]
                for document in documents
            ]
            known = self._translate_jobs(documents, jobs, targets)
        else:
            known = [{} for _ in documents]
        summaries = self._pick(documents, budget, targets, known)
        jobs = [
            [
                text
                for text in (*filter(None, [document.title]), *(s.text for s in summary.sentences))
                if text not in table
            ]
            for document, summary, table in zip(documents, summaries, known, strict=True)
        ]
        translated = self._translate_jobs(documents, jobs, targets)
        return [
            self._assemble_summary(document, summary, target, {**table, **checked})
            for document, summary, target, table, checked in zip(
                documents, summaries, targets, known, translated, strict=True
            )
        ]

    def _pick(
        self,
        documents: Sequence[Document],
        budget: Budget,
        targets: Sequence[str],
        known: Sequence[dict[str, CheckedText]],
    ) -> list[Summary]:
        """Return the summaries in the documents' languages; `known` gets the words of a model."""
        if self.order == assembly.SUMMARIZE_FIRST:
            summaries = summarization.summarize_many(self.summarizer, documents, budget)
            return [
                assembly.clear_references(document, summary)
                for document, summary in zip(documents, summaries, strict=True)
            ]
        translated = [
            assembly.translate_document(
                document,
                [checked[sentence.text].text for sentence in document.sentences],
                lang=to,
                title=checked[document.title].text if document.title else None,
            )
            for document, to, checked in zip(documents, targets, known, strict=True)
        ]
        picked = summarization.summarize_many(
            self.summarizer, [one.document for one in translated], budget
        )
        return [
            self._bring_back(*parts)
            for parts in zip(documents, translated, picked, targets, known, strict=True)
        ]

    def _bring_back(
        self,
        document: Document,
        translated: assembly.Translated,
        picked: Summary,
        to: str,
        checked: dict[str, CheckedText],
    ) -> Summary:
        """Return a summary of the translation as one of the document; see `_pick`."""
        brought = assembly.bring_back(document, translated, picked)
        for text, (words, findings) in brought.words.items():
            own = CheckedText(text=words, findings=findings)
            checked[text] = self._check_fidelity(text, own, document, to)
        if brought.words:
            return brought.summary
        return assembly.clear_references(document, brought.summary)

    def _assemble_summary(
        self, document: Document, summary: Summary, to: str, checked: dict[str, CheckedText]
    ) -> BilingualSummary:
        done = [checked[sentence.text] for sentence in summary.sentences]
        sides = [assembly.Target(text=d.text, findings=d.findings) for d in done]
        paired = assembly.pair_up(document, summary, sides, lang=to)
        order = () if self.order == assembly.SUMMARIZE_FIRST else (self.order,)
        return replace(
            paired,
            title=checked[document.title].text if document.title else None,
            findings=(*_note_language(document, to), *paired.findings),
            signature=self._sign(*order, summary.signature, self.translator.signature),
        )

    def _translate_jobs(
        self, documents: Sequence[Document], jobs: Sequence[Sequence[str]], targets: Sequence[str]
    ) -> list[dict[str, CheckedText]]:
        """Translate the texts of every job, in one call a direction; a table for each job."""
        wanted: dict[tuple[str, str], dict[str, CheckedText]] = {}
        for document, job, target in zip(documents, jobs, targets, strict=True):
            table = wanted.setdefault((document.lang, target), {})
            table.update((text, CheckedText(text=text)) for text in job)
        for (source, target), table in wanted.items():
            if source != target and table:
                done = self.translator.translate_checked([*table], source=source, target=target)
                table.update(zip(table, done, strict=True))
        return [
            self._finish_texts({text: wanted[d.lang, to][text] for text in job}, d, to)
            for d, job, to in zip(documents, jobs, targets, strict=True)
        ]

    def _finish_texts(
        self, table: dict[str, CheckedText], document: Document, to: str
    ) -> dict[str, CheckedText]:
        """Return the translations of a document's texts with one form a name, and checked."""
        if self.glossary.one_form and document.lang != to:
            table = unify_forms(table, glossary=self.glossary, source=document.lang, target=to)
        return {
            text: self._check_fidelity(text, done, document, to) for text, done in table.items()
        }

    def _check_fidelity(
        self, text: str, translated: CheckedText, document: Document, to: str
    ) -> CheckedText:
        """Add what the translation of `text` changed: figures, dates, names, negation."""
        if document.lang == to:
            return translated
        way = {"source_lang": document.lang, "target_lang": to}
        found = fidelity.check(text, translated.text, published=document.published, **way)
        uses = list_uses(text, translated.text, glossary=self.glossary, **way)
        rest = drop_explained(found, uses)
        return CheckedText(text=translated.text, findings=(*translated.findings, *rest))

    def _sign(self, *parts: str) -> str:
        return "|".join([f"vnsum {__version__}", *parts])


def load(  # noqa: PLR0913 - the front door: every choice by its name
    model: str | os.PathLike[str] | ModelSpec = "mini",
    *,
    summarizer: str | Summarizer = summarization.DEFAULT_METHOD,
    order: str = assembly.SUMMARIZE_FIRST,
    runtime: str = "auto",
    device: str | None = None,
    threads: int | None = None,
    beams: int | None = None,
    rerank: bool = True,
    offline: bool | None = None,
    directions: Sequence[str] | None = None,
    cache: Cache = None,
    glossary: Glossary | Mapping[str, str | Sequence[str]] | str | os.PathLike[str] | None = None,
    keep: Iterable[str] = (),
) -> Pipeline:
    """Return a pipeline with a translation model and a summarizer.

    `model` is a name from `vnsum.models()`, a Hugging Face id, a folder, or a row of your own; its
    weights are loaded at the first translation. `device` is `"cpu"`, `"cuda"` or `"mps"`, the
    fastest there is unless told otherwise. `threads` is how many threads a CPU's work gets, in all
    of the process; unless told otherwise that is `OMP_NUM_THREADS`, else as many as the process may
    use processors (affinity, a container's quota). `summarizer` is a method of
    `vnsum.summarization.METHODS`, or a checkpoint that writes summaries such as `"vit5"` (a folder
    or id of your own, too), `order` one of the two of `Pipeline`. `runtime` is what runs the model:
    `"vnsum"` (packaged weights), `"ctranslate2"` (extra `fast`), `"transformers"`, or the best of
    these. `beams` is the width of the beam search, 1 for greedy. `rerank` lets the runtime
    `"vnsum"` choose among the candidates of a wider one by asking each for the source back, for
    better translations in nearly twice the time. `offline=True` (or `VNSUM_OFFLINE=1`) keeps off
    the network; `directions` such as `("vi->en",)` are for folders that do not tell. `cache` keeps
    translations between runs: see `Pipeline.cached`. `glossary` says what terms become, as a table
    such as `{"Biển Đông": "East Sea"}`, a `vnsum.Glossary` or a TSV or CSV file; `keep` are names
    to be left as they are. Raises `ModelError` for an unknown model.

    >>> load("mini").translator.directions
    ('vi->en', 'en->vi')
    """
    if beams is not None and (isinstance(beams, bool) or not isinstance(beams, int) or beams < 1):
        raise InputError(f"beams must be a whole number from 1 up, not {beams!r}")
    check_threads(threads)
    if isinstance(model, ModelSpec):
        spec = model
    else:
        spec = resolve_model(model, directions=directions, offline=offline)

    terms = Glossary.make(glossary, keep=keep)
    return Pipeline(
        translator=make_translator(
            spec,
            runtime=runtime,
            device=device,
            threads=threads,
            offline=offline,
            beams=beams,
            rerank=rerank,
            glossary=terms,
        ),
        summarizer=(
            summarization.load(summarizer, device=device, offline=offline, threads=threads)
            if isinstance(summarizer, str)
            else summarizer
        ),
        order=order,
        glossary=terms,
    ).cached(cache)


def _texts_of(document: Document) -> list[str]:
    """Return every text of `document` that a translation has to translate."""
    prose = [p.text for p in document.furniture if is_prose(p.kind)]
    return [*filter(None, [document.title]), *(s.text for s in document.sentences), *prose]


def _leave(kind: str, text: str) -> str:
    return "" if handling(kind) == "drop" else text


def _other_language(lang: str) -> str:
    return next(code for code in languages.LANGUAGES if code != lang)


def _note_language(document: Document, to: str) -> tuple[Finding, ...]:
    """Return what the reader should know about the language of the whole text."""
    name = languages.LANGUAGES[document.lang].name
    if document.lang == to and document.sentences:
        message = f"the text is in {name} already and was left as it is"
        return (Finding(kind="language", severity="info", message=message),)
    words = document.text.split()
    if document.lang == "vi" and len(words) >= UNMARKED_WORDS and document.text.isascii():
        message = "the text has no diacritics, so that many of its words are guesses"
        return (Finding(kind="language", severity="warning", message=message),)
    return ()

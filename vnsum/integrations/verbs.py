"""The verbs of `Batch`: their options, and how they map texts to result columns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vnsum
from vnsum import checks, languages, rendering, segmentation
from vnsum.pipeline import Pipeline
from vnsum.pipeline.translating import require_document_direction
from vnsum.rendering.text import finding_line
from vnsum.results.digest import Digest
from vnsum.results.document import Document
from vnsum.results.result import BilingualSummary, Finding, Translation
from vnsum.summarization import Budget

TEXT, TEXTS, NUMBERS, SHARE = "text", "list of text", "list of integers", "number from 0 to 1"

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A verb: `prepare` an input, `run` on many, and `cells` of a result.

    `columns` are the result columns with their types. `options` are the options of the verb; all
    others belong to `vnsum.load`, which is called only with `needs_model`. `prepare` is cheap and
    raises for an invalid text; `run` reports a text that fails as a finding of the kind
    `"failure"`. `validate` raises for invalid options. With `grouped`, `run` takes the texts of one
    group of rows.
    """

    columns: Mapping[str, str]
    options: tuple[str, ...]
    prepare: Callable[[Any, Sequence[str | None], Options], Any]
    run: Callable[[Any, Sequence[Any], Options, bool], Sequence[Any]]
    cells: Callable[[Any], tuple[object, ...]]
    validate: Callable[[Options], object] = lambda options: None
    needs_model: bool = True
    texts: int = 1
    grouped: bool = False


def load_options() -> frozenset[str]:
    """Return the names of the options that `vnsum.load` takes."""
    return frozenset(inspect.signature(vnsum.load).parameters) - {"model"}


def _segment(pipeline: Pipeline | None, cells: Sequence[str | None], options: Options) -> Document:
    text, title = cells
    return segmentation.segment(text or "", lang=options.get("lang"), title=title)


def _prepare_translation(
    pipeline: Pipeline, cells: Sequence[str | None], options: Options
) -> Document:
    text, title = cells
    document = pipeline.segment(text or "", lang=options.get("source_lang"), title=title)
    return require_document_direction(pipeline.translator, document, options.get("to", "en"))


def _prepare_summary(pipeline: Pipeline, cells: Sequence[str | None], options: Options) -> Document:
    text, title = cells
    document = pipeline.segment(text or "", lang=options.get("source_lang"), title=title)
    return require_document_direction(pipeline.translator, document, options.get("to"))


def _translate(
    pipeline: Pipeline, documents: Sequence[Document], options: Options, progress: bool
) -> list[Translation]:
    chosen = {name: options[name] for name in ("to",) if name in options}
    return pipeline.translate_many(documents, on_error="report", progress=progress, **chosen)


def _summarize(
    pipeline: Pipeline, documents: Sequence[Document], options: Options, progress: bool
) -> list[BilingualSummary]:
    names = ("length", "to")
    chosen = {name: options[name] for name in names if name in options}
    return pipeline.summarize_many(documents, on_error="report", progress=progress, **chosen)


def _check(
    pipeline: None, pairs: Sequence[Sequence[str]], options: Options, progress: bool
) -> list[tuple[Finding, ...]]:
    langs = {"source_lang": options.get("source_lang"), "target_lang": options.get("to")}
    return [tuple(checks.check(source, target, **langs)) for source, target in pairs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A digest, and which of its articles a row has."""

    digest: Digest
    article: int


def _digest(
    pipeline: Pipeline, documents: Sequence[Document], options: Options, progress: bool
) -> list[Share]:
    digest = pipeline.digest(documents, options.get("length"), to=options.get("to"))
    return [Share(digest=digest, article=index) for index in range(len(documents))]


def _digest_cells(share: Share) -> tuple[object, ...]:
    digest = share.digest
    places = [place for pair in digest.pairs for place in pair.source.evidence]
    evidence = [place.sentence for place in places if place.article == share.article]
    findings = "\n".join(rendering.findings(digest))
    return (*_sides(digest), evidence, _least_confidence(digest), findings, digest.signature)


def _sides(result: BilingualSummary | Digest) -> tuple[str | None, str | None]:
    """Return the Vietnamese and the English side, `None` for a language it does not have."""
    langs = (result.source_lang, result.target_lang)
    vi, en = (str(result.side(lang)) if lang in langs else None for lang in ("vi", "en"))
    return vi, en


def _least_confidence(result: Translation | BilingualSummary | Digest) -> float | None:
    """Return the confidence of the least certain sentence; `None` if the model has none."""
    known = (pair.confidence for pair in result.pairs)
    return min((value for value in known if value is not None), default=None)


def _summary_cells(summary: BilingualSummary) -> tuple[object, ...]:
    evidence = [index for pair in summary.pairs for index in pair.source.evidence]
    findings = "\n".join(rendering.findings(summary))
    return (*_sides(summary), evidence, _least_confidence(summary), findings, summary.signature)


def _check_languages(options: Options) -> None:
    for name in ("lang", "source_lang", "to"):
        if options.get(name) is not None:
            languages.require(options[name])


def _check_budget(options: Options) -> None:
    _check_languages(options)
    Budget.of(options.get("length"))


VERBS: Mapping[str, Verb] = {
    "translate": Verb(
        columns={"translation": TEXT, "confidence": SHARE, "findings": TEXT, "signature": TEXT},
        options=("to", "source_lang"),
        prepare=_prepare_translation,
        run=_translate,
        cells=lambda t: (
            t.text, _least_confidence(t), "\n".join(rendering.findings(t)), t.signature
        ),
        validate=_check_languages,
    ),
    "summarize": Verb(
        columns={"summary_vi": TEXT, "summary_en": TEXT, "evidence": NUMBERS,
                 "confidence": SHARE, "findings": TEXT, "signature": TEXT},
        options=("length", "to", "source_lang"),
        prepare=_prepare_summary,
        run=_summarize,
        cells=_summary_cells,
        validate=_check_budget,
    ),
    "digest": Verb(
        columns={"digest_vi": TEXT, "digest_en": TEXT, "evidence": NUMBERS,
                 "confidence": SHARE, "findings": TEXT, "signature": TEXT},
        options=("length", "to"),
        prepare=_segment,
        run=_digest,
        cells=_digest_cells,
        validate=_check_budget,
        grouped=True,
    ),
    "segment": Verb(
        columns={"sentences": TEXTS, "lang": TEXT},
        options=("lang",),
        prepare=_segment,
        run=lambda pipeline, documents, options, progress: documents,
        cells=lambda document: ([s.text for s in document.sentences], document.lang),
        validate=_check_languages,
        needs_model=False,
    ),
    "check": Verb(
        columns={"findings": TEXT},
        options=("source_lang", "to"),
        prepare=lambda pipeline, cells, options: cells,
        run=_check,
        cells=lambda findings: ("\n".join(map(finding_line, findings)),),
        validate=_check_languages,
        needs_model=False,
        texts=2,
    ),
}  # fmt: skip

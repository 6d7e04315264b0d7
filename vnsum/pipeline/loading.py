"""`load`, which builds a pipeline from the names of a model and a summarizer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from vnsum import require, summarization
from vnsum.checkpoints import ModelSpec, Quality, resolve_model
from vnsum.glossary import Glossary
from vnsum.pipeline.pipeline import Pipeline
from vnsum.summarization import Summarizer
from vnsum.translation import Cache, RunOptions, RuntimeName, make_translator
from vnsum.translation.repair.diacritics import Diacritics


def load(  # noqa: PLR0913 - the options of everything that it builds
    model: str | os.PathLike[str] | ModelSpec = "mini",
    *,
    summarizer: str | Summarizer = summarization.DEFAULT_METHOD,
    runtime: RuntimeName = "auto",
    device: str | None = None,
    threads: int | None = None,
    quality: Quality = "standard",
    offline: bool | None = None,
    directions: Sequence[str] | None = None,
    cache: Cache = None,
    glossary: Glossary | Mapping[str, str | Sequence[str]] | str | os.PathLike[str] | None = None,
    keep: Iterable[str] = (),
    diacritics: Diacritics = "strip",
) -> Pipeline:
    """Return a pipeline with a translation model and a summarizer.

    `model` is a name from `vnsum.models()`, a Hugging Face id, a folder, or a `ModelSpec`; its
    weights are loaded at the first translation. `summarizer` is a method of
    `vnsum.summarization.METHODS`, a checkpoint that generates summaries such as `"vit5"` (also a
    folder or id), or an object with a `summarize` method.

    `runtime` is what runs the model: `"vnsum"` (packaged weights), `"ctranslate2"` (extra `fast`),
    `"transformers"`, or `"auto"` for the fastest available. `device` is `"cpu"`, `"cuda"` or
    `"mps"`, by default the fastest available. `threads` is the number of CPU threads of the
    process, by default `OMP_NUM_THREADS` or the number of processors that the process may use
    (affinity, container quota). `quality` is `"fast"` (greedy search), `"standard"` or `"best"`
    (a wider beam search); see `Family.choose_beams`.

    `offline=True` (or `VNSUM_OFFLINE=1`) never uses the network. `directions` such as
    `("vi->en",)` are for folders that do not declare them. `cache` keeps translations
    between runs: see `Pipeline.cached`. `glossary` is a table of terms such as
    `{"Biển Đông": "East Sea"}`, a `vnsum.Glossary`, or a TSV or CSV file; `keep` lists names that
    are not translated. `diacritics` is `"strip"` or `"keep"`: Vietnamese names in English
    translations are written without or with their diacritics. Raises `ModelError` for an unknown
    model.

    >>> load("mini").translator.directions
    ('vi->en', 'en->vi')
    """
    options = RunOptions(
        runtime=runtime,
        device=device,
        threads=threads,
        quality=quality,
        offline=offline,
    )
    if directions is not None:
        directions = [
            require.text(direction, "a direction")
            for direction in require.items(directions, "directions", "directions")
        ]
    if isinstance(model, ModelSpec):
        spec = model
    else:
        spec = resolve_model(model, directions=directions, offline=offline)
    terms = Glossary.make(glossary, keep=keep)
    return Pipeline(
        translator=make_translator(spec, options, glossary=terms),
        summarizer=(
            summarization.load(summarizer, device=device, offline=offline, threads=threads)
            if isinstance(summarizer, str)
            else summarizer
        ),
        glossary=terms,
        diacritics=diacritics,
    ).cached(cache)

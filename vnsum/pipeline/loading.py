"""`load`, which builds a pipeline from the names of a model and a summarizer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from vnsum import require, summarization
from vnsum.chat.server import Server
from vnsum.checkpoints import ModelSpec, Quality, require_available, resolve_model
from vnsum.errors import InputError
from vnsum.glossary import Glossary
from vnsum.pipeline.pipeline import Pipeline
from vnsum.summarization import Summarizer
from vnsum.translation import (
    Cache,
    RunOptions,
    RuntimeName,
    Translator,
    make_server_translator,
    make_translator,
)
from vnsum.translation.repair.diacritics import Diacritics


def load(  # noqa: PLR0913 - the options of everything that it builds
    model: str | os.PathLike[str] | ModelSpec | Server = "mini",
    *,
    summarizer: str | Summarizer | Server = summarization.DEFAULT_METHOD,
    runtime: RuntimeName = "auto",
    device: str | None = None,
    threads: int | None = None,
    quality: Quality = "standard",
    offline: bool | None = None,
    directions: Sequence[str] | None = None,
    family: str | None = None,
    convert: bool = False,
    cache: Cache = None,
    glossary: Glossary | Mapping[str, str | Sequence[str]] | str | os.PathLike[str] | None = None,
    keep: Iterable[str] = (),
    diacritics: Diacritics = "strip",
) -> Pipeline:
    """Return a pipeline with a translation model and a summarizer.

    `model` is a name from `vnsum.models()`, a Hugging Face id, a folder, a `ModelSpec`, or a
    `vnsum.Server`; its weights are loaded at the first translation. `summarizer` is a method of
    `vnsum.summarization.METHODS`, a checkpoint that generates summaries such as `"vit5"` (also a
    folder or id, such as that of a chat model), a `vnsum.Server`, or an object with a `summarize`
    method.

    `runtime` is what runs the model: `"vnsum"` (packaged weights), `"ctranslate2"` (extra `fast`),
    `"transformers"`, or `"auto"` for the fastest available. `device` is `"cpu"`, `"cuda"` or
    `"mps"`, by default the fastest available. `threads` is the number of CPU threads of the
    process, by default `OMP_NUM_THREADS` or the number of processors that the process may use
    (affinity, container quota). `quality` is `"fast"` (greedy search), `"standard"` or `"best"`
    (a wider beam search); see `Family.choose_beams`.

    `offline=True` (or `VNSUM_OFFLINE=1`) never uses the network, and refuses servers on other
    machines. `directions` such as `("vi->en",)` and `family`, a name in
    `vnsum.checkpoints.FAMILIES` such as `"envit5"`, are for folders that do not tell them. With
    `convert=True`, weights that are available as pickles only are converted to safetensors now, in
    a separate process that executes no code of theirs; otherwise they are an error. `cache` keeps
    translations between runs: see `Pipeline.cached`. `glossary` is a table of terms such as
    `{"Biển Đông": "East Sea"}`, a `vnsum.Glossary`, or a TSV or CSV file; `keep` lists names that
    are not translated. `diacritics` is `"strip"` or `"keep"`: Vietnamese names in English
    translations are written without or with their diacritics. Raises `ModelError` for an unknown
    model, and for a model of the hub that is not available.

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
    terms = Glossary.make(glossary, keep=keep)
    translator: Translator
    if isinstance(model, Server):
        _require_no_choice(options, directions=directions, family=family, convert=convert)
        translator = make_server_translator(model, offline=offline, glossary=terms)
    else:
        spec = _find_spec(
            model, directions=directions, family=family, convert=convert, offline=offline
        )
        translator = make_translator(spec, options, glossary=terms)
    return Pipeline(
        translator=translator,
        summarizer=(
            summarization.load(summarizer, device=device, offline=offline, threads=threads)
            if isinstance(summarizer, str | Server)
            else summarizer
        ),
        glossary=terms,
        diacritics=diacritics,
    ).cached(cache)


def _find_spec(
    model: str | os.PathLike[str] | ModelSpec,
    *,
    directions: Sequence[str] | None,
    family: str | None,
    convert: bool,
    offline: bool | None,
) -> ModelSpec:
    """Return the spec of a model, and raise `ModelError` if it is named and not available."""
    family = require.optional_text(family, "family")
    require.flag(convert, "convert")
    if isinstance(model, ModelSpec):
        if convert:
            require_available(model, offline=offline, convert=True)
        return model
    spec = resolve_model(model, directions=directions, family=family, offline=offline)
    require_available(spec, offline=offline, convert=convert)
    return spec


def _require_no_choice(options: RunOptions, **choices: object) -> None:
    """Raise `InputError` for options that a server would ignore."""
    chosen = {
        "runtime": options.runtime != "auto",
        "quality": options.quality != "standard",
        **{name: bool(value) for name, value in choices.items()},
    }
    if given := [name for name, is_given in chosen.items() if is_given]:
        raise InputError(
            f"a server decides {', '.join(given)} itself: leave it out; options of the requests "
            "are set with vnsum.Server(options=...)"
        )

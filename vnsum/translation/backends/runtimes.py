"""The table of runtimes; a model uses the first one that supports it.

The order follows the measurements of `python -m vnsum.evaluation.runtimes`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from vnsum import require
from vnsum.chat.prompts import PROMPTS
from vnsum.checkpoints.devices import choose_device
from vnsum.checkpoints.families import FAMILIES, MOST_BEAMS, QUALITIES, Family, ModelSpec, Quality
from vnsum.errors import ModelError
from vnsum.processors import check_threads, use_threads
from vnsum.translation.backends.backend import Backend

AUTO: Literal["auto"] = "auto"
EVERY_FAMILY = frozenset(FAMILIES)
CHAT = frozenset(name for name, family in FAMILIES.items() if family.prompt)


RuntimeName = Literal["auto", "vnsum", "ctranslate2", "transformers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Options for running a model; see `vnsum.load`. Raises `InputError` for invalid values.

    `beams` overrides the beam width of `quality`; `rerank=False` skips noisy-channel reranking.
    """

    runtime: RuntimeName = AUTO
    device: str | None = None
    threads: int | None = None
    quality: Quality = "standard"
    beams: int | None = None
    rerank: bool = True
    offline: bool | None = None

    def __post_init__(self) -> None:
        require.one_of(self.runtime, [AUTO, *(row.name for row in RUNTIMES)], "runtime")
        require.optional_text(self.device, "device")
        check_threads(self.threads)
        require.one_of(self.quality, QUALITIES, "quality")
        if self.beams is not None:
            require.whole_number(self.beams, "beams", least=1, most=MOST_BEAMS)
        require.flag(self.rerank, "rerank")
        require.optional_flag(self.offline, "offline")

    def describe(self) -> str:
        """Return the options that affect translations, in one line."""
        names = ("beams", "device", "quality", "rerank", "runtime")
        return repr([(name, getattr(self, name)) for name in names])

    def choose_beams(self, family: Family) -> int:
        """Return the beam width for a family of models."""
        return self.beams or family.choose_beams(self.quality)


def _load_packaged(spec: ModelSpec, options: RunOptions) -> Backend:
    from vnsum.translation.backends.packaged import PackagedBackend

    use_threads(options.threads)
    return PackagedBackend.load(
        spec,
        device=options.device,
        beams=options.choose_beams(spec.family),
        rerank=options.rerank,
    )


def _load_ctranslate(spec: ModelSpec, options: RunOptions) -> Backend:
    from vnsum.translation.backends import ctranslate

    kind = ctranslate.CTranslateChatBackend if _takes_terms(spec) else ctranslate.CTranslateBackend
    return kind.load(
        spec,
        device=options.device,
        offline=options.offline,
        beams=options.choose_beams(spec.family),
        threads=options.threads,
    )


def _load_huggingface(spec: ModelSpec, options: RunOptions) -> Backend:
    from vnsum.translation.backends import huggingface

    use_threads(options.threads)
    chat = _takes_terms(spec)
    kind = huggingface.HuggingFaceChatBackend if chat else huggingface.HuggingFaceBackend
    return kind.load(
        spec,
        device=options.device,
        offline=options.offline,
        beams=options.choose_beams(spec.family),
    )


def _takes_terms(spec: ModelSpec) -> bool:
    prompt = spec.family.prompt
    return bool(prompt and PROMPTS[prompt].terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A library that runs models.

    `families` and `origins` are the models that it supports; `chosen_on` are the devices on which
    it is selected by default, except for the families `only_named`; `package` must be installed.
    """

    name: str
    families: frozenset[str]
    origins: tuple[str, ...]
    chosen_on: tuple[str, ...]
    package: str
    only_named: frozenset[str] = frozenset()
    load: Callable[[ModelSpec, RunOptions], Backend]

    def serves(self, spec: ModelSpec) -> bool:
        """Return whether the runtime supports a model."""
        return spec.family.name in self.families and spec.origin in self.origins

    @property
    def is_installed(self) -> bool:
        """Whether its library is installed; does not import it."""
        return importlib.util.find_spec(self.package) is not None


RUNTIMES = (
    Runtime(
        name="vnsum",
        families=frozenset({"gemma-tagged"}),
        origins=("package",),
        chosen_on=("cpu", "cuda", "mps"),
        package="torch",
        load=_load_packaged,
    ),
    Runtime(
        name="ctranslate2",
        families=EVERY_FAMILY - {"hy-mt2"},
        only_named=CHAT,  # not every chat model can be converted
        origins=("package", "hub", "path"),
        chosen_on=("cpu",),
        package="ctranslate2",
        load=_load_ctranslate,
    ),
    Runtime(
        name="transformers",
        families=EVERY_FAMILY,
        origins=("package", "hub", "path"),
        chosen_on=("cpu", "cuda", "mps"),
        package="transformers",
        load=_load_huggingface,
    ),
)


def choose_runtime(spec: ModelSpec, options: RunOptions | None = None) -> Runtime:
    """Return the runtime in `options`, or the first one that supports model and device.

    Raises `ModelError` if the requested runtime does not support the model.

    >>> from vnsum.checkpoints import resolve_model
    >>> choose_runtime(resolve_model("mini")).name
    'vnsum'
    """
    options = options or RunOptions()
    able = [row for row in RUNTIMES if row.serves(spec)]
    if options.runtime != AUTO:
        for row in able:
            if row.name == options.runtime:
                return row
        raise ModelError(
            f"the runtime {options.runtime!r} cannot run {spec.name!r} (family "
            f"{spec.family.name}): expected {AUTO} or one of {', '.join(row.name for row in able)}"
        )
    place = options.device.split(":")[0] if options.device else None
    for row in able:
        if spec.family.name in row.only_named:
            continue
        everywhere = set(row.chosen_on) >= {"cpu", "cuda", "mps"}
        if row.is_installed and not everywhere and place is None:
            place = choose_device().type
        if row.is_installed and (everywhere or place in row.chosen_on):
            return row
    return able[-1]  # loading raises an error that names the missing library

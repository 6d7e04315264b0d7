"""Which library runs which model: a table of runtimes, the first that fits is taken.

The order is decided by measurement, see `python -m vnsum.evaluation.runtimes`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from vnsum.checkpoints.families import FAMILIES
from vnsum.checkpoints.loading import choose_device
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import InputError, ModelError
from vnsum.processors import use_threads
from vnsum.translation.backend import Backend

AUTO = "auto"
EVERY_FAMILY = frozenset(FAMILIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a user may choose about running a model; see `vnsum.load`."""

    device: str | None = None
    offline: bool | None = None
    beams: int | None = None
    rerank: bool = True
    threads: int | None = None


def _load_decoder(spec: ModelSpec, options: Options) -> Backend:
    from vnsum.translation.decoder import DecoderBackend

    use_threads(options.threads)
    return DecoderBackend.load(
        spec, device=options.device, beams=options.beams, rerank=options.rerank
    )


def _load_ctranslate(spec: ModelSpec, options: Options) -> Backend:
    from vnsum.translation.ctranslate import CTranslateBackend

    return CTranslateBackend.load(
        spec,
        device=options.device,
        offline=options.offline,
        beams=options.beams,
        threads=options.threads,
    )


def _load_huggingface(spec: ModelSpec, options: Options) -> Backend:
    from vnsum.translation.huggingface import HuggingFaceBackend

    use_threads(options.threads)
    return HuggingFaceBackend.load(
        spec, device=options.device, offline=options.offline, beams=options.beams
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A way to run models: what it takes, and where it is taken without being asked for.

    `families` and `origins` are what it can run; `chosen_on` are the devices on which it is the
    best choice for those; `package` has to be installed.
    """

    name: str
    families: frozenset[str]
    origins: tuple[str, ...]
    chosen_on: tuple[str, ...]
    package: str
    load: Callable[[ModelSpec, Options], Backend]

    def serves(self, spec: ModelSpec) -> bool:
        """Return whether it can run the model."""
        return spec.family.name in self.families and spec.origin in self.origins

    @property
    def is_installed(self) -> bool:
        """Whether its library is there; nothing is imported."""
        return importlib.util.find_spec(self.package) is not None


RUNTIMES = (
    Runtime(
        name="vnsum",
        families=frozenset({"gemma-tagged"}),
        origins=("package",),
        chosen_on=("cpu", "cuda", "mps"),
        package="torch",
        load=_load_decoder,
    ),
    Runtime(
        name="ctranslate2",
        families=EVERY_FAMILY,
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


def choose_runtime(spec: ModelSpec, *, runtime: str = AUTO, device: str | None = None) -> Runtime:
    """Return the row that is asked for, or the first that fits model, device and installation.

    Raises `InputError` for an unknown name, `ModelError` where the named one cannot run the model.

    >>> from vnsum.checkpoints import resolve_model
    >>> choose_runtime(resolve_model("mini")).name
    'vnsum'
    """
    require_runtime(runtime)
    able = [row for row in RUNTIMES if row.serves(spec)]
    if runtime != AUTO:
        for row in able:
            if row.name == runtime:
                return row
        raise ModelError(
            f"the runtime {runtime!r} cannot run {spec.name!r} (family {spec.family.name}): "
            f"expected {AUTO} or one of {', '.join(row.name for row in able)}"
        )
    place = device.split(":")[0] if device else None
    for row in able:
        everywhere = set(row.chosen_on) >= {"cpu", "cuda", "mps"}
        if row.is_installed and not everywhere and place is None:
            place = choose_device().type
        if row.is_installed and (everywhere or place in row.chosen_on):
            return row
    return able[-1]  # whose loading says what is missing


def require_runtime(runtime: str) -> None:
    """Raise `InputError` where there is no runtime of this name."""
    names = [AUTO, *(row.name for row in RUNTIMES)]
    if runtime not in names:
        raise InputError(f"unknown runtime {runtime!r}: expected one of {', '.join(names)}")

"""The catalog of known models; to add a model, add a row to `HUB_MODELS`."""

from __future__ import annotations

import functools
from typing import Any

from vnsum.checkpoints.families import BOTH, FAMILIES, ModelSpec
from vnsum.checkpoints.packaged import read_manifest


def _hub(
    name: str, checkpoint: str, family: str, licence: str, size_mb: int, **more: Any
) -> ModelSpec:
    more.setdefault("directions", BOTH)
    return ModelSpec(
        name=name,
        checkpoint=checkpoint,
        origin="hub",
        family=FAMILIES[family],
        licence=licence,
        size_mb=size_mb,
        **more,
    )


# fmt: off
HUB_MODELS = (
    _hub("opus-mt-vi-en", "Helsinki-NLP/opus-mt-vi-en", "marian", "Apache-2.0", 290,
         directions=("vi->en",)),
    _hub("opus-mt-en-vi", "Helsinki-NLP/opus-mt-en-vi", "marian-tagged", "Apache-2.0", 290,
         directions=("en->vi",)),
    _hub("nllb-600m", "facebook/nllb-200-distilled-600M", "nllb", "CC-BY-NC-4.0", 2460),
    _hub("nllb-1.3b", "facebook/nllb-200-distilled-1.3B", "nllb", "CC-BY-NC-4.0", 5480),
    _hub("m2m100-418m", "facebook/m2m100_418M", "m2m100", "MIT", 1940),
    _hub("mbart-50", "facebook/mbart-large-50-many-to-many-mmt", "mbart-50", "MIT", 2440),
    _hub("envit5", "VietAI/envit5-translation", "envit5", "OpenRAIL", 1100),
    _hub("vinai-vi2en", "vinai/vinai-translate-vi2en-v2", "vinai-translate", "AGPL-3.0", 1790,
         directions=("vi->en",)),
    _hub("vinai-en2vi", "vinai/vinai-translate-en2vi-v2", "vinai-translate", "AGPL-3.0", 1790,
         directions=("en->vi",)),
    _hub("vit5", "VietAI/vit5-base", "t5", "MIT", 900, directions=(),
         note="pretrained only: fine-tune it, then load the folder with directions=..."),
    _hub("bartpho", "vinai/bartpho-syllable", "bartpho", "MIT", 1580, directions=(),
         note="pretrained only: fine-tune it, then load the folder with directions=..."),
)
# fmt: on


@functools.cache
def known_models() -> tuple[ModelSpec, ...]:
    """Return the known models, the packaged one first.

    >>> known_models()[0].name
    'mini'
    """
    manifest = read_manifest("mini")
    mini = ModelSpec(
        name="mini",
        checkpoint="mini",
        origin="package",
        family=FAMILIES[manifest.family],
        directions=manifest.directions,
        licence=manifest.licence,
        size_mb=round(manifest.size / 1e6),
        revision=manifest.version,
        note="included in the package, needs no network",
    )
    return (mini, *HUB_MODELS)

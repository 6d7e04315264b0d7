"""The catalog of known models; to add a model, add a row to `HUB_MODELS`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from vnsum.checkpoints.families import BOTH, FAMILIES, ModelSpec
from vnsum.checkpoints.packaged import read_manifest

UNSTATED = "not stated"


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
         directions=("vi->en",), note="a pickle only: vnsum models pull opus-mt-vi-en --convert"),
    _hub("opus-mt-en-vi", "Helsinki-NLP/opus-mt-en-vi", "marian-tagged", "Apache-2.0", 290,
         directions=("en->vi",), revision="refs/pr/3"),
    _hub("nllb-600m", "facebook/nllb-200-distilled-600M", "nllb", "CC-BY-NC-4.0", 2460,
         revision="refs/pr/39"),
    _hub("nllb-1.3b", "facebook/nllb-200-distilled-1.3B", "nllb", "CC-BY-NC-4.0", 5480,
         revision="refs/pr/5"),
    _hub("m2m100-418m", "facebook/m2m100_418M", "m2m100", "MIT", 1940, revision="refs/pr/19"),
    _hub("mbart-50", "facebook/mbart-large-50-many-to-many-mmt", "mbart-50", UNSTATED, 2440),
    _hub("envit5", "VietAI/envit5-translation", "envit5", "OpenRAIL, variant not stated", 1100,
         revision="refs/pr/1"),
    _hub("vinai-vi2en", "vinai/vinai-translate-vi2en-v2", "vinai-translate", "AGPL-3.0", 1690,
         directions=("vi->en",), revision="refs/pr/2"),
    _hub("vinai-en2vi", "vinai/vinai-translate-en2vi-v2", "vinai-translate", "AGPL-3.0", 1690,
         directions=("en->vi",), revision="refs/pr/2"),
    _hub("madlad-400", "google/madlad400-3b-mt", "madlad-400", "Apache-2.0", 11_800),
    _hub("small-100", "alirezamsh/small100", "small-100", "MIT", 0),
    _hub("hy-mt2-1.8b", "tencent/Hy-MT2-1.8B", "hy-mt2", "Apache-2.0", 0),
    _hub("hy-mt2-7b", "tencent/Hy-MT2-7B", "hy-mt2", "Apache-2.0", 0),
    _hub("translategemma-4b", "google/translategemma-4b-it", "translategemma",
         "Gemma Terms of Use", 0, note="gated: accept its terms on the hub and log in"),
    _hub("vit5", "VietAI/vit5-base", "t5", "MIT", 900, directions=(), revision="refs/pr/1",
         note="pretrained only: fine-tune it, then load the folder with directions= and family="),
    _hub("bartpho", "vinai/bartpho-syllable", "bartpho", "MIT", 1580, directions=(),
         note="pretrained only: fine-tune it, then load the folder with directions=..."),
)
# fmt: on
# The commits of pull requests when they were added here, by their first digits. The author of a
# request can change it, so others are refused.
COMMITS: Mapping[tuple[str, str | None], tuple[str, ...]] = MappingProxyType(
    {
        ("Helsinki-NLP/opus-mt-en-vi", "refs/pr/3"): ("3ab3b2d",),
        ("facebook/nllb-200-distilled-600M", "refs/pr/39"): ("ba634f8",),
        ("facebook/nllb-200-distilled-1.3B", "refs/pr/5"): ("f9e6ff7",),
        ("facebook/m2m100_418M", "refs/pr/19"): ("791dc1c",),
        ("VietAI/envit5-translation", "refs/pr/1"): ("de77174",),
        ("VietAI/vit5-base", "refs/pr/1"): ("8cc2067",),
        ("vinai/vinai-translate-vi2en-v2", "refs/pr/2"): ("2722f8a", "7535503"),
    }
)


def name_model(repository: str, revision: str | None = None) -> str:
    """Return the name by which a checkpoint of the hub is loaded: that of its row, if it has one.

    >>> name_model("Helsinki-NLP/opus-mt-vi-en"), name_model("somebody/model", "main")
    ('opus-mt-vi-en', 'somebody/model@main')
    """
    for row in HUB_MODELS:
        if (row.checkpoint, row.revision) == (repository, revision):
            return row.name
    return f"{repository}@{revision}" if revision else repository


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

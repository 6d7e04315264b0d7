"""The table of known models and the way from a name or path to a row of it.

To add a model, add a row to `HUB_MODELS`. Nothing here loads weights or asks a hub.
"""

from __future__ import annotations

import difflib
import functools
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vnsum.checkpoints.families import FAMILIES, Family
from vnsum.checkpoints.packaged import read_manifest
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import ModelError

BOTH = ("vi->en", "en->vi")
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


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
    """Return the table of known models, the one inside the package first.

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
        note="ships inside the package, needs no network",
    )
    return (mini, *HUB_MODELS)


def resolve_model(
    name: str | os.PathLike[str], *, directions: Sequence[str] | None = None
) -> ModelSpec:
    """Return the row for a known name, a Hugging Face id or a folder with a checkpoint.

    `directions` such as `("vi->en",)` are needed for a checkpoint whose family does not tell
    them. Raises `ModelError` for a name that is none of the three.
    """
    text = os.fspath(name)
    for spec in known_models():
        if text in (spec.name, spec.checkpoint):
            return spec if directions is None else _with_directions(spec, directions)
    if (Path(text) / "config.json").is_file():
        return _from_folder(Path(text), directions)
    if HUB_ID.fullmatch(text) and not Path(text).exists():
        return _from_hub(text, directions)
    names = [spec.name for spec in known_models()]
    close = difflib.get_close_matches(text, names, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    raise ModelError(
        f"unknown model {text!r}{hint}: expected one of {', '.join(names)}, a Hugging Face id "
        "like 'Helsinki-NLP/opus-mt-vi-en', or a folder with a config.json"
    )


def _with_directions(spec: ModelSpec, directions: Sequence[str]) -> ModelSpec:
    import dataclasses

    return dataclasses.replace(spec, directions=_checked(directions))


def _checked(directions: Sequence[str]) -> tuple[str, ...]:
    if isinstance(directions, str) or not set(directions) <= set(BOTH):
        raise ModelError(f"directions must be a sequence of {BOTH}, not {directions!r}")
    return tuple(directions)


def _from_folder(path: Path, directions: Sequence[str] | None) -> ModelSpec:
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
        tokenizer = path / "tokenizer_config.json"
        settings = json.loads(tokenizer.read_text(encoding="utf-8")) if tokenizer.exists() else {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} holds no readable checkpoint: {error}") from error
    family = _match_family(config, settings, str(path))
    if directions is None:
        directions = _infer_directions(family, settings)
    if not directions:
        raise ModelError(
            f"the checkpoint in {path} does not say which way it translates: "
            "load it with directions=('vi->en',), ('en->vi',) or both"
        )
    return ModelSpec(
        name=path.name,
        checkpoint=str(path),
        origin="path",
        family=family,
        directions=_checked(directions),
        licence="see the model card",
        note="a folder on this machine",
    )


def _from_hub(checkpoint: str, directions: Sequence[str] | None) -> ModelSpec:
    """Guess the family of an id outside the table from its name's siblings in the table."""
    owner_and_stem = [(spec, os.path.commonprefix([spec.checkpoint.lower(), checkpoint.lower()]))
                      for spec in HUB_MODELS]  # fmt: skip
    spec, shared = max(owner_and_stem, key=lambda pair: len(pair[1]))
    if len(shared) < len(spec.checkpoint.split("/")[0]) + 4:
        raise ModelError(
            f"{checkpoint!r} is not in the table of models (see vnsum.models()) and its name does "
            "not tell its family: download it and load the folder, or pass a vnsum.ModelSpec"
        )
    return ModelSpec(
        name=checkpoint,
        checkpoint=checkpoint,
        origin="hub",
        family=spec.family,
        directions=_checked(directions) if directions is not None else spec.directions,
        licence="see the model card",
    )


def _match_family(config: dict[str, Any], tokenizer: dict[str, Any], where: str) -> Family:
    """Choose the row by what the files of the checkpoint say, the tokenizer's class first."""
    kind = str(config.get("model_type", ""))
    by_tokenizer = {
        "NllbTokenizer": "nllb",
        "NllbTokenizerFast": "nllb",
        "MBart50Tokenizer": "mbart-50",
        "MBart50TokenizerFast": "mbart-50",
        "MBartTokenizer": "vinai-translate",
        "MBartTokenizerFast": "vinai-translate",
        "BartphoTokenizer": "bartpho",
    }
    name = by_tokenizer.get(str(tokenizer.get("tokenizer_class", "")))
    if name is not None:
        return FAMILIES[name]
    for family in FAMILIES.values():
        if kind in family.model_types:
            return family
    known = sorted({t for family in FAMILIES.values() for t in family.model_types})
    raise ModelError(
        f"{where} is a {kind or 'nameless'!r} model, which vnsum cannot run as a translator: "
        f"known are {', '.join(known)}; for a relative of one of them pass a vnsum.ModelSpec"
    )


def _infer_directions(family: Family, tokenizer: dict[str, Any]) -> tuple[str, ...]:
    if family.multilingual:
        return BOTH
    pair = f"{tokenizer.get('source_lang')}->{tokenizer.get('target_lang')}"
    return (pair,) if pair in BOTH else ()

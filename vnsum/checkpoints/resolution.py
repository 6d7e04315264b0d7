"""From what a user calls a model to its row: a known name, a folder, or a Hugging Face id.

Reads two small JSON files of a checkpoint that is not in the table, from its folder or, as the
user named it, from the hub; loads no weights.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vnsum.checkpoints.catalog import known_models
from vnsum.checkpoints.families import FAMILIES, Family
from vnsum.checkpoints.loading import is_offline
from vnsum.checkpoints.spec import BOTH, ModelSpec
from vnsum.errors import ModelError

Settings = Mapping[str, Any]

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
CONFIG, TOKENIZER = "config.json", "tokenizer_config.json"


def resolve_model(
    name: str | os.PathLike[str],
    *,
    directions: Sequence[str] | None = None,
    offline: bool | None = None,
) -> ModelSpec:
    """Return the row for a known name, a folder with a checkpoint, or a Hugging Face id.

    `directions` such as `("vi->en",)` are needed for a checkpoint that does not tell them.
    Raises `ModelError` for a name that is none of the three.
    """
    if not isinstance(name, str | os.PathLike):
        raise ModelError(f"a model is named by a string or a path, not by {type(name).__name__}")
    text = os.fspath(name)
    if directions is not None and (isinstance(directions, str) or not set(directions) <= {*BOTH}):
        raise ModelError(f"directions must be a sequence of {BOTH}, not {directions!r}")
    for spec in known_models():
        if text in (spec.name, spec.checkpoint):
            known = spec.directions if directions is None else tuple(directions)
            return dataclasses.replace(spec, directions=known)
    if (Path(text) / CONFIG).is_file():
        return _describe(text, "path", _read_from_folder(Path(text)), directions)
    if HUB_ID.fullmatch(text) and not Path(text).exists():
        read = _read_from_hub(text, offline=is_offline(offline))
        return _describe(text, "hub", read, directions)
    raise ModelError(_explain_unknown(text))


def _explain_unknown(text: str) -> str:
    names = [spec.name for spec in known_models()]
    close = difflib.get_close_matches(text, names, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    return (
        f"unknown model {text!r}{hint}: expected one of {', '.join(names)}, a Hugging Face id "
        f"like 'Helsinki-NLP/opus-mt-vi-en', or a folder with a {CONFIG}"
    )


def _describe(
    checkpoint: str,
    origin: str,
    read: Callable[[str], Settings],
    directions: Sequence[str] | None,
) -> ModelSpec:
    config, tokenizer = read(CONFIG), read(TOKENIZER)
    family = _match_family(config, tokenizer, checkpoint)
    chosen = tuple(directions) if directions is not None else _infer(family, tokenizer)
    if not chosen:
        raise ModelError(
            f"the checkpoint {checkpoint!r} does not say which way it translates: "
            "load it with directions=('vi->en',), ('en->vi',) or both"
        )
    return ModelSpec(
        name=Path(checkpoint).name,
        checkpoint=checkpoint,
        origin=origin,
        family=family,
        directions=chosen,
        licence="see the model card",
    )


def _read_from_folder(folder: Path) -> Callable[[str], Settings]:
    def read(name: str) -> Settings:
        path = folder / name
        if name == TOKENIZER and not path.exists():
            return {}
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"cannot read the model file {path}: {error}") from error
        return data if isinstance(data, dict) else {}

    return read


def _read_from_hub(checkpoint: str, *, offline: bool) -> Callable[[str], Settings]:
    def read(name: str) -> Settings:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

        try:
            path = hf_hub_download(checkpoint, name, local_files_only=offline)
        except LocalEntryNotFoundError as error:
            state = "vnsum is offline" if offline else "the hub cannot be reached"
            raise ModelError(
                f"cannot read {name} of {checkpoint!r}: it is not in the local cache and {state}; "
                "download it where there is a network, or use the packaged model 'mini'"
            ) from error
        except EntryNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ModelError(f"cannot read {name} of {checkpoint!r}: {error}") from error
        return _read_from_folder(Path(path).parent)(name)

    return read


# The tokenizer tells relatives apart that share a model_type.
FAMILY_OF_TOKENIZER = {
    "NllbTokenizer": "nllb",
    "MBart50Tokenizer": "mbart-50",
    "MBartTokenizer": "vinai-translate",
    "BartphoTokenizer": "bartpho",
}


def _match_family(config: Settings, tokenizer: Settings, checkpoint: str) -> Family:
    kind = str(config.get("model_type", "nameless"))
    name = FAMILY_OF_TOKENIZER.get(str(tokenizer.get("tokenizer_class")).removesuffix("Fast"))
    matches = [row for row in FAMILIES.values() if row.name == name]
    matches += [row for row in FAMILIES.values() if kind in row.model_types]
    if not matches:
        known = sorted({t for family in FAMILIES.values() for t in family.model_types})
        raise ModelError(
            f"{checkpoint!r} is a {kind!r} model, which vnsum cannot run as a translator: known "
            f"are {', '.join(known)}; for a relative of one of them pass a vnsum.ModelSpec"
        )
    return matches[0]


def _infer(family: Family, tokenizer: Settings) -> tuple[str, ...]:
    if family.multilingual:
        return BOTH
    pair = f"{tokenizer.get('source_lang')}->{tokenizer.get('target_lang')}"
    return (pair,) if pair in BOTH else ()

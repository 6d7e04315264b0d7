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
from vnsum.checkpoints.hub import fetch_file
from vnsum.checkpoints.location import is_offline
from vnsum.checkpoints.packaged import read_manifest
from vnsum.checkpoints.spec import BOTH, ModelSpec
from vnsum.errors import ModelError

Settings = Mapping[str, Any]

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
REVISION = re.compile(r"(?P<name>[^@]+)@(?P<revision>[\w./-]+)")
CONFIG, TOKENIZER = "config.json", "tokenizer_config.json"
MANIFEST = "manifest.json"  # beside weights in the package's own format


def resolve_model(
    name: str | os.PathLike[str],
    *,
    directions: Sequence[str] | None = None,
    offline: bool | None = None,
) -> ModelSpec:
    """Return the row for a known name, a folder with a checkpoint, or a Hugging Face id.

    The name of a checkpoint of the hub may end in `@` and a revision: a commit, a tag, or a branch
    such as `refs/pr/1`. `directions` such as `("vi->en",)` are needed for a checkpoint that does
    not tell them. Raises `ModelError` for a name that is none of the three.
    """
    if not isinstance(name, str | os.PathLike):
        raise ModelError(f"a model is named by a string or a path, not by {type(name).__name__}")
    text = os.fspath(name)
    if directions is not None and (isinstance(directions, str) or not set(directions) <= {*BOTH}):
        raise ModelError(f"directions must be a sequence of {BOTH}, not {directions!r}")
    parts = None if Path(text).exists() else REVISION.fullmatch(text)
    base, revision = parts.group("name", "revision") if parts else (text, None)
    for spec in known_models():
        # The weights inside the package have no other revision.
        if base in (spec.name, spec.checkpoint) and not (revision and spec.origin == "package"):
            known = spec.directions if directions is None else tuple(directions)
            return dataclasses.replace(spec, directions=known, revision=revision or spec.revision)
    if (Path(text) / MANIFEST).is_file():
        return _read_manifest(Path(text), directions)
    if (Path(text) / CONFIG).is_file():
        return _describe(text, "path", _read_from_folder(Path(text)), directions)
    if HUB_ID.fullmatch(base) and not Path(text).exists():
        read = _read_from_hub(base, revision, offline=is_offline(offline))
        return dataclasses.replace(_describe(base, "hub", read, directions), revision=revision)
    raise ModelError(_explain_unknown(text))


def _read_manifest(folder: Path, directions: Sequence[str] | None) -> ModelSpec:
    """Return the row of weights in the package's own format that lie in a folder of the user's."""
    manifest = read_manifest(str(folder.resolve()))
    return ModelSpec(
        name=folder.resolve().name,
        checkpoint=str(folder.resolve()),
        origin="package",
        family=FAMILIES[manifest.family],
        directions=manifest.directions if directions is None else tuple(directions),
        licence=manifest.licence,
        size_mb=round(manifest.size / 1e6),
        revision=manifest.version,
    )


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


def _read_from_hub(
    checkpoint: str, revision: str | None, *, offline: bool
) -> Callable[[str], Settings]:
    def read(name: str) -> Settings:
        path = fetch_file(checkpoint, name, revision, offline=offline)
        return {} if path is None else _read_from_folder(path.parent)(name)

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
    special = tokenizer.get("extra_special_tokens", ())
    if kind == "gemma3_text" and {*FAMILIES["gemma-tagged"].codes.values()} <= {*special}:
        return FAMILIES["gemma-tagged"]
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
    if named := [way for way in tokenizer.get("directions", ()) if way in BOTH]:
        return tuple(named)
    if family.multilingual:
        return BOTH
    pair = f"{tokenizer.get('source_lang')}->{tokenizer.get('target_lang')}"
    return (pair,) if pair in BOTH else ()

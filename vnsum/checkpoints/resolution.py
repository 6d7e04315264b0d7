"""From what a user calls a model to its row: a known name, a folder, or a Hugging Face id.

Reads two small JSON files of a checkpoint that is not in the table, from its folder or, as the
user named it, from the hub; loads no weights.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vnsum.checkpoints.catalog import known_models
from vnsum.checkpoints.families import FAMILIES, Family
from vnsum.checkpoints.files import read_settings, require_file
from vnsum.checkpoints.hub import fetch_file, find_snapshot
from vnsum.checkpoints.location import is_offline
from vnsum.checkpoints.packaged import read_manifest
from vnsum.checkpoints.spec import BOTH, ModelSpec
from vnsum.errors import ModelError

Settings = Mapping[str, Any]

# As the hub allows them: no part begins or ends with a mark, and no two marks follow each other.
HUB_ID = re.compile(r"(?!.*(?:--|\.\.))(?:[A-Za-z0-9_](?:[\w.-]*\w)?(?:/|\Z)){2}", re.ASCII)
REVISION = re.compile(r"(?P<name>[^@]+)@(?P<revision>(?!.*\.\.)\w[\w./-]*)", re.ASCII)
CONFIG, TOKENIZER = "config.json", "tokenizer_config.json"
MANIFEST = "manifest.json"  # beside weights in the package's own format


class HubWarning(UserWarning):
    """A name that may be meant for a folder is looked up on the hub, as there is no such folder."""


def resolve_model(
    name: str | os.PathLike[str],
    *,
    directions: Sequence[str] | None = None,
    offline: bool | None = None,
) -> ModelSpec:
    """Return the row for a known name, a folder with a checkpoint, or a Hugging Face id.

    The name of a checkpoint of the hub may end in `@` and a revision: a commit, a tag, or a branch
    such as `refs/pr/1`. `directions` such as `("vi->en",)` are needed for a checkpoint that does
    not tell them. Raises `ModelError` for a name that is none of the three; warns with `HubWarning`
    before the hub is asked for an id that is not on this machine.
    """
    if not isinstance(name, str | os.PathLike):
        raise ModelError(f"a model is named by a string or a path, not by {type(name).__name__}")
    text = os.fsdecode(name)
    if directions is not None and (isinstance(directions, str) or not set(directions) <= {*BOTH}):
        raise ModelError(f"directions must be a sequence of {BOTH}, not {directions!r}")
    parts = None if _exists(text) else REVISION.fullmatch(text)
    base, revision = parts.group("name", "revision") if parts else (text, None)
    for spec in known_models():
        # The weights inside the package have no other revision.
        if base in (spec.name, spec.checkpoint) and not (revision and spec.origin == "package"):
            known = spec.directions if directions is None else tuple(directions)
            return dataclasses.replace(spec, directions=known, revision=revision or spec.revision)
    if _exists(text, MANIFEST):
        return _read_manifest(Path(text), directions)
    if _exists(text, CONFIG):
        require_file(Path(text, CONFIG))
        return _describe(text, "path", _read_from_folder(Path(text)), directions)
    if HUB_ID.fullmatch(base) and not _exists(text):
        return _ask_hub(base, revision, directions, offline=is_offline(offline))
    raise ModelError(_explain_unknown(text))


def _exists(*parts: str) -> bool:
    """Return whether there is anything at a path; false for what can be none."""
    try:
        return Path(*parts).exists()
    except (OSError, ValueError):  # too long, or with a zero byte
        return False


def _ask_hub(
    base: str, revision: str | None, directions: Sequence[str] | None, *, offline: bool
) -> ModelSpec:
    """Return the row of a checkpoint of the hub, and say that no folder has its name."""
    if not offline and find_snapshot(base, revision) is None:
        warnings.warn(f"no folder {base} here; asking the hub", HubWarning, stacklevel=4)
    read = _read_from_hub(base, revision, offline=offline)
    try:
        spec = _describe(base, "hub", read, directions)
    except ModelError as error:
        raise ModelError(
            f"there is no folder {base!r} here; as a model of the hub: {error}"
        ) from error
    return dataclasses.replace(spec, revision=revision)


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
        return read_settings(path)

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
    kind = str(config.get("model_type", "nameless"))[:80]
    special = _list_texts(tokenizer, "extra_special_tokens")
    if kind == "gemma3_text" and {*FAMILIES["gemma-tagged"].codes.values()} <= {*special}:
        return FAMILIES["gemma-tagged"]
    name = FAMILY_OF_TOKENIZER.get(str(tokenizer.get("tokenizer_class")).removesuffix("Fast"))
    matches = [row for row in FAMILIES.values() if row.name == name]
    matches += [row for row in FAMILIES.values() if kind in row.model_types]
    if not matches:
        known = sorted({t for family in FAMILIES.values() for t in family.model_types})
        raise ModelError(
            f"{checkpoint!r} is by its {CONFIG} a {kind!r} model, which vnsum cannot run: known "
            f"are {', '.join(known)}; for a relative of one of them pass a vnsum.ModelSpec"
        )
    return matches[0]


def _infer(family: Family, tokenizer: Settings) -> tuple[str, ...]:
    if named := [way for way in _list_texts(tokenizer, "directions") if way in BOTH]:
        return tuple(named)
    if family.multilingual:
        return BOTH
    pair = f"{tokenizer.get('source_lang')}->{tokenizer.get('target_lang')}"
    return (pair,) if pair in BOTH else ()


def _list_texts(settings: Settings, name: str) -> list[str]:
    """Return the strings of a list; nothing where it is something else, as relatives have."""
    found = settings.get(name)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []

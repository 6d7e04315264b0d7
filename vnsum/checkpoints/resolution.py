"""Resolution of model names: from a name to a `ModelSpec`, and from there to a local folder.

Reads at most two small JSON files of a checkpoint that is not in the catalog. Loads no weights.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import os
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from vnsum import require
from vnsum.checkpoints import hub
from vnsum.checkpoints.catalog import known_models
from vnsum.checkpoints.conventions import Clues, find_conventions
from vnsum.checkpoints.families import BOTH, FAMILIES, ModelSpec
from vnsum.checkpoints.files import (
    CONFIG,
    find_missing,
    name_missing,
    refuse_pickles,
    require_file,
    require_plain_folder,
)
from vnsum.checkpoints.hub import fetch_file, find_snapshot
from vnsum.checkpoints.packaged import model_folder, read_manifest, verify_packaged
from vnsum.checkpoints.pickles import (
    convert_folder,
    find_converted,
    identify_folder,
    verify_converted,
)
from vnsum.errors import InputError, ModelError

SWITCH, HUB_SWITCH = "VNSUM_OFFLINE", "HF_HUB_OFFLINE"
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A local model: its spec, with the revision in use, and the folder with its files.

    `checksums` are those of the files that were verified, `pickles` those of the files from which
    the weights were converted.
    """

    spec: ModelSpec
    folder: Path
    checksums: Mapping[str, str] = dataclasses.field(default_factory=dict)
    pickles: Mapping[str, str] = dataclasses.field(default_factory=dict)


def is_offline(offline: bool | None = None) -> bool:
    """Return whether network access is disabled, by the argument or by `VNSUM_OFFLINE=1`.

    The variable accepts 1 or 0, true or false, yes or no, on or off in any case; other values raise
    `InputError`. `HF_HUB_OFFLINE=1`, the variable of huggingface_hub, has the same effect.
    """
    if offline is not None:
        return offline
    wish, hub_wish = (os.environ.get(name, "").strip().lower() for name in (SWITCH, HUB_SWITCH))
    if wish not in (*YES, *NO):
        raise InputError(
            f"{SWITCH} is {os.environ[SWITCH]!r}: expected 1 or 0, true or false, yes or no, on or "
            "off"
        )
    return wish in YES or hub_wish in YES


def locate_model(spec: ModelSpec, *, offline: bool | None = None) -> Located:
    """Return the folder with the files of `spec`, downloading them if needed and allowed.

    Verifies the checksums of packaged files. Raises `ModelError` if files are missing or damaged,
    or if the weights are pickles.
    """
    if spec.origin == "package":
        folder, manifest = model_folder(spec.checkpoint), read_manifest(spec.checkpoint)
        verify_packaged(folder, manifest)
        return Located(spec=spec, folder=folder, checksums=manifest.checksums)
    if spec.origin == "hub":
        found = hub.fetch_snapshot(spec.checkpoint, spec.revision, offline=is_offline(offline))
        require_plain_folder(found.folder)
        # Twelve digits identify a commit and keep the signature readable.
        return _verify(dataclasses.replace(spec, revision=found.revision[:12]), found.folder)
    folder = Path(spec.checkpoint)
    if not folder.is_dir():
        raise ModelError(f"there is no folder {folder}: expected one with config.json and weights")
    require_plain_folder(folder)
    converted = find_converted(identify_folder(folder))
    if converted is not None:
        return _verify(spec, converted)
    refuse_pickles(folder, str(folder))
    missing = find_missing(folder)
    if missing:
        raise ModelError(
            f"cannot load {str(folder)!r}: it has {name_missing(missing)}; expected "
            "config.json, the tokenizer's files and model.safetensors"
        )
    return Located(spec=spec, folder=folder)


def _verify(spec: ModelSpec, folder: Path) -> Located:
    record = verify_converted(folder)
    return Located(
        spec=spec,
        folder=folder,
        checksums=record.get("files", {}),
        pickles=record.get("pickles", {}),
    )


def require_available(
    spec: ModelSpec, *, offline: bool | None = None, convert: bool = False
) -> None:
    """Raise `ModelError` if the weights of a hub model are not available; downloads none.

    With `convert`, weights that are available as pickles only are downloaded and converted to
    safetensors, see `vnsum.checkpoints.pickles`; this applies to folders as well.
    """
    if spec.origin == "hub":
        hub.require_available(
            spec.checkpoint, spec.revision, offline=is_offline(offline), convert=convert
        )
    elif spec.origin == "path" and convert:
        convert_folder(Path(spec.checkpoint))


# The rules of the hub: no part begins or ends with punctuation, `--` and `..` are not allowed, and
# the whole has at most 96 characters.
HUB_ID = re.compile(r"(?!.*(?:--|\.\.)|.{97})(?:[A-Za-z0-9_](?:[\w.-]*\w)?(?:/|\Z)){2}", re.ASCII)
REVISION = re.compile(r"(?P<name>[^@]+)@(?P<revision>(?!.*\.\.)\w[\w./-]*)", re.ASCII)
MANIFEST = "manifest.json"  # present for weights in the package's own format


class HubWarning(UserWarning):
    """Issued when a name that matches no folder is looked up on the hub."""


def resolve_model(
    name: str | os.PathLike[str],
    *,
    directions: Sequence[str] | None = None,
    family: str | None = None,
    offline: bool | None = None,
    strict: bool = True,
) -> ModelSpec:
    """Return the `ModelSpec` of a known name, a folder with a checkpoint, or a Hugging Face id.

    A Hugging Face id may be followed by `@` and a revision: a commit, a tag, or a branch such as
    `refs/pr/1`. `directions` such as `("vi->en",)` are required if they cannot be inferred from the
    checkpoint, and likewise `family`, the name of a row of `FAMILIES`; unless `strict`, a family
    without prefixes and language tokens is assumed where the checkpoint does not tell. Raises
    `ModelError` for any other name. Warns with `HubWarning` before looking up an id that is not
    downloaded.
    """
    if not isinstance(name, str | os.PathLike):
        raise ModelError(
            f"the name of a model must be a string or a path, not {type(name).__name__}"
        )
    text = require.path_text(name, "the name of a model")
    if directions is not None and (isinstance(directions, str) or not set(directions) <= {*BOTH}):
        raise ModelError(f"directions must be a sequence of {BOTH}, not {directions!r}")
    parts = None if _exists(text) else REVISION.fullmatch(text)
    base, revision = parts.group("name", "revision") if parts else (text, None)
    for spec in known_models():
        # Packaged weights have one revision only.
        if base in (spec.name, spec.checkpoint) and not (revision and spec.origin == "package"):
            known = spec.directions if directions is None else tuple(directions)
            if family not in (None, spec.family.name):
                raise ModelError(
                    f"{spec.name!r} is of the family {spec.family.name!r}, not {family!r}"
                )
            return dataclasses.replace(spec, directions=known, revision=revision or spec.revision)
    if _exists(text, MANIFEST):
        return _read_manifest(Path(text), directions)
    more: dict[str, Any] = {"directions": directions, "family": family, "strict": strict}
    if _exists(text, CONFIG):
        require_file(Path(text, CONFIG))
        return _describe(text, "path", functools.partial(_find_file, Path(text)), **more)
    if HUB_ID.fullmatch(base) and not _exists(text):
        return _describe_from_hub(base, revision, offline=is_offline(offline), **more)
    raise ModelError(_explain_unknown(text))


def name_newest(name: str) -> str:
    """Return a Hugging Face id with the newest commit of its revision; other names unchanged."""
    parts = REVISION.fullmatch(name)
    base, revision = parts.group("name", "revision") if parts else (name, None)
    known = {text for spec in known_models() for text in (spec.name, spec.checkpoint)}
    if base in known or _exists(name) or not HUB_ID.fullmatch(base):
        return name
    return f"{base}@{hub.ask_hub(base, revision).revision}"


def _exists(*parts: str) -> bool:
    """Return whether a path exists; false if it is not a valid path."""
    try:
        return Path(*parts).exists()
    except (OSError, ValueError):  # too long, or contains a null byte
        return False


def _describe_from_hub(base: str, revision: str | None, *, offline: bool, **more: Any) -> ModelSpec:
    """Return the spec of a checkpoint on the hub; warn before the network is used."""
    if not offline and find_snapshot(base, revision) is None:
        warnings.warn(
            f"there is no folder {base!r}; looking it up on the hub", HubWarning, stacklevel=4
        )

    @functools.cache
    def find(name: str) -> Path | None:
        return fetch_file(base, name, revision, offline=offline)

    try:
        spec = _describe(base, "hub", find, **more)
    except ModelError as error:
        raise ModelError(
            f"there is no folder {base!r}, and as a model of the hub: {error}"
        ) from error
    return dataclasses.replace(spec, revision=revision)


def _find_file(folder: Path, name: str) -> Path | None:
    return folder / name if name == CONFIG or (folder / name).exists() else None


def _read_manifest(folder: Path, directions: Sequence[str] | None) -> ModelSpec:
    """Return the spec of a user's folder with weights in the package's own format."""
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
    find: Callable[[str], Path | None],
    directions: Sequence[str] | None,
    *,
    family: str | None,
    strict: bool,
) -> ModelSpec:
    clues = Clues(find, checkpoint)
    found, chosen = find_conventions(clues, directions=directions, family=family, strict=strict)
    if not chosen:
        raise ModelError(
            f"cannot infer the directions of the checkpoint {checkpoint!r}: "
            "load it with directions=('vi->en',), ('en->vi',) or both"
        )
    return ModelSpec(
        name=Path(checkpoint).name,
        checkpoint=checkpoint,
        origin=origin,
        family=found,
        directions=chosen,
        licence="see the model card",
    )

"""From a row of the table of models to the folder with its files, safe ones only; loads nothing."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from vnsum.checkpoints import hub
from vnsum.checkpoints.files import find_missing, refuse_pickles
from vnsum.checkpoints.packaged import model_folder, read_manifest, verify_files
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import ModelError

SWITCHES = ("VNSUM_OFFLINE", "HF_HUB_OFFLINE")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A model on this machine: its row with the revision that is really there, and its folder."""

    spec: ModelSpec
    folder: Path


def is_offline(offline: bool | None = None) -> bool:
    """Return whether hubs are off limits: by the argument, else by `VNSUM_OFFLINE=1`.

    The switch of the hub's own library, `HF_HUB_OFFLINE=1`, counts too.
    """
    if offline is not None:
        return offline
    return any(os.environ.get(s, "").lower() in ("1", "true", "yes", "on") for s in SWITCHES)


def locate_model(spec: ModelSpec, *, offline: bool | None = None) -> Located:
    """Return where the files of `spec` are, downloaded if that is needed and allowed.

    Packaged files are compared with their checksums. Raises `ModelError` where something is
    missing or damaged, or where the weights are pickles.
    """
    if spec.origin == "package":
        folder = model_folder(spec.checkpoint)
        verify_files(folder, read_manifest(spec.checkpoint).checksums)
        return Located(spec=spec, folder=folder)
    if spec.origin == "hub":
        found = hub.fetch_snapshot(spec.checkpoint, spec.revision, offline=is_offline(offline))
        # Twelve digits tell commits apart and leave the line readable.
        return Located(
            spec=dataclasses.replace(spec, revision=found.revision[:12]), folder=found.folder
        )
    folder = Path(spec.checkpoint)
    if not folder.is_dir():
        raise ModelError(f"there is no folder {folder}: name one with config.json and weights")
    refuse_pickles(folder, str(folder))
    missing = find_missing(folder)
    if missing:
        raise ModelError(
            f"cannot load {str(folder)!r}: it has no {', no '.join(missing)}; the folder needs "
            "config.json, the tokenizer's files and model.safetensors"
        )
    return Located(spec=spec, folder=folder)

"""From a row of the table of models to the folder with its files, safe ones only; loads nothing."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from vnsum.checkpoints import hub
from vnsum.checkpoints.files import find_missing, refuse_pickles, require_plain_folder
from vnsum.checkpoints.packaged import model_folder, read_manifest, verify_packaged
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import InputError, ModelError

SWITCH, HUB_SWITCH = "VNSUM_OFFLINE", "HF_HUB_OFFLINE"
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A model on this machine: its row with the revision that is really there, and its folder."""

    spec: ModelSpec
    folder: Path


def is_offline(offline: bool | None = None) -> bool:
    """Return whether hubs are off limits: by the argument, else by `VNSUM_OFFLINE=1`.

    The variable takes 1 or 0, true or false, yes or no, on or off in any case; `InputError` for
    anything else. The switch of the hub's own library, `HF_HUB_OFFLINE=1`, counts too.
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
    """Return where the files of `spec` are, downloaded if that is needed and allowed.

    Packaged files are compared with their checksums. Raises `ModelError` where something is
    missing or damaged, or where the weights are pickles.
    """
    if spec.origin == "package":
        folder = model_folder(spec.checkpoint)
        verify_packaged(folder, read_manifest(spec.checkpoint))
        return Located(spec=spec, folder=folder)
    if spec.origin == "hub":
        found = hub.fetch_snapshot(spec.checkpoint, spec.revision, offline=is_offline(offline))
        require_plain_folder(found.folder)
        # Twelve digits tell commits apart and leave the line readable.
        return Located(
            spec=dataclasses.replace(spec, revision=found.revision[:12]), folder=found.folder
        )
    folder = Path(spec.checkpoint)
    if not folder.is_dir():
        raise ModelError(f"there is no folder {folder}: name one with config.json and weights")
    require_plain_folder(folder)
    refuse_pickles(folder, str(folder))
    missing = find_missing(folder)
    if missing:
        raise ModelError(
            f"cannot load {str(folder)!r}: it has no {', no '.join(missing)}; the folder needs "
            "config.json, the tokenizer's files and model.safetensors"
        )
    return Located(spec=spec, folder=folder)

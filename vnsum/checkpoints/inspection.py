"""What can be told of a model without running it: its files, their checksums, its licence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vnsum.checkpoints.files import list_pickles
from vnsum.checkpoints.location import locate_model
from vnsum.checkpoints.packaged import read_manifest
from vnsum.checkpoints.spec import ModelSpec

LICENCE = re.compile(r"^license:\s*[\"']?([\w.+-]+)", re.MULTILINE)
CARD = "README.md"
MAX_CARD = 1 << 16  # letters; the front matter is at the beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A model on this machine: its row, folder and files with their sizes in bytes.

    `verified` are the files that were compared with checksums, `pickles` those that are never
    loaded.
    """

    spec: ModelSpec
    folder: Path
    licence: str
    files: Mapping[str, int]
    verified: tuple[str, ...]
    pickles: tuple[str, ...]


def inspect_model(spec: ModelSpec, *, offline: bool | None = None) -> Inspection:
    """Return what there is; `ModelError` where something is missing, damaged or unsafe."""
    located = locate_model(spec, offline=offline)
    files = {
        path.name: path.stat().st_size
        for path in sorted(located.folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }
    packaged = spec.origin == "package"
    return Inspection(
        spec=located.spec,
        folder=located.folder,
        licence=read_licence(located.folder) or spec.licence,
        files=files,
        verified=tuple(read_manifest(spec.checkpoint).checksums) if packaged else (),
        pickles=tuple(list_pickles(files)),
    )


def read_licence(folder: Path) -> str | None:
    """Return the licence that a model card in `folder` states in its front matter."""
    path = folder / CARD
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(MAX_CARD)
    head = text.split("\n---", 1)[0] if text.startswith("---") else ""
    found = LICENCE.search(head)
    return found.group(1) if found else None

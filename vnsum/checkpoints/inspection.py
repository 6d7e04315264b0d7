"""Information about a model that needs no weights in memory: files, licence, fingerprint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vnsum.checkpoints.families import ModelSpec
from vnsum.checkpoints.files import list_pickles, stamp
from vnsum.checkpoints.packaged import read_manifest
from vnsum.checkpoints.resolution import locate_model
from vnsum.errors import ModelError

LICENCE = re.compile(r"^license:\s*[\"']?([\w.+-]+)", re.MULTILINE)
CARD = "README.md"
MAX_CARD = 1 << 16  # characters; the front matter comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A local model: its spec, folder, and files with their sizes in bytes.

    `verified` lists the files whose checksums were verified, `pickles` those that are never loaded.
    `converted` has the SHA-256 of the pickles from which the weights were converted.
    """

    spec: ModelSpec
    folder: Path
    licence: str
    files: Mapping[str, int]
    verified: tuple[str, ...]
    pickles: tuple[str, ...]
    converted: Mapping[str, str]


def inspect_model(spec: ModelSpec, *, offline: bool | None = None) -> Inspection:
    """Inspect a model; raise `ModelError` if files are missing, damaged or unsafe."""
    located = locate_model(spec, offline=offline)
    files = {
        path.name: path.stat().st_size
        for path in sorted(located.folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }
    return Inspection(
        spec=located.spec,
        folder=located.folder,
        licence=read_licence(located.folder) or spec.licence,
        files=files,
        verified=tuple(located.checksums),
        pickles=tuple(list_pickles(files)),
        converted=located.pickles,
    )


def read_licence(folder: Path) -> str | None:
    """Return the licence in the front matter of the model card in `folder`."""
    path = folder / CARD
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(MAX_CARD)
    head = text.split("\n---", 1)[0] if text.startswith("---") else ""
    found = LICENCE.search(head)
    return found.group(1) if found else None


def identify_weights(spec: ModelSpec) -> str | None:
    """Fingerprint a model's weights without loading them; `None` if they are not downloaded yet.

    Equal fingerprints mean equal weights. The fingerprint is made of the checksums of packaged
    weights, of the commit of a hub model, and of names, sizes and times of the files in a folder.
    """
    if spec.origin == "package":
        checksums = read_manifest(spec.checkpoint).checksums
        return _digest(*(part for row in sorted(checksums.items()) for part in row))
    if spec.origin == "path":
        folder = Path(spec.checkpoint).resolve()
        try:
            files = sorted(folder.iterdir()) if folder.is_dir() else []
            return _digest(str(folder), *(stamp(file) for file in files if file.is_file()))
        except OSError as error:
            raise ModelError(f"cannot read the model folder {folder}: {error}") from error
    from vnsum.checkpoints.revisions import read_revision

    return read_revision(spec.checkpoint, spec.revision)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]

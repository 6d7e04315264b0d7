"""Which weights a row of the table of models means, told without reading them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from vnsum.checkpoints.packaged import read_manifest
from vnsum.checkpoints.spec import ModelSpec
from vnsum.errors import ModelError


def identify_weights(spec: ModelSpec) -> str | None:
    """Return a line that is equal only for equal weights, `None` where nobody can know it yet.

    Packaged weights have checksums, those of a hub a commit once they are on this machine, and a
    folder has the places, sizes and times of its files.
    """
    if spec.origin == "package":
        checksums = read_manifest(spec.checkpoint).checksums
        return _digest(*(part for row in sorted(checksums.items()) for part in row))
    if spec.origin == "path":
        folder = Path(spec.checkpoint).resolve()
        try:
            files = sorted(folder.iterdir()) if folder.is_dir() else []
            return _digest(str(folder), *(_stamp(file) for file in files if file.is_file()))
        except OSError as error:
            raise ModelError(f"cannot read the model folder {folder}: {error}") from error
    from vnsum.checkpoints.hub import read_revision

    return read_revision(spec.checkpoint, spec.revision)


def _stamp(file: Path) -> str:
    status = file.stat()
    return f"{file.name} {status.st_size} {status.st_mtime_ns}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]

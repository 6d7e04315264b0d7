"""The files of a checkpoint's folder: missing ones, damaged ones, pickles; loads no weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from vnsum.errors import ModelError
from vnsum.storage import find_odd_kind

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
CONFIG = "config.json"
# One of these is there wherever transformers can make a tokenizer.
TOKENIZERS = ("tokenizer.json", "*.spm", "*.model", "vocab.json", "vocab.txt")
CHUNK = 1 << 22
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5", ".msgpack")


def find_missing(folder: Path) -> list[str]:
    """Return the names of what a translation checkpoint needs and `folder` does not have."""
    missing = [] if (folder / CONFIG).is_file() else [CONFIG]
    if not any(path.is_file() for pattern in TOKENIZERS for path in folder.glob(pattern)):
        missing.append("tokenizer")
    if (folder / WEIGHTS).is_file():
        return missing
    shards = list_shards(folder)
    return missing + [shard for shard in shards or [WEIGHTS] if not (folder / shard).is_file()]


def list_shards(folder: Path) -> list[str]:
    """Return the files over which weights are spread, by their index; none where it is missing."""
    path = folder / INDEX
    if not path.is_file():
        return []
    try:
        names = sorted(set(json.loads(path.read_text(encoding="utf-8"))["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"cannot read the model file {path}: {error!r}") from error
    if not all(isinstance(name, str) and name == Path(name).name for name in names):
        raise ModelError(f"the model file {path} names files outside its folder: not loaded")
    return names


def list_pickles(names: Iterable[str]) -> list[str]:
    """Return those of the file names that may hold weights which run code when they are loaded.

    >>> list_pickles(["pytorch_model.bin", "model.safetensors"])
    ['pytorch_model.bin']
    """
    return sorted(name for name in names if name.lower().endswith(PICKLES))


def refuse_pickles(where: Path | Iterable[str], model: str) -> None:
    """Raise `ModelError` where a folder, or a list of its files, has pickles and no safetensors."""
    names = [path.name for path in where.iterdir()] if isinstance(where, Path) else [*where]
    pickles = list_pickles(names)
    if pickles and not any(name.endswith(".safetensors") for name in names):
        raise ModelError(
            f"{model!r} has its weights only as {', '.join(pickles)}, and pickles can run code "
            "when they are loaded: vnsum never loads them. Look for a revision with "
            "model.safetensors (load it as 'name@revision'; the hub often has one among the pull "
            "requests, such as 'name@refs/pr/1'), or convert the weights once where that is safe: "
            "load them with transformers, then save_pretrained(folder), and load the folder"
        )


def hash_file(path: Path) -> str:
    """Return the sha256 of a file in hexadecimal; `OSError` for what is no regular file."""
    if (kind := find_odd_kind(path)) is not None:
        raise OSError(f"it is {kind}, not a file")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def verify_files(folder: Path, checksums: Mapping[str, str], *, advice: str) -> None:
    """Raise `ModelError` naming the first file that is missing or damaged, with what to do."""
    for name, expected in checksums.items():
        path = folder / name
        try:
            found = hash_file(path)
        except OSError as error:
            raise ModelError(f"cannot read the model file {path}: {error}; {advice}") from error
        if found != expected:
            raise ModelError(
                f"the model file {path} is damaged (sha256 {found[:12]}…, expected "
                f"{expected[:12]}…): {advice}"
            )

"""Checks of checkpoint folders: missing files, damaged files, pickles.

Folders are untrusted input: pipes and devices, which may block forever, are never opened, and all
reads are bounded. Loads no weights.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from vnsum.errors import ModelError
from vnsum.storage import special_file_kind

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
CONFIG = "config.json"
MOST_NAMED = 5  # missing files in a message
# Transformers needs at least one of these to create a tokenizer.
TOKENIZERS = ("tokenizer.json", "*.spm", "*.model", "vocab.json", "vocab.txt")
CHUNK = 1 << 22
MAX_SETTINGS = 1 << 24  # bytes of a JSON file; the largest known has 1 MB
DATA = (".json", ".safetensors", ".model", ".spm", ".txt", ".jinja")
# The names of PyTorch weights in transformers: one file, or shards with an index.
CONVERTIBLE = re.compile(r"pytorch_model(?P<shard>-\d{5}-of-\d{5})?\.bin")
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5", ".msgpack")


def find_missing(folder: Path) -> list[str]:
    """Return the names of the required files that `folder` does not have."""
    missing = [] if is_file(folder / CONFIG) else [CONFIG]
    if not any(is_file(path) for pattern in TOKENIZERS for path in folder.glob(pattern)):
        missing.append("tokenizer")
    if is_file(folder / WEIGHTS):
        return missing
    shards = list_shards(folder)
    return missing + [shard for shard in shards or [WEIGHTS] if not is_file(folder / shard)]


def name_missing(names: Sequence[str]) -> str:
    """Return names of missing files for a message, with the number of those that are too many.

    >>> name_missing(["config.json", "tokenizer"])
    'no config.json, no tokenizer'
    """
    more = len(names) - MOST_NAMED
    shown = ", ".join(f"no {name}" for name in names[:MOST_NAMED])
    return f"{shown} and no {more:,} other files" if more > 0 else shown


def list_shards(folder: Path) -> list[str]:
    """Return the names of the weight shards in the index; empty if there is no index."""
    path = folder / INDEX
    if not path.exists():
        return []
    table = read_settings(path).get("weight_map")
    if not isinstance(table, dict) or not all(isinstance(name, str) for name in table.values()):
        raise ModelError(
            f"the model file {path} has no valid 'weight_map': expected an object of file names"
        )
    names = sorted(set(table.values()))
    if not all(name == Path(name).name for name in names):
        raise ModelError(
            f"the model file {path} refers to files outside its folder: expected plain file names"
        )
    if strange := [name for name in names if not name.endswith(".safetensors")]:
        raise ModelError(
            f"the model file {path} refers to {strange[0]!r}: expected safetensors files only"
        )
    return names


def list_weights(folder: Path) -> list[Path]:
    """Return the paths of the weight files: one, or the shards in the index."""
    whole = folder / WEIGHTS
    return [whole] if whole.exists() else [folder / name for name in list_shards(folder)]


def is_file(path: Path) -> bool:
    """Return whether `path` is a file; false if its name is too long or its folder unreadable."""
    try:
        return path.is_file()
    except OSError:
        return False


def require_file(path: Path) -> None:
    """Raise `ModelError` unless `path` is a regular file or a link to one, without opening it."""
    try:
        path.stat()  # fails for a missing file and a broken link
        kind = special_file_kind(path)
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read the model file {path}: {error}") from error
    if kind is not None:
        raise ModelError(f"cannot read the model file {path}: it is {kind}, not a file")


def require_plain_folder(folder: Path) -> None:
    """Raise `ModelError` if a file of a checkpoint is a pipe, a device or a broken link."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise ModelError(f"cannot read the model folder {folder}: {error}") from error
    for path in entries:
        if path.name.endswith(DATA):
            require_file(path)


def read_bytes(path: Path, *, most: int) -> bytes:
    """Read a file of a checkpoint; raise `ModelError` if it has more than `most` bytes."""
    require_file(path)
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise ModelError(f"cannot read the model file {path}: {error}") from error
    if len(content) > most:
        raise ModelError(f"cannot read the model file {path}: it has more than {most:,} bytes")
    return content


def read_settings(path: Path, *, most: int = MAX_SETTINGS) -> dict[str, Any]:
    """Read a JSON file of a checkpoint.

    Raises `ModelError` if it cannot be read, is not a UTF-8 encoded object, contains NaN or
    infinity, or has more than `most` bytes.
    """
    content = read_bytes(path, most=most)
    try:
        data = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
        if not isinstance(data, dict):
            raise ValueError(f"expected a JSON object, not {type(data).__name__}")
    except RecursionError as error:
        raise ModelError(f"cannot read the model file {path}: it is nested too deeply") from error
    except ValueError as error:
        raise ModelError(f"cannot read the model file {path}: {error}") from error
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not valid JSON")


def list_pickles(names: Iterable[str]) -> list[str]:
    """Return the names of files in pickle-based formats, which can execute code when loaded.

    >>> list_pickles(["pytorch_model.bin", "model.safetensors"])
    ['pytorch_model.bin']
    """
    return sorted(name for name in names if name.lower().endswith(PICKLES))


def list_convertible(names: Iterable[str]) -> list[str]:
    """Return the names of pickles that `vnsum.checkpoints.pickles` can convert.

    >>> list_convertible(["pytorch_model.bin", "tf_model.h5", "training_args.bin"])
    ['pytorch_model.bin']
    """
    return sorted(name for name in names if CONVERTIBLE.fullmatch(name))


def refuse_pickles(where: Path | Iterable[str], model: str) -> None:
    """Raise `ModelError` if a folder, or a list of its files, has pickles but no safetensors.

    `model` is the name by which the model was requested.
    """
    names = sorted(path.name for path in where.iterdir()) if isinstance(where, Path) else [*where]
    pickles = list_pickles(names)
    if pickles and not any(name.endswith(".safetensors") for name in names):
        command = f"vnsum models pull {shlex.quote(model)} --convert"
        convert = f"Run '{command}', which converts them without executing code, use"
        advice = convert if list_convertible(pickles) else "Use"
        raise ModelError(
            f"{model!r} has weights only as {', '.join(pickles)}; vnsum does not load pickles, as "
            f"they can execute code. {advice} a revision with model.safetensors "
            "('name@revision', often a pull request on the hub such as 'name@refs/pr/1'), or a "
            "folder written by save_pretrained(folder) of transformers"
        )


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; raise `OSError` if it is not a regular file."""
    if (kind := special_file_kind(path)) is not None:
        raise OSError(f"it is {kind}, not a file")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def stamp(file: Path) -> str:
    """Return what changes when a file is replaced: its name, size and time."""
    status = file.stat()
    return f"{file.name} {status.st_size} {status.st_mtime_ns}"


def verify_files(folder: Path, checksums: Mapping[str, str], *, advice: str) -> None:
    """Raise `ModelError` for the first missing or damaged file; the message ends with `advice`."""
    for name, expected in checksums.items():
        path = folder / name
        try:
            require_file(path)
            found = hash_file(path)
        except (OSError, ModelError) as error:
            reason = str(error).removeprefix(f"cannot read the model file {path}: ")
            raise ModelError(f"cannot read the model file {path}: {reason}; {advice}") from error
        if found != expected:
            raise ModelError(
                f"the model file {path} is damaged (sha256 {found[:12]}…, expected "
                f"{expected[:12]}…): {advice}"
            )

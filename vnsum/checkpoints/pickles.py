"""Conversion of pickled weights to safetensors, in a separate process without network access.

A pickle can execute code when it is loaded. `torch.load(weights_only=True)` builds tensors only,
and the process that runs it has no credentials in its environment and cannot use the network or
start programs. The converted weights are stored with the SHA-256 of both files, and the pickle is
not read again.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnsum.checkpoints.failures import require_unchanged
from vnsum.checkpoints.files import (
    CONVERTIBLE,
    INDEX,
    find_missing,
    hash_file,
    is_file,
    list_convertible,
    list_pickles,
    read_settings,
    require_plain_folder,
    stamp,
    verify_files,
)
from vnsum.checkpoints.rules import RECORD_RULES, pick
from vnsum.errors import InputError, ModelError
from vnsum.storage import cache_folder, remove_temporary_paths, temporary_path

if TYPE_CHECKING:
    import torch

RECORD = "conversion.json"
SECONDS = 3600
# Variables that the process needs; tokens and proxies are not among them.
KEPT = ("PATH", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
             "os.spawn", "os.startfile")  # fmt: skip
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # namespaces of Linux
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; from vnsum.checkpoints import pickles; pickles.serve()"
)


def find_converted(source: str) -> Path | None:
    """Return the folder of the converted checkpoint `source`, `None` if there is none.

    `source` is a repository and commit, or a folder with its fingerprint. A cache folder that
    cannot be read has none.
    """
    try:
        folder = _place(source)
    except InputError:  # there is no cache
        return None
    return folder if is_file(folder / RECORD) and not find_missing(folder) else None


def identify_folder(folder: Path) -> str:
    """Return the source of a local checkpoint: its path, with a fingerprint of its files."""
    stamps = [stamp(path) for path in sorted(folder.iterdir()) if path.is_file()]
    return f"{folder.resolve()}@{hashlib.sha256(repr(stamps).encode()).hexdigest()}"


def convert_folder(folder: Path) -> None:
    """Convert a local checkpoint if its weights are pickles only.

    Raises `ModelError` if its folder cannot be listed or a pickle cannot be converted.
    """
    require_plain_folder(folder)
    names = [path.name for path in folder.iterdir()]
    if not list_convertible(names) or any(name.endswith(".safetensors") for name in names):
        return
    source = identify_folder(folder)
    with lock_converted(source) as target:
        if find_converted(source) is None:
            convert_pickles(source, folder, target, expected=source)


def verify_converted(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the SHA-256 of the files of a converted checkpoint, after comparing them.

    `"pickles"` has those of the pickles, `"files"` those of the safetensors. Empty for a folder
    that vnsum has not converted, whatever it says of itself. Raises `ModelError` if the weights or
    the record are damaged.
    """
    if folder.parent != _converted_folder():
        return {}
    record = pick(folder / RECORD, read_settings(folder / RECORD), RECORD_RULES)
    advice = f"delete {folder} and run 'vnsum models pull NAME --convert' again"
    verify_files(folder, record["files"], advice=advice)
    return record


@contextlib.contextmanager
def lock_converted(source: str) -> Iterator[Path]:
    """Yield the folder for the converted checkpoint; one process at a time may write it."""
    from filelock import FileLock

    folder = _place(source)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock")):
            remove_temporary_paths(folder)
            yield folder
    except OSError as error:
        raise ModelError(
            f"cannot store the converted model in {folder}: {error}; set VNSUM_CACHE to a writable "
            "folder with free space"
        ) from error


def convert_pickles(
    source: str, checkpoint: Path, target: Path, *, expected: str | None = None
) -> None:
    """Write a copy of a checkpoint with safetensors in place of its pickles, atomically.

    Raises `ModelError` if a pickle is damaged or has anything but tensors, or if `identify_folder`
    no longer returns `expected`; `target` is then not created.
    """
    names = [path.name for path in checkpoint.iterdir() if path.is_file()]
    pickles = list_convertible(names)
    with temporary_path(target) as draft:
        draft.mkdir()
        for name in set(names) - set(list_pickles(names)):
            if not name.startswith(".") and not name.endswith((".safetensors", ".bin.index.json")):
                shutil.copyfile(checkpoint / name, draft / name)
        hashes = {name: hash_file(checkpoint / name) for name in pickles}
        _run({"folder": str(checkpoint), "pickles": pickles, "target": str(draft)})
        if expected is not None:
            require_unchanged(identify_folder(checkpoint), expected, model=str(checkpoint))
        files = {path.name: hash_file(path) for path in sorted(draft.glob("*.safetensors"))}
        record = {"source": source, "pickles": hashes, "files": files}
        (draft / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        if target.exists():  # damaged
            shutil.rmtree(target)


def _converted_folder() -> Path:
    return cache_folder() / "safetensors"


def _place(source: str) -> Path:
    name = re.sub(r"[^\w.-]+", "--", source.partition("@")[0])[-80:]
    digest = hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return _converted_folder() / f"{name}-{digest}"


def _run(request: Mapping[str, Any]) -> None:
    """Run `serve` in a process of its own; raise its error."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    where = f"the pickles {', '.join(request['pickles'])} in {request['folder']}"
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", _START, *(place for place in sys.path if type(place) is str)],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env=kept,
            check=False,
        )
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise ModelError(f"cannot convert {where}: it took more than {SECONDS} seconds") from None
    except OSError as error:
        raise ModelError(f"cannot convert {where}: no process can be started: {error}") from error
    except ValueError:  # the process ended without an answer
        raise ModelError(
            f"cannot convert {where}: the process ended with status {done.returncode}, perhaps "
            "because memory ran out; convert on a machine with more"
        ) from None
    if "error" in found:
        raise ModelError(f"cannot convert {where}: {found['error']}")


def serve() -> None:
    """Convert the pickles that standard input names; the entry point of the separate process."""
    request = json.load(sys.stdin)
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries may print
    import torch  # noqa: F401 - loads libraries and starts programs, which is forbidden later

    isolate()
    answers.write(json.dumps(answer(request)))
    answers.flush()


def answer(request: Mapping[str, Any]) -> dict[str, str]:
    """Convert the pickles of a request; return the error, if there is one."""
    try:
        _convert(Path(request["folder"]), request["pickles"], Path(request["target"]))
    except Exception as error:  # damaged files raise errors of nearly every type
        return {"error": _explain(error)}
    return {}


def isolate() -> None:
    """Take the network and other programs away from this process, for good."""
    with contextlib.suppress(OSError, AttributeError):  # Linux, and not in every container
        unshare = ctypes.CDLL(None).unshare
        if unshare(NEW_NETWORK) != 0:
            unshare(NEW_USER | NEW_NETWORK)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(f"{event} is forbidden while a pickle is converted")

    sys.addaudithook(refuse)


def _convert(folder: Path, pickles: list[str], target: Path) -> None:
    """Write a safetensors file for each pickle, and an index if there are several."""
    import torch
    from safetensors.torch import save_file

    index: dict[str, str] = {}
    for name in pickles:
        path = folder / name
        found = torch.load(
            path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path)
        )
        if not isinstance(found, dict) or not all(
            isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in found.items()
        ):
            raise ValueError(f"{name} is not a table of tensors")
        tensors = _untie(found)
        match = CONVERTIBLE.fullmatch(name)
        file = f"model{(match and match['shard']) or ''}.safetensors"
        save_file(tensors, target / file, metadata={"format": "pt"})
        index.update(dict.fromkeys(tensors, file))
    if len(pickles) > 1:
        table = {"metadata": {}, "weight_map": index}
        (target / INDEX).write_text(json.dumps(table), encoding="utf-8")


def _untie(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the tensors without those that are equal views of another one.

    Of tied weights the shared embedding is kept, which transformers ties to the others.
    """
    kept: dict[tuple[Any, ...], str] = {}
    for name in sorted(tensors, key=lambda name: ("shared" not in name, "embed" not in name, name)):
        tensor = tensors[name]
        view = (tensor.data_ptr(), tensor.shape, tensor.stride(), tensor.dtype)
        kept.setdefault(view if tensor.numel() else (name,), name)
    return {name: _own_memory(tensors[name]) for name in kept.values()}


def _own_memory(tensor: torch.Tensor) -> torch.Tensor:
    """Return the tensor, copied if it is a view of a part of another one."""
    if tensor.is_contiguous() and tensor.untyped_storage().nbytes() == tensor.nbytes:
        return tensor
    return tensor.contiguous().clone()


def _explain(error: Exception) -> str:
    text = str(error)
    if "No space left" in text:
        return "there is no space left on the disk; free some, or set VNSUM_CACHE to another disk"
    named = re.search(r"GLOBAL ([\w.]{1,200})", text)
    if named:
        return (
            f"they refer to {named[1]}, which is not a tensor and could execute code; choose "
            "another revision or model"
        )
    told = re.search(r"WeightsUnpickler error: ([^\n]{1,200})", text)
    lines = [told[1]] if told else [line.strip() for line in text.splitlines() if line.strip()]
    reason = lines[0][:200] if lines else type(error).__name__
    return f"they are damaged or have more than tensors ({reason}); download them again"
